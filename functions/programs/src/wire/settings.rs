//! The practice's settings.

use app::form::Form;
use app::settings::SettingsDraft;
use domain::distribution::FilePattern;
use domain::settings::{Remark, Sending, SendingState, Settings};
use domain::text::Label;
use serde_json::{Value, json};

pub(crate) fn read_settings(form: &Form<'_>) -> Option<SettingsDraft> {
    let practice_name = form.required("practice_name", Label::parse);
    let sending = form.optional_object("sending", |form| {
        form.pass_over(&["since", "by", "why"]);
        form.choice("state", &SendingState::ALL, SendingState::as_str)
    });
    let letter_files = form.optional("letter_files", FilePattern::parse);
    // What an answer shows may be sent back as it is.
    form.pass_over(&["version"]);
    let logo = form.optional_object("logo", |form| {
        form.pass_over(&["kind", "description"]);
        Some(())
    });
    let (practice_name, sending, _) = (practice_name?, sending?, logo?);
    Some(SettingsDraft { practice_name, letter_files: letter_files?, sending })
}

/// `deployed` is the deployment's name for the practice.
pub(crate) fn show_settings(settings: &Settings, deployed: &str) -> Value {
    json!({
        "version": settings.revision,
        "practice_name": settings.practice_name(deployed),
        "letter_files": settings.letter_files.as_str(),
        "logo": settings.logo.as_ref().map(|logo| {
            json!({ "kind": logo.kind.as_str(), "description": logo.description.as_str() })
        }),
        "sending": show_sending(&settings.sending),
    })
}

pub(crate) fn read_hold(form: &Form<'_>) -> Option<Remark> {
    form.required("why", Remark::parse)
}

pub(crate) fn show_sending(sending: &Sending) -> Value {
    let state = sending.state().as_str();
    match sending {
        Sending::On => json!({ "state": state }),
        Sending::Held { since, by, why } => {
            json!({ "state": state, "since": since, "by": by, "why": why })
        }
    }
}
