//! The ledger: one row for each time an action was attempted, skipped or failed.
//!
//! A row is written by a conditional write *before* the provider is called. Whoever does not win
//! that write does not send. No time, version or template is part of its key: a changed plan must
//! not make a second key for the same message.

use chrono::{DateTime, Utc};

use crate::email::EmailAddress;
use crate::ids::{ActionId, EnrolmentId, ReservationToken};
use crate::phone::MobileNumber;
use crate::program::Channel;
use crate::receipt::{Receipt, Told};
use crate::repeat::Wording;

/// How long a reservation may stand without an outcome before it is unclear.
pub const UNCLEAR_AFTER: chrono::Duration = chrono::Duration::minutes(15);

/// Names one attempt at one action of one cycle of one enrolment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LedgerKey {
    /// The enrolment.
    pub enrolment: EnrolmentId,
    /// The cycle, from 1.
    pub cycle: u16,
    /// The action.
    pub action: ActionId,
    /// The attempt, from 1. Only a definite “not sent” makes another one.
    pub attempt: u16,
}

/// One attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerRow {
    /// Which attempt.
    pub key: LedgerKey,
    /// How.
    pub channel: Channel,
    /// Where it goes, when its provider tells later what came of it: receipts and answers are found
    /// by that. `None` for a letter, and for what was never to be sent.
    pub to: Option<Destination>,
    /// By what its text is known again there.
    pub wording: Option<Wording>,
    /// When it was reserved, or decided without a reservation.
    pub opened_at: DateTime<Utc>,
    /// Where it stands.
    pub state: LedgerState,
    /// What the provider said became of it, once it has.
    pub receipt: Option<Receipt>,
}

impl LedgerRow {
    /// An outcome of this row, as its enrolment must hear it: that a message which was sent has failed,
    /// when it is known not to have arrived. An enrolment whose booking went and came back asks again.
    #[must_use]
    pub fn heard(&self, outcome: &Outcome) -> Outcome {
        match (outcome, self.receipt.map(|receipt| receipt.told)) {
            (Outcome::Sent { .. }, Some(Told::Failed(fault))) => {
                Outcome::Failed { why: fault.to_string() }
            }
            (
                Outcome::Sent { .. }
                | Outcome::NotSent { .. }
                | Outcome::Barred { .. }
                | Outcome::Skipped { .. }
                | Outcome::Failed { .. }
                | Outcome::Unclear { .. },
                Some(Told::Delayed | Told::Delivered | Told::Failed(_) | Told::Complained) | None,
            ) => outcome.clone(),
        }
    }
}

/// Where a message goes, by which receipts and answers name it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Destination {
    /// A mobile.
    Mobile(MobileNumber),
    /// A mailbox.
    Mailbox(EmailAddress),
}

/// Where an attempt stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LedgerState {
    /// Somebody may call the provider now. Without an outcome after [`UNCLEAR_AFTER`] nobody knows
    /// whether they did.
    Reserved {
        /// Who.
        owner: ReservationToken,
    },
    /// The outcome is known, or will never be.
    Settled {
        /// When.
        at: DateTime<Utc>,
        /// What.
        outcome: Outcome,
    },
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The provider accepted it.
    Sent {
        /// The provider's id for the message.
        provider_id: String,
    },
    /// It was not sent, and will be tried again as another attempt.
    NotSent {
        /// Why: a throttle, or a last look that found that it must wait.
        why: String,
    },
    /// It was not sent, because the provider takes nothing from this account at present. It will be
    /// tried again as another attempt, and counts as none.
    Barred {
        /// Why.
        why: String,
    },
    /// It was not sent, and this action is done.
    Skipped {
        /// Why.
        why: String,
    },
    /// It could not be sent.
    Failed {
        /// Why.
        why: String,
    },
    /// It may have been sent. Never sent again without evidence.
    Unclear {
        /// What is known.
        why: String,
    },
}

impl Outcome {
    /// The name used in the API and in storage.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Sent { .. } => "sent",
            Self::NotSent { .. } => "not_sent",
            Self::Barred { .. } => "barred",
            Self::Skipped { .. } => "skipped",
            Self::Failed { .. } => "failed",
            Self::Unclear { .. } => "unclear",
        }
    }
}
