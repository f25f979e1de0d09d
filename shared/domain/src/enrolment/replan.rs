//! When what the timings count from changes: the visit, the reference date, the program.

use chrono::{DateTime, Utc};

use super::almanac::Almanac;
use super::cycles::step_for;
use super::effects::Decision;
use super::plan::plan_by;
use super::state::FIRST_ATTEMPT;
use super::{Anchor, Cause, CycleEnd, EndReason, FinishedAs, NoteEvent, Status, Step};
use crate::actor::Actor;
use crate::booking::Gone;
use crate::calendar::local;
use crate::ids::ActionId;
use crate::program::ActionKind;
use crate::timing::Reference;

/// What is now told of the booking or the referral that caused an enrolment.
struct Told {
    /// What its timings count from.
    reference: Reference,
    /// What the history says when they counted from something else until now.
    moved: String,
    /// What the history says when it was gone until now.
    back: &'static str,
}

impl Decision {
    /// A moved booking re-anchors what is unsent, what was too late for the old time included; one
    /// that has gone ends the enrolment; one that has come back takes it up where it stood.
    pub(super) fn visit_changed(&mut self, facts: &Almanac<'_>, now: DateTime<Utc>) {
        if let Some(gone) = self.visit_gone(facts) {
            return self.end(EndReason::Booking(gone), &Actor::PatientConnect, now);
        }
        let Some(visit) = facts.visit else { return };
        let wall = local(facts.site.zone, visit.start).format("%-d %B %Y, %-I:%M %P");
        let told = Told {
            reference: Reference::Instant(visit.start),
            moved: format!("The booking moved to {wall}."),
            back: "Taken up again: the booking is back.",
        };
        self.follow_cause(&told, facts, now);
    }

    /// What counts from the day a referral was added follows it, should that day turn out to be
    /// another; a referral that is over ends the enrolment; one that is back takes it up where it
    /// stood; one that names its referrer now ends the wait for that.
    pub(super) fn referral_changed(&mut self, facts: &Almanac<'_>, now: DateTime<Utc>) {
        let Some(referral) = facts.followed_referral() else { return };
        if let Some(gone) = referral.gone_for(&self.enrolment.patient) {
            return self.end(EndReason::Referral(gone), &Actor::PatientConnect, now);
        }
        let day = referral.added_on(facts.site.zone);
        let wall = day.format("%-d %B %Y");
        let told = Told {
            reference: Reference::Date(day),
            moved: format!("The referral was added on {wall}; the program counts from that day."),
            back: "Taken up again: the referral is back.",
        };
        self.follow_cause(&told, facts, now);
        self.go_on_with_referrer(facts, now);
    }

    fn follow_cause(&mut self, told: &Told, facts: &Almanac<'_>, now: DateTime<Utc>) {
        let elsewhere = self.enrolment.site != facts.site.id;
        self.enrolment.site = facts.site.id.clone();
        let anchor = Anchor { cycle: 1, date: told.reference };
        let moved = self.enrolment.anchor != anchor;
        if moved {
            self.enrolment.anchor = anchor;
            self.note(NoteEvent::Moved, &told.moved, now);
            self.enrolment.reopen_what_was_too_late();
        }
        match &self.enrolment.status {
            Status::Active(_) => {
                if moved {
                    self.re_anchor(facts, now);
                } else if elsewhere {
                    self.re_plan(facts, now); // on the other site's clock, and in its window
                }
            }
            // Completed by its own actions; what another booking completed stays so.
            Status::Completed { .. } => {
                let by = self.enrolment.past.last().map(|past| &past.by);
                if moved && matches!(by, None | Some(CycleEnd::Actions | CycleEnd::Staff)) {
                    self.re_anchor(facts, now);
                }
            }
            Status::Ended { why: EndReason::Booking(_) | EndReason::Referral(_), step, .. } => {
                let step = step.clone();
                self.note(NoteEvent::Resumed, told.back, now);
                self.take_up(step, facts, now);
            }
            // A person is on it and sees the new time; what a person decided stays decided.
            Status::Held { .. }
            | Status::Ended {
                why: EndReason::Staff | EndReason::MovedTo(_) | EndReason::Patient,
                ..
            } => {}
        }
    }

    /// Why the visit that the enrolment is about is none any more; `None` while it is, and for
    /// enrolments that are about none.
    fn visit_gone(&self, facts: &Almanac<'_>) -> Option<Gone> {
        match &self.enrolment.cause {
            Cause::Booking(_) => facts.visit?.gone_for(&self.enrolment.patient),
            Cause::Referral(_) | Cause::Added(_) => None,
        }
    }

    /// Counts anew from a changed reference date: what waits, and what was too late before.
    pub(super) fn re_anchor(&mut self, facts: &Almanac<'_>, now: DateTime<Utc>) {
        let waiting = match &self.enrolment.status {
            Status::Active(step) => Some(step.clone()),
            Status::Held { .. } => return,
            Status::Completed { .. } | Status::Ended { .. } => None,
        };
        self.take_up(waiting, facts, now);
    }

