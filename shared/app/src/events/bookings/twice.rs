//! Events that come to nothing: they, or newer ones, came before. Of two that say different things of one
//! booking at one moment nobody but its system knows which is right.

use chrono::{DateTime, Utc};
use domain::booking::{Booking, BookingEvent, BookingKey, Matching};
use domain::ids::WorkId;
use domain::intake::ToldBooking;
use domain::work::{WorkItem, WorkKind};

use crate::events::{Stores, recorded, resolve};
use crate::ports::{
    BookingChange, Catalogue, EventResult, Intake, Newcomers, Register, StoreError, Verdict,
    WaitingEvent,
};

/// Why an event that is as new as what is known, and says something else, is work for a person.
const TWO_AT_ONCE: &str = "Another event of the booking came with the same time and says something else of it: which of \
                           them is right is on the work list.";

/// A booking of which two things are said at once.
fn two_at_once(booking: &Booking, now: DateTime<Utc>) -> WorkItem {
    let BookingKey { source, id } = &booking.key;
    WorkItem {
        id: WorkId::for_cause(&["two at once", source.as_str(), id.as_str()]),
        kind: WorkKind::Unmatched,
        since: now,
        summary: format!(
            "“{source}” said two different things of booking {id} with one and the same time, and the first \
             counts. Look in “{source}” when and of which type it is; saving it there again sends it anew."
        ),
        enrolment: None,
        program: None,
        patient: booking.matching.patient().cloned(),
        site: None,
        same_as: Vec::new(),
        reply: None,
    }
}

fn superseded(waiting: &WaitingEvent) -> BookingChange {
    let result = EventResult {
        verdict: Verdict::Superseded,
        remarks: vec![
            "This event, or a newer one of the booking, came before; nothing was changed.".into(),
        ],
        ..EventResult::default()
    };
    BookingChange {
        event: recorded(waiting, result),
        before: None,
        booking: None,
        changes: Vec::new(),
        raise: Vec::new(),
        renew: None,
        resolve: None,
        again: None,
    }
}

impl<I: Intake, C: Catalogue, P: Register, N: Newcomers> Stores<'_, I, C, P, N> {
    /// An event that comes to nothing: it, or a newer one, came before. When what it says differs from
    /// what one of the same moment said, a person is told.
    pub(super) async fn superseded(
        &self,
        waiting: &WaitingEvent,
        before: Option<&Booking>,
        (event, told): (&mut BookingEvent, &ToldBooking),
        now: DateTime<Utc>,
    ) -> Result<BookingChange, StoreError> {
        let mut change = superseded(waiting);
        if let Some(booking) = before
            && self.contradicts(booking, event, told).await?
        {
            change.event.result.remarks.push(TWO_AT_ONCE.to_owned());
            change.raise.push(two_at_once(booking, now));
        }
        Ok(change)
    }

    /// Whether an event has the place of the one that told a booking's details, and tells other ones.
    async fn contradicts(
        &self,
        booking: &Booking,
        event: &mut BookingEvent,
        told: &ToldBooking,
    ) -> Result<bool, StoreError> {
        let Matching::Matched { site, .. } = &booking.matching else { return Ok(false) };
        if booking.told_by != Some(event.stamp()) {
            return Ok(false);
        }
        if let Some(site) = self.catalogue.site(site).await? {
            resolve::on_site(event, told, site.zone)?;
        }
        Ok(event.details.as_ref().is_some_and(|details| {
            (details.start, &details.booking_type) != (booking.start, &booking.booking_type)
        }))
    }
}
