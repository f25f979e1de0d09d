//! Booking events: what another system says of a booking, and what that does here.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::booking::{Booking, BookingEvent, BookingState, Matching, News};
use domain::enrolment::{Decision, Enrolment, Event, Facts, decide, enrol_for_booking};
use domain::ids::{EnrolmentId, WorkId};
use domain::patient::{Identifier, Patient};
use domain::program::{Assignment, Program};
use domain::site::Site;
use domain::text::ExternalId;
use domain::work::{WorkItem, WorkKind};

use crate::ports::{
    BookingChange, BookingType, Catalogue, EventResult, Intake, People, RecordedEvent, SaveError,
    StoreError, Verdict,
};
use crate::work::unreadable;

/// How often a change is decided anew when others write at the same time.
const TRIES: usize = 8;

/// How an event came in.
#[derive(Debug, Clone)]
pub struct Received {
    /// The sender's id for the event.
    pub id: ExternalId,
    /// A hash of what it said, to tell a retry from another event under the same id.
    pub fingerprint: String,
    /// When it came.
    pub at: DateTime<Utc>,
    /// The request that brought it.
    pub request_id: String,
}

/// The answer to an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It is dealt with: this is what it did.
    Done(EventResult),
    /// It came before, and did this then. Nothing was changed now.
    Duplicate(EventResult),
    /// Another event came under this id. Nothing was changed now.
    AnotherEvent,
}

/// Takes in a booking event: records it, keeps the booking's newest state, and begins, moves or
/// ends the enrolments it concerns. All of it is stored at once or not at all.
///
/// # Errors
/// When the store fails; the sender should send the event again.
pub async fn booking_event<I: Intake, C: Catalogue, P: People>(
    intake: &I,
    catalogue: &C,
    people: &P,
    received: &Received,
    event: &BookingEvent,
) -> Result<Answer, StoreError> {
    for _ in 0..TRIES {
        let before = intake.event(&event.key.source, &received.id).await?;
        match before {
            Some(before) if before.fingerprint != received.fingerprint => {
                return Ok(Answer::AnotherEvent);
            }
            Some(before) if before.result.verdict != Verdict::Unmatched => {
                return Ok(Answer::Duplicate(before.result));
            }
            Some(_) | None => {}
        }
        let change = consider(intake, catalogue, people, received, event).await?;
        match intake.commit(&change).await {
            Ok(()) => return Ok(Answer::Done(change.event.result)),
            Err(SaveError::Store(error)) => return Err(error),
            // Another event of the booking, or a sender, was first: decide again on what is now.
            Err(SaveError::Stale | SaveError::Taken(_)) => {}
        }
    }
    Err(StoreError::Unavailable("the booking is being changed by others all the time".to_owned()))
}

/// What is known of what the event names.
struct Known {
    patient: Option<Patient>,
    site: Option<Site>,
    booking_type: Option<BookingType>,
}

