//! Bookings.

use chrono::{DateTime, Utc};
use domain::booking::BookingEventKind;
use domain::intake::{ToldBooking, ToldVisit, Until, When};
use domain::text::{Code, ExternalId};
use form::Form;
use serde_json::Value;

use super::{Envelope, Kinds, patient};
use crate::delivery::Delivery;
use crate::dialect::Dialect;
use crate::heard::Heard;
use crate::refused::Refused;
use crate::told::Telling;

const KINDS: Kinds<BookingEventKind> = Kinds {
    all: &BookingEventKind::ALL,
    name: BookingEventKind::as_str,
    elsewhere: ("referral.", "is about a referral: send it to /webhooks/referrals/{source}"),
};

pub(crate) fn bookings(
    delivery: &Delivery<'_>,
    dialect: Dialect,
    document: Value,
) -> Result<Heard<ToldBooking>, Refused> {
    KINDS.read(delivery, dialect, document, |data, envelope| read(data, &envelope, delivery.now))
}

/// What the `booking` object says.
struct Part {
    id: ExternalId,
    version: Option<u64>,
    booking_type: Option<Code>,
    site: Option<Code>,
    start: Option<DateTime<Utc>>,
    end: Option<DateTime<Utc>>,
}

fn read(
    data: &Form<'_>,
    envelope: &Envelope<BookingEventKind>,
    now: DateTime<Utc>,
) -> Option<ToldBooking> {
    let telling = envelope.kind.map_or(Telling::All, Telling::of_booking);
    let booking = data.object("booking", |form| part(form, telling));
    let patient = match telling {
        Telling::All => data.object("patient", |form| patient::read(form, now)).map(Some),
        Telling::Any => data.optional_object("patient", |form| patient::read(form, now)),
    };
    let (booking, patient) = (booking?, patient?);
    let visit = match (booking.booking_type, booking.start, patient) {
        (Some(booking_type), Some(start), Some(patient)) => Some(ToldVisit {
            booking_type: vec![booking_type],
            start: When::Instant(start),
            end: booking.end.map(|end| Until::At(When::Instant(end))),
            patient,
        }),
        (Some(_) | None, Some(_) | None, Some(_) | None) => None,
    };
    Some(ToldBooking {
        id: booking.id,
        kind: envelope.kind?,
        version: booking.version,
        time: envelope.time?,
        visit,
        site: booking.site.into_iter().collect(),
    })
}

fn part(form: &Form<'_>, telling: Telling) -> Option<Part> {
    let id = form.required("id", ExternalId::parse);
    let version = form.number("version", 0, u64::MAX);
    let (booking_type, start) = match telling {
        Telling::All => (
            form.required("type", Code::parse).map(Some),
            form.required("start", crate::times::instant).map(Some),
        ),
        Telling::Any => {
            (form.optional("type", Code::parse), form.optional("start", crate::times::instant))
        }
    };
    let site = form.optional("site", Code::parse);
    let end = form.optional("end", crate::times::instant);
    if start.flatten().zip(end.flatten()).is_some_and(|(start, end)| end < start) {
        form.error("end", "must not be earlier than the start");
    }
    Some(Part {
        id: id?,
        version: version?,
        booking_type: booking_type?,
        site: site?,
        start: start?,
        end: end?,
    })
}
