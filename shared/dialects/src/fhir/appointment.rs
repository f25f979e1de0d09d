//! Bookings: Appointment.

use chrono::{DateTime, Duration, Utc};
use domain::booking::BookingEventKind;
use domain::intake::{PresentedPatient, ToldBooking, ToldVisit, Until, When};
use domain::text::Code;
use serde_json::Value;

use super::node::{Errors, Node};
use super::references::{Index, Target};
use super::{Address, Read, Reader, Stamped, read, values};
use crate::delivery::Delivery;
use crate::heard::Heard;
use crate::refused::Refused;
use crate::told::{Telling, WHO, is_somebody};

/// Longest visit, in minutes, that `minutesDuration` may say.
const LONGEST: i64 = 100_000;

/// What each status means. It says how the booking stands and not what happened: one that has moved is
/// booked, with another start.
const STATUSES: [(&str, BookingEventKind); 10] = [
    ("proposed", BookingEventKind::Requested),
    ("pending", BookingEventKind::Requested),
    ("booked", BookingEventKind::Made),
    ("arrived", BookingEventKind::Arrived),
    ("fulfilled", BookingEventKind::Fulfilled),
    ("cancelled", BookingEventKind::Cancelled),
    ("noshow", BookingEventKind::NotAttended),
    ("entered-in-error", BookingEventKind::Deleted),
    ("checked-in", BookingEventKind::Arrived),
    ("waitlist", BookingEventKind::Requested),
];

/// Who and what may take part.
const ACTORS: [&str; 9] = [
    "Patient",
    "Practitioner",
    "PractitionerRole",
    "RelatedPerson",
    "Device",
    "HealthcareService",
    "Location",
    "CareTeam",
    "Group",
];

const UNKNOWN_ACTOR: &str = "must lead to something of a known type, as there is no Patient: by Type/id, by the address or \
                             the urn:uuid of an entry of the same bundle, by # and the id of what is contained, or with \
                             the type beside an identifier";

struct Appointments {
    now: DateTime<Utc>,
}

pub(crate) fn bookings(
    delivery: &Delivery<'_>,
    document: &Value,
) -> Result<Heard<ToldBooking>, Refused> {
    read(&Appointments { now: delivery.now }, delivery, document)
}

/// What an appointment says.
struct Said {
    kind: BookingEventKind,
    visit: Option<ToldVisit>,
    site: Vec<Code>,
}

impl Reader for Appointments {
    type Said = Said;
    type Told = ToldBooking;

    const ADDRESS: Address = Address {
        ours: "Appointment",
        theirs: "ServiceRequest",
        advice: "is a referral: send it to /webhooks/referrals/{source}",
    };

