//! What people may do to an enrolment.

use chrono::{DateTime, NaiveDate, Utc};

use super::almanac::Almanac;
use super::effects::{Decision, Effect};
use super::plan::plan_by;
use super::{
    Anchor, Cause, CycleEnd, EndReason, Enrolment, FinishedAs, HoldReason, NoteEvent, Status, Step,
};
use crate::actor::Actor;
use crate::text::Label;
use crate::timing::Reference;

/// What a person says is to happen to an enrolment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Instruction {
    /// What it was held for is dealt with: it goes on with the next action (R10, R15).
    Advance,
    /// The action it waits for is left out.
    Skip,
    /// The action it was held for is tried again.
    Retry(Receipt),
    /// Its current cycle counts from another date.
    ChangeReference(NaiveDate),
    /// It ends, for this reason (R24, “Deleted”).
    End(Label),
}

/// What a person has found out about a message that may or may not have been sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Receipt {
    /// Nothing.
    Unknown,
    /// The patient does not have it.
    NotReceived,
}

/// Why something that a person asked for cannot be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The enrolment is completed or has ended.
    #[error("the enrolment is over")]
    Over,
    /// It does not wait for a person.
    #[error("the enrolment does not wait for a person; to leave its next action out, skip it")]
    NotHeld,
    /// It is held at a pause, which cannot be tried again.
    #[error("the enrolment is at a pause; advance it instead")]
    Pause,
    /// A message is being sent at this moment.
    #[error("a message is being sent at this moment; try again when its outcome is known")]
    Underway,
    /// The message may have been sent.
    #[error("the message may have been sent; say that the patient has not received it")]
    MayHaveBeenSent,
    /// Its reference date is its booking's start.
    #[error("the enrolment counts from its booking; move the booking instead")]
    CountsFromBooking,
    /// Its reference date is the day its referral was added.
    #[error("the enrolment counts from the day its referral was added, which its sender says")]
    CountsFromReferral,
    /// The other program counts from another kind of date.
    #[error("a program about a booking and one about a date cannot take each other's patients")]
    OtherReference,
    /// The program has no such action.
    #[error("the program has no such action")]
    NoSuchAction,
    /// The date is outside what the calendar can hold.
    #[error("its dates cannot be computed")]
    BadDate,
}

impl Decision {
    pub(super) fn instructed(
        &mut self,
        instruction: Instruction,
        by: &Actor,
        facts: &Almanac<'_>,
        now: DateTime<Utc>,
    ) {
        let done = match instruction {
            Instruction::Advance => self.advance(by, facts, now),
            Instruction::Skip => self.skip_by_staff(by, facts, now),
            Instruction::Retry(receipt) => self.retry(receipt, by, facts, now),
            Instruction::ChangeReference(date) => self.change_reference(date, by, facts, now),
            Instruction::End(why) => self.end_by_staff(&why, by, now),
        };
        if let Err(refusal) = done {
            self.effects = vec![Effect::Refuse(refusal)];
        }
    }

    fn advance(
        &mut self,
        by: &Actor,
        facts: &Almanac<'_>,
        now: DateTime<Utc>,
    ) -> Result<(), Refusal> {
        let (step, why) = self.held()?;
        self.place_below(&step, facts).ok_or(Refusal::NoSuchAction)?;
        self.resolve_hold();
        let (how, text) = match why {
            HoldReason::Paused => (FinishedAs::Done, "Advanced past the pause."),
            HoldReason::Failed(_) => (FinishedAs::Failed, "Advanced past what had failed."),
            HoldReason::NoReferrer => {
                (FinishedAs::Passed, "Advanced past what needed the referrer.")
            }
            HoldReason::Repeated => {
                (FinishedAs::Failed, "Advanced past what was stopped, because it went too often.")
            }
            HoldReason::Unclear => (FinishedAs::Passed, "Advanced past what may have been sent."),
        };
        self.note_by(NoteEvent::Advanced, text, by, now);
        self.go_on_by(&step, how, CycleEnd::Staff, facts, now);
        Ok(())
    }

