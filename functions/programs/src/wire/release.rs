//! A release of all sending, and what it would do.

use app::form::Form;
use app::release::{Accepted, Counted, Fate, Preview, Tally};
use domain::program::Program;
use domain::settings::SendingState;
use serde_json::{Map, Value, json};

const fn fate_name(fate: Fate) -> &'static str {
    match fate {
        Fate::Sent => "sent",
        Fate::TooLate => "too_late",
        Fate::Held => "held",
        Fate::PassedOver => "passed_over",
        Fate::Waiting => "waiting",
        Fate::Gone => "gone",
    }
}

/// Reads `?messages=`: how many messages may go out at once.
pub(crate) fn read_accepted_messages(form: &Form<'_>) -> Option<Accepted> {
    let accepted = form.optional("messages", |text| match text {
        "all" => Ok(Accepted::All),
        number => number.parse().map(Accepted::UpTo).map_err(|_| "must be a whole number, or all"),
    });
    Some(accepted?.unwrap_or(Accepted::UpTo(0)))
}

pub(crate) fn show_release(state: SendingState, preview: &Preview, programs: &[Program]) -> Value {
    let channels = preview.by_carrier.iter().map(|(carrier, tally)| {
        let mut shown = show_tally(tally);
        shown.insert("channel".to_owned(), json!(carrier.as_str()));
        shown.insert("due".to_owned(), json!(tally.due));
        Value::Object(shown)
    });
    let of_programs = preview.by_program.iter().map(|(id, tally)| {
        let name = programs.iter().find(|program| program.id == *id).map(|program| &program.name);
        let mut shown = show_tally(tally);
        shown.insert("program".to_owned(), json!({ "id": id, "name": name }));
        Value::Object(shown)
    });
    let mut shown = show_tally(&preview.all);
    shown.extend([
        ("state".to_owned(), json!(state.as_str())),
        ("due".to_owned(), json!(preview.all.due)),
        ("all_counted".to_owned(), json!(preview.counted == Counted::All)),
        ("oldest_due".to_owned(), json!(preview.oldest)),
        ("messages".to_owned(), json!(preview.messages())),
        ("channels".to_owned(), channels.collect()),
        ("programs".to_owned(), of_programs.collect()),
    ]);
    Value::Object(shown)
}

/// How many were looked at, and what would become of them.
fn show_tally(tally: &Tally) -> Map<String, Value> {
    let fates = Fate::ALL.map(|fate| (fate_name(fate).to_owned(), json!(tally.of(fate))));
    Map::from_iter([
        ("examined".to_owned(), json!(tally.examined())),
        ("would_be".to_owned(), Value::Object(Map::from_iter(fates))),
    ])
}
