//! What people, other systems and time do besides.

use crate::bounds::{Fault, Happening, Lives, Named, Variant};
use crate::engine::Rules;
use crate::label::{Did, Label, Who};
use crate::state::{
    ATTEMPTS, Booking, Consent, Enrolment, Excuse, Farewell, How, Key, Message, Place, Planning,
    Practice, RowState, Sending, State, Told,
};
use crate::world::Next;

/// What may happen once.
pub(crate) fn all(rules: &Rules, s: &State, next: &mut Next) {
    if let (Some(key), Some(redriven)) = (s.dead, rules.fault(s, Fault::Redrive)) {
        let message = Message { key, receives: 0, redriven: true };
        if let Some(queued) = (State { dead: None, ..redriven }).queued(message) {
            let did = Did::Step("a dead letter is redriven");
            next.push((Label::fault(Who::World, did), queued));
        }
    }
    let Some(happenings) = s.happenings.checked_sub(1) else { return };
    let s = State { happenings, ..*s };
    for happening in rules.bounds.happens {
        one(rules, &s, *happening, next);
    }
}

fn one(rules: &Rules, s: &State, happening: Happening, next: &mut Next) {
    let e = s.enrolment;
    let action = usize::from(e.key.action);
    let is_open = matches!(e.place, Place::Active | Place::HeldFailed | Place::HeldUnclear);
    let is_held = is_open && e.place != Place::Active;
    let mut does = Doing { rules, next };
    match happening {
        Happening::Cancel if s.booking == Booking::On => {
            let booking = Booking::Off;
            let cancelled = Enrolment { place: Place::Cancelled, ..e }.tidy();
            let change = if is_open { cancelled } else { e };
            let farewell = if s.farewell == Farewell::None { farewell(s) } else { s.farewell };
            let did = Did::Step("the booking is cancelled");
            does.store(&State { booking, farewell, ..*s }, change, did);
        }
        Happening::Uncancel if s.booking == Booking::Off && !is_too_soon(rules, s) => {
            let farewell = if e.place == Place::Ended { s.farewell } else { Farewell::None };
            let change = rules.taken_up(s);
            let booking = Booking::On;
            does.store(&State { booking, farewell, ..*s }, change, Did::Uncancels);
        }
        Happening::End if is_open => {
            let change = Enrolment { place: Place::Ended, ..e }.tidy();
            let did = Did::Step("staff end the enrolment");
            does.store(&State { farewell: farewell(s), ..*s }, change, did);
        }
        Happening::LeaveOut if e.place == Place::Active => {
            let (change, text) = match s.row(e.key).state {
                RowState::Reserved if rules.variant != Variant::LeaveOutBlindly => return,
                RowState::Absent | RowState::Reserved => {
                    (rules.go_on(e, e.key, How::LeftOut, s), "staff leave the action out")
                }
                RowState::Sent
                | RowState::NotSent
                | RowState::Skipped
                | RowState::Failed
                | RowState::Unclear => {
                    let heard = rules.heard_from(s.row(e.key));
                    let change = rules.attempted(s, e.key, heard);
                    (change, "staff find its outcome, and the enrolment is told")
                }
            };
            does.store(s, change, Did::Step(text));
        }
        Happening::Advance if is_held => {
            let how = if e.place == Place::HeldFailed { How::Failed } else { How::Passed };
            let change = rules.go_on(e, e.key, how, s);
            does.store(s, change, Did::Step("staff go on past the hold"));
        }
        Happening::Retry if is_held && may_be_retried(rules, s) => {
            let mut again = *s;
            // A bounce is known: what was accepted and did not arrive does not count any more.
            again.accepted[action] = 0;
            does.store(&again, rules.retried(e), Did::Step("staff have it tried again"));
        }
        Happening::Later if e.place == Place::Active && s.plan[action] == 0 => {
            let mut later = State { planning: Planning::ToDo, ..*s };
            later.plan[action] = 1;
            does.push("the program is saved with a later time", later);
        }
        Happening::Earlier if e.place == Place::Active && s.plan[1] > 0 => {
            let mut earlier = State { planning: Planning::ToDo, ..*s };
            earlier.plan[1] = 0;
            does.push("the program is saved with an earlier time", earlier);
        }
        Happening::OptOut if s.consent == Consent::Given => {
            let consent = Consent::Withdrawn;
            does.push("the patient opts out", State { consent, ..*s });
        }
        Happening::Hold if s.practice == Practice::Sends => {
            let practice = Practice::Holds;
            does.push("all sending is put on hold", State { practice, ..*s });
        }
        Happening::Receipt(told) => receipts(rules, s, told, next),
        Happening::Cancel
        | Happening::Uncancel
        | Happening::End
        | Happening::LeaveOut
        | Happening::Advance
        | Happening::Retry
        | Happening::Later
        | Happening::Earlier
        | Happening::OptOut
        | Happening::Hold => {}
    }
}

