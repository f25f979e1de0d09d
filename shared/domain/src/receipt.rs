//! Receipts: what a provider says became of a message it had accepted.
//!
//! They come late, twice and in any order. Of several the one that [outranks](Told::outranks) the
//! others counts, whichever came first; so none has to be waited for.

use std::fmt;

use chrono::{DateTime, Duration, Utc};

use crate::ledger::{LedgerRow, LedgerState, Outcome};
use crate::program::Channel;

/// How long a receipt may take. Without one by then it is unknown whether a message arrived.
pub const RECEIPT_WITHIN: Duration = Duration::hours(72);

/// A receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// When it happened, by the provider's clock.
    pub at: DateTime<Utc>,
    /// What.
    pub told: Told,
}

/// What a receipt tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// It has not arrived yet, and the provider goes on trying.
    Delayed,
    /// It arrived.
    Delivered,
    /// It did not arrive.
    Failed(Fault),
    /// It arrived, and its reader called it unwanted.
    Complained,
}

/// Why a message did not arrive. What a provider writes besides can name the patient's address, so
/// its own words are not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// There is no such mailbox, or no such number.
    NoSuchAddress,
    /// The address is on a list of those that nothing is sent to: it failed before, its owner
    /// complained or opted out.
    Listed,
    /// The carrier, or the phone itself, blocks it.
    Blocked,
    /// The receiver did not want this text or this attachment.
    ContentRefused,
    /// The provider would not send it: a virus, or its price.
    NotSent,
    /// The provider could not make it of its template.
    NotMade,
    /// The mailbox is full.
    MailboxFull,
    /// It is too large for the receiver.
    TooLarge,
    /// The phone or its carrier could not be reached.
    OutOfReach,
    /// It came back, and the provider cannot make out why.
    Undetermined,
    /// The provider does not say.
    Unknown,
}

/// What to think of a failure of a message that was said to have arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weight {
    /// The message arrived: this is an automatic answer, such as of somebody who is out of office. A
    /// provider takes these for failures without a reason.
    Slight,
    /// The message did not arrive, though it may another time: a mail server may accept a message
    /// first, and find only then that it is too large, or the mailbox full.
    Soft,
    /// It did not arrive, and another one would not.
    Hard,
    /// The provider sends nothing there any more, which says more than why one message failed.
    Barred,
}

impl Fault {
    /// Every fault.
    pub const ALL: [Self; 11] = [
        Self::NoSuchAddress,
        Self::Listed,
        Self::Blocked,
        Self::ContentRefused,
        Self::NotSent,
        Self::NotMade,
        Self::MailboxFull,
        Self::TooLarge,
        Self::OutOfReach,
        Self::Undetermined,
        Self::Unknown,
    ];

    /// The name used in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoSuchAddress => "no_such_address",
            Self::Listed => "listed",
            Self::Blocked => "blocked",
            Self::ContentRefused => "content_refused",
            Self::NotSent => "not_sent",
            Self::NotMade => "not_made",
            Self::MailboxFull => "mailbox_full",
            Self::TooLarge => "too_large",
            Self::OutOfReach => "out_of_reach",
            Self::Undetermined => "undetermined",
            Self::Unknown => "unknown",
        }
    }

    /// The fault of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fault| fault.as_str() == text)
    }

    /// Whether nothing arrives at that address, whoever writes what: it is written to no more until it
    /// is corrected.
    pub const fn is_of_the_address(self) -> bool {
        match self {
            Self::NoSuchAddress | Self::Listed => true,
            Self::Blocked
            | Self::ContentRefused
            | Self::NotSent
            | Self::NotMade
            | Self::MailboxFull
            | Self::TooLarge
            | Self::OutOfReach
            | Self::Undetermined
            | Self::Unknown => false,
        }
    }

    /// What it is beside a “delivered”. What came back for a reason nobody could make out counts: to
    /// ask a person about an automatic answer that was not known for one does less harm than to miss
    /// that a message never arrived.
    const fn weight(self) -> Weight {
        match self {
            Self::NoSuchAddress | Self::Blocked | Self::NotSent | Self::NotMade => Weight::Hard,
            Self::Listed => Weight::Barred,
            Self::ContentRefused | Self::MailboxFull | Self::TooLarge | Self::Undetermined => {
                Weight::Soft
            }
            Self::OutOfReach | Self::Unknown => Weight::Slight,
        }
    }
}

