//! The routes of the template, from `infra/checks/snapshot.json`.
//!
//! The template checks fail when that file and `infra/template.yaml` differ.

use serde_json::{Value, json};
use stack::{Answer, Session, Stack};

/// A route of the template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// `GET /v1/programs/{id}`
    pub key: String,
    /// Whether it is behind the authorizer.
    pub staff: bool,
}

/// Every route of the template.
///
/// # Panics
/// When the snapshot cannot be read.
pub fn of_template() -> Vec<Route> {
    let snapshot = include_str!("../../../infra/checks/snapshot.json");
    let snapshot: Value = serde_json::from_str(snapshot).expect("the snapshot is JSON");
    let routes = snapshot["routes"].as_object().expect("routes");
    assert!(!routes.is_empty(), "the snapshot has no routes");
    routes
        .iter()
        .map(|(key, who)| Route {
            key: key.clone(),
            staff: match who.as_str().expect("text").rsplit_once(", ") {
                Some((_, "staff token")) => true,
                Some((_, "anybody")) => false,
                _ => unreachable!("the snapshot says {who} of {key}"),
            },
        })
        .collect()
}

/// Every route of the template that is behind the authorizer.
///
/// # Panics
/// When there is none.
pub fn of_staff() -> Vec<Route> {
    let mut routes = of_template();
    routes.retain(|route| route.staff);
    assert!(!routes.is_empty(), "no route is behind the authorizer");
    routes
}

impl Route {
    /// The method.
    pub fn method(&self) -> &str {
        self.key.split(' ').next().unwrap_or_default()
    }

    /// An address of this route, of things that are not there.
    pub fn path(&self) -> String {
        let (_, path) = self.key.split_once(' ').unwrap_or_default();
        path.split('/')
            .map(|part| if part.starts_with('{') { "nothing" } else { part })
            .collect::<Vec<_>>()
            .join("/")
    }

    /// Calls it without a token.
    ///
    /// # Panics
    /// When no answer comes.
    pub fn call_without_token(&self, stack: &Stack) -> Answer {
        let headers = [("content-type", "application/json")];
        let body = (self.method() != "GET").then_some(b"{}".as_slice());
        stack.call(self.method(), &self.path(), &headers, body).expect("an answer")
    }

    /// Calls it with a token. The body says nothing, so that nothing is ever changed.
    ///
    /// # Panics
    /// When no answer comes.
    pub fn call(&self, session: &Session<'_>) -> Answer {
        let body = (self.method() != "GET").then_some(json!({}));
        session.request(self.method(), &self.path(), &[], body.as_ref()).expect("an answer")
    }
}
