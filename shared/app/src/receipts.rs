//! A receipt has come: what it says is kept with the attempt it is about, and its enrolment hears of
//! it in the same transaction, so that nothing is done twice or by halves whenever this dies.
//!
//! Twice, late, or for a message that is none of ours, it changes nothing.

use std::ops::RangeInclusive;

use chrono::{DateTime, Duration, Utc};
use domain::enrolment::{Event, decide};
use domain::ids::EnrolmentId;
use domain::ledger::{Destination, LedgerKey, LedgerRow};
use domain::patient::{BY_MAIL_PROVIDER, BouncedEmail, Choice, Evidence};
use domain::phi::Phi;
use domain::program::{Channel, Purpose};
use domain::receipt::{Heard, Receipt, Told, hear};

use crate::catalogue::ChangeError;
use crate::people::{ConsentDraft, Witness, record_bounce, record_consents, survivor};
use crate::ports::{
    Bookings, Catalogue, Change, Clock, Enrolments, People, Receipts, SaveError, SentMessages,
    StoreError, Stray, Strays, UnclearMessages,
};
use crate::situation::Situation;

/// How often a decision is made anew when others write at the same time.
const TRIES: usize = 8;

/// How long after its reservation a message is handed over at most: no sender lives longer.
const HANDED_OVER_WITHIN: Duration = Duration::seconds(30);

/// How far our clock and the provider's may be apart.
const SKEW: Duration = Duration::seconds(2);

/// How long before a message was handed over its outcome can have been recorded, as the two clocks
/// have it. Generous: the provider's id tells which message it is.
const RECORDED_SINCE: Duration = Duration::minutes(15);

/// Most messages to one address among which one is looked for.
const MOST: usize = 200;

/// A receipt, and which message it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// Which message.
    pub about: About,
    /// The provider's id for it.
    pub provider_id: String,
    /// What became of it.
    pub receipt: Receipt,
}

impl News {
    /// By which channel the message went. Its attempt is written on emails only: a text message has no room for it.
    pub const fn channel(&self) -> Channel {
        match &self.about {
            About::Attempt(_) | About::Message { to: Destination::Mailbox(_), .. } => {
                Channel::Email
            }
            About::Message { to: Destination::Mobile(_), .. } => Channel::Sms,
        }
    }
}

/// How a provider names a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// By the attempt, which was written on it.
    Attempt(LedgerKey),
    /// By where it went, and when it was handed over.
    Message {
        /// Where.
        to: Destination,
        /// When, by the provider's clock.
        handed_over_at: DateTime<Utc>,
    },
}

/// What a receipt did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    /// It is kept.
    Kept,
    /// It came before, or something that counts more did. Nothing was changed.
    Known,
    /// It is about no message of ours. Nothing was changed.
    NotOurs,
    /// No message is known under its id. It is kept as a stray: the message may be one whose outcome
    /// is still to be recorded, so it is worth looking again.
    Stray,
}

/// Why a receipt could not be received. It must come again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReceiveError {
    /// The store failed, or something the enrolment needs cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What the patient chose, or that their address is wrong, could not be written down.
    #[error("what it says of the patient could not be written down: {0}")]
    Patient(#[from] ChangeError),
    /// Others write the same enrolment all the time.
    #[error("the enrolment is being changed by others all the time")]
    Contended,
}

/// What receiving needs.
#[derive(Debug)]
pub struct Receiving<E, S, T, C, P, B, K> {
    /// Enrolments and their ledger.
    pub enrolments: E,
    /// What was sent, and what may have been.
    pub sent: S,
    /// Receipts that are about nothing known.
    pub strays: T,
    /// Programs, sites and booking types.
    pub catalogue: C,
    /// Patients.
    pub people: P,
    /// Bookings.
    pub bookings: B,
    /// The clock.
    pub clock: K,
}

