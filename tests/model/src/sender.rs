//! What a sender does: `app::deliver` in small, one call after the other.

use crate::bounds::{Fault, Variant};
use crate::engine::{Look, Rules};
use crate::label::{Answer, Did, Label, Who};
use crate::state::{
    Enrolment, Excuse, Grounds, Indexed, Key, RECEIVES, Row, RowState, Sender, Sending, Snapshot,
    State, UNCLEAR_AFTER,
};
use crate::world::Next;

pub(crate) fn steps(rules: &Rules, s: &State, one: usize, next: &mut Next) {
    let mut sending = Steps { rules, s, one, next };
    let Sender { at, key, outcome, .. } = s.senders[one];
    match at {
        Sending::Gone => return sending.receive(),
        Sending::Look => sending.look(key),
        Sending::ReadRow => match sending.row(key).state {
            RowState::Absent => sending.to("finds no row", |me| me.at = Sending::CarryOut),
            RowState::Reserved
            | RowState::Sent
            | RowState::NotSent
            | RowState::Skipped
            | RowState::Failed
            | RowState::Unclear => sending.follow(key),
        },
        Sending::CarryOut => sending.carry_out(key, outcome),
        Sending::Reserve => sending.reserve(key),
        Sending::ReserveAgain => sending.reserve_again(key),
        Sending::LastLook => sending.last_look(key),
        Sending::Call => sending.call(key),
        Sending::Evidence => sending.evidence(key),
        Sending::Settle | Sending::SettleAgain => {
            sending.settle(key, outcome.expect("it has an outcome to record"));
        }
        Sending::Tell => sending.tell(key, outcome),
        Sending::Move | Sending::MoveAgain => sending.store_move(),
    }
    if let Some(mut crashed) = rules.fault(s, Fault::Crash) {
        let row = crashed.row_mut(key);
        if row.state == RowState::Reserved {
            row.excuse = Excuse::Lost;
        }
        let crashed = crashed.failed(one, rules.variant);
        next.push((Label::fault(Who::Sender(one), Did::Fails("dies")), crashed));
    }
}

/// A sender, in a state, and what may follow that.
pub(crate) struct Steps<'a> {
    pub(crate) rules: &'a Rules,
    pub(crate) s: &'a State,
    pub(crate) one: usize,
    pub(crate) next: &'a mut Next,
}

