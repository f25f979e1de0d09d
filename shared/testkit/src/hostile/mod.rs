//! Attacks on routes: everything that can be wrong with a request, one thing at a time. Each must be
//! answered by a 4xx problem that names what is wrong, and must leave everything stored as it was.
//!
//! A test says what a good request is and what its fields are ([`Route`]); the attacks are made of
//! that. All that got through are reported together.

mod addresses;
mod bodies;
mod queries;
mod values;

use axum::Router;
use serde_json::{Value, json};

use self::addresses::{broken_addresses, broken_headers};
use self::bodies::{broken_texts, broken_values, too_much};
pub use self::queries::{Query, attack_query};
pub use self::values::Kind;
use crate::dynamo::Dynamo;
use crate::requests::{ApiAnswer, ApiRequest, call};

/// What a good request is, and what is in it.
#[derive(Debug, Clone)]
pub struct Route {
    /// `PUT`.
    pub method: &'static str,
    /// The whole path, without a query.
    pub path: String,
    /// The Cognito groups of who asks.
    pub by: &'static str,
    /// The id that is in the path, and what it is replaced by.
    pub id: Option<String>,
    /// The version of what it saves.
    pub version: Option<u64>,
    /// Whether it takes an `Idempotency-Key`.
    pub creates: bool,
    /// A body that is taken; one with every field there is.
    pub body: Value,
    /// Fields that must be there and not `null`, by pointers.
    pub required: Vec<&'static str>,
    /// What its texts and numbers are, by pointers.
    pub fields: Vec<(&'static str, Kind)>,
    /// What happens to fields nobody knows.
    pub unknown: Unknown,
    /// The headers that a body is sent with by machines, whose signature is of it. They have no
    /// token, and what is in their query is passed over.
    pub signed: Option<Signing>,
}

/// The headers with which a body is signed.
pub type Signing = fn(&[u8]) -> Vec<(&'static str, String)>;

/// The type of nearly every body.
const JSON: &str = "application/json";

/// What happens to fields nobody knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unknown {
    /// They are refused.
    Refused,
    /// They are passed over.
    PassedOver,
}

impl Route {
    /// A route by its method and path, which takes this body.
    pub fn new(method: &'static str, path: impl Into<String>, body: Value) -> Self {
        Self {
            method,
            path: path.into(),
            by: "[admin]",
            id: None,
            version: None,
            creates: false,
            body,
            required: Vec::new(),
            fields: Vec::new(),
            unknown: Unknown::Refused,
            signed: None,
        }
    }

    /// It is of machines, which sign the body and may say more than is read.
    #[must_use]
    pub fn signed(self, headers: Signing) -> Self {
        Self { signed: Some(headers), unknown: Unknown::PassedOver, ..self }
    }

    /// With this id in its path.
    #[must_use]
    pub fn id(self, id: &(impl ToString + ?Sized)) -> Self {
        Self { id: Some(id.to_string()), ..self }
    }

    /// It saves what has this version.
    #[must_use]
    pub fn version(self, version: u64) -> Self {
        Self { version: Some(version), ..self }
    }

    /// It creates something.
    #[must_use]
    pub fn creates(self) -> Self {
        Self { creates: true, ..self }
    }

