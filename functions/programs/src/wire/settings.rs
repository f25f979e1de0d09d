//! The practice's settings.

use app::form::Form;
use app::settings::{PriceDraft, SettingsDraft};
use domain::distribution::FilePattern;
use domain::home::Tables;
use domain::price::Price;
use domain::settings::{Outgoing, Remark, Sending, SendingState, Settings};
use domain::text::Label;
use serde_json::{Map, Value, json};

pub(crate) fn read_settings(form: &Form<'_>) -> Option<SettingsDraft> {
    let practice_name = form.required("practice_name", Label::parse);
    let sending = form.optional_object("sending", |form| {
        form.pass_over(&["since", "by", "why"]);
        form.choice("state", &SendingState::ALL, SendingState::as_str)
    });
    let letter_files = form.optional("letter_files", FilePattern::parse);
    let sms_price = form.optional("sms_price", Price::parse).map(|price| match price {
        Some(price) => PriceDraft::Known(price),
        None if form.says("sms_price") => PriceDraft::Unknown,
        None => PriceDraft::AsItIs,
    });
    // What an answer shows may be sent back as it is.
    form.pass_over(&["version"]);
    let logo = form.optional_object("logo", |form| {
        form.pass_over(&["kind", "description"]);
        Some(())
    });
    let (practice_name, sending, _) = (practice_name?, sending?, logo?);
    let (letter_files, sms_price) = (letter_files?, sms_price?);
    Some(SettingsDraft { practice_name, letter_files, sms_price, sending })
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
        "sms_price": settings.sms_price.map(|price| price.to_string()),
        "sending": show_sending(&settings.sending),
    })
}

pub(crate) fn read_hold(form: &Form<'_>) -> Option<Remark> {
    form.required("why", Remark::parse)
}

/// Whether messages go out by the switch alone.
pub(crate) fn show_sending(sending: &Sending) -> Value {
    Value::Object(show_switch(sending))
}

fn show_switch(sending: &Sending) -> Map<String, Value> {
    let mut shown = Map::from_iter([("state".to_owned(), json!(sending.state().as_str()))]);
    match sending {
        Sending::On => {}
        Sending::Held { since, by, why } => shown.extend([
            ("since".to_owned(), json!(since)),
            ("by".to_owned(), json!(by)),
            ("why".to_owned(), json!(why)),
        ]),
    }
    shown
}

/// What an operator is told whose tables are a copy.
const COPIED: &str = "These tables are not those that messages were sent from: they are a copy, \
    such as a backup that was restored. What was sent after its time would be sent again.";
const BEFORE_A_RELEASE: &str = "Compare with the providers' logs what was sent after the time of the \
    copy, and end or skip what must not go again. Then see GET /v1/sending/release, and release sending.";

/// Whether messages go out from these tables, and why not.
pub(crate) fn show_outgoing(settings: &Settings, here: &Tables) -> Value {
    let mut shown = show_switch(&settings.sending);
    match settings.outgoing(here) {
        Outgoing::On | Outgoing::Held => {}
        Outgoing::Copy(tables) => {
            let tables: Vec<&str> = tables.iter().map(|kept| kept.as_str()).collect();
            // The sweeper notices, within a minute.
            let noticed = settings.home.copy.as_ref().map(|copy| copy.noticed);
            let copy = json!({
                "tables": tables,
                "noticed": noticed,
                "why": COPIED,
                "what_to_do": BEFORE_A_RELEASE,
            });
            let held = json!(SendingState::Held.as_str());
            shown.extend([("state".to_owned(), held), ("copy".to_owned(), copy)]);
        }
    }
    Value::Object(shown)
}
