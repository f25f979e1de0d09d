//! Who is signed in at the console: what a session holds is sealed before it comes here, with a key that only
//! the person's browser has. Beside them, in clear, what members of staff are called.

use std::collections::HashMap;

use app::ports::StoreError;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};

use super::{Condition, Item, Table, Written, key, number, store_error, string};

/// Who has ever signed in: one item, because a practice has few people, with an attribute for each. No name of
/// a session is like it: those are hashes.
const STAFF: &str = "SESSION#STAFF";

/// Sessions, in the intake table: `expires_at` deletes them there, late, so it is judged by the clock
/// of whoever reads one.
#[derive(Debug, Clone)]
pub struct SessionStore {
    table: Table,
}

/// A session as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSession {
    /// What is sealed in it.
    pub sealed: Vec<u8>,
    /// Until when it is good, in seconds since 1970.
    pub expires_at: u64,
}

impl SessionStore {
    /// The store in that table, which must delete items by `expires_at`.
    pub fn new(table: Table) -> Self {
        Self { table }
    }

    /// The session of that name.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn get(&self, name: &str) -> Result<Option<StoredSession>, StoreError> {
        let Some(mut item) = self.table.get(&pk(name), "-").await? else { return Ok(None) };
        let Some(AttributeValue::B(sealed)) = item.remove("sealed") else { return Ok(None) };
        let sealed = sealed.into_inner();
        let expires_at = item.get("expires_at").and_then(|it| it.as_n().ok()?.parse().ok());
        Ok(expires_at.map(|expires_at| StoredSession { sealed, expires_at }))
    }

    /// Stores a new one.
    ///
    /// # Errors
    /// When the store fails, or there is one of that name.
    pub async fn create(&self, name: &str, session: StoredSession) -> Result<(), StoreError> {
        match self.table.put_if(item(name, session), Condition::absent()).await? {
            Written::Yes => Ok(()),
            Written::No(_) => Err(StoreError::Refused("a session's name is taken".to_owned())),
        }
    }

    /// Stores what it has become; false when it has been forgotten meanwhile: nobody who signed out is
    /// signed in again by a page that was under way.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn keep(&self, name: &str, session: StoredSession) -> Result<bool, StoreError> {
        match self.table.put_if(item(name, session), Condition::present()).await? {
            Written::Yes => Ok(true),
            Written::No(_) => Ok(false),
        }
    }

    /// Forgets it; false when it was not there.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn forget(&self, name: &str) -> Result<bool, StoreError> {
        let delete = self.table.client.delete_item().table_name(&self.table.name);
        let delete = delete.set_key(Some(key(&pk(name), "-"))).return_values(ReturnValue::AllOld);
        let deleted = delete.send().await.map_err(store_error)?;
        Ok(deleted.attributes.is_some_and(|old| !old.is_empty()))
    }

    /// Remembers what somebody is called.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn call_somebody(&self, subject: &str, name: &str) -> Result<(), StoreError> {
        let update = self.table.client.update_item().table_name(&self.table.name);
        let updated = update
            .set_key(Some(key(STAFF, "-")))
            .update_expression("SET #subject = :name")
            .expression_attribute_names("#subject", subject)
            .expression_attribute_values(":name", string(name))
            .send()
            .await;
        updated.map(drop).map_err(store_error)
    }

    /// What everybody is called who has signed in, by their ids.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn names(&self) -> Result<HashMap<String, String>, StoreError> {
        let item = self.table.get(STAFF, "-").await?.unwrap_or_default();
        let of_people = item.into_iter().filter(|(name, _)| !matches!(name.as_str(), "pk" | "sk"));
        Ok(of_people
            .filter_map(|(subject, name)| Some((subject, name.as_s().ok()?.clone())))
            .collect())
    }
}

fn item(name: &str, session: StoredSession) -> Item {
    Item::from([
        ("pk".to_owned(), string(pk(name))),
        ("sk".to_owned(), string("-")),
        ("sealed".to_owned(), AttributeValue::B(Blob::new(session.sealed))),
        ("expires_at".to_owned(), number(session.expires_at)),
    ])
}

fn pk(name: &str) -> String {
    format!("SESSION#{name}")
}
