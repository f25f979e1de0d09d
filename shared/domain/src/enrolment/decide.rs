//! The engine: one total function from state, event and time to new state and effects.

use chrono::{DateTime, Duration, Utc};

use super::effects::{Decision, Effect, hold_id};
use super::{
    Cause, EndReason, Enrolment, Facts, FinishedAs, HoldReason, NoteEvent, Status, Step, plan,
};
use crate::booking::Gone;
use crate::calendar::local;
use crate::ids::{ActionId, EnrolmentId};
use crate::ledger::{LedgerKey, Outcome};
use crate::patient::Patient;
use crate::phone::MobileNumber;
use crate::program::{Action, ActionKind, OnError, Purpose, WindowUse};
use crate::timing::Reference;
use crate::work::WorkKind;

/// Attempts before a provider that keeps refusing counts as a failure.
const MAX_ATTEMPTS: u16 = 8;

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The action of this key was brought up by the due index, or is about to be sent.
    Due(LedgerKey),
    /// The action of this key cannot be carried out for this patient: its text cannot be filled.
    Unsendable(LedgerKey, String),
    /// The attempt of this key ended.
    Attempted(LedgerKey, Outcome),
    /// The attempt of this key was begun and its outcome is not known. Look again at this time,
    /// when it is either known or unclear.
    Pending(LedgerKey, DateTime<Utc>),
    /// The booking that caused the enrolment changed; [`Facts::booking`] is what it is now.
    BookingChanged,
}

/// Puts the booking's patient on a Booking program.
///
/// `None` when there is nothing to wait for: there is no visit, or the program has no action.
pub fn enrol_for_booking(
    request_id: String,
    facts: Facts<'_>,
    now: DateTime<Utc>,
) -> Option<Enrolment> {
    if !facts.booking.is_visit() {
        return None;
    }
    let first = facts.program.actions.first()?;
    let (key, patient) = (&facts.booking.key, &facts.patient.id);
    let mut enrolment = Enrolment {
        id: EnrolmentId::for_booking(&facts.program.id, &key.source, &key.id, patient),
        revision: 1,
        program: facts.program.id.clone(),
        patient: patient.clone(),
        site: facts.site.id.clone(),
        cause: Cause::Booking(key.clone()),
        request_id,
        enrolled_at: now,
        reference: Reference::Instant(facts.booking.start),
        cycle: 1,
        finished: Vec::new(),
        status: Status::Completed { at: now },
    };
    enrolment.status = Status::Active(wait_for(&enrolment, first, None, facts, now));
    Some(enrolment)
}

/// Decides what an event does to an enrolment.
pub fn decide(
    enrolment: &Enrolment,
    facts: Facts<'_>,
    event: Event,
    now: DateTime<Utc>,
) -> Decision {
    let mut decision = Decision { enrolment: enrolment.clone(), effects: Vec::new() };
    match event {
        Event::Due(key) => decision.due(&key, facts, now),
        Event::Unsendable(key, why) => decision.unsendable(&key, why, facts, now),
        Event::Attempted(key, outcome) => decision.attempted(&key, outcome, facts, now),
        Event::Pending(key, until) => decision.pending(&key, until),
        Event::BookingChanged => decision.booking_changed(facts, now),
    }
    if decision.enrolment != *enrolment {
        decision.enrolment.revision += 1;
    }
    decision.keep_what_is_raised_again();
    decision
}

