//! What an enrolment is.

use chrono::{DateTime, Utc};

use crate::actor::Actor;
use crate::booking::{BookingKey, Gone};
use crate::ids::{ActionId, EnrolmentId, PatientId, ProgramId, SiteId};
use crate::ledger::LedgerKey;
use crate::program::{Carrier, Course};
use crate::referral::{ReferralGone, ReferralKey};
use crate::text::{Code, Label};
use crate::timing::Reference;

/// The attempt at which an action is done when nothing goes wrong.
pub(super) const FIRST_ATTEMPT: u16 = 1;

/// One patient on one program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolment {
    /// Its id.
    pub id: EnrolmentId,
    /// Counts changes. Every write is conditional on the revision that was read.
    pub revision: u64,
    /// The program.
    pub program: ProgramId,
    /// The patient.
    pub patient: PatientId,
    /// The site whose clock and window count.
    pub site: SiteId,
    /// Who attends to the patient (HealthTrack R25, “Attending MO”).
    pub practitioner: Option<Label>,
    /// What put the patient on the program.
    pub cause: Cause,
    /// The enrolment it came from, should it have been moved here (R21).
    pub moved_from: Option<EnrolmentId>,
    /// The request that caused it, to follow it through the logs.
    pub request_id: String,
    /// When the patient was enrolled.
    pub enrolled_at: DateTime<Utc>,
    /// What the timings count from.
    pub anchor: Anchor,
    /// The current cycle, from 1.
    pub cycle: u16,
    /// When the current cycle began: the enrolment, or the end of the cycle before.
    pub cycle_began_at: DateTime<Utc>,
    /// Actions of the current cycle that were finished.
    pub finished: Vec<Finished>,
    /// Cycles that are over, in order.
    pub past: Vec<PastCycle>,
    /// What the last of them was, should a booking have completed it: the booking may go.
    pub reopenable: Option<Reopenable>,
    /// Where it stands.
    pub status: Status,
}

/// What put the patient on the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// A booking of a type that is linked to the program.
    Booking(BookingKey),
    /// A referral that the program follows up.
    Referral(ReferralKey),
    /// A person or a program of the practice, by the API.
    Added(Actor),
}

/// The reference date of one cycle, from which those of the later ones are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Anchor {
    /// The cycle.
    pub cycle: u16,
    /// Its reference date.
    pub date: Reference,
}

/// An action that was finished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// The action.
    pub action: ActionId,
    /// How many attempts the ledger has of it.
    pub attempts: u16,
    /// How it was finished.
    pub how: FinishedAs,
}

/// How an action was finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FinishedAs {
    /// Sent; or a pause that a person has ended. Never done again.
    Done,
    /// Failed, and passed over.
    Failed,
    /// Skipped by a person, or dropped from the program.
    Passed,
    /// Skipped, because it was too late for its time.
    TooLate,
    /// Not finished any more, after so many attempts: it was skipped as too late, and its time has
    /// moved; or a message above it did not arrive, which comes first.
    Reopened,
}

/// A cycle that is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastCycle {
    /// Which one, from 1.
    pub cycle: u16,
    /// When it ended.
    pub ended_at: DateTime<Utc>,
    /// What completed it.
    pub by: CycleEnd,
}

/// What completed a cycle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CycleEnd {
    /// Its last action.
    Actions,
    /// A person, by advancing its last action (R15).
    Staff,
    /// A booking (R13).
    Booking {
        /// Which one.
        key: BookingKey,
        /// The type it has counted as, so that what completes cycles later does not matter to this
        /// one. `None` for cycles that were completed before this was kept.
        of_type: Option<Code>,
    },
}

impl CycleEnd {
    /// Whether that booking did.
    pub fn is_by(&self, booking: &BookingKey) -> bool {
        match self {
            Self::Booking { key, .. } => key == booking,
            Self::Actions | Self::Staff => false,
        }
    }
}

/// A cycle that a booking completed, as it was just before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reopenable {
    /// What its timings counted from.
    pub anchor: Anchor,
    /// When it began.
    pub began_at: DateTime<Utc>,
    /// What was finished in it.
    pub finished: Vec<Finished>,
    /// Where it stood.
    pub stood: Stood,
}

/// Where a cycle stood when a booking completed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stood {
    /// Its action waited for its time.
    Active(Step),
    /// It waited for a person.
    Held {
        /// The action it had stopped at.
        step: Step,
        /// Why.
        why: HoldReason,
    },
}

/// Where an enrolment stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// Its next action waits for its time. It is in the due index.
    Active(Step),
    /// It waits for a person.
    Held {
        /// The action it stopped at.
        step: Step,
        /// Since when.
        since: DateTime<Utc>,
        /// Why.
        why: HoldReason,
    },
    /// It ran to its end.
    Completed {
        /// When.
        at: DateTime<Utc>,
    },
    /// It ended early (R24, “Deleted”).
    Ended {
        /// When.
        at: DateTime<Utc>,
        /// Why.
        why: EndReason,
        /// The action it would have gone on with, should the cause come back.
        step: Option<Step>,
    },
}

/// The action an enrolment waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The action.
    pub action: ActionId,
    /// Who will carry it out, so that the sweeper knows the queue.
    pub carrier: Carrier,
    /// The attempt, from 1.
    pub attempt: u16,
    /// How many of the attempts before it found that the provider takes nothing from the account.
    pub barred: u16,
    /// When to look at it (again). What the due index is sorted by.
    pub due: DateTime<Utc>,
    /// The latest time it was promised for. A timing that is edited to an earlier one does not make
    /// late those who were promised a later one.
    pub planned: DateTime<Utc>,
    /// An attempt is under way, whose outcome is known or unclear by then.
    pub pending_until: Option<DateTime<Utc>>,
    /// Not before this, whatever the plan says: back-off after a provider's refusal.
    pub not_before: Option<DateTime<Utc>>,
    /// The moment of its own that it was given, because too many fell on its opening. It is not
    /// given another one.
    pub slot: Option<DateTime<Utc>>,
    /// When the action above it was finished; lateness counts from it.
    pub unblocked_at: Option<DateTime<Utc>>,
}