/// What happens without anybody's doing once it is to happen.
pub(crate) fn repairs(rules: &Rules, s: &State, next: &mut Next) {
    let mut push = |text, stored: Vec<_>| {
        for (cost, aside, stored) in stored {
            let label = Label { who: Who::World, did: Did::Repairs(text), cost, aside };
            next.push((label, stored));
        }
    };
    if s.planning == Planning::ToDo {
        let planned = rules.planned_anew(s);
        let done = State { planning: Planning::Done, ..*s };
        push("the program's patients are planned anew", rules.stored(&done, planned, None));
    }
    for (key, row) in s.rows() {
        if row.stray == Told::Nothing || !is_found_by_number(row.state) {
            continue;
        }
        let mut found = *s;
        found.row_mut(key).stray = Told::Nothing;
        let (found, change) = match rules.heard(s, key, row.stray) {
            None => (found, s.enrolment),
            Some((state, told, change)) => (kept(&found, key, state, told), change),
        };
        push("a stray receipt comes again", rules.stored(&found, change, None));
    }
}

struct Doing<'a> {
    rules: &'a Rules,
    next: &'a mut Next,
}

impl Doing<'_> {
    fn push(&mut self, text: &'static str, state: State) {
        self.next.push((Label::happening(Did::Step(text)), state));
    }

    fn store(&mut self, s: &State, change: Enrolment, did: Did) {
        for (_, aside, stored) in self.rules.stored(s, change, None) {
            self.next.push((Label { aside, ..Label::happening(did) }, stored));
        }
    }
}

/// What who cancels may tell: that no message follows, if none was begun whose end is open.
fn farewell(s: &State) -> Farewell {
    let is_open = |state| matches!(state, RowState::Reserved | RowState::Unclear);
    if s.rows().any(|(_, row)| is_open(row.state)) { Farewell::Underway } else { Farewell::Quiet }
}

/// A booking that went is not back while a sender that has met it lives, if that is not for ever.
fn is_too_soon(rules: &Rules, s: &State) -> bool {
    let at_work = s.senders.iter().any(|one| one.at != Sending::Gone);
    at_work && rules.bounds.lives == Lives::HalfAMinute
}

/// A person has found out that the patient has not had it, which is true; and nobody is at work on it
/// any more: a sender lives half a minute, and who asks has waited for fifteen.
fn may_be_retried(rules: &Rules, s: &State) -> bool {
    let key = s.enrolment.key;
    let is_at_it = s.senders.iter().any(|one| one.at != Sending::Gone && one.key == key);
    (s.accepted[usize::from(key.action)] == 0 || s.row(key).receipt == Told::Bounced)
        && (!is_at_it || rules.variant == Variant::RetriedAtOnce)
        && usize::from(key.attempt) + 1 < ATTEMPTS
}

fn is_found_by_number(state: RowState) -> bool {
    matches!(state, RowState::Sent | RowState::Unclear)
}

fn kept(s: &State, key: Key, state: RowState, told: Told) -> State {
    let mut next = *s;
    let row = next.row_mut(key);
    (row.state, row.receipt, row.age) = (state, told.max(row.receipt), 0);
    row.excuse = Excuse::None;
    next
}

fn receipts(rules: &Rules, s: &State, told: Told, next: &mut Next) {
    for (key, row) in s.rows().filter(|(_, row)| row.taken) {
        let is_known = match rules.bounds.named {
            Named::ByAttempt => true,
            Named::ByNumber => is_found_by_number(row.state),
        };
        let text = match told {
            Told::Nothing => return,
            Told::Delayed => "a receipt comes: it is late",
            Told::Delivered => "a receipt comes: it has arrived",
            Told::Bounced => "a receipt comes: it has not arrived",
        };
        if !is_known {
            let mut stray = *s;
            let kept = stray.row(key).stray.max(told);
            stray.row_mut(key).stray = kept;
            next.push((Label::happening(Did::Step("a receipt is kept as a stray")), stray));
            continue;
        }
        let Some((state, told, change)) = rules.heard(s, key, told) else { continue };
        let mut doing = Doing { rules, next: &mut *next };
        let kept = kept(s, key, state, told);
        if let (true, Some(half)) =
            (rules.is(Variant::ReceiptInTwoWrites), rules.fault(&kept, Fault::Crash))
        {
            let did = Did::Hears("a receipt comes, and who receives it dies half-way");
            doing.next.push((Label::fault(Who::World, did), half));
        }
        doing.store(&kept, change, Did::Hears(text));
    }
}
