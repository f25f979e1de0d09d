//! The languages in which other systems tell of bookings and referrals: bytes and headers in, told
//! events out. No network, no clock, no storage. Whether the sender is believed, and how long a delivery
//! may be, is settled before.
//!
//! # Which language
//!
//! | `Content-Type` | language |
//! |---|---|
//! | `application/json` | ours; FHIR if the document has a `resourceType`, a `CloudEvent` if it has a `specversion` |
//! | `application/cloudevents+json` | `CloudEvents` 1.0, structured |
//! | `application/json` or `…+json`, with `ce-*` headers | `CloudEvents` 1.0, binary |
//! | `application/fhir+json`, `application/json+fhir` | FHIR R4 (`fhirVersion`, if any, is 4.0) |
//! | `x-application/hl7-v2+er7`, `application/hl7-v2`, `application/hl7-v2+er7`, `application/edi-hl7`, `application/edi-hl7v2`, `text/hl7v2+er7`, `text/hl7` | HL7 v2.3 to v2.5.1 |
//!
//! Anything else, XML and batches of `CloudEvents` among it, is refused with 415. The charset is UTF-8.
//! HL7 v2 may be in ISO 8859-1 (read as Windows-1252, as on the web) or 8859-15 too: by MSH-18, else by the
//! charset of the `Content-Type`; if neither says more than ASCII, what is no UTF-8 is Windows-1252.
//!
//! # What is read, and from where
//!
//! Where several places are named, the first that says something counts; where *candidates* are named, all
//! are kept in that order, and the first that is known at the practice counts. Whatever ends a booking or a
//! referral, or says how far it has come, may leave out all but its id and time; made, moved, changed and
//! added must bring what is marked \*.
//!
//! ## Bookings
//!
//! | | our JSON | FHIR R4: `Appointment` | HL7 v2: SIU |
//! |---|---|---|---|
//! | event id | `webhook-id`; of a `CloudEvent` `source` and `id` | `id` with `meta.versionId` and `meta.lastUpdated`, else a hash of the resource | MSH-3 and MSH-10 |
//! | booking \* | `data.booking.id` | `id` | SCH-2.1, else SCH-1.1, by the rule of keys below |
//! | what happened \* | `type` | `status`, by the table below | MSH-9.2, by the table below |
//! | version | `data.booking.version` | `meta.versionId`, if it is a number | – |
//! | when \* | `timestamp`; of a `CloudEvent` `time` | `meta.lastUpdated`, else the bundle's `timestamp` | MSH-7, to the minute or finer |
//! | type \* | `data.booking.type` | candidates: codes of `appointmentType`, `serviceType`, `specialty` and `serviceCategory`, then their texts | candidates: SCH-8, AIS-3, SCH-7, of each identifier and text |
//! | start \* | `data.booking.start` | `start` | TQ1-7, SCH-11.4, the earliest AIS-4; a day alone is passed by |
//! | end | `data.booking.end` | `end`, else `minutesDuration` (0 says nothing) | TQ1-8, SCH-11.5; SCH-9 with SCH-10, AIS-7 with AIS-8 (min, h, s; 0 says nothing) |
//! | site | `data.booking.site` | candidates of each `participant.actor` that is a Location: identifiers, logical id, name | candidates: AIL-3.4, AIL-3.1, PV1-3.4, PV1-3.1, MSH-4.1 |
//!
//! | our `type` | `Appointment.status` | SIU |
//! |---|---|---|
//! | `booking.requested` | proposed, pending, waitlist | – |
//! | `booking.made` | booked | S12 |
//! | `booking.moved` | booked, with another start | S13; S14 and S18 to S22 with Booked |
//! | `booking.changed` | booked | S14 and S18 to S22, when SCH-25 is empty |
//! | `booking.arrived` | arrived, checked-in | S14 |
//! | `booking.fulfilled` | fulfilled | S14 |
//! | `booking.not_attended` | noshow | S26 |
//! | `booking.cancelled` | cancelled | S15, S16 |
//! | `booking.deleted` | entered-in-error, or a DELETE in a bundle | S17 |
//!
//! In S12, S13, S14 and S18 to S22, SCH-25 says how the booking stands, as the status does in FHIR. Pending,
//! Waitlist: requested; Started: arrived; Complete: fulfilled; Cancelled, Dc: cancelled; Deleted: deleted;
//! Noshow: not attended; Blocked: nothing; each by the usual other names too (CANC, DNA, FTA, Checked In). Booked
//! and Overbook are what S12 and S13 say by themselves; of a change they say that it is booked, at whichever
//! time, as `booking.moved` does. One that is not known is left out of account in S12 and S13, and refused in the
//! others: it may be the end of the booking.
//!
//! S23 and S24 block and open slots and change no booking. An Appointment or a SIU without a patient is
//! the diary's own and passed over; one with several is refused, and so is an Appointment of which no
//! participant is a Patient and somebody is of no known type. When it says how the booking has ended or come
//! along, it is told without its visit. Whether a participant has accepted or
//! declined is not looked at: the appointment's status counts.
//!
//! ## Referrals
//!
//! | | our JSON | FHIR R4: `ServiceRequest` | HL7 v2: REF |
//! |---|---|---|---|
//! | referral \* | `data.referral.id` | `id` | RF1-6.1, by the rule of keys below |
//! | what happened \* | `type` | `status`: active: added; completed; revoked, entered-in-error: withdrawn | I12 added, I13 changed, I14 withdrawn; I12 and I13 with RF1-1 R or E: withdrawn |
//! | type | `data.referral.type` | candidates: codes of `code` and `category`, then their texts | candidates: RF1-3, RF1-10, of each identifier and text |
//! | site | `data.referral.site` | candidates of each `locationReference`, as above | candidates: PRD-4.4 and PRD-4.1 of the provider that is IR or RT, PV1-3.4, PV1-3.1, MSH-6.1 |
//! | issued | `data.referral.issued` | `authoredOn` | RF1-7 |
//! | valid until | `data.referral.valid_until` | `occurrencePeriod.end` | RF1-8 |
//! | origin | `data.referral.origin`, else external | internal if `requester` and a `performer` have one Organization, by reference or identifier | internal if the providers that are RP and IR or RT have one facility (PRD-4.4); if they do not say, if MSH-4 is MSH-6 |
//! | referrer | `data.referral.referrer` | `requester`: Practitioner, `PractitionerRole` or Organization | PRD with role RP: PRD-2, PRD-3, PRD-4.9 or PRD-4.4 (practice), PRD-5 |
//!
//! Passed over: `ServiceRequest`s that are a draft, on hold or unknown, that propose, plan or offer, or that say
//! what not to do, and I15. So is, unless it ends a referral, what refers nobody here. In FHIR: orders of laboratory
//! tests or imaging by their category (SNOMED CT 108252007 and 363679005, v2-0074 LAB, RAD and the like), by a `code`
//! of LOINC that is no referral note, or by a `specimen`; and reflex, filler and instance orders `basedOn` another
//! `ServiceRequest`. In HL7 v2: RF1-3 LAB or RAD; messages of which every OBR-4 is a letter back, a summary or a
//! report (LOINC); and copies, in which the provider that is IR is another than the one that is RT. Any other RF1-1
//! than A, P, R and E is refused.
//!
//! ## Patients
//!
//! | | our JSON: `data.patient` | FHIR R4: `Patient` | HL7 v2: PID |
//! |---|---|---|---|
//! | id | `id` | the logical id in the reference; of one that is contained the identifier of type MR, else PI, else the first without a type; never one of `http://ns.electronichealth.net.au/` | PID-3 of type MR, else PI, else PT, else without a type, by the rule of keys below; without PID-3 PID-2; never one of AUSHIC |
//! | name | `first_name`, `last_name` | `name`: official, usual, others; never old, maiden or ended | PID-5: type L, others; never M, A or S |
//! | born | `date_of_birth` | `birthDate` | PID-7 |
//! | mobile | `mobile` | `telecom`, phone or sms, use mobile first | PID-13 and PID-14, CP first |
//! | email | `email` | `telecom`, email | PID-13.4 |
//! | Medicare | `medicare_number` | identifier of `http://ns.electronichealth.net.au/id/medicare-number` or of type MC | PID-3 of type MC or authority AUSHIC |
//! | address | `address` | `address`, if complete | PID-11, if complete |
//!
//! **The rule of keys** in HL7 v2: what the sender has numbered is known by the number alone, as in the other
//! languages. Where an authority is named (PID-3.4, or component 2 of SCH-1, SCH-2 and RF1-6; else its universal id)
//! that is neither the sending application (MSH-3) nor its facility (MSH-4), whatever their letters' case, it is part
//! of the key: `WEST:P-1001`. So two authorities' numbers are two patients.
//!
//! Needed is the id, or both names and one of date of birth, mobile and Medicare number. In our JSON every
//! wrong field is refused. In FHIR and HL7 v2, what nobody must say and is malformed (a landline for a mobile,
//! half an address, a Medicare number that does not add up) is left out: a patient is not to be missed for it.
//!
//! # What besides
//!
//! **When something happened** may be no more than an hour ahead; 15 hours where HL7 v2 leaves the offset out, as no
//! site's clock is further on. An event of tomorrow would make all others look old until then.
//!
//! **Our JSON** may say `"schema": 1`; another is refused. A `CloudEvent`'s `type` is ours, behind a
//! domain in reverse if one likes, and may end with `.v1`.
//!
//! **FHIR**: a resource, or a Bundle of type collection, transaction, batch, searchset, history, message or
//! subscription-notification, with what it refers to contained, by `Type/id`, by address or by `urn:uuid`; of
//! several versions the newest counts. In a transaction or batch an `id` is the server's where the request is a PUT
//! of it; what is created is known by an identifier.
//! It has at most 1,000 entries and 200 events. An entry that is wrong changes nothing and is named among what was
//! passed over ([`Heard::passed_over`]), and the others are taken in; when none is left, the bundle is refused with
//! all that is wrong. `modifierExtension` and `implicitRules` are not understood, and so such
//! resources are refused. Handshakes and heartbeats are heard. An empty body tells nothing and is answered
//! with what to configure ([`Notice::NoPayload`]). A deletion that is told in a header alone has no time and is refused.
//!
//! **HL7 v2**: one message for each request, with or without the bytes of MLLP; segments end with CR, LF or
//! both. Times without an offset are the site's. MSH-13 is no version: it counts the messages of a connection, begins
//! anew, and many leave it out. MSH-11 is P: tests and training contact nobody. The answer is
//! always that of the application (AA, AE, AR), whatever MSH-15 and MSH-16 ask for. `""` is as good as nothing.

