//! A message that was sent and did not arrive. Its receipt may come days later, when the enrolment
//! is further on or over.

use chrono::{DateTime, Utc};

use super::almanac::Almanac;
use super::cycles::step_for;
use super::effects::{Decision, not_reached_id};
use super::state::FIRST_ATTEMPT;
use super::{CycleEnd, Finished, FinishedAs, HoldReason, NoteEvent, Status, Step};
use crate::ids::ActionId;
use crate::ledger::{LedgerKey, Outcome};
use crate::patient::Standing;
use crate::program::{Action, Channel, OnError, Purpose, Significance};
use crate::receipt::Fault;
use crate::work::WorkKind;

/// What an enrolment does when it hears that a message did not arrive.
enum Place<'a> {
    /// It waits for the outcome of this very attempt.
    Begun,
    /// It took the message for done, in its current cycle, and can be held at it.
    Held(&'a Action),
    /// It took the message for done, in its current cycle, and goes on, or waits for a person already;
    /// or a person has passed it over, not knowing what became of it.
    GoesOn,
    /// The cycle is over, or the enrolment.
    Over,
    /// It knows, or another attempt counts.
    Known,
}

impl Decision {
    /// A message did not arrive. Pause on Error (R12) holds the enrolment at it, as if it had failed
    /// at once, even when other actions have been done since: what was waited for comes next when a
    /// person advances it. What cannot be held any more is work for a person, unless nobody needs
    /// to know.
    pub(super) fn undelivered(
        &mut self,
        key: &LedgerKey,
        fault: Fault,
        facts: &Almanac<'_>,
        now: DateTime<Utc>,
    ) {
        let why = fault.to_string();
        match self.place_of_message(key, facts) {
            Place::Known => {
                if cuts_off_care(key, fault, facts) && self.enrolment.has_failed(key) {
                    self.raise_not_arrived(key, &not_arrived(facts, &why), facts, now);
                }
            }
            Place::Begun => {
                let summary = not_arrived(facts, &why);
                self.attempted(key, Outcome::Failed { why }, facts, now);
                // Whatever pauses or is significant is work already.
                let is_passed_over = !facts.action(&key.action).is_some_and(pauses)
                    && facts.program.significance == Significance::Routine;
                if is_passed_over && cuts_off_care(key, fault, facts) {
                    self.raise_not_arrived(key, &summary, facts, now);
                }
            }
            Place::Held(action) => {
                let step = step_for(&self.enrolment, action, key.attempt, None, facts, now);
                self.set_aside();
                self.enrolment.finished.retain(|finished| finished.action != key.action);
                self.reopen_completed_cycle();
                let summary = not_arrived(facts, &why);
                self.hold(&step, HoldReason::Failed(why), WorkKind::Failed, summary, now);
            }
            Place::GoesOn => {
                let (action, attempts) = (key.action.clone(), key.attempt);
                let finished = &mut self.enrolment.finished;
                match finished.iter_mut().find(|it| it.action == action) {
                    Some(it) => it.how = FinishedAs::Failed,
                    None => finished.push(Finished { action, attempts, how: FinishedAs::Failed }),
                }
                self.tell_not_arrived(key, fault, facts, now);
            }
            Place::Over => self.tell_not_arrived(key, fault, facts, now),
        }
    }

