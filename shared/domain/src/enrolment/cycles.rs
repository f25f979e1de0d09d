//! From action to action, from cycle to cycle; and the bookings that complete cycles.

use chrono::{DateTime, Days, Utc};

use super::effects::{Decision, Effect};
use super::{
    Anchor, Cause, CycleEnd, Enrolment, Facts, FinishedAs, HoldReason, NoteEvent, PastCycle,
    Reopenable, Status, Step, Stood, plan,
};
use crate::booking::{Booking, BookingKey, Gone};
use crate::calendar::local;
use crate::ids::{ActionId, WorkId};
use crate::program::{Action, ActionKind, Completion, NextCycle, Reopening, Significance};
use crate::timing::Reference;
use crate::work::WorkKind;

impl Decision {
    /// Waits for `action`; a pause whose time has come is waited at.
    pub(super) fn wait_for(
        &mut self,
        action: &Action,
        unblocked_at: Option<DateTime<Utc>>,
        facts: Facts<'_>,
        now: DateTime<Utc>,
    ) {
        let step = step_for(&self.enrolment, action, unblocked_at, facts, now);
        if action.kind == ActionKind::Pause && step.due <= now {
            self.pause(&step, facts, now);
        } else {
            self.enrolment.status = Status::Active(step);
        }
    }

    /// The action is finished: the next one in the list's order, or the end of the cycle.
    ///
    /// An action that a newer version has dropped has no place: then the place is below the last
    /// finished action that is still there. Should none be there, nobody can say what this patient
    /// has had, and a person must.
    pub(super) fn go_on(
        &mut self,
        step: &Step,
        how: FinishedAs,
        facts: Facts<'_>,
        now: DateTime<Utc>,
    ) {
        self.go_on_by(step, how, CycleEnd::Actions, facts, now);
    }

    pub(super) fn go_on_by(
        &mut self,
        step: &Step,
        how: FinishedAs,
        end: CycleEnd,
        facts: Facts<'_>,
        now: DateTime<Utc>,
    ) {
        let actions = &facts.program.actions;
        let place = |id: &ActionId| actions.iter().position(|action| action.id == *id);
        let finished = &self.enrolment.finished;
        let above = place(&step.action)
            .or_else(|| finished.iter().filter_map(|finished| place(&finished.action)).max());
        if above.is_none() && !finished.is_empty() {
            let name = &facts.program.name;
            let why = format!("“{name}” was changed, and this patient's place in it is gone");
            let summary = format!("{why}. Decide how to go on.");
            return self.hold(step, HoldReason::Failed(why), WorkKind::Failed, summary, now);
        }
        self.enrolment.finish(step, how);
        let mut below = actions.iter().skip(above.map_or(0, |above| above + 1));
        match below.find(|action| !self.enrolment.is_finished(&action.id)) {
            Some(action) => self.wait_for(action, Some(now), facts, now),
            None => self.end_cycle(end, facts, now),
        }
    }

    /// The cycle is over: the next one begins, or the enrolment is completed.
    fn end_cycle(&mut self, by: CycleEnd, facts: Facts<'_>, now: DateTime<Utc>) {
        let (cycle, of) = (self.enrolment.cycle, facts.program.course.cycles());
        if of > 1 && by == CycleEnd::Actions {
            let text = format!("Cycle {cycle} of {of} completed: every action is done.");
            self.note(NoteEvent::CycleCompleted, &text, now);
        }
        if by == CycleEnd::Actions {
            self.tell_if_exhausted(facts, now);
        }
        self.enrolment.past.push(PastCycle { cycle, ended_at: now, by });
        match facts.program.actions.first() {
            Some(first) if cycle < of => {
                self.enrolment.cycle = cycle + 1;
                self.enrolment.cycle_began_at = now;
                self.enrolment.finished.clear();
                self.wait_for(first, Some(now), facts, now);
            }
            Some(_) | None => self.enrolment.status = Status::Completed { at: now },
        }
    }