impl Decision {
    /// An action's time has come, if it is still the one the enrolment waits for.
    fn due(&mut self, key: &LedgerKey, facts: Facts<'_>, now: DateTime<Utc>) {
        let Some(step) = self.active_step(key) else { return };
        if let Some(gone) = self.gone(facts) {
            return self.end(gone, now);
        }
        let Some(action) = facts.program.action(&step.action) else {
            return self.go_on(&step, FinishedAs::Done, facts, now); // a newer version dropped it
        };
        let Some(plan) = plan(action, &self.enrolment, Some(&step), facts) else {
            let why = "its time cannot be computed; check its timing and the site's sending window";
            return self.fail(&step, action, why.to_owned(), facts, now);
        };
        if plan.due > now {
            // Planned anew since it was queued.
            return self.wait_until(plan.due, action, Step { planned: plan.due, ..step });
        }
        if let Some(not_before) = step.not_before.filter(|not_before| *not_before > now) {
            return self.wait_until(not_before, action, step);
        }
        if now > plan.latest {
            return self.skip(&step, action, "too late", facts, now);
        }
        if action.window == WindowUse::Keep {
            let zone = facts.site.zone;
            match facts.site.window.next_open(zone, now) {
                Some(opening) if opening <= now => {}
                Some(opening) if opening <= plan.latest => {
                    return self.wait_until(opening, action, step);
                }
                Some(_) | None => {
                    let why = "too late: the sending window opens only when it is no longer useful";
                    return self.skip(&step, action, why, facts, now);
                }
            }
        }
        match reachable(&action.kind, facts.patient) {
            Ok(to) => self.effects.push(Effect::Send { action: action.clone(), to }),
            Err(why) => self.fail(&step, action, why, facts, now),
        }
    }

    fn unsendable(&mut self, key: &LedgerKey, why: String, facts: Facts<'_>, now: DateTime<Utc>) {
        let Some(step) = self.active_step(key) else {
            return;
        };
        match facts.program.action(&step.action) {
            Some(action) => self.fail(&step, action, why, facts, now),
            None => self.go_on(&step, FinishedAs::Done, facts, now),
        }
    }

    fn pending(&mut self, key: &LedgerKey, until: DateTime<Utc>) {
        if let Some(step) = self.active_step(key) {
            let pending_until = Some(until);
            self.enrolment.status = Status::Active(Step { due: until, pending_until, ..step });
        }
    }

    /// An attempt ended. The ledger has its outcome already; this moves the enrolment on.
    fn attempted(
        &mut self,
        key: &LedgerKey,
        outcome: Outcome,
        facts: Facts<'_>,
        now: DateTime<Utc>,
    ) {
        let step = match &self.enrolment.status {
            Status::Active(step) if self.enrolment.key_of(step) == *key => step.clone(),
            // The evidence came after all: what was unclear is settled, and needs no person.
            Status::Held { step, why: HoldReason::Unclear, .. }
                if self.enrolment.key_of(step) == *key
                    && !matches!(outcome, Outcome::Unclear { .. }) =>
            {
                self.effects.push(Effect::Resolve(hold_id(key)));
                step.clone()
            }
            Status::Active(_)
            | Status::Held { .. }
            | Status::Completed { .. }
            | Status::Ended { .. } => return,
        };
        let on_error =
            facts.program.action(&step.action).map_or(OnError::Skip, |action| action.on_error);
        match outcome {
            Outcome::Sent { .. } => self.go_on(&step, FinishedAs::Done, facts, now),
            // Skipped before, by a decision whose row outlived it: it stays skipped.
            Outcome::Skipped { .. } => self.go_on(&step, FinishedAs::TooLate, facts, now),
            Outcome::NotSent { why } if step.attempt >= MAX_ATTEMPTS => {
                let why = format!("{why} ({MAX_ATTEMPTS} attempts)");
                self.note(NoteEvent::GaveUp, &format!("Given up: {why}."), now);
                self.after_failure(&step, on_error, why, facts, now);
            }
            Outcome::NotSent { .. } => {
                let due = now + back_off(step.attempt);
                self.enrolment.status = Status::Active(Step {
                    attempt: step.attempt + 1,
                    due,
                    not_before: Some(due),
                    pending_until: None,
                    ..step
                });
            }
            Outcome::Failed { why } => self.after_failure(&step, on_error, why, facts, now),
            Outcome::Unclear { .. } => {
                let summary = "A message may or may not have been sent. Find out whether the \
                               patient has it.";
                let (why, kind) = (HoldReason::Unclear, WorkKind::Unclear);
                self.hold(&step, why, kind, summary.to_owned(), now);
            }
        }
    }

