//! Enrolments: one patient on one program, from one cause; and the engine that moves them.
//!
//! * [`enrol_for_booking`] starts one.
//! * [`decide`] is everything that can happen to it afterwards.
//! * [`plan`] says when an action is due, and until when it is worth doing.

mod decide;
mod effects;
mod plan;
#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};

pub use self::decide::{Event, decide, enrol_for_booking};
pub use self::effects::{Decision, Effect};
pub use self::plan::{Plan, plan};
use crate::booking::{Booking, BookingKey, Gone};
use crate::ids::{ActionId, EnrolmentId, PatientId, ProgramId, SiteId};
use crate::ledger::LedgerKey;
use crate::patient::Patient;
use crate::program::{Channel, Program};
use crate::site::Site;
use crate::timing::Reference;

/// What put the patient on the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// A booking of a type that is linked to the program.
    Booking(BookingKey),
}

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
    /// What put the patient on the program.
    pub cause: Cause,
    /// The request that caused it, to follow it through the logs.
    pub request_id: String,
    /// When the patient was enrolled.
    pub enrolled_at: DateTime<Utc>,
    /// What the timings count from.
    pub reference: Reference,
    /// The current cycle, from 1.
    pub cycle: u16,
    /// Actions of the current cycle that were finished.
    pub finished: Vec<Finished>,
    /// Where it stands.
    pub status: Status,
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
    /// Sent, failed and passed over, or dropped from the program. Never done again.
    Done,
    /// Skipped, because it was too late for its time.
    TooLate,
    /// Skipped as too late, and not finished any more: its time has moved.
    Reopened,
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
    /// It ended early.
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
    /// How it will be carried out, so that the sweeper knows the queue.
    pub channel: Channel,
    /// The attempt, from 1.
    pub attempt: u16,
    /// When to look at it (again). What the due index is sorted by.
    pub due: DateTime<Utc>,
    /// What the plan said when it was made. A timing that is edited to an earlier time does not make
    /// late those who were promised a later one.
    pub planned: DateTime<Utc>,
    /// An attempt is under way, whose outcome is known or unclear by then.
    pub pending_until: Option<DateTime<Utc>>,
    /// Not before this, whatever the plan says: back-off after a provider's refusal.
    pub not_before: Option<DateTime<Utc>>,
    /// When the action above it was finished; lateness counts from it.
    pub unblocked_at: Option<DateTime<Utc>>,
}

/// Why an enrolment waits for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HoldReason {
    /// The action failed, and the program pauses on errors.
    Failed(String),
    /// A message may or may not have been sent.
    Unclear,
}

/// Why an enrolment ended early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndReason {
    /// The booking that caused it has no visit any more.
    Booking(Gone),
}

/// An entry of the history that no ledger row tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// When.
    pub at: DateTime<Utc>,
    /// What happened.
    pub event: NoteEvent,
    /// The same, for people.
    pub text: String,
}

/// What a [`Note`] tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoteEvent {
    /// The enrolment began to wait for a person.
    Held,
    /// The reference date moved.
    Moved,
    /// The enrolment ended early.
    Ended,
    /// An ended enrolment was taken up again.
    Resumed,
    /// An action was given up after all its attempts.
    GaveUp,
}

impl NoteEvent {
    /// Every event.
    pub const ALL: [Self; 5] = [Self::Held, Self::Moved, Self::Ended, Self::Resumed, Self::GaveUp];

    /// The name used in the API and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Moved => "moved",
            Self::Ended => "ended",
            Self::Resumed => "resumed",
            Self::GaveUp => "gave_up",
        }
    }

    /// The event of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.as_str() == text)
    }
}

/// What the engine knows besides the enrolment. Read afresh for every decision.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The program, in its newest version.
    pub program: &'a Program,
    /// The enrolment's site.
    pub site: &'a Site,
    /// The patient.
    pub patient: &'a Patient,
    /// The booking that caused it.
    pub booking: &'a Booking,
}

impl Enrolment {
    /// The ledger key of the action it waits for; `None` when it waits for none.
    pub fn current_key(&self) -> Option<LedgerKey> {
        match &self.status {
            Status::Active(step) => Some(self.key_of(step)),
            Status::Held { .. } | Status::Completed { .. } | Status::Ended { .. } => None,
        }
    }

    /// When the due index must bring it up; `None` when it waits for a person or is over.
    pub fn due(&self) -> Option<(DateTime<Utc>, Channel)> {
        match &self.status {
            Status::Active(step) => Some((step.due, step.channel)),
            Status::Held { .. } | Status::Completed { .. } | Status::Ended { .. } => None,
        }
    }

    fn is_finished(&self, id: &ActionId) -> bool {
        self.finished.iter().any(|f| f.action == *id && f.how != FinishedAs::Reopened)
    }

    fn is_reopened(&self, id: &ActionId) -> bool {
        self.finished.iter().any(|f| f.action == *id && f.how == FinishedAs::Reopened)
    }

    /// How many attempts the ledger has of an action that was finished before.
    fn attempts_at(&self, id: &ActionId) -> u16 {
        self.finished.iter().find(|f| f.action == *id).map_or(0, |f| f.attempts)
    }

    fn finish(&mut self, step: &Step, how: FinishedAs) {
        self.finished.retain(|finished| finished.action != step.action);
        let (action, attempts) = (step.action.clone(), step.attempt);
        self.finished.push(Finished { action, attempts, how });
    }

    fn reopen_what_was_too_late(&mut self) {
        for finished in &mut self.finished {
            if finished.how == FinishedAs::TooLate {
                finished.how = FinishedAs::Reopened;
            }
        }
    }

    fn key_of(&self, step: &Step) -> LedgerKey {
        LedgerKey {
            enrolment: self.id.clone(),
            cycle: self.cycle,
            action: step.action.clone(),
            attempt: step.attempt,
        }
    }
}
