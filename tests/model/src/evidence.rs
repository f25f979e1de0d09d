//! What an enrolment makes of a receipt: `domain::receipt`, `domain::enrolment::evidence` and
//! `undelivered` in small.

use crate::bounds::{OnError, Variant};
use crate::engine::Rules;
use crate::state::{Enrolment, How, Key, Place, Row, RowState, State, Told};

impl Rules {
    /// An outcome that is in the ledger, as the enrolment hears it.
    pub fn heard_from(&self, row: Row) -> RowState {
        let is_in_vain = row.state == RowState::Sent && row.receipt == Told::Bounced;
        if is_in_vain && !self.is(Variant::BounceForgotten) { RowState::Failed } else { row.state }
    }

    /// A message was sent after all.
    pub fn sent_after_all(&self, s: &State, key: Key) -> Enrolment {
        let mut e = s.enrolment;
        let is_it = e.key.action == key.action && e.key.attempt >= key.attempt;
        match e.place {
            // Of another attempt that is under way nobody knows yet whether it went as well.
            Place::Active if is_it && e.pending && self.waits(e.key, key) => e,
            Place::Active | Place::HeldFailed | Place::HeldUnclear if is_it => {
                self.go_on(e, key, How::Done, s)
            }
            Place::Active
            | Place::HeldFailed
            | Place::HeldUnclear
            | Place::Completed
            | Place::Cancelled
            | Place::Ended => {
                if matches!(e.how(key.action), How::Failed | How::TooLate | How::Reopened) {
                    e.finish(key.action, How::Done, key.attempt);
                }
                e
            }
        }
    }

    fn waits(&self, under_way: Key, sent: Key) -> bool {
        under_way != sent || self.variant == Variant::PendingHearsNothing
    }

    /// A message was sent and did not arrive.
    pub fn undelivered(&self, s: &State, key: Key) -> Enrolment {
        let mut e = s.enrolment;
        let begun = matches!(e.place, Place::Active | Place::HeldUnclear) && e.key == key;
        if begun {
            return self.attempted(s, key, RowState::Failed);
        }
        let is_free = match e.place {
            Place::Active | Place::Completed => true,
            Place::HeldFailed | Place::HeldUnclear => false,
            Place::Cancelled | Place::Ended => return e,
        };
        let finished = e.finished[usize::from(key.action)];
        if finished.how != How::Done || finished.attempt != key.attempt {
            return e;
        }
        // A hold for what is below it never comes over it; what was waited for keeps its attempt.
        let comes_first = e.place == Place::Completed || key.action < e.key.action;
        if !(is_free && comes_first && self.bounds.on_error == OnError::Pause) {
            e.finish(key.action, How::Failed, key.attempt);
            return e;
        }
        if e.place == Place::Active && e.key.attempt > 0 {
            e.finish(e.key.action, How::Reopened, e.key.attempt - 1);
        }
        e.finish(key.action, How::NotYet, 0);
        Enrolment { place: Place::HeldFailed, key, useful: self.bounds.useful, ..e }.tidy()
    }

    /// What a receipt makes of a row and of the enrolment; `None` when it is no news.
    pub fn heard(&self, s: &State, key: Key, told: Told) -> Option<(RowState, Told, Enrolment)> {
        let row = s.row(key);
        let state = match row.state {
            RowState::Absent => return None,
            RowState::Reserved | RowState::Unclear | RowState::NotSent => RowState::Sent,
            RowState::Sent | RowState::Skipped | RowState::Failed => row.state,
        };
        if told <= row.receipt && state == row.state {
            return None;
        }
        let e = match (row.state, told) {
            _ if state != RowState::Sent => s.enrolment,
            (_, Told::Nothing) => return None,
            (RowState::NotSent, Told::Bounced) => {
                let enrolment = self.sent_after_all(s, key);
                self.undelivered(&State { enrolment, ..*s }, key)
            }
            (_, Told::Bounced) => self.undelivered(s, key),
            (RowState::Reserved, Told::Delayed | Told::Delivered) => {
                self.attempted(s, key, RowState::Sent)
            }
            // A bounce that was told before counts more than this, and is no news.
            (RowState::Sent, Told::Delayed | Told::Delivered) => s.enrolment,
            (_, Told::Delayed | Told::Delivered) => self.sent_after_all(s, key),
        };
        Some((state, told, e))
    }
}
