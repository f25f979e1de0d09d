//! Events from other systems: each is kept first, and dealt with then.
//!
//! 1. [`take_in`] keeps the event, once for its key, with a time at which it is brought up; only then
//!    is it dealt with. What it did is stored in one transaction with the event's record, so that it
//!    is done once, whoever does it.
//! 2. Should that fail, or whoever took it in die, the event is still there: the sweeper finds it when
//!    its time has come and queues it, and [`deal_with`] goes on. Its sender need not send it again.
//! 3. An event in which something is unknown is tried again from time to time: what it lacks may have
//!    been added.

mod bookings;
mod merged;
mod referrals;
mod resolve;
pub mod sweep;
mod who;

use std::fmt;

use chrono::{DateTime, Duration, Utc};
use domain::ids::WorkId;
use domain::intake::Told;
use domain::text::Code;
use domain::work::{WorkItem, WorkKind};

use self::bookings::booking_event;
use self::referrals::referral_event;
use crate::ports::{
    Catalogue, EventKey, EventResult, Intake, KnownEvent, Newcomers, RecordedEvent, Register,
    SaveError, StoreError, WaitingEvent,
};

/// How often a change is decided anew when others write at the same time.
const TRIES: usize = 8;

/// How long whoever took an event in has for dealing with it, before the sweeper brings it up.
const GRACE: Duration = Duration::seconds(60);

/// How an event came in.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// Its key.
    pub key: EventKey,
    /// A hash of what it said, to tell a retry from another event under the same key.
    pub fingerprint: String,
    /// When it came.
    pub at: DateTime<Utc>,
    /// The request that brought it.
    pub request_id: String,
}

/// The answer to an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It is dealt with: this is what it did.
    Done(EventResult),
    /// It came before, and did this then. Nothing was changed now.
    Duplicate(EventResult),
    /// It is kept and will be dealt with: it could not be just now.
    Kept,
    /// Another event came under this key. Nothing was changed now.
    AnotherEvent,
}

/// Where events and what they change are stored.
#[derive(Debug)]
pub struct Stores<'a, I, C, P, N> {
    /// Events, bookings and what they change.
    pub intake: &'a I,
    /// Booking types, programs and sites.
    pub catalogue: &'a C,
    /// Patients.
    pub people: &'a P,
    /// Where somebody new is written down.
    pub newcomers: &'a N,
}

impl<I, C, P, N> Clone for Stores<'_, I, C, P, N> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<I, C, P, N> Copy for Stores<'_, I, C, P, N> {}

/// Keeps an event. `None` when it is new or still to be dealt with; an answer when nothing is left to
/// do.
///
/// # Errors
/// When the store fails; the sender should send the event again.
pub async fn keep(
    intake: &impl Intake,
    arrival: &Arrival,
    told: &Told,
) -> Result<Kept, StoreError> {
    let event = WaitingEvent {
        key: arrival.key.clone(),
        fingerprint: arrival.fingerprint.clone(),
        received_at: arrival.at,
        request_id: arrival.request_id.clone(),
        told: told.clone(),
        tried: None,
    };
    let before = match intake.keep(&event, arrival.at + GRACE).await {
        Ok(before) => before,
        // It came before, and its record cannot be read: the sweeper brings it to staff.
        Err(StoreError::Unreadable { .. }) => {
            intake.bring_up(&arrival.key, arrival.at + GRACE).await?;
            return Ok(Kept::Answered(Answer::Kept));
        }
        Err(error @ (StoreError::Unavailable(_) | StoreError::Refused(_))) => return Err(error),
    };
    let Some(before) = before else { return Ok(Kept::Waits(Box::new(event))) };
    Ok(match before {
        KnownEvent::Waits(before) if before.fingerprint == arrival.fingerprint => {
            // Its sender is promised that it is dealt with, also should that fail now.
            intake.bring_up(&arrival.key, arrival.at + GRACE).await?;
            // What it lacked is reported as if it came for the first time: its sender asks anew.
            Kept::Waits(Box::new(WaitingEvent { tried: None, ..*before }))
        }
        KnownEvent::Done(before) if before.fingerprint == arrival.fingerprint => {
            Kept::Answered(Answer::Duplicate(before.result))
        }
        KnownEvent::Waits(_) | KnownEvent::Done(_) => Kept::Answered(Answer::AnotherEvent),
    })
}

/// What keeping an event came to.
#[derive(Debug)]
pub enum Kept {
    /// It waits to be dealt with.
    Waits(Box<WaitingEvent>),
    /// Nothing is left to do: this is the answer.
    Answered(Answer),
}

/// Deals with an event that was kept.
///
/// # Errors
/// When the store fails; the event stays where it is and is brought up again.
pub async fn deal<I: Intake, C: Catalogue, P: Register, N: Newcomers>(
    stores: Stores<'_, I, C, P, N>,
    event: &WaitingEvent,
    now: DateTime<Utc>,
) -> Result<Answer, StoreError> {
    for _ in 0..TRIES {
        let committed = match &event.told {
            Told::Booking(told) => {
                // On the heap: an event goes through much of the engine.
                let change = Box::pin(booking_event(&stores, event, told, now)).await?;
                stores.intake.commit(&change).await.map(|()| change.event.result)
            }
            Told::Referral(told) => {
                let change = Box::pin(referral_event(&stores, event, told, now)).await?;
                stores.intake.commit_referral(&change).await.map(|()| change.event.result)
            }
        };
        match committed {
            Ok(result) => return Ok(Answer::Done(result)),
            Err(SaveError::Store(error)) => return Err(error),
            // Another event of the same booking, or a sender, was first: decide again on what is
            // now. Or somebody else has dealt with this very event.
            Err(SaveError::Stale | SaveError::Taken(_)) => {}
        }
        if let Some(KnownEvent::Done(done)) = stores.intake.event(&event.key).await? {
            return Ok(Answer::Duplicate(done.result));
        }
    }
    Err(contended())
}

