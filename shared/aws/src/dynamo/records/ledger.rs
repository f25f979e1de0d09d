//! Rows of the ledger, and notes.
//!
//! A row's `state`, `owner` and receipt stand at the item's top level, because conditions name them.

use chrono::{DateTime, Utc};
use domain::email::EmailAddress;
use domain::enrolment::{Note, NoteEvent};
use domain::ids::{ActionId, EnrolmentId, ReservationToken};
use domain::ledger::{Destination, LedgerKey, LedgerRow, LedgerState, Outcome};
use domain::phone::MobileNumber;
use domain::program::Channel;
use domain::receipt::{Fault, Receipt, Told};
use domain::repeat::Wording;
use serde::{Deserialize, Serialize};

use super::actor::ActorData;
use super::{BadRecord, Field};

/// What a row's `data` holds when it is opened. Never changed afterwards.
#[derive(Serialize, Deserialize)]
pub(crate) struct RowData {
    enrolment: EnrolmentId,
    cycle: u16,
    action: ActionId,
    attempt: u16,
    channel: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    wording: Option<String>,
    opened_at: DateTime<Utc>,
}

const MOBILE: &str = "mobile#";
const MAILBOX: &str = "mailbox#";

/// A destination, as it is stored and as the index names it.
pub(crate) fn destination_key(to: &Destination) -> String {
    match to {
        Destination::Mobile(number) => format!("{MOBILE}{}", number.e164()),
        Destination::Mailbox(address) => format!("{MAILBOX}{}", address.as_str()),
    }
}

pub(crate) fn read_destination(stored: &str) -> Option<Destination> {
    if let Some(number) = stored.strip_prefix(MOBILE) {
        return MobileNumber::from_e164(number).ok().map(Destination::Mobile);
    }
    let address = stored.strip_prefix(MAILBOX)?;
    EmailAddress::parse(address).ok().map(Destination::Mailbox)
}

impl From<&LedgerRow> for RowData {
    fn from(row: &LedgerRow) -> Self {
        Self {
            enrolment: row.key.enrolment.clone(),
            cycle: row.key.cycle,
            action: row.key.action.clone(),
            attempt: row.key.attempt,
            channel: row.channel.as_str().to_owned(),
            to: row.to.as_ref().map(destination_key),
            wording: row.wording.as_ref().map(|wording| wording.as_str().to_owned()),
            opened_at: row.opened_at,
        }
    }
}

impl RowData {
    /// The row, with the state and the receipt that its item's top level tells.
    pub(crate) fn with_state(
        self,
        state: LedgerState,
        receipt: Option<Receipt>,
    ) -> Result<LedgerRow, BadRecord> {
        Ok(LedgerRow {
            key: LedgerKey {
                enrolment: self.enrolment,
                cycle: self.cycle,
                action: self.action,
                attempt: self.attempt,
            },
            channel: Channel::parse(&self.channel).field("channel")?,
            to: match &self.to {
                Some(stored) => Some(read_destination(stored).field("to")?),
                None => None,
            },
            wording: match &self.wording {
                Some(stored) => Some(Wording::parse(stored).field("wording")?),
                None => None,
            },
            opened_at: self.opened_at,
            state,
            receipt,
        })
    }
}

/// The state that the attributes at the item's top level tell.
pub(crate) fn outcome(
    state: &str,
    owner: Option<String>,
    settled_at: Option<String>,
    detail: Option<String>,
) -> Result<LedgerState, BadRecord> {
    if state == "reserved" {
        let owner = ReservationToken::parse(&owner.unwrap_or_default()).field("owner")?;
        return Ok(LedgerState::Reserved { owner });
    }
    let detail = detail.unwrap_or_default();
    let outcome = match state {
        "sent" => Outcome::Sent { provider_id: detail },
        "not_sent" => Outcome::NotSent { why: detail },
        "barred" => Outcome::Barred { why: detail },
        "skipped" => Outcome::Skipped { why: detail },
        "failed" => Outcome::Failed { why: detail },
        "unclear" => Outcome::Unclear { why: detail },
        _ => None.field("state")?,
    };
    let at = settled_at.unwrap_or_default().parse().field("settled_at")?;
    Ok(LedgerState::Settled { at, outcome })
}

/// The receipt that the attributes at the item's top level tell; none, where there is none.
pub(crate) fn receipt(
    told: Option<&str>,
    at: Option<&str>,
    fault: Option<&str>,
) -> Result<Option<Receipt>, BadRecord> {
    let told = match told {
        None => return Ok(None),
        Some("delayed") => Told::Delayed,
        Some("delivered") => Told::Delivered,
        Some("undelivered") => Told::Failed(fault.and_then(Fault::parse).field("fault")?),
        Some("complained") => Told::Complained,
        Some(_) => None.field("receipt")?,
    };
    let at = at.unwrap_or_default().parse().field("receipt_at")?;
    Ok(Some(Receipt { at, told }))
}

#[derive(Serialize, Deserialize)]
pub(crate) struct NoteData {
    at: DateTime<Utc>,
    event: String,
    text: String,
    #[serde(default)]
    by: ActorData,
}

impl From<&Note> for NoteData {
    fn from(note: &Note) -> Self {
        Self {
            at: note.at,
            event: note.event.as_str().to_owned(),
            text: note.text.clone(),
            by: (&note.by).into(),
        }
    }
}

impl TryFrom<NoteData> for Note {
    type Error = BadRecord;

    fn try_from(data: NoteData) -> Result<Self, BadRecord> {
        let event = NoteEvent::parse(&data.event).field("event")?;
        Ok(Self { at: data.at, event, text: data.text, by: data.by.into() })
    }
}