    fn place_of_message<'a>(&self, key: &LedgerKey, facts: &Almanac<'a>) -> Place<'a> {
        let e = &self.enrolment;
        if key.cycle != e.cycle {
            return Place::Over;
        }
        let is_at = |step: &Step| e.key_of(step) == *key;
        let (is_free, waiting) = match &e.status {
            Status::Active(step) if is_at(step) => return Place::Begun,
            Status::Held { step, why: HoldReason::Unclear, .. } if is_at(step) => {
                return Place::Begun;
            }
            Status::Active(step) => (true, Some(&step.action)),
            Status::Held { .. } => (false, None),
            Status::Completed { .. } => match e.past.last().map(|past| &past.by) {
                Some(CycleEnd::Actions) | None => (true, None),
                Some(CycleEnd::Staff | CycleEnd::Booking { .. }) => return Place::Over,
            },
            Status::Ended { .. } => return Place::Over,
        };
        let finished = e.finished.iter().find(|finished| finished.action == key.action);
        let is_done = match (finished, &e.status) {
            (Some(finished), _) if finished.attempts != key.attempt => return Place::Known,
            (Some(finished), _) => match finished.how {
                FinishedAs::Done => true,
                FinishedAs::Passed => false,
                FinishedAs::Failed | FinishedAs::TooLate | FinishedAs::Reopened => {
                    return Place::Known;
                }
            },
            // Held elsewhere: nobody waits for this one, and nobody knows of it.
            (None, Status::Held { step, .. }) if step.action != key.action => false,
            (
                None,
                Status::Held { .. }
                | Status::Active(_)
                | Status::Completed { .. }
                | Status::Ended { .. },
            ) => return Place::Known,
        };
        match facts.action(&key.action) {
            Some(action)
                if is_done
                    && is_free
                    && pauses(action)
                    && facts.patient.standing == Standing::Current
                    && comes_after(waiting, action, facts) =>
            {
                Place::Held(action)
            }
            Some(_) | None => Place::GoesOn,
        }
    }

    /// Keeps which attempt comes next of the action that is waited for.
    fn set_aside(&mut self) {
        let Status::Active(step) = &self.enrolment.status else { return };
        let (action, attempts) = (step.action.clone(), step.attempt - FIRST_ATTEMPT);
        if attempts == 0 {
            return;
        }
        let finished = &mut self.enrolment.finished;
        finished.retain(|finished| finished.action != action);
        finished.push(Finished { action, attempts, how: FinishedAs::Reopened });
    }

    /// Nothing is held for it.
    fn tell_not_arrived(
        &mut self,
        key: &LedgerKey,
        fault: Fault,
        facts: &Almanac<'_>,
        now: DateTime<Utc>,
    ) {
        let summary = not_arrived(facts, &fault.to_string());
        self.note(NoteEvent::NotArrived, &summary, now);
        let is_wanted = facts.action(&key.action).is_some_and(pauses)
            || facts.program.significance == Significance::Clinical
            || cuts_off_care(key, fault, facts);
        if is_wanted {
            self.raise_not_arrived(key, &summary, facts, now);
        }
    }

    /// Nobody asks about somebody who is not to be contacted.
    fn raise_not_arrived(
        &mut self,
        key: &LedgerKey,
        summary: &str,
        facts: &Almanac<'_>,
        now: DateTime<Utc>,
    ) {
        if facts.patient.standing == Standing::Current {
            let summary = format!("{summary} Find out whether the patient must be told otherwise.");
            self.raise_as(not_reached_id(key), WorkKind::NotReached, summary, now);
        }
    }
}

/// Whether a patient gets no care any more, at this address: the provider sends nothing there, or email
/// to it failed for good, after which nothing is written to it. Whatever the action says of errors, a
/// person must know: it stays so until somebody mends it.
fn cuts_off_care(key: &LedgerKey, fault: Fault, facts: &Almanac<'_>) -> bool {
    let message = facts.action(&key.action).and_then(Action::message);
    let is_email = message.is_some_and(|message| message.medium.channel() == Channel::Email);
    let is_cut_off = fault == Fault::Listed || is_email && fault.is_of_the_address();
    is_cut_off && facts.program.purpose == Purpose::Care
}

fn pauses(action: &Action) -> bool {
    action.message().is_some_and(|message| message.on_error == OnError::Pause)
}

/// Whether what is waited for is found again below this action. A program whose list was put in
/// another order since may have it above.
fn comes_after(waiting: Option<&ActionId>, action: &Action, facts: &Almanac<'_>) -> bool {
    let place = |id: &ActionId| facts.program.actions.iter().position(|action| action.id == *id);
    waiting.and_then(place).is_none_or(|waiting| Some(waiting) > place(&action.id))
}

fn not_arrived(facts: &Almanac<'_>, why: &str) -> String {
    format!("A message of “{}” was sent and did not arrive: {why}.", facts.program.name)
}