mod delivery;
mod dialect;
mod fhir;
mod heard;
pub mod hl7;
mod json;
mod names;
mod refused;
mod times;
mod told;

use domain::intake::{ToldBooking, ToldReferral};
use domain::invalid::Invalid;
use http::header::CONTENT_TYPE;
use serde_json::Value;

pub use self::delivery::{Delivery, ResourcePath};
pub use self::dialect::{Dialect, Mode};
pub use self::heard::{EventId, Heard, HeardEvent, Notice, PassedOver};
pub use self::refused::{Refusal, Refused};

/// Reads what came to the bookings' address.
///
/// # Errors
/// When it is not in a language that is read, or says something that cannot be. Nothing of it was taken
/// in then.
pub fn bookings(delivery: &Delivery<'_>) -> Result<Heard<ToldBooking>, Refused> {
    match spoken(delivery)? {
        Spoken::Ping => Ok(Heard::ping()),
        Spoken::Hl7 => hl7::bookings(delivery),
        Spoken::Fhir(document) => fhir::bookings(delivery, &document),
        Spoken::Ours(dialect, document) => json::bookings(delivery, dialect, document),
    }
}

/// Reads what came to the referrals' address.
///
/// # Errors
/// As [`bookings`].
pub fn referrals(delivery: &Delivery<'_>) -> Result<Heard<ToldReferral>, Refused> {
    match spoken(delivery)? {
        Spoken::Ping => Ok(Heard::ping()),
        Spoken::Hl7 => hl7::referrals(delivery),
        Spoken::Fhir(document) => fhir::referrals(delivery, &document),
        Spoken::Ours(dialect, document) => json::referrals(delivery, dialect, document),
    }
}

