//! Bookings: SIU.

use domain::booking::BookingEventKind;
use domain::intake::{ToldBooking, ToldVisit};
use domain::text::{Code, ExternalId};

use super::error::{Condition, Hl7Error};
use super::message::{Message, Part, no_segment};
use super::status::{self, Status};
use super::{heard, open, patient, refuse, slot};
use crate::delivery::Delivery;
use crate::heard::Heard;
use crate::names;
use crate::refused::Refused;
use crate::told::{Telling, WHO, is_somebody};

/// What a message says happened.
enum Said {
    /// That.
    Kind(BookingEventKind),
    /// Nothing for us, for this reason.
    Nothing(&'static str),
    /// Something that is not read here.
    Unknown,
    /// Something that is wrong.
    Wrong(Hl7Error),
}

/// Reads a message at the bookings' address.
pub(crate) fn bookings(delivery: &Delivery<'_>) -> Result<Heard<ToldBooking>, Refused> {
    let message = open::open(delivery)?;
    let not_read = |condition, field, detail: &str| {
        let msh = message.first("MSH");
        let error = msh.map(|msh| msh.wrong(9, Some(field), condition, detail));
        refuse(message.header.clone(), error.into_iter().collect())
    };
    match message.kind.as_str() {
        "SIU" => {}
        "REF" => {
            let detail = "is a referral: send it to /webhooks/referrals/{source}";
            return Err(not_read(Condition::UnsupportedMessageType, 1, detail));
        }
        _ => return Err(not_read(Condition::UnsupportedMessageType, 1, "must be SIU")),
    }
    let mut passed_over = Vec::new();
    let kind = match said(&message, &mut passed_over) {
        Said::Kind(kind) => kind,
        Said::Nothing(why) => {
            let what = format!("SIU^{}", message.header.trigger);
            passed_over.push((what, why.to_owned()));
            return Ok(heard(message, None, passed_over));
        }
        Said::Unknown => {
            let detail = "must be one of S12 to S24, S26";
            return Err(not_read(Condition::UnsupportedEventCode, 2, detail));
        }
        Said::Wrong(error) => return Err(refuse(message.header, vec![error])),
    };
    match read(&message, kind, delivery) {
        Ok(Some(told)) => Ok(heard(message, Some(told), passed_over)),
        Ok(None) => {
            let why = "It is no patient's: there is no PID.".to_owned();
            passed_over.push((format!("SIU^{}", message.header.trigger), why));
            Ok(heard(message, None, passed_over))
        }
        Err(errors) => Err(refuse(message.header, errors)),
    }
}

fn said(message: &Message, passed_over: &mut Vec<(String, String)>) -> Said {
    match message.header.trigger.as_str() {
        "S12" => with_status(message, BookingEventKind::Made, passed_over),
        "S13" => with_status(message, BookingEventKind::Moved, passed_over),
        "S14" | "S18" | "S19" | "S20" | "S21" | "S22" => by_status(message),
        "S15" | "S16" => Said::Kind(BookingEventKind::Cancelled),
        "S17" => Said::Kind(BookingEventKind::Deleted),
        "S26" => Said::Kind(BookingEventKind::NotAttended),
        "S23" | "S24" => Said::Nothing("A slot is blocked or opened; no booking changes by it."),
        _ => Said::Unknown,
    }
}

const BLOCKED: &str = "A slot is blocked; no booking changes by it.";

/// What a booking that is new or has moved comes to: as in FHIR, how it stands counts. One that is asked
/// for, or cancelled by now, is none that is made.
fn with_status(
    message: &Message,
    otherwise: BookingEventKind,
    passed_over: &mut Vec<(String, String)>,
) -> Said {
    let said = message.first("SCH").map_or(status::Said::Nothing, status::said);
    match said {
        status::Said::Nothing | status::Said::Known(Status::Booked) => Said::Kind(otherwise),
        status::Said::Known(Status::Now(kind)) => Said::Kind(kind),
        status::Said::Known(Status::Blocked) => Said::Nothing(BLOCKED),
        status::Said::Unknown => {
            let why = "The status in SCH-25 is not known here; the trigger in MSH-9 counted.";
            passed_over.push(("SCH-25".to_owned(), why.to_owned()));
            Said::Kind(otherwise)
        }
    }
}

/// What a change says of the state.
fn by_status(message: &Message) -> Said {
    let Some(sch) = message.first("SCH") else { return Said::Kind(BookingEventKind::Changed) };
    match status::said(sch) {
        status::Said::Nothing => Said::Kind(BookingEventKind::Changed),
        // Of two messages of one second, one that a booking was made and one that it has changed, the
        // latter is the newer: it has the kind that comes after.
        status::Said::Known(Status::Booked) => Said::Kind(BookingEventKind::Moved),
        status::Said::Known(Status::Now(kind)) => Said::Kind(kind),
        status::Said::Known(Status::Blocked) => Said::Nothing(BLOCKED),
        status::Said::Unknown => Said::Wrong(status::unknown(sch)),
    }
}

/// `None` when it is no patient's and would have to be.
fn read(
    message: &Message,
    kind: BookingEventKind,
    delivery: &Delivery<'_>,
) -> Result<Option<ToldBooking>, Vec<Hl7Error>> {
    let Some(sch) = message.first("SCH") else { return Err(vec![no_segment("SCH")]) };
    let mut errors = Vec::new();
    // The filler's id: it is the diary that fills what others place.
    let (field, id) = match message.entity(sch, 2) {
        Some(id) => (2, Some(id)),
        None => (1, message.entity(sch, 1)),
    };
    let id = id.map(|id| ExternalId::parse(&id));
    match &id {
        Some(Ok(_)) => {}
        Some(Err(bad)) => {
            errors.push(sch.wrong(field, Some(1), Condition::DataType, bad.to_string()));
        }
        None => {
            let detail = "is required: the booking's id, here or in SCH-1";
            errors.push(sch.wrong(2, Some(1), Condition::RequiredFieldMissing, detail));
        }
    }
    let id = id.and_then(Result::ok);
    let telling = Telling::of_booking(kind);
    let patients = message.all("PID");
    let several = patients.len() > 1;
    if several && telling == Telling::All {
        let detail = "a booking is of one patient: send a message for each";
        errors.extend(patients.get(1).map(|pid| Hl7Error {
            place: Some(pid.at(3, None)),
            condition: Condition::SegmentSequence,
            detail: detail.to_owned(),
        }));
    }
    // One that ends the booking does so, whoever else has joined it.
    let pid = patients.first().copied().filter(|_| !several);
    if patients.is_empty() && telling == Telling::All && errors.is_empty() {
        return Ok(None);
    }
    let visit = pid.and_then(|pid| visit(message, sch, pid, telling, delivery, &mut errors));
    let site = site(message);
    match id {
        Some(id) if errors.is_empty() => {
            Ok(Some(ToldBooking { id, kind, version: None, time: message.time, visit, site }))
        }
        Some(_) | None => Err(errors),
    }
}

fn visit(
    message: &Message,
    sch: Part<'_>,
    pid: Part<'_>,
    telling: Telling,
    delivery: &Delivery<'_>,
    errors: &mut Vec<Hl7Error>,
) -> Option<ToldVisit> {
    let before = errors.len();
    let patient = patient::read(message, pid, delivery.now);
    if !is_somebody(&patient) {
        errors.push(pid.wrong(3, None, Condition::RequiredFieldMissing, WHO));
    }
    let mut booking_type = Vec::new();
    let services = message.all("AIS");
    let named =
        [(sch, 8)].into_iter().chain(services.iter().map(|ais| (*ais, 3))).chain([(sch, 7)]);
    for (segment, field) in named {
        names::push(&mut booking_type, segment.text(field, 1).as_deref());
        names::push(&mut booking_type, segment.text(field, 2).as_deref());
    }
    if booking_type.is_empty() {
        let detail = "is required: the type of booking, here, in AIS-3 or in SCH-7";
        errors.push(sch.wrong(8, Some(1), Condition::RequiredFieldMissing, detail));
    }
    let start = slot::start(message, sch).map_err(|error| errors.push(error)).ok();
    if telling == Telling::Any {
        // It ends the booking, whatever else it says of it.
        if errors.len() > before {
            errors.truncate(before);
            return None;
        }
    }
    let start = start?;
    let end = crate::times::end_after(start, slot::end(message, sch));
    is_somebody(&patient).then_some(ToldVisit { booking_type, start, end, patient })
}

/// The sites that may be meant.
fn site(message: &Message) -> Vec<Code> {
    let mut site = Vec::new();
    for (name, field) in [("AIL", 3), ("PV1", 3)] {
        if let Some(segment) = message.first(name) {
            names::push(&mut site, segment.text(field, 4).as_deref());
            names::push(&mut site, segment.text(field, 1).as_deref());
        }
    }
    names::push(&mut site, message.msh(4, 1).as_deref());
    site
}
