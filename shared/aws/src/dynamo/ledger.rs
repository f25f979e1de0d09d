//! Rows of the ledger, as items.

use app::ports::StoreError;
use chrono::{DateTime, Utc};
use domain::ids::ActionId;
use domain::ledger::{LedgerKey, LedgerRow, LedgerState, Outcome};

use super::enrolments::{LEDGER, timestamp};
use super::records::{RowData, destination_key, outcome};
use super::{Item, item, read_data, string, text, unreadable};

/// The attributes by which the index `by_destination` finds what was sent: only rows that were sent
/// to a mobile or a mailbox carry them.
pub(super) const SENT_TO: &str = "sent_to";
pub(super) const SENT_KEY: &str = "sent_key";

/// Their values: where it went, and when with the provider's id for it.
pub(super) fn sent_attributes(
    row: &LedgerRow,
    outcome: &Outcome,
    at: DateTime<Utc>,
) -> Option<(String, String)> {
    let Outcome::Sent { provider_id } = outcome else { return None };
    let to = row.to.as_ref()?;
    Some((destination_key(to), format!("{}#{provider_id}", timestamp(at))))
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
    let data: RowData = read_data(item)?;
    data.with_state(state).map_err(|error| unreadable(&what, error))
}