async fn consider<I: Intake, C: Catalogue, P: People>(
    intake: &I,
    catalogue: &C,
    people: &P,
    received: &Received,
    event: &BookingEvent,
) -> Result<BookingChange, StoreError> {
    let before = intake.booking(&event.key).await?;
    let news = match &before {
        None => News { details: true, state: event.kind.state().is_some() },
        Some(booking) => match booking.news(event) {
            Some(news) => news,
            None => return Ok(superseded(event, received)),
        },
    };
    let known = look_up(catalogue, people, event).await?;
    let mut booking = next_booking(before.as_ref(), event, news, &known);
    let mut result = EventResult::default();
    let mut raise = Vec::new();

    let mut change = Vec::new();
    for id in &booking.caused {
        match reconsider(intake, catalogue, people, id, &booking, received.at).await {
            Ok(Some((enrolment, decision))) => {
                result.changed.push((enrolment.program.clone(), enrolment.id.clone()));
                change.push((enrolment, decision));
            }
            Ok(None) => {}
            // One that cannot be read must not keep the event from the others. Its sender meets the
            // booking's new state by itself.
            Err(error @ StoreError::Unreadable { .. }) => {
                raise.push(unreadable(id.as_str(), &error.to_string(), received.at));
            }
            Err(error) => return Err(error),
        }
    }

    let mut begin = Vec::new();
    if let (
        Known { patient: Some(patient), site: Some(site), booking_type: Some(kind) },
        Matching::Matched { .. },
    ) = (&known, &booking.matching)
    {
        for program in linked_programs(catalogue, kind, &mut result).await? {
            let facts = Facts { program: &program, site, patient, booking: &booking };
            let request_id = received.request_id.clone();
            let enrolment = enrol_for_booking(request_id, facts, received.at);
            begin.extend(enrolment.filter(|e| !booking.caused.contains(&e.id)));
        }
    } else if news.details && booking.is_visit() {
        result.verdict = Verdict::Unmatched;
        result.remarks = unmatched(event, &known);
        raise.push(work_item(event, &known, &result.remarks, received.at));
    }
    booking.caused.extend(begin.iter().map(|enrolment| enrolment.id.clone()));
    result.enrolled = begin.iter().map(|e| (e.program.clone(), e.id.clone())).collect();
    let waited = before.is_some_and(|before| matches!(before.matching, Matching::Waiting { .. }));
    let resolve = (waited && result.verdict == Verdict::Applied).then(|| work_id(event));
    let event = recorded(event, received, result);
    Ok(BookingChange { event, booking: Some(booking), begin, change, raise, resolve })
}

fn superseded(event: &BookingEvent, received: &Received) -> BookingChange {
    let result = EventResult {
        verdict: Verdict::Superseded,
        remarks: vec![
            "This event, or a newer one of the booking, came before; nothing was changed.".into(),
        ],
        ..EventResult::default()
    };
    BookingChange {
        event: recorded(event, received, result),
        booking: None,
        begin: Vec::new(),
        change: Vec::new(),
        raise: Vec::new(),
        resolve: None,
    }
}

fn recorded(event: &BookingEvent, received: &Received, result: EventResult) -> RecordedEvent {
    RecordedEvent {
        source: event.key.source.clone(),
        id: received.id.clone(),
        fingerprint: received.fingerprint.clone(),
        received_at: received.at,
        request_id: received.request_id.clone(),
        result,
    }
}

async fn look_up<C: Catalogue, P: People>(
    catalogue: &C,
    people: &P,
    event: &BookingEvent,
) -> Result<Known, StoreError> {
    let identifier = Identifier { source: event.key.source.clone(), id: event.patient.clone() };
    let patient = match people.find(&identifier).await? {
        Some(id) => people.patient(&id).await?,
        None => None,
    };
    let site = match (&event.site, patient.as_ref().and_then(|patient| patient.site.as_ref())) {
        (Some(code), _) => catalogue.site_by_code(code).await?,
        (None, Some(id)) => catalogue.site(id).await?,
        // A practice with one site need not name it.
        (None, None) => {
            let mut sites = catalogue.sites().await?;
            if sites.len() == 1 { sites.pop() } else { None }
        }
    };
    let booking_type = catalogue.booking_type_by_code(&event.booking_type).await?;
    Ok(Known { patient, site, booking_type })
}

/// What is known of the booking after an event: its details, its state, or both.
fn next_booking(
    before: Option<&Booking>,
    event: &BookingEvent,
    news: News,
    known: &Known,
) -> Booking {
    let matching = match known {
        Known { patient: Some(patient), site: Some(site), booking_type: Some(_) } => {
            Matching::Matched { patient: patient.id.clone(), site: site.id.clone() }
        }
        Known { patient, .. } => {
            Matching::Waiting { patient: patient.as_ref().map(|patient| patient.id.clone()) }
        }
    };
    let told = Booking {
        key: event.key.clone(),
        revision: 1,
        told_by: event.stamp(),
        state_told_by: event.kind.state().map(|_| event.stamp()),
        state: event.kind.state().unwrap_or(BookingState::Booked),
        booking_type: event.booking_type.clone(),
        start: event.start,
        end: event.end,
        matching,
        caused: BTreeSet::new(),
    };
    let Some(before) = before else { return told };
    let details = if news.details { &told } else { before };
    let state = if news.state { &told } else { before };
    Booking {
        revision: before.revision + 1,
        state_told_by: state.state_told_by,
        state: state.state,
        caused: before.caused.clone(),
        ..details.clone()
    }
}

