//! The invariants, each a rule about one thing that happened: the state before, what was done, the
//! state after.

use crate::bounds::Happening;
use crate::engine::Rules;
use crate::label::{Did, Label, Who};
use crate::state::{
    ACTIONS, Excuse, Farewell, Grounds, How, Indexed, Key, Place, RowState, Sender, State, Told,
};

/// An invariant, by the number it has in the documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Invariant {
    /// Every unfinished action is in the due index.
    I1,
    /// At most one accepted send per action.
    I2,
    /// No send after a committed cancel, opt-out or hold.
    I3,
    /// None before its time or when it is of no use.
    I4,
    /// Finished stays finished, except unclear settled by evidence.
    I5,
    /// When faults stop, everything finishes; nothing is called done that was not, and nothing unclear
    /// that is certain. The search shows the first part.
    I6,
    /// A message that is not done stays.
    I7,
    /// Attempts and calls are bounded.
    I8,
    /// Redriving a dead letter is safe.
    I9,
}

impl Invariant {
    /// All of them.
    pub const ALL: [Self; 9] =
        [Self::I1, Self::I2, Self::I3, Self::I4, Self::I5, Self::I6, Self::I7, Self::I8, Self::I9];

    /// What is wrong with something that happened; `None` when nothing is.
    pub fn broken_by(self, rules: &Rules, step: &Step<'_>) -> Option<&'static str> {
        match self {
            Self::I1 => i1_what_is_unfinished_is_in_the_index(step),
            Self::I2 => i2_an_action_is_accepted_once_at_most(step),
            Self::I3 => i3_nothing_is_sent_after_a_cancel(step),
            Self::I4 => i4_nothing_is_sent_outside_its_time(step),
            Self::I5 => i5_what_is_finished_stays_finished(step),
            Self::I6 => i6_what_is_certain_is_told_as_it_is(step),
            Self::I7 => i7_what_is_not_done_stays(step),
            Self::I8 => i8_attempts_are_bounded(rules, step),
            Self::I9 => i9_a_redriven_message_is_safe(step),
        }
    }
}

/// Something that happened.
#[derive(Debug, Clone, Copy)]
pub struct Step<'a> {
    /// The state before.
    pub before: &'a State,
    /// What was done.
    pub label: &'a Label,
    /// The state after.
    pub after: &'a State,
}

impl Step<'_> {
    /// The sender that calls the provider.
    fn caller(&self) -> Option<Sender> {
        match (self.label.who, self.label.did) {
            (Who::Sender(one), Did::Calls(_)) => Some(self.before.senders[one]),
            _ => None,
        }
    }

    fn hears(&self) -> bool {
        matches!(self.label.did, Did::Hears(_) | Did::Repairs(_))
    }
}

