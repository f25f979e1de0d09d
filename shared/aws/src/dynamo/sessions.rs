//! Who is signed in at the console: what the session holds is sealed before it comes here, with a key
//! that only the person's browser has.

use app::ports::StoreError;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;

use super::{Item, Table, key, number, store_error, string};

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
        let sealed = match item.remove("sealed") {
            Some(AttributeValue::B(sealed)) => sealed.into_inner(),
            _ => return Ok(None),
        };
        let expires_at = item.get("expires_at").and_then(|it| it.as_n().ok()?.parse().ok());
        Ok(expires_at.map(|expires_at| StoredSession { sealed, expires_at }))
    }

    /// Stores it, or what it has become.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn put(&self, name: &str, session: StoredSession) -> Result<(), StoreError> {
        let item = Item::from([
            ("pk".to_owned(), string(&pk(name))),
            ("sk".to_owned(), string("-")),
            ("sealed".to_owned(), AttributeValue::B(Blob::new(session.sealed))),
            ("expires_at".to_owned(), number(session.expires_at)),
        ]);
        let put = self.table.client.put_item().table_name(&self.table.name).set_item(Some(item));
        put.send().await.map(drop).map_err(store_error)
    }

    /// Forgets it.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn forget(&self, name: &str) -> Result<(), StoreError> {
        let delete = self.table.client.delete_item().table_name(&self.table.name);
        let deleted = delete.set_key(Some(key(&pk(name), "-"))).send().await;
        deleted.map(drop).map_err(store_error)
    }
}

fn pk(name: &str) -> String {
    format!("SESSION#{name}")
}
