//! Answers of patients to text messages: what each of them means, and what that does.
//!
//! An answer is handed over at least once. It is known by the provider's id for it, and is stored with
//! everything it changes; so one that comes again changes nothing, and one whose receiver died is
//! decided anew.

mod answered;
mod case;
mod consider;
mod list;
mod stop;
mod visit;
mod work;

use chrono::{DateTime, Utc};
use domain::phi::Phi;
use domain::reply::{Meaning, Origin};
use domain::text::ExternalId;

pub use self::list::{Point, Series, Values, replies, series};
use crate::ports::{
    AddressHolds, Bookings, Catalogue, EnrolmentReader, Register, Replies, SaveError, SentMessages,
    StoreError,
};

/// How often an answer is decided anew when others write at the same time.
const TRIES: usize = 8;

/// An answer, as the provider hands it over.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// The provider's id for it, the same however often it is handed over.
    pub id: ExternalId,
    /// When it came.
    pub at: DateTime<Utc>,
    /// From whom.
    pub from: Origin,
    /// To which number of the practice, as the provider writes it.
    pub to: String,
    /// What it says.
    pub text: Phi<String>,
    /// The provider's id of the message it answers, should the provider know.
    pub answers: Option<String>,
}

/// What became of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It is dealt with. This is what it means.
    Done(Meaning),
    /// It came before. Nothing was changed now.
    Duplicate,
}

/// What the use case needs.
#[derive(Debug)]
pub struct Receiver<R, S, C, P, E, B> {
    /// Answers.
    pub replies: R,
    /// What was sent, by number.
    pub sent: S,
    /// Programs and sites.
    pub catalogue: C,
    /// Patients, and the numbers on hold.
    pub people: P,
    /// Enrolments.
    pub enrolments: E,
    /// Bookings.
    pub bookings: B,
}

impl<R, S, C, P, E, B> Receiver<R, S, C, P, E, B>
where
    R: Replies,
    S: SentMessages,
    C: Catalogue,
    P: Register + AddressHolds,
    E: EnrolmentReader,
    B: Bookings,
{
    /// Takes an answer in.
    ///
    /// # Errors
    /// When a store fails; the answer must come again.
    pub async fn take(&self, incoming: &Incoming) -> Result<Taken, StoreError> {
        for _ in 0..TRIES {
            if self.replies.reply(&incoming.id).await?.is_some() {
                return Ok(Taken::Duplicate);
            }
            let change = Box::pin(self.consider(incoming)).await?;
            match self.replies.commit(&change).await {
                Ok(()) => return Ok(Taken::Done(change.reply.meaning)),
                Err(SaveError::Store(error)) => return Err(error),
                // Somebody else was first: decide again on what is now.
                Err(SaveError::Stale | SaveError::Taken(_)) => {}
            }
        }
        Err(StoreError::Unavailable("what the answer is about is being changed".to_owned()))
    }
}