/// What a delivery is in, and its document if it is one.
enum Spoken {
    /// Nothing, for a FHIR subscription.
    Ping,
    /// HL7 v2.
    Hl7,
    /// FHIR.
    Fhir(Value),
    /// Our own JSON, bare or in a `CloudEvent`.
    Ours(Dialect, Value),
}

/// The header by which a server (Medplum) says that a resource was deleted; its body is then empty.
const DELETED: &str = "x-medplum-deleted-resource";

const UNDATED_DELETION: &str = "says in X-Medplum-Deleted-Resource that something was deleted, but not when: set the status to \
     entered-in-error (or cancelled, or revoked) first, which is sent with its time, or send a Bundle with the DELETE";

fn spoken(delivery: &Delivery<'_>) -> Result<Spoken, Refused> {
    let typed = delivery.headers.contains_key(CONTENT_TYPE);
    let empty = delivery.body.trim_ascii().is_empty();
    // A subscription without a payload notifies by an empty body, often without a type.
    if empty && (delivery.resource.is_some() || !typed) {
        return Ok(Spoken::Ping);
    }
    let claimed = Dialect::claimed(delivery.headers)?;
    match claimed {
        Dialect::Hl7 => Ok(Spoken::Hl7),
        Dialect::Fhir if empty => Ok(Spoken::Ping),
        Dialect::Fhir | Dialect::Json if delivery.headers.contains_key(DELETED) => {
            Err(Invalid::one("", UNDATED_DELETION).into())
        }
        Dialect::Fhir => json::document(delivery.body).map(Spoken::Fhir),
        Dialect::CloudEvents(_) => Ok(Spoken::Ours(claimed, json::document(delivery.body)?)),
        Dialect::Json => {
            let document = json::document(delivery.body)?;
            // No document of ours has either field, and servers send FHIR and CloudEvents under this
            // plain name too.
            Ok(if document.get("resourceType").is_some() {
                Spoken::Fhir(document)
            } else if document.get("specversion").is_some() {
                Spoken::Ours(Dialect::CloudEvents(Mode::Structured), document)
            } else {
                Spoken::Ours(claimed, document)
            })
        }
    }
}