impl Step {
    /// The how-manieth attempt it is of those that count: not of those that the account was to blame
    /// for.
    pub const fn tries(&self) -> u16 {
        self.attempt.saturating_sub(self.barred)
    }
}

/// Why an enrolment waits for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HoldReason {
    /// It has come to a pause (R10).
    Paused,
    /// The action failed, and the program pauses on errors (R12).
    Failed(String),
    /// The action needs whoever referred the patient, and the referral names nobody (R31). It goes on
    /// by itself when the referral is filled in.
    NoReferrer,
    /// The same text has gone to the address too often, and nothing goes there until a person has looked.
    Repeated,
    /// A message may or may not have been sent.
    Unclear,
}

/// Why an enrolment ended early.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EndReason {
    /// The booking that caused it has no visit any more.
    Booking(Gone),
    /// There is nothing to follow up any more of the referral that caused it.
    Referral(ReferralGone),
    /// A person ended it.
    Staff,
    /// It was moved to another program (R21).
    MovedTo(EnrolmentId),
    /// The patient is recorded as deceased, archived, or merged into another record.
    Patient,
}

/// In which lane its actions wait and go out: a backlog of one holds up nothing of the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lane {
    /// What is about a visit that somebody has booked: it is of use on its day, or never.
    Visits,
    /// Everything else: recalls, programs, follow-up, which may be thousands at once.
    Others,
}

impl Enrolment {
    /// In which lane its actions go out.
    pub const fn lane(&self) -> Lane {
        match self.cause {
            Cause::Booking(_) => Lane::Visits,
            Cause::Referral(_) | Cause::Added(_) => Lane::Others,
        }
    }

    /// The ledger key of the action it waits for; `None` when it waits for none.
    pub fn current_key(&self) -> Option<LedgerKey> {
        match &self.status {
            Status::Active(step) => Some(self.key_of(step)),
            Status::Held { .. } | Status::Completed { .. } | Status::Ended { .. } => None,
        }
    }

    /// When the due index must bring it up; `None` when it waits for a person or is over.
    pub fn due(&self) -> Option<(DateTime<Utc>, Carrier)> {
        match &self.status {
            Status::Active(step) => Some((step.due, step.carrier)),
            Status::Held { .. } | Status::Completed { .. } | Status::Ended { .. } => None,
        }
    }

    /// Whether it is on its way, or waits for a person: not over.
    pub const fn is_open(&self) -> bool {
        match self.status {
            Status::Active(_) | Status::Held { .. } => true,
            Status::Completed { .. } | Status::Ended { .. } => false,
        }
    }

    /// The reference date of its current cycle; `None` outside the calendar, or should its program
    /// have lost its frequency.
    pub fn reference(&self, course: Course) -> Option<Reference> {
        course.reference_after(self.anchor.date, self.cycle.checked_sub(self.anchor.cycle)?)
    }

    /// The step it is at: the one it waits for, or stopped at.
    pub const fn step(&self) -> Option<&Step> {
        match &self.status {
            Status::Active(step) | Status::Held { step, .. } => Some(step),
            Status::Completed { .. } | Status::Ended { .. } => None,
        }
    }

    pub(super) fn is_reopened(&self, id: &ActionId) -> bool {
        self.finished.iter().any(|f| f.action == *id && f.how == FinishedAs::Reopened)
    }

    /// The attempt at which an action is done next: the ledger may have some of it from before it
    /// was reopened. `None` when it is finished.
    pub(super) fn next_attempt(&self, id: &ActionId) -> Option<u16> {
        match self.finished.iter().find(|finished| finished.action == *id) {
            None => Some(FIRST_ATTEMPT),
            Some(before) => match before.how {
                FinishedAs::Reopened => Some(before.attempts.saturating_add(1)),
                FinishedAs::Done
                | FinishedAs::Failed
                | FinishedAs::Passed
                | FinishedAs::TooLate => None,
            },
        }
    }

    /// Whether this attempt of the current cycle failed and was passed over.
    pub(super) fn has_failed(&self, key: &LedgerKey) -> bool {
        self.finished.iter().any(|finished| {
            finished.action == key.action
                && finished.attempts == key.attempt
                && finished.how == FinishedAs::Failed
        })
    }

    pub(super) fn finish(&mut self, step: &Step, how: FinishedAs) {
        let (action, attempts) = (step.action.clone(), step.attempt);
        let finished = Finished { action, attempts, how };
        // What is finished at its first attempt was not finished before.
        let before = (attempts > FIRST_ATTEMPT)
            .then(|| self.finished.iter_mut().find(|before| before.action == finished.action));
        match before.flatten() {
            Some(before) => *before = finished,
            None => self.finished.push(finished),
        }
    }

    pub(super) fn reopen_what_was_too_late(&mut self) {
        for finished in &mut self.finished {
            if finished.how == FinishedAs::TooLate {
                finished.how = FinishedAs::Reopened;
            }
        }
    }

    /// The ledger key of a step of its current cycle.
    pub fn key_of(&self, step: &Step) -> LedgerKey {
        LedgerKey {
            enrolment: self.id.clone(),
            cycle: self.cycle,
            action: step.action.clone(),
            attempt: step.attempt,
        }
    }
}