/// What the booking's change does to an enrolment it caused; `None` when nothing.
async fn reconsider<I: Intake, C: Catalogue, P: People>(
    intake: &I,
    catalogue: &C,
    people: &P,
    id: &EnrolmentId,
    booking: &Booking,
    now: DateTime<Utc>,
) -> Result<Option<(Enrolment, Decision)>, StoreError> {
    let Some(enrolment) = intake.enrolment(id).await? else { return Ok(None) };
    let missing = |what: &str| StoreError::Unreadable {
        what: format!("enrolment {id}"),
        why: format!("its {what} does not exist"),
    };
    let site = match &booking.matching {
        Matching::Matched { site, .. } => site,
        Matching::Waiting { .. } => &enrolment.site,
    };
    let program = catalogue.program(&enrolment.program).await?.ok_or_else(|| missing("program"))?;
    let site = catalogue.site(site).await?.ok_or_else(|| missing("site"))?;
    let patient = people.patient(&enrolment.patient).await?.ok_or_else(|| missing("patient"))?;
    let facts = Facts { program: &program, site: &site, patient: &patient, booking };
    let decision = decide(&enrolment, facts, Event::BookingChanged, now);
    Ok((decision.enrolment != enrolment).then_some((enrolment, decision)))
}

/// The programs that bookings of this type start. Those that take nobody are remarked upon.
async fn linked_programs<C: Catalogue>(
    catalogue: &C,
    kind: &BookingType,
    result: &mut EventResult,
) -> Result<Vec<Program>, StoreError> {
    let mut programs = Vec::new();
    for id in &kind.starts {
        let Some(program) = catalogue.program(id).await? else {
            continue;
        };
        match program.assignment {
            Assignment::Enabled => programs.push(program),
            Assignment::Disabled => {
                result.remarks.push(format!("The program “{}” is disabled.", program.name));
            }
        }
    }
    if kind.starts.is_empty() {
        result.remarks.push("No program is linked to this booking type.".to_owned());
    }
    Ok(programs)
}

fn unmatched(event: &BookingEvent, known: &Known) -> Vec<String> {
    let mut why = Vec::new();
    let source = &event.key.source;
    if known.patient.is_none() {
        why.push(format!("No patient has the identifier that “{source}” gave."));
    }
    if known.booking_type.is_none() {
        why.push(format!("There is no booking type of code “{}”.", event.booking_type));
    }
    if known.site.is_none() {
        why.push(match &event.site {
            Some(code) => format!("There is no site of code “{code}”."),
            None => "The booking names no site, and neither does the patient.".to_owned(),
        });
    }
    why
}

fn work_id(event: &BookingEvent) -> WorkId {
    WorkId::for_cause(&["unmatched", event.key.source.as_str(), event.key.id.as_str()])
}

fn work_item(event: &BookingEvent, known: &Known, why: &[String], now: DateTime<Utc>) -> WorkItem {
    let key = &event.key;
    let summary = format!(
        "Booking {} from “{}”, of its patient {}, type {}, at {}, could not be matched. {} Add what is \
         missing; the booking is tried again when “{}” sends it again.",
        key.id,
        key.source,
        event.patient.reveal(),
        event.booking_type,
        event.start.format("%-d %B %Y %H:%M UTC"),
        why.join(" "),
        key.source
    );
    WorkItem {
        id: work_id(event),
        kind: WorkKind::Unmatched,
        since: now,
        summary,
        enrolment: None,
        patient: known.patient.as_ref().map(|patient| patient.id.clone()),
        site: known.site.as_ref().map(|site| site.id.clone()),
    }
}
