//! The stores, on DynamoDB.
//!
//! An item has its key (`pk`, `sk`), what conditions and indexes need at its top level, and the
//! rest in `data`, written from and read into a storage struct of its own: not the domain's type,
//! and not the API's. What cannot be read is an error, never a default.

mod balances;
mod bookings;
mod catalogue;
mod counts;
mod due;
mod enrolment_reader;
mod enrolments;
mod here;
mod holds;
mod idempotency;
mod intake;
mod ledger;
mod letters;
mod newcomers;
mod of_patient;
mod people;
mod programs;
mod query;
mod receipts;
mod records;
mod referrals;
mod refusals;
mod replies;
mod scan;
mod sent;
mod sessions;
mod settings;
mod sharded;
mod strays;
mod templates;
mod versions;
mod waiting;
mod work_list;

use std::collections::HashMap;

use app::ports::{SaveError, StoreError, Taken};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeValue, ConditionCheck, Delete, KeysAndAttributes, Put,
    ReturnValuesOnConditionCheckFailure, TransactWriteItem,
};
pub use balances::BalanceStore;
pub use bookings::BookingStore;
pub use catalogue::CatalogueStore;
pub use counts::CountStore;
pub use due::DueStore;
pub use enrolment_reader::EnrolmentReaderStore;
pub use enrolments::EnrolmentStore;
pub use here::TablesHere;
pub use idempotency::IdempotencyStore;
pub(crate) use idempotency::{Claim, Claimed, KeptAnswer, Keyed};
pub use intake::IntakeStore;
pub use letters::LetterStore;
pub use newcomers::NewcomerStore;
pub use people::PeopleStore;
pub use refusals::DeliveryStore;
pub use replies::ReplyStore;
pub use scan::EnrolmentScanStore;
pub use sent::SentStore;
use serde::Serialize;
use serde::de::DeserializeOwned;
pub use sessions::{SessionStore, StoredSession};
pub use strays::StrayStore;
pub use waiting::WaitingStore;
pub use work_list::WorkListStore;

use crate::clients::transport;

/// DynamoDB reads at most this many items in one request.
const BATCH_GET: usize = 100;
/// How often what DynamoDB left undone is asked for again.
const BATCH_TRIES: usize = 5;

/// An item as DynamoDB has it.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// One table.
#[derive(Debug, Clone)]
pub struct Table {
    client: Client,
    name: String,
}

/// What a conditional put did.
enum Written {
    /// The item is stored.
    Yes,
    /// The condition did not hold. This is what is stored, if anything.
    No(Option<Item>),
}

impl Table {
    /// The table of that name.
    pub fn new(client: &Client, name: impl Into<String>) -> Self {
        Self { client: client.clone(), name: name.into() }
    }

