//! Who is signed in.
//!
//! The browser has a random secret in a cookie. What we store is under a hash of it and sealed with a key
//! that is made of it: who reads the table, or a backup of it, can neither take over a session nor read the
//! tokens in it.

pub mod cookie;
mod seal;

use std::collections::HashMap;

use app::ports::StoreError;
use aws::dynamo::{SessionStore, StoredSession};
use aws::http::Role;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

pub use seal::Secret;

/// How long a session lasts at most, in seconds: a working day, as long as Cognito's refresh token.
pub const WHOLE: u64 = 12 * 60 * 60;

/// How long it lasts without being used, in seconds: a shared reception PC is left alone.
pub const IDLE: u64 = 60 * 60;

/// How long somebody may take to sign in, in seconds.
pub const SIGNING_IN: u64 = 15 * 60;

/// A session is written anew when it was last written this long ago, in seconds: each page would cost a
/// write otherwise.
const TOUCH: u64 = 5 * 60;

/// What is sealed in a row: nothing that was sealed as one is opened as the other.
const SESSION: &str = "session";
const IN: &str = "signing-in";

/// A signed-in person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Cognito's id for the person.
    pub subject: String,
    /// What they are called on the page: their address.
    pub name: String,
    /// What the practice is called.
    pub practice: String,
    /// The widest of their roles, if they have one.
    pub role: Option<String>,
    /// The access token.
    pub access: String,
    /// Until when it is good, in seconds since 1970.
    pub access_until: u64,
    /// The refresh token.
    pub refresh: String,
    /// What a form must say to be ours.
    pub csrf: String,
    /// When they signed in, in seconds since 1970.
    pub began: u64,
    /// When it was last written.
    pub written: u64,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("subject", &self.subject).finish_non_exhaustive()
    }
}

impl Session {
    /// The widest of their roles.
    pub fn role(&self) -> Option<Role> {
        let role = self.role.as_deref()?;
        Role::ALL.into_iter().find(|it| it.as_str() == role)
    }

    /// Whether it is to be written again only to say that it is in use.
    pub const fn is_to_be_touched(&self, now: u64) -> bool {
        now >= self.written.saturating_add(TOUCH)
    }

    fn expires_at(&self) -> u64 {
        (self.began + WHOLE).min(self.written + IDLE)
    }
}

/// Somebody who is signing in: what must come back from Cognito, and where they wanted to go.
#[derive(Clone, Serialize, Deserialize)]
pub struct SigningIn {
    /// OAuth's `state` (RFC 6749, 10.12).
    pub state: String,
    /// The `nonce` of `OpenID` Connect.
    pub nonce: String,
    /// PKCE's verifier (RFC 7636).
    pub verifier: String,
    /// The page they wanted: a path of ours.
    pub to: String,
}

/// Sessions, opened.
#[derive(Debug, Clone)]
pub struct Sessions(SessionStore);

impl Sessions {
    /// Those of that store.
    pub const fn new(store: SessionStore) -> Self {
        Self(store)
    }

    /// The session of that secret, if it is good.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn open(&self, secret: &Secret, now: u64) -> Result<Option<Session>, StoreError> {
        self.read(secret, SESSION, now).await
    }

    /// Begins it.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn begin(&self, secret: &Secret, session: &Session) -> Result<(), StoreError> {
        let stored = seal(secret, SESSION, session, session.expires_at())?;
        self.0.create(&secret.name(), stored).await
    }

    /// Writes what it has become; false when it was ended meanwhile.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn keep(
        &self,
        secret: &Secret,
        session: &mut Session,
        now: u64,
    ) -> Result<bool, StoreError> {
        session.written = now;
        self.0.keep(&secret.name(), seal(secret, SESSION, session, session.expires_at())?).await
    }

    /// What is known of somebody who is signing in.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn awaited(
        &self,
        secret: &Secret,
        now: u64,
    ) -> Result<Option<SigningIn>, StoreError> {
        self.read(secret, IN, now).await
    }

    /// Remembers somebody who is signing in.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn await_return(
        &self,
        secret: &Secret,
        who: &SigningIn,
        now: u64,
    ) -> Result<(), StoreError> {
        self.0.create(&secret.name(), seal(secret, IN, who, now + SIGNING_IN)?).await
    }

    /// Ends it; false when it was ended before.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn forget(&self, secret: &Secret) -> Result<bool, StoreError> {
        self.0.forget(&secret.name()).await
    }

    /// Remembers what somebody is called: records name people by their ids.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn call_somebody(&self, subject: &str, name: &str) -> Result<(), StoreError> {
        self.0.call_somebody(subject, name).await
    }

    /// What everybody is called who has signed in here, by their ids.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn names(&self) -> Result<HashMap<String, String>, StoreError> {
        self.0.names().await
    }

    async fn read<T: DeserializeOwned>(
        &self,
        secret: &Secret,
        what: &str,
        now: u64,
    ) -> Result<Option<T>, StoreError> {
        let Some(stored) = self.0.get(&secret.name()).await? else { return Ok(None) };
        // What has expired may be there for days.
        if stored.expires_at <= now {
            return Ok(None);
        }
        Ok(secret.open(what, stored.sealed).and_then(|it| serde_json::from_slice(&it).ok()))
    }
}

fn seal<T: Serialize>(
    secret: &Secret,
    what: &str,
    it: &T,
    expires_at: u64,
) -> Result<StoredSession, StoreError> {
    let unwritable = || StoreError::Refused("a session cannot be sealed".to_owned());
    let text = serde_json::to_vec(it).map_err(|_| unwritable())?;
    let sealed = secret.seal(what, text).ok_or_else(unwritable)?;
    Ok(StoredSession { sealed, expires_at })
}
