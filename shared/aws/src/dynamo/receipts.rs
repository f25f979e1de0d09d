//! What receipts make of rows of the ledger.

use app::ports::{Change, Receipts, SaveError};
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update};
use domain::ledger::{LedgerRow, LedgerState};
use domain::receipt::{Receipt, Told};

use super::enrolments::{EnrolmentStore, timestamp};
use super::ledger::{
    RECEIPT, RECEIPT_AT, RECEIPT_FAULT, SENT_KEY, SENT_TO, detail, read_row, row_sk,
    sent_attributes,
};
use super::{Item, key, store_error, string};

/// What is set, what is taken away, and on what condition, with the values they name.
struct Writing {
    update: String,
    condition: String,
    values: Item,
}

impl Writing {
    /// The change from one state of a row to another.
    fn of(before: &LedgerRow, after: &LedgerRow) -> Self {
        let mut values = Item::new();
        let mut value = |name: &str, text: String| {
            values.insert(format!(":{name}"), string(text));
        };
        let (mut set, mut remove) = (Vec::new(), Vec::new());
        let state = match &before.state {
            LedgerState::Reserved { owner } => {
                value("was", "reserved".to_owned());
                value("owner", owner.as_str().to_owned());
                "#state = :was AND #owner = :owner".to_owned()
            }
            LedgerState::Settled { at, outcome } => {
                value("was", outcome.as_str().to_owned());
                value("was_at", timestamp(*at));
                "#state = :was AND settled_at = :was_at".to_owned()
            }
        };
        let receipt = match before.receipt {
            None => format!("attribute_not_exists({RECEIPT})"),
            Some(known) => {
                value("known", known.told.as_str().to_owned());
                value("known_at", timestamp(known.at));
                format!("{RECEIPT} = :known AND {RECEIPT_AT} = :known_at")
            }
        };
        if let Some(Receipt { at, told }) = after.receipt {
            value("told", told.as_str().to_owned());
            value("told_at", timestamp(at));
            set.extend([format!("{RECEIPT} = :told"), format!("{RECEIPT_AT} = :told_at")]);
            match told {
                Told::Failed(fault) => {
                    value("fault", fault.as_str().to_owned());
                    set.push(format!("{RECEIPT_FAULT} = :fault"));
                }
                Told::Delayed | Told::Delivered | Told::Complained => {
                    remove.push(RECEIPT_FAULT);
                }
            }
        }
        if let LedgerState::Settled { at, outcome } = &after.state
            && before.state != after.state
        {
            value("state", outcome.as_str().to_owned());
            value("at", timestamp(*at));
            value("detail", detail(outcome).to_owned());
            set.push("#state = :state, settled_at = :at, detail = :detail".to_owned());
            if let Some((to, place)) = sent_attributes(after, outcome, *at) {
                value("to", to);
                value("place", place);
                set.push(format!("{SENT_TO} = :to, {SENT_KEY} = :place"));
            }
        }
        let mut update = format!("SET {}", set.join(", "));
        if !remove.is_empty() {
            update = format!("{update} REMOVE {}", remove.join(", "));
        }
        Self { update, condition: format!("{state} AND {receipt}"), values }
    }

    /// The names that stand for reserved words, of those that are used.
    fn names(&self) -> impl Iterator<Item = (String, String)> {
        let used = |name: &&str| {
            let placeholder = format!("#{name}");
            self.update.contains(&placeholder) || self.condition.contains(&placeholder)
        };
        ["state", "owner"]
            .into_iter()
            .filter(used)
            .map(|name| (format!("#{name}"), name.to_owned()))
    }
}

impl Receipts for EnrolmentStore {
    async fn keep(
        &self,
        before: &LedgerRow,
        after: &LedgerRow,
        change: Option<&Change>,
    ) -> Result<(), SaveError> {
        let writing = Writing::of(before, after);
        let names = Some(writing.names().collect());
        let place = key(before.key.enrolment.as_str(), &row_sk(&before.key));
        let mut writes = change.map(|change| self.writes(change)).unwrap_or_default();
        if !writes.is_empty() {
            let update = Update::builder()
                .table_name(&self.enrolments.name)
                .set_key(Some(place))
                .update_expression(writing.update)
                .condition_expression(writing.condition)
                .set_expression_attribute_names(names)
                .set_expression_attribute_values(Some(writing.values))
                .build()
                .expect("table, key and expression are set");
            writes.push(TransactWriteItem::builder().update(update).build());
            return self.enrolments.transact(writes).await?.or_stale();
        }
        // The usual case, a message that arrived: a transaction would cost twice as much.
        let result = self
            .enrolments
            .client
            .update_item()
            .table_name(&self.enrolments.name)
            .set_key(Some(place))
            .update_expression(writing.update)
            .condition_expression(writing.condition)
            .set_expression_attribute_names(names)
            .set_expression_attribute_values(Some(writing.values))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        let Err(error) = result else { return Ok(()) };
        let Some(UpdateItemError::ConditionalCheckFailedException(failed)) =
            error.as_service_error()
        else {
            return Err(store_error(error).into());
        };
        // A repeat by the SDK fails on its own success. Should another one have stored the very same,
        // nothing is lost by calling it ours.
        let stored = failed.item().cloned().map(read_row).transpose()?;
        if stored.as_ref() == Some(after) { Ok(()) } else { Err(SaveError::Stale) }
    }
}
