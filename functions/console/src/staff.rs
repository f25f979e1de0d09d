//! Who asks for a page.

use aws::http::Role;
use std::collections::HashMap;

use axum::extract::FromRequestParts;
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared};
use http::HeaderMap;
use http::request::Parts;
use serde::Deserialize;

use crate::api::Api;
use crate::failure::Failure;
use crate::session::{Session, Sessions};

/// The signed-in person, and the API as they may use it. Every page of the console takes it, and so is
/// only for people who are signed in.
#[derive(Clone)]
pub struct Staff {
    /// The API, as this person.
    pub api: Api,
    /// What they are called.
    pub name: String,
    /// Cognito's id for them: whom work is assigned to.
    pub subject: String,
    /// The widest of their roles.
    pub role: Role,
    /// What a form must say to be ours.
    pub csrf: String,
    /// What the practice is called.
    pub practice: String,
    sending: Shared<BoxFuture<'static, Option<Sending>>>,
    sessions: Sessions,
}

/// What people are called.
#[derive(Debug, Clone, Default)]
pub struct Names {
    known: HashMap<String, String>,
    own: String,
}

impl Names {
    /// What to call the person with that id: “you”, their address, or “somebody” who has not signed in
    /// here since it is remembered.
    pub fn of<'a>(&'a self, subject: &str) -> &'a str {
        if subject == self.own {
            return "you";
        }
        self.known.get(subject).map_or("somebody", String::as_str)
    }

    /// Everybody who is known, with their ids: whom work can be given to.
    pub fn all(&self) -> Vec<(&str, &str)> {
        let mut all: Vec<_> =
            self.known.iter().map(|(subject, name)| (subject.as_str(), name.as_str())).collect();
        all.sort_by_key(|&(_, name)| name);
        all
    }
}

impl std::fmt::Debug for Staff {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Staff").field("subject", &self.subject).finish_non_exhaustive()
    }
}

/// Whether messages go out.
#[derive(Debug, Clone, Deserialize)]
pub struct Sending {
    /// `on`, or `held`.
    pub state: String,
    /// Why it is held.
    pub why: Option<String>,
    /// Since when it is held.
    pub since: Option<String>,
    /// That the tables are a copy, from which nothing is sent.
    pub copy: Option<serde_json::Value>,
}

impl Staff {
    /// Whoever that is. Whether messages go out is asked for at once, beside what the page itself asks, when a
    /// whole page is sure to say it; else when it is said.
    pub(crate) fn new(
        api: Api,
        (session, role): (&Session, Role),
        sessions: &Sessions,
        is_whole_page: bool,
    ) -> Self {
        let asking = api.clone();
        let ask = async move { asking.get::<Sending>("/v1/sending").await.ok() };
        let sending = if is_whole_page {
            tokio::spawn(ask).map(|it| it.ok().flatten()).boxed()
        } else {
            ask.boxed()
        };
        Self {
            api,
            name: session.name.clone(),
            subject: session.subject.clone(),
            role,
            csrf: session.csrf.clone(),
            practice: session.practice.clone(),
            sending: sending.shared(),
            sessions: sessions.clone(),
        }
    }

    /// Whether they may do what needs that role. What they may not do is not shown.
    pub fn may(&self, least: Role) -> bool {
        self.role >= least
    }

    /// What people are called. Asked for by pages that name somebody.
    pub async fn names(&self) -> Names {
        let known = self.sessions.names().await.unwrap_or_else(|error| {
            tracing::warn!(%error, "what people are called cannot be read");
            HashMap::new()
        });
        Names { known, own: self.subject.clone() }
    }

    /// Whether messages go out; `None` when that cannot be told.
    pub async fn sending(&self) -> Option<Sending> {
        self.sending.clone().await
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Staff {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Failure> {
        parts.extensions.get::<Self>().cloned().ok_or(Failure::SignedOut)
    }
}

/// Whether only a part of a page is asked for, to be put into the page that is there (htmx).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IsPart(pub bool);

impl IsPart {
    /// Whether these headers ask for one. A page that is shown again by the Back button is a whole one.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        Self(
            headers.contains_key("hx-request")
                && !headers.contains_key("hx-history-restore-request"),
        )
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IsPart {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::of(&parts.headers))
    }
}
