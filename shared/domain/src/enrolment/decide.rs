//! The engine: one total function from state, event and time to new state and effects.

use chrono::{DateTime, Utc};

use super::almanac::Almanac;
use super::effects::{Decision, Effect};
use super::plan::plan_by;
use super::reach::{Unreached, recipient};
use super::{
    Cause, Crowd, EndReason, Enrolment, Facts, FinishedAs, HoldReason, Instruction, Plan, Status,
    Step,
};
use crate::actor::Actor;
use crate::booking::BookingKey;
use crate::ledger::{LedgerKey, Outcome};
use crate::program::{Action, ActionKind, Message, WindowUse};
use crate::receipt::Fault;
use crate::work::WorkKind;

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The action of this key was brought up by the due index, with so many others at the same
    /// instant, or is about to be sent.
    Due(LedgerKey, Crowd),
    /// The action of this key cannot be carried out for this patient: its text cannot be filled.
    Unsendable(LedgerKey, String),
    /// The action of this key cannot be carried out until the referral names who made it: its text
    /// does.
    NeedsReferrer(LedgerKey),
    /// The message of this key is stopped: the same text has gone to its address too often, or the address is on hold
    /// for that.
    Repeated(LedgerKey),
    /// The attempt of this key ended.
    Attempted(LedgerKey, Outcome),
    /// The message of this key was sent and did not arrive, for this reason. It may come days later.
    Undelivered(LedgerKey, Fault),
    /// The message of this key was sent after all: its attempt was taken for one that was not sent,
    /// may have been, or did not arrive, and its provider says otherwise.
    SentAfterAll(LedgerKey),
    /// The message of this key was taken for one that was not sent. It was sent, and did not arrive.
    SentInVain(LedgerKey, Fault),
    /// The attempt of this key was begun and its outcome is not known. Look again at this time,
    /// when it is either known or unclear.
    Pending(LedgerKey, DateTime<Utc>),
    /// The booking that caused the enrolment changed; [`Facts::visit`] is what it is now.
    VisitChanged,
    /// The referral that caused the enrolment changed; [`Facts::referral`] is what it is now.
    ReferralChanged,
    /// Bookings of the patient changed; [`Facts::bookings`] is what they are now.
    BookingsChanged,
    /// A booking that has completed a cycle of the enrolment changed; it is in
    /// [`Facts::bookings`].
    CompletingBookingChanged(BookingKey),
    /// The program was saved; [`Facts::program`] is its newest version.
    ProgramChanged,
    /// The patient is no longer one who receives anything.
    PatientGone,
    /// A person says what is to happen.
    Instructed(Instruction, Actor),
}

/// A message whose time has come.
#[derive(Clone, Copy)]
pub(super) struct Ready<'a> {
    pub(super) step: &'a Step,
    pub(super) action: &'a Action,
    pub(super) message: &'a Message,
    pub(super) plan: Plan,
    pub(super) crowd: Crowd,
}

/// Decides what an event does to an enrolment.
pub fn decide(
    enrolment: &Enrolment,
    facts: Facts<'_>,
    event: Event,
    now: DateTime<Utc>,
) -> Decision {
    let mut decision = Decision::unchanged(enrolment.clone());
    decision.apply(&Almanac::new(facts), event, now);
    if decision.enrolment != *enrolment {
        decision.enrolment.revision += 1;
    }
    decision.keep_the_last_of_each_work();
    decision
}

impl Decision {
    pub(super) fn apply(&mut self, facts: &Almanac<'_>, event: Event, now: DateTime<Utc>) {
        match event {
            Event::Due(key, crowd) => self.due(&key, crowd, facts, now),
            Event::Unsendable(key, why) => self.unsendable(&key, why, facts, now),
            Event::NeedsReferrer(key) => self.needs_referrer(&key, facts, now),
            Event::Repeated(key) => self.repeated(&key, facts, now),
            Event::Attempted(key, outcome) => self.attempted(&key, outcome, facts, now),
            Event::Undelivered(key, fault) => self.undelivered(&key, fault, facts, now),
            Event::SentAfterAll(key) => self.sent_after_all(&key, facts, now),
            Event::SentInVain(key, fault) => {
                self.sent_after_all(&key, facts, now);
                self.undelivered(&key, fault, facts, now);
            }
            Event::Pending(key, until) => self.pending(&key, until),
            Event::VisitChanged => self.visit_changed(facts, now),
            Event::ReferralChanged => self.referral_changed(facts, now),
            Event::BookingsChanged => self.complete_by_bookings(facts, now),
            Event::CompletingBookingChanged(key) => {
                self.completing_booking_changed(&key, facts, now);
            }
            Event::ProgramChanged => self.program_changed(facts, now),
            Event::PatientGone => self.end(EndReason::Patient, &Actor::PatientConnect, now),
            Event::Instructed(instruction, by) => self.instructed(instruction, &by, facts, now),
        }
    }