    fn read(&self, appointment: &Node<'_>, index: &Index<'_>, errors: &Errors) -> Read<Said> {
        let before = errors.count();
        let status = appointment.text("status");
        let kind = STATUSES.iter().find(|(code, _)| Some(*code) == status).map(|(_, kind)| *kind);
        if kind.is_none() {
            let codes: Vec<_> = STATUSES.iter().map(|(code, _)| *code).collect();
            errors.add(appointment, "status", format!("must be one of {}", codes.join(", ")));
        }
        let telling = kind.map_or(Telling::All, Telling::of_booking);
        let actors = actors(appointment, index, errors);
        let mut site = Vec::new();
        for (_, place) in actors.iter().filter(|(_, actor)| actor.kind == Some("Location")) {
            values::push_site(&mut site, place);
        }
        let mut patients: Vec<_> =
            actors.iter().filter(|(_, actor)| actor.kind == Some("Patient")).collect();
        patients.dedup_by(|(_, one), (_, other)| one.id.is_some() && one.id == other.id);
        if let Some((second, _)) = patients.get(1) {
            match telling {
                Telling::All => {
                    let detail = "a booking is of one patient: send an Appointment for each";
                    errors.add(second, "actor", detail);
                }
                // It ends the booking, whoever else has joined it.
                Telling::Any => patients.clear(),
            }
        }
        // Who is not known may be a patient, who is not to be missed.
        if let (true, Telling::All) = (patients.is_empty(), telling) {
            let known = |kind: Option<&str>| kind.is_some_and(|kind| ACTORS.contains(&kind));
            for (participant, _) in actors.iter().filter(|(_, actor)| !known(actor.kind)) {
                errors.add(participant, "actor", UNKNOWN_ACTOR);
            }
        }
        let Some((participant, target)) = patients.first() else {
            return match (kind, telling) {
                (Some(_), Telling::All) if errors.count() == before => {
                    Read::PassedOver("It is no patient's: no participant is a Patient.")
                }
                (Some(kind), Telling::Any) if errors.count() == before => {
                    Read::Told(Said { kind, visit: None, site })
                }
                (Some(_) | None, Telling::All | Telling::Any) => Read::Wrong,
            };
        };
        let patient = values::patient(target, self.now);
        let visit = match telling {
            Telling::All => {
                if !is_somebody(&patient) {
                    errors.add(participant, "actor", WHO);
                }
                visit(appointment, patient, errors)
            }
            // It ends the booking, whatever else it says of it.
            Telling::Any => visit(appointment, patient, &Errors::default()),
        };
        match kind {
            Some(kind) if errors.count() == before => Read::Told(Said { kind, visit, site }),
            Some(_) | None => Read::Wrong,
        }
    }

    fn deleted() -> Said {
        Said { kind: BookingEventKind::Deleted, visit: None, site: Vec::new() }
    }

    fn tell(Stamped { id, version, time }: Stamped, said: Said) -> ToldBooking {
        let Said { kind, visit, site } = said;
        ToldBooking { id, kind, version, time, visit, site }
    }
}

/// Who and what takes part, each with its participant. Whether they have accepted is theirs and the
/// diary's to settle: the status of the appointment is what counts.
fn actors<'a>(
    appointment: &Node<'a>,
    index: &Index<'a>,
    errors: &Errors,
) -> Vec<(Node<'a>, Target<'a>)> {
    let mut actors = Vec::new();
    for participant in appointment.items("participant") {
        if participant.has("modifierExtension") {
            let detail = "is not understood, and forbids to read the rest";
            errors.add(&participant, "modifierExtension", detail);
        }
        if let Some(actor) = participant.get("actor") {
            let target = index.resolve(&actor, appointment);
            actors.push((participant, target));
        }
    }
    actors
}

fn visit(appointment: &Node<'_>, patient: PresentedPatient, errors: &Errors) -> Option<ToldVisit> {
    let mut booking_type = Vec::new();
    let mut concepts: Vec<_> = appointment.get("appointmentType").into_iter().collect();
    for list in ["serviceType", "specialty", "serviceCategory"] {
        concepts.extend(appointment.items(list));
    }
    values::push_concepts(&mut booking_type, &concepts);
    if booking_type.is_empty() {
        let detail = "is required: the type of booking, here, in serviceType, specialty or serviceCategory, as a code or a text";
        errors.add(appointment, "appointmentType", detail);
    }
    let start = appointment.text("start").map(crate::times::instant);
    let start = start.unwrap_or(Err("is required: when it starts"));
    let start = start.map_err(|detail| errors.add(appointment, "start", detail)).ok();
    let start = When::Instant(start?);
    let end = crate::times::end_after(start, end(appointment));
    let complete = is_somebody(&patient) && !booking_type.is_empty();
    complete.then_some(ToldVisit { booking_type, start, end, patient })
}

/// Until when it lasts; what cannot be read is not said.
fn end(appointment: &Node<'_>) -> Option<Until> {
    let at = appointment.text("end").and_then(|text| crate::times::instant(text).ok());
    let minutes = appointment.get("minutesDuration").and_then(|node| node.value().as_i64());
    let long = minutes.filter(|minutes| (1..=LONGEST).contains(minutes)).map(Duration::minutes);
    at.map(|end| Until::At(When::Instant(end))).or(long.map(Until::For))
}