    /// A moved booking re-anchors what is unsent, what was too late for the old time included; one
    /// that has gone ends the enrolment; one that has come back takes it up where it stood.
    fn booking_changed(&mut self, facts: Facts<'_>, now: DateTime<Utc>) {
        if let Some(gone) = self.gone(facts) {
            return self.end(gone, now);
        }
        self.enrolment.site = facts.site.id.clone();
        let anchor = Reference::Instant(facts.booking.start);
        if self.enrolment.reference == anchor && matches!(self.enrolment.status, Status::Active(_))
        {
            return; // nothing that its timings count from has changed
        }
        if self.enrolment.reference != anchor {
            self.enrolment.reference = anchor;
            let wall = local(facts.site.zone, facts.booking.start);
            let text = format!("The booking moved to {}.", wall.format("%-d %B %Y, %-I:%M %P"));
            self.note(NoteEvent::Moved, &text, now);
            self.enrolment.reopen_what_was_too_late();
        }
        let waiting = match &self.enrolment.status {
            Status::Held { .. } => return, // a person is on it and sees the new time
            Status::Active(step) => Some(step.clone()),
            Status::Completed { .. } => None,
            Status::Ended { step, .. } => {
                let step = step.clone();
                self.note(NoteEvent::Resumed, "Taken up again: the booking is back.", now);
                step
            }
        };
        let waits = |id: &ActionId| waiting.as_ref().is_some_and(|step| step.action == *id);
        let mut actions = facts.program.actions.iter();
        let next = actions.find(|a| waits(&a.id) || self.enrolment.is_reopened(&a.id));
        let Some(action) = next else {
            if let Some(step) = waiting {
                self.go_on(&step, FinishedAs::Done, facts, now);
            }
            return;
        };
        let mut step = wait_for(&self.enrolment, action, None, facts, now);
        if let Some(waiting) = waiting.filter(|waiting| waiting.action == action.id) {
            step.attempt = waiting.attempt;
            step.not_before = waiting.not_before;
            step.unblocked_at = waiting.unblocked_at;
            step.pending_until = waiting.pending_until;
            step.due = waiting.not_before.map_or(step.due, |not_before| not_before.max(step.due));
            // The outcome of an attempt under way must not wait for the new time.
            step.due = waiting.pending_until.map_or(step.due, |until| until.min(step.due).max(now));
        }
        self.enrolment.status = Status::Active(step);
    }

    /// Why the enrolment has no visit to be about; `None` while it has one.
    fn gone(&self, facts: Facts<'_>) -> Option<Gone> {
        let whose = facts.booking.matching.patient();
        let reassigned = (whose != Some(&self.enrolment.patient)).then_some(Gone::Reassigned);
        facts.booking.state.gone().or(reassigned)
    }

    fn active_step(&self, key: &LedgerKey) -> Option<Step> {
        match &self.enrolment.status {
            Status::Active(step) if self.enrolment.key_of(step) == *key => Some(step.clone()),
            Status::Active(_)
            | Status::Held { .. }
            | Status::Completed { .. }
            | Status::Ended { .. } => None,
        }
    }

    /// Looks again at `due`.
    fn wait_until(&mut self, due: DateTime<Utc>, action: &Action, step: Step) {
        let channel = action.kind.channel();
        self.enrolment.status = Status::Active(Step { channel, due, ..step });
    }

    /// The action is finished: the next one in the list's order, or the end.
    ///
    /// An action that a newer version has dropped has no place: then the place is below the last
    /// finished action that is still there. Should none be there, nobody can say what this patient
    /// has had, and a person must.
    fn go_on(&mut self, step: &Step, how: FinishedAs, facts: Facts<'_>, now: DateTime<Utc>) {
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
        self.enrolment.status = match below.find(|a| !self.enrolment.is_finished(&a.id)) {
            Some(action) => {
                Status::Active(wait_for(&self.enrolment, action, Some(now), facts, now))
            }
            None => Status::Completed { at: now },
        };
    }

