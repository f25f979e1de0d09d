//! How an action that was begun ends: sent, failed, skipped, or to be tried again.

use chrono::{DateTime, Duration, Utc};

use super::almanac::Almanac;
use super::effects::{Decision, Effect, hold_id, not_reached_id};
use super::{FinishedAs, HoldReason, NoteEvent, Status, Step};
use crate::ledger::{LedgerKey, Outcome};
use crate::program::{Action, Channel, Message, OnError, Significance};
use crate::repeat::MOST;
use crate::work::WorkKind;

/// Attempts before a provider that keeps refusing counts as a failure.
const MAX_ATTEMPTS: u16 = 8;

/// How long to wait while a provider takes nothing from the account. Only an operator can end that.
const WHILE_BARRED: Duration = Duration::minutes(30);

impl Decision {
    pub(super) fn unsendable(
        &mut self,
        key: &LedgerKey,
        why: String,
        facts: &Almanac<'_>,
        now: DateTime<Utc>,
    ) {
        let Some(step) = self.active_step(key) else { return };
        match facts.action(&step.action).and_then(Action::message) {
            Some(message) => self.fail(&step, message, why, facts, now),
            None => self.go_on(&step, FinishedAs::Passed, facts, now),
        }
    }

    /// Waits for a person, whatever Pause on Error says: nothing has failed, and whose mistake it is nobody knows yet.
    pub(super) fn repeated(&mut self, key: &LedgerKey, facts: &Almanac<'_>, now: DateTime<Utc>) {
        let Some(step) = self.active_step(key) else { return };
        let Some(message) = facts.action(&step.action).and_then(Action::message) else {
            return self.go_on(&step, FinishedAs::Passed, facts, now);
        };
        let address = match message.medium.channel() {
            Channel::Sms => "mobile number",
            Channel::Email => "email address",
            Channel::Letter => "address",
        };
        let name = &facts.program.name;
        let summary = format!(
            "A message of “{name}” was not sent: the same text went to the patient's {address} {MOST} times within 24 \
             hours, so nothing more goes there. Find out what repeats it, and end that. Then release the \
             {address} on the patient's record, and retry this one, and each other that waits for the same: what \
             went before the release counts no more."
        );
        self.hold(&step, HoldReason::Repeated, WorkKind::Repeated, summary, now);
    }

    pub(super) fn pending(&mut self, key: &LedgerKey, until: DateTime<Utc>) {
        if let Some(step) = self.active_step(key) {
            let pending_until = Some(until);
            self.enrolment.status = Status::Active(Step { due: until, pending_until, ..step });
        }
    }

    /// An attempt ended. The ledger has its outcome already; this moves the enrolment on.
    pub(super) fn attempted(
        &mut self,
        key: &LedgerKey,
        outcome: Outcome,
        facts: &Almanac<'_>,
        now: DateTime<Utc>,
    ) {
        let step = match &self.enrolment.status {
            Status::Active(step) if self.enrolment.key_of(step) == *key => step.clone(),
            // That nothing is known of it is known already.
            Status::Held { why: HoldReason::Unclear, .. }
                if matches!(outcome, Outcome::Unclear { .. }) =>
            {
                return;
            }
            // Evidence about a message that may or may not have been sent settles it.
            Status::Held { step, why: HoldReason::Unclear, .. }
                if self.enrolment.key_of(step) == *key =>
            {
                self.effects.push(Effect::Resolve(hold_id(key)));
                step.clone()
            }
            // It went while its address was being held: to try it again would send it twice.
            Status::Held { step, why: HoldReason::Repeated, .. }
                if self.enrolment.key_of(step) == *key
                    && matches!(outcome, Outcome::Sent { .. }) =>
            {
                self.effects.push(Effect::Resolve(hold_id(key)));
                step.clone()
            }
            Status::Active(_)
            | Status::Held { .. }
            | Status::Completed { .. }
            | Status::Ended { .. } => return,
        };
        let message = facts.action(&step.action).and_then(Action::message);
        let on_error = message.map_or(OnError::Skip, |message| message.on_error);
        match outcome {
            Outcome::Sent { .. } => self.go_on(&step, FinishedAs::Done, facts, now),
            // Skipped before, by a decision whose row outlived it: it stays skipped.
            Outcome::Skipped { .. } => self.go_on(&step, FinishedAs::TooLate, facts, now),
            // Each time a person has it tried again, it has all its attempts again.
            Outcome::NotSent { why } if step.tries().is_multiple_of(MAX_ATTEMPTS) => {
                let why = format!("{why} ({} attempts)", step.tries());
                self.note(NoteEvent::GaveUp, &format!("Given up: {why}."), now);
                self.after_failure(&step, on_error, why, facts, now);
            }
            Outcome::NotSent { .. } => {
                let wait = back_off(step.tries());
                self.try_again(step, wait, now);
            }
            Outcome::Barred { .. } => {
                let barred = step.barred.saturating_add(1);
                self.try_again(Step { barred, ..step }, WHILE_BARRED, now);
            }
            Outcome::Failed { why } => self.after_failure(&step, on_error, why, facts, now),
            Outcome::Unclear { .. } => self.hold_for_unclear(&step, now),
        }
    }

