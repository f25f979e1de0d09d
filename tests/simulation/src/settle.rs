//! Faults stop, and life goes on until nothing is left to do (I6); then every action has come to exactly one
//! end that can be seen.

use std::collections::{BTreeMap, BTreeSet};

use app::ports::{Clock, EnrolmentReader, WorkList};
use chrono::{DateTime, Duration, Utc};
use domain::enrolment::{CycleEnd, Enrolment, Note, NoteEvent, Status, hold_id};
use domain::ids::EnrolmentId;
use domain::ledger::{LedgerRow, LedgerState, Outcome};
use testkit::audit::audit;

use crate::world::{Violation, World};

/// How many minutes there is something to do at most: everything ends within a year or so, and each of a few
/// thousand actions and retries takes one.
const LONGEST: u32 = 20_000;

/// How many minutes in a row the same may be the first that is due. A dead sender's reservation stands for
/// fifteen, a provider's refusals move what is due, and leases stand for five.
const PATIENCE: u32 = 40;

impl World {
    /// Faults stop. Answers how many minutes it took until nothing was left to do.
    ///
    /// # Errors
    /// When it does not come to an end, or not to a good one.
    pub async fn settle(&mut self) -> Result<u32, Violation> {
        self.weather.clear();
        self.goes_by(Duration::minutes(1));
        self.looks_right().await?;
        self.tell_all().await?;
        self.finish_merges().await?;
        self.release().await?;
        let (mut minutes, mut head, mut waited) = (0, None, 0);
        loop {
            self.redrive();
            let Some((due, key)) = self.first_due().await else { break };
            waited = if head.as_ref() == Some(&key) { waited + 1 } else { 0 };
            if waited > PATIENCE || minutes > LONGEST {
                return Err(Violation(format!("I6: nothing becomes of {key}")));
            }
            head = Some(key);
            let now = self.clock.now();
            self.goes_by((due - now - Duration::minutes(1)).max(Duration::zero()));
            self.minute().await;
            self.look_at_what_was_sent().await?;
            minutes += 1;
        }
        self.looks_right().await?;
        self.ends_are_good().await?;
        Ok(minutes)
    }

    /// What is stored is as it must be, whatever has happened (I1, I2, and what belongs together).
    async fn looks_right(&self) -> Result<(), Violation> {
        let problems = audit(&self.dynamo, self.clock.now()).await;
        if problems.is_empty() { Ok(()) } else { Err(Violation(problems.join("\n"))) }
    }

    /// What is due first of everything that waits for its time.
    async fn first_due(&self) -> Option<(DateTime<Utc>, String)> {
        let mut first = None;
        for table in ["enrolments", "intake"] {
            for (_, key) in self.dynamo.due_keys(table).await {
                let due = key.split('|').next().and_then(|due| due.parse().ok());
                let due: DateTime<Utc> = due.expect("a due key begins with its time");
                if first.as_ref().is_none_or(|(other, _)| due < *other) {
                    first = Some((due, key));
                }
            }
        }
        first
    }

    async fn ends_are_good(&self) -> Result<(), Violation> {
        let work = self.dynamo.work_list().open().await.expect("it can be read");
        let work: BTreeSet<_> = work.into_iter().map(|work| work.item.id).collect();
        let mut rows: BTreeMap<EnrolmentId, Vec<LedgerRow>> = BTreeMap::new();
        for patient in &self.patients {
            let reader = self.dynamo.enrolment_reader();
            let of_patient = reader.of_patient(patient).await.expect("they can be read");
            if let Some(unreadable) = of_patient.unreadable.first() {
                return Err(Violation(format!("{unreadable:?}")));
            }
            for enrolment in of_patient.enrolments {
                let (ledger, notes) = reader.records(&enrolment.id).await.expect("it can be read");
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
                    Status::Completed { .. } => {
                        self.nothing_is_missing(&enrolment, &ledger, &notes)?;
                    }
                    Status::Ended { .. } => {}
                }
                rows.insert(enrolment.id.clone(), ledger);
            }
        }
        self.outbox_and_ledger_agree(&rows)
    }

    /// Every action of every cycle has an outcome that can be seen: a row of the ledger, or a note of staff
    /// who left it out. Of programs that were saved with other actions meanwhile nobody knows which they were.
    fn nothing_is_missing(
        &self,
        enrolment: &Enrolment,
        ledger: &[LedgerRow],
        notes: &[Note],
    ) -> Result<(), Violation> {
        if self.edited.contains(enrolment.program.as_str()) || enrolment.moved_from.is_some() {
            return Ok(());
        }
        let known = self.programs.iter().position(|known| known.id == enrolment.program.as_str());
        let actions = known.and_then(|place| self.messages_of.get(place));
        let mut missing = Vec::new();
        for past in &enrolment.past {
            match past.by {
                CycleEnd::Actions => {}
                CycleEnd::Staff | CycleEnd::Booking { .. } => continue,
            }
            for action in actions.into_iter().flatten() {
                let of = |row: &&LedgerRow| {
                    row.key.cycle == past.cycle && row.key.action.as_str() == action
                };
                if ledger.iter().find(of).is_none() {
                    missing.push((past.cycle, action));
                }
            }
        }
        let by_staff =
            |note: &&Note| matches!(note.event, NoteEvent::Skipped | NoteEvent::Advanced);
        let left_out = notes.iter().filter(by_staff).count();
        if missing.len() > left_out {
            let id = &enrolment.id;
            let why = format!("missed: {id} is over without {missing:?}: {ledger:?} {notes:?}");
            return Err(Violation(why));
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
