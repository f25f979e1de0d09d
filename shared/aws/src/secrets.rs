//! Webhook secrets, in Secrets Manager: one secret for each source, holding
//! `{"current": "…", "previous": "…"}`, the keys it signs with, and for a source that cannot sign
//! `"bearer"` and `"previous_bearer"`. While one is being rotated both are valid.

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock};

use app::ports::{Clock, StoreError};
use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::operation::get_secret_value::GetSecretValueError;
use chrono::{DateTime, Duration, Utc};
use domain::phi::Phi;
use domain::text::Code;
use serde::Deserialize;

use crate::clients::{Aws, transport};

/// How long a secret is used before it is read again.
const FRESH: Duration = Duration::minutes(5);

/// After a signature failed the secret is read again, unless it was read this recently.
const SETTLED: Duration = Duration::seconds(10);

/// How many sources are remembered.
const MOST_SOURCES: usize = 256;

/// Fewest characters of a bearer secret. It is all that stands between anybody and the patients'
/// bookings; 32 hexadecimal digits are 128 bits.
const SHORTEST_BEARER: usize = 32;

/// The secrets of one source, newest first. `Debug` shows none of them.
#[derive(Debug, Clone, Default)]
pub struct SourceSecrets {
    /// What it signs with.
    pub signing: Vec<Phi<String>>,
    /// What it sends as a bearer.
    pub bearer: Vec<Phi<String>>,
}

impl SourceSecrets {
    /// Whether there is such a source.
    pub const fn is_known(&self) -> bool {
        !self.signing.is_empty() || !self.bearer.is_empty()
    }
}

#[derive(Deserialize)]
struct Stored {
    current: Option<String>,
    previous: Option<String>,
    bearer: Option<String>,
    previous_bearer: Option<String>,
}

/// Reads and remembers webhook secrets.
#[derive(Debug)]
pub struct WebhookSecrets<K> {
    aws: Aws,
    client: OnceLock<Client>,
    prefix: String,
    clock: K,
    known: Mutex<HashMap<Code, (DateTime<Utc>, SourceSecrets)>>,
    /// Names that are no source's, apart: names come from outside and have no end, and must not push
    /// out those that are.
    unknown: Mutex<HashMap<Code, DateTime<Utc>>>,
}

impl<K: Clock> WebhookSecrets<K> {
    /// The secrets whose names begin with `prefix`. The client is made when the first is read.
    pub fn new(aws: Aws, prefix: String, clock: K) -> Self {
        Self {
            aws,
            client: OnceLock::new(),
            prefix,
            clock,
            known: Mutex::default(),
            unknown: Mutex::default(),
        }
    }

    /// The time by which secrets grow old.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// The secrets of a source; none when there is no such source. With `newer_than`, what was
    /// read before that time is read again: after a signature failed, a rotation may be why.
    ///
    /// # Errors
    /// When Secrets Manager does not answer.
    pub async fn of(
        &self,
        source: &Code,
        newer_than: Option<DateTime<Utc>>,
    ) -> Result<SourceSecrets, StoreError> {
        let now = self.clock.now();
        // Anyone can send a wrong signature; that must not make us ask without end.
        let oldest = newer_than.map_or(now - FRESH, |time| time - SETTLED);
        if let Some((read_at, secrets)) = self.remembered(source)
            && read_at >= oldest
        {
            return Ok(secrets);
        }
        let secrets = self.read(source).await?;
        if secrets.is_known() {
            remember(&self.known, source, (now, secrets.clone()));
        } else {
            remember(&self.unknown, source, now);
        }
        Ok(secrets)
    }

    fn remembered(&self, source: &Code) -> Option<(DateTime<Utc>, SourceSecrets)> {
        let known = self.known.lock().ok()?.get(source).cloned();
        let unknown = || Some((*self.unknown.lock().ok()?.get(source)?, SourceSecrets::default()));
        known.or_else(unknown)
    }

    async fn read(&self, source: &Code) -> Result<SourceSecrets, StoreError> {
        let name = format!("{}{source}", self.prefix);
        let client = self.client.get_or_init(|| self.aws.secrets_manager());
        let answer = match client.get_secret_value().secret_id(&name).send().await {
            Ok(answer) => answer,
            Err(error) => {
                return match error.as_service_error() {
                    // A name that cannot be a secret's, or is none.
                    Some(
                        GetSecretValueError::ResourceNotFoundException(_)
                        | GetSecretValueError::InvalidParameterException(_),
                    ) => Ok(SourceSecrets::default()),
                    _ => Err(StoreError::Unavailable(transport(&error).to_owned())),
                };
            }
        };
        let unreadable = |why: &str| StoreError::Unreadable {
            what: format!("secret {name}"),
            why: why.to_owned(),
        };
        let text = answer.secret_string.ok_or_else(|| unreadable("it is not text"))?;
        let stored: Stored = serde_json::from_str(&text)
            .map_err(|_| unreadable("it is not JSON with texts `current` or `bearer`"))?;
        let some = |both: [Option<String>; 2]| both.into_iter().flatten().map(Phi::new).collect();
        let secrets = SourceSecrets {
            signing: some([stored.current, stored.previous]),
            bearer: some([stored.bearer, stored.previous_bearer]),
        };
        let short = |bearer: &Phi<String>| bearer.reveal().chars().count() < SHORTEST_BEARER;
        match secrets {
            SourceSecrets { bearer, .. } if bearer.iter().any(short) => {
                Err(unreadable("a bearer must have 32 characters or more"))
            }
            secrets if secrets.is_known() => Ok(secrets),
            _ => Err(unreadable("it is not JSON with texts `current` or `bearer`")),
        }
    }
}

fn remember<T>(sources: &Mutex<HashMap<Code, T>>, source: &Code, what: T) {
    if let Ok(mut sources) = sources.lock() {
        if sources.len() >= MOST_SOURCES {
            sources.clear();
        }
        sources.insert(source.clone(), what);
    }
}
