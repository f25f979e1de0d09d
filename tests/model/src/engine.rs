//! What an enrolment decides: `domain::enrolment` in small.

use crate::bounds::{Bounds, OnError, Variant};
use crate::state::{
    BACK_OFF, Booking, Consent, Enrolment, FOR_EVER, Farewell, Finished, Grounds, How, Indexed,
    Key, MOST_ATTEMPTS, Place, Practice, RowState, State,
};

/// The rules a decision is made by.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// The bounds of the search.
    pub bounds: Bounds,
    /// The protocol.
    pub variant: Variant,
}

/// What a look finds.
#[derive(Debug, Clone, Copy)]
pub enum Look {
    /// The enrolment does not wait for it.
    Stale,
    /// All sending is on hold.
    Held,
    /// It may go.
    Go,
    /// This is to become of the enrolment, with this row.
    Otherwise(Enrolment, Option<RowState>),
}

impl Enrolment {
    /// What it waits for.
    pub fn current(&self) -> Option<Key> {
        (self.place == Place::Active).then_some(self.key)
    }

    pub(crate) fn how(&self, action: u8) -> How {
        self.finished[usize::from(action)].how
    }

    pub(crate) fn finish(&mut self, action: u8, how: How, attempt: u8) {
        self.finished[usize::from(action)] = Finished { how, attempt };
    }

    /// What does not matter any more is forgotten, and the due key is what the place says.
    pub(crate) fn tidy(mut self) -> Self {
        match self.place {
            Place::Active => self.index = Indexed::Yes,
            Place::Cancelled => {
                self.index = Indexed::No;
                self.due = 0;
            }
            Place::HeldUnclear | Place::HeldFailed | Place::Completed | Place::Ended => {
                self.index = Indexed::No;
                self.due = 0;
                self.not_before = 0;
                self.pending = false;
                if matches!(self.place, Place::Completed | Place::Ended) {
                    self.useful = FOR_EVER;
                }
            }
        }
        self
    }
}

impl Rules {
    /// Whether it is this protocol.
    pub fn is(&self, variant: Variant) -> bool {
        self.variant == variant
    }

    /// The first look and the last.
    pub fn look(&self, s: &State, key: Key) -> Look {
        let mut e = s.enrolment;
        if e.current() != Some(key) {
            return Look::Stale;
        }
        if s.practice == Practice::Holds {
            return Look::Held;
        }
        if s.booking == Booking::Off {
            e.place = Place::Cancelled;
            return Look::Otherwise(e.tidy(), None);
        }
        let plan = s.plan[usize::from(key.action)];
        if plan > 0 || e.not_before > 0 {
            e.due = if plan > 0 { plan } else { e.not_before };
            return Look::Otherwise(e.tidy(), None);
        }
        if e.useful == 0 {
            return Look::Otherwise(self.go_on(e, key, How::TooLate, s), Some(RowState::Skipped));
        }
        if s.consent == Consent::Withdrawn {
            return Look::Otherwise(self.after_failure(e, s), Some(RowState::Failed));
        }
        Look::Go
    }

    /// What speaks against a message as the world is, whatever a sender has read of it.
    pub fn grounds(s: &State, key: Key) -> Grounds {
        if s.farewell != Farewell::None {
            Grounds::Cancelled
        } else if s.consent == Consent::Withdrawn {
            Grounds::OptedOut
        } else if s.practice == Practice::Holds {
            Grounds::OnHold
        } else if s.plan[usize::from(key.action)] > 0 {
            Grounds::TooEarly
        } else if s.enrolment.current() == Some(key) && s.enrolment.useful == 0 {
            Grounds::TooLate
        } else if s.rows().any(|(it, row)| it.action == key.action && it != key && row.is_sent()) {
            Grounds::KnownSent
        } else {
            Grounds::None
        }
    }

