//! On which side of the balance an action is.

use super::{Listed, Stored};
use crate::enrolment::{CycleEnd, Finished, FinishedAs, Status, Step};
use crate::ids::ActionId;
use crate::ledger::{LedgerRow, LedgerState, Outcome};
use crate::program::Carrier;

/// An action of a cycle that came due, or was due still.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrence {
    /// The cycle.
    pub cycle: u16,
    /// The action.
    pub action: ActionId,
    /// Who carries it out.
    pub carrier: Carrier,
    /// What became of it.
    pub side: Side,
}

/// What became of an action that came due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// It was sent.
    Sent,
    /// It will not be.
    Skipped(SkippedFor),
    /// It waits for a person, or has done so until one has seen to it.
    Held,
    /// It waits for its turn.
    Waiting,
    /// On none of them, or on two.
    Unbalanced,
}

/// Why an action was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SkippedFor {
    /// It was too late.
    TooLate,
    /// A person skipped it, or the program dropped it.
    Passed,
    /// It failed and was passed over.
    Failed,
    /// Its cycle or its enrolment was over before its turn.
    Over,
}

/// How an attempt has ended, if it has.
pub(super) const fn outcome(row: &LedgerRow) -> Option<&Outcome> {
    match &row.state {
        LedgerState::Reserved { .. } => None,
        LedgerState::Settled { outcome, .. } => Some(outcome),
    }
}

pub(super) const fn is_sent(row: &LedgerRow) -> bool {
    matches!(outcome(row), Some(Outcome::Sent { .. }))
}

impl Stored<'_> {
    /// The attempts at an action of a cycle, in their order.
    pub(super) fn rows_of(&self, cycle: u16, action: &ActionId) -> Vec<&LedgerRow> {
        let is_of = |row: &&LedgerRow| row.key.cycle == cycle && row.key.action == *action;
        let mut rows: Vec<_> = self.rows.iter().filter(is_of).collect();
        rows.sort_by_key(|row| row.key.attempt);
        rows
    }

    /// What was finished of a cycle, as far as the enrolment still knows.
    pub(super) fn finished_of(&self, cycle: u16) -> &[Finished] {
        let e = self.enrolment;
        if cycle == e.cycle {
            return &e.finished;
        }
        match (&e.reopenable, e.past.last()) {
            (Some(was), Some(past)) if past.cycle == cycle => &was.finished,
            (Some(_) | None, Some(_) | None) => &[],
        }
    }

    pub(super) fn is_finished(&self, cycle: u16, action: &ActionId) -> Option<&Finished> {
        self.finished_of(cycle).iter().find(|finished| finished.action == *action)
    }

    /// The step the enrolment is at, if it is at this action.
    pub(super) fn step_at(&self, cycle: u16, action: &ActionId) -> Option<&Step> {
        self.enrolment.step().filter(|step| cycle == self.enrolment.cycle && step.action == *action)
    }

    /// Whether nothing more happens in a cycle by itself.
    pub(super) fn is_over(&self, cycle: u16) -> bool {
        let e = self.enrolment;
        match &e.status {
            Status::Ended { .. } => true,
            Status::Completed { .. } => {
                let by = e.past.last().map(|past| &past.by);
                cycle != e.cycle || matches!(by, Some(CycleEnd::Booking { .. }))
            }
            Status::Active(_) | Status::Held { .. } => cycle < e.cycle,
        }
    }

    /// The one side that the records agree upon. What they do not agree upon is found before.
    pub(super) fn side_of(&self, cycle: u16, action: &ActionId) -> Side {
        let rows = self.rows_of(cycle, action);
        if let Some(step) = self.step_at(cycle, action) {
            return match &self.enrolment.status {
                Status::Held { .. } => Side::Held,
                Status::Active(_) | Status::Completed { .. } | Status::Ended { .. } => {
                    let at_it = rows.iter().find(|row| row.key.attempt == step.attempt);
                    match (at_it, self.parked) {
                        (Some(row), _) if is_sent(row) => Side::Sent,
                        (Some(_) | None, Listed::Open) => Side::Held,
                        (Some(_) | None, Listed::NotOpen) => Side::Waiting,
                    }
                }
            };
        }
        if rows.iter().any(|row| is_sent(row)) {
            return Side::Sent;
        }
        if let Some(finished) = self.is_finished(cycle, action) {
            return match finished.how {
                // A pause that a person has ended.
                FinishedAs::Done => Side::Held,
                FinishedAs::Failed => Side::Skipped(SkippedFor::Failed),
                FinishedAs::Passed => Side::Skipped(SkippedFor::Passed),
                FinishedAs::TooLate => Side::Skipped(SkippedFor::TooLate),
                FinishedAs::Reopened => Side::Waiting,
            };
        }
        let last = rows.last().map(|row| outcome(row));
        match (last, self.is_over(cycle)) {
            (Some(Some(Outcome::Skipped { .. })), _) => Side::Skipped(SkippedFor::TooLate),
            (Some(Some(Outcome::Failed { .. })), _) => Side::Skipped(SkippedFor::Failed),
            // Its work outlives it.
            (Some(Some(Outcome::Unclear { .. })), _) => Side::Held,
            (
                None
                | Some(
                    None
                    | Some(Outcome::Sent { .. } | Outcome::NotSent { .. } | Outcome::Barred { .. }),
                ),
                true,
            ) => Side::Skipped(SkippedFor::Over),
            (
                None
                | Some(
                    None
                    | Some(Outcome::Sent { .. } | Outcome::NotSent { .. } | Outcome::Barred { .. }),
                ),
                false,
            ) => Side::Waiting,
        }
    }
}
