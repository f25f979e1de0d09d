//! How much each source delivers, and what of it was refused, in the intake table.

use app::ports::{Deliveries, RefusedBefore, RefusedDelivery, StoreError};
use aws_sdk_dynamodb::types::ReturnValue;
use chrono::{DateTime, Duration, NaiveDate, SecondsFormat, Utc};
use domain::invalid::FieldError;
use domain::text::Code;
use serde::{Deserialize, Serialize};

use super::{Item, Table, item, key, number, read_data, store_error, string};

const COUNT: &str = "DELIVERIES";
const REFUSED: &str = "REFUSED";

/// How long a refused delivery is kept.
const KEPT: Duration = Duration::days(7);

/// How long a count is kept after its stretch began.
const COUNTED: Duration = Duration::hours(1);

/// Deliveries in the intake table, which must delete items by `expires_at`.
#[derive(Debug, Clone)]
pub struct DeliveryStore {
    table: Table,
}

#[derive(Serialize, Deserialize)]
struct RefusedData {
    source: Code,
    at: DateTime<Utc>,
    request_id: String,
    subject: String,
    status: u16,
    detail: String,
    errors: Vec<ErrorData>,
    content_type: String,
    bytes: u64,
    shape: String,
}

#[derive(Serialize, Deserialize)]
struct ErrorData {
    pointer: String,
    detail: String,
}

impl From<&RefusedDelivery> for RefusedData {
    fn from(refused: &RefusedDelivery) -> Self {
        let errors = refused.errors.iter().map(|error| ErrorData {
            pointer: error.pointer.clone(),
            detail: error.detail.clone(),
        });
        Self {
            source: refused.source.clone(),
            at: refused.at,
            request_id: refused.request_id.clone(),
            subject: refused.subject.clone(),
            status: refused.status,
            detail: refused.detail.clone(),
            errors: errors.collect(),
            content_type: refused.content_type.clone(),
            bytes: refused.bytes,
            shape: refused.shape.clone(),
        }
    }
}

impl From<RefusedData> for RefusedDelivery {
    fn from(data: RefusedData) -> Self {
        let errors = data.errors.into_iter().map(|it| FieldError::new(it.pointer, it.detail));
        Self {
            source: data.source,
            at: data.at,
            request_id: data.request_id,
            subject: data.subject,
            status: data.status,
            detail: data.detail,
            errors: errors.collect(),
            content_type: data.content_type,
            bytes: data.bytes,
            shape: data.shape,
        }
    }
}

fn seconds(at: DateTime<Utc>) -> u64 {
    u64::try_from(at.timestamp()).unwrap_or_default()
}

fn day_pk(day: NaiveDate) -> String {
    format!("{REFUSED}#{day}")
}

fn sk(at: DateTime<Utc>, source: &Code, request_id: &str) -> String {
    format!("{}#{source}#{request_id}", at.to_rfc3339_opts(SecondsFormat::Millis, true))
}

impl DeliveryStore {
    /// Deliveries in that table.
    pub const fn new(table: Table) -> Self {
        Self { table }
    }
}

impl Deliveries for DeliveryStore {
    async fn count(
        &self,
        source: &Code,
        stretch: DateTime<Utc>,
        by: u32,
    ) -> Result<u64, StoreError> {
        let answer = self
            .table
            .client
            .update_item()
            .table_name(&self.table.name)
            .set_key(Some(key(&format!("{COUNT}#{source}"), &seconds(stretch).to_string())))
            .update_expression("ADD deliveries :by SET expires_at = :expires")
            .expression_attribute_values(":by", number(by.into()))
            .expression_attribute_values(":expires", number(seconds(stretch + COUNTED)))
            .return_values(ReturnValue::UpdatedNew)
            .send()
            .await
            .map_err(store_error)?;
        let count = answer.attributes.as_ref().and_then(|it| it.get("deliveries"));
        let count = count.and_then(|count| count.as_n().ok()?.parse().ok());
        count.ok_or_else(|| super::unreadable(COUNT, "the count is no number"))
    }

    async fn refuse(&self, refused: &RefusedDelivery) -> Result<(), StoreError> {
        let (pk, sk) =
            (day_pk(refused.at.date_naive()), sk(refused.at, &refused.source, &refused.request_id));
        let mut record = item(&pk, &sk, 1, &RefusedData::from(refused));
        record.insert("expires_at".to_owned(), number(seconds(refused.at + KEPT)));
        self.table
            .client
            .put_item()
            .table_name(&self.table.name)
            .set_item(Some(record))
            .send()
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn refused(
        &self,
        day: NaiveDate,
        before: Option<&RefusedBefore>,
        limit: usize,
    ) -> Result<Vec<RefusedDelivery>, StoreError> {
        let pk = day_pk(day);
        let query = self.table.ask().scan_index_forward(false);
        let query = match before {
            None => query.key_condition_expression("pk = :pk"),
            Some(before) => query
                .key_condition_expression("pk = :pk AND sk < :before")
                .expression_attribute_values(
                    ":before",
                    string(sk(before.at, &before.source, &before.request_id)),
                ),
        };
        let query = query.expression_attribute_values(":pk", string(&pk));
        let read = |item: Item| read_data::<RefusedData>(item).map(RefusedDelivery::from);
        Table::found(query, limit).await?.into_iter().map(read).collect()
    }
}
