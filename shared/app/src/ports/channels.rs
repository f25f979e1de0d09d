//! The ways out: queues, and the providers behind them.

use std::future::Future;

use domain::enrolment::Crowd;
use domain::ledger::LedgerKey;
use domain::phi::Phi;
use domain::phone::MobileNumber;
use domain::program::Carrier;
use domain::sender::SmsSender;

use super::Queue;

/// Points to a due action. What a queue message carries: ids and a count, never content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pointer {
    /// The attempt that is due.
    pub key: LedgerKey,
    /// Who carries it out, by which it has its queue.
    pub carrier: Carrier,
    /// How many others are due at the same instant.
    pub crowd: Crowd,
}

/// The queues of the channels.
pub trait Queues: Send + Sync {
    /// How many more messages a queue should be given now. What is given to a full one is still waiting in it
    /// when its lease runs out, and is queued again and again. A guess, by a number that lags; as many as
    /// there are when it cannot be found out, because to queue too much does no harm but costs.
    fn room(&self, queue: Queue) -> impl Future<Output = usize> + Send;
    /// Queues pointers of that queue and answers the positions of those that were not taken.
    fn send(&self, queue: Queue, pointers: &[Pointer]) -> impl Future<Output = Vec<usize>> + Send;
}

/// A message for the SMS provider.
#[derive(Debug, Clone)]
pub struct Sms {
    /// To whom.
    pub to: MobileNumber,
    /// Whom it comes from.
    pub sender: SmsSender,
    /// What it says.
    pub text: Phi<String>,
}

/// Why a message was not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SendError {
    /// Definitely not sent; another try may succeed.
    Transient(String),
    /// Definitely not sent, for what is wrong with the account and not with the message: nothing goes
    /// until an operator mends it.
    Barred(String),
    /// Definitely not sent; another try will not succeed.
    Permanent(String),
    /// It may have been sent.
    InDoubt(String),
}

/// The SMS provider. One call MUST be at most one request to the provider: no retries.
pub trait SmsGateway: Send + Sync {
    /// Waits until the sender of this message may send again: no provider is handed more than it
    /// takes.
    fn turn(&self, sms: &Sms) -> impl Future<Output = ()> + Send;

    /// Sends a message and answers the provider's id for it.
    fn send(&self, sms: &Sms) -> impl Future<Output = Result<String, SendError>> + Send;
}
