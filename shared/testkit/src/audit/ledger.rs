//! The ledger: no action is with its patient twice, and what was sent is found by where it went.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use domain::enrolment::{Enrolment, NoteEvent, Status};
use domain::ids::{ActionId, EnrolmentId};
use domain::ledger::{LedgerRow, LedgerState, Outcome};
use domain::program::Channel;
use domain::receipt::Told;

use super::{Looking, text};
use crate::dynamo::Dynamo;

/// How often an action is tried until a person is asked, or it is passed over.
const MOST_TRIES: usize = 8;

pub(super) fn look(looking: &mut Looking) {
    at_most_once(looking);
    attempts_are_bounded(looking);
    for row in looking.rows.clone() {
        found_by_where_it_went(looking, &row);
        nobody_went_past_it(looking, &row);
        let (opened, now) = (row.opened_at, looking.now);
        looking
            .must(opened <= now, || format!("{:?} was opened at {opened}, after {now}", row.key));
    }
    ids_are_given_once(looking);
}

/// Whether the patient may have what it is about: it was sent and not said to have failed, or nobody knows.
fn may_have_arrived(row: &LedgerRow) -> bool {
    let failed =
        row.receipt.as_ref().is_some_and(|receipt| matches!(receipt.told, Told::Failed(_)));
    match &row.state {
        LedgerState::Reserved { .. } => true,
        LedgerState::Settled { outcome, .. } => match outcome {
            Outcome::Sent { .. } | Outcome::Unclear { .. } => !failed,
            Outcome::NotSent { .. }
            | Outcome::Barred { .. }
            | Outcome::Skipped { .. }
            | Outcome::Failed { .. } => false,
        },
    }
}

/// I2: of the attempts at one action of one cycle at most one may have arrived, but for those that a person
/// had tried again knowing that: between any two of them somebody has said so.
fn at_most_once(looking: &mut Looking) {
    let mut attempts: BTreeMap<(EnrolmentId, u16, ActionId), Vec<LedgerRow>> = BTreeMap::new();
    for row in looking.rows.iter().filter(|row| may_have_arrived(row)) {
        let key = &row.key;
        let action = (key.enrolment.clone(), key.cycle, key.action.clone());
        attempts.entry(action).or_default().push(row.clone());
    }
    for ((enrolment, cycle, action), mut rows) in attempts {
        rows.sort_by_key(|row| row.key.attempt);
        let notes = looking.notes.get(&enrolment).map(Vec::as_slice).unwrap_or_default();
        let retries = notes.iter().filter(|note| note.event == NoteEvent::Retried);
        let retries: Vec<_> = retries.map(|note| note.at).collect();
        for (earlier, later) in rows.iter().zip(rows.iter().skip(1)) {
            let between = earlier.opened_at..=later.opened_at;
            let asked = retries.iter().any(|at| between.contains(at));
            looking.must(asked, || {
                let (one, other) = (earlier.key.attempt, later.key.attempt);
                format!(
                    "I2: attempts {one} and {other} at {action} of cycle {cycle} of {enrolment} may both have arrived, and nobody asked for that"
                )
            });
        }
    }
}

/// I8: nothing is tried for ever. After a row of tries comes a person, or the next action; only what the
/// provider refuses to the whole account waits for as long as that lasts.
fn attempts_are_bounded(looking: &mut Looking) {
    let mut attempts: BTreeMap<(EnrolmentId, u16, ActionId), usize> = BTreeMap::new();
    for row in looking.rows.iter().filter(|row| !is_barred(row)) {
        let key = &row.key;
        let action = (key.enrolment.clone(), key.cycle, key.action.clone());
        *attempts.entry(action).or_default() += 1;
    }
    for ((enrolment, cycle, action), number) in attempts {
        let notes = looking.notes.get(&enrolment).map(Vec::as_slice).unwrap_or_default();
        let anew = notes.iter().filter(|note| begins_anew(note.event)).count();
        let most = MOST_TRIES * (1 + anew);
        looking.must(number <= most, || {
            format!("I8: {action} of cycle {cycle} of {enrolment} was tried {number} times, and {most} are the most")
        });
    }
}

const fn is_barred(row: &LedgerRow) -> bool {
    matches!(row.state, LedgerState::Settled { outcome: Outcome::Barred { .. }, .. })
}

/// Whether an action may have all its tries again after this.
const fn begins_anew(event: NoteEvent) -> bool {
    match event {
        NoteEvent::Retried
        | NoteEvent::Resumed
        | NoteEvent::CycleReopened
        | NoteEvent::Moved
        | NoteEvent::NotArrived
        | NoteEvent::Replanned => true,
        NoteEvent::Held
        | NoteEvent::Ended
        | NoteEvent::GaveUp
        | NoteEvent::CycleCompleted
        | NoteEvent::Advanced
        | NoteEvent::Skipped
        | NoteEvent::MovedIn
        | NoteEvent::MovedOut
        | NoteEvent::Spread
        | NoteEvent::Worked
        | NoteEvent::Rehomed
        | NoteEvent::SentAfterAll
        | NoteEvent::Replied => false,
    }
}

