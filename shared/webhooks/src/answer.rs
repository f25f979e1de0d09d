//! What a delivery did, for its sender.

use app::events::Answer;
use app::ports::{EventKey, EventResult};
use dialects::{Notice, PassedOver};
use domain::ids::{EnrolmentId, ProgramId};
use serde_json::{Value, json};

/// An event of a delivery, and what became of it.
#[derive(Debug)]
pub(crate) struct Answered {
    /// Its key.
    pub(crate) key: EventKey,
    /// The sender's key for the booking or referral it is about.
    pub(crate) about: String,
    /// What became of it.
    pub(crate) answer: Answer,
}

/// What became of an event, as one word.
pub(crate) const fn outcome(answer: &Answer) -> &'static str {
    match answer {
        Answer::Done(result) => result.verdict.as_str(),
        Answer::Duplicate(_) => "duplicate",
        Answer::Kept => "kept",
        Answer::AnotherEvent => "id_taken",
    }
}

/// Says that another event came under the key of one that is known.
pub(crate) const ID_TAKEN: &str = "Another event came under this id; nothing was changed. Give each event an id of its \
                                   own, and send the same id with the same event only.";

/// The answer to a delivery: what it did in all, and each event of it by itself.
pub(crate) fn show(
    events: &[Answered],
    passed_over: &[PassedOver],
    notice: Option<Notice>,
) -> Value {
    let shown: Vec<Value> = events.iter().map(show_event).collect();
    let passed_over: Vec<Value> =
        passed_over.iter().map(|it| json!({ "what": it.what, "why": it.why })).collect();
    let all = |name: &str| -> Vec<Value> {
        let lists = shown.iter().filter_map(|event| event.get(name)?.as_array());
        lists.flatten().cloned().collect()
    };
    json!({
        "outcome": in_all(events),
        "enrolled": all("enrolled"),
        "changed": all("changed"),
        "completed": all("completed"),
        "detail": sentence(events, notice),
        "events": shown,
        "passed_over": passed_over,
    })
}

/// What became of all events: `several` when not the same of each, `nothing` when there was none.
fn in_all(events: &[Answered]) -> &'static str {
    let Some((first, rest)) = events.split_first() else { return "nothing" };
    let outcome_of_first = outcome(&first.answer);
    if rest.iter().all(|event| outcome(&event.answer) == outcome_of_first) {
        outcome_of_first
    } else {
        "several"
    }
}

/// What a delivery did, in words: for one event what it did.
fn sentence(events: &[Answered], notice: Option<Notice>) -> String {
    match (events, notice) {
        ([event], _) => in_words(&event.answer),
        ([], Some(notice)) => notice.as_str().to_owned(),
        ([], None) => "Nothing in it is an event; `passed_over` says why.".to_owned(),
        (events, _) => format!("{} events; `events` says what each did.", events.len()),
    }
}

/// Most reasons that an answer in HL7 v2 gives: it has one short line for them.
const MOST_REASONS: usize = 3;

/// The same in the one line that an answer in HL7 v2 has, with why something was passed over: it has no
/// list of that.
pub(crate) fn line(
    events: &[Answered],
    passed_over: &[PassedOver],
    notice: Option<Notice>,
) -> String {
    let reasons = passed_over.iter().take(MOST_REASONS).map(|it| it.why.as_str());
    let did = (!events.is_empty() || passed_over.is_empty()).then(|| sentence(events, notice));
    did.as_deref().into_iter().chain(reasons).collect::<Vec<_>>().join(" ")
}

fn show_event(event: &Answered) -> Value {
    let nothing = EventResult::default();
    let result = match &event.answer {
        Answer::Done(result) | Answer::Duplicate(result) => result,
        Answer::Kept | Answer::AnotherEvent => &nothing,
    };
    let pairs = |list: &[(ProgramId, EnrolmentId)]| -> Vec<Value> {
        list.iter()
            .map(|(program, enrolment)| json!({ "program": program, "enrolment": enrolment }))
            .collect()
    };
    json!({
        "id": event.key.id,
        "about": event.about,
        "outcome": outcome(&event.answer),
        "enrolled": pairs(&result.enrolled),
        "changed": pairs(&result.changed),
        "completed": pairs(&result.completed),
        "detail": in_words(&event.answer),
    })
}

fn in_words(answer: &Answer) -> String {
    match answer {
        Answer::Done(result) => deed(result),
        Answer::Duplicate(result) => {
            let deed = deed(result);
            format!("This event came before; nothing was changed now. When it came: {deed}")
        }
        Answer::Kept => {
            "It is kept, and will be dealt with within minutes: it could not be at once. It \
                         need not be sent again."
                .to_owned()
        }
        Answer::AnotherEvent => ID_TAKEN.to_owned(),
    }
}

fn deed(result: &EventResult) -> String {
    let counted =
        |n: usize| if n == 1 { "1 enrolment".to_owned() } else { format!("{n} enrolments") };
    let mut sentences = Vec::new();
    if !result.enrolled.is_empty() {
        sentences.push(format!("{} begun.", counted(result.enrolled.len())));
    }
    if !result.changed.is_empty() {
        sentences.push(format!("{} changed.", counted(result.changed.len())));
    }
    match result.completed.len() {
        0 => {}
        1 => sentences.push("It completed a cycle of 1 enrolment.".to_owned()),
        n => sentences.push(format!("It completed a cycle of {n} enrolments each.")),
    }
    sentences.extend(result.remarks.iter().cloned());
    if sentences.is_empty() {
        sentences.push("Nothing here depends on it.".to_owned());
    }
    sentences.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_says_why_nothing_was_taken_in() {
        let over = |why: &str| PassedOver { what: "SIU^S23".to_owned(), why: why.to_owned() };
        assert_eq!(line(&[], &[over("A slot."), over("No PID.")], None), "A slot. No PID.");
        assert_eq!(line(&[], &[], Some(Notice::Heartbeat)), Notice::Heartbeat.as_str());
    }
}
