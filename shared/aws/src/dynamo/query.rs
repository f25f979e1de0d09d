//! Queries, page by page.

use app::ports::StoreError;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::Select;

use super::{Item, Table, store_error, string};

impl Table {
    /// A query of this table, or of one of its indexes.
    pub(super) fn ask(&self) -> QueryFluentBuilder {
        self.client.query().table_name(&self.name)
    }

    /// What a query finds, in its order, at most `limit`. A page of DynamoDB's may end early, at a
    /// megabyte.
    pub(super) async fn found(
        query: QueryFluentBuilder,
        limit: usize,
    ) -> Result<Vec<Item>, StoreError> {
        let (mut items, mut from) = (Vec::new(), query.get_exclusive_start_key().clone());
        while items.len() < limit {
            let page = query
                .clone()
                .set_limit(i32::try_from(limit - items.len()).ok())
                .set_exclusive_start_key(from);
            // On the heap: or the future of whoever asks a store would hold the whole request.
            let page = Box::pin(page.send()).await.map_err(store_error)?;
            items.extend(page.items.unwrap_or_default());
            from = page.last_evaluated_key;
            if from.is_none() {
                break;
            }
        }
        Ok(items)
    }

    /// How many items a query finds, at most `limit`: they are counted where they are, and only the number
    /// comes back.
    pub(super) async fn count(
        query: QueryFluentBuilder,
        limit: usize,
    ) -> Result<usize, StoreError> {
        let (mut count, mut from) = (0, None);
        while count < limit {
            let page = query
                .clone()
                .select(Select::Count)
                .set_limit(i32::try_from(limit - count).ok())
                .set_exclusive_start_key(from);
            let page = Box::pin(page.send()).await.map_err(store_error)?;
            count += usize::try_from(page.count).unwrap_or_default();
            from = page.last_evaluated_key;
            if from.is_none() {
                break;
            }
        }
        Ok(count)
    }

    /// Every item of a partition whose sort key begins with `prefix`, strongly consistent.
    pub(super) async fn partition(&self, pk: &str, prefix: &str) -> Result<Vec<Item>, StoreError> {
        // DynamoDB refuses an empty text in a key condition.
        let mut condition = "pk = :pk";
        let mut values = Item::from([(":pk".to_owned(), string(pk))]);
        if !prefix.is_empty() {
            condition = "pk = :pk AND begins_with(sk, :prefix)";
            values.insert(":prefix".to_owned(), string(prefix));
        }
        self.every(condition, values).await
    }

    /// Every item of a partition from this sort key on, strongly consistent.
    pub(super) async fn from(&self, pk: &str, sk: &str) -> Result<Vec<Item>, StoreError> {
        let values = Item::from([(":pk".to_owned(), string(pk)), (":from".to_owned(), string(sk))]);
        self.every("pk = :pk AND sk >= :from", values).await
    }

    /// Every item on that condition, strongly consistent.
    pub(super) async fn every(
        &self,
        condition: &str,
        values: Item,
    ) -> Result<Vec<Item>, StoreError> {
        Self::found(self.on(condition, values), usize::MAX).await
    }

    /// The last items of a partition, at most `limit` and the last first; with `below`, of those
    /// whose sort key comes before it. Strongly consistent.
    pub(super) async fn last(
        &self,
        pk: &str,
        below: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Item>, StoreError> {
        let mut condition = "pk = :pk";
        let mut values = Item::from([(":pk".to_owned(), string(pk))]);
        if let Some(below) = below {
            condition = "pk = :pk AND sk < :below";
            values.insert(":below".to_owned(), string(below));
        }
        Self::found(self.on(condition, values).scan_index_forward(false), limit).await
    }

    fn on(&self, condition: &str, values: Item) -> QueryFluentBuilder {
        self.ask()
            .key_condition_expression(condition)
            .set_expression_attribute_values(Some(values))
            .consistent_read(true)
    }
}
