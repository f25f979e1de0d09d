//! What is shared: the table and its index, the queue, the passing of time, and what may happen next.

use crate::bounds::{Fault, Lives, Variant};
use crate::engine::Rules;
use crate::label::{Aside, Cost, Did, Label, Who};
use crate::state::{
    Enrolment, Excuse, FOR_EVER, HANDS, Index, Indexed, Key, Message, Place, Practice, RECEIVES,
    Row, RowState, Sender, Sending, Snapshot, State, Sweeping, UNCLEAR_AFTER,
};
use crate::{happenings, sender, sweeper};

/// What may follow a state.
pub type Next = Vec<(Label, State)>;

impl Rules {
    /// The first state: the first action waits for its time, and nobody is there.
    pub fn first(&self) -> State {
        let Self { bounds, .. } = self;
        let due = bounds.plan[0];
        let useful = bounds.useful.saturating_add(due);
        let (faults, happenings) = (bounds.faults, bounds.happenings);
        let enrolment = Enrolment { due, useful, ..Enrolment::default() };
        State { enrolment, plan: bounds.plan, faults, happenings, ..State::default() }
    }

    /// Everything that may happen next.
    pub fn next(&self, s: &State) -> Next {
        let mut next = Next::with_capacity(16);
        for one in 0..HANDS {
            sender::steps(self, s, one, &mut next);
        }
        for one in 0..HANDS {
            sweeper::steps(self, s, one, &mut next);
        }
        self.repairs(s, &mut next);
        self.losses(s, &mut next);
        happenings::all(self, s, &mut next);
        next.extend(self.tick(s).map(|later| (Label::free(Who::World, Did::Ticks), later)));
        next
    }

    /// A state in which this fault has happened, if it may.
    pub fn fault(&self, s: &State, fault: Fault) -> Option<State> {
        let faults = s.faults.checked_sub(1)?;
        self.bounds.may.contains(&fault).then_some(State { faults, ..*s })
    }

    fn repairs(&self, s: &State, next: &mut Next) {
        let mut push =
            |text, state| next.push((Label::free(Who::World, Did::Repairs(text)), state));
        if s.practice == Practice::Holds {
            let practice = Practice::Sends;
            push("sending goes on", State { practice, ..*s });
        }
        if s.index != Index::UpToDate {
            push("the index catches up", State { index: Index::UpToDate, ..*s });
        }
        happenings::repairs(self, s, next);
    }

    fn losses(&self, s: &State, next: &mut Next) {
        let Some(lost) = self.fault(s, Fault::Loss) else { return };
        for (slot, message) in s.queue.iter().enumerate() {
            if message.is_some() {
                let mut lost = lost;
                lost.delete(slot);
                next.push((Label::fault(Who::World, Did::Loses), lost));
            }
        }
    }

    /// Time passes, if that makes a difference.
    fn tick(&self, s: &State) -> Option<State> {
        let mut later = *s;
        let tick = |ticks: &mut u8| *ticks = ticks.saturating_sub(1);
        let tick_enrolment = |e: &mut Enrolment| {
            e.due = e.due.saturating_sub(1);
            e.not_before = e.not_before.saturating_sub(1);
            if e.useful != FOR_EVER {
                e.useful = e.useful.saturating_sub(1);
            }
        };
        tick_enrolment(&mut later.enrolment);
        later.plan.iter_mut().for_each(tick);
        if !self.is(Variant::EndlessLease) {
            tick(&mut later.cover);
            tick(&mut later.lease);
            if let Index::Behind(Some(entry)) = &mut later.index {
                tick(&mut entry.cover);
            }
        }
        if let Index::Behind(Some(entry)) = &mut later.index {
            tick(&mut entry.due);
        }
        for sender in &mut later.senders {
            tick(&mut sender.until);
            if sender.at.knows_a_change() {
                tick_enrolment(&mut sender.change);
            }
        }
        let at_work = s.senders.map(|sender| (sender.at != Sending::Gone).then_some(sender.key));
        for (key, row) in s.rows() {
            if row.state != RowState::Reserved || row.age == UNCLEAR_AFTER {
                continue;
            }
            let later = later.row_mut(key);
            later.age += 1;
            if later.age == UNCLEAR_AFTER && at_work.contains(&Some(key)) {
                match self.bounds.lives {
                    Lives::ForEver => later.excuse = Excuse::Lost,
                    // First it is done, or dies.
                    Lives::HalfAMinute => return None,
                }
            }
        }
        (later != *s).then_some(later)
    }