impl<E, S, T, C, P, B, K> Receiving<E, S, T, C, P, B, K>
where
    E: Enrolments + Receipts,
    S: SentMessages + UnclearMessages,
    T: Strays,
    C: Catalogue,
    P: People,
    B: Bookings,
    K: Clock,
{
    /// Receives one.
    ///
    /// # Errors
    /// When it could not be carried through; it must come again.
    pub async fn receive(&self, news: &News) -> Result<Received, ReceiveError> {
        let key = match &news.about {
            About::Attempt(key) => key.clone(),
            About::Message { to, handed_over_at } => {
                match self.find(to, *handed_over_at, &news.provider_id).await? {
                    Some(key) => key,
                    None => return self.keep_stray(to, *handed_over_at, news).await,
                }
            }
        };
        for _ in 0..TRIES {
            let Some(row) = self.enrolments.row(&key).await? else {
                return Ok(Received::NotOurs);
            };
            match hear(&row, &news.provider_id, news.receipt, self.clock.now()) {
                Heard::Known => return Ok(Received::Known),
                Heard::Another => return Ok(Received::NotOurs),
                Heard::News(after) => match self.keep(&row, &after, news.receipt).await {
                    Ok(()) => return Ok(Received::Kept),
                    Err(KeepError::Changed) => {}
                    Err(KeepError::Failed(error)) => return Err(error),
                },
            }
        }
        Err(ReceiveError::Contended)
    }

    /// The attempt by which a message went. One that may have been sent is it, when no other can be.
    async fn find(
        &self,
        to: &Destination,
        handed_over_at: DateTime<Utc>,
        provider_id: &str,
    ) -> Result<Option<LedgerKey>, StoreError> {
        let sent = self.sent.sent_to(to, handed_over_at - RECORDED_SINCE, MOST).await?;
        if let Some(sent) = sent.into_iter().find(|sent| sent.provider_id == provider_id) {
            return Ok(Some(sent.key));
        }
        let reserved = handed_over_at - HANDED_OVER_WITHIN..=handed_over_at + SKEW;
        Ok(the_only(self.sent.unclear_to(to, reserved).await?))
    }

    async fn keep_stray(
        &self,
        to: &Destination,
        handed_over_at: DateTime<Utc>,
        news: &News,
    ) -> Result<Received, ReceiveError> {
        let (to, provider_id) = (to.clone(), news.provider_id.clone());
        let stray = Stray { to, handed_over_at, provider_id, receipt: news.receipt };
        self.strays.keep_stray(&stray).await?;
        Ok(Received::Stray)
    }

    async fn keep(
        &self,
        before: &LedgerRow,
        after: &LedgerRow,
        receipt: Receipt,
    ) -> Result<(), KeepError> {
        // First: should this die in between, the receipt comes again and is news still.
        match (receipt.told, &before.to) {
            (Told::Complained, _) => self.withdraw(&before.key.enrolment, before.channel).await?,
            (Told::Failed(fault), Some(Destination::Mailbox(address)))
                if fault.is_of_the_address() =>
            {
                let bounced = BouncedEmail { address: address.clone(), at: receipt.at };
                self.mark(&before.key.enrolment, &bounced).await?;
            }
            (Told::Delayed | Told::Delivered | Told::Failed(_), _) => {}
        }
        let change = match Event::of_receipt(before, after) {
            Some(event) => self.change(&before.key.enrolment, event).await?,
            None => None,
        };
        match self.enrolments.keep(before, after, change.as_ref()).await {
            Ok(()) => Ok(()),
            Err(SaveError::Stale | SaveError::Taken(_)) => Err(KeepError::Changed),
            Err(SaveError::Store(error)) => Err(error.into()),
        }
    }

    /// What an event does to an enrolment; `None` when there is nothing it could do anything to.
    async fn change(&self, id: &EnrolmentId, event: Event) -> Result<Option<Change>, StoreError> {
        let Some(enrolment) = self.enrolments.enrolment(id).await? else { return Ok(None) };
        if !enrolment.is_open() && self.catalogue.program(&enrolment.program).await?.is_none() {
            tracing::info!(enrolment.id = %id, "a receipt for an enrolment whose program is deleted");
            return Ok(None);
        }
        let read = Situation::read(&self.catalogue, &self.people, &self.bookings, enrolment);
        let situation = read.await?;
        let now = self.clock.now();
        let decision = decide(&situation.enrolment, situation.facts(), event, now);
        Ok(Some(Change::new(Some(situation.enrolment), decision, &situation.bookings)))
    }

    /// No other program writes to that address until another one is written down.
    async fn mark(&self, id: &EnrolmentId, bounced: &BouncedEmail) -> Result<(), ReceiveError> {
        let Some(enrolment) = self.enrolments.enrolment(id).await? else { return Ok(()) };
        let Some(patient) = survivor(&self.people, &enrolment.patient).await? else {
            return Ok(());
        };
        match record_bounce(&self.people, &patient.id, bounced).await {
            Ok(_) | Err(ChangeError::NotFound(_)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Who complains wants no commercial messages by this channel, whatever they agreed to before.
    /// What is care goes on: nobody opts out of it by a button of their mail program.
    async fn withdraw(&self, id: &EnrolmentId, channel: Channel) -> Result<(), ReceiveError> {
        let Some(enrolment) = self.enrolments.enrolment(id).await? else { return Ok(()) };
        let Some(patient) = survivor(&self.people, &enrolment.patient).await? else {
            return Ok(());
        };
        let how = Evidence::parse("told their mail provider that a message of ours was unwanted")
            .expect("it is a short text");
        let (purpose, choice, how) = (Purpose::Commercial, Choice::Withdrawn, Phi::new(how));
        let witness = Witness { by: BY_MAIL_PROVIDER.to_owned(), at: self.clock.now() };
        let choice = ConsentDraft { channel, purpose, choice, how };
        match record_consents(&self.people, &patient.id, &[choice], &witness).await {
            Ok(_) | Err(ChangeError::NotFound(_)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

/// Why a receipt was not kept.
enum KeepError {
    /// What it was decided on has changed meanwhile.
    Changed,
    /// It failed.
    Failed(ReceiveError),
}

impl<T: Into<ReceiveError>> From<T> for KeepError {
    fn from(error: T) -> Self {
        Self::Failed(error.into())
    }
}

/// When a message must have been handed over, to be one that was reserved at that time.
pub(crate) fn handed_over(reserved_at: DateTime<Utc>) -> RangeInclusive<DateTime<Utc>> {
    reserved_at - SKEW..=reserved_at + HANDED_OVER_WITHIN
}

/// The stray that tells what became of an attempt without an outcome: the only one that went there
/// at that time and is of no other message.
///
/// # Errors
/// When a store failed.
pub(crate) async fn stray_of(
    row: &LedgerRow,
    strays: &impl Strays,
    sent: &impl SentMessages,
) -> Result<Option<Stray>, StoreError> {
    let Some(to) = &row.to else { return Ok(None) };
    let mut found = strays.strays_to(to, handed_over(row.opened_at)).await?;
    if found.is_empty() {
        return Ok(None);
    }
    let others = sent.sent_to(to, row.opened_at - RECORDED_SINCE, MOST).await?;
    found.retain(|stray| !others.iter().any(|other| other.provider_id == stray.provider_id));
    Ok(the_only(found))
}

fn the_only<T>(mut all: Vec<T>) -> Option<T> {
    let only = all.pop();
    only.filter(|_| all.is_empty())
}
