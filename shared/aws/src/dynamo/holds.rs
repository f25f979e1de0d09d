//! Addresses on hold, beside the patients who may have them.

use std::collections::BTreeSet;

use app::ports::{AddressHolds, StoreError};
use aws_sdk_dynamodb::types::TransactWriteItem;
use chrono::{DateTime, Utc};
use domain::hold::AddressHold;
use domain::ledger::Destination;
use serde::{Deserialize, Serialize};

use super::people::PeopleStore;
use super::records::{HoldData, destination_key};
use super::{Condition, Transacted, item, key, read_data, unreadable};

const HOLD: &str = "HOLD";
/// Beside the hold, and there when it is gone: since when the address is released.
const RELEASED: &str = "RELEASED";

#[derive(Serialize, Deserialize)]
struct ReleaseData {
    at: DateTime<Utc>,
}

fn hold_pk(address: &Destination) -> String {
    format!("{HOLD}#{}", destination_key(address))
}

impl PeopleStore {
    /// The write of a hold. One that stands gets the newer cause.
    pub(super) fn write_hold(&self, hold: &AddressHold) -> TransactWriteItem {
        let record = item(&hold_pk(&hold.address), HOLD, 1, &HoldData::from(hold));
        self.table.put(record, None)
    }

    /// The write that ends a hold.
    pub(super) fn end_hold(&self, address: &Destination) -> TransactWriteItem {
        self.table.delete(&hold_pk(address), HOLD)
    }
}

impl AddressHolds for PeopleStore {
    async fn hold(&self, address: &Destination) -> Result<Option<AddressHold>, StoreError> {
        let pk = hold_pk(address);
        let Some(data) = self.table.data::<HoldData>(&pk, HOLD).await? else { return Ok(None) };
        AddressHold::try_from(data).map(Some).map_err(|error| unreadable(&pk, error))
    }

    async fn holds(
        &self,
        addresses: &BTreeSet<Destination>,
    ) -> Result<Vec<AddressHold>, StoreError> {
        let keys = addresses.iter().map(|address| key(&hold_pk(address), HOLD)).collect();
        let items = self.table.batch(keys).await?.into_iter();
        items
            .map(|item| {
                let data: HoldData = read_data(item)?;
                AddressHold::try_from(data).map_err(|error| unreadable(HOLD, error))
            })
            .collect()
    }

    async fn hold_from_now(&self, hold: &AddressHold) -> Result<(), StoreError> {
        let record = item(&hold_pk(&hold.address), HOLD, 1, &HoldData::from(hold));
        self.table.put_if(record, Condition::absent()).await.map(drop)
    }

    async fn release(&self, address: &Destination, at: DateTime<Utc>) -> Result<(), StoreError> {
        let pk = hold_pk(address);
        let mark = item(&pk, RELEASED, 1, &ReleaseData { at });
        let end = self.table.deletion_if(&pk, HOLD, Condition::present());
        match self.table.transact(vec![end, self.table.put(mark, None)]).await? {
            Transacted::Yes | Transacted::Refused { .. } => Ok(()),
            Transacted::Conflict => {
                Err(StoreError::Unavailable("the hold is being changed at this moment".to_owned()))
            }
        }
    }

    async fn released_at(
        &self,
        address: &Destination,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        let released = self.table.data::<ReleaseData>(&hold_pk(address), RELEASED).await?;
        Ok(released.map(|released| released.at))
    }
}
