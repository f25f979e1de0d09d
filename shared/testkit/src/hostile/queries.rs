//! Queries of addresses that are wrong.

use axum::Router;

use super::{Attack, Expect, throw};
use crate::dynamo::Dynamo;
use crate::requests::{ApiRequest, call};

/// A route that reads a query.
#[derive(Debug, Clone)]
pub struct Query {
    /// The whole path, without the query.
    pub path: String,
    /// A query that is taken.
    pub good: &'static str,
    /// Parameters with values that are not taken.
    pub wrong: Vec<(&'static str, &'static str)>,
    /// The least role it needs.
    pub role: &'static str,
}

impl Query {
    /// A list that has pages.
    pub fn of_pages(path: impl Into<String>, good: &'static str) -> Self {
        let limits = ["0", "201", "-1", "1.5", "1e2", "ten", "%D9%A1", "99999999999999999999"];
        let cursors = ["x", "MQ", "..%2F", "%00", "bm90LW91cnM", "eyJpZCI6MX0", "1"];
        let wrong = limits.map(|limit| ("limit", limit)).into_iter();
        let wrong = wrong.chain(cursors.map(|cursor| ("cursor", cursor))).collect();
        Self { path: path.into(), good, wrong, role: "viewer" }
    }

    /// What has no pages.
    pub fn of(path: impl Into<String>, good: &'static str) -> Self {
        Self { path: path.into(), good, wrong: Vec::new(), role: "viewer" }
    }

    /// It needs more than a viewer.
    #[must_use]
    pub fn by(self, role: &'static str) -> Self {
        Self { role, ..self }
    }

    /// And these values are not taken either.
    #[must_use]
    pub fn nor(mut self, wrong: &[(&'static str, &'static str)]) -> Self {
        self.wrong.extend(wrong);
        self
    }
}

/// Asks each route in every wrong way, and then in the good one, with the least role it needs.
///
/// # Panics
/// With everything that was taken, was answered otherwise than it must be, or has written.
pub async fn attack_query(dynamo: &Dynamo, router: &Router, targets: &[Query]) {
    let mut failures = Vec::new();
    for route in targets {
        let get = |query: &str| {
            let request = ApiRequest::new("GET", &format!("{}?{query}", route.path));
            request.by(&format!("[{}]", route.role))
        };
        let mut attacks = Vec::new();
        let mut add = |query: String, name: &str| {
            let expect = Expect::Parameter(name.to_owned());
            attacks.push(Attack { name: format!("?{query}"), request: get(&query), expect });
        };
        // What is missing must not be named in its place.
        let good = if route.good.is_empty() { String::new() } else { format!("{}&", route.good) };
        for (query, name) in [
            ("surplus=1", "surplus"),
            ("LIMIT=1", "LIMIT"),
            ("a%2Fb=1", "a/b"),
            ("surplus=%ff", "surplus"),
            ("twice=1&twice=1", "twice"),
        ] {
            add(format!("{good}{query}"), name);
        }
        if let Some((name, _)) = route.good.split('&').next().and_then(|pair| pair.split_once('='))
        {
            add(format!("{good}{}", route.good), name);
        }
        // `?dry_run=`: what was meant is not known, and to go on without it does more than was asked.
        add(format!("{good}surplus="), "surplus");
        for (name, _) in route.good.split('&').filter_map(|pair| pair.split_once('=')) {
            let rest = route.good.split('&').filter(|pair| !pair.starts_with(&format!("{name}=")));
            let query: Vec<_> = rest.map(str::to_owned).chain([format!("{name}=")]).collect();
            add(query.join("&"), name);
        }
        for (name, value) in &route.wrong {
            let others = route.good.split('&').filter(|pair| {
                !pair.is_empty() && pair.split_once('=').is_none_or(|(other, _)| other != *name)
            });
            let query: Vec<String> =
                others.map(str::to_owned).chain([format!("{name}={value}")]).collect();
            add(query.join("&"), name);
        }
        failures.extend(throw(dynamo, router, &route.path, attacks).await);
        let taken = call(router, get(route.good)).await;
        if !taken.status.is_success() {
            failures
                .push(format!("{}?{}: {} {}", route.path, route.good, taken.status, taken.json));
        }
    }
    assert!(failures.is_empty(), "{} attacks:\n{}", failures.len(), failures.join("\n"));
}
