//! The facts of one run of the engine, with what has been worked out from them.

use std::cell::{Cell, RefCell};
use std::ops::Deref;

use chrono::{DateTime, Utc};

use super::plan::{Moment, moment};
use super::{Anchor, Enrolment, Facts};
use crate::ids::ActionId;
use crate::program::Action;

/// The facts, and the last answers that were worked out from them. An action is planned when it
/// becomes the next one and again when it is due, and the timeline asks once more; as long as the
/// facts are the same the answer is too. It lives for one decision, or for one timeline.
pub(super) struct Almanac<'a> {
    facts: Facts<'a>,
    /// Where the action was that was asked for last.
    place: Cell<usize>,
    /// The moment that was worked out last, and for what.
    moment: RefCell<Option<(Question, Option<Moment>)>>,
}

/// Everything besides the facts that the moment of an action depends on.
#[derive(PartialEq, Eq)]
struct Question {
    action: ActionId,
    anchor: Anchor,
    cycle: u16,
    cycle_began_at: DateTime<Utc>,
}

impl<'a> Almanac<'a> {
    pub(super) const fn new(facts: Facts<'a>) -> Self {
        Self { facts, place: Cell::new(0), moment: RefCell::new(None) }
    }

    /// The place of an action in the program's list. Actions are asked for in the list's order, so
    /// it is nearly always where the last one was, or next to it.
    pub(super) fn place_of(&self, id: &ActionId) -> Option<usize> {
        let actions = &self.facts.program.actions;
        let is_at = |place: usize| actions.get(place).is_some_and(|action| action.id == *id);
        let last = self.place.get();
        let found = [last, last + 1].into_iter().find(|place| is_at(*place));
        let place = found.or_else(|| actions.iter().position(|action| action.id == *id))?;
        self.place.set(place);
        Some(place)
    }

    /// The action of that id, if the program still has it.
    pub(super) fn action(&self, id: &ActionId) -> Option<&'a Action> {
        self.facts.program.actions.get(self.place_of(id)?)
    }

    /// When an action of the enrolment's current cycle is to be done.
    pub(super) fn moment(&self, action: &Action, enrolment: &Enrolment) -> Option<Moment> {
        let question = Question {
            action: action.id.clone(),
            anchor: enrolment.anchor,
            cycle: enrolment.cycle,
            cycle_began_at: enrolment.cycle_began_at,
        };
        let mut last = self.moment.borrow_mut();
        match &*last {
            Some((asked, answer)) if *asked == question => *answer,
            Some(_) | None => {
                let answer = moment(action, enrolment, self.facts);
                *last = Some((question, answer));
                answer
            }
        }
    }
}

impl<'a> Deref for Almanac<'a> {
    type Target = Facts<'a>;

    fn deref(&self) -> &Facts<'a> {
        &self.facts
    }
}
