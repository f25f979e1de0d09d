//! Booking events: what another system says of a booking, and what that does here.

use chrono::{DateTime, Utc};
use domain::booking::{Booking, BookingEvent, BookingState, Matching};
use domain::enrolment::{Decision, Enrolment, Event, Facts, decide, enrol_for_booking};
use domain::ids::{PatientId, WorkId};
use domain::patient::{Identifier, Patient};
use domain::program::{Assignment, Program};
use domain::site::Site;
use domain::text::ExternalId;
use domain::work::{WorkItem, WorkKind};

use crate::ports::{
    BookingChange, BookingType, Catalogue, EventResult, Intake, People, RecordedEvent, SaveError,
    StoreError, Verdict,
};

/// How often a change is decided anew when others write at the same time.
const TRIES: usize = 8;

/// How an event came in.
#[derive(Debug, Clone)]
pub struct Received {
    /// The sender's id for the event.
    pub id: ExternalId,
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
    Err(StoreError::Unavailable(
        "the booking is being changed by others all the time".to_owned(),
    ))
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
    let known_booking = intake.booking(&event.key).await?;
    if known_booking
        .as_ref()
        .is_some_and(|booking| !booking.is_news(event))
    {
        let result = EventResult {
            verdict: Verdict::Superseded,
            remarks: vec!["A newer event of this booking came before; nothing was changed.".into()],
            ..EventResult::default()
        };
        return Ok(record_only(event, received, result));
    }
    let known = look_up(catalogue, people, event).await?;
    let mut booking = next_booking(known_booking.as_ref(), event, &known);
    let mut result = EventResult::default();

    let mut change = Vec::new();
    for id in &booking.caused {
        let Some(enrolment) = intake.enrolment(id).await? else {
            continue;
        };
        if let Some(decision) =
            reconsider(catalogue, people, &enrolment, &booking, received.at).await?
        {
            result
                .changed
                .push((enrolment.program.clone(), enrolment.id.clone()));
            change.push((enrolment, decision));
        }
    }

    let mut begin = Vec::new();
    let mut raise = None;
    if let (
        Known {
            patient: Some(patient),
            site: Some(site),
            booking_type: Some(kind),
        },
        Matching::Matched { .. },
    ) = (&known, &booking.matching)
    {
        for program in linked_programs(catalogue, kind, &mut result).await? {
            let facts = Facts {
                program: &program,
                site,
                patient,
                booking: &booking,
            };
            begin.extend(begin_one(facts, received).filter(|e| !booking.caused.contains(&e.id)));
        }
    } else if booking.state.gone().is_none() {
        result.verdict = Verdict::Unmatched;
        result.remarks = unmatched(event, &known);
        raise = Some(work_item(event, &known, &result.remarks, received.at));
    }
    booking
        .caused
        .extend(begin.iter().map(|enrolment| enrolment.id.clone()));
    result.enrolled = begin
        .iter()
        .map(|e| (e.program.clone(), e.id.clone()))
        .collect();
    let waited = known_booking.is_some_and(|booking| booking.matching == Matching::Waiting);
    let resolve = (waited && raise.is_none()).then(|| work_id(event));
    let event = recorded(event, received, result);
    Ok(BookingChange {
        event,
        booking: Some(booking),
        begin,
        change,
        raise,
        resolve,
    })
}

fn recorded(event: &BookingEvent, received: &Received, result: EventResult) -> RecordedEvent {
    RecordedEvent {
        source: event.key.source.clone(),
        id: received.id.clone(),
        received_at: received.at,
        request_id: received.request_id.clone(),
        result,
    }
}

fn record_only(event: &BookingEvent, received: &Received, result: EventResult) -> BookingChange {
    BookingChange {
        event: recorded(event, received, result),
        booking: None,
        begin: Vec::new(),
        change: Vec::new(),
        raise: None,
        resolve: None,
    }
}

