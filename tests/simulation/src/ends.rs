//! When nothing is left to do, every action has come to exactly one end that can be seen.

use std::collections::{BTreeMap, BTreeSet};

use app::ports::{EnrolmentReader, EventKey, Intake, WorkList};
use domain::enrolment::{Cause, CycleEnd, Enrolment, Status, hold_id};
use domain::ids::{EnrolmentId, ProgramId};
use domain::ledger::{LedgerRow, LedgerState, Outcome};
use domain::text::ExternalId;

use crate::told::event_id;
use crate::world::{Violation, World, diary};

impl World {
    pub(crate) async fn ends_are_good(&self) -> Result<(), Violation> {
        let work = self.dynamo.work_list().open().await.expect("it can be read");
        let work: BTreeSet<_> = work.into_iter().map(|work| work.item.id).collect();
        let mut enrolments = Vec::new();
        let mut rows: BTreeMap<EnrolmentId, Vec<LedgerRow>> = BTreeMap::new();
        for patient in &self.patients {
            let reader = self.dynamo.enrolment_reader();
            let of_patient = reader.of_patient(patient).await.expect("they can be read");
            if let Some(unreadable) = of_patient.unreadable.first() {
                return Err(Violation(format!("{unreadable:?}")));
            }
            for enrolment in of_patient.enrolments {
                let (ledger, _) = reader.records(&enrolment.id).await.expect("it can be read");
                match &enrolment.status {
                    Status::Active(step) => {
                        let why = format!("I1: {} waits for {step:?}, unseen", enrolment.id);
                        return Err(Violation(why));
                    }
                    Status::Held { step, why, .. } => {
                        if !work.contains(&hold_id(&enrolment.key_of(step))) {
                            let id = &enrolment.id;
                            return Err(Violation(format!("{id} is held ({why:?}), unseen")));
                        }
                    }
                    Status::Completed { .. } | Status::Ended { .. } => {}
                }
                self.nothing_is_missing(&enrolment, &ledger)?;
                enrolments.push(enrolment.clone());
                rows.insert(enrolment.id.clone(), ledger);
            }
        }
        self.what_was_answered_is_kept().await?;
        self.nobody_is_on_it_twice(&enrolments)?;
        self.outbox_and_ledger_agree(&rows)
    }

    /// Of an event whose sender was answered something is known: it is not told again, and whoever it is about
    /// would be missed, unseen.
    async fn what_was_answered_is_kept(&self) -> Result<(), Violation> {
        let intake = self.dynamo.intake();
        for place in 0..self.diary.events.len() {
            if self.diary.untold.contains(&place) {
                continue;
            }
            let id = ExternalId::parse(&event_id(place)).expect("an event id");
            let key = EventKey { source: diary(), id };
            if intake.event(&key).await.expect("it can be read").is_none() {
                let told = &self.diary.events[place];
                return Err(Violation(format!("missed: {told:?} was answered and is not kept")));
            }
        }
        Ok(())
    }

    /// Every action of every cycle has an outcome that can be seen: a row of the ledger, or staff who left it
    /// out. Of programs that were saved with other actions meanwhile nobody knows which they were.
    fn nothing_is_missing(
        &self,
        enrolment: &Enrolment,
        ledger: &[LedgerRow],
    ) -> Result<(), Violation> {
        if self.edited.contains(enrolment.program.as_str()) || enrolment.moved_from.is_some() {
            return Ok(());
        }
        let known = self.programs.iter().position(|known| known.id == enrolment.program.as_str());
        let planned = known.and_then(|place| self.messages_of.get(place));
        for past in &enrolment.past {
            match past.by {
                CycleEnd::Actions => {}
                CycleEnd::Staff | CycleEnd::Booking { .. } => continue,
            }
            for action in planned.into_iter().flatten().map(|planned| &planned.action) {
                let is_known = ledger
                    .iter()
                    .any(|row| row.key.cycle == past.cycle && row.key.action.as_str() == action);
                let left_out = (enrolment.id.clone(), past.cycle, action.clone());
                if !is_known && !self.left_out.contains(&left_out) {
                    let id = &enrolment.id;
                    let why =
                        format!("missed: {action} of cycle {} of {id}: {ledger:?}", past.cycle);
                    return Err(Violation(why));
                }
            }
        }
        Ok(())
    }

    /// What happens once puts a patient on a program once. Those that were moved are what they were.
    fn nobody_is_on_it_twice(&self, enrolments: &[Enrolment]) -> Result<(), Violation> {
        let mut caused: BTreeMap<(&ProgramId, String), &Enrolment> = BTreeMap::new();
        let mut added: BTreeMap<&str, usize> = BTreeMap::new();
        for enrolment in enrolments.iter().filter(|it| it.moved_from.is_none()) {
            let cause = match &enrolment.cause {
                Cause::Booking(key) => key.id.as_str().to_owned(),
                Cause::Referral(key) => key.id.as_str().to_owned(),
                Cause::Added(_) => {
                    *added.entry(enrolment.program.as_str()).or_default() += 1;
                    continue;
                }
            };
            if let Some(before) = caused.insert((&enrolment.program, cause.clone()), enrolment) {
                let why = format!("{cause} has caused {before:#?}, and {enrolment:#?} too");
                return Err(Violation(why));
            }
        }
        for (program, number) in added {
            let asked = self.asked.get(program).copied().unwrap_or_default();
            if number > asked {
                let why = format!("staff put {asked} on {program}, and {number} are");
                return Err(Violation(why));
            }
        }
        Ok(())
    }

    /// What was accepted is in the ledger as sent, or nobody knows; what is sent was accepted.
    fn outbox_and_ledger_agree(
        &self,
        rows: &BTreeMap<EnrolmentId, Vec<LedgerRow>>,
    ) -> Result<(), Violation> {
        for (accepted, _) in &self.messages {
            let Some(key) = &accepted.key else { continue };
            let row =
                rows.get(&key.enrolment).and_then(|rows| rows.iter().find(|row| row.key == *key));
            let known = match row.map(|row| &row.state) {
                Some(LedgerState::Reserved { .. }) => true,
                Some(LedgerState::Settled { outcome, .. }) => match outcome {
                    Outcome::Sent { .. } | Outcome::Unclear { .. } => true,
                    // A receipt said that it did not arrive.
                    Outcome::Failed { .. } => self.excused.contains(key),
                    Outcome::NotSent { .. } | Outcome::Barred { .. } | Outcome::Skipped { .. } => {
                        false
                    }
                },
                None => false,
            };
            if !known {
                return Err(Violation(format!(
                    "{accepted:?} was sent, and the ledger says {row:?}"
                )));
            }
        }
        let ids: BTreeSet<_> =
            self.messages.iter().map(|(accepted, _)| accepted.provider_id.as_str()).collect();
        for row in rows.values().flatten() {
            if let LedgerState::Settled { outcome: Outcome::Sent { provider_id }, .. } = &row.state
                && row.to.is_some()
                && !ids.contains(provider_id.as_str())
            {
                return Err(Violation(format!("nobody was sent {row:?}")));
            }
        }
        Ok(())
    }
}
