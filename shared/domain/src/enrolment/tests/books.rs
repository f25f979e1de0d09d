//! What is stored of an enrolment, kept as the stores keep it: the ledger, the notes, the work list and
//! the due index beside the enrolment itself.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Duration;

use super::*;
use crate::balance::{Day, Imbalance, Indexed, Listed, Order, Stored, Weighed, weigh};
use crate::ids::ReservationToken;
use crate::ledger::{LedgerKey, LedgerRow};
use crate::receipt::{Fault, Receipt as ProviderReceipt, Told};
use crate::settings::SendingState;

/// Everything that is stored, and the clinic it is of.
#[derive(Debug, Clone)]
pub(super) struct Books {
    pub(super) world: World,
    pub(super) e: Enrolment,
    pub(super) now: DateTime<Utc>,
    pub(super) rows: BTreeMap<LedgerKey, LedgerRow>,
    pub(super) notes: Vec<Note>,
    pub(super) open: BTreeSet<WorkId>,
    /// Where the index has it, should that be another place than the enrolment says.
    pub(super) elsewhere: Option<Indexed>,
    pub(super) parked: Listed,
    pub(super) sending: SendingState,
    pub(super) released_at: Option<DateTime<Utc>>,
    /// What was told of it before.
    pub(super) told: Vec<Imbalance>,
    /// Since when the program has had its actions.
    pub(super) since: DateTime<Utc>,
}

impl Books {
    pub(super) fn of(world: World, begun: Decision) -> Self {
        let mut books = Self {
            world,
            e: begun.enrolment.clone(),
            now: at(ENROLLED),
            rows: BTreeMap::new(),
            notes: Vec::new(),
            open: BTreeSet::new(),
            elsewhere: None,
            parked: Listed::NotOpen,
            sending: SendingState::On,
            released_at: None,
            told: Vec::new(),
            since: at(ENROLLED) - Duration::days(1),
        };
        books.store(begun);
        books
    }

    pub(super) fn store(&mut self, decision: Decision) {
        for effect in decision.effects {
            match effect {
                Effect::Raise(work) => {
                    self.open.insert(work.id);
                }
                Effect::Resolve(id) => {
                    self.open.remove(&id);
                }
                Effect::Record(row) => {
                    self.rows.insert(row.key.clone(), row);
                }
                Effect::Note(note) => self.notes.push(note),
                Effect::Send { .. } | Effect::Claim(_) | Effect::Refuse(_) => {}
            }
        }
        self.e = decision.enrolment;
    }

    pub(super) fn decide(&mut self, event: Event) {
        let decision = self.world.decide(&self.e, event, self.now);
        self.store(decision);
    }

    pub(super) fn instruct(&mut self, what: Instruction) {
        self.decide(Event::Instructed(what, person()));
    }

    pub(super) fn pass(&mut self, time: Duration) {
        self.now += time;
    }

    /// Brings up what is due next, as a sweep and a sender do; the attempt ends like this, or nobody
    /// says how. A sender that dies says nothing to the enrolment.
    pub(super) fn sweep(&mut self, outcome: Option<Outcome>, dies: bool) {
        let Some((due, _)) = self.e.due() else { return };
        self.now = self.now.max(due);
        let key = self.e.current_key().unwrap();
        if let Some(row) = self.rows.get(&key).cloned() {
            return self.follow(&row);
        }
        let decision = self.world.bring_up(&self.e, self.now);
        if !is_sending(&decision) {
            return self.store(decision);
        }
        let owner = ReservationToken::new(id(9));
        let state = match outcome {
            None => LedgerState::Reserved { owner },
            Some(outcome) => LedgerState::Settled { at: self.now, outcome },
        };
        let channel = Channel::Sms;
        let row = LedgerRow {
            key: key.clone(),
            channel,
            to: None,
            wording: None,
            opened_at: self.now,
            state,
            receipt: None,
        };
        self.rows.insert(key, row.clone());
        if !dies {
            self.follow(&row);
        }
    }

    /// What was begun comes first.
    fn follow(&mut self, row: &LedgerRow) {
        let outcome = match &row.state {
            LedgerState::Settled { outcome, .. } => outcome.clone(),
            LedgerState::Reserved { .. } => {
                let until = row.opened_at + crate::ledger::UNCLEAR_AFTER;
                if self.now < until {
                    return self.decide(Event::Pending(row.key.clone(), until));
                }
                let outcome = Outcome::Unclear { why: "no outcome".into() };
                let state = LedgerState::Settled { at: self.now, outcome: outcome.clone() };
                self.rows.get_mut(&row.key).unwrap().state = state;
                outcome
            }
        };
        self.decide(Event::Attempted(row.key.clone(), outcome));
    }

    /// Until nothing is due any more.
    pub(super) fn catch_up(&mut self) {
        for _ in 0..500 {
            match self.e.due() {
                Some((due, _)) if due <= self.now => self.sweep(Some(sent()), false),
                Some(_) | None => return,
            }
        }
        panic!("it does not come to an end: {:?}", self.e);
    }

    /// The provider says of a message that it had accepted that it did not arrive.
    pub(super) fn bounce(&mut self, key: &LedgerKey) {
        let told = Told::Failed(Fault::Unknown);
        let receipt = Some(ProviderReceipt { at: self.now, told });
        self.rows.get_mut(key).unwrap().receipt = receipt;
        self.decide(Event::Undelivered(key.clone(), Fault::Unknown));
    }

    pub(super) fn save(&mut self, actions: Vec<Action>) {
        self.world.program.actions = actions;
        self.since = self.now;
        self.decide(Event::ProgramChanged);
    }

    pub(super) fn indexed(&self) -> Indexed {
        self.elsewhere.clone().unwrap_or_else(|| match self.e.due() {
            Some((due, _)) => Indexed::At { due, key: self.e.current_key().unwrap() },
            None => Indexed::Absent,
        })
    }

    /// Weighs the last 24 hours that are settled.
    pub(super) fn weigh(&self) -> Weighed {
        let until = self.now - crate::balance::SETTLED_AFTER;
        let from = until - Duration::days(1);
        self.weigh_for(&Day { date: from.date_naive(), from, until })
    }

    pub(super) fn weigh_for(&self, day: &Day) -> Weighed {
        let rows: Vec<_> = self.rows.values().cloned().collect();
        let hold = match &self.e.status {
            Status::Held { step, .. } if self.open.contains(&hold_id(&self.e.key_of(step))) => {
                Listed::Open
            }
            Status::Held { .. }
            | Status::Active(_)
            | Status::Completed { .. }
            | Status::Ended { .. } => Listed::NotOpen,
        };
        let actions = &self.world.program.actions;
        let order = Order {
            actions: actions.iter().map(|action| (action.id.clone(), action.carrier())).collect(),
            since: self.since,
        };
        let stored = Stored {
            enrolment: &self.e,
            rows: &rows,
            notes: &self.notes,
            indexed: &self.indexed(),
            hold,
            parked: self.parked,
            order: Some(&order),
            sending: self.sending,
            released_at: self.released_at,
            told: &self.told,
        };
        weigh(&stored, day, self.now)
    }
}