fn sort_key(row: &LedgerRow) -> String {
    format!("LEDGER#{:04}#{}#{:04}", row.key.cycle, row.key.action, row.key.attempt)
}

/// Receipts and answers find what was sent.
fn found_by_where_it_went(looking: &mut Looking, row: &LedgerRow) {
    let (key, sk) = (&row.key, sort_key(row));
    let Some(item) = looking.item("enrolments", key.enrolment.as_str(), &sk) else {
        return looking.found(format!("{key:?} is not where its key says"));
    };
    let (to, place) =
        (text(item, "sent_to").map(str::to_owned), text(item, "sent_key").map(str::to_owned));
    let is_sent = match &row.state {
        LedgerState::Settled { outcome: Outcome::Sent { provider_id }, .. } => Some(provider_id),
        LedgerState::Settled { .. } | LedgerState::Reserved { .. } => None,
    };
    if let (Some(provider_id), true) = (is_sent, row.to.is_some()) {
        let wording = row.wording.as_ref().map(|it| format!("#wording:{}", it.as_str()));
        let end = format!("#{provider_id}{}", wording.unwrap_or_default());
        let right = place.as_ref().is_some_and(|place| place.ends_with(&end));
        looking.must(right && to.is_some(), || {
            format!("{key:?} was sent and is not found by where it went")
        });
    }
}

/// The plan does not go on over an attempt that nobody has settled.
fn nobody_went_past_it(looking: &mut Looking, row: &LedgerRow) {
    if !matches!(row.state, LedgerState::Reserved { .. }) {
        return;
    }
    let key = &row.key;
    let Some(enrolment) = looking.enrolments.get(&key.enrolment) else { return };
    let past = enrolment.cycle == key.cycle && went_past(enrolment, row);
    looking.must(!past, || format!("I2: {key:?} is reserved still, and the plan has gone on"));
}

fn went_past(enrolment: &Enrolment, row: &LedgerRow) -> bool {
    let next = match &enrolment.status {
        Status::Active(step) | Status::Held { step, .. } => step,
        Status::Completed { .. } | Status::Ended { .. } => return false,
    };
    if next.action == row.key.action {
        return next.attempt > row.key.attempt;
    }
    enrolment
        .finished
        .iter()
        .any(|it| it.action == row.key.action && it.attempts >= row.key.attempt)
}

/// A provider names a message once.
fn ids_are_given_once(looking: &mut Looking) {
    let mut given = BTreeSet::new();
    for row in looking.rows.clone() {
        let LedgerState::Settled { outcome: Outcome::Sent { provider_id }, .. } = &row.state else {
            continue;
        };
        let new = given.insert((row.channel.as_str(), provider_id.clone()));
        looking.must(new, || {
            format!("I2: {:?} was sent as {provider_id}, and so was another", row.key)
        });
    }
}

/// What providers have been handed, as the ledger tells it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Handed {
    /// So many messages were sent.
    pub sent: usize,
    /// Of so many more nobody knows.
    pub unknown: usize,
}

impl Handed {
    /// What is wrong when the provider has taken this many.
    pub fn compared(self, channel: Channel, taken: usize) -> Option<String> {
        let Self { sent, unknown } = self;
        let right = (sent..=sent + unknown).contains(&taken);
        (!right).then(|| {
            let channel = channel.as_str();
            format!("I2: the ledger says that {sent} by {channel} were sent and {unknown} may have been; {taken} were")
        })
    }
}

/// What the ledger says was handed to the provider of a channel. A row that a provider's 5xx left as not
/// sent counts as that, as the rules of the product say.
///
/// # Panics
/// When the store cannot be read.
pub async fn handed(dynamo: &Dynamo, channel: Channel) -> Handed {
    let looking = Looking::at(&dynamo.unwatched(), DateTime::<Utc>::MAX_UTC).await;
    handed_of(&looking.rows, channel)
}

pub(super) fn handed_of(rows: &[LedgerRow], channel: Channel) -> Handed {
    let mut handed = Handed::default();
    for row in rows.iter().filter(|row| row.channel == channel) {
        match &row.state {
            LedgerState::Reserved { .. } => handed.unknown += 1,
            LedgerState::Settled { outcome, .. } => match outcome {
                Outcome::Sent { .. } => handed.sent += 1,
                Outcome::Unclear { .. } => handed.unknown += 1,
                Outcome::NotSent { .. }
                | Outcome::Barred { .. }
                | Outcome::Skipped { .. }
                | Outcome::Failed { .. } => {}
            },
        }
    }
    handed
}
