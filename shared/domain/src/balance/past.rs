//! Whether the records of an enrolment's past agree: its ledger, what it has finished, its program's order.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::ImbalanceKind;
use super::sides::{is_sent, outcome};
use super::weigh::{Key, Scale};
use crate::enrolment::{CycleEnd, Finished, FinishedAs, NoteEvent, Status};
use crate::ids::ActionId;
use crate::ledger::{LedgerKey, LedgerRow, LedgerState, Outcome};
use crate::program::Carrier;
use crate::receipt::Told;
use crate::settings::SendingState;

impl Scale<'_> {
    /// What the ledger says, the enrolment knows; and nothing in it is there twice (I2).
    pub(super) fn weigh_ledger(&mut self) {
        let stored = self.stored;
        let keys: BTreeSet<Key> =
            stored.rows.iter().map(|row| (row.key.cycle, row.key.action.clone())).collect();
        for (cycle, action) in keys {
            let rows = stored.rows_of(cycle, &action);
            self.weigh_sent(&rows);
            for row in rows {
                self.weigh_row(row);
            }
        }
    }

    /// Sent again is only what did not arrive, or what a person has had tried again.
    fn weigh_sent(&mut self, rows: &[&LedgerRow]) {
        let sent: Vec<&&LedgerRow> = rows.iter().filter(|row| is_sent(row)).collect();
        for (first, second) in sent.iter().zip(sent.iter().skip(1)) {
            if !self.may_be_sent_again(first, second.opened_at) {
                self.find_row_due(ImbalanceKind::SentTwice, &second.key);
            }
        }
    }

    fn may_be_sent_again(&self, row: &LedgerRow, until: DateTime<Utc>) -> bool {
        let failed = row.receipt.is_some_and(|receipt| matches!(receipt.told, Told::Failed(_)));
        let retried = self.stored.notes.iter().any(|note| {
            note.event == NoteEvent::Retried && row.opened_at <= note.at && note.at <= until
        });
        failed || retried
    }

    fn weigh_row(&mut self, row: &LedgerRow) {
        use ImbalanceKind::{NotFinished, ReservedForgotten, SentUnnoticed};
        let (stored, e) = (self.stored, self.stored.enrolment);
        let (cycle, action) = (row.key.cycle, &row.key.action);
        let step = stored.step_at(cycle, action);
        let is_held = matches!(e.status, Status::Held { .. }) && step.is_some();
        if is_held || self.comes_again(cycle, action) {
            return;
        }
        match (outcome(row), step) {
            (None, Some(step)) if step.attempt == row.key.attempt => {}
            (None, Some(_) | None) => {
                if self.is_settled(row.opened_at) {
                    self.find_row_due(ReservedForgotten, &row.key);
                }
            }
            (Some(Outcome::Sent { .. }), Some(step)) => {
                let unnoticed = if step.attempt == row.key.attempt {
                    stored.sending == SendingState::On
                        && self.is_settled(settled_at(row))
                        && self.is_settled(self.brought_up(step.due))
                } else {
                    !self.may_be_sent_again(row, self.now)
                };
                if unnoticed {
                    self.find_row(SentUnnoticed, &row.key);
                }
            }
            (Some(Outcome::Sent { .. } | Outcome::Skipped { .. }), None) => {
                let is_lost = cycle == e.cycle
                    && !stored.is_over(cycle)
                    && stored.is_finished(cycle, action).is_none()
                    && self.is_settled(settled_at(row))
                    && !self.may_be_sent_again(row, self.now);
                if is_lost {
                    self.find_row_due(NotFinished, &row.key);
                }
            }
            (Some(Outcome::Skipped { .. }), Some(_))
            | (
                Some(
                    Outcome::NotSent { .. }
                    | Outcome::Barred { .. }
                    | Outcome::Failed { .. }
                    | Outcome::Unclear { .. },
                ),
                Some(_) | None,
            ) => {}
        }
    }

    /// Whether an action that is not finished lies below the one the enrolment is at: it is brought up in
    /// its turn, and its ledger is followed then.
    fn comes_again(&self, cycle: u16, action: &ActionId) -> bool {
        let (Some(step), Some(order)) = (self.stored.enrolment.step(), self.stored.order) else {
            return false;
        };
        let place = |id: &ActionId| order.actions.iter().position(|(known, _)| known == id);
        cycle == self.stored.enrolment.cycle
            && self.stored.is_finished(cycle, action).is_none()
            && place(action) > place(&step.action)
    }

    /// What the enrolment has finished, the ledger says too. Only a pause has no row, and a person has
    /// ended it: there is a note for each. Where nobody knows what was a pause, because the program was
    /// changed since, a person who advanced something else may be taken for it: better than a false alarm.
    pub(super) fn weigh_finished(&mut self) {
        let (stored, e) = (self.stored, self.stored.enrolment);
        if matches!(e.status, Status::Ended { .. }) && !self.ended_on_the_day() {
            return;
        }
        let is_message = |action: &ActionId| {
            stored.order_of_cycle().is_some_and(|order| {
                order.actions.iter().any(|(id, by)| id == action && *by != Carrier::Staff)
            })
        };
        let mut pauses: Vec<&Finished> = Vec::new();
        let mut lost: Vec<&Finished> = Vec::new();
        for finished in &e.finished {
            let row = stored.rows_of(e.cycle, &finished.action);
            let row = row.into_iter().find(|row| row.key.attempt == finished.attempts);
            let outcome = row.and_then(outcome);
            match finished.how {
                FinishedAs::Done if matches!(outcome, Some(Outcome::Sent { .. })) => {}
                FinishedAs::Done if is_message(&finished.action) => lost.push(finished),
                FinishedAs::Done => pauses.push(finished),
                FinishedAs::TooLate if matches!(outcome, Some(Outcome::Skipped { .. })) => {}
                FinishedAs::TooLate => lost.push(finished),
                FinishedAs::Failed | FinishedAs::Passed | FinishedAs::Reopened => {}
            }
        }
        let ended = |note: &NoteEvent| *note == NoteEvent::Advanced;
        let ended = stored
            .notes
            .iter()
            .filter(|note| ended(&note.event) && note.at >= e.cycle_began_at)
            .count();
        lost.extend(pauses.iter().skip(ended));
        for finished in lost {
            let key = LedgerKey {
                enrolment: e.id.clone(),
                cycle: e.cycle,
                action: finished.action.clone(),
                attempt: finished.attempts,
            };
            self.find_row_due(ImbalanceKind::FinishedWithoutRow, &key);
        }
    }

    fn ended_on_the_day(&self) -> bool {
        match &self.stored.enrolment.status {
            Status::Ended { at, .. } => self.day.has(*at),
            Status::Active(_) | Status::Held { .. } | Status::Completed { .. } => false,
        }
    }

    /// What the program has above the action that the enrolment is at, has come before it.
    pub(super) fn weigh_order(&mut self) {
        let (stored, e) = (self.stored, self.stored.enrolment);
        let Some(order) = stored.order_of_cycle() else { return };
        let above = match &e.status {
            Status::Active(step) | Status::Held { step, .. } => {
                order.actions.iter().position(|(id, _)| *id == step.action).unwrap_or_default()
            }
            Status::Completed { .. } => match e.past.last().map(|past| &past.by) {
                Some(CycleEnd::Actions | CycleEnd::Staff) => order.actions.len(),
                Some(CycleEnd::Booking { .. }) | None => 0,
            },
            Status::Ended { .. } => 0,
        };
        for (action, _) in order.actions.iter().take(above) {
            if stored.is_finished(e.cycle, action).is_none()
                && !self.found.iter().any(|found| found.action.as_ref() == Some(action))
            {
                self.find_due(ImbalanceKind::OutOfOrder, e.cycle, action);
            }
        }
    }
}

const fn settled_at(row: &LedgerRow) -> DateTime<Utc> {
    match &row.state {
        LedgerState::Reserved { .. } => row.opened_at,
        LedgerState::Settled { at, .. } => *at,
    }
}