    fn take_up(&mut self, waiting: Option<Step>, facts: &Almanac<'_>, now: DateTime<Utc>) {
        let waits = |id: &ActionId| waiting.as_ref().is_some_and(|step| step.action == *id);
        let mut actions = facts.program.actions.iter();
        let next = actions.find(|a| waits(&a.id) || self.enrolment.is_reopened(&a.id));
        let Some(action) = next else {
            if let Some(step) = waiting {
                self.go_on(&step, FinishedAs::Passed, facts, now);
            }
            return;
        };
        let attempt = self.enrolment.next_attempt(&action.id).unwrap_or(FIRST_ATTEMPT);
        let mut step = step_for(&self.enrolment, action, attempt, None, facts, now);
        if let Some(waiting) = waiting.filter(|waiting| waiting.action == action.id) {
            step.attempt = waiting.attempt;
            step.not_before = waiting.not_before;
            step.unblocked_at = waiting.unblocked_at;
            step.pending_until = waiting.pending_until;
            step.due = waiting.not_before.map_or(step.due, |not_before| not_before.max(step.due));
            // The outcome of an attempt under way must not wait for the new time.
            step.due = waiting.pending_until.map_or(step.due, |until| until.min(step.due).max(now));
        }
        self.reopen_completed_cycle();
        if action.kind == ActionKind::Pause && step.due <= now {
            return self.pause(&step, facts, now);
        }
        self.enrolment.status = Status::Active(step);
    }

    /// A completed enrolment that goes on has not completed its last cycle after all.
    pub(super) fn reopen_completed_cycle(&mut self) {
        if matches!(self.enrolment.status, Status::Completed { .. }) {
            self.enrolment.past.pop();
        }
    }

    /// The program was saved: what waits is planned anew. A text that was changed changes nothing.
    pub(super) fn program_changed(&mut self, facts: &Almanac<'_>, now: DateTime<Utc>) {
        let Status::Active(step) = self.enrolment.status.clone() else { return };
        if step.pending_until.is_some() {
            return; // its outcome comes first
        }
        if facts.action(&step.action).is_none() {
            let text = "The action it waited for was taken out of the program.";
            self.note(NoteEvent::Replanned, text, now);
            return self.go_on(&step, FinishedAs::Passed, facts, now);
        }
        let before = step.due;
        self.re_plan(facts, now);
        let after = self.enrolment.step().map(|step| step.due);
        if let Some(after) = after.filter(|after| *after != before) {
            let wall = local(facts.site.zone, after).format("%-d %B %Y, %-I:%M %P");
            let text = format!("The program was changed; the next action is due on {wall}.");
            self.note(NoteEvent::Replanned, &text, now);
        }
    }

    /// Plans the waiting action anew. Who was promised a later time is not late for it.
    pub(super) fn re_plan(&mut self, facts: &Almanac<'_>, now: DateTime<Utc>) {
        let Status::Active(step) = self.enrolment.status.clone() else { return };
        let Some(action) = facts.action(&step.action) else { return };
        let Some(plan) = plan_by(action, &self.enrolment, None, facts) else { return };
        let mut due = plan.due.max(now);
        if plan.due <= step.due && step.due <= now {
            due = step.due; // it is on its way already
        }
        due = step.not_before.map_or(due, |not_before| not_before.max(due));
        due = step.pending_until.map_or(due, |until| until.min(due));
        // What was spread over the day stays so, unless its own time has changed or its site closes.
        let is_open = |slot: &DateTime<Utc>| facts.site.window.is_open(facts.site.zone, *slot);
        let slot = step.slot.filter(|slot| plan.due == step.planned && is_open(slot));
        due = slot.map_or(due, |slot| slot.max(due));
        let planned = plan.due.max(step.planned);
        let carrier = action.carrier();
        self.enrolment.status = Status::Active(Step { carrier, due, planned, slot, ..step });
    }

    /// Ends the enrolment early.
    pub(super) fn end(&mut self, why: EndReason, by: &Actor, now: DateTime<Utc>) {
        let step = match &self.enrolment.status {
            Status::Active(step) | Status::Held { step, .. } => step.clone(),
            Status::Completed { .. } | Status::Ended { .. } => return,
        };
        self.resolve_hold_unless_unclear();
        let text = match &why {
            EndReason::Booking(gone) => format!("Ended: {gone}."),
            EndReason::Referral(gone) => format!("Ended: {gone}."),
            EndReason::Staff => "Ended by staff.".to_owned(),
            EndReason::Patient => "Ended: the patient is no longer contacted.".to_owned(),
            EndReason::MovedTo(_) => "Ended: moved to another program.".to_owned(),
        };
        self.note_by(NoteEvent::Ended, &text, by, now);
        self.enrolment.status = Status::Ended { at: now, why, step: Some(step) };
    }
}
