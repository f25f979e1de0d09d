//! Programs in words, as a receptionist says them.

use super::super::lists::Template;
use super::model::{Action, AskedValue, Completion, Does, Frequency, Kind, Program, Timing};

/// What a type is called.
pub(super) const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::General => "General",
        Kind::Recall => "Recall",
        Kind::Program => "Program",
        Kind::Booking => "Booking",
        Kind::Referral => "Referral",
    }
}

/// What a type is for: said where it is picked, and above each program.
pub(super) const fn explanation(kind: Kind) -> &'static str {
    match kind {
        Kind::General => {
            "A series of contacts that counts from the day the patient is added. It can be repeated."
        }
        Kind::Recall => {
            "Gets a patient to book. It counts from the proposed date of the visit, which is given when the \
             patient is added, and is repeated at its frequency. A booking completes the cycle."
        }
        Kind::Program => {
            "Contacts over a time, such as monitoring. It counts from a start date, which is given when the \
             patient is added, and is repeated at its frequency."
        }
        Kind::Booking => {
            "Messages around one booking, such as reminders. It counts from the start of the booking, moves \
             with it, and ends when it is cancelled. It runs once."
        }
        Kind::Referral => {
            "Follows a referral until the patient books. It counts from the day the referral is added. It \
             runs once."
        }
    }
}

/// What the timings of a type count from.
pub(super) const fn reference(kind: Kind) -> &'static str {
    match kind {
        Kind::General => "the day the patient is added",
        Kind::Recall => "the proposed booking date",
        Kind::Program => "the start date",
        Kind::Booking => "the booking",
        Kind::Referral => "the day the referral is added",
    }
}

/// What an action is called.
pub(super) const fn does(does: Does) -> &'static str {
    match does {
        Does::Sms => "SMS",
        Does::Email => "Email",
        Does::LetterToPatient => "Letter to patient",
        Does::LetterToGp => "Letter to GP",
        Does::Pause => "Pause",
    }
}

/// The same inside a sentence.
pub(super) const fn does_within(does: Does) -> &'static str {
    match does {
        Does::Sms => "SMS",
        Does::Email => "email",
        Does::LetterToPatient => "letter to the patient",
        Does::LetterToGp => "letter to the GP",
        Does::Pause => "pause",
    }
}

/// “1 day”, “3 days”.
pub(super) fn amount(amount: u64, unit: &str) -> String {
    let one = unit.strip_suffix('s').unwrap_or(unit);
    if amount == 1 { format!("1 {one}") } else { format!("{amount} {unit}") }
}

/// With a capital, as a sentence begins.
pub(super) fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// With a small letter, as it stands within a sentence.
pub(super) fn within(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// A sentence without the ids in it: “template tmpl_… does not exist” is “template does not exist”.
pub(super) fn without_ids(sentence: &str) -> String {
    let is_id = |word: &str| {
        let word = word.trim_matches(|letter: char| !letter.is_ascii_alphanumeric());
        word.split_once('_').is_some_and(|(kind, rest)| {
            let of_letters = kind.chars().all(|letter| letter.is_ascii_lowercase());
            of_letters && rest.len() == 26 && rest.chars().all(|it| it.is_ascii_alphanumeric())
        })
    };
    let words = sentence.split(' ').filter(|word| !is_id(word));
    words.collect::<Vec<_>>().join(" ")
}

/// “every 12 months”.
pub(super) fn frequency(frequency: &Frequency) -> String {
    match (frequency.amount, frequency.unit.as_str()) {
        (1, "days") => "every day".to_owned(),
        (1, "weeks") => "every week".to_owned(),
        (1, "months") => "every month".to_owned(),
        (many, unit) => format!("every {}", amount(many, unit)),
    }
}

/// “3 days before the booking, at 10:00”.
pub(super) fn timing(timing: &Timing, of: Kind, is_first: bool) -> String {
    let reference = reference(of);
    let at = timing.at.as_ref().map(|at| format!(", at {at}")).unwrap_or_default();
    match (timing.when.as_str(), timing.amount, &timing.unit) {
        ("enrolled", ..) if is_first => "As soon as the patient is added".to_owned(),
        ("enrolled", ..) => "Right after the action above".to_owned(),
        ("on", ..) => match (of, &timing.at) {
            (Kind::Booking, None) => "At the time of the booking".to_owned(),
            (Kind::Booking, Some(at)) => format!("On the day of the booking, at {at}"),
            _ => format!("On {reference}{at}"),
        },
        (when, Some(many), Some(unit)) => format!("{} {when} {reference}{at}", amount(many, unit)),
        _ => String::new(),
    }
}

/// What is done with a letter.
pub(super) fn print(option: &str) -> &'static str {
    match option {
        "epost" => "Sent by ePost, and put on the distribution list",
        "save_file" => "Saved as a PDF file",
        _ => "Put on the distribution list, to be posted by hand",
    }
}

/// “a value in kg, from 40 to 200”.
fn value(asked: &AskedValue) -> String {
    let range = match (asked.min, asked.max) {
        (Some(min), Some(max)) => format!(", from {min} to {max}"),
        (Some(min), None) => format!(", from {min}"),
        (None, Some(max)) => format!(", up to {max}"),
        (None, None) => String::new(),
    };
    format!("Keeps the reply, and a value in {}{range}", asked.unit)
}

