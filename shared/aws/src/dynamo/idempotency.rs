//! Answers to requests that create something, kept so that a request which is sent again creates
//! nothing more.
//!
//! One item for each key of a caller on a route, in the intake table. Its `expires_at` is judged by
//! the clock, because DynamoDB deletes expired items late. The item names its owner: a request that
//! was overtaken can neither replace nor remove what another one wrote.

use std::fmt;
use std::sync::Arc;

use app::ports::{Clock, Ids, StoreError};
use chrono::Duration;
use domain::ids::fingerprint;
use domain::phi::Phi;
use serde::{Deserialize, Serialize};

use super::{Condition, Item, Table, Written, key, number, read_data, string, text};

const IDEMPOTENCY: &str = "IDEMPOTENCY";

/// How long a request that is being worked on keeps its key: longer than any function behind the
/// API runs.
const IN_FLIGHT: Duration = Duration::seconds(60);

/// How long an answer is kept.
const KEPT: Duration = Duration::hours(24);

/// Largest body that is kept, in bytes. An item has at most 400 KB.
const MAX_BODY: usize = 256 * 1024;

/// Where answers are kept.
#[derive(Clone)]
pub struct IdempotencyStore {
    table: Table,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
}

/// A request that has a key.
pub(crate) struct Keyed<'a> {
    /// Who sends it. A key is the caller's own: nobody is shown another one's answer.
    pub(crate) subject: &'a str,
    /// The route, as the API names it.
    pub(crate) route: &'a str,
    /// The key.
    pub(crate) key: &'a str,
    /// What tells it from another request under the same key.
    pub(crate) fingerprint: &'a str,
}

/// What a request finds under its key.
#[derive(Debug)]
pub(crate) enum Claimed {
    /// Nothing: the key is its own now, and it is to be worked on.
    Ours(Claim),
    /// The answer it was given before.
    Answered(KeptAnswer),
    /// Another request has the key.
    OtherRequest,
    /// The same request is being worked on.
    Running,
}

/// The proof that a key is ours.
#[derive(Debug)]
pub(crate) struct Claim {
    pk: String,
    fingerprint: String,
    owner: String,
}

/// An answer as it is kept: it holds what the caller may see, patients' data too.
#[derive(Debug, Clone)]
pub(crate) struct KeptAnswer {
    /// The status.
    pub(crate) status: u16,
    /// The headers that the handler set.
    pub(crate) headers: Vec<(String, String)>,
    /// The body.
    pub(crate) body: Phi<String>,
}

#[derive(Serialize, Deserialize)]
struct AnswerData {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl IdempotencyStore {
    /// The store in that table, which must delete items by `expires_at`.
    pub fn new(table: Table, clock: impl Clock + 'static, ids: impl Ids + 'static) -> Self {
        Self { table, clock: Arc::new(clock), ids: Arc::new(ids) }
    }

    /// Takes the key for this request, or says who has it.
    pub(crate) async fn claim(&self, request: &Keyed<'_>) -> Result<Claimed, StoreError> {
        let Keyed { subject, route, key, fingerprint: ours } = request;
        let claim = Claim {
            pk: format!("{IDEMPOTENCY}#{}", fingerprint(&format!("{subject}\n{route}\n{key}"))),
            fingerprint: (*ours).to_owned(),
            owner: self.ids.next().to_string(),
        };
        let now = number(self.seconds(Duration::zero()));
        let free = Condition {
            expression: "attribute_not_exists(pk) OR expires_at <= :now".to_owned(),
            values: Some(Item::from([(":now".to_owned(), now)])),
        };
        let stored = match self.table.put_if(self.item(&claim, IN_FLIGHT), free).await? {
            Written::Yes => return Ok(Claimed::Ours(claim)),
            Written::No(stored) => stored.unwrap_or_default(),
        };
        if text(&stored, "fingerprint").is_some_and(|theirs| theirs != *ours) {
            return Ok(Claimed::OtherRequest);
        }
        if !stored.contains_key("data") {
            return Ok(Claimed::Running);
        }
        let AnswerData { status, headers, body } = read_data(stored)?;
        Ok(Claimed::Answered(KeptAnswer { status, headers, body: Phi::new(body) }))
    }

    /// Keeps the answer of a request whose key is ours still. An answer that is too large for an
    /// item is not kept: the key is given back, and the request would be worked on again.
    pub(crate) async fn keep(&self, claim: &Claim, answer: &KeptAnswer) -> Result<(), StoreError> {
        let KeptAnswer { status, headers, body } = answer;
        if body.reveal().len() > MAX_BODY {
            return self.release(claim).await;
        }
        let (headers, body) = (headers.clone(), body.reveal().clone());
        let data = serde_dynamo::to_attribute_value(AnswerData { status: *status, headers, body })
            .expect("storage structs are plain data");
        let mut item = self.item(claim, KEPT);
        item.insert("data".to_owned(), data);
        match self.table.put_if(item, claim.is_ours()).await? {
            Written::Yes => {}
            Written::No(_) => tracing::warn!("a request was overtaken by its own repetition"),
        }
        Ok(())
    }

    /// Gives the key back, if it is ours still: the request may be sent again.
    pub(crate) async fn release(&self, claim: &Claim) -> Result<(), StoreError> {
        self.table.delete_if(&claim.pk, IDEMPOTENCY, claim.is_ours()).await
    }

    fn item(&self, claim: &Claim, valid: Duration) -> Item {
        let mut item = key(&claim.pk, IDEMPOTENCY);
        item.insert("claimed_by".to_owned(), string(&claim.owner));
        item.insert("fingerprint".to_owned(), string(&claim.fingerprint));
        item.insert("expires_at".to_owned(), number(self.seconds(valid)));
        item
    }

    /// That long from now, in the seconds in which DynamoDB reads an expiry.
    fn seconds(&self, ahead: Duration) -> u64 {
        u64::try_from((self.clock.now() + ahead).timestamp()).unwrap_or_default()
    }
}

impl Claim {
    fn is_ours(&self) -> Condition {
        let values = Item::from([(":owner".to_owned(), string(&self.owner))]);
        Condition { expression: "claimed_by = :owner".to_owned(), values: Some(values) }
    }
}

impl fmt::Debug for IdempotencyStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdempotencyStore").field("table", &self.table).finish_non_exhaustive()
    }
}
