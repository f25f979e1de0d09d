//! When an action is due, and until when it is worth doing.

use chrono::{DateTime, Duration, Utc};

use super::{Enrolment, Facts, Step};
use crate::program::{Action, WindowUse};
use crate::timing::Timing;

/// How long after its time an action is still worth doing (semantics, “Too late”).
const USEFUL_FOR: Duration = Duration::hours(24);

/// When one action is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// When, as moved by the sending window.
    pub due: DateTime<Utc>,
    /// The last instant at which it is not too late.
    pub latest: DateTime<Utc>,
}

/// Plans one action of an enrolment; `step` is the one that waits for it, if any does.
///
/// Lateness counts from the latest of: its time; the time it was promised for, should its timing
/// have been edited since; the moment the action above it was finished, so that the action after a
/// pause is not late because the pause took long. That last one does not count for an action whose
/// useful time was over when the patient was enrolled: a reminder “3 days before” makes no sense
/// for a booking made this morning for this afternoon, though its confirmation has only just gone.
///
/// `None` when its time cannot be computed: outside the years of the calendar, or at a site that
/// never opens.
pub fn plan(
    action: &Action,
    enrolment: &Enrolment,
    step: Option<&Step>,
    facts: Facts<'_>,
) -> Option<Plan> {
    let zone = facts.site.zone;
    let planned = action.timing.planned(enrolment.reference, enrolment.enrolled_at, zone)?;
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
    let useful_at_enrolment = due.checked_add_signed(USEFUL_FOR)? >= enrolment.enrolled_at;
    let promised = step.map(|step| step.planned);
    let unblocked = step.and_then(|step| step.unblocked_at).filter(|_| useful_at_enrolment);
    let counted_from = [promised, unblocked].into_iter().flatten().fold(due, DateTime::max);
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