impl Steps<'_> {
    pub(crate) fn push(&mut self, did: Did, state: State) {
        self.next.push((Label::free(Who::Sender(self.one), did), state));
    }

    pub(crate) fn push_fault(&mut self, did: Did, state: State) {
        self.next.push((Label::fault(Who::Sender(self.one), did), state));
    }

    /// The same state, with this sender further on.
    pub(crate) fn moved(&self, s: &State, how: impl FnOnce(&mut Sender)) -> State {
        let mut next = *s;
        how(&mut next.senders[self.one]);
        next
    }

    pub(crate) fn to(&mut self, text: &'static str, how: impl FnOnce(&mut Sender)) {
        let state = self.moved(self.s, how);
        self.push(Did::Step(text), state);
    }

    pub(crate) fn done(&mut self, text: &'static str) {
        self.push(Did::Finishes(text), self.s.finished(self.one));
    }

    pub(crate) fn fails(&mut self, text: &'static str) {
        self.push(Did::Fails(text), self.s.failed(self.one, self.rules.variant));
    }

    /// The row, as a sender finds it under its key.
    pub(crate) fn row(&self, key: Key) -> Row {
        let row = self.s.row(key);
        if row.elsewhere { Row { state: RowState::Absent, ..row } } else { row }
    }

    fn receive(&mut self) {
        // Which of several that are not there comes makes no difference.
        let is_there = |sender: &Sender| sender.at != Sending::Gone;
        let is_first = self.s.senders[..self.one].iter().all(is_there);
        let there = self.s.senders.iter().filter(|sender| is_there(sender)).count();
        if !is_first || there >= self.rules.bounds.senders {
            return;
        }
        for (slot, message) in (0..).zip(self.s.queue) {
            let Some(mut message) = message.filter(|message| message.receives < RECEIVES) else {
                continue;
            };
            message.receives += 1;
            let is_held = self.s.senders.iter().any(|sender| sender.slot == Some(slot));
            let me = Sender {
                at: Sending::Look,
                slot: Some(slot),
                redriven: message.redriven,
                key: message.key,
                ..Sender::default()
            };
            let with = |s: &State| {
                let mut next = *s;
                next.queue[usize::from(slot)] = Some(message);
                next.senders[self.one] = me;
                next
            };
            if !is_held {
                let received = with(self.s);
                self.push(Did::Receives, received);
            } else if let Some(s) = self.rules.fault(self.s, Fault::Duplicate) {
                let received = with(&s);
                self.push_fault(Did::Receives, received);
            }
        }
    }

    fn look(&mut self, key: Key) {
        match self.rules.look(self.s, key) {
            Look::Stale => self.done("finds that the enrolment does not wait for it"),
            Look::Held => self.done("finds that all sending is on hold"),
            Look::Go if self.rules.is(Variant::NoReservation) => {
                self.to("looks: it may go", |me| me.at = Sending::LastLook);
            }
            Look::Go => self.to("looks: it may go", |me| me.at = Sending::Reserve),
            Look::Otherwise(change, record) => {
                let plan_first = self.rules.is(Variant::PlanFirst);
                let at = if plan_first { Sending::CarryOut } else { Sending::ReadRow };
                self.to("looks: something else is to happen", |me| {
                    (me.at, me.change, me.outcome) = (at, change, record);
                });
            }
        }
    }

    fn carry_out(&mut self, key: Key, record: Option<RowState>) {
        let me = self.s.senders[self.one];
        let is_free = record.is_none() || self.s.row(key).state == RowState::Absent;
        if me.read == Snapshot::Stale && !self.rules.is(Variant::MoveAnyway) || !is_free {
            return self.fails("finds the enrolment changed; the message comes again");
        }
        let mut s = *self.s;
        if let Some(record) = record {
            s.row_mut(key).state = record;
        }
        self.store(&s, me.change, State::finished, Did::Finishes("stores that"));
    }

    /// Stores the enrolment, and goes on.
    pub(crate) fn store(
        &mut self,
        s: &State,
        change: Enrolment,
        then: impl Fn(&State, usize) -> State,
        did: Did,
    ) {
        for (cost, aside, stored) in self.rules.stored(s, change, Some(self.one)) {
            let label = Label { who: Who::Sender(self.one), did, cost, aside };
            self.next.push((label, then(&stored, self.one)));
        }
    }

    fn reserve(&mut self, key: Key) {
        if self.row(key).state != RowState::Absent {
            return self.follow(key);
        }
        let mut s = *self.s;
        let (taken, calls) = (s.row(key).taken, s.row(key).calls);
        *s.row_mut(key) = Row { state: RowState::Reserved, taken, calls, ..Row::default() };
        if self.rules.is(Variant::UnindexedWhenReserved) {
            s.enrolment.index = Indexed::No;
        }
        if self.rules.is(Variant::MovedWhenReserved) {
            s.enrolment = self.rules.attempted(&s, key, RowState::Sent);
        }
        if let Some(repeat) = self.rules.fault(&s, Fault::Repeat) {
            let repeat = self.moved(&repeat, |me| me.at = Sending::ReserveAgain);
            self.push_fault(Did::Step("reserves it, and the answer is lost"), repeat);
        }
        let won = self.won(&s, key);
        self.push(Did::Step("reserves it"), won);
    }

    fn reserve_again(&mut self, key: Key) {
        let is_ours =
            self.s.row(key).state == RowState::Reserved && !self.rules.is(Variant::NoOwnerToken);
        if is_ours {
            let won = self.won(self.s, key);
            self.push(Did::Step("reserves again, and knows its own row"), won);
        } else {
            self.follow(key);
        }
    }

    fn won(&self, s: &State, key: Key) -> State {
        let at_once =
            self.rules.is(Variant::NoLastLook) || self.rules.is(Variant::MovedWhenReserved);
        let (at, grounds) = if at_once {
            (Sending::Call, Rules::grounds(s, key))
        } else {
            (Sending::LastLook, Grounds::None)
        };
        self.moved(s, |me| (me.at, me.grounds) = (at, grounds))
    }

    fn last_look(&mut self, key: Key) {
        let grounds = Rules::grounds(self.s, key);
        let not_sent = |me: &mut Sender| {
            (me.at, me.outcome) = (Sending::Settle, Some(RowState::NotSent));
        };
        if let Some(failed) = self.rules.fault(self.s, Fault::LookFails) {
            let failed = self.moved(&failed, not_sent);
            self.push_fault(Did::Step("cannot look again"), failed);
        }
        match self.rules.look(self.s, key) {
            Look::Go => self.to("looks again: it may go", |me| {
                (me.at, me.grounds) = (Sending::Call, grounds);
            }),
            Look::Held => self.to("looks again: all sending is on hold", not_sent),
            Look::Stale | Look::Otherwise(..) => self.to("looks again: it may not go", not_sent),
        }
    }

    fn call(&mut self, key: Key) {
        self.answer(*self.s, key, Answer::Accepted, Label::free);
        for (fault, answers) in [
            (Fault::Refusal, &[Answer::RefusedForNow][..]),
            (Fault::Rejection, &[Answer::RefusedForGood][..]),
            (Fault::AnswerLost, &[Answer::LostAccepted, Answer::LostRefused][..]),
            (Fault::Lie, &[Answer::Lied][..]),
        ] {
            let Some(s) = self.rules.fault(self.s, fault) else { continue };
            for answer in answers {
                self.answer(s, key, *answer, Label::fault);
            }
        }
    }

    fn answer(&mut self, mut s: State, key: Key, answer: Answer, label: fn(Who, Did) -> Label) {
        let row = s.row_mut(key);
        row.calls = (row.calls + 1).min(2);
        if answer.is_accepted() {
            row.taken = true;
            let accepted = &mut s.accepted[usize::from(key.action)];
            *accepted = (*accepted + 1).min(2);
        }
        let outcome = match answer {
            Answer::Accepted => Some(RowState::Sent),
            Answer::RefusedForNow | Answer::Lied => Some(RowState::NotSent),
            Answer::RefusedForGood => Some(RowState::Failed),
            Answer::LostAccepted | Answer::LostRefused => {
                if self.rules.is(Variant::DoubtIsRefusal) {
                    Some(RowState::NotSent)
                } else {
                    self.rules.is(Variant::DoubtIsSent).then_some(RowState::Sent)
                }
            }
        };
        let age = s.row(key).age;
        if outcome.is_none() && s.row(key).state == RowState::Reserved {
            s.row_mut(key).excuse = Excuse::Lost;
        }
        let next = self.moved(&s, |me| {
            me.grounds = Grounds::None;
            me.outcome = outcome;
            if outcome.is_some() {
                me.at = Sending::Settle;
            } else {
                (me.at, me.until) = (Sending::Tell, UNCLEAR_AFTER.saturating_sub(age));
            }
        });
        self.next.push((label(Who::Sender(self.one), Did::Calls(answer)), next));
    }
}