fn contended() -> StoreError {
    StoreError::Unavailable("it is being changed by others all the time".to_owned())
}

/// Keeps an event and deals with it.
///
/// # Errors
/// When it could not be kept; the sender should send it again.
pub async fn take_in<I: Intake, C: Catalogue, P: Register, N: Newcomers>(
    stores: Stores<'_, I, C, P, N>,
    arrival: &Arrival,
    told: &Told,
) -> Result<Answer, StoreError> {
    let event = match keep(stores.intake, arrival, told).await? {
        Kept::Waits(event) => event,
        Kept::Answered(answer) => return Ok(answer),
    };
    match deal(stores, &event, arrival.at).await {
        Ok(answer) => Ok(answer),
        Err(error) => {
            tracing::warn!(
                webhook.source = %arrival.key.source,
                error = %error,
                "an event is kept and could not be dealt with yet; it is brought up again"
            );
            Ok(Answer::Kept)
        }
    }
}

/// Deals with an event that was brought up. One that is gone or dealt with is done; one that cannot be
/// dealt with, because something that is stored cannot be read, is work for a person and tried again
/// later.
///
/// # Errors
/// When the store fails; it is brought up again.
pub async fn deal_with<I: Intake, C: Catalogue, P: Register, N: Newcomers>(
    stores: Stores<'_, I, C, P, N>,
    key: &EventKey,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let (again, why) = match stores.intake.event(key).await {
        Ok(Some(KnownEvent::Waits(event))) => match deal(stores, &event, now).await {
            Ok(_) => return Ok(()),
            Err(StoreError::Unreadable { what, why }) => {
                (next_try(event.received_at, now), format!("{what}: {why}"))
            }
            // Nothing but a change of ours will make the store take it.
            Err(StoreError::Refused(why)) => (next_try(event.received_at, now), why),
            Err(error @ StoreError::Unavailable(_)) => return Err(error),
        },
        Ok(Some(KnownEvent::Done(_)) | None) => return Ok(()),
        Err(StoreError::Unreadable { why, .. }) => (None, why),
        Err(error @ (StoreError::Unavailable(_) | StoreError::Refused(_))) => return Err(error),
    };
    tracing::error!(webhook.source = %key.source, reason = why, "an event cannot be dealt with");
    stores.intake.park_event(key, again, &unreadable(key, &why, now)).await
}

/// An event that cannot be dealt with.
pub(crate) fn unreadable(key: &EventKey, why: &str, now: DateTime<Utc>) -> WorkItem {
    let EventKey { source, id } = key;
    WorkItem {
        id: WorkId::for_cause(&["unreadable event", source.as_str(), id.as_str()]),
        kind: WorkKind::Unreadable,
        since: now,
        summary: format!(
            "The event {id} from “{source}” could not be dealt with, because of a fault here: {why}. Ask support to mend it, and look whether its booking or referral is as it \
             should be."
        ),
        enrolment: None,
        program: None,
        patient: None,
        site: None,
        same_as: Vec::new(),
        reply: None,
    }
}

/// The record of an event that was dealt with.
fn recorded(waiting: &WaitingEvent, result: EventResult) -> RecordedEvent {
    RecordedEvent {
        key: waiting.key.clone(),
        fingerprint: waiting.fingerprint.clone(),
        received_at: waiting.received_at,
        request_id: waiting.request_id.clone(),
        result,
    }
}

/// Whether what an event lacks is not what it lacked when it was tried before.
fn is_news(waiting: &WaitingEvent, why: &[String]) -> bool {
    waiting.tried.as_ref().is_none_or(|before| before.remarks != why)
}

/// When an event that lacks something is tried again: soon at first, since somebody may be adding it
/// at this moment, and for two months. `None` when it is not any more.
fn next_try(received_at: DateTime<Utc>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let age = now - received_at;
    let wait = match age {
        age if age < Duration::hours(1) => Duration::minutes(10),
        age if age < Duration::days(7) => Duration::hours(1),
        age if age < Duration::days(60) => Duration::hours(6),
        _ => return None,
    };
    Some(now + wait)
}

/// What becomes of an event that lacks something, for whoever is to add it.
#[derive(Clone, Copy)]
struct Outlook<'a> {
    source: &'a Code,
    again: Option<DateTime<Utc>>,
}

impl fmt::Display for Outlook<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let source = self.source;
        match self.again {
            Some(_) => write!(
                f,
                "It is tried again by itself, within the hour in its first week and within six hours then, \
                 and at once when “{source}” sends it again."
            ),
            None => write!(
                f,
                "It is not tried again by itself any more: have “{source}” send it again."
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lacks_something_is_tried_again_ever_more_seldom_for_two_months() {
        let received = DateTime::UNIX_EPOCH;
        let cases = [
            (Duration::zero(), Some(Duration::minutes(10))),
            (Duration::minutes(59), Some(Duration::minutes(10))),
            (Duration::hours(1), Some(Duration::hours(1))),
            (Duration::days(7), Some(Duration::hours(6))),
            (Duration::days(60), None),
        ];
        for (age, wait) in cases {
            let now = received + age;
            assert_eq!(next_try(received, now), wait.map(|wait| now + wait), "{age}");
        }
    }
}