    /// The states in which an enrolment is stored like this: its index may be behind, and its due key
    /// may come to lie in a stretch that is leased, because the writer's clock was read before.
    pub fn stored(
        &self,
        s: &State,
        enrolment: Enrolment,
        writer: Option<usize>,
    ) -> Vec<(Cost, Aside, State)> {
        if enrolment == s.enrolment {
            return vec![(Cost::Free, Aside::Nothing, *s)];
        }
        let mut next = State { enrolment, ..*s };
        for (one, sender) in next.senders.iter_mut().enumerate() {
            if sender.at.knows_a_change() || sender.at == Sending::MoveAgain {
                let is_own = Some(one) == writer;
                sender.read = if is_own { Snapshot::Fresh } else { Snapshot::Stale };
            }
        }
        let place = |s: &State| s.entry().map(|entry| (entry.key, entry.due));
        if place(s) == place(&next) {
            return vec![(Cost::Free, Aside::Nothing, next)];
        }
        if self.variant == Variant::TimeInKey
            && let Some(entry) = s.entry()
        {
            let row = next.row_mut(entry.key);
            row.elsewhere = row.state != RowState::Absent;
        }
        next.cover = 0;
        let mut all = vec![(Cost::Free, Aside::Nothing, next)];
        if s.lease > 0 && next.entry().is_some_and(|entry| entry.due == 0) {
            all.push((Cost::Free, Aside::Covered, State { cover: s.lease, ..next }));
        }
        if s.index == Index::UpToDate
            && let Some(behind) = self.fault(&next, Fault::Lag)
        {
            let index = Index::Behind(s.entry());
            all.push((Cost::Fault, Aside::Behind, State { index, ..behind }));
        }
        all
    }
}

impl State {
    /// Takes a message out of the queue, whoever has it.
    pub(crate) fn delete(&mut self, slot: usize) {
        self.queue[slot] = None;
        for sender in &mut self.senders {
            if sender.slot.map(usize::from) == Some(slot) {
                sender.slot = None;
            }
        }
    }

    /// Puts a message into the queue, if there is room in this model.
    pub(crate) fn queued(&self, message: Message) -> Option<Self> {
        let mut next = *self;
        *next.queue.iter_mut().find(|slot| slot.is_none())? = Some(message);
        Some(next)
    }

    /// The sender is done with its message.
    pub(crate) fn finished(&self, one: usize) -> Self {
        let mut next = *self;
        if let Some(slot) = self.senders[one].slot {
            next.delete(usize::from(slot));
        }
        next.senders[one] = Sender::default();
        next
    }

    /// The sender is gone, and not done with its message.
    pub(crate) fn failed(&self, one: usize, variant: Variant) -> Self {
        if variant == Variant::SwallowErrors {
            return self.finished(one);
        }
        let mut next = *self;
        next.senders[one] = Sender::default();
        let Some(slot) = self.senders[one].slot.map(usize::from) else { return next };
        let is_held = next.senders.iter().any(|s| s.slot.map(usize::from) == Some(slot));
        if let Some(message) = next.queue[slot]
            && message.receives >= RECEIVES
            && !is_held
        {
            next.delete(slot);
            next.dead = Some(message.key);
            if variant == Variant::UnindexedWhenDead
                && next.enrolment.current() == Some(message.key)
            {
                next.enrolment.index = Indexed::No;
            }
        }
        next
    }

    /// Whether everything is finished: done, ended or held for a person, and nobody is at work.
    pub fn is_finished(&self) -> bool {
        self.enrolment.place != Place::Active
            && self.queue.iter().all(Option::is_none)
            && self.senders.iter().all(|sender| sender.at == Sending::Gone)
            && self.sweepers.iter().all(|sweeper| sweeper.at == Sweeping::Gone)
            && self.practice == Practice::Sends
    }

    /// Whether it is held because a message may have been sent, though its row says what became of it.
    pub fn asks_what_is_known(&self) -> bool {
        let Enrolment { place, key, .. } = self.enrolment;
        place == Place::HeldUnclear && self.row(key).state != RowState::Unclear
    }

    /// The rows there are.
    pub fn rows(&self) -> impl Iterator<Item = (Key, &Row)> {
        (0..).zip(&self.rows).flat_map(|(action, rows)| {
            (0..)
                .zip(rows)
                .filter(|(_, row)| row.state != RowState::Absent)
                .map(move |(attempt, row)| (Key { action, attempt }, row))
        })
    }
}