    /// A cycle of a clinically significant program never ends in silence without what it is for:
    /// a booking, or, where it waits for none, at least one message sent.
    fn tell_if_exhausted(&mut self, facts: Facts<'_>, now: DateTime<Utc>) {
        let sent = || self.enrolment.finished.iter().any(|f| f.how == FinishedAs::Done);
        let reached = match facts.program.completion {
            Completion::AnyBooking | Completion::SelectedTypes => false,
            Completion::Ignore => sent(),
        };
        if facts.program.significance == Significance::Routine || reached {
            return;
        }
        let name = &facts.program.name;
        let summary = format!(
            "Every action of “{name}” is done, and the patient has not {}. Contact the patient.",
            match facts.program.completion {
                Completion::AnyBooking | Completion::SelectedTypes => "booked",
                Completion::Ignore => "been reached",
            }
        );
        let cycle = self.enrolment.cycle.to_string();
        let id = WorkId::for_cause(&["exhausted", self.enrolment.id.as_str(), &cycle]);
        self.raise_as(id, WorkKind::Exhausted, summary, now);
    }

    /// Completes the current cycle, and those after it, as long as there is a booking for it
    /// (R13). A booking completes one cycle of an enrolment, never the one it started itself.
    pub(super) fn complete_by_bookings(&mut self, facts: Facts<'_>, now: DateTime<Utc>) {
        while let Some(booking) = completing_booking(&self.enrolment, facts) {
            let stood = match &self.enrolment.status {
                Status::Active(step) => Stood::Active(step.clone()),
                Status::Held { step, why, .. } => {
                    let stood = Stood::Held { step: step.clone(), why: why.clone() };
                    // What may have been sent still needs a person.
                    if *why != HoldReason::Unclear {
                        self.resolve_hold();
                    }
                    stood
                }
                Status::Completed { .. } | Status::Ended { .. } => return,
            };
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
            self.count_from(booking, facts);
            self.end_cycle(CycleEnd::Booking(key.clone()), facts, now);
        }
    }

    /// Counts the next cycles from a completing booking's date, should the program say so.
    fn count_from(&mut self, booking: &Booking, facts: Facts<'_>) {
        if facts.program.course.next() == NextCycle::FromCompletingBooking {
            let date = Reference::Date(local(facts.site.zone, booking.start).date());
            self.enrolment.anchor = Anchor { cycle: self.enrolment.cycle, date };
        }
    }