    fn skip_by_staff(
        &mut self,
        by: &Actor,
        facts: &Almanac<'_>,
        now: DateTime<Utc>,
    ) -> Result<(), Refusal> {
        let step = self.enrolment.step().ok_or(Refusal::Over)?.clone();
        if step.pending_until.is_some() && !matches!(self.enrolment.status, Status::Held { .. }) {
            return Err(Refusal::Underway);
        }
        self.place_below(&step, facts).ok_or(Refusal::NoSuchAction)?;
        self.resolve_hold();
        self.note_by(NoteEvent::Skipped, "The next action was left out.", by, now);
        self.go_on_by(&step, FinishedAs::Passed, CycleEnd::Staff, facts, now);
        Ok(())
    }

    fn retry(
        &mut self,
        receipt: Receipt,
        by: &Actor,
        facts: &Almanac<'_>,
        now: DateTime<Utc>,
    ) -> Result<(), Refusal> {
        let (step, why) = self.held()?;
        match (why, receipt) {
            (HoldReason::Paused, Receipt::Unknown | Receipt::NotReceived) => {
                return Err(Refusal::Pause);
            }
            (HoldReason::Unclear, Receipt::Unknown) => return Err(Refusal::MayHaveBeenSent),
            (HoldReason::Unclear, Receipt::NotReceived)
            | (
                HoldReason::Failed(_) | HoldReason::NoReferrer | HoldReason::Repeated,
                Receipt::Unknown | Receipt::NotReceived,
            ) => {}
        }
        facts.action(&step.action).ok_or(Refusal::NoSuchAction)?;
        self.resolve_hold();
        self.note_by(NoteEvent::Retried, "To be tried again.", by, now);
        self.enrolment.status = Status::Active(Step {
            attempt: step.attempt.saturating_add(1),
            due: now,
            pending_until: None,
            not_before: None,
            slot: None,
            unblocked_at: Some(now),
            ..step
        });
        Ok(())
    }

    fn change_reference(
        &mut self,
        date: NaiveDate,
        by: &Actor,
        facts: &Almanac<'_>,
        now: DateTime<Utc>,
    ) -> Result<(), Refusal> {
        match self.enrolment.cause {
            Cause::Booking(_) => return Err(Refusal::CountsFromBooking),
            Cause::Referral(_) if facts.followed_referral().is_some() => {
                return Err(Refusal::CountsFromReferral);
            }
            Cause::Referral(_) | Cause::Added(_) => {}
        }
        let step = self.enrolment.step().ok_or(Refusal::Over)?;
        if step.pending_until.is_some() {
            return Err(Refusal::Underway);
        }
        let anchor = Anchor { cycle: self.enrolment.cycle, date: Reference::Date(date) };
        if self.enrolment.reference(facts.program.course) == Some(anchor.date) {
            return Ok(());
        }
        let counted = Enrolment { anchor, ..self.enrolment.clone() };
        let mut plans = facts.program.actions.iter().map(|a| plan_by(a, &counted, None, facts));
        if plans.any(|plan| plan.is_none()) {
            return Err(Refusal::BadDate);
        }
        self.enrolment.anchor = anchor;
        let text = format!("The reference date was changed to {}.", date.format("%-d %B %Y"));
        self.note_by(NoteEvent::Moved, &text, by, now);
        self.enrolment.reopen_what_was_too_late();
        self.re_anchor(facts, now);
        Ok(())
    }

    fn end_by_staff(&mut self, why: &Label, by: &Actor, now: DateTime<Utc>) -> Result<(), Refusal> {
        if !self.enrolment.is_open() {
            return Err(Refusal::Over);
        }
        self.end(EndReason::Staff, by, now);
        // The reason in place of the engine's own words.
        for effect in &mut self.effects {
            if let Effect::Note(note) = effect {
                note.text = format!("Ended by staff: {why}.");
            }
        }
        Ok(())
    }

    fn held(&self) -> Result<(Step, HoldReason), Refusal> {
        match &self.enrolment.status {
            Status::Held { step, why, .. } => Ok((step.clone(), why.clone())),
            Status::Active(_) => Err(Refusal::NotHeld),
            Status::Completed { .. } | Status::Ended { .. } => Err(Refusal::Over),
        }
    }
}
