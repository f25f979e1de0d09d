//! When an action is due, and until when it is worth doing.

use chrono::{DateTime, Duration, Utc};

use super::Facts;
use crate::program::{Action, WindowUse};
use crate::timing::{Reference, Timing};

/// How long after its time an action is still worth doing (semantics, “Too late”).
const USEFUL_FOR: Duration = Duration::hours(24);

/// When one action is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// When, as moved by the sending window.
    pub due: DateTime<Utc>,
    /// The last instant at which it is not too late. Lateness counts from `due` or from the moment
    /// the action above was finished, whichever is later.
    pub latest: DateTime<Utc>,
}

/// Plans one action of an enrolment. `None` when its time cannot be computed: outside the years of
/// the calendar, or at a site that never opens.
pub fn plan(
    action: &Action,
    reference: Reference,
    enrolled_at: DateTime<Utc>,
    unblocked_at: Option<DateTime<Utc>>,
    facts: Facts<'_>,
) -> Option<Plan> {
    let zone = facts.site.zone;
    let planned = action.timing.planned(reference, enrolled_at, zone)?;
    let deadline = deadline(action.timing, facts);
    let due = match action.window {
        WindowUse::Ignore => planned,
        WindowUse::Keep => {
            let window = &facts.site.window;
            match window.next_open(zone, planned) {
                Some(opening) if deadline.is_none_or(|deadline| opening < deadline) => opening,
                // The next opening would be too late for a “before” action: the previous closing.
                Some(_) | None => window.previous_close(zone, planned)?,
            }
        }
    };
    let counted_from = unblocked_at.map_or(due, |unblocked| unblocked.max(due));
    let useful_until = counted_from.checked_add_signed(USEFUL_FOR)?;
    let latest = deadline.map_or(useful_until, |deadline| deadline.min(useful_until));
    Some(Plan { due, latest })
}

/// The moment from which an action makes no sense any more. A “before” action of a Booking program
/// never goes out once the booking has started; nor does its confirmation.
fn deadline(timing: Timing, facts: Facts<'_>) -> Option<DateTime<Utc>> {
    match timing {
        Timing::Before(_) | Timing::Enrolled => Some(facts.booking.start),
        Timing::On(_) | Timing::After(_) => None,
    }
}
