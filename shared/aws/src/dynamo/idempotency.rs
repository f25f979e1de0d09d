//! Answers to requests that create something, kept so that a request which is sent again creates
//! nothing more.
//!
//! One item for each key of a caller on a route, in the intake table. Its `expires_at` is judged by
//! the clock, because DynamoDB deletes expired items late. The item names its owner: a request that
//! was overtaken can neither replace nor remove what another one wrote.
//!
//! It also has a number for the first record that the request makes. A request that died may have made it
//! before: whoever takes its place under the same key goes on with its number, finds the record, and makes
//! no second one.

use std::fmt;
use std::sync::Arc;

use app::ports::{Clock, Ids, StoreError};
use chrono::Duration;
use domain::ids::fingerprint;
use domain::phi::Phi;
use serde::{Deserialize, Serialize};
use ulid::Ulid;

use super::{Condition, Item, Table, Written, key, number, read_data, string, text};

const IDEMPOTENCY: &str = "IDEMPOTENCY";
/// Until when a request may be worked on.
const BUSY_UNTIL: &str = "busy_until";
/// The number of the first record that it makes.
const FIRST: &str = "first";

/// How long a request that is being worked on keeps its key: longer than any function behind the
/// API runs.
const IN_FLIGHT: Duration = Duration::seconds(60);

/// How long an answer is kept, and what is known of a request that died.
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
    first: Ulid,
}

impl Claim {
    /// The number of the first record that the request makes.
    pub(crate) const fn first(&self) -> Ulid {
        self.first
    }
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
        let owner = self.ids.next();
        let mut claim = Claim {
            pk: format!("{IDEMPOTENCY}#{}", fingerprint(&format!("{subject}\n{route}\n{key}"))),
            fingerprint: (*ours).to_owned(),
            owner: owner.to_string(),
            first: owner,
        };
        let now = self.seconds(Duration::zero());
        let free = Condition {
            expression: "attribute_not_exists(pk) OR expires_at <= :now".to_owned(),
            values: Some(Item::from([(":now".to_owned(), number(now))])),
        };
        let stored = match self.table.put_if(self.in_flight(&claim), free).await? {
            Written::Yes => return Ok(Claimed::Ours(claim)),
            Written::No(stored) => stored.unwrap_or_default(),
        };
        let is_same = text(&stored, "fingerprint").is_none_or(|theirs| theirs == *ours);
        if has_died(&stored, now) {
            if let Some(first) = died_with(&stored).filter(|_| is_same) {
                claim.first = first;
            }
            let theirs = text(&stored, "claimed_by").unwrap_or_default();
            let taking_over = owned_by(&theirs);
            return match self.table.put_if(self.in_flight(&claim), taking_over).await? {
                Written::Yes => Ok(Claimed::Ours(claim)),
                Written::No(_) => Ok(Claimed::Running),
            };
        }
        if !is_same {
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
        let mut item = self.item(claim);
        item.insert("data".to_owned(), data);
        match self.table.put_if(item, claim.is_ours()).await? {
            Written::Yes => {}
            Written::No(_) => tracing::warn!("a request was overtaken by its own repetition"),
        }
        Ok(())
    }

    /// Gives the key back, if it is ours still: the request may be sent again. What it may have made all
    /// the same keeps its number.
    pub(crate) async fn release(&self, claim: &Claim) -> Result<(), StoreError> {
        match self.table.put_if(self.unanswered(claim, Duration::zero()), claim.is_ours()).await? {
            Written::Yes | Written::No(_) => Ok(()),
        }
    }

    /// The item of a request that is being worked on.
    fn in_flight(&self, claim: &Claim) -> Item {
        self.unanswered(claim, IN_FLIGHT)
    }

    /// The item of a request that is worked on for that long at most.
    fn unanswered(&self, claim: &Claim, busy: Duration) -> Item {
        let mut item = self.item(claim);
        item.insert(BUSY_UNTIL.to_owned(), number(self.seconds(busy)));
        item.insert(FIRST.to_owned(), string(claim.first.to_string()));
        item
    }

    fn item(&self, claim: &Claim) -> Item {
        let mut item = key(&claim.pk, IDEMPOTENCY);
        item.insert("claimed_by".to_owned(), string(&claim.owner));
        item.insert("fingerprint".to_owned(), string(&claim.fingerprint));
        item.insert("expires_at".to_owned(), number(self.seconds(KEPT)));
        item
    }

    /// That long from now, in the seconds in which DynamoDB reads an expiry.
    fn seconds(&self, ahead: Duration) -> u64 {
        u64::try_from((self.clock.now() + ahead).timestamp()).unwrap_or_default()
    }
}

impl Claim {
    fn is_ours(&self) -> Condition {
        owned_by(&self.owner)
    }
}

fn owned_by(owner: &str) -> Condition {
    let values = Item::from([(":owner".to_owned(), string(owner))]);
    Condition { expression: "claimed_by = :owner".to_owned(), values: Some(values) }
}

/// Whether a request had the key that was not answered, and can be worked on no more.
fn has_died(stored: &Item, now: u64) -> bool {
    let until = stored.get(BUSY_UNTIL).and_then(|until| until.as_n().ok());
    let until = until.and_then(|until| until.parse::<u64>().ok());
    !stored.contains_key("data") && until.is_some_and(|until| until <= now)
}

/// The number it had for the first record it made.
fn died_with(stored: &Item) -> Option<Ulid> {
    text(stored, FIRST).and_then(|first| Ulid::from_string(&first).ok())
}

impl fmt::Debug for IdempotencyStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdempotencyStore").field("table", &self.table).finish_non_exhaustive()
    }
}
