//! What a sender does with what the ledger says, and with what it knows itself: it records the outcome
//! and moves the enrolment on.

use crate::bounds::{Fault, Named, Variant};
use crate::engine::Rules;
use crate::label::{Did, Label, Who};
use crate::sender::Steps;
use crate::state::{
    Enrolment, Excuse, Indexed, Key, RowState, Sender, Sending, Snapshot, State, Told,
    UNCLEAR_AFTER,
};

impl Steps<'_> {
    /// Somebody was first: the row says what to do.
    pub(crate) fn follow(&mut self, key: Key) {
        let row = self.row(key);
        let forget = |me: &mut Sender| (me.change, me.read) = <_>::default();
        if row.state != RowState::Reserved {
            let heard = self.rules.heard_from(row);
            return self.to("finds its outcome in the ledger", |me| {
                forget(me);
                (me.at, me.outcome) = (Sending::Tell, Some(heard));
            });
        }
        if row.age < UNCLEAR_AFTER || self.rules.is(Variant::NeverUnclear) {
            if self.rules.is(Variant::UnindexedWhenFoundReserved) {
                let mut s = *self.s;
                if s.enrolment.current() == Some(key) {
                    s.enrolment.index = Indexed::No;
                }
                let did = Did::Finishes("finds it reserved, and leaves it to its sender");
                return self.push(did, s.finished(self.one));
            }
            let until = UNCLEAR_AFTER.saturating_sub(row.age).max(1);
            return self.to("finds it reserved", |me| {
                forget(me);
                (me.at, me.outcome, me.until) = (Sending::Tell, None, until);
            });
        }
        let (at, outcome) = match (self.rules.bounds.named, self.rules.variant) {
            (_, Variant::UnclearIsNotSent) => (Sending::Settle, Some(RowState::NotSent)),
            (Named::ByNumber, _) => (Sending::Evidence, None),
            (Named::ByAttempt, _) => (Sending::Settle, Some(RowState::Unclear)),
        };
        self.to("finds it reserved since long ago", |me| {
            forget(me);
            (me.at, me.outcome) = (at, outcome);
        });
    }

    pub(crate) fn evidence(&mut self, key: Key) {
        let outcome = match self.s.row(key).stray {
            Told::Nothing => RowState::Unclear,
            Told::Delayed | Told::Delivered => RowState::Sent,
            Told::Bounced => RowState::Failed,
        };
        self.to("looks for a stray receipt", |me| {
            (me.at, me.outcome) = (Sending::Settle, Some(outcome));
        });
    }

    pub(crate) fn settle(&mut self, key: Key, outcome: RowState) {
        let me = self.s.senders[self.one];
        let row = self.s.row(key);
        let is_open = if self.rules.is(Variant::NoReservation) {
            row.state == RowState::Absent
        } else {
            matches!(row.state, RowState::Reserved | RowState::Unclear)
                || self.rules.is(Variant::SettleAnyway)
        };
        // Only a repeat may find what is ours to the letter.
        let is_ours = me.at == Sending::SettleAgain && row.state == outcome;
        if !is_open && !is_ours {
            return self.fails("finds it settled by somebody else; the message comes again");
        }
        let mut s = *self.s;
        let settled = s.row_mut(key);
        settled.state = outcome;
        (settled.age, settled.excuse) = (0, Excuse::None);
        if me.at == Sending::Settle
            && let Some(repeat) = self.rules.fault(&s, Fault::Repeat)
        {
            let repeat = self.moved(&repeat, |me| me.at = Sending::SettleAgain);
            self.push_fault(Did::Settles(outcome), repeat);
        }
        let settled = self.moved(&s, |me| me.at = Sending::Tell);
        self.push(Did::Settles(outcome), settled);
    }

    pub(crate) fn tell(&mut self, key: Key, outcome: Option<RowState>) {
        let me = self.s.senders[self.one];
        let change = match outcome {
            Some(outcome) => self.rules.attempted(self.s, key, outcome),
            None => Rules::pending(self.s, key, me.until),
        };
        if change == self.s.enrolment {
            return self.done("has nothing to tell the enrolment");
        }
        self.to("reads the enrolment, to tell it", |me| {
            (me.at, me.change, me.read) = (Sending::Move, change, Snapshot::Fresh);
        });
    }

    pub(crate) fn store_move(&mut self) {
        let me = self.s.senders[self.one];
        if me.read == Snapshot::Stale && !self.rules.is(Variant::MoveAnyway) {
            return self.to("finds the enrolment changed, and reads it again", |me| {
                (me.at, me.change, me.read) =
                    (Sending::Tell, Enrolment::default(), Snapshot::Fresh);
            });
        }
        if me.at == Sending::MoveAgain {
            return self.done("stores it again, and knows its own write");
        }
        if let Some(repeat) = self.rules.fault(self.s, Fault::Repeat) {
            for (_, aside, stored) in self.rules.stored(&repeat, me.change, Some(self.one)) {
                let again = self.moved(&stored, |me| {
                    (me.at, me.change) = (Sending::MoveAgain, Enrolment::default());
                });
                let did = Did::Step("moves the enrolment on, and the answer is lost");
                let mut label = Label::fault(Who::Sender(self.one), did);
                label.aside = aside;
                self.next.push((label, again));
            }
        }
        let did = Did::Finishes("moves the enrolment on");
        self.store(self.s, me.change, State::finished, did);
    }
}
