//! What patients answered, as it is shown.

use app::catalogue::KnownPrograms;
use app::ports::ReplyPlace;
use app::replies::{Point, Series};
use chrono::DateTime;
use csv::Writer;
use domain::hold::AddressHold;
use domain::ids::ProgramId;
use domain::phi::Phi;
use domain::program::ProgramName;
use domain::reply::{Answered, ReceivedReply};
use domain::text::ExternalId;
use serde_json::{Value, json};

/// The columns of a file of answers.
const COLUMNS: [&str; 9] =
    ["at", "text", "meaning", "program", "cycle", "action", "value", "unit", "in_range"];

/// A hold of a patient's number.
pub(super) fn show_hold(hold: &AddressHold) -> Value {
    json!({ "since": hold.since, "cause": hold.cause.as_str() })
}

fn name<'a>(programs: &'a KnownPrograms, id: &ProgramId) -> Option<&'a ProgramName> {
    programs.get(id).map(|known| &known.program().name)
}

fn show_program(programs: &KnownPrograms, id: &ProgramId) -> Value {
    json!({ "id": id, "name": name(programs, id) })
}

/// Where an answer stands in the list of its patient, as a cursor says it.
pub(crate) fn show_place(reply: &ReceivedReply) -> String {
    format!("{:015}#{}", reply.at.timestamp_millis(), reply.id)
}

/// Reads what [`show_place`] wrote.
pub(crate) fn read_place(text: &str) -> Option<ReplyPlace> {
    let (at, id) = text.split_once('#')?;
    let at = DateTime::from_timestamp_millis(at.parse().ok()?)?;
    Some(ReplyPlace { at, id: ExternalId::parse(id).ok()? })
}

pub(crate) fn show_reply(reply: &ReceivedReply, programs: &KnownPrograms) -> Value {
    let value = reply.value.as_ref().map(Phi::reveal);
    json!({
        "id": reply.id,
        "at": reply.at,
        "text": reply.text.reveal().as_str(),
        "meaning": reply.meaning.as_str(),
        "answers": reply.answers.as_ref().map(|it| show_answered(it, programs)),
        "value": value.map(|value| json!({
            "number": value.number.to_f64(),
            "unit": value.unit,
            "in_range": value.fit.in_range(),
        })),
    })
}

fn show_answered(answered: &Answered, programs: &KnownPrograms) -> Value {
    json!({
        "enrolment": answered.enrolment,
        "program": show_program(programs, &answered.program),
        "cycle": answered.cycle,
        "action": answered.action,
    })
}

pub(crate) fn show_series(series: &Series, programs: &KnownPrograms) -> Value {
    json!({
        "program": show_program(programs, &series.program),
        "action": series.action,
        "unit": series.unit,
        "points": series.points.iter().map(show_point).collect::<Vec<_>>(),
    })
}

fn show_point(point: &Point) -> Value {
    json!({
        "at": point.at,
        "number": point.number.to_f64(),
        "in_range": point.fit.in_range(),
        "cycle": point.cycle,
    })
}

/// The answers as a file of comma-separated values.
pub(crate) fn write_csv(replies: &[ReceivedReply], programs: &KnownPrograms) -> Vec<u8> {
    const WRITTEN: &str = "memory takes every row";
    let mut file = Writer::from_writer(Vec::new());
    file.write_record(COLUMNS).expect(WRITTEN);
    for reply in replies {
        let answers = reply.answers.as_ref();
        let value = reply.value.as_ref().map(Phi::reveal);
        let program = answers.and_then(|it| name(programs, &it.program));
        let row = [
            reply.at.to_rfc3339(),
            cell(reply.text.reveal().as_str()),
            reply.meaning.as_str().to_owned(),
            program.map(|name| cell(name.as_str())).unwrap_or_default(),
            answers.map(|it| it.cycle.to_string()).unwrap_or_default(),
            answers.map(|it| it.action.to_string()).unwrap_or_default(),
            // A number is one of ours, so that a minus is no formula.
            value.map(|value| value.number.to_string()).unwrap_or_default(),
            value
                .and_then(|value| value.unit.as_ref())
                .map(|unit| cell(unit.as_str()))
                .unwrap_or_default(),
            value
                .and_then(|value| value.fit.in_range())
                .map(|within| within.to_string())
                .unwrap_or_default(),
        ];
        file.write_record(row).expect(WRITTEN);
    }
    file.into_inner().expect(WRITTEN)
}

/// A text that somebody else wrote, as a cell that no spreadsheet takes for a formula (OWASP, CSV
/// injection).
fn cell(text: &str) -> String {
    let first = text.trim_start().chars().next();
    let is_formula = first.is_some_and(|first| "=+-@＝＋－＠|%".contains(first))
        || text.starts_with(['\t', '\r', '\n']);
    if is_formula { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", " =1+1", "\t=1", "=HYPERLINK(\"x\")", "＝1"] {
            assert!(cell(text).starts_with('\''), "{text:?}");
        }
        for text in ["7.2", "yes", "a=b", "", "Ναι"] {
            assert_eq!(cell(text), text);
        }
    }
}
