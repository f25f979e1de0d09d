//! A program's timeline, and moves of its patients.

use app::form::Form;
use app::moves::{MoveOrder, MovedPage};
use app::outlook::Ahead;
use aws::http::{BadCursor, Cursor};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use chrono_tz::Tz;
use domain::actor::Actor;
use domain::calendar::local;
use domain::enrolment::{Fate, Projection};
use domain::ids::{ActionId, PatientId, ProgramId};
use domain::program::{Program, ProgramType};
use domain::sms;
use domain::template::Rendered;
use domain::text::Code;
use domain::timing::{Reference, ReferenceDate};
use serde_json::{Value, json};

use super::on_program::{action_type, position};

/// Most patients moved by one request.
const MAX_MOVED: u64 = 500;

/// For whom and from when a timeline is drawn.
pub(crate) struct TimelineWanted {
    kind: ProgramType,
    date: Option<NaiveDate>,
    start: Option<DateTime<Utc>>,
    pub(crate) patient: Option<PatientId>,
    pub(crate) site: Option<Code>,
}

pub(crate) fn read_timeline(form: &Form<'_>, kind: ProgramType) -> Option<TimelineWanted> {
    let date = form.optional("reference_date", ReferenceDate::parse);
    let start = form.optional("booking_start", parse_instant);
    let patient = form.optional("patient", PatientId::parse);
    let site = form.optional("site", Code::parse);
    let (date, start, patient, site) = (date?.map(ReferenceDate::date), start?, patient?, site?);
    match kind {
        ProgramType::Booking => {
            if date.is_some() {
                let detail = "a booking program counts from its booking; give booking_start";
                form.error("reference_date", detail);
            }
            if start.is_none() {
                form.error("booking_start", "is required: when the visit starts, with its offset");
            }
        }
        ProgramType::General
        | ProgramType::Recall
        | ProgramType::Program
        | ProgramType::Referral => {
            if start.is_some() {
                form.error("booking_start", "is for booking programs; give reference_date");
            }
        }
    }
    Some(TimelineWanted { kind, date, start, patient, site })
}

impl TimelineWanted {
    /// The reference date: the one given, else today on the site's clock.
    pub(crate) fn reference(&self, zone: Tz, now: DateTime<Utc>) -> Reference {
        match (self.kind, self.start) {
            (ProgramType::Booking, Some(start)) => Reference::Instant(start),
            (
                ProgramType::Booking
                | ProgramType::General
                | ProgramType::Recall
                | ProgramType::Program
                | ProgramType::Referral,
                _,
            ) => Reference::Date(self.date.unwrap_or_else(|| local(zone, now).date())),
        }
    }
}

fn parse_instant(text: &str) -> Result<DateTime<Utc>, &'static str> {
    let at = DateTime::parse_from_rfc3339(text)
        .map_err(|_| "must be a time with its offset, such as 2026-12-03T10:30:00+11:00")?
        .with_timezone(&Utc);
    if (1900..2200).contains(&at.year()) { Ok(at) } else { Err("must be from 1900 to 2199") }
}

/// Where something stands in a timeline. An action is done once in a cycle, so that it keeps its place
/// also when what comes before it is done.
pub(crate) fn place_ahead(program: &Program, ahead: &Ahead) -> String {
    let Projection { cycle, action, .. } = &ahead.projection;
    format!("{cycle:05}#{:05}", position(program, action).unwrap_or_default())
}

pub(crate) fn show_ahead(program: &Program, zone: Tz, ahead: &Ahead) -> Value {
    let projection = &ahead.projection;
    let moved = projection.wished.filter(|wished| *wished != projection.at);
    let (outcome, why) = match &projection.fate {
        Fate::Sent(_) => ("sent", None),
        Fate::Paused => ("paused", None),
        Fate::Skipped(why) => ("skipped", Some(why.clone())),
        Fate::Failed(why) => ("failed", Some(why.clone())),
    };
    let why = why.or_else(|| moved.map(|wished| moved_because(zone, wished, projection.at)));
    json!({
        "cycle": projection.cycle,
        "action": projection.action,
        "step": position(program, &projection.action),
        "type": program.action(&projection.action).map(action_type),
        "at": projection.at,
        "local": in_words(zone, projection.at),
        "planned": projection.wished,
        "outcome": outcome,
        "why": why,
        "message": ahead.text.as_ref().and_then(|text| text.as_ref().ok()).map(show_text),
    })
}

fn moved_because(zone: Tz, wished: DateTime<Utc>, at: DateTime<Utc>) -> String {
    let wished_at = in_words(zone, wished);
    if at < wished {
        format!("moved from {wished_at} to the sending window before it")
    } else {
        format!("moved from {wished_at}: the sending window, or the action above it")
    }
}

/// A time on the site's clock: `Thu 3 Dec 2026, 10:30 am`.
fn in_words(zone: Tz, at: DateTime<Utc>) -> String {
    local(zone, at).format("%a %-d %b %Y, %-I:%M %P").to_string()
}

fn show_text(text: &Rendered) -> Value {
    match text {
        Rendered::Sms(body) => {
            let parts = sms::parts(body.reveal());
            json!({
                "body": body.reveal(),
                "parts": parts.count,
                "encoding": parts.encoding.as_str(),
            })
        }
        Rendered::Email(mail) => {
            json!({ "subject": mail.subject.reveal(), "body": mail.text.reveal() })
        }
        Rendered::Letter(document) => json!({ "body": document.reveal().to_text() }),
    }
}

/// A page of a move, as it is asked for.
pub(crate) struct MoveWanted {
    pub(crate) order: MoveOrder,
    pub(crate) disable: bool,
    pub(crate) after: Option<Cursor>,
    pub(crate) limit: usize,
}

pub(crate) fn read_move(
    form: &Form<'_>,
    from: &ProgramId,
    by: Actor,
    parse_cursor: impl FnOnce(&str) -> Result<Cursor, BadCursor>,
) -> Option<MoveWanted> {
    let to = form.required("to", ProgramId::parse);
    let next = form.required("step", ActionId::parse);
    let next_of = form.objects("steps", 100, |form| {
        let waiting_for = form.required("waiting_for", ActionId::parse);
        let step = form.required("step", ActionId::parse);
        Some((waiting_for?, step?))
    });
    let disable = form.flag("disable", false);
    let after = form.optional("cursor", parse_cursor);
    let limit = form.number("limit", 1, MAX_MOVED);
    let order = MoveOrder { from: from.clone(), to: to?, next: next?, next_of: next_of?, by };
    let limit = usize::try_from(limit?.unwrap_or(MAX_MOVED)).ok()?;
    Some(MoveWanted { order, disable: disable?, after: after?, limit })
}

pub(crate) fn show_moved(page: &MovedPage, next: Option<&Cursor>, now: DateTime<Utc>) -> Value {
    let at_once = page.moved.iter().filter(|(_, _, due)| due.is_some_and(|due| due <= now)).count();
    let moved: Vec<_> = page
        .moved
        .iter()
        .map(|(old, new, due)| json!({ "enrolment": old, "becomes": new, "next_due": due }))
        .collect();
    let refused: Vec<_> = page
        .refused
        .iter()
        .map(|(enrolment, why)| json!({ "enrolment": enrolment, "why": why.to_string() }))
        .collect();
    json!({
        "moved": moved,
        "refused": refused,
        "due_at_once": at_once,
        "next": next.map(ToString::to_string),
    })
}