fn i1_what_is_unfinished_is_in_the_index(step: &Step<'_>) -> Option<&'static str> {
    let e = step.after.enrolment;
    match (e.place == Place::Active, e.index) {
        (true, Indexed::No) => Some("an action is unfinished and has no due key"),
        (false, Indexed::Yes) => Some("nothing is waited for, and there is a due key"),
        (true, Indexed::Yes) | (false, Indexed::No) => None,
    }
}

fn i2_an_action_is_accepted_once_at_most(step: &Step<'_>) -> Option<&'static str> {
    let twice = step.after.accepted.iter().any(|accepted| *accepted > 1);
    twice.then_some("the provider has accepted an action twice")
}

fn i3_nothing_is_sent_after_a_cancel(step: &Step<'_>) -> Option<&'static str> {
    let caller = step.caller()?;
    let finished = step.before.enrolment.finished[usize::from(caller.key.action)];
    match caller.grounds {
        Grounds::Cancelled => Some("it was cancelled before the last look"),
        Grounds::OptedOut => Some("the patient opted out before the last look"),
        Grounds::OnHold => Some("all sending was on hold at the last look"),
        Grounds::None | Grounds::TooEarly | Grounds::TooLate | Grounds::KnownSent => {
            if step.before.farewell == Farewell::Quiet {
                Some("who cancelled found no reservation, and a message follows")
            } else if finished.how == How::LeftOut {
                Some("staff left it out, and were told that it was not begun")
            } else {
                None
            }
        }
    }
}

fn i4_nothing_is_sent_outside_its_time(step: &Step<'_>) -> Option<&'static str> {
    match step.caller()?.grounds {
        Grounds::TooEarly => Some("it was not due at the last look"),
        Grounds::TooLate => Some("it was too late at the last look"),
        Grounds::None
        | Grounds::Cancelled
        | Grounds::OptedOut
        | Grounds::OnHold
        | Grounds::KnownSent => None,
    }
}

fn i5_what_is_finished_stays_finished(step: &Step<'_>) -> Option<&'static str> {
    if step.caller().is_some_and(|caller| caller.grounds == Grounds::KnownSent) {
        return Some("another attempt at it was known to be sent before the last look");
    }
    for (key, row) in step.before.rows() {
        if !stays(row.state, step.after.row(key).state, step.hears()) {
            return Some("a row that was settled is settled otherwise");
        }
    }
    let (before, after) = (step.before.enrolment, step.after.enrolment);
    let stays = match before.place {
        Place::Completed => {
            after.place == Place::Completed || step.hears() && after.place == Place::HeldFailed
        }
        Place::Ended => after.place == Place::Ended,
        Place::Cancelled => after.place == Place::Cancelled || step.label.did == Did::Uncancels,
        Place::Active | Place::HeldFailed | Place::HeldUnclear => true,
    };
    if !stays {
        return Some("an enrolment that was over goes on");
    }
    let undone =
        before.finished.iter().zip(after.finished).any(|(before, after)| {
            before.how == How::Done && after.how != How::Done && !step.hears()
        });
    undone.then_some("an action that was done is not any more")
}

/// Whether a row may change like this.
fn stays(before: RowState, after: RowState, is_heard: bool) -> bool {
    match before {
        RowState::Absent | RowState::Reserved => true,
        RowState::Unclear => !matches!(after, RowState::Absent | RowState::Reserved),
        RowState::NotSent => after == before || is_heard && after == RowState::Sent,
        RowState::Sent | RowState::Skipped | RowState::Failed => after == before,
    }
}

fn i6_what_is_certain_is_told_as_it_is(step: &Step<'_>) -> Option<&'static str> {
    let after = step.after;
    let missed = |action: usize| {
        after.enrolment.finished[action].how == How::Done && after.accepted[action] == 0
    };
    if (0..ACTIONS).any(missed) {
        return Some("an action is done, and the provider has accepted nothing of it");
    }
    let forgotten = |action: usize| {
        let [before, after] = [step.before, after].map(|s| s.enrolment.finished[action]);
        let row = step.after.rows[action][usize::from(after.attempt)];
        after.how == How::Done && before.how != How::Done && row.receipt == Told::Bounced
    };
    if (0..ACTIONS).any(forgotten) {
        return Some("an action is called done, and it is known that it did not arrive");
    }
    if after.rows().any(|(_, row)| row.state == RowState::Sent && !row.taken) {
        return Some("the ledger says that a message was sent, and the provider never had it");
    }
    let (Who::Sender(one), Did::Settles(RowState::Unclear)) = (step.label.who, step.label.did)
    else {
        return None;
    };
    let row = step.before.row(step.before.senders[one].key);
    (row.state == RowState::Reserved && row.excuse == Excuse::None)
        .then_some("it is called unclear, though its sender knew what became of it")
}

fn i7_what_is_not_done_stays(step: &Step<'_>) -> Option<&'static str> {
    let (Who::Sender(one), Did::Fails(_)) = (step.label.who, step.label.did) else { return None };
    let sender = step.before.senders[one];
    let slot = usize::from(sender.slot?);
    (step.after.queue[slot].is_none() && step.after.dead != Some(sender.key))
        .then_some("a message was not done, and is not in the queue any more")
}

fn i8_attempts_are_bounded(rules: &Rules, step: &Step<'_>) -> Option<&'static str> {
    if step.after.rows().any(|(_, row)| row.calls > 1) {
        return Some("the provider was called twice with one attempt");
    }
    let more = [Happening::Retry, Happening::Receipt(Told::Bounced)];
    let by_people = rules.bounds.happens.iter().any(|it| more.contains(it));
    let Key { attempt, .. } = step.after.enrolment.key;
    (!by_people && attempt >= rules.bounds.tries)
        .then_some("more attempts are made than the program has")
}

fn i9_a_redriven_message_is_safe(step: &Step<'_>) -> Option<&'static str> {
    let caller = step.caller().filter(|caller| caller.redriven)?;
    let accepted = step.before.accepted[usize::from(caller.key.action)];
    (accepted > 0 || caller.grounds != Grounds::None)
        .then_some("a dead letter sends what was sent, or must not be")
}
