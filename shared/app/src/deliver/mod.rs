//! Delivery of one due action: **reserve, look, send, record**.
//!
//! 1. Look: is the action still the one its enrolment waits for, and may it go?
//! 2. Reserve its row in the ledger by a conditional write. Who does not win does not send.
//! 3. Look again. A cancel or an opt-out that was committed before this look is seen by it; one
//!    that comes later finds the reservation. So no send follows a cancel that saw none.
//! 4. Call the provider, once, without retries.
//! 5. Record the outcome in the same row, then move the enrolment on.
//!
//! A crash anywhere leaves the enrolment in the due index, so it is brought up again: before the
//! reservation it starts over; after it the row tells what happened, or that nobody knows.

mod courier;
mod email;
mod invite;
mod letter;
mod look;
mod sms;
mod way_out;

use std::time::Duration;

use domain::enrolment::{Event, decide};
use domain::hold::{AddressHold, HoldCause};
use domain::ids::ReservationToken;
use domain::ledger::{Destination, LedgerKey, LedgerRow, LedgerState, Outcome, UNCLEAR_AFTER};

pub use self::courier::{Composing, Courier, Evidence};
pub use self::email::EmailCourier;
pub use self::letter::LetterCourier;
use self::look::{Look, Looking};
pub use self::sms::SmsCourier;
pub use self::way_out::WithWayOut;
use crate::ports::{
    AddressHolds, Bookings, Catalogue, Change, Clock, Enrolments, Here, Ids, People, Pointer,
    PracticeSettings, Reservation, SaveError, SendError, SentMessages, StoreError,
};
use crate::work::unreadable;

/// How often a decision is made anew when others write at the same time.
const TRIES: usize = 8;

/// What the delivery of a channel needs.
#[derive(Debug)]
pub struct Delivery<E, C, P, B, M, K, I, H> {
    /// Enrolments and their ledger.
    pub enrolments: E,
    /// Programs, templates, sites, booking types, and the practice's settings.
    pub catalogue: C,
    /// Patients.
    pub people: P,
    /// Bookings.
    pub bookings: B,
    /// The channel.
    pub courier: M,
    /// The clock.
    pub clock: K,
    /// Ids for reservations.
    pub ids: I,
    /// The tables at hand, which may be a copy that nothing is sent from.
    pub here: H,
    /// The practice's name, for `{{ practice.name }}`, until its settings say another.
    pub practice_name: String,
    /// The longest a call to the provider may take. Nothing is reserved with less time left.
    pub provider_timeout: Duration,
}

/// What came of a delivery. In each case the message that asked for it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivered {
    /// The provider accepted it.
    Sent,
    /// Somebody else has carried it out, and its enrolment goes on by what they recorded.
    Known,
    /// The action is no longer the one its enrolment waits for. Nothing was done.
    Stale,
    /// It failed for good: it cannot be sent, its provider refused it, or it was given up after all its attempts.
    Failed,
    /// It was decided not to send now: moved, skipped, held, or to be tried again later.
    NotSent,
    /// Somebody else has reserved it and has not said what came of it.
    Pending,
    /// All sending is on hold, or the tables are a copy. Nothing was done; the action stays due and is
    /// brought up again.
    Held,
}

/// Why a delivery could not be carried through. The message must come again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeliverError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Too little time is left to call the provider and record what it says.
    #[error("too little time is left in this invocation")]
    OutOfTime,
    /// The merge of the patient's record has not come to the enrolment yet.
    #[error(
        "the merge of the patient's record has not come here yet; was it cut off, ask for it again"
    )]
    Merging,
    /// Others write the same enrolment all the time.
    #[error("the enrolment is being changed by others all the time")]
    Contended,
}

/// Logs that a provider refused a message. The template counts those of which `refused` is `account`.
fn refused(row: &LedgerRow, what: &'static str, why: &str) {
    let channel = row.channel.as_str();
    tracing::warn!(enrolment.id = %row.key.enrolment, channel, refused = what, reason = %why, "the provider refused a message");
}

