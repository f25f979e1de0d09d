//! Versions of records: a partition of their own for each record, sorted by number.

use app::ports::StoreError;

use super::{Item, Table, store_error, string};

/// The sort key of a version: ten digits, so that the order of texts is the order of numbers.
pub(super) fn version_key(version: u64) -> String {
    format!("{version:010}")
}

impl Table {
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
        let (mut items, mut from) = (Vec::new(), None);
        // A page of DynamoDB's may end early, at a megabyte.
        while items.len() < limit {
            let page = self
                .client
                .query()
                .table_name(&self.name)
                .key_condition_expression(condition)
                .set_expression_attribute_values(Some(values.clone()))
                .consistent_read(true)
                .scan_index_forward(false)
                .limit(i32::try_from(limit - items.len()).unwrap_or(i32::MAX))
                .set_exclusive_start_key(from)
                .send()
                .await
                .map_err(store_error)?;
            items.extend(page.items.unwrap_or_default());
            from = page.last_evaluated_key;
            if from.is_none() {
                break;
            }
        }
        Ok(items)
    }
}
