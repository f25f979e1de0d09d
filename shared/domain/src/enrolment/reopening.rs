//! Completing bookings that change: the cycle is opened again, or follows.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::almanac::Almanac;
use super::effects::{Decision, Effect};
use super::plan::plan_by;
use super::state::FIRST_ATTEMPT;
use super::{
    CycleEnd, Enrolment, HoldReason, NoteEvent, PastCycle, Reopenable, Status, Step, Stood,
};
use crate::booking::{Booking, BookingKey, Gone};
use crate::booking_type::Completing;
use crate::calendar::{CalendarSpan, instant, local};
use crate::ids::WorkId;
use crate::patient::Standing;
use crate::program::Reopening;
use crate::work::WorkKind;

impl Decision {
    /// A booking that completed a cycle has changed. When it has gone, the cycle is opened again,
    /// or a person is told, as the program says.
    pub(super) fn completing_booking_changed(
        &mut self,
        key: &BookingKey,
        facts: &Almanac<'_>,
        now: DateTime<Utc>,
    ) {
        let Some(booking) = facts.bookings.iter().find(|booking| booking.key == *key) else {
            return;
        };
        let patient = &self.enrolment.patient;
        let Some(past) = self.enrolment.past.iter_mut().rfind(|past| past.by.is_by(key)) else {
            return;
        };
        let stands = still_counts(&mut past.by, booking, facts.completing);
        let past = past.clone();
        if stands && booking.is_visit_of(patient) {
            self.effects.push(Effect::Resolve(gone_id(&self.enrolment, key)));
            return self.follow_completing_booking(&past, booking, facts, now);
        }
        // Nobody is to contact them, so nothing goes on and nobody is asked.
        if facts.patient.standing != Standing::Current {
            return;
        }
        let gone = booking.gone_for(patient).map_or_else(
            || "the booking is of another type now".to_owned(),
            |gone: Gone| gone.to_string(),
        );
        let is_last = self.enrolment.past.last() == Some(&past);
        let again = match facts.program.reopening {
            Reopening::AtOnce => Some(now),
            Reopening::AfterDays(days) => days_after(facts.site.zone, now, days),
            Reopening::AskStaff => None,
        };
        match (again, self.enrolment.reopenable.clone()) {
            (Some(again), Some(was)) if is_last && self.is_untouched() => {
                self.reopen(&past, was, again, &gone, facts, now);
            }
            (Some(_) | None, Some(_) | None) => {
                let (cycle, name) = (past.cycle, &facts.program.name);
                let summary = format!(
                    "Cycle {cycle} of “{name}” was completed by a booking, and {gone}. Decide whether \
                     the patient must be contacted again."
                );
                let id = gone_id(&self.enrolment, key);
                self.raise_as(id, WorkKind::BookingGone, summary, now);
            }
        }
    }

    /// Whether nothing has happened since the last cycle was completed.
    fn is_untouched(&self) -> bool {
        let fresh = |step: &Step| step.attempt == FIRST_ATTEMPT && step.pending_until.is_none();
        match &self.enrolment.status {
            Status::Completed { .. } => true,
            Status::Active(step) | Status::Held { step, why: HoldReason::Paused, .. } => {
                self.enrolment.finished.is_empty() && fresh(step)
            }
            Status::Held {
                why:
                    HoldReason::Failed(_)
                    | HoldReason::NoReferrer
                    | HoldReason::Repeated
                    | HoldReason::Unclear,
                ..
            }
            | Status::Ended { .. } => false,
        }
    }

    /// Takes up a completed cycle where it stood, from `again` on. What waits is not late: lateness
    /// counts from then.
    fn reopen(
        &mut self,
        past: &PastCycle,
        was: Reopenable,
        again: DateTime<Utc>,
        gone: &str,
        facts: &Almanac<'_>,
        now: DateTime<Utc>,
    ) {
        self.resolve_hold();
        let cycle = past.cycle;
        self.note(NoteEvent::CycleReopened, &format!("Cycle {cycle} goes on: {gone}."), now);
        let e = &mut self.enrolment;
        e.past.pop();
        e.reopenable = None;
        e.cycle = cycle;
        e.anchor = was.anchor;
        e.cycle_began_at = was.began_at;
        e.finished = was.finished;
        match was.stood {
            Stood::Held { step, why: HoldReason::Paused } if again <= now => {
                self.pause(&step, facts, now);
            }
            // What had waited for its referrer, or was stopped, is looked at again.
            Stood::Active(step)
            | Stood::Held {
                step,
                why: HoldReason::Paused | HoldReason::NoReferrer | HoldReason::Repeated,
            } => {
                let not_before = step.not_before.into_iter().fold(again, DateTime::max);
                let planned = facts
                    .action(&step.action)
                    .and_then(|action| plan_by(action, &self.enrolment, Some(&step), facts));
                let due = planned.map_or(not_before, |plan| plan.due.max(not_before));
                self.enrolment.status = Status::Active(Step {
                    due,
                    not_before: Some(not_before),
                    slot: None,
                    unblocked_at: Some(not_before),
                    ..step
                });
            }
            // Perhaps still on the work list; while it was held for nobody, staff could resolve it.
            Stood::Held { step, why: HoldReason::Unclear } => self.hold_for_unclear(&step, now),
            Stood::Held { step, why: HoldReason::Failed(reason) } => {
                let name = &facts.program.name;
                let summary = format!("A message of “{name}” could not be sent: {reason}.");
                let why = HoldReason::Failed(reason);
                self.hold(&step, why, WorkKind::Failed, summary, now);
            }
        }
    }

    /// A completing booking was moved: what counts from its date counts from the new one.
    fn follow_completing_booking(
        &mut self,
        past: &PastCycle,
        booking: &Booking,
        facts: &Almanac<'_>,
        now: DateTime<Utc>,
    ) {
        let before = self.enrolment.anchor;
        if before.cycle == past.cycle && self.enrolment.is_open() {
            self.count_from(past.cycle, booking, facts);
        }
        if self.enrolment.anchor != before {
            let wall = local(facts.site.zone, booking.start).format("%-d %B %Y");
            let text =
                format!("The completing booking moved to {wall}; this cycle counts from it.");
            self.note(NoteEvent::Moved, &text, now);
            self.re_plan(facts, now);
        }
    }
}

/// Whether a booking counts towards the cycle that it has completed: it is of the type it was of
/// then, whatever completes cycles by now, or of another one that completes them too. From then on
/// it is known by that one. Where the type was not kept, nobody can say that it has changed.
fn still_counts(by: &mut CycleEnd, booking: &Booking, completing: &Completing) -> bool {
    let covered = completing.covers(booking);
    match by {
        CycleEnd::Booking { of_type, .. } => {
            let same = of_type.as_ref().is_none_or(|of_type| *of_type == booking.booking_type);
            if covered {
                *of_type = Some(booking.booking_type.clone());
            }
            covered || same
        }
        CycleEnd::Actions | CycleEnd::Staff => false,
    }
}

/// So many days after, at the same time of day by the site's clock.
fn days_after(zone: Tz, now: DateTime<Utc>, days: u16) -> Option<DateTime<Utc>> {
    let wall = local(zone, now);
    instant(zone, CalendarSpan::Days(days).after(wall.date())?.and_time(wall.time()))
}

fn gone_id(enrolment: &Enrolment, booking: &BookingKey) -> WorkId {
    let (source, id) = (booking.source.as_str(), booking.id.as_str());
    WorkId::for_cause(&["booking gone", enrolment.id.as_str(), source, id])
}