    /// A booking that completed a cycle has changed. When it has gone, the cycle is opened again,
    /// or a person is told, as the program says.
    pub(super) fn completing_booking_changed(
        &mut self,
        key: &BookingKey,
        facts: Facts<'_>,
        now: DateTime<Utc>,
    ) {
        let by = CycleEnd::Booking(key.clone());
        let Some(past) = self.enrolment.past.iter().rfind(|past| past.by == by).cloned() else {
            return;
        };
        let Some(booking) = facts.bookings.iter().find(|booking| booking.key == *key) else {
            return;
        };
        let patient = &self.enrolment.patient;
        if facts.completing.covers(booking) && booking.is_visit_of(patient) {
            self.effects.push(Effect::Resolve(gone_id(&self.enrolment, key)));
            return self.follow_completing_booking(&past, booking, facts, now);
        }
        let gone = booking.gone_for(patient).map_or_else(
            || "the booking is of another type now".to_owned(),
            |gone: Gone| gone.to_string(),
        );
        let is_last = self.enrolment.past.last() == Some(&past);
        let again = match facts.program.reopening {
            Reopening::AtOnce => Some(now),
            Reopening::AfterDays(days) => now.checked_add_days(Days::new(days.into())),
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
        let fresh = |step: &Step| step.attempt == 1 && step.pending_until.is_none();
        match &self.enrolment.status {
            Status::Completed { .. } => true,
            Status::Active(step) | Status::Held { step, why: HoldReason::Paused, .. } => {
                self.enrolment.finished.is_empty() && fresh(step)
            }
            Status::Held { why: HoldReason::Failed(_) | HoldReason::Unclear, .. }
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
        facts: Facts<'_>,
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
            Stood::Active(step) => {
                let not_before = step.not_before.into_iter().fold(again, DateTime::max);
                let planned = facts
                    .program
                    .action(&step.action)
                    .and_then(|action| plan(action, &self.enrolment, Some(&step), facts));
                let due = planned.map_or(not_before, |plan| plan.due.max(not_before));
                self.enrolment.status = Status::Active(Step {
                    due,
                    not_before: Some(not_before),
                    unblocked_at: Some(not_before),
                    ..step
                });
            }
            Stood::Held { step, why } => match why {
                HoldReason::Paused => self.pause(&step, facts, now),
                HoldReason::Unclear => {
                    self.enrolment.status = Status::Held { step, since: now, why };
                }
                HoldReason::Failed(reason) => {
                    let name = &facts.program.name;
                    let summary = format!("A message of “{name}” could not be sent: {reason}.");
                    let why = HoldReason::Failed(reason);
                    self.hold(&step, why, WorkKind::Failed, summary, now);
                }
            },
        }
    }

    /// A completing booking was moved: what counts from its date counts from the new one.
    fn follow_completing_booking(
        &mut self,
        past: &PastCycle,
        booking: &Booking,
        facts: Facts<'_>,
        now: DateTime<Utc>,
    ) {
        let before = self.enrolment.anchor;
        if before.cycle == past.cycle && self.enrolment.is_open() {
            let (cycle, end) = (self.enrolment.cycle, past.cycle);
            self.enrolment.cycle = end;
            self.count_from(booking, facts);
            self.enrolment.cycle = cycle;
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

/// The booking that completes the current cycle: live, of a type that counts, not the one that
/// started the enrolment nor one that completed an earlier cycle, and made after the cycle began or
/// still to come then. Of several the earliest.
fn completing_booking<'a>(enrolment: &Enrolment, facts: Facts<'a>) -> Option<&'a Booking> {
    if !enrolment.is_open() {
        return None;
    }
    let began = enrolment.cycle_began_at;
    let started = |key: &BookingKey| match &enrolment.cause {
        Cause::Booking(cause) => cause == key,
        Cause::Added(_) => false,
    };
    let used = |key: &BookingKey| {
        enrolment.past.iter().any(|past| matches!(&past.by, CycleEnd::Booking(by) if by == key))
    };
    facts
        .bookings
        .iter()
        .filter(|booking| facts.completing.covers(booking))
        .filter(|booking| booking.is_visit_of(&enrolment.patient))
        .filter(|booking| booking.start >= began || booking.made_at >= began)
        .filter(|booking| !started(&booking.key) && !used(&booking.key))
        .min_by_key(|booking| (booking.start, booking.key.clone()))
}

/// The step that waits for `action`, never in the past: the sweeper has been there already. An
/// action whose time cannot be computed is due at once, so that it fails in sight instead of
/// waiting for ever.
pub(super) fn step_for(
    enrolment: &Enrolment,
    action: &Action,
    unblocked_at: Option<DateTime<Utc>>,
    facts: Facts<'_>,
    now: DateTime<Utc>,
) -> Step {
    let planned = plan(action, enrolment, None, facts).map_or(now, |plan| plan.due);
    Step {
        action: action.id.clone(),
        carrier: action.carrier(),
        attempt: enrolment.attempts_at(&action.id) + 1,
        due: planned.max(now),
        planned,
        pending_until: None,
        not_before: None,
        unblocked_at,
    }
}

fn gone_id(enrolment: &Enrolment, booking: &BookingKey) -> WorkId {
    let (source, id) = (booking.source.as_str(), booking.id.as_str());
    WorkId::for_cause(&["booking gone", enrolment.id.as_str(), source, id])
}