/// As a part of a sentence of the history: “it did not arrive: …”.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoSuchAddress => "there is no such address or number, or it takes no messages",
            Self::Listed => "the provider sends nothing to this address any more",
            Self::Blocked => "the carrier or the phone blocks it",
            Self::ContentRefused => "the receiver refused what it says",
            Self::NotSent => "the provider refused to send it",
            Self::NotMade => "the provider could not make it",
            Self::MailboxFull => "the mailbox is full",
            Self::TooLarge => "it is too large for the receiver",
            Self::OutOfReach => "the phone could not be reached",
            Self::Undetermined => "it came back, and the provider cannot make out why",
            Self::Unknown => "the provider could not deliver it and does not say why",
        })
    }
}

impl Told {
    /// Whether it tells that a message did not arrive, and will not.
    pub const fn is_failure(self) -> bool {
        match self {
            Self::Failed(_) => true,
            Self::Delayed | Self::Delivered | Self::Complained => false,
        }
    }

    /// Every name of [`as_str`](Self::as_str).
    pub const NAMES: [&'static str; 4] = ["delayed", "delivered", "undelivered", "complained"];

    /// The name used in the API and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Delayed => "delayed",
            Self::Delivered => "delivered",
            Self::Failed(_) => "undelivered",
            Self::Complained => "complained",
        }
    }

    const fn rank(self) -> u8 {
        match self {
            Self::Delayed => 0,
            Self::Failed(fault) => match fault.weight() {
                Weight::Slight => 1,
                Weight::Soft => 3,
                Weight::Hard => 4,
                Weight::Barred => 5,
            },
            Self::Delivered => 2,
            // Who complains of a message has it.
            Self::Complained => 6,
        }
    }

    /// Whether this counts, and not what was told before. The same, told again, does not.
    ///
    /// ```
    /// use domain::receipt::{Fault, Told};
    /// let (full, away) = (Told::Failed(Fault::MailboxFull), Told::Failed(Fault::Unknown));
    /// assert!(full.outranks(Told::Delivered) && !Told::Delivered.outranks(full));
    /// assert!(Told::Delivered.outranks(away) && !away.outranks(Told::Delivered));
    /// assert!(!full.outranks(full));
    /// ```
    #[must_use]
    pub const fn outranks(self, before: Self) -> bool {
        self.rank() > before.rank()
    }
}

/// What a receipt is to the row it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// It counts: the row as it must be from now on. A receipt is the evidence that the provider
    /// accepted the message, of a row that has no outcome yet or an unclear one, and of one that says
    /// that it was not sent: a provider may answer that it failed when it has taken the message.
    News(LedgerRow),
    /// What is known already counts.
    Known,
    /// It is about another message than the one this row is about.
    Another,
}

/// What a receipt that came at `now`, for the message that its provider calls `provider_id`, is to
/// the row it is about.
pub fn hear(row: &LedgerRow, provider_id: &str, receipt: Receipt, now: DateTime<Utc>) -> Heard {
    let accepted = || {
        let outcome = Outcome::Sent { provider_id: provider_id.to_owned() };
        LedgerState::Settled { at: now, outcome }
    };
    let state = match &row.state {
        LedgerState::Reserved { .. }
        | LedgerState::Settled {
            outcome: Outcome::Unclear { .. } | Outcome::NotSent { .. } | Outcome::Barred { .. },
            ..
        } => accepted(),
        LedgerState::Settled { outcome: Outcome::Sent { provider_id: known }, .. }
            if known != provider_id =>
        {
            return Heard::Another;
        }
        // What is finished stays finished; the receipt is shown beside it.
        LedgerState::Settled {
            outcome: Outcome::Sent { .. } | Outcome::Skipped { .. } | Outcome::Failed { .. },
            ..
        } => row.state.clone(),
    };
    if row.receipt.is_some_and(|known| !receipt.told.outranks(known.told)) && state == row.state {
        return Heard::Known;
    }
    Heard::News(LedgerRow { state, receipt: Some(receipt), ..row.clone() })
}

/// Whether a message that was sent has arrived, as far as anybody knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// A receipt has come.
    Told(Receipt),
    /// None has come yet.
    Waiting,
    /// None has come in time.
    Unknown,
}

