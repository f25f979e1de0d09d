//! Rows of the ledger, as items.

use app::ports::StoreError;
use chrono::{DateTime, Utc};
use domain::ids::ActionId;
use domain::ledger::{Destination, LedgerKey, LedgerRow, LedgerState, Outcome};
use domain::repeat::Wording;

use super::enrolments::{LEDGER, timestamp};
use super::records::{RowData, destination_key, outcome, receipt};
use super::{Item, item, read_data, string, text, unreadable};

/// The attributes by which the index `by_destination` finds what was sent: only rows that were sent
/// to a mobile or a mailbox carry them.
pub(super) const SENT_TO: &str = "sent_to";
pub(super) const SENT_KEY: &str = "sent_key";

/// The attributes of a receipt.
pub(super) const RECEIPT: &str = "receipt";
pub(super) const RECEIPT_AT: &str = "receipt_at";
pub(super) const RECEIPT_FAULT: &str = "receipt_fault";

/// Before a text's wording, behind the provider's id.
const WORDING: &str = "#wording:";

/// Their values: where it went, and when with the provider's id for it and its wording. What may have been sent to a
/// mobile is apart from what was, and by when it was reserved: nobody knows its id.
pub(super) fn sent_attributes(
    row: &LedgerRow,
    outcome: &Outcome,
    at: DateTime<Utc>,
) -> Option<(String, String)> {
    let to = row.to.as_ref()?;
    match (outcome, to) {
        (Outcome::Sent { provider_id }, _) => {
            let wording = row.wording.as_ref();
            let wording = wording.map(|it| format!("{WORDING}{}", it.as_str())).unwrap_or_default();
            Some((destination_key(to), format!("{}#{provider_id}{wording}", timestamp(at))))
        }
        (Outcome::Unclear { .. }, Destination::Mobile(_)) => {
            Some((unclear_key(to), timestamp(row.opened_at)))
        }
        // Receipts for email name the attempt itself.
        (Outcome::Unclear { .. }, Destination::Mailbox(_))
        | (
            Outcome::NotSent { .. }
            | Outcome::Barred { .. }
            | Outcome::Skipped { .. }
            | Outcome::Failed { .. },
            _,
        ) => None,
    }
}

/// What such a place says: when, the provider's id, and the wording if it is known.
pub(super) fn read_place(place: &str) -> Option<(DateTime<Utc>, &str, Option<Wording>)> {
    let (at, said) = place.split_once('#')?;
    let at = at.parse().ok()?;
    Some(match said.rsplit_once(WORDING) {
        Some((provider_id, wording)) => (at, provider_id, Some(Wording::parse(wording)?)),
        None => (at, said, None),
    })
}

/// Where what may have been sent there is found.
pub(super) fn unclear_key(to: &Destination) -> String {
    format!("unclear#{}", destination_key(to))
}

pub(super) fn row_sk(key: &LedgerKey) -> String {
    format!("{LEDGER}{:04}#{}#{:04}", key.cycle, key.action, key.attempt)
}

/// The cycle, action and attempt that a row's sort key names.
pub(super) fn read_row_sk(sk: &str) -> Option<(u16, ActionId, u16)> {
    let mut parts = sk.strip_prefix(LEDGER)?.split('#');
    let (cycle, action, attempt) = (parts.next()?, parts.next()?, parts.next()?);
    Some((cycle.parse().ok()?, ActionId::parse(action).ok()?, attempt.parse().ok()?))
}

pub(super) fn row_item(row: &LedgerRow) -> Item {
    let mut item = item(row.key.enrolment.as_str(), &row_sk(&row.key), 1, &RowData::from(row));
    match &row.state {
        LedgerState::Reserved { owner } => {
            item.insert("state".to_owned(), string("reserved"));
            item.insert("owner".to_owned(), string(owner.as_str()));
        }
        LedgerState::Settled { at, outcome } => {
            item.insert("state".to_owned(), string(outcome.as_str()));
            item.insert("settled_at".to_owned(), string(timestamp(*at)));
            item.insert("detail".to_owned(), string(detail(outcome)));
        }
    }
    item
}

pub(super) fn detail(outcome: &Outcome) -> &str {
    match outcome {
        Outcome::Sent { provider_id } => provider_id,
        Outcome::NotSent { why }
        | Outcome::Barred { why }
        | Outcome::Skipped { why }
        | Outcome::Failed { why }
        | Outcome::Unclear { why } => why,
    }
}

pub(super) fn read_row(item: Item) -> Result<LedgerRow, StoreError> {
    let what = text(&item, "sk").unwrap_or_default();
    let state = text(&item, "state").unwrap_or_default();
    let (owner, settled_at) = (text(&item, "owner"), text(&item, "settled_at"));
    let state = outcome(&state, owner, settled_at, text(&item, "detail"))
        .map_err(|error| unreadable(&what, error))?;
    let (told, told_at, fault) =
        (text(&item, RECEIPT), text(&item, RECEIPT_AT), text(&item, RECEIPT_FAULT));
    let receipt = receipt(told.as_deref(), told_at.as_deref(), fault.as_deref())
        .map_err(|error| unreadable(&what, error))?;
    let data: RowData = read_data(item)?;
    data.with_state(state, receipt).map_err(|error| unreadable(&what, error))
}