    /// One item, strongly consistent.
    async fn get(&self, pk: &str, sk: &str) -> Result<Option<Item>, StoreError> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.name)
            .set_key(Some(key(pk, sk)))
            .consistent_read(true)
            .send()
            .await
            .map_err(store_error)?;
        Ok(answer.item)
    }

    /// The `data` of one item, strongly consistent.
    async fn data<R: DeserializeOwned>(&self, pk: &str, sk: &str) -> Result<Option<R>, StoreError> {
        self.get(pk, sk).await?.map(read_data).transpose()
    }

    /// Some items by their keys, strongly consistent. Those that do not exist are left out; the order
    /// is not kept.
    async fn batch(&self, keys: Vec<Item>) -> Result<Vec<Item>, StoreError> {
        let mut items = Vec::new();
        let mut left = keys;
        let mut tries = 0;
        while !left.is_empty() {
            let rest = left.split_off(left.len().min(BATCH_GET));
            let request = KeysAndAttributes::builder().set_keys(Some(left)).consistent_read(true);
            let request = request.build().expect("keys are set");
            let answer = self
                .client
                .batch_get_item()
                .request_items(&self.name, request)
                .send()
                .await
                .map_err(store_error)?;
            items.extend(answer.responses.into_iter().flatten().flat_map(|(_, items)| items));
            let again = answer.unprocessed_keys.into_iter().flatten();
            left = again.flat_map(|(_, keys)| keys.keys).collect();
            tries += usize::from(!left.is_empty());
            if tries > BATCH_TRIES {
                return Err(StoreError::Unavailable("a batch of reads was throttled".to_owned()));
            }
            left.extend(rest);
        }
        Ok(items)
    }

    /// Stores `item` if `condition` holds. A put that the SDK repeats can fail on its own success:
    /// then the stored item is ours, to the letter. (Should another writer have stored the very
    /// same, nothing is lost by calling it ours; where it matters who wrote, the item names its
    /// owner.)
    async fn put_if(&self, item: Item, condition: Condition) -> Result<Written, StoreError> {
        let result = self
            .client
            .put_item()
            .table_name(&self.name)
            .set_item(Some(item.clone()))
            .condition_expression(condition.expression)
            .set_expression_attribute_values(condition.values)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        match result {
            Ok(_) => Ok(Written::Yes),
            Err(error) => match error.as_service_error() {
                Some(PutItemError::ConditionalCheckFailedException(failed)) => {
                    let stored = failed.item().cloned();
                    Ok(if stored.as_ref() == Some(&item) {
                        Written::Yes
                    } else {
                        Written::No(stored)
                    })
                }
                _ => Err(store_error(error)),
            },
        }
    }

    /// A put in a transaction.
    fn put(&self, item: Item, condition: Option<Condition>) -> TransactWriteItem {
        let (expression, values) = condition.map(|c| (c.expression, c.values)).unzip();
        let put = Put::builder()
            .table_name(&self.name)
            .set_item(Some(item))
            .set_condition_expression(expression)
            .set_expression_attribute_values(values.flatten())
            .build()
            .expect("table and item are set");
        TransactWriteItem::builder().put(put).build()
    }

    /// A delete in a transaction.
    fn delete(&self, pk: &str, sk: &str) -> TransactWriteItem {
        let delete = Delete::builder()
            .table_name(&self.name)
            .set_key(Some(key(pk, sk)))
            .build()
            .expect("table and key are set");
        TransactWriteItem::builder().delete(delete).build()
    }

    /// A delete in a transaction, if `condition` holds.
    fn deletion_if(&self, pk: &str, sk: &str, condition: Condition) -> TransactWriteItem {
        let delete = Delete::builder()
            .table_name(&self.name)
            .set_key(Some(key(pk, sk)))
            .condition_expression(condition.expression)
            .set_expression_attribute_values(condition.values)
            .build()
            .expect("table and key are set");
        TransactWriteItem::builder().delete(delete).build()
    }

    /// A condition on an item that a transaction does not write.
    fn check(&self, pk: &str, sk: &str, condition: Condition) -> TransactWriteItem {
        let check = ConditionCheck::builder()
            .table_name(&self.name)
            .set_key(Some(key(pk, sk)))
            .condition_expression(condition.expression)
            .set_expression_attribute_values(condition.values)
            .build()
            .expect("table, key and condition are set");
        TransactWriteItem::builder().condition_check(check).build()
    }

    /// Writes all of `writes` or nothing. The SDK sends the same token with every try, so that
    /// DynamoDB applies them once.
    async fn transact(&self, writes: Vec<TransactWriteItem>) -> Result<Transacted, StoreError> {
        let result =
            self.client.transact_write_items().set_transact_items(Some(writes)).send().await;
        let Err(error) = result else {
            return Ok(Transacted::Yes);
        };
        let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) =
            error.as_service_error()
        else {
            return Err(store_error(error));
        };
        let codes: Vec<_> =
            cancelled.cancellation_reasons().iter().map(|r| r.code().unwrap_or("None")).collect();
        if let Some(first) = codes.iter().position(|code| *code == "ConditionalCheckFailed") {
            Ok(Transacted::Refused { write: first })
        } else if codes.contains(&"TransactionConflict") {
            Ok(Transacted::Conflict)
        } else if codes.contains(&"ThrottlingError")
            || codes.contains(&"ProvisionedThroughputExceeded")
        {
            Err(StoreError::Unavailable("the transaction was throttled".to_owned()))
        } else {
            Err(StoreError::Refused(format!("the transaction was cancelled: {codes:?}")))
        }
    }
}

/// What a transaction did.
enum Transacted {
    /// Everything is stored.
    Yes,
    /// Nothing is: the condition of this write (the first of them) did not hold.
    Refused {
        /// Its position.
        write: usize,
    },
    /// Nothing is: somebody else was writing one of the items.
    Conflict,
}

impl Transacted {
    /// The answer to a save whose failed conditions all mean that what was read is stale.
    fn or_stale(self) -> Result<(), SaveError> {
        match self {
            Self::Yes => Ok(()),
            Self::Refused { .. } | Self::Conflict => Err(SaveError::Stale),
        }
    }

