//! What one channel does of a delivery: makes the message, and hands it to a provider.

use std::future::Future;

use chrono::{DateTime, Utc};
use domain::enrolment::{Facts, Recipient};
use domain::ledger::{Destination, LedgerKey, LedgerRow};
use domain::program::Medium;
use domain::repeat::Wording;
use domain::settings::Settings;
use domain::template::{Content, MergeValues};
use domain::text::Label;

use crate::ports::{SendError, StoreError};

/// A channel. Which patient gets what, and when, is decided by others; that nothing goes out twice
/// is seen to by [`Delivery`](super::Delivery).
pub trait Courier: Send + Sync {
    /// A message, ready to be handed over.
    type Message: Send + Sync;

    /// Makes the message of an action. `Ok(Err(why))` when it cannot be made for this patient: the
    /// action then fails, for that reason, which staff read.
    ///
    /// # Errors
    /// When something that is stored could not be read.
    fn compose(
        &self,
        composing: Composing<'_>,
    ) -> impl Future<Output = Result<Result<Self::Message, String>, StoreError>> + Send;

    /// Where a message goes, when its provider tells later what came of it.
    fn destination(message: &Self::Message) -> Option<Destination>;

    /// By what the text of a message is known again where it goes. `None` when nobody counts how often it goes there.
    fn wording(message: &Self::Message) -> Option<Wording>;

    /// Waits until its sender may send again. Before anything is reserved, and before the last look,
    /// so that nothing is decided early for it.
    fn turn(&self, message: &Self::Message) -> impl Future<Output = ()> + Send;

    /// Hands a message over and answers the provider's id for it. At most one request to a provider
    /// that cannot tell a repeat from another message: no retries.
    fn send(
        &self,
        key: &LedgerKey,
        message: &Self::Message,
    ) -> impl Future<Output = Result<String, SendError>> + Send;

    /// What is known of an attempt that was begun and has no outcome. Asked when it is old enough to
    /// be called unclear, so nobody can be working on it any more.
    ///
    /// # Errors
    /// When it could not be found out now.
    fn evidence(
        &self,
        row: &LedgerRow,
    ) -> impl Future<Output = Result<Evidence, StoreError>> + Send;
}

/// What a message is made of.
#[derive(Debug, Clone, Copy)]
pub struct Composing<'a> {
    /// The attempt.
    pub key: &'a LedgerKey,
    /// By what means it goes.
    pub medium: &'a Medium,
    /// To whom.
    pub to: &'a Recipient,
    /// What staff call its template.
    pub title: &'a Label,
    /// What its template says.
    pub content: &'a Content,
    /// What its tags stand for.
    pub values: &'a MergeValues,
    /// The program, patient, site and visit it is about.
    pub facts: Facts<'a>,
    /// What the practice is called.
    pub practice: &'a str,
    /// The practice's settings.
    pub settings: &'a Settings,
    /// The time of this look.
    pub now: DateTime<Utc>,
}

/// What is known of an attempt without an outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Evidence {
    /// The provider has it, under this id.
    Sent {
        /// The provider's id.
        provider_id: String,
    },
    /// The provider had it, and says that it did not arrive.
    NotArrived {
        /// Why.
        why: String,
    },
    /// It was not handed over, and that is certain.
    NotSent,
    /// Nothing: nobody knows whether it was.
    Nothing,
}
