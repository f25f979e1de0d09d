//! Bookings that complete cycles (HealthTrack R13).

use chrono::{DateTime, Utc};

use super::almanac::Almanac;
use super::effects::{Decision, Effect};
use super::{Anchor, Cause, CycleEnd, Enrolment, NoteEvent, Reopenable, Status, Stood};
use crate::booking::{Booking, BookingKey};
use crate::calendar::local;
use crate::program::NextCycle;
use crate::referral::Referral;
use crate::timing::Reference;

impl Decision {
    /// Completes the current cycle, and those after it, as long as there is a booking for it
    /// (R13). A booking completes one cycle of an enrolment, never the one it started itself.
    pub(super) fn complete_by_bookings(&mut self, facts: &Almanac<'_>, now: DateTime<Utc>) {
        while let Some(booking) = completing_booking(&self.enrolment, facts) {
            let stood = match &self.enrolment.status {
                Status::Active(step) => Stood::Active(step.clone()),
                Status::Held { step, why, .. } => {
                    Stood::Held { step: step.clone(), why: why.clone() }
                }
                Status::Completed { .. } | Status::Ended { .. } => return,
            };
            self.resolve_hold_unless_unclear();
            let (anchor, began_at) = (self.enrolment.anchor, self.enrolment.cycle_began_at);
            let finished = self.enrolment.finished.clone();
            self.enrolment.reopenable = Some(Reopenable { anchor, began_at, finished, stood });
            let (cycle, of) = (self.enrolment.cycle, facts.program.course.cycles());
            let wall = local(facts.site.zone, booking.start).format("%-d %B %Y, %-I:%M %P");
            let key = &booking.key;
            let text = format!(
                "Cycle {cycle} of {of} completed by booking {} of “{}”, on {wall}.",
                key.id, key.source
            );
            self.note(NoteEvent::CycleCompleted, &text, now);
            self.effects.push(Effect::Claim(key.clone()));
            self.count_from(cycle, booking, facts);
            let of_type = Some(booking.booking_type.clone());
            self.end_cycle(CycleEnd::Booking { key: key.clone(), of_type }, facts, now);
        }
    }

    /// Counts the cycles after `cycle` from the date of the booking that completed it, should the
    /// program say so.
    pub(super) fn count_from(&mut self, cycle: u16, booking: &Booking, facts: &Almanac<'_>) {
        if facts.program.course.next() == NextCycle::FromCompletingBooking {
            let date = Reference::Date(local(facts.site.zone, booking.start).date());
            self.enrolment.anchor = Anchor { cycle, date };
        }
    }
}

impl Enrolment {
    /// From when on the bookings count that may complete the current cycle: from its beginning, and for
    /// who was referred from when the referral was added, however late it is heard of. Else somebody
    /// who has booked since would be asked to.
    pub fn bookings_count_from(&self, referral: Option<&Referral>) -> DateTime<Utc> {
        let began = self.cycle_began_at;
        match (&self.cause, referral) {
            (Cause::Referral(key), Some(referral)) if *key == referral.key && self.cycle == 1 => {
                began.min(referral.added_at)
            }
            (Cause::Referral(_) | Cause::Booking(_) | Cause::Added(_), _) => began,
        }
    }
}

/// The booking that completes the current cycle: live, of a type that counts, not the one that
/// started the enrolment nor one that completed an earlier cycle, and made after bookings began to
/// count or still to come then. A visit of an earlier day than that is none that it was about,
/// whenever it was entered: a diary that is brought in later would otherwise end every recall. Of
/// several the earliest.
fn completing_booking<'a>(enrolment: &Enrolment, facts: &Almanac<'a>) -> Option<&'a Booking> {
    if !enrolment.is_open() {
        return None;
    }
    let began = enrolment.bookings_count_from(facts.referral);
    let day = |at| local(facts.site.zone, at).date();
    let first_day = day(began);
    let started = |key: &BookingKey| match &enrolment.cause {
        Cause::Booking(cause) => cause == key,
        Cause::Referral(_) | Cause::Added(_) => false,
    };
    let used = |key: &BookingKey| enrolment.past.iter().any(|past| past.by.is_by(key));
    facts
        .bookings
        .iter()
        .filter(|booking| facts.completing.covers(booking))
        .filter(|booking| booking.is_visit_of(&enrolment.patient))
        .filter(|booking| booking.start >= began || booking.made_at >= began)
        .filter(|booking| day(booking.start) >= first_day)
        .filter(|booking| !started(&booking.key) && !used(&booking.key))
        .min_by_key(|booking| (booking.start, booking.key.clone()))
}
