//! Weighs one enrolment: what came due, what became of it, and what contradicts itself.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, Utc};

use super::{
    Day, Imbalance, ImbalanceKind, Indexed, Listed, Occurrence, SETTLED_AFTER, Side, Stored,
};
use crate::enrolment::{NoteEvent, Status, Stood};
use crate::ids::ActionId;
use crate::ledger::{LedgerKey, LedgerRow, LedgerState};
use crate::settings::SendingState;

/// How long something may be due until somebody is told, while messages go out.
pub const STUCK_AFTER: Duration = Duration::hours(6);

/// What was found of an enrolment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Weighed {
    /// What came due on the day, or was due still, each on its side.
    pub occurrences: Vec<Occurrence>,
    /// What does not balance.
    pub imbalances: Vec<Imbalance>,
}

/// Weighs what is stored of an enrolment, for a day that is over and settled.
///
/// What is wrong at this moment and can be mended is told each night until it is: an index that does not
/// have it, a hold nobody sees. What is wrong with the past is looked for on the days on which something
/// happened to the enrolment, and told once: nobody can mend it, and who has seen to it is not to be asked
/// again.
pub fn weigh(stored: &Stored<'_>, day: &Day, now: DateTime<Utc>) -> Weighed {
    let mut scale =
        Scale { stored, day, now, due: BTreeSet::new(), apart: BTreeSet::new(), found: Vec::new() };
    scale.collect_due();
    scale.weigh_place();
    if scale.is_busy_day() {
        scale.weigh_ledger();
        scale.weigh_finished();
        scale.weigh_order();
    }
    scale.into_weighed()
}

pub(super) type Key = (u16, ActionId);

pub(super) struct Scale<'a> {
    pub(super) stored: &'a Stored<'a>,
    pub(super) day: &'a Day,
    pub(super) now: DateTime<Utc>,
    /// What came due.
    due: BTreeSet<Key>,
    /// What is on no side of the balance, or on two.
    apart: BTreeSet<Key>,
    pub(super) found: Vec<Imbalance>,
}