    /// A person must find out what became of it.
    pub(super) fn hold_for_unclear(&mut self, step: &Step, now: DateTime<Utc>) {
        let summary =
            "A message may or may not have been sent. Find out whether the patient has it.";
        self.hold(step, HoldReason::Unclear, WorkKind::Unclear, summary.to_owned(), now);
    }

    /// Another attempt, after some time.
    fn try_again(&mut self, step: Step, wait: Duration, now: DateTime<Utc>) {
        let due = now.checked_add_signed(wait).unwrap_or(now);
        self.enrolment.status = Status::Active(Step {
            attempt: step.attempt.saturating_add(1),
            due,
            not_before: Some(due),
            pending_until: None,
            ..step
        });
    }

    /// It is too late for it. That is a failure when the provider was what kept it.
    pub(super) fn too_late(
        &mut self,
        step: &Step,
        message: &Message,
        why: &str,
        facts: &Almanac<'_>,
        now: DateTime<Utc>,
    ) {
        if step.barred == 0 {
            return self.skip(step, message, why, facts, now);
        }
        let why = format!("{why}: until then the provider took nothing from this account");
        self.fail(step, message, why, facts, now);
    }

    fn skip(
        &mut self,
        step: &Step,
        message: &Message,
        why: &str,
        facts: &Almanac<'_>,
        now: DateTime<Utc>,
    ) {
        let outcome = Outcome::Skipped { why: why.to_owned() };
        self.record(step, message.medium.channel(), outcome, now);
        self.go_on(step, FinishedAs::TooLate, facts, now);
    }

    /// The action cannot be done, and that was found before anything was reserved.
    pub(super) fn fail(
        &mut self,
        step: &Step,
        message: &Message,
        why: String,
        facts: &Almanac<'_>,
        now: DateTime<Utc>,
    ) {
        let outcome = Outcome::Failed { why: why.clone() };
        self.record(step, message.medium.channel(), outcome, now);
        self.after_failure(step, message.on_error, why, facts, now);
    }

    /// Pause on Error (R12). On a clinically significant program a failure never ends in silence.
    fn after_failure(
        &mut self,
        step: &Step,
        on_error: OnError,
        why: String,
        facts: &Almanac<'_>,
        now: DateTime<Utc>,
    ) {
        let name = &facts.program.name;
        let summary = format!("A message of “{name}” could not be sent: {why}.");
        match (on_error, facts.program.significance) {
            (OnError::Pause, Significance::Routine | Significance::Clinical) => {
                self.hold(step, HoldReason::Failed(why), WorkKind::Failed, summary, now);
            }
            (OnError::Skip, Significance::Routine) => {
                self.go_on(step, FinishedAs::Failed, facts, now);
            }
            (OnError::Skip, Significance::Clinical) => {
                let key = self.enrolment.key_of(step);
                self.raise_as(not_reached_id(&key), WorkKind::NotReached, summary, now);
                self.go_on(step, FinishedAs::Failed, facts, now);
            }
        }
    }
}

/// How long to wait after the n-th refusal: 1, 2, 4, 8, 16, 32, 60 minutes, then each hour.
fn back_off(attempt: u16) -> Duration {
    let doublings = (attempt.saturating_sub(1) % MAX_ATTEMPTS).min(6);
    Duration::minutes((1_i64 << doublings).min(60))
}
