//! Releasing all sending: what that would do, and doing it.
//!
//! What came due while sending was held goes out at once when it is released, and patients who are
//! contacted are not to be a surprise. So a release is previewed: what is due is counted in the
//! index, and the oldest of it is decided by the engine, as a sender would decide it now.

mod tally;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::enrolment::{Crowd, Decision, Effect, Enrolment, Event, Status, decide};
use domain::ids::ProgramId;
use domain::ledger::{LedgerKey, LedgerState, Outcome};
use domain::settings::{SendingState, Settings};
use domain::staff::StaffId;
use futures_util::{StreamExt, TryStreamExt, stream};

use crate::catalogue::ChangeError;
use crate::filling::fill;
use crate::ports::{
    Bookings, Catalogue, Due, DueIndex, EnrolmentReader, Here, People, PracticeSettings,
    StoreError, shards_of_enrolments,
};
use crate::settings::release_sending;
use crate::situation::Situation;

pub use tally::{Counted, Fate, Preview, Tally};

/// Most actions that are counted in one shard of the due index.
pub const COUNTED: usize = 1_000;
/// Most actions whose fate is told: the oldest ones.
pub const EXAMINED: usize = 300;
/// Actions worked on at the same time.
const AT_ONCE: usize = 16;

/// Most actions of a patient that are followed, one after another: as many as a program has. Who is
/// not through with them by then counts as one who is sent a message.
const FOLLOWED: usize = 100;

/// How many messages may go out at once by a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accepted {
    /// So many, or fewer.
    UpTo(usize),
    /// However many there are.
    All,
}

/// The stores that a preview needs.
#[derive(Debug, Clone, Copy)]
pub struct Release<'a, D, C, P, B, R, H> {
    /// The due index.
    pub index: &'a D,
    /// Programs, templates, sites, booking types, and the practice's settings.
    pub catalogue: &'a C,
    /// Patients.
    pub people: &'a P,
    /// Bookings.
    pub bookings: &'a B,
    /// Enrolments.
    pub reader: &'a R,
    /// The tables at hand.
    pub here: &'a H,
    /// What the practice is called until its settings say.
    pub practice_name: &'a str,
}