    /// These fields must be there.
    #[must_use]
    pub fn required(self, required: &[&'static str]) -> Self {
        Self { required: required.to_vec(), ..self }
    }

    /// These are its texts and numbers.
    #[must_use]
    pub fn fields(self, fields: &[(&'static str, Kind)]) -> Self {
        Self { fields: fields.to_vec(), ..self }
    }

    /// The good request, with another path and without a body.
    fn bare(&self, path: &str) -> ApiRequest {
        let request = ApiRequest::new(self.method, path).by(self.by);
        match self.version {
            Some(version) => request.header("if-match", &format!("\"{version}\"")),
            None => request,
        }
    }

    /// The good request, with another path and another body.
    fn sent(&self, path: &str, kind: &str, body: &[u8]) -> ApiRequest {
        let request = match std::str::from_utf8(body) {
            Ok(text) => self.bare(path).text(kind, text),
            Err(_) => self.bare(path).bytes(kind, body),
        };
        let headers = self.signed.map(|headers| headers(body)).unwrap_or_default();
        headers.iter().fold(request, |request, (name, value)| request.header(name, value))
    }

    fn good(&self) -> ApiRequest {
        self.sent(&self.path, JSON, self.body.to_string().as_bytes())
    }
}

/// No refusal is larger, in bytes, whatever it refuses.
const LARGEST_REFUSAL: usize = 200_000;

/// One attack.
struct Attack {
    name: String,
    request: ApiRequest,
    expect: Expect,
}

/// How an attack must be answered.
enum Expect {
    /// 422, with at least these pointers.
    Pointers(Vec<String>),
    /// 400, with at least this parameter of the query.
    Parameter(String),
    /// One of these statuses.
    Status(Vec<u16>),
}

impl Expect {
    fn status(status: u16) -> Self {
        Self::Status(vec![status])
    }

    /// What is wrong with the answer.
    fn judge(&self, answer: &ApiAnswer) -> Option<String> {
        let status = answer.status.as_u16();
        let is_problem = answer.header("content-type") == "application/problem+json"
            && answer
                .json
                .get("detail")
                .and_then(Value::as_str)
                .is_some_and(|detail| !detail.is_empty());
        let as_expected = match self {
            Self::Pointers(pointers) => {
                let named = answer.pointers();
                status == 422
                    && pointers.iter().all(|it| named.contains(&format!("#{it}").as_str()))
            }
            Self::Parameter(name) => status == 400 && answer.parameters().contains(&name.as_str()),
            Self::Status(statuses) => statuses.contains(&status),
        };
        let wanted = match self {
            Self::Pointers(pointers) => format!("422 at {pointers:?}"),
            Self::Parameter(name) => format!("400 at {name}"),
            Self::Status(statuses) => format!("{statuses:?}"),
        };
        let body = answer.json.to_string();
        if body.len() > LARGEST_REFUSAL {
            return Some(format!("the answer has {} bytes", body.len()));
        }
        (!as_expected || !is_problem).then(|| {
            let body: String = body.chars().take(300).collect();
            format!("wanted {wanted}, was {status} {body}")
        })
    }
}

/// Attacks each route in every way there is, and then sends the good request, which must be taken:
/// what was refused before was refused for what was wrong with it.
///
/// # Panics
/// With every attack that was taken, was answered otherwise than it must be, or has written.
pub async fn attack(dynamo: &Dynamo, router: &Router, targets: &[Route]) {
    let mut wrong = Vec::new();
    for (i, route) in targets.iter().enumerate() {
        let name = format!("{} {}", route.method, route.path);
        let mut attacks = attacks(route);
        if i == 0 {
            // They take long, and no route has anything to do with it.
            attacks.extend(too_much(route));
        }
        wrong.extend(throw(dynamo, router, &name, attacks).await);
        let taken = call(router, route.good()).await;
        if !taken.status.is_success() {
            wrong.push(format!("{name}: the good request was {} {}", taken.status, taken.json));
        }
    }
    assert!(wrong.is_empty(), "{} attacks:\n{}", wrong.len(), wrong.join("\n"));
}

/// The same for routes that are sent nothing: they refuse a body that says something.
///
/// # Panics
/// As [`attack`].
pub async fn attack_bodyless(dynamo: &Dynamo, router: &Router, targets: &[Route]) {
    let mut wrong = Vec::new();
    for route in targets {
        let name = format!("{} {}", route.method, route.path);
        let mut attacks = broken_headers(route);
        attacks.extend(broken_addresses(route));
        for (body, pointer) in [(json!({ "dry_run": true }), "/dry_run"), (json!([]), "")] {
            attacks.push(Attack {
                name: format!("body {body}"),
                request: route.bare(&route.path).json(&body),
                expect: Expect::Pointers(vec![pointer.to_owned()]),
            });
        }
        for (kind, body, status) in [
            ("application/json", "{", 400),
            ("text/plain", "please", 415),
            ("application/json", &" {}".repeat(400_000), 413),
        ] {
            attacks.push(Attack {
                name: format!("body {body:.20} as {kind}"),
                request: route.bare(&route.path).text(kind, body),
                expect: Expect::status(status),
            });
        }
        wrong.extend(throw(dynamo, router, &name, attacks).await);
        let taken = call(router, route.good()).await;
        if !taken.status.is_success() {
            wrong.push(format!("{name}: the good request was {} {}", taken.status, taken.json));
        }
    }
    assert!(wrong.is_empty(), "{} attacks:\n{}", wrong.len(), wrong.join("\n"));
}

/// Sends attacks and answers what got through.
async fn throw(dynamo: &Dynamo, router: &Router, name: &str, attacks: Vec<Attack>) -> Vec<String> {
    let mut before = dynamo.dump_of_practice().await;
    let mut wrong = Vec::new();
    for attack in attacks {
        let units = dynamo.wire.write_units();
        let answer = call(router, attack.request).await;
        if let Some(judgement) = attack.expect.judge(&answer) {
            wrong.push(format!("{name}: {}: {judgement}", attack.name));
        }
        // Every write consumes something; a condition that fails does too, and writes nothing.
        if dynamo.wire.write_units() > units {
            let after = dynamo.dump_of_practice().await;
            if after != before {
                wrong.push(format!("{name}: {}: something was written", attack.name));
                before = after;
            }
        }
    }
    if dynamo.dump_of_practice().await != before {
        wrong.push(format!("{name}: something was written unseen"));
    }
    wrong
}

fn attacks(route: &Route) -> Vec<Attack> {
    let mut attacks = Vec::new();
    attacks.extend(broken_values(route));
    attacks.extend(broken_texts(route));
    attacks.extend(broken_headers(route));
    attacks.extend(broken_addresses(route));
    attacks
}