impl Arrival {
    /// Every name of [`as_str`](Self::as_str).
    pub const NAMES: [&'static str; 6] =
        ["waiting", "delayed", "delivered", "undelivered", "complained", "unknown"];

    /// Whether the message of a row has arrived, at `now`; `None` when it was not sent, or by no
    /// channel that has receipts.
    pub fn of(row: &LedgerRow, now: DateTime<Utc>) -> Option<Self> {
        if let Some(receipt) = row.receipt {
            return Some(match receipt.told {
                Told::Delayed if now >= receipt.at + RECEIPT_WITHIN => Self::Unknown,
                Told::Delayed | Told::Delivered | Told::Failed(_) | Told::Complained => {
                    Self::Told(receipt)
                }
            });
        }
        let LedgerState::Settled { at, outcome: Outcome::Sent { .. } } = &row.state else {
            return None;
        };
        match row.channel {
            Channel::Sms | Channel::Email if now < *at + RECEIPT_WITHIN => Some(Self::Waiting),
            Channel::Sms | Channel::Email => Some(Self::Unknown),
            Channel::Letter => None,
        }
    }

    /// The name used in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Told(receipt) => receipt.told.as_str(),
            Self::Waiting => "waiting",
            Self::Unknown => "unknown",
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ulid::Ulid;

    use super::*;
    use crate::ids::{ActionId, EnrolmentId};
    use crate::ledger::LedgerKey;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn every_told() -> Vec<Told> {
        let failed = Fault::ALL.map(Told::Failed);
        [Told::Delayed, Told::Delivered, Told::Complained].into_iter().chain(failed).collect()
    }

    #[test]
    fn names_are_read_back_and_no_two_are_the_same() {
        for fault in Fault::ALL {
            assert_eq!(Fault::parse(fault.as_str()), Some(fault));
        }
        assert_eq!(Fault::parse("delivered"), None);
        for told in every_told() {
            assert!(Told::NAMES.contains(&told.as_str()));
            let receipt = Receipt { at: at("2026-11-22T08:00:00Z"), told };
            assert!(Arrival::NAMES.contains(&Arrival::Told(receipt).as_str()));
        }
    }

    proptest! {
        #[test]
        fn whatever_the_order_and_however_often_the_same_receipt_counts(
            receipts in prop::collection::vec(prop::sample::select(every_told()), 1..8)
                .prop_flat_map(|told| (Just(told.clone()), Just(told).prop_shuffle())),
        ) {
            let keep = |kept: Told, told: &Told| if told.outranks(kept) { *told } else { kept };
            let last = |all: &[Told]| all.iter().fold(Told::Delayed, keep);
            let (told, shuffled) = receipts;
            prop_assert_eq!(last(&told).rank(), last(&shuffled).rank());
            let twice = told.iter().fold(last(&told), keep);
            prop_assert_eq!(twice, last(&told));
        }
    }

    #[test]
    fn without_a_receipt_a_message_waits_for_three_days_and_then_nobody_knows() {
        let sent = Outcome::Sent { provider_id: "m-1".to_owned() };
        let failed = Outcome::Failed { why: "refused".to_owned() };
        let delivered = Receipt { at: at("2026-11-22T08:01:00Z"), told: Told::Delivered };
        let delayed = Receipt { at: at("2026-11-23T08:00:00Z"), told: Told::Delayed };
        for (channel, outcome, receipt, now, expected) in [
            (Channel::Sms, &sent, None, "2026-11-25T07:59:59Z", Some("waiting")),
            (Channel::Sms, &sent, None, "2026-11-25T08:00:00Z", Some("unknown")),
            (Channel::Email, &sent, None, "2026-11-22T08:00:00Z", Some("waiting")),
            (Channel::Letter, &sent, None, "2026-11-22T08:00:00Z", None),
            (Channel::Sms, &failed, None, "2026-11-22T08:00:00Z", None),
            (Channel::Sms, &sent, Some(delivered), "2027-11-22T08:00:00Z", Some("delivered")),
            (Channel::Email, &sent, Some(delayed), "2026-11-26T07:59:59Z", Some("delayed")),
            (Channel::Email, &sent, Some(delayed), "2026-11-26T08:00:00Z", Some("unknown")),
        ] {
            let row = LedgerRow {
                key: LedgerKey {
                    enrolment: EnrolmentId::new(Ulid::from_parts(0, 1)),
                    cycle: 1,
                    action: ActionId::new(Ulid::from_parts(0, 2)),
                    attempt: 1,
                },
                channel,
                to: None,
                wording: None,
                opened_at: at("2026-11-22T08:00:00Z"),
                state: LedgerState::Settled {
                    at: at("2026-11-22T08:00:00Z"),
                    outcome: outcome.clone(),
                },
                receipt,
            };
            let arrival = Arrival::of(&row, at(now)).map(Arrival::as_str);
            assert_eq!(arrival, expected, "{channel:?} {outcome:?} at {now}");
        }
    }
}