    /// An action's time has come, if it is still the one the enrolment waits for.
    fn due(&mut self, key: &LedgerKey, crowd: Crowd, facts: &Almanac<'_>, now: DateTime<Utc>) {
        if self.active_step(key).is_none() {
            return;
        }
        // The last look: the visit may have gone or moved, the referral may have been withdrawn,
        // another booking may have been made, and the word of it be still on its way.
        match self.enrolment.cause {
            Cause::Booking(_) => self.visit_changed(facts, now),
            Cause::Referral(_) => self.referral_changed(facts, now),
            Cause::Added(_) => {}
        }
        self.complete_by_bookings(facts, now);
        let Some(step) = self.active_step(key) else { return };
        let Some(action) = facts.action(&step.action) else {
            return self.go_on(&step, FinishedAs::Passed, facts, now); // a newer version dropped it
        };
        let Some(plan) = plan_by(action, &self.enrolment, Some(&step), facts) else {
            let why = "its time cannot be computed; check its timing and the site's sending window";
            return match &action.kind {
                ActionKind::Message(message) => {
                    self.fail(&step, message, why.to_owned(), facts, now);
                }
                ActionKind::Pause => self.pause(&step, facts, now),
            };
        };
        if plan.due > now {
            // Planned anew since it was queued.
            let step = Step { planned: plan.due, slot: None, ..step };
            return self.wait_until(plan.due, action, step);
        }
        let not_yet = step.not_before.max(step.slot);
        if let Some(not_yet) = not_yet.filter(|not_yet| *not_yet > now) {
            return self.wait_until(not_yet, action, step);
        }
        match &action.kind {
            ActionKind::Pause => self.pause(&step, facts, now),
            ActionKind::Message(message) => {
                let ready = Ready { step: &step, action, message, plan, crowd };
                self.message_due(&ready, facts, now);
            }
        }
    }

    fn message_due(&mut self, ready: &Ready<'_>, facts: &Almanac<'_>, now: DateTime<Utc>) {
        let Ready { step, action, message, plan, .. } = *ready;
        let Plan { due, latest, .. } = plan;
        if now > latest {
            return self.too_late(step, message, "too late", facts, now);
        }
        // At `due` itself it is open: the plan has seen to that.
        if message.medium.window() == WindowUse::Keep && now != due {
            match facts.site.window.next_open(facts.site.zone, now) {
                Some(opening) if opening <= now => {}
                Some(opening) if opening <= latest => {
                    return self.wait_until(opening, action, step.clone());
                }
                Some(_) | None => {
                    let why = "too late: the sending window opens only when it is no longer useful";
                    return self.too_late(step, message, why, facts, now);
                }
            }
        }
        match recipient(&message.medium, facts) {
            Ok(_) if self.spread(ready, facts, now) => {}
            Ok(to) => {
                let medium = message.medium.clone();
                self.effects.push(Effect::Send { medium, to });
            }
            Err(Unreached::NoReferrer) => self.hold_for_referrer(step, facts, now),
            Err(Unreached::Failed(why)) => self.fail(step, message, why, facts, now),
        }
    }

    pub(super) fn active_step(&self, key: &LedgerKey) -> Option<Step> {
        match &self.enrolment.status {
            Status::Active(step) if self.enrolment.key_of(step) == *key => Some(step.clone()),
            Status::Active(_)
            | Status::Held { .. }
            | Status::Completed { .. }
            | Status::Ended { .. } => None,
        }
    }

    /// Looks again at `due`.
    pub(super) fn wait_until(&mut self, due: DateTime<Utc>, action: &Action, step: Step) {
        let carrier = action.carrier();
        self.enrolment.status = Status::Active(Step { carrier, due, ..step });
    }

    /// The program has come to a pause (R10).
    pub(super) fn pause(&mut self, step: &Step, facts: &Almanac<'_>, now: DateTime<Utc>) {
        let name = &facts.program.name;
        let summary = format!("“{name}” has come to a pause. Do what it is for, then advance it.");
        self.hold(step, HoldReason::Paused, WorkKind::Paused, summary, now);
    }
}
