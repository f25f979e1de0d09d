//! What will happen to a patient on a program: the engine itself, run ahead of time.
//!
//! Every message is taken to be sent, and every pause to be advanced at once. So what the timeline
//! shows is what will happen, as long as nobody and nothing interferes.

use chrono::{DateTime, Utc};

use super::almanac::Almanac;
use super::doctor::no_referrer;
use super::effects::{Decision, Effect};
use super::{Crowd, Doctor, Enrolment, Event, Facts, HoldReason, Instruction, Recipient, Status};
use crate::actor::Actor;
use crate::ids::ActionId;
use crate::ledger::{LedgerState, Outcome};

/// One action that lies ahead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Projection {
    /// The cycle, from 1.
    pub cycle: u16,
    /// The action.
    pub action: ActionId,
    /// When its timing says; `None` when that cannot be computed.
    pub wished: Option<DateTime<Utc>>,
    /// When it will happen.
    pub at: DateTime<Utc>,
    /// What will happen.
    pub fate: Fate,
}

/// What will happen to an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It is sent there.
    Sent(Recipient),
    /// It stops the program until a person advances it.
    Paused,
    /// It is skipped, for this reason.
    Skipped(String),
    /// It fails, for this reason.
    Failed(String),
}

/// The actions that lie ahead of an enrolment, seen from `now`.
pub fn timeline(enrolment: Enrolment, facts: Facts<'_>, now: DateTime<Utc>) -> Vec<Projection> {
    Run::all(enrolment, facts, now, Reach::End)
}

/// What an enrolment that waits for its time brings by itself before `until`, seen from `now`: up to the first
/// action at which a person is asked, which is there too when it is a pause. What comes after that is theirs to say.
pub fn forecast(
    enrolment: Enrolment,
    facts: Facts<'_>,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Vec<Projection> {
    Run::all(enrolment, facts, now, Reach::Until(until))
}

/// How far is looked ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// To the end of the program.
    End,
    /// To this moment, which is not in it, or to the first person who is asked.
    Until(DateTime<Utc>),
}

struct Run {
    state: Decision,
    at: DateTime<Utc>,
    ahead: Vec<Projection>,
    reach: Reach,
}

impl Run {
    fn all(
        enrolment: Enrolment,
        facts: Facts<'_>,
        now: DateTime<Utc>,
        reach: Reach,
    ) -> Vec<Projection> {
        let facts = &Almanac::new(facts);
        let cycles_left = facts.program.course.cycles().saturating_sub(enrolment.cycle - 1);
        let lines = facts.program.actions.len() * usize::from(cycles_left);
        let ahead = match reach {
            Reach::End => Vec::with_capacity(lines),
            Reach::Until(_) => Vec::new(),
        };
        let mut run = Self { state: Decision::unchanged(enrolment), at: now, ahead, reach };
        // Each action is looked at a few times at most: due, moved by the window, sent.
        for _ in 0..(lines + 1) * 8 {
            if !run.step(facts) {
                break;
            }
        }
        run.ahead
    }

    /// Lets the next thing happen; `false` when nothing is left.
    fn step(&mut self, facts: &Almanac<'_>) -> bool {
        self.state.effects.clear();
        match &self.state.enrolment.status {
            Status::Active(step) => {
                self.at = self.at.max(step.due);
                match self.reach {
                    Reach::Until(until) if self.at >= until => return false,
                    Reach::Until(_) | Reach::End => {}
                }
                self.bring_up(facts);
                true
            }
            Status::Held { why, .. } => {
                match (why, facts.doctor()) {
                    (HoldReason::Paused, _) => self.project(Fate::Paused, facts),
                    (HoldReason::NoReferrer, Doctor::NoReferrer(referral)) => {
                        self.project(Fate::Failed(no_referrer(referral)), facts);
                    }
                    (
                        HoldReason::NoReferrer
                        | HoldReason::Failed(_)
                        | HoldReason::Repeated
                        | HoldReason::Unclear,
                        _,
                    ) => {}
                }
                if self.reach != Reach::End {
                    return false;
                }
                let advance = Event::Instructed(Instruction::Advance, Actor::PatientConnect);
                self.state.apply(facts, advance, self.at);
                self.state.refusal().is_none()
            }
            Status::Completed { .. } | Status::Ended { .. } => false,
        }
    }

    fn bring_up(&mut self, facts: &Almanac<'_>) {
        let Some(key) = self.state.enrolment.current_key() else { return };
        let mut seen = self.projection(Fate::Paused, facts);
        self.state.apply(facts, Event::Due(key.clone(), Crowd::Unknown), self.at);
        let sent = self.state.send().map(|(_, to)| Fate::Sent(to.clone()));
        let fate = sent.or_else(|| {
            self.state.effects.drain(..).find_map(|effect| match effect {
                Effect::Record(row) => match row.state {
                    LedgerState::Settled { outcome: Outcome::Skipped { why }, .. } => {
                        Some(Fate::Skipped(why))
                    }
                    LedgerState::Settled { outcome: Outcome::Failed { why }, .. } => {
                        Some(Fate::Failed(why))
                    }
                    LedgerState::Settled { .. } | LedgerState::Reserved { .. } => None,
                },
                Effect::Send { .. }
                | Effect::Raise(_)
                | Effect::Resolve(_)
                | Effect::Note(_)
                | Effect::Claim(_)
                | Effect::Refuse(_) => None,
            })
        });
        let Some(fate) = fate else { return };
        if matches!(fate, Fate::Sent(_)) {
            let sent = Outcome::Sent { provider_id: String::new() };
            self.state.apply(facts, Event::Attempted(key, sent), self.at);
        }
        if let Some(seen) = &mut seen {
            seen.fate = fate;
        }
        self.ahead.extend(seen);
    }

    fn project(&mut self, fate: Fate, facts: &Almanac<'_>) {
        let seen = self.projection(fate, facts);
        self.ahead.extend(seen);
    }

    /// The action the enrolment is at, with this fate.
    fn projection(&self, fate: Fate, facts: &Almanac<'_>) -> Option<Projection> {
        let enrolment = &self.state.enrolment;
        let step = enrolment.step()?;
        let action = facts.action(&step.action)?;
        Some(Projection {
            cycle: enrolment.cycle,
            action: step.action.clone(),
            wished: facts.moment(action, enrolment).map(|moment| moment.wished),
            at: self.at,
            fate,
        })
    }
}
