//! From action to action, and from cycle to cycle.

use chrono::{DateTime, Utc};

use super::almanac::Almanac;
use super::effects::Decision;
use super::state::FIRST_ATTEMPT;
use super::{CycleEnd, Enrolment, FinishedAs, HoldReason, NoteEvent, PastCycle, Status, Step};
use crate::ids::{ActionId, WorkId};
use crate::program::{Action, ActionKind, Completion, Significance};
use crate::work::WorkKind;

impl Decision {
    /// Waits for this attempt at `action`; a pause whose time has come is waited at.
    pub(super) fn wait_for(
        &mut self,
        action: &Action,
        attempt: u16,
        unblocked_at: Option<DateTime<Utc>>,
        facts: &Almanac<'_>,
        now: DateTime<Utc>,
    ) {
        let step = step_for(&self.enrolment, action, attempt, unblocked_at, facts, now);
        if action.kind == ActionKind::Pause && step.due <= now {
            self.pause(&step, facts, now);
        } else {
            self.enrolment.status = Status::Active(step);
        }
    }

    /// The action is finished: the next one in the list's order, or the end of the cycle.
    ///
    /// An action that a newer version has dropped has no place: then the place is below the last
    /// finished action that is still there. Should none be there, nobody can say what this patient
    /// has had, and a person must.
    pub(super) fn go_on(
        &mut self,
        step: &Step,
        how: FinishedAs,
        facts: &Almanac<'_>,
        now: DateTime<Utc>,
    ) {
        self.go_on_by(step, how, CycleEnd::Actions, facts, now);
    }

    pub(super) fn go_on_by(
        &mut self,
        step: &Step,
        how: FinishedAs,
        end: CycleEnd,
        facts: &Almanac<'_>,
        now: DateTime<Utc>,
    ) {
        let Some(place) = self.place_below(step, facts) else {
            let name = &facts.program.name;
            let why = format!("“{name}” was changed, and this patient's place in it is gone");
            let summary = format!("{why}. Decide how to go on.");
            return self.hold(step, HoldReason::Failed(why), WorkKind::Failed, summary, now);
        };
        self.enrolment.finish(step, how);
        let mut below = facts.program.actions.iter().skip(place);
        let next =
            below.find_map(|action| Some((action, self.enrolment.next_attempt(&action.id)?)));
        match next {
            Some((action, attempt)) => self.wait_for(action, attempt, Some(now), facts, now),
            None => self.end_cycle(end, facts, now),
        }
    }

    /// Where in the list the actions below a step begin; `None` when nobody can say.
    pub(super) fn place_below(&self, step: &Step, facts: &Almanac<'_>) -> Option<usize> {
        let below = |id: &ActionId| Some(facts.place_of(id)? + 1);
        let finished = &self.enrolment.finished;
        below(&step.action)
            .or_else(|| finished.iter().filter_map(|finished| below(&finished.action)).max())
            .or(finished.is_empty().then_some(0))
    }

    /// The cycle is over: the next one begins, or the enrolment is completed.
    pub(super) fn end_cycle(&mut self, by: CycleEnd, facts: &Almanac<'_>, now: DateTime<Utc>) {
        let (cycle, of) = (self.enrolment.cycle, facts.program.course.cycles());
        if of > 1 && by == CycleEnd::Actions {
            let text = format!("Cycle {cycle} of {of} completed: every action is done.");
            self.note(NoteEvent::CycleCompleted, &text, now);
        }
        if by == CycleEnd::Actions {
            self.tell_if_exhausted(facts, now);
        }
        self.enrolment.past.push(PastCycle { cycle, ended_at: now, by });
        match facts.program.actions.first() {
            Some(first) if cycle < of => {
                self.enrolment.cycle = cycle + 1;
                self.enrolment.cycle_began_at = now;
                self.enrolment.finished.clear();
                self.wait_for(first, FIRST_ATTEMPT, Some(now), facts, now);
            }
            Some(_) | None => self.enrolment.status = Status::Completed { at: now },
        }
    }

    /// A cycle of a clinically significant program never ends in silence without what it is for:
    /// a booking, or, where it waits for none, at least one message sent.
    fn tell_if_exhausted(&mut self, facts: &Almanac<'_>, now: DateTime<Utc>) {
        let sent = || self.enrolment.finished.iter().any(|f| f.how == FinishedAs::Done);
        let reached = match facts.program.completion {
            Completion::AnyBooking | Completion::SelectedTypes => false,
            Completion::Ignore => sent(),
        };
        if facts.program.significance == Significance::Routine || reached {
            return;
        }
        let name = &facts.program.name;
        let summary = format!(
            "Every action of “{name}” is done, and the patient has not {}. Contact the patient.",
            match facts.program.completion {
                Completion::AnyBooking | Completion::SelectedTypes => "booked",
                Completion::Ignore => "been reached",
            }
        );
        let id = exhausted_id(&self.enrolment, self.enrolment.cycle);
        self.raise_as(id, WorkKind::Exhausted, summary, now);
    }
}

/// The work about a cycle that has ended without what it is for.
pub(super) fn exhausted_id(enrolment: &Enrolment, cycle: u16) -> WorkId {
    WorkId::for_cause(&["exhausted", enrolment.id.as_str(), &cycle.to_string()])
}

/// The step that waits for `action`, never in the past: the sweeper has been there already. An
/// action whose time cannot be computed is due at once, so that it fails in sight instead of
/// waiting for ever.
pub(super) fn step_for(
    enrolment: &Enrolment,
    action: &Action,
    attempt: u16,
    unblocked_at: Option<DateTime<Utc>>,
    facts: &Almanac<'_>,
    now: DateTime<Utc>,
) -> Step {
    let planned = facts.moment(action, enrolment).and_then(|moment| moment.due).unwrap_or(now);
    Step {
        action: action.id.clone(),
        carrier: action.carrier(),
        attempt,
        barred: 0,
        due: planned.max(now),
        planned,
        pending_until: None,
        not_before: None,
        slot: None,
        unblocked_at,
    }
}
