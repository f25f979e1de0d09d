//! What a sweeper does: `app::sweep` and `app::stretch` in small, for a shard with one entry of ours
//! and others between which it may lie.

use crate::bounds::{Fault, Variant};
use crate::engine::Rules;
use crate::label::{Did, Label, Who};
use crate::state::{
    Entry, Index, Indexed, Key, LEASE, Message, Practice, Snapshot, State, Sweeper, Sweeping,
};
use crate::world::Next;

pub(crate) fn steps(rules: &Rules, s: &State, one: usize, next: &mut Next) {
    let Sweeper { at, found, leases } = s.sweepers[one];
    let who = Who::Sweeper(one);
    let mut step = |text, state| next.push((Label::free(who, Did::Step(text)), state));
    match at {
        Sweeping::Gone => look(rules, s, one, next),
        Sweeping::Lease => match leases {
            Snapshot::Stale => {
                step("finds that another sweeper is at the shard", gone(s, one));
            }
            Snapshot::Fresh => {
                let narrow = leased(s, one, found);
                step("stores its lease", narrow);
                // Others that are due later may have been found with ours.
                if let (Some(entry), 0) = (s.entry(), narrow.cover)
                    && entry.due == 0
                {
                    step("stores a lease around it", State { cover: LEASE, ..narrow });
                }
            }
        },
        Sweeping::HandOut => hand_out(rules, s, one, next),
        Sweeping::GiveBack => match leases {
            Snapshot::Stale => step("finds its lease changed by another sweeper", gone(s, one)),
            Snapshot::Fresh => {
                let mut back = State { cover: 0, lease: 0, ..gone(s, one) };
                if let Index::Behind(Some(entry)) = &mut back.index {
                    entry.cover = 0;
                }
                outdate(&mut back, one);
                step("ends its lease", back);
            }
        },
    }
    if at != Sweeping::Gone
        && let Some(crashed) = rules.fault(s, Fault::Crash)
    {
        next.push((Label::fault(who, Did::Step("dies")), gone(&crashed, one)));
    }
}

fn look(rules: &Rules, s: &State, one: usize, next: &mut Next) {
    // Which of several that are not there comes makes no difference.
    let is_there = |sweeper: &Sweeper| sweeper.at != Sweeping::Gone;
    let is_first = s.sweepers[..one].iter().all(is_there);
    let there = s.sweepers.iter().filter(|sweeper| is_there(sweeper)).count();
    if !is_first || there >= rules.bounds.sweepers || s.practice == Practice::Holds {
        return;
    }
    let free = |entry: Entry| entry.due == 0 && entry.cover == 0;
    let found = s.seen().filter(|entry| free(*entry)).map(|entry| entry.key);
    let unseen = found.is_none() && s.entry().is_some_and(free);
    if found.is_none() && !unseen {
        return;
    }
    let who = Who::Sweeper(one);
    let mut looked = *s;
    looked.sweepers[one] = Sweeper { at: Sweeping::Lease, found, leases: Snapshot::Fresh };
    // What it does not see costs the sweep of others, which is no step on the way to the end.
    let did = if unseen { Did::Step("finds others, and not ours") } else { Did::Sweeps };
    next.push((Label::free(who, did), looked));
    if found.is_some()
        && let Some(mut unsettled) = rules.fault(s, Fault::Unsettled)
    {
        unsettled.sweepers[one] = Sweeper { at: Sweeping::HandOut, found, leases: Snapshot::Fresh };
        let did = Did::Step("reads the index: too new to be leased");
        next.push((Label::fault(who, did), unsettled));
    }
}

fn leased(s: &State, one: usize, found: Option<Key>) -> State {
    let mut next = State { lease: LEASE, ..*s };
    if let Some(entry) = s.entry()
        && entry.due == 0
        && Some(entry.key) == found
        && entry.cover == 0
    {
        next.cover = LEASE;
    }
    if let Index::Behind(Some(entry)) = &mut next.index
        && entry.due == 0
        && entry.cover == 0
    {
        entry.cover = LEASE;
    }
    outdate(&mut next, one);
    next.sweepers[one].at = Sweeping::HandOut;
    next
}

fn hand_out(rules: &Rules, s: &State, one: usize, next: &mut Next) {
    let who = Who::Sweeper(one);
    let Some(key) = s.sweepers[one].found else {
        let did = Did::Step("has nothing of ours to queue");
        return next.push((Label::free(who, did), gone(s, one)));
    };
    let mut refused = |s: &State, label: fn(Who, Did) -> Label| {
        let mut refused = *s;
        refused.sweepers[one].at = Sweeping::GiveBack;
        next.push((label(who, Did::Step("is refused by the queue")), refused));
    };
    if let Some(s) = rules.fault(s, Fault::QueueRefuses) {
        refused(&s, Label::fault);
    }
    let message = Message { key, receives: 0, redriven: false };
    match gone(s, one).queued(message) {
        None => refused(s, Label::free),
        Some(mut queued) => {
            if rules.variant == Variant::UnindexedWhenQueued
                && queued.enrolment.current() == Some(key)
            {
                queued.enrolment.index = Indexed::No;
            }
            next.push((Label::free(who, Did::Step("queues it")), queued));
        }
    }
}

fn gone(s: &State, one: usize) -> State {
    let mut next = *s;
    next.sweepers[one] = Sweeper::default();
    next
}

/// The leases are not any more what the others have read.
fn outdate(s: &mut State, writer: usize) {
    for (one, sweeper) in s.sweepers.iter_mut().enumerate() {
        if one != writer
            && matches!(sweeper.at, Sweeping::Lease | Sweeping::GiveBack | Sweeping::HandOut)
        {
            sweeper.leases = Snapshot::Stale;
        }
    }
}
