//! Patients' choices as the API writes them: each with its evidence, or in the simple form
//! `opted_out`.

use std::collections::BTreeSet;

use app::form::Form;
use app::people::{ConsentDraft, ConsentsDraft};
use domain::patient::{Choice, Consent, Evidence};
use domain::phi::Phi;
use domain::program::{Channel, Purpose};
use serde_json::{Value, json};

use super::patient::LeftOut;

/// Most entries of `consents`: one for each channel and purpose.
const MAX_CONSENTS: usize = Channel::ALL.len() * Purpose::ALL.len();

fn read_channel(text: &str) -> Result<Channel, &'static str> {
    Channel::parse(text).ok_or("must be a channel: sms, email or letter")
}

pub(super) fn read_consents(form: &Form<'_>, left_out: LeftOut) -> Option<ConsentsDraft> {
    let opted_out = form.texts("opted_out", Channel::ALL.len(), read_channel);
    let choices = form.objects("consents", MAX_CONSENTS, |form| {
        form.pass_over(&["by", "at"]);
        let channel = form.choice("channel", &Channel::ALL, Channel::as_str);
        let purpose = form.choice("purpose", &Purpose::ALL, Purpose::as_str);
        let choice = form.choice("choice", &Choice::ALL, Choice::as_str);
        let how = form.required("how", Evidence::parse);
        let how = Phi::new(how?);
        Some(ConsentDraft { channel: channel?, purpose: purpose?, choice: choice?, how })
    });
    let (opted_out, choices) = (opted_out?, choices?);
    let opted_out = left_out.speaks(form, "opted_out").then(|| opted_out.into_iter().collect());
    let draft = ConsentsDraft { opted_out, choices };
    refuse_contradictions(form, &draft);
    Some(draft)
}

/// Two choices for one thing, or a choice on care that the simple form says otherwise.
fn refuse_contradictions(form: &Form<'_>, draft: &ConsentsDraft) {
    let mut seen = BTreeSet::new();
    for it in &draft.choices {
        let (channel, purpose) = (it.channel.as_str(), it.purpose.as_str());
        if !seen.insert((channel, purpose)) {
            form.error("consents", format!("says {channel} for {purpose} twice"));
        }
        let withdrawn = it.choice == Choice::Withdrawn;
        let otherwise =
            draft.opted_out.as_ref().is_some_and(|out| out.contains(&it.channel) != withdrawn);
        if it.purpose == Purpose::Care && otherwise {
            let choice = it.choice.as_str();
            let detail = format!(
                "says {channel} for care is {choice}, and opted_out says otherwise; change both, \
                 or leave one of them out"
            );
            form.error("consents", detail);
        }
    }
}

/// What was chosen for a channel and a purpose that the address names.
pub(crate) fn read_consent(
    form: &Form<'_>,
    channel: Channel,
    purpose: Purpose,
) -> Option<ConsentDraft> {
    let choice = form.choice("choice", &Choice::ALL, Choice::as_str);
    let how = form.required("how", Evidence::parse);
    Some(ConsentDraft { channel, purpose, choice: choice?, how: Phi::new(how?) })
}

/// Nothing more by these channels.
pub(crate) fn read_opt_out(form: &Form<'_>) -> Option<Vec<ConsentDraft>> {
    let channels = form.texts("channels", Channel::ALL.len(), read_channel);
    let how = form.required("how", Evidence::parse);
    let channels = channels?;
    if channels.is_empty() {
        form.error("channels", "must name at least one of sms, email, letter");
    }
    let (purpose, choice, how) = (Purpose::Care, Choice::Withdrawn, Phi::new(how?));
    let withdraw = |channel| ConsentDraft { channel, purpose, choice, how: how.clone() };
    Some(channels.into_iter().map(withdraw).collect())
}

pub(super) fn show_consent((channel, purpose, consent): (Channel, Purpose, &Consent)) -> Value {
    json!({
        "channel": channel.as_str(),
        "purpose": purpose.as_str(),
        "choice": consent.choice.as_str(),
        "how": consent.how.reveal(),
        "by": consent.by,
        "at": consent.at,
    })
}