impl Scale<'_> {
    fn into_weighed(self) -> Weighed {
        let stored = self.stored;
        let occurrence = |(cycle, action): Key| {
            let is_apart = self.apart.contains(&(cycle, action.clone()));
            let side = if is_apart { Side::Unbalanced } else { stored.side_of(cycle, &action) };
            Occurrence { cycle, carrier: stored.carrier_of(&action), action, side }
        };
        let occurrences = self.due.into_iter().map(occurrence).collect();
        Weighed { occurrences, imbalances: self.found }
    }

    /// Names what does not balance; what is found twice is named once.
    pub(super) fn find(&mut self, kind: ImbalanceKind, cycle: u16, action: &ActionId) {
        let found = Imbalance::of(self.stored.enrolment, kind, (cycle, action));
        self.name(found, cycle, action);
    }

    /// The same, of a row of the ledger.
    pub(super) fn find_row(&mut self, kind: ImbalanceKind, key: &LedgerKey) {
        self.name(Imbalance::of_row(kind, key), key.cycle, &key.action);
    }

    fn name(&mut self, found: Imbalance, cycle: u16, action: &ActionId) {
        if !self.found.contains(&found) {
            self.found.push(found);
        }
        self.apart.insert((cycle, action.clone()));
    }

    /// The same, of something that must have come due; unless it is of the past and was told before.
    pub(super) fn find_due(&mut self, kind: ImbalanceKind, cycle: u16, action: &ActionId) {
        let found = Imbalance::of(self.stored.enrolment, kind, (cycle, action));
        self.name_due(found, cycle, action);
    }

    /// The same, of a row of the ledger.
    pub(super) fn find_row_due(&mut self, kind: ImbalanceKind, key: &LedgerKey) {
        self.name_due(Imbalance::of_row(kind, key), key.cycle, &key.action);
    }

    fn name_due(&mut self, found: Imbalance, cycle: u16, action: &ActionId) {
        if found.kind.is_past() && self.stored.told.contains(&found) {
            return;
        }
        self.name(found, cycle, action);
        self.due.insert((cycle, action.clone()));
    }

    /// Since when what is due at this time may be brought up: not while all sending was on hold.
    pub(super) fn brought_up(&self, due: DateTime<Utc>) -> DateTime<Utc> {
        self.stored.released_at.map_or(due, |released_at| released_at.max(due))
    }

    /// Whether it is so long ago that whatever belongs to it is written.
    pub(super) fn is_settled(&self, at: DateTime<Utc>) -> bool {
        at + SETTLED_AFTER <= self.now
    }

    fn collect_due(&mut self) {
        let (e, day) = (self.stored.enrolment, self.day);
        for row in self.stored.rows {
            let settled = match &row.state {
                LedgerState::Reserved { .. } => None,
                LedgerState::Settled { at, .. } => Some(*at),
            };
            if day.has(row.opened_at) || settled.is_some_and(|at| day.has(at)) {
                self.due.insert((row.key.cycle, row.key.action.clone()));
            }
        }
        match &e.status {
            Status::Active(step) if step.due < day.until => {
                self.due.insert((e.cycle, step.action.clone()));
            }
            Status::Held { step, since, .. } if *since < day.until => {
                self.due.insert((e.cycle, step.action.clone()));
            }
            Status::Ended { at, step: Some(step), .. } if day.has(*at) && step.due <= *at => {
                self.due.insert((e.cycle, step.action.clone()));
            }
            Status::Active(_)
            | Status::Held { .. }
            | Status::Completed { .. }
            | Status::Ended { .. } => {}
        }
        if let (Some(was), Some(past)) = (&e.reopenable, e.past.last())
            && day.has(past.ended_at)
        {
            let (Stood::Active(step) | Stood::Held { step, .. }) = &was.stood;
            if step.due <= past.ended_at {
                self.due.insert((past.cycle, step.action.clone()));
            }
        }
        // What a person or a save has just finished leaves no row, but a note of that very moment.
        let told = |note: &NoteEvent| {
            matches!(note, NoteEvent::Advanced | NoteEvent::Skipped | NoteEvent::Replanned)
        };
        let at = self.finished_at().filter(|at| day.has(*at));
        let is_told = self.stored.notes.iter().any(|note| Some(note.at) == at && told(&note.event));
        if let Some(last) = e.finished.last().filter(|_| is_told) {
            self.due.insert((e.cycle, last.action.clone()));
        }
    }

    /// When what was finished last was finished.
    fn finished_at(&self) -> Option<DateTime<Utc>> {
        match &self.stored.enrolment.status {
            Status::Active(step) | Status::Held { step, .. } => step.unblocked_at,
            Status::Completed { at } => Some(*at),
            Status::Ended { .. } => None,
        }
    }

    /// Whether anything happened to the enrolment on the day, but that staff wrote about it.
    fn is_busy_day(&self) -> bool {
        let (e, day) = (self.stored.enrolment, self.day);
        let of_status = match &e.status {
            Status::Active(step) => step.unblocked_at,
            Status::Held { since: at, .. }
            | Status::Completed { at }
            | Status::Ended { at, .. } => Some(*at),
        };
        let of_row = |row: &LedgerRow| match &row.state {
            LedgerState::Reserved { .. } => day.has(row.opened_at),
            LedgerState::Settled { at, .. } => day.has(row.opened_at) || day.has(*at),
        };
        of_status.is_some_and(|at| day.has(at))
            || e.past.last().is_some_and(|past| day.has(past.ended_at))
            || self.stored.rows.iter().any(of_row)
            || self.stored.notes.iter().any(|it| it.event != NoteEvent::Worked && day.has(it.at))
    }

    /// I1: the index and the enrolment say the same, and who is held is seen.
    fn weigh_place(&mut self) {
        use ImbalanceKind::{HeldUnseen, IndexedElsewhere, IndexedInVain, NotInIndex, Stuck};
        let e = self.stored.enrolment;
        match (&e.status, self.stored.indexed) {
            (Status::Active(step), Indexed::Absent) => match self.stored.parked {
                Listed::Open => {}
                Listed::NotOpen => self.find(NotInIndex, e.cycle, &step.action),
            },
            (Status::Active(step), Indexed::At { due, key }) => {
                if *key != e.key_of(step) || due.timestamp_millis() != step.due.timestamp_millis() {
                    self.find(IndexedElsewhere, e.cycle, &step.action);
                } else if self.stored.sending == SendingState::On
                    && self.brought_up(step.due) + STUCK_AFTER <= self.now
                {
                    self.find(Stuck, e.cycle, &step.action);
                    // It is due, and waits: that much is known of it.
                    self.apart.remove(&(e.cycle, step.action.clone()));
                }
            }
            (Status::Active(step), Indexed::Nonsense) => {
                self.find(IndexedElsewhere, e.cycle, &step.action);
            }
            (
                Status::Held { .. } | Status::Completed { .. } | Status::Ended { .. },
                Indexed::At { .. } | Indexed::Nonsense,
            ) => self.found.push(Imbalance::of_all(e.id.clone(), IndexedInVain)),
            (
                Status::Held { .. } | Status::Completed { .. } | Status::Ended { .. },
                Indexed::Absent,
            ) => {}
        }
        match (&e.status, self.stored.hold) {
            (Status::Held { step, since, .. }, Listed::NotOpen) if self.is_settled(*since) => {
                self.find(HeldUnseen, e.cycle, &step.action);
            }
            (
                Status::Held { .. }
                | Status::Active(_)
                | Status::Completed { .. }
                | Status::Ended { .. },
                Listed::Open | Listed::NotOpen,
            ) => {}
        }
    }
}
