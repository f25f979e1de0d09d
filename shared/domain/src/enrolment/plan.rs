//! When an action is due, and until when it is worth doing.

use chrono::{DateTime, Utc};

use super::almanac::Almanac;
use super::{Enrolment, Facts, Step};
use crate::program::{Action, ActionKind, UsefulFor, WindowUse};
use crate::timing::{Reference, Timing};

/// When one action is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// When its timing says.
    pub wished: DateTime<Utc>,
    /// When, as moved by the sending window.
    pub due: DateTime<Utc>,
    /// The last instant at which it is not too late. A pause is never too late.
    pub latest: DateTime<Utc>,
}

/// When an action is to be done, whatever becomes of those above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    /// When its timing says.
    pub(super) wished: DateTime<Utc>,
    /// When, as moved by the sending window; `None` at a site that never opens.
    pub(super) due: Option<DateTime<Utc>>,
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
    plan_by(action, enrolment, step, &Almanac::new(facts))
}

pub(super) fn plan_by(
    action: &Action,
    enrolment: &Enrolment,
    step: Option<&Step>,
    facts: &Almanac<'_>,
) -> Option<Plan> {
    let Moment { wished, due } = facts.moment(action, enrolment)?;
    let due = due?;
    let Some(message) = action.message() else {
        return Some(Plan { wished, due, latest: DateTime::<Utc>::MAX_UTC });
    };
    let UsefulWhile { promised, unblocked } =
        UsefulWhile::of(step, due, message.useful_for, enrolment)?;
    let counted_from = [promised, unblocked].into_iter().flatten().fold(due, DateTime::max);
    let useful_until = counted_from.checked_add_signed(message.useful_for.duration())?;
    let latest =
        visit_starts(action.timing, facts).map_or(useful_until, |start| start.min(useful_until));
    Some(Plan { wished, due, latest })
}

/// Works out when an action of the current cycle is to be done.
pub(super) fn moment(action: &Action, enrolment: &Enrolment, facts: Facts<'_>) -> Option<Moment> {
    let zone = facts.site.zone;
    let reference = enrolment.reference(facts.program.course)?;
    let begins = || begins(action, enrolment, reference, facts);
    let wished = action.timing.planned(reference, begins, zone)?;
    let window = action.message().map_or(WindowUse::Ignore, |message| message.medium.window());
    let due = match window {
        WindowUse::Ignore => Some(wished),
        WindowUse::Keep => {
            let window = &facts.site.window;
            let before = must_move_before(action.timing, reference, &facts);
            match window.next_open(zone, wished) {
                Some(opening) if before.is_none_or(|before| opening < before) => Some(opening),
                // The next opening would be too late for a “before” action: the previous closing.
                Some(_) | None => window.previous_close(zone, wished),
            }
        }
    };
    Some(Moment { wished, due })
}

/// When the current cycle begins for an action that goes “as soon as it begins”: the first with the
/// enrolment, a later one on its own reference date. The cycle before it may have been completed
/// half a year ahead, by a booking: nobody is greeted then. A pause below other actions has their
/// time to go by, and stops as soon as it is come to.
fn begins(
    action: &Action,
    enrolment: &Enrolment,
    reference: Reference,
    facts: Facts<'_>,
) -> Option<DateTime<Utc>> {
    let is_first = facts.program.actions.first().is_some_and(|first| first.id == action.id);
    let stops_at_once = action.kind == ActionKind::Pause && !is_first;
    if enrolment.cycle == 1 || stops_at_once {
        Some(enrolment.cycle_began_at)
    } else {
        reference.instant(facts.site.zone)
    }
}

/// From when else than its time the lateness of a waiting action counts.
struct UsefulWhile {
    promised: Option<DateTime<Utc>>,
    unblocked: Option<DateTime<Utc>>,
}

impl UsefulWhile {
    fn of(
        step: Option<&Step>,
        due: DateTime<Utc>,
        useful_for: UsefulFor,
        enrolment: &Enrolment,
    ) -> Option<Self> {
        let useful_until = due.checked_add_signed(useful_for.duration())?;
        let useful_at_enrolment = useful_until >= enrolment.enrolled_at;
        Some(Self {
            promised: step.map(|step| step.planned),
            unblocked: step.and_then(|step| step.unblocked_at).filter(|_| useful_at_enrolment),
        })
    }
}

/// The moment before which the sending window must not move an action past: the visit, or for a
/// “before” action the reference date itself.
fn must_move_before(
    timing: Timing,
    reference: Reference,
    facts: &Facts<'_>,
) -> Option<DateTime<Utc>> {
    visit_starts(timing, facts).or_else(|| match timing {
        Timing::Before(_) => reference.instant(facts.site.zone),
        Timing::Enrolled | Timing::On(_) | Timing::After(_) => None,
    })
}

/// The moment from which an action makes no sense any more. A “before” action of a Booking program
/// never goes out once the booking has started; nor does its confirmation.
fn visit_starts(timing: Timing, facts: &Facts<'_>) -> Option<DateTime<Utc>> {
    match timing {
        Timing::Before(_) | Timing::Enrolled => facts.visit.map(|visit| visit.start),
        Timing::On(_) | Timing::After(_) => None,
    }
}
