//! Actions that need who made the referral, while nobody knows who (HealthTrack R31).

use chrono::{DateTime, Utc};

use super::almanac::Almanac;
use super::doctor::no_referrer;
use super::effects::Decision;
use super::{Doctor, FinishedAs, HoldReason, NoteEvent, Status, Step};
use crate::ledger::LedgerKey;
use crate::work::WorkKind;

impl Decision {
    pub(super) fn needs_referrer(
        &mut self,
        key: &LedgerKey,
        facts: &Almanac<'_>,
        now: DateTime<Utc>,
    ) {
        let Some(step) = self.active_step(key) else { return };
        if facts.action(&step.action).is_some() {
            self.hold_for_referrer(&step, facts, now);
        } else {
            self.go_on(&step, FinishedAs::Passed, facts, now);
        }
    }

    /// Waits until the referral names its referrer, whatever Pause on Error says: nothing has failed,
    /// and what is skipped would never be written.
    pub(super) fn hold_for_referrer(
        &mut self,
        step: &Step,
        facts: &Almanac<'_>,
        now: DateTime<Utc>,
    ) {
        let Doctor::NoReferrer(referral) = facts.doctor() else { return };
        let (name, why) = (&facts.program.name, no_referrer(referral));
        let summary = format!("A message of “{name}” waits: {why}.");
        self.hold(step, HoldReason::NoReferrer, WorkKind::Failed, summary, now);
    }

    /// The referral names its referrer now: what has waited for that goes on. It is not late:
    /// lateness counts from here.
    pub(super) fn go_on_with_referrer(&mut self, facts: &Almanac<'_>, now: DateTime<Utc>) {
        let step = match &self.enrolment.status {
            Status::Held { step, why: HoldReason::NoReferrer, .. } => step.clone(),
            Status::Held {
                why:
                    HoldReason::Paused
                    | HoldReason::Failed(_)
                    | HoldReason::Repeated
                    | HoldReason::Unclear,
                ..
            }
            | Status::Active(_)
            | Status::Completed { .. }
            | Status::Ended { .. } => return,
        };
        match facts.doctor() {
            Doctor::NoReferrer(_) => return,
            Doctor::Referrer(_) | Doctor::Gp(_) | Doctor::NoGp => {}
        }
        self.resolve_hold();
        self.note(NoteEvent::Resumed, "Goes on: the referral names its referrer now.", now);
        self.enrolment.status =
            Status::Active(Step { due: now, slot: None, unblocked_at: Some(now), ..step });
    }
}
