//! Referrals: the newest state of each.

use std::collections::BTreeSet;

use app::ports::{Referrals, StoreError};
use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::referral::{Referral, ReferralKey};

use super::records::ReferralData;
use super::{Condition, Table, item, key, read_data, unreadable};

const REFERRAL: &str = "REFERRAL";

/// The referrals in the intake table.
#[derive(Debug, Clone)]
pub(super) struct ReferralStore {
    table: Table,
}

impl ReferralStore {
    /// The store in that table.
    pub(super) const fn new(table: Table) -> Self {
        Self { table }
    }

    /// The write of a referral's next revision.
    pub(super) fn write(&self, referral: &Referral) -> TransactWriteItem {
        let data = ReferralData::from(referral);
        let record = item(&referral_pk(&referral.key), REFERRAL, referral.revision, &data);
        self.table.put(record, Some(Condition::revision(referral.revision - 1)))
    }

    /// The condition that a referral is as it was read.
    pub(super) fn check(&self, key: &ReferralKey, revision: u64) -> TransactWriteItem {
        self.table.check(&referral_pk(key), REFERRAL, Condition::revision(revision))
    }
}

fn referral_pk(key: &ReferralKey) -> String {
    // A source's code holds no line break, so the two parts cannot run together.
    format!("{REFERRAL}#{}\n{}", key.source, key.id)
}

impl Referrals for ReferralStore {
    async fn referral(&self, key: &ReferralKey) -> Result<Option<Referral>, StoreError> {
        let pk = referral_pk(key);
        let Some(data) = self.table.data::<ReferralData>(&pk, REFERRAL).await? else {
            return Ok(None);
        };
        Referral::try_from(data).map(Some).map_err(|error| unreadable(&pk, error))
    }

    async fn referrals(&self, keys: &BTreeSet<ReferralKey>) -> Result<Vec<Referral>, StoreError> {
        let keys = keys.iter().map(|it| key(&referral_pk(it), REFERRAL)).collect();
        let read = self.table.batch(keys).await?.into_iter().filter_map(|item| {
            let read = read_data(item).and_then(|data: ReferralData| {
                Referral::try_from(data).map_err(|error| unreadable(REFERRAL, error))
            });
            read.inspect_err(|error| tracing::error!(error = %error, "a referral cannot be read"))
                .ok()
        });
        Ok(read.collect())
    }
}
