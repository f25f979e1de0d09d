//! Letters and batches as they are shown.

use app::letters::{LINK_VALID, LeftOut, LetterStory, PrintedBatch};
use chrono::{DateTime, Utc};
use domain::distribution::{Audited, Done, LetterState, ListedLetter, Reason, Waiting};
use domain::ids::BatchId;
use domain::site::Site;
use domain::staff::StaffId;
use serde_json::{Value, json};

/// A letter of the list.
pub(crate) fn show_letter(letter: &ListedLetter, site: Option<&Site>) -> Value {
    json!({
        "id": letter.id,
        "version": letter.revision,
        "addressee": letter.addressee.as_str(),
        "print": letter.print.as_str(),
        "to": letter.to.reveal(),
        "site": {
            "id": letter.site,
            "code": site.map(|site| &site.code),
            "name": site.map(|site| &site.name),
        },
        "program": letter.program,
        "patient": letter.patient,
        "about": letter.about.reveal(),
        "enrolment": letter.key.enrolment,
        "cycle": letter.key.cycle,
        "action": letter.key.action,
        "title": letter.title,
        "date": letter.dated,
        "pages": letter.pages,
        "listed": letter.listed,
        "batches": letter.batches,
        "state": show_state(&letter.state),
    })
}

fn show_state(state: &LetterState) -> Value {
    let mut shown = Standing::default();
    match state {
        LetterState::Waiting(Waiting::New) | LetterState::ToFile { .. } | LetterState::ToEpost => {}
        LetterState::Waiting(Waiting::ByHand(Reason { why, .. }))
        | LetterState::InDoubt(Reason { why, .. }) => {
            shown.why = Some(why);
        }
        LetterState::Waiting(Waiting::Again { done, why })
        | LetterState::Returned { done, why }
        | LetterState::Withdrawn { done, why } => {
            shown = Standing { why: Some(why.as_str()), ..Standing::done(done) };
        }
        LetterState::Printed { batch, done } => {
            shown = Standing { batch: Some(batch), ..Standing::done(done) };
        }
        LetterState::Posted { batch, done } => {
            shown = Standing { batch: batch.as_ref(), ..Standing::done(done) };
        }
        LetterState::Filed { path } => shown.path = Some(path),
        LetterState::AtEpost { provider_id, stage, at } => {
            shown.at = Some(*at);
            shown.epost = Some(json!({ "id": provider_id, "stage": stage.as_str() }));
        }
    }
    json!({
        "name": state.name().as_str(),
        "batch": shown.batch,
        "at": shown.at,
        "by": shown.by,
        "why": shown.why,
        "path": shown.path,
        "epost": shown.epost,
    })
}

/// What is said of where a letter stands.
#[derive(Default)]
struct Standing<'a> {
    batch: Option<&'a BatchId>,
    at: Option<DateTime<Utc>>,
    by: Option<&'a StaffId>,
    why: Option<&'a str>,
    path: Option<&'a str>,
    epost: Option<Value>,
}

impl<'a> Standing<'a> {
    fn done(done: &'a Done) -> Self {
        Self { at: Some(done.at), by: Some(&done.by), ..Self::default() }
    }
}

/// A letter, and who has done what about it.
pub(crate) fn show_story(story: &LetterStory, site: Option<&Site>) -> Value {
    let mut shown = show_letter(&story.letter, site);
    if let Some(fields) = shown.as_object_mut() {
        fields.insert("history".to_owned(), show_history(&story.audited));
    }
    shown
}

fn show_history(audited: &[Audited]) -> Value {
    let show = |it: &Audited| json!({ "at": it.done.at, "by": it.done.by, "what": it.what.as_str(), "why": it.why });
    audited.iter().map(show).collect()
}

/// A batch, and its letters as they are now.
pub(crate) fn show_batch(printed: &PrintedBatch, sites: &[Site]) -> Value {
    let PrintedBatch { batch, letters, audited, left_out, more } = printed;
    let site = |letter: &ListedLetter| sites.iter().find(|site| site.id == letter.site);
    let letters: Vec<_> = letters.iter().map(|letter| show_letter(letter, site(letter))).collect();
    json!({
        "id": batch.id,
        "version": batch.revision,
        "sides": batch.sides.as_str(),
        "pages": batch.pages,
        "printed": { "at": batch.printed.at, "by": batch.printed.by },
        "posted": batch.posted.as_ref().map(|done| json!({ "at": done.at, "by": done.by })),
        "letters": letters,
        "history": show_history(audited),
        "left_out": left_out.iter().map(show_left_out).collect::<Value>(),
        "more": more,
    })
}

fn show_left_out(left_out: &LeftOut) -> Value {
    json!({ "letter": left_out.letter, "why": left_out.why })
}

/// A link, and until when it may be followed.
pub(crate) fn show_link(link: &str, now: DateTime<Utc>) -> Value {
    json!({ "url": link, "until": now + LINK_VALID })
}
