//! What a receipt says of an attempt that was taken for something else.

use chrono::{DateTime, Utc};

use super::almanac::Almanac;
use super::cycles::exhausted_id;
use super::effects::{Decision, Effect, not_reached_id};
use super::{Event, FinishedAs, HoldReason, NoteEvent, Status, Step};
use crate::ledger::{LedgerKey, LedgerRow, LedgerState, Outcome};
use crate::program::Completion;
use crate::receipt::Told;

impl Event {
    /// What an enrolment hears of a receipt that has made this row what it is; `None` when it hears
    /// of nothing it could act on.
    pub fn of_receipt(before: &LedgerRow, after: &LedgerRow) -> Option<Self> {
        let LedgerState::Settled { outcome: outcome @ Outcome::Sent { .. }, .. } = &after.state
        else {
            return None;
        };
        let key = || after.key.clone();
        let told = after.receipt?.told;
        match (&before.state, told) {
            (
                LedgerState::Settled {
                    outcome: Outcome::NotSent { .. } | Outcome::Barred { .. },
                    ..
                },
                Told::Failed(fault),
            ) => Some(Self::SentInVain(key(), fault)),
            (LedgerState::Reserved { .. } | LedgerState::Settled { .. }, Told::Failed(fault)) => {
                Some(Self::Undelivered(key(), fault))
            }
            (LedgerState::Reserved { .. }, Told::Delayed | Told::Delivered | Told::Complained) => {
                Some(Self::Attempted(key(), outcome.clone()))
            }
            (
                LedgerState::Settled { outcome: Outcome::Sent { .. }, .. },
                Told::Delayed | Told::Delivered | Told::Complained,
            ) => match before.receipt.map(|receipt| receipt.told) {
                Some(Told::Failed(_)) => Some(Self::SentAfterAll(key())),
                Some(Told::Delayed | Told::Delivered | Told::Complained) | None => None,
            },
            (
                LedgerState::Settled {
                    outcome:
                        Outcome::NotSent { .. }
                        | Outcome::Barred { .. }
                        | Outcome::Unclear { .. }
                        | Outcome::Skipped { .. }
                        | Outcome::Failed { .. },
                    ..
                },
                Told::Delayed | Told::Delivered | Told::Complained,
            ) => Some(Self::SentAfterAll(key())),
        }
    }
}

impl Decision {
    /// A message was sent after all. Whatever has been made of the belief that it was not is taken
    /// back: another attempt that has not begun, a hold, work for a person. What is over, or what a
    /// person has decided since, stays.
    pub(super) fn sent_after_all(
        &mut self,
        key: &LedgerKey,
        facts: &Almanac<'_>,
        now: DateTime<Utc>,
    ) {
        // Of a cycle that is over there is only the work that asks for a person.
        if key.cycle != self.enrolment.cycle {
            return self.nobody_needs_to_ask(key, facts);
        }
        let is_it = |step: &Step| step.action == key.action && step.attempt >= key.attempt;
        let step = match &self.enrolment.status {
            // Of another attempt that is under way nobody knows yet whether it went as well. Of this one
            // it is known: who has called it unclear, or not sent, is about to tell, and comes too late.
            Status::Active(step)
                if is_it(step) && step.attempt != key.attempt && step.pending_until.is_some() =>
            {
                return;
            }
            Status::Active(step) if is_it(step) => step.clone(),
            // Whatever it is held for: this one went, so none of it has to go again.
            Status::Held {
                step,
                why:
                    HoldReason::Failed(_)
                    | HoldReason::Unclear
                    | HoldReason::Repeated
                    | HoldReason::NoReferrer,
                ..
            } if is_it(step) => {
                let step = step.clone();
                self.resolve_hold();
                step
            }
            Status::Active(_)
            | Status::Held { .. }
            | Status::Completed { .. }
            | Status::Ended { .. } => return self.finished_after_all(key, facts, now),
        };
        self.note_sent_after_all(facts, now);
        // From before it was reopened; it is finished now.
        self.enrolment.finished.retain(|finished| finished.action != key.action);
        self.go_on(&Step { attempt: key.attempt, ..step }, FinishedAs::Done, facts, now);
    }

    /// The enrolment has gone on without it.
    fn finished_after_all(&mut self, key: &LedgerKey, facts: &Almanac<'_>, now: DateTime<Utc>) {
        let finished = &mut self.enrolment.finished;
        let Some(it) = finished.iter_mut().find(|it| it.action == key.action) else { return };
        match it.how {
            FinishedAs::Failed | FinishedAs::TooLate | FinishedAs::Reopened => {
                let last = LedgerKey { attempt: it.attempts, ..key.clone() };
                (it.how, it.attempts) = (FinishedAs::Done, key.attempt);
                self.note_sent_after_all(facts, now);
                self.nobody_needs_to_ask(key, facts);
                if last != *key {
                    self.nobody_needs_to_ask(&last, facts);
                }
            }
            // It is known, or a person has decided.
            FinishedAs::Done | FinishedAs::Passed => {}
        }
    }

    fn note_sent_after_all(&mut self, facts: &Almanac<'_>, now: DateTime<Utc>) {
        let name = &facts.program.name;
        let text = format!("A message of “{name}” was sent after all, says the provider.");
        self.note(NoteEvent::SentAfterAll, &text, now);
    }

    /// Takes off the list what asks whether the patient was reached.
    fn nobody_needs_to_ask(&mut self, key: &LedgerKey, facts: &Almanac<'_>) {
        self.effects.push(Effect::Resolve(not_reached_id(key)));
        match facts.program.completion {
            // One message that was sent is what a cycle of these is for.
            Completion::Ignore => {
                let id = exhausted_id(&self.enrolment, key.cycle);
                self.effects.push(Effect::Resolve(id));
            }
            Completion::AnyBooking | Completion::SelectedTypes => {}
        }
    }
}