async fn look_up<C: Catalogue, P: People>(
    catalogue: &C,
    people: &P,
    event: &BookingEvent,
) -> Result<Known, StoreError> {
    let identifier = Identifier {
        source: event.key.source.clone(),
        id: event.patient.clone(),
    };
    let patient = match people.find(&identifier).await? {
        Some(id) => people.patient(&id).await?,
        None => None,
    };
    let site = match (
        &event.site,
        patient.as_ref().and_then(|patient| patient.site.as_ref()),
    ) {
        (Some(code), _) => catalogue.site_by_code(code).await?,
        (None, Some(id)) => catalogue.site(id).await?,
        // A practice with one site need not name it.
        (None, None) => {
            let mut sites = catalogue.sites().await?;
            if sites.len() == 1 { sites.pop() } else { None }
        }
    };
    let booking_type = catalogue.booking_type_by_code(&event.booking_type).await?;
    Ok(Known {
        patient,
        site,
        booking_type,
    })
}

fn next_booking(before: Option<&Booking>, event: &BookingEvent, known: &Known) -> Booking {
    let matching = match known {
        Known {
            patient: Some(patient),
            site: Some(site),
            booking_type: Some(_),
        } => Matching::Matched {
            patient: patient.id.clone(),
            site: site.id.clone(),
        },
        Known { .. } => Matching::Waiting,
    };
    Booking {
        key: event.key.clone(),
        revision: before.map_or(0, |booking| booking.revision) + 1,
        order: event.order,
        state: event.kind.state(),
        booking_type: event.booking_type.clone(),
        start: event.start,
        end: event.end,
        matching,
        caused: before
            .map(|booking| booking.caused.clone())
            .unwrap_or_default(),
    }
}

/// What the booking's change does to an enrolment it caused; `None` when nothing.
async fn reconsider<C: Catalogue, P: People>(
    catalogue: &C,
    people: &P,
    enrolment: &Enrolment,
    booking: &Booking,
    now: DateTime<Utc>,
) -> Result<Option<Decision>, StoreError> {
    let missing = |what: &str| StoreError::Unreadable {
        what: format!("enrolment {}", enrolment.id),
        why: format!("its {what} does not exist"),
    };
    let program = catalogue
        .program(&enrolment.program)
        .await?
        .ok_or_else(|| missing("program"))?;
    let site = catalogue
        .site(&enrolment.site)
        .await?
        .ok_or_else(|| missing("site"))?;
    let patient = people
        .patient(&enrolment.patient)
        .await?
        .ok_or_else(|| missing("patient"))?;
    let facts = Facts {
        program: &program,
        site: &site,
        patient: &patient,
        booking,
    };
    let decision = decide(enrolment, facts, Event::BookingChanged, now);
    Ok((decision.enrolment != *enrolment).then_some(decision))
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
                result
                    .remarks
                    .push(format!("The program “{}” is disabled.", program.name));
            }
        }
    }
    if kind.starts.is_empty() {
        result
            .remarks
            .push("No program is linked to this booking type.".to_owned());
    }
    Ok(programs)
}

/// Only a booking still to come begins an enrolment: an arrival reported for a booking we never
/// saw is too late for its reminders.
fn begin_one(facts: Facts<'_>, received: &Received) -> Option<Enrolment> {
    if facts.booking.state != BookingState::Booked {
        return None;
    }
    let (patient, site): (PatientId, _) = (facts.patient.id.clone(), facts.site.id.clone());
    enrol_for_booking(
        patient,
        site,
        received.request_id.clone(),
        facts,
        received.at,
    )
}

fn unmatched(event: &BookingEvent, known: &Known) -> Vec<String> {
    let mut why = Vec::new();
    let source = &event.key.source;
    if known.patient.is_none() {
        why.push(format!(
            "No patient has the identifier that “{source}” gave."
        ));
    }
    if known.booking_type.is_none() {
        why.push(format!(
            "There is no booking type of code “{}”.",
            event.booking_type
        ));
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
    WorkId::for_cause(&[
        "unmatched",
        event.key.source.as_str(),
        event.key.id.as_str(),
    ])
}

fn work_item(event: &BookingEvent, known: &Known, why: &[String], now: DateTime<Utc>) -> WorkItem {
    let key = &event.key;
    let summary = format!(
        "Booking {} from “{}” could not be matched. {} Add what is missing; the booking is tried again \
         when “{}” sends it again.",
        key.id,
        key.source,
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
