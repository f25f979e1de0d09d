//! A big batch that would all fall on one opening is spread over the window.
//!
//! Every message is looked at when it falls due, and by then the sweeper has counted how many fall
//! on the same instant. One of a big crowd is given a moment of its own in the opening hours of that
//! day, derived from its enrolment, so that nobody has to know of the others. What is about that
//! very day is not moved: it goes first, at the opening.

use chrono::{DateTime, Duration, Utc};

use super::almanac::Almanac;
use super::decide::Ready;
use super::effects::Decision;
use super::{NoteEvent, Step};
use crate::calendar::local;
use crate::program::WindowUse;

/// How many messages of the practice are due at the same instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Crowd {
    /// Nobody has counted them. Nothing is spread.
    Unknown,
    /// At least so many, this one included.
    Counted(u32),
}

impl Crowd {
    /// The most that go together. A front desk can take the answers to a hundred messages of one
    /// moment, and the queue is through with them within a minute.
    pub const TOGETHER: u32 = 100;

    /// Their number, when they are too many to go together.
    const fn too_many(self) -> Option<u32> {
        match self {
            Self::Counted(number) if number > Self::TOGETHER => Some(number),
            Self::Counted(_) | Self::Unknown => None,
        }
    }
}

/// What is moved is to go this long before the window closes on it, or before it is too late: there
/// is time left for the queue, and for a provider that refuses it a few times.
const MARGIN: Duration = Duration::minutes(30);

impl Decision {
    /// Has the message wait for its own moment, should it have fallen on an opening with too many
    /// others. Answers whether it waits.
    pub(super) fn spread(
        &mut self,
        ready: &Ready<'_>,
        facts: &Almanac<'_>,
        now: DateTime<Utc>,
    ) -> bool {
        let Some(number) = ready.crowd.too_many() else { return false };
        let Some(slot) = self.slot(ready, facts).filter(|slot| *slot > now) else { return false };
        let Ready { step, action, .. } = *ready;
        let time = |at| local(facts.site.zone, at).format("%-I:%M %P").to_string();
        let (opening, at) = (time(step.due), time(slot));
        let text = format!(
            "Moved from {opening} to {at}: {number} messages fall on this opening, and they are \
             spread over the day."
        );
        self.note(NoteEvent::Spread, &text, now);
        self.wait_until(slot, action, Step { slot: Some(slot), ..step.clone() });
        true
    }

    /// The moment of its own that a message has in the opening hours on which it falls. `None` when
    /// it goes at its time: the window has not moved it to an opening, it is about that very day, it
    /// was given a moment before, or there is no time left to be spread over.
    fn slot(&self, ready: &Ready<'_>, facts: &Almanac<'_>) -> Option<DateTime<Utc>> {
        let Ready { step, message, plan, .. } = *ready;
        match message.medium.window() {
            WindowUse::Keep if step.slot.is_none() => {}
            WindowUse::Keep | WindowUse::Ignore => return None,
        }
        let (zone, window) = (facts.site.zone, &facts.site.window);
        let opening = step.due;
        let hours = window.hours_of(zone, opening).filter(|hours| hours.start == opening)?;
        if plan.wished >= opening {
            return None; // somebody wants it at this very time
        }
        let reference = self.enrolment.reference(facts.program.course)?;
        let today = local(zone, opening).date();
        let visit = facts.visit.map(|visit| local(zone, visit.start).date());
        if visit == Some(today) || reference.date(zone) == today {
            return None;
        }
        // What it is to be before, the visit or the date, is on a later day, and so after closing.
        let end = hours.end.min(plan.latest).checked_sub_signed(MARGIN)?;
        let seconds = u64::try_from((end - opening).num_seconds()).ok()?;
        let share = self.enrolment.id.share_of(seconds);
        let slot = opening + Duration::seconds(i64::try_from(share).ok()?);
        // Where the clock is put back, the window may close and open again within its hours.
        window.next_open(zone, slot).filter(|slot| *slot <= end)
    }
}
