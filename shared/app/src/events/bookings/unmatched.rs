//! Bookings that could not be matched to a patient, a booking type or a site.

use chrono::{DateTime, Utc};
use domain::booking::{BookingDetails, BookingEvent};
use domain::ids::WorkId;
use domain::patient::Standing;
use domain::work::{WorkItem, WorkKind};

use super::known::Known;
use crate::events::Outlook;
use crate::events::who::{MAY_BE_KNOWN, for_staff, says_too_little};

/// What of an event is unknown, as sentences without patient data.
pub(super) fn unmatched(
    event: &BookingEvent,
    details: &BookingDetails,
    known: &Known,
) -> Vec<String> {
    let mut why = Vec::new();
    if known.patient.is_none() {
        why.push(says_too_little(&event.key.source, details.patient.id.as_ref()));
        if !known.likely.is_empty() {
            why.push(MAY_BE_KNOWN.to_owned());
        }
    }
    match known.patient.as_ref().map(|patient| &patient.standing) {
        None | Some(Standing::Current) => {}
        Some(Standing::Archived) => why.push("The patient is archived.".to_owned()),
        Some(Standing::Deceased) => why.push("The patient is recorded as deceased.".to_owned()),
        Some(Standing::Merged { .. }) => {
            why.push("The patient's record was merged into another one.".to_owned());
        }
    }
    if known.booking_type.is_none() {
        why.push(format!("There is no booking type of code “{}”.", details.booking_type));
    }
    if known.site.is_none() {
        why.push(match &details.site {
            Some(code) => format!("There is no site of code “{code}”."),
            None => "The booking names no site, and neither does the patient.".to_owned(),
        });
    }
    why
}

/// The work of a booking that could not be matched.
pub(super) fn work_id(event: &BookingEvent) -> WorkId {
    WorkId::for_cause(&["unmatched", event.key.source.as_str(), event.key.id.as_str()])
}

/// What staff are told of it.
pub(super) fn work_item(
    event: &BookingEvent,
    details: &BookingDetails,
    known: &Known,
    why: &[String],
    (outlook, now): (Outlook<'_>, DateTime<Utc>),
) -> WorkItem {
    let key = &event.key;
    let start = match &known.site {
        Some(site) => details.start.with_timezone(&site.zone).format("%-d %B %Y %H:%M").to_string(),
        None => details.start.format("%-d %B %Y %H:%M UTC").to_string(),
    };
    let patient = match &details.patient.id {
        Some(id) => format!("its patient {}", id.reveal()),
        None => "a patient it gives no key of".to_owned(),
    };
    let summary = format!(
        "Booking {} from “{}”, of {}, type {}, at {}, began nothing. {} Mend what is \
         missing or wrong. {outlook}",
        key.id,
        key.source,
        patient,
        details.booking_type,
        start,
        for_staff(why, &known.likely),
    );
    WorkItem {
        id: work_id(event),
        kind: WorkKind::Unmatched,
        since: now,
        summary,
        enrolment: None,
        program: None,
        patient: known.patient.as_ref().map(|patient| patient.id.clone()),
        site: known.site.as_ref().map(|site| site.id.clone()),
        same_as: known.likely.clone(),
        reply: None,
    }
}