    /// The answer to a save where a failed condition on any write but the first, which is the
    /// record itself, means that a unique value is taken.
    fn or_taken(self, first: SaveError, others: Taken) -> Result<(), SaveError> {
        match self {
            Self::Yes => Ok(()),
            Self::Refused { write: 0 } => Err(first),
            Self::Refused { .. } => Err(SaveError::Taken(others)),
            Self::Conflict => Err(SaveError::Stale),
        }
    }
}

/// A condition of a write.
struct Condition {
    expression: String,
    values: Option<Item>,
}

impl Condition {
    /// The item must not exist.
    fn absent() -> Self {
        Self { expression: "attribute_not_exists(pk)".to_owned(), values: None }
    }

    /// The item must exist.
    fn present() -> Self {
        Self { expression: "attribute_exists(pk)".to_owned(), values: None }
    }

    /// The stored revision must be this one, if anything is stored.
    fn absent_or_revision(revision: u64) -> Self {
        let values = Item::from([(":revision".to_owned(), number(revision))]);
        let expression = "attribute_not_exists(pk) OR revision = :revision".to_owned();
        Self { expression, values: Some(values) }
    }

    /// The stored revision must be this one; 0 stands for an item that does not exist.
    fn revision(revision: u64) -> Self {
        if revision == 0 {
            return Self::absent();
        }
        let values = Item::from([(":revision".to_owned(), number(revision))]);
        Self { expression: "revision = :revision".to_owned(), values: Some(values) }
    }
}

fn key(pk: &str, sk: &str) -> Item {
    Item::from([("pk".to_owned(), string(pk)), ("sk".to_owned(), string(sk))])
}

/// An item with a key, a revision and its data.
fn item<R: Serialize>(pk: &str, sk: &str, revision: u64, data: &R) -> Item {
    let data: AttributeValue =
        serde_dynamo::to_attribute_value(data).expect("storage structs are plain data");
    let mut item = key(pk, sk);
    item.insert("revision".to_owned(), number(revision));
    item.insert("data".to_owned(), data);
    item
}

fn read_data<R: DeserializeOwned>(mut item: Item) -> Result<R, StoreError> {
    let what = text(&item, "pk").unwrap_or_default();
    let data = item.remove("data").ok_or_else(|| unreadable(&what, "it has no data"))?;
    // The reader's own error can hold the value it could not read.
    serde_dynamo::from_attribute_value(data)
        .map_err(|_| unreadable(&what, "its data does not have the form it should have"))
}

fn unreadable(what: &str, why: impl std::fmt::Display) -> StoreError {
    // What follows a `#` in a key is another system's name for a person or a booking.
    let what = what.split('#').next().unwrap_or_default().to_owned();
    StoreError::Unreadable { what, why: why.to_string() }
}

fn string(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

fn number(number: u64) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

fn text(item: &Item, name: &str) -> Option<String> {
    item.get(name).and_then(|value| value.as_s().ok()).cloned()
}

/// Whether an item is in this partition.
fn is_at(item: &Item, pk: &str) -> bool {
    item.get("pk").and_then(|value| value.as_s().ok()).is_some_and(|stored| stored == pk)
}

/// The revision of an item.
fn revision(item: &Item) -> Result<u64, StoreError> {
    item.get("revision")
        .and_then(|value| value.as_n().ok())
        .and_then(|number| number.parse().ok())
        .ok_or_else(|| unreadable(&text(item, "pk").unwrap_or_default(), "it has no revision"))
}

/// What an SDK error means for the caller.
#[expect(clippy::needless_pass_by_value, reason = "`map_err` hands the error over")]
fn store_error<E>(error: SdkError<E>) -> StoreError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    const BUSY: [&str; 6] = [
        "TransactionConflictException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingException",
        "TransactionInProgressException",
        "InternalServerError",
    ];
    let SdkError::ServiceError(answer) = &error else {
        return StoreError::Unavailable(transport(&error).to_owned());
    };
    let code = answer.err().code().unwrap_or("unknown");
    let text = format!("{code}: {}", answer.err().message().unwrap_or_default());
    if BUSY.contains(&code) || answer.raw().status().is_server_error() {
        StoreError::Unavailable(text)
    } else {
        StoreError::Refused(text)
    }
}
