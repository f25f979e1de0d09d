//! The tables that a function works on, by the identities that DynamoDB gave them.

use std::sync::{Mutex, PoisonError};

use app::ports::{Clock, Here, StoreError};
use aws_sdk_dynamodb::Client;
use chrono::{DateTime, Duration, Utc};
use domain::home::{Kept, TableId, Tables};
use futures_util::future::try_join_all;

use super::store_error;
use crate::config::{self, ConfigError};

/// How long a sender believes what it was told. A restored table takes longer to come about.
const BELIEVED: Duration = Duration::seconds(60);

/// The tables of a deployment, asked for by their names.
#[derive(Debug)]
pub struct TablesHere<K> {
    client: Client,
    names: Vec<(Kept, String)>,
    clock: K,
    believed: Duration,
    told: Mutex<Option<(DateTime<Utc>, Tables)>>,
}

impl<K: Clock> TablesHere<K> {
    /// The tables of these names, asked for each time.
    pub fn new(client: &Client, names: Vec<(Kept, String)>, clock: K) -> Self {
        let (client, told) = (client.clone(), Mutex::new(None));
        Self { client, names, clock, believed: Duration::zero(), told }
    }

    /// All tables that the template names to a function.
    ///
    /// # Errors
    /// When one of them is not set.
    pub fn from_env(client: &Client, clock: K) -> Result<Self, ConfigError> {
        let names = vec![
            (Kept::Catalogue, config::env("CATALOGUE_TABLE")?),
            (Kept::People, config::env("PEOPLE_TABLE")?),
            (Kept::Enrolments, config::env("ENROLMENTS_TABLE")?),
            (Kept::Intake, config::env("INTAKE_TABLE")?),
            (Kept::Letters, config::env("LETTERS_TABLE")?),
            (Kept::WorkList, config::env("WORK_LIST_TABLE")?),
        ];
        Ok(Self::new(client, names, clock))
    }

    /// What is told is believed for a minute: whoever sends asks before each message.
    #[must_use]
    pub fn believed(self) -> Self {
        Self { believed: BELIEVED, ..self }
    }

    async fn id(&self, kept: Kept, name: &str) -> Result<(Kept, TableId), StoreError> {
        let described = self.client.describe_table().table_name(name).send().await;
        let table = described.map_err(store_error)?.table;
        let id = table.and_then(|table| table.table_id).and_then(|id| TableId::parse(&id).ok());
        let what = kept.as_str();
        let nameless = || StoreError::Refused(format!("the table {what} has no identity"));
        Ok((kept, id.ok_or_else(nameless)?))
    }
}

impl<K: Clock> Here for TablesHere<K> {
    async fn tables(&self) -> Result<Tables, StoreError> {
        let now = self.clock.now();
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((at, tables)) = told
            && now < at + self.believed
        {
            return Ok(tables);
        }
        let asked = self.names.iter().map(|(kept, name)| self.id(*kept, name));
        // On the heap: six calls in one future are deeper than the compiler follows.
        let tables: Tables = Box::pin(try_join_all(asked)).await?.into_iter().collect();
        let told = Some((now, tables.clone()));
        *self.told.lock().unwrap_or_else(PoisonError::into_inner) = told;
        Ok(tables)
    }
}
