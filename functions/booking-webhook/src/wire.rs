//! Our own JSON for booking events, and the answer to it.

use app::form::Form;
use app::intake::Answer;
use app::ports::EventResult;
use chrono::{DateTime, Datelike, Duration, Utc};
use domain::booking::{BookingDetails, BookingEvent, BookingEventKind, BookingKey, EventOrder};
use domain::ids::{EnrolmentId, ProgramId};
use domain::intake::PresentedPatient;
use domain::text::{Code, ExternalId};
use serde_json::{Value, json};

/// What the `booking` object says.
struct BookingPart {
    id: ExternalId,
    version: Option<u64>,
    booking_type: Code,
    site: Option<Code>,
    start: DateTime<Utc>,
    end: Option<DateTime<Utc>>,
}

/// Reads `{"type": …, "timestamp": …, "data": {"booking": {…}, "patient": {…}}}`.
pub(crate) fn read_event(
    form: &Form<'_>,
    source: &Code,
    now: DateTime<Utc>,
) -> Option<BookingEvent> {
    let kind = form.choice("type", &BookingEventKind::ALL, BookingEventKind::as_str);
    // A time far ahead would make every later event look old.
    let time = form.required("timestamp", |text| match instant(text)? {
        time if time > now + Duration::days(366) => Err("must not lie years ahead"),
        time => Ok(time),
    });
    let data = form.object("data", |data| {
        let booking = data.object("booking", read_booking);
        let patient = data.object("patient", |patient| patient.required("id", ExternalId::parse));
        Some((booking?, patient?))
    });
    let (kind, time, (booking, patient)) = (kind?, time?, data?);
    Some(BookingEvent {
        key: BookingKey { source: source.clone(), id: booking.id },
        kind,
        order: EventOrder { version: booking.version, time },
        details: Some(BookingDetails {
            booking_type: booking.booking_type,
            site: booking.site,
            start: booking.start,
            end: booking.end,
            patient: PresentedPatient::by_id(patient),
        }),
    })
}

fn read_booking(form: &Form<'_>) -> Option<BookingPart> {
    let id = form.required("id", ExternalId::parse);
    let version = form.number("version", 0, u64::MAX);
    let booking_type = form.required("type", Code::parse);
    let site = form.optional("site", Code::parse);
    let start = form.required("start", instant);
    let end = form.optional("end", instant);
    let (start, end) = (start?, end?);
    if end.is_some_and(|end| end < start) {
        form.error("end", "must not be earlier than the start");
        return None;
    }
    Some(BookingPart {
        id: id?,
        version: version?,
        booking_type: booking_type?,
        site: site?,
        start,
        end,
    })
}

fn instant(text: &str) -> Result<DateTime<Utc>, &'static str> {
    let at = DateTime::parse_from_rfc3339(text)
        .map_err(|_| "must be a time with its offset, such as 2026-12-03T10:30:00+11:00")?
        .with_timezone(&Utc);
    if (2000..2200).contains(&at.year()) { Ok(at) } else { Err("must be from 2000 to 2199") }
}

/// What became of the event, as one word.
pub(crate) fn outcome(answer: &Answer) -> &'static str {
    match answer {
        Answer::Done(result) => result.verdict.as_str(),
        Answer::Duplicate(_) => "duplicate",
        Answer::AnotherEvent => "another event",
    }
}

/// What the event did, for the sender.
pub(crate) fn show_done(result: &EventResult) -> Value {
    show(result.verdict.as_str(), result, &deed(result))
}

/// What the event did when it came before.
pub(crate) fn show_duplicate(result: &EventResult) -> Value {
    let deed = deed(result);
    let detail = format!("This event came before; nothing was changed now. When it came: {deed}");
    show("duplicate", result, &detail)
}

fn show(outcome: &str, result: &EventResult, detail: &str) -> Value {
    let pairs = |list: &[(ProgramId, EnrolmentId)]| -> Vec<Value> {
        list.iter()
            .map(|(program, enrolment)| json!({ "program": program, "enrolment": enrolment }))
            .collect()
    };
    json!({
        "outcome": outcome,
        "enrolled": pairs(&result.enrolled),
        "changed": pairs(&result.changed),
        "completed": pairs(&result.completed),
        "detail": detail,
    })
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
