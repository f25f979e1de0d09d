//! The words of the work list: what each kind is, what came of it, how old it is.

use chrono_tz::Tz;
use maud::{Markup, html};

use super::view::{Named, Person, Place, Work};
use crate::api::at;
use crate::html::dates::moment;
use crate::html::tag;

/// What waits, by what the API calls it: its name in a list of kinds, and what it says of an item.
pub(super) const KINDS: [(&str, &str, &str); 16] = [
    ("paused", "At a pause", "A program has come to a pause"),
    ("failed", "Failed, program waits", "A message failed, and the program waits"),
    ("not_reached", "Patient not reached", "The patient was not reached"),
    ("exhausted", "Ended without a booking", "A program has ended and the patient has not booked"),
    ("booking_gone", "Booking gone", "The booking that answered a recall has gone"),
    ("unclear", "May have been sent", "A message may or may not have been sent"),
    ("repeated", "Same text too often", "The same text went to one address too often"),
    ("unmatched", "Not matched", "Something from another system could not be matched"),
    ("bad_address", "Letter came back", "A letter came back from the post"),
    ("unreadable", "Cannot be read", "Something that is stored cannot be read"),
    ("replied", "Answer to read", "An answer is to be read"),
    ("out_of_range", "Value out of range", "A patient answered a value out of range"),
    ("declined", "Will not come", "A patient will not come"),
    ("opted_out", "Opted out", "A patient takes no more text messages and must be reached"),
    ("possible_duplicate", "Same person twice?", "Two records may be of one person"),
    ("unbalanced", "Does not balance", "The daily balance has found a contradiction"),
];

/// What an item is, in a sentence.
pub(super) fn sentence(kind: &str) -> &'static str {
    let found = KINDS.iter().find(|(name, ..)| *name == kind);
    found.map_or("Something waits for a person", |(_, _, sentence)| sentence)
}

/// What may have come of work: what is sent, what is shown, and whether only a clinician may say it.
pub(super) const OUTCOMES: [(&str, &str, bool); 5] = [
    ("done", "Done", false),
    ("no_answer", "No answer: the patient was not reached", false),
    ("booked", "The patient has booked", false),
    ("not_needed", "Not needed", false),
    ("clinical_review", "A clinician has looked at it and decided", true),
];

/// What came of work, in words.
pub(super) fn outcome(name: &str) -> &'static str {
    let found = OUTCOMES.iter().find(|(its, ..)| *its == name);
    found.map_or("Resolved", |(_, words, _)| words)
}

/// What can happen to the program of a patient that waits for this.
pub(super) const THENS: [(&str, &str, &str); 4] = [
    ("advance", "Go on", "What it waited for is dealt with: the next action follows."),
    ("retry", "Try it again", "The same message is sent again, once what was wrong is mended."),
    ("skip", "Leave this action out", "It is not sent; the next action follows."),
    ("end", "End the program for this patient", "For good: nothing more is sent of it."),
];

/// Why work for which no program waits moves none.
pub(super) const NOT_HELD: &str = "The patient's program does not wait for this. Resolve it without saying what \
                                   happens to the program; what is to be changed there is changed on the patient's page.";

/// The kinds of work for which a patient's program is held.
pub(super) fn is_hold(kind: &str) -> bool {
    matches!(kind, "paused" | "failed" | "unclear" | "repeated")
}

/// How old it is, said by a word and a colour.
pub(super) fn age(days: i64) -> Markup {
    match days {
        ..=0 => tag("off", "Today"),
        1 => tag("off", "1 day"),
        2 => tag("wait", "2 days"),
        3..=6 => tag("wait", &format!("{days} days")),
        _ => tag("bad", &format!("{days} days")),
    }
}

/// Since when it waits: on its site's clock, or on the practice's when it is of no site.
pub(super) fn since(work: &Work, zone: Tz) -> Markup {
    match &work.local {
        Some(local) => html! { time datetime=(work.since) { (local) } },
        None => moment(&work.since, zone),
    }
}

/// What somebody is called.
pub(super) fn name(person: &Person) -> String {
    let names = [person.first_name.as_deref(), person.last_name.as_deref()];
    let name = names.into_iter().flatten().collect::<Vec<_>>().join(" ");
    if name.is_empty() { "A patient without a readable name".to_owned() } else { name }
}

/// A link to somebody.
pub(super) fn link(person: &Person) -> Markup {
    html! { a href=(at(&["app", "patients", &person.id], &[])) { (name(person)) } }
}

/// What a program is called.
pub(super) fn program(program: &Named) -> Markup {
    html! {
        @match &program.name {
            Some(name) if !program.deleted => {
                a href=(at(&["app", "programs", &program.id], &[])) { (name) }
            }
            Some(name) => { (name) " (deleted)" }
            None => "a deleted program"
        }
    }
}

/// What a site is called.
pub(super) fn site(site: &Place) -> &str {
    site.name.as_deref().unwrap_or("a site that cannot be read")
}

/// An item in a few words, for a report or a button: what it is, and about whom.
pub(super) fn brief(work: &Work) -> String {
    let sentence = sentence(&work.kind);
    work.patient.as_ref().map_or(sentence.to_owned(), |it| format!("{sentence}: {}", name(it)))
}

/// How an action goes, in words.
pub(super) fn carrier(kind: &str) -> &'static str {
    match kind {
        "sms" => "SMS",
        "email" => "Email",
        "letter" | "letter_to_patient" | "letter_to_gp" => "Letter",
        _ => "Pause",
    }
}

/// What was written into a note, on one line: that is how it is kept.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
