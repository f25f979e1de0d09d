//! What patients answered, as it is shown.

use std::collections::BTreeMap;

use app::catalogue::KnownPrograms;
use app::ports::ReplyPlace;
use app::replies::{Point, Series, Values};
use chrono::DateTime;
use csv::Writer;
use domain::calendar::in_words;
use domain::hold::AddressHold;
use domain::ids::{ActionId, ProgramId, TemplateId};
use domain::phi::Phi;
use domain::program::{Action, Medium, ProgramName, Reply};
use domain::reply::{Answered, Number, ReceivedReply, ValueRule};
use domain::site::Site;
use domain::text::{ExternalId, Label};
use serde_json::{Value, json};

/// The columns of a file of answers.
const COLUMNS: [&str; 13] = [
    "at", "local", "text", "meaning", "program", "question", "cycle", "action", "value", "unit",
    "in_range", "min", "max",
];

/// What was asked of a patient.
pub(crate) struct Asked {
    /// By which programs.
    pub(crate) programs: KnownPrograms,
    /// The names of the templates that ask.
    pub(crate) questions: BTreeMap<TemplateId, Label>,
    /// The patient's site, whose clock the times are told by.
    pub(crate) site: Option<Site>,
}

impl Asked {
    fn action(&self, program: &ProgramId, action: &ActionId) -> Option<&Action> {
        self.programs.get(program)?.program().action(action)
    }

    /// What a person calls the question of an action: its template.
    fn question(&self, program: &ProgramId, action: &ActionId) -> Option<&Label> {
        self.questions.get(self.action(program, action)?.template()?)
    }

    /// What value an action asks for, as it is now.
    fn rule(&self, program: &ProgramId, action: &ActionId) -> Option<&ValueRule> {
        match &self.action(program, action)?.message()?.medium {
            Medium::Sms { reply: Reply::Saved { value }, .. } => value.as_ref(),
            Medium::Sms { reply: Reply::NotKept, .. }
            | Medium::Email { .. }
            | Medium::Letter { .. } => None,
        }
    }
}

/// A hold of a patient's number or mailbox.
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

pub(crate) fn show_values(values: &Values, asked: &Asked) -> Value {
    let items: Vec<_> = values.series.iter().map(|series| show_series(series, asked)).collect();
    json!({ "items": items, "since": values.since })
}

fn show_series(series: &Series, asked: &Asked) -> Value {
    let Series { program, action, unit, points } = series;
    // A range in another unit is none of theirs.
    let rule = asked.rule(program, action).filter(|rule| unit.as_ref() == Some(rule.unit()));
    json!({
        "program": show_program(&asked.programs, program),
        "action": action,
        "question": asked.question(program, action),
        "unit": unit,
        "min": rule.and_then(ValueRule::min).map(Number::to_f64),
        "max": rule.and_then(ValueRule::max).map(Number::to_f64),
        "points": points.iter().map(show_point).collect::<Vec<_>>(),
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

/// The answers as a file of comma-separated values. What is beyond so many, or so many bytes, is left
/// out, and the file's last line says so.
pub(crate) fn write_csv(
    replies: &[ReceivedReply],
    asked: &Asked,
    most: usize,
    most_bytes: usize,
) -> Vec<u8> {
    const WRITTEN: &str = "memory takes every row";
    let mut file = Writer::from_writer(Vec::new());
    file.write_record(COLUMNS).expect(WRITTEN);
    for (nth, reply) in replies.iter().enumerate() {
        file.flush().expect(WRITTEN);
        if nth >= most || file.get_ref().len() >= most_bytes {
            let mut last = COLUMNS.map(|_| "");
            last[2] = "Older answers are not in this file.";
            file.write_record(last).expect(WRITTEN);
            break;
        }
        file.write_record(row(reply, asked)).expect(WRITTEN);
    }
    file.into_inner().expect(WRITTEN)
}

fn row(reply: &ReceivedReply, asked: &Asked) -> [String; 13] {
    let answers = reply.answers.as_ref();
    let value = reply.value.as_ref().map(Phi::reveal);
    let program = answers.and_then(|it| name(&asked.programs, &it.program));
    let question = answers.and_then(|it| asked.question(&it.program, &it.action));
    let unit = value.and_then(|value| value.unit.as_ref());
    let rule = answers
        .and_then(|it| asked.rule(&it.program, &it.action))
        .filter(|rule| unit == Some(rule.unit()));
    let number = |number: Option<Number>| number.map(|it| it.to_string()).unwrap_or_default();
    [
        reply.at.to_rfc3339(),
        asked.site.as_ref().map(|site| in_words(site.zone, reply.at)).unwrap_or_default(),
        cell(reply.text.reveal().as_str()),
        reply.meaning.as_str().to_owned(),
        program.map(|name| cell(name.as_str())).unwrap_or_default(),
        question.map(|name| cell(name.as_str())).unwrap_or_default(),
        answers.map(|it| it.cycle.to_string()).unwrap_or_default(),
        answers.map(|it| it.action.to_string()).unwrap_or_default(),
        // A number is one of ours, so that a minus is no formula.
        number(value.map(|value| value.number)),
        unit.map(|unit| cell(unit.as_str())).unwrap_or_default(),
        value
            .and_then(|value| value.fit.in_range())
            .map(|within| within.to_string())
            .unwrap_or_default(),
        number(rule.and_then(ValueRule::min)),
        number(rule.and_then(ValueRule::max)),
    ]
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
    use std::collections::BTreeSet;

    use domain::reply::{Meaning, Origin, ReplyText};

    use super::*;

    fn of_nobody() -> Asked {
        let (programs, questions) = (KnownPrograms::default(), BTreeMap::new());
        Asked { programs, questions, site: None }
    }

    fn answer(n: i64) -> ReceivedReply {
        ReceivedReply {
            id: ExternalId::parse(&format!("in-{n}")).unwrap(),
            at: DateTime::from_timestamp(n, 0).unwrap(),
            from: Origin::parse("+61491570006").unwrap(),
            text: Phi::new(ReplyText::of(&"x".repeat(1_000))),
            meaning: Meaning::Text,
            patients: BTreeSet::new(),
            answers: None,
            value: None,
        }
    }

    #[test]
    fn a_file_that_leaves_older_answers_out_says_so() {
        let replies: Vec<_> = (0..5).map(answer).collect();
        for (most, most_bytes, rows) in [(5, 1_000_000, 5), (3, 1_000_000, 4), (5, 1_500, 3)] {
            let file = write_csv(&replies, &of_nobody(), most, most_bytes);
            let file = String::from_utf8(file).unwrap();
            let lines: Vec<_> = file.lines().skip(1).collect();
            assert_eq!(lines.len(), rows, "{most} {most_bytes}");
            let says = lines.last().unwrap().contains("Older answers are not in this file.");
            assert_eq!(says, rows < 5, "{most} {most_bytes}");
        }
    }

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