/// What else an action is set to, each in a few words.
pub(super) fn options(action: &Action) -> Vec<String> {
    let mut words = Vec::new();
    if action.does == Does::Pause {
        return vec!["Waits until somebody advances the patient".to_owned()];
    }
    if let Some(option) = &action.print {
        words.push(print(option).to_owned());
    }
    if action.save_reply {
        let kept = action.value.as_ref().map(value);
        words.push(kept.unwrap_or_else(|| "Keeps the reply".to_owned()));
    }
    if action.attach_calendar {
        words.push("With the booking for the calendar".to_owned());
    }
    if action.ignore_window {
        words.push("Goes at any hour".to_owned());
    }
    let on_error = if action.pause_on_error { "Pauses on an error" } else { "Skipped on an error" };
    words.push(on_error.to_owned());
    if let Some(hours) = action.useful_hours.filter(|hours| *hours != 24) {
        words.push(format!("Skipped when more than {} late", amount(hours, "hours")));
    }
    words
}

/// The name of an action's template; `None` when it has none, or when it is gone.
pub(super) fn template<'a>(action: &Action, templates: &'a [Template]) -> Option<&'a str> {
    let id = action.template.as_ref()?;
    templates.iter().find(|it| it.id == *id).map(|it| it.name.as_str())
}

/// An action as one sentence: what changed of it is seen by comparing two.
pub(super) fn action(action: &Action, of: Kind, is_first: bool, templates: &[Template]) -> String {
    let template = match (template(action, templates), &action.template) {
        (Some(name), _) => format!(" “{name}”"),
        (None, Some(_)) => " with a template that is deleted".to_owned(),
        (None, None) => String::new(),
    };
    let when = timing(&action.timing, of, is_first);
    format!("{}{template}. {when}. {}.", does(action.does), options(action).join(". "))
}

/// Which bookings complete a cycle.
pub(super) const fn completion(completion: Completion) -> &'static str {
    match completion {
        Completion::Ignore => "No booking: each cycle runs to its last action",
        Completion::Any => "Any booking of the patient",
        Completion::Selected => "A booking of one of the selected booking types",
    }
}

/// What happens when a completing booking is cancelled.
pub(super) fn reopening(program: &Program) -> String {
    match (program.reopening.policy.as_str(), program.reopening.days) {
        ("after_days", Some(days)) => format!("The cycle goes on {} later", amount(days, "days")),
        ("ask_staff", _) => "It goes on the work list, and somebody decides".to_owned(),
        _ => "The cycle goes on where it stood, at once".to_owned(),
    }
}

/// What messages are for.
pub(super) fn purpose(purpose: &str) -> &'static str {
    match purpose {
        "commercial" => "Commercial: only to patients who agreed to it",
        _ => "Care: to every patient who has not opted out",
    }
}

/// How often a program is gone through.
pub(super) fn cycles(program: &Program) -> String {
    let every = program.frequency.as_ref().map(frequency);
    match (program.cycles, every) {
        (1, _) => "Once".to_owned(),
        (many, Some(every)) => format!("{many} cycles, {every}"),
        (many, None) => format!("{many} cycles"),
    }
}

/// A program's properties, each with its name.
pub(super) fn properties(program: &Program) -> Vec<(&'static str, String)> {
    let mut all = vec![("Name", program.name.clone()), ("Runs", cycles(program))];
    if program.cycles > 1 {
        let from = match program.next_cycle.as_str() {
            "completing_booking" => "The booking that completed the cycle before",
            _ => "The first date",
        };
        all.push(("The next cycle counts from", from.to_owned()));
    }
    all.push(("Purpose", purpose(&program.purpose).to_owned()));
    let clinical = if program.clinically_significant { "Yes" } else { "No" };
    all.push(("Clinically significant", clinical.to_owned()));
    all.push(("A cycle is completed by", completion(program.completion).to_owned()));
    if program.completion != Completion::Ignore {
        all.push(("If that booking is cancelled", reopening(program)));
    }
    if let Some(origins) = &program.referral_origins {
        let from = match origins.as_str() {
            "any" => "Any referral, also those our own letters made",
            _ => "Referrals from outside the practice",
        };
        all.push(("Started by", from.to_owned()));
    }
    if let Some(types) = &program.referral_types {
        let named = if types.is_empty() { "Any".to_owned() } else { types.join(", ") };
        all.push(("Types of referral", named));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(when: &str, amount: Option<u64>, unit: Option<&str>, at: Option<&str>) -> Timing {
        Timing {
            when: when.to_owned(),
            amount,
            unit: unit.map(ToOwned::to_owned),
            at: at.map(ToOwned::to_owned),
        }
    }

    #[test]
    fn a_sentence_is_said_without_the_ids_in_it() {
        let said = "template tmpl_01kazmttvvn4q3r6mq5b6k8w2d does not exist";
        assert_eq!(without_ids(said), "template does not exist");
        let other = "save_reply must be `true` or `false`, said tmpl_1";
        assert_eq!(without_ids(other), other);
    }

    #[test]
    fn a_timing_is_said_in_words() {
        let before = at("before", Some(3), Some("days"), Some("10:00"));
        assert_eq!(timing(&before, Kind::Booking, true), "3 days before the booking, at 10:00");
        let after = at("after", Some(1), Some("months"), None);
        assert_eq!(timing(&after, Kind::Program, true), "1 month after the start date");
        let on = at("on", None, None, None);
        assert_eq!(timing(&on, Kind::Booking, true), "At the time of the booking");
        let enrolled = at("enrolled", None, None, None);
        assert_eq!(timing(&enrolled, Kind::General, true), "As soon as the patient is added");
        assert_eq!(timing(&enrolled, Kind::General, false), "Right after the action above");
    }
}