    /// An attempt ended.
    pub fn attempted(&self, s: &State, key: Key, outcome: RowState) -> Enrolment {
        let e = s.enrolment;
        match e.place {
            Place::Active if e.key == key => {}
            Place::HeldUnclear if e.key == key && outcome != RowState::Unclear => {}
            Place::Active
            | Place::HeldUnclear
            | Place::HeldFailed
            | Place::Completed
            | Place::Cancelled
            | Place::Ended => return e,
        }
        match outcome {
            RowState::Sent => self.go_on(e, key, How::Done, s),
            RowState::Skipped => self.go_on(e, key, How::TooLate, s),
            RowState::Failed => self.after_failure(e, s),
            RowState::NotSent if self.gives_up(key) => self.after_failure(e, s),
            RowState::NotSent => {
                let again = self.is(Variant::SameKeyAgain);
                let attempt = if again { key.attempt } else { key.attempt + 1 };
                let key = Key { attempt, ..key };
                let (due, not_before) = (BACK_OFF, BACK_OFF);
                let place = Place::Active;
                Enrolment { place, key, due, not_before, pending: false, ..e }.tidy()
            }
            RowState::Unclear => Enrolment { place: Place::HeldUnclear, ..e }.tidy(),
            RowState::Absent | RowState::Reserved => e,
        }
    }

    fn gives_up(&self, key: Key) -> bool {
        let never = self.is(Variant::NeverGivesUp);
        let tries = if never { MOST_ATTEMPTS } else { self.bounds.tries };
        (key.attempt + 1).is_multiple_of(tries)
    }

    /// The outcome is not known yet.
    pub fn pending(s: &State, key: Key, until: u8) -> Enrolment {
        let e = s.enrolment;
        if e.current() != Some(key) {
            return e;
        }
        Enrolment { due: until, pending: true, ..e }.tidy()
    }

    /// The action is finished: the next one, or the end.
    pub fn go_on(&self, mut e: Enrolment, key: Key, how: How, s: &State) -> Enrolment {
        e.finish(key.action, how, key.attempt);
        let next = (key.action + 1..self.bounds.actions)
            .find(|action| matches!(e.how(*action), How::NotYet | How::Reopened));
        let Some(action) = next else {
            return Enrolment { place: Place::Completed, key, ..e }.tidy();
        };
        let before = e.finished[usize::from(action)];
        let attempt = if before.how == How::Reopened { before.attempt + 1 } else { 0 };
        let due = s.plan[usize::from(action)];
        let key = Key { action, attempt };
        let useful = self.useful_after(due);
        let (place, pending, not_before) = (Place::Active, false, 0);
        Enrolment { place, key, due, pending, not_before, useful, ..e }.tidy()
    }

    fn useful_after(&self, due: u8) -> u8 {
        self.bounds.useful.saturating_add(due)
    }

    fn after_failure(&self, e: Enrolment, s: &State) -> Enrolment {
        match self.bounds.on_error {
            OnError::Pause => Enrolment { place: Place::HeldFailed, ..e }.tidy(),
            OnError::Skip => self.go_on(e, e.key, How::Failed, s),
        }
    }

    /// The program was saved: what waits is planned anew.
    pub fn planned_anew(&self, s: &State) -> Enrolment {
        let e = s.enrolment;
        if e.place != Place::Active || e.pending {
            return e;
        }
        let plan = s.plan[usize::from(e.key.action)];
        // What is due is on its way already, unless it is to go later.
        let due = if plan == 0 && e.due == 0 { 0 } else { plan };
        let due = due.max(e.not_before);
        Enrolment { due, useful: self.later_of(e.useful, plan), ..e }
    }

    fn later_of(&self, useful: u8, plan: u8) -> u8 {
        useful.max(if plan > 0 { self.useful_after(plan) } else { 0 })
    }

    /// The booking is on again: it is taken up where it stood.
    pub fn taken_up(&self, s: &State) -> Enrolment {
        let e = s.enrolment;
        if e.place != Place::Cancelled {
            return e;
        }
        let plan = s.plan[usize::from(e.key.action)];
        let due = if e.pending { 0 } else { plan.max(e.not_before) };
        Enrolment { place: Place::Active, due, ..e }.tidy()
    }

    /// A person has a held action tried again.
    pub fn retried(&self, e: Enrolment) -> Enrolment {
        let key = Key { attempt: e.key.attempt + 1, ..e.key };
        Enrolment { place: Place::Active, key, due: 0, useful: self.bounds.useful, ..e }.tidy()
    }
}