impl<E, C, P, B, M, K, I, H> Delivery<E, C, P, B, M, K, I, H>
where
    E: Enrolments + SentMessages,
    C: Catalogue + PracticeSettings,
    P: People + AddressHolds,
    B: Bookings,
    M: Courier,
    K: Clock,
    I: Ids,
    H: Here,
{
    /// Delivers the action a pointer names, if it is due. `time_left` is what remains of this
    /// invocation.
    ///
    /// # Errors
    /// When it could not be carried through; the message must come again.
    pub async fn deliver(
        &self,
        pointer: &Pointer,
        time_left: impl Fn() -> Duration + Send,
    ) -> Result<Delivered, DeliverError> {
        // On the heap: the whole of a delivery in one future is large.
        match Box::pin(self.try_deliver(pointer, time_left)).await {
            // Trying again will not help, and must not keep others from being read.
            Err(DeliverError::Store(StoreError::Unreadable { what, why })) => {
                let why = format!("{what}: {why}");
                let enrolment = pointer.key.enrolment.as_str();
                tracing::error!(reason = %why, "an enrolment cannot be delivered and is put on the work list");
                let work = unreadable(enrolment, &why, self.clock.now());
                self.enrolments.park(enrolment, &work).await?;
                Ok(Delivered::NotSent)
            }
            result => result,
        }
    }

    async fn try_deliver(
        &self,
        pointer: &Pointer,
        time_left: impl Fn() -> Duration + Send,
    ) -> Result<Delivered, DeliverError> {
        let key = &pointer.key;
        let (message, channel) = match self.look(key, Looking::First(pointer.crowd)).await? {
            Look::Stale => return Ok(Delivered::Stale),
            // Before anything is reserved, so that a hold uses up no attempts.
            Look::Held => return Ok(Delivered::Held),
            Look::Merging => {
                return match self.enrolments.row(key).await? {
                    Some(row) => self.follow(&row).await,
                    // It comes again until the merge has come to it; if that lasts, as a dead letter it tells.
                    None => Err(DeliverError::Merging),
                };
            }
            Look::Otherwise(change) => {
                // An attempt that was begun comes first, whatever is to happen now.
                return match self.enrolments.row(key).await? {
                    Some(row) => self.follow(&row).await,
                    None => self.carry_out(*change).await,
                };
            }
            Look::Repeats(address, change) => {
                return match self.enrolments.row(key).await? {
                    Some(row) => self.follow(&row).await,
                    None => self.break_loop(key, address, *change).await,
                };
            }
            // By what it is now: the program may have been saved since it was queued.
            Look::Go(message, channel) => (message, channel),
        };
        self.courier.turn(&message).await;
        if time_left() < self.provider_timeout * 2 {
            return Err(DeliverError::OutOfTime);
        }
        let owner = ReservationToken::new(self.ids.next());
        let row = LedgerRow {
            key: key.clone(),
            channel,
            to: M::destination(&message),
            wording: M::wording(&message),
            opened_at: self.clock.now(),
            state: LedgerState::Reserved { owner: owner.clone() },
            receipt: None,
        };
        match self.enrolments.reserve(&row).await? {
            Reservation::Won => self.send(&row, &owner).await,
            Reservation::Lost(existing) => self.follow(&existing).await,
        }
    }

    /// Stores a decision not to send now.
    async fn carry_out(&self, change: Change) -> Result<Delivered, DeliverError> {
        let failed = change.decision.has_failed();
        match self.enrolments.commit(&[change]).await {
            Ok(()) => Ok(if failed { Delivered::Failed } else { Delivered::NotSent }),
            Err(SaveError::Store(error)) => Err(error.into()),
            // The enrolment has moved on, or somebody has just begun this attempt.
            Err(SaveError::Stale | SaveError::Taken(_)) => Err(DeliverError::Contended),
        }
    }

    /// Holds the address, and then the enrolment. Should it end in between, the next look finds the hold and why.
    async fn break_loop(
        &self,
        key: &LedgerKey,
        address: Destination,
        change: Change,
    ) -> Result<Delivered, DeliverError> {
        // The template counts these by `stopped`.
        tracing::error!(enrolment.id = %key.enrolment, stopped = "repeated", "the same text has gone to one address too often; the address is held");
        let (since, cause) = (self.clock.now(), HoldCause::Repeated);
        self.people.hold_from_now(&AddressHold { address, since, cause }).await?;
        self.carry_out(change).await
    }

    /// Looks again, calls the provider and records what it said.
    async fn send(
        &self,
        row: &LedgerRow,
        owner: &ReservationToken,
    ) -> Result<Delivered, DeliverError> {
        let key = &row.key;
        let outcome = match self.look(key, Looking::Last).await {
            // Receipts are looked for where the row says it went.
            Ok(Look::Go(message, _)) if M::destination(&message) != row.to => {
                Outcome::NotSent { why: "the address changed at the last look".to_owned() }
            }
            Ok(Look::Go(message, _)) => match self.courier.send(key, &message).await {
                Ok(provider_id) => Outcome::Sent { provider_id },
                Err(SendError::Permanent(why)) => {
                    refused(row, "message", &why);
                    Outcome::Failed { why }
                }
                Err(SendError::Transient(why)) => {
                    refused(row, "for now", &why);
                    Outcome::NotSent { why }
                }
                Err(SendError::Barred(why)) => {
                    refused(row, "account", &why);
                    Outcome::Barred { why }
                }
                Err(SendError::InDoubt(why)) => {
                    tracing::warn!(enrolment.id = %key.enrolment, reason = %why, "the provider's answer is in doubt");
                    return self.wait_for_evidence(row).await;
                }
            },
            Ok(Look::Stale | Look::Otherwise(_) | Look::Repeats(..)) => {
                Outcome::NotSent { why: "changed at the last look".to_owned() }
            }
            Ok(Look::Held) => Outcome::NotSent { why: "all sending was put on hold".to_owned() },
            Ok(Look::Merging) => Outcome::NotSent { why: DeliverError::Merging.to_string() },
            // Nothing was sent, and that is certain: say so, rather than leave it unclear.
            Err(error) => {
                tracing::warn!(error = %error, "the last look failed");
                Outcome::NotSent { why: "the last look failed".to_owned() }
            }
        };
        self.settle(row, owner, &outcome).await
    }

    /// Records an outcome and moves the enrolment on.
    async fn settle(
        &self,
        row: &LedgerRow,
        owner: &ReservationToken,
        outcome: &Outcome,
    ) -> Result<Delivered, DeliverError> {
        match self.enrolments.settle(row, owner, self.clock.now(), outcome).await {
            Ok(()) => self.conclude(&row.key, outcome).await,
            // It was settled by somebody else just now; the next look will see how.
            Err(SaveError::Stale | SaveError::Taken(_)) => Err(DeliverError::Contended),
            Err(SaveError::Store(error)) => Err(error.into()),
        }
    }

    /// Somebody else was first: the row says what to do.
    async fn follow(&self, row: &LedgerRow) -> Result<Delivered, DeliverError> {
        match &row.state {
            LedgerState::Settled { outcome, .. } => {
                self.conclude(&row.key, &row.heard(outcome)).await?;
                Ok(Delivered::Known)
            }
            LedgerState::Reserved { owner } => {
                if self.clock.now() < row.opened_at + UNCLEAR_AFTER {
                    return self.wait_for_evidence(row).await;
                }
                let outcome = match self.courier.evidence(row).await? {
                    Evidence::Sent { provider_id } => Outcome::Sent { provider_id },
                    Evidence::NotArrived { why } => Outcome::Failed { why },
                    Evidence::NotSent => {
                        Outcome::NotSent { why: "a sender stopped before it was sent".to_owned() }
                    }
                    Evidence::Nothing => Outcome::Unclear {
                        why: "no outcome was recorded within 15 minutes".to_owned(),
                    },
                };
                self.settle(row, owner, &outcome).await
            }
        }
    }

    /// Brings the action up again when its reservation is old enough to be called unclear.
    async fn wait_for_evidence(&self, row: &LedgerRow) -> Result<Delivered, DeliverError> {
        let until = row.opened_at + UNCLEAR_AFTER;
        self.advance(&row.key, &Event::Pending(row.key.clone(), until)).await?;
        Ok(Delivered::Pending)
    }

    /// Moves the enrolment on after an outcome that is in the ledger.
    async fn conclude(
        &self,
        key: &LedgerKey,
        outcome: &Outcome,
    ) -> Result<Delivered, DeliverError> {
        let failed = self.advance(key, &Event::Attempted(key.clone(), outcome.clone())).await?;
        Ok(match outcome {
            Outcome::Sent { .. } => Delivered::Sent,
            Outcome::Failed { .. } => Delivered::Failed,
            Outcome::NotSent { .. }
            | Outcome::Barred { .. }
            | Outcome::Skipped { .. }
            | Outcome::Unclear { .. } => {
                if failed {
                    Delivered::Failed
                } else {
                    Delivered::NotSent
                }
            }
        })
    }

    /// Decides an event on the newest state, again and again until nobody else writes in between. Answers whether
    /// the message has failed for good by that.
    async fn advance(&self, key: &LedgerKey, event: &Event) -> Result<bool, DeliverError> {
        for _ in 0..TRIES {
            let Some(enrolment) = self.enrolments.enrolment(&key.enrolment).await? else {
                return Ok(false);
            };
            let situation = self.situation(enrolment).await?;
            let decision =
                decide(&situation.enrolment, situation.facts(), event.clone(), self.clock.now());
            let failed = decision.has_failed();
            let change = Change::new(Some(situation.enrolment), decision, &situation.bookings);
            match self.enrolments.commit(&[change]).await {
                Ok(()) => return Ok(failed),
                Err(SaveError::Stale | SaveError::Taken(_)) => {}
                Err(SaveError::Store(error)) => return Err(error.into()),
            }
        }
        Err(DeliverError::Contended)
    }
}