    fn skip(
        &mut self,
        step: &Step,
        action: &Action,
        why: &str,
        facts: Facts<'_>,
        now: DateTime<Utc>,
    ) {
        let outcome = Outcome::Skipped { why: why.to_owned() };
        self.record(step, action.kind.channel(), outcome, now);
        self.go_on(step, FinishedAs::TooLate, facts, now);
    }

    /// The action cannot be done, and that was found before anything was reserved.
    fn fail(
        &mut self,
        step: &Step,
        action: &Action,
        why: String,
        facts: Facts<'_>,
        now: DateTime<Utc>,
    ) {
        self.record(step, action.kind.channel(), Outcome::Failed { why: why.clone() }, now);
        self.after_failure(step, action.on_error, why, facts, now);
    }

    /// Pause on Error (R12).
    fn after_failure(
        &mut self,
        step: &Step,
        on_error: OnError,
        why: String,
        facts: Facts<'_>,
        now: DateTime<Utc>,
    ) {
        match on_error {
            OnError::Skip => self.go_on(step, FinishedAs::Done, facts, now),
            OnError::Pause => {
                let summary =
                    format!("A message of “{}” could not be sent: {why}.", facts.program.name);
                self.hold(step, HoldReason::Failed(why), WorkKind::Failed, summary, now);
            }
        }
    }

    fn end(&mut self, gone: Gone, now: DateTime<Utc>) {
        let step = match &self.enrolment.status {
            Status::Active(step) => step.clone(),
            Status::Held { step, why, .. } => {
                let step = step.clone();
                // What failed needs nobody any more; what may have been sent still does.
                if matches!(why, HoldReason::Failed(_)) {
                    self.effects.push(Effect::Resolve(hold_id(&self.enrolment.key_of(&step))));
                }
                step
            }
            Status::Completed { .. } | Status::Ended { .. } => return,
        };
        let text = match gone {
            Gone::Cancelled => "Ended: the booking was cancelled.",
            Gone::NotAttended => "Ended: the booking was not attended.",
            Gone::Deleted => "Ended: the booking was deleted.",
            Gone::Reassigned => "Ended: the booking is another patient's now.",
        };
        self.note(NoteEvent::Ended, text, now);
        self.enrolment.status =
            Status::Ended { at: now, why: EndReason::Booking(gone), step: Some(step) };
    }
}

/// The step that waits for `action`, never in the past: the sweeper has been there already. An
/// action whose time cannot be computed is due at once, so that it fails in sight instead of
/// waiting for ever.
fn wait_for(
    enrolment: &Enrolment,
    action: &Action,
    unblocked_at: Option<DateTime<Utc>>,
    facts: Facts<'_>,
    now: DateTime<Utc>,
) -> Step {
    let planned = plan(action, enrolment, None, facts).map_or(now, |plan| plan.due);
    Step {
        action: action.id.clone(),
        channel: action.kind.channel(),
        attempt: enrolment.attempts_at(&action.id) + 1,
        due: planned.max(now),
        planned,
        pending_until: None,
        not_before: None,
        unblocked_at,
    }
}

/// Whether the patient can be reached this way, and at which address.
fn reachable(kind: &ActionKind, patient: &Patient) -> Result<MobileNumber, String> {
    patient.reach(kind.channel(), Purpose::Care).map_err(|why| why.to_string())?;
    match kind {
        ActionKind::Sms { .. } => {
            patient.mobile.clone().ok_or_else(|| "no mobile number".to_owned())
        }
    }
}

/// How long to wait after the n-th refusal: 1, 2, 4, 8, 16, 32, 60 minutes, then each hour.
fn back_off(attempt: u16) -> Duration {
    let doublings = u32::from(attempt.saturating_sub(1)).min(6);
    Duration::minutes((1_i64 << doublings).min(60))
}