impl<D, C, P, B, R, H> Release<'_, D, C, P, B, R, H>
where
    D: DueIndex<Pointer = Due>,
    C: Catalogue + PracticeSettings,
    P: People,
    B: Bookings,
    R: EnrolmentReader,
    H: Here,
{
    /// What a release would do now, be sending held or not. Nothing is changed.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn preview(&self, now: DateTime<Utc>) -> Result<Preview, StoreError> {
        let settings = self.catalogue.settings().await?;
        let (mut preview, due) = self.count(now).await?;
        let mut examined = stream::iter(due.into_iter().take(EXAMINED))
            .map(|due| self.examine(due, &settings, now))
            .buffer_unordered(AT_ONCE);
        while let Some((due, program, fate)) = examined.try_next().await? {
            preview.all.add(fate);
            preview.by_carrier.entry(due.pointer.carrier).or_default().add(fate);
            if let Some(program) = program {
                preview.by_program.entry(program).or_default().add(fate);
            }
        }
        Ok(preview)
    }

    /// Releases all sending, should no more messages go out at once by it than were accepted. Should
    /// the tables be a copy, they are home from then on. When sending is not held nothing happens.
    ///
    /// # Errors
    /// With how many would go out when that is more; when another hold has taken the place of the
    /// one that is released; when the store fails.
    pub async fn release(
        &self,
        accepted: Accepted,
        by: &StaffId,
        now: DateTime<Utc>,
    ) -> Result<Settings, ChangeError> {
        let settings = self.catalogue.settings().await?;
        let here = self.here.tables().await?;
        match (settings.outgoing(&here).state(), accepted) {
            (SendingState::On, Accepted::UpTo(_) | Accepted::All) => return Ok(settings),
            (SendingState::Held, Accepted::All) => {}
            (SendingState::Held, Accepted::UpTo(accepted)) => {
                let preview = self.preview(now).await?;
                if let Some(refused) = too_many(&preview, accepted) {
                    return Err(ChangeError::Conflict(refused));
                }
            }
        }
        release_sending(self.catalogue, settings, &here, by, now).await
    }

    /// What is due, the oldest first.
    async fn count(&self, now: DateTime<Utc>) -> Result<(Preview, Vec<Due>), StoreError> {
        let (all, by_carrier, by_program) = (Tally::default(), BTreeMap::new(), BTreeMap::new());
        let mut preview =
            Preview { counted: Counted::All, oldest: None, all, by_carrier, by_program };
        let (mut readable, end) = (Vec::new(), self.index.end_of(now));
        for (_, shard) in shards_of_enrolments() {
            let entries = self.index.entries(shard, ""..end.as_str(), COUNTED + 1).await?;
            if entries.len() > COUNTED {
                preview.counted = Counted::Part;
            }
            for entry in entries.into_iter().take(COUNTED) {
                preview.all.due += 1;
                match entry.pointer {
                    Ok(due) => {
                        preview.by_carrier.entry(due.pointer.carrier).or_default().due += 1;
                        readable.push(due);
                    }
                    // The sweeper puts it on the work list.
                    Err(_) => preview.all.add(Fate::Held),
                }
            }
        }
        readable.sort_by_key(|due| due.due);
        preview.oldest = readable.first().map(|due| due.due);
        Ok((preview, readable))
    }

    /// What would become of an action, and whose program it is.
    async fn examine(
        &self,
        due: Due,
        settings: &Settings,
        now: DateTime<Utc>,
    ) -> Result<(Due, Option<ProgramId>, Fate), StoreError> {
        let key = &due.pointer.key;
        let (program, fate) = match self.fate(key, settings, now).await {
            Ok(told) => told,
            // What cannot be read goes to the work list.
            Err(StoreError::Unreadable { .. }) => (None, Fate::Held),
            Err(error @ (StoreError::Unavailable(_) | StoreError::Refused(_))) => {
                return Err(error);
            }
        };
        Ok((due, program, fate))
    }

    /// The same. What is skipped, passed over or gone makes way for the next action, which may be due
    /// by now as well; so its patient is followed until something is sent, or nothing is due.
    async fn fate(
        &self,
        key: &LedgerKey,
        settings: &Settings,
        now: DateTime<Utc>,
    ) -> Result<(Option<ProgramId>, Fate), StoreError> {
        let Some(enrolment) = self.reader.enrolment(&key.enrolment).await? else {
            return Ok((None, Fate::Gone));
        };
        let program = Some(enrolment.program.clone());
        if enrolment.current_key().as_ref() != Some(key) {
            return Ok((program, Fate::Gone));
        }
        let mut situation =
            Situation::read(self.catalogue, self.people, self.bookings, enrolment).await?;
        let (mut key, mut first) = (key.clone(), None);
        for _ in 0..FOLLOWED {
            let (fate, after) = self.step(&key, &situation, settings, now).await?;
            let first = *first.get_or_insert(fate);
            match fate {
                Fate::Sent => return Ok((program, Fate::Sent)),
                Fate::Held | Fate::Waiting => return Ok((program, first)),
                Fate::TooLate | Fate::PassedOver | Fate::Gone => {}
            }
            let next = after.current_key().filter(|_| after.due().is_some_and(|(at, _)| at <= now));
            let Some(next) = next else { return Ok((program, first)) };
            (key, situation.enrolment) = (next, after);
        }
        Ok((program, Fate::Sent))
    }

    /// What would become of the action that an enrolment waits for, and of the enrolment, unless it
    /// is sent.
    async fn step(
        &self,
        key: &LedgerKey,
        situation: &Situation,
        settings: &Settings,
        now: DateTime<Utc>,
    ) -> Result<(Fate, Enrolment), StoreError> {
        let decided = |event| decide(&situation.enrolment, situation.facts(), event, now);
        // A crowd may be spread over the day; it goes all the same.
        let decision = decided(Event::Due(key.clone(), Crowd::Unknown));
        let Some((medium, _)) = decision.send() else {
            return Ok((outcome(key, &decision), decision.enrolment));
        };
        let practice = settings.practice_name(self.practice_name);
        let filled = fill(self.catalogue, practice, situation, medium).await?;
        Ok(match filled.and_then(|filled| filled.render()) {
            Ok(_) => (Fate::Sent, decision.enrolment),
            Err(why) => {
                let decision = decided(Event::Unsendable(key.clone(), why));
                (outcome(key, &decision), decision.enrolment)
            }
        })
    }
}

/// What becomes of an action that is not sent.
fn outcome(key: &LedgerKey, decision: &Decision) -> Fate {
    let recorded = decision.effects.iter().find_map(|effect| match effect {
        Effect::Record(row) if row.key == *key => Some(&row.state),
        Effect::Record(_)
        | Effect::Send { .. }
        | Effect::Raise(_)
        | Effect::Resolve(_)
        | Effect::Note(_)
        | Effect::Claim(_)
        | Effect::Refuse(_) => None,
    });
    match (recorded, &decision.enrolment.status) {
        (Some(LedgerState::Settled { outcome: Outcome::Skipped { .. }, .. }), _) => Fate::TooLate,
        (_, Status::Held { .. }) => Fate::Held,
        (Some(_), Status::Active(_) | Status::Completed { .. } | Status::Ended { .. }) => {
            Fate::PassedOver
        }
        (None, Status::Active(step)) if decision.enrolment.key_of(step) == *key => Fate::Waiting,
        (None, Status::Active(_) | Status::Completed { .. } | Status::Ended { .. }) => Fate::Gone,
    }
}

/// Why a release is refused that would send more than was accepted.
fn too_many(preview: &Preview, accepted: usize) -> Option<String> {
    let see = "Sending is held still. See GET /v1/sending/release for what would happen";
    match preview.messages() {
        Some(messages) if messages <= accepted => None,
        Some(messages) => Some(format!(
            "Up to {messages} messages would go out at once. {see}; then release it with \
             ?messages={messages}, or with ?messages=all."
        )),
        None => Some(format!(
            "More than {} actions are due, too many to be counted. {see}; then release it with \
             ?messages=all.",
            preview.all.due
        )),
    }
}
