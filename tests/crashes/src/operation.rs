//! What somebody asks of a function, and what they hear.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use serde_json::Value;
use testkit::requests::{ApiAnswer, ApiRequest};

use crate::practice::{Function, Practice};

/// What who asked has heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// It is done.
    Done,
    /// It is not, and is to be asked for again.
    Again,
    /// It is being worked on, as far as the function knows: to be asked for again a minute later.
    Busy,
    /// It cannot be done, because things are not as who asks has read them, by now.
    Otherwise(String),
}

impl Heard {
    /// What a client reads in an answer.
    ///
    /// # Panics
    /// When the answer says that the request is wrong: it is none that a retry mends.
    pub fn of(answer: &ApiAnswer) -> Self {
        let said = || format!("{} {}", answer.status, answer.json);
        match answer.status.as_u16() {
            200..=299 => Self::Done,
            500..=599 => Self::Again,
            409 if !answer.header("retry-after").is_empty() => Self::Busy,
            404 | 409 | 412 | 422 => Self::Otherwise(said()),
            _ => unreachable!("a good request is refused: {}", said()),
        }
    }
}

/// What is awaited of a practice.
pub type Doing<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

type Do<T> = Arc<dyn for<'a> Fn(&'a Practice) -> Doing<'a, T> + Send + Sync>;

/// How things must be in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wish {
    /// As if nothing had happened.
    Whole,
    /// As they may be after it, though not the same each time.
    Sound,
    /// Sound, and perhaps done twice: who asks cannot say that it is the same request.
    PerhapsTwice,
}

/// What is asked of a function.
#[derive(Clone)]
pub struct Operation {
    /// What it is, in words.
    pub name: &'static str,
    act: Do<Heard>,
    before: Vec<Do<()>>,
    after: Vec<Do<()>>,
    pub(crate) wish: Wish,
}

impl Operation {
    /// An operation that is carried out like this.
    pub fn new<A>(name: &'static str, act: A) -> Self
    where
        A: for<'a> Fn(&'a Practice) -> Doing<'a, Heard> + Send + Sync + 'static,
    {
        let (before, after) = (Vec::new(), Vec::new());
        Self { name, act: Arc::new(act), before, after, wish: Wish::Whole }
    }

    /// A request to a function behind the API.
    pub fn http(name: &'static str, function: Function, request: ApiRequest) -> Self {
        Self::new(name, move |practice| {
            let request = request.clone();
            Box::pin(async move { Heard::of(&practice.ask(function, request).await) })
        })
    }

    /// The same, once this was asked for and done.
    ///
    /// # Panics
    /// When it is not done.
    #[must_use]
    pub fn once(self, function: Function, request: ApiRequest) -> Self {
        self.prepared(move |practice| {
            let request = request.clone();
            Box::pin(async move {
                let heard = Heard::of(&practice.ask(function, request).await);
                assert_eq!(heard, Heard::Done, "what comes before it is done");
            })
        })
    }

    /// The same, once this was done.
    #[must_use]
    pub fn prepared<A>(mut self, before: A) -> Self
    where
        A: for<'a> Fn(&'a Practice) -> Doing<'a, ()> + Send + Sync + 'static,
    {
        self.before.push(Arc::new(before));
        self
    }

    /// The same, where this is done afterwards, when nothing breaks any more.
    #[must_use]
    pub fn followed<A>(mut self, after: A) -> Self
    where
        A: for<'a> Fn(&'a Practice) -> Doing<'a, ()> + Send + Sync + 'static,
    {
        self.after.push(Arc::new(after));
        self
    }

    /// The same, where things need not be the same each time: nobody can know whether a message has gone, or
    /// it counts how often it was tried.
    #[must_use]
    pub fn need_only_be_sound(self) -> Self {
        Self { wish: Wish::Sound, ..self }
    }

    /// The same, where who asks cannot say that it is the same request.
    #[must_use]
    pub fn may_be_twice(self) -> Self {
        Self { wish: Wish::PerhapsTwice, ..self }
    }

    /// Prepares it.
    pub(crate) async fn prepare(&self, practice: &Practice) {
        for before in &self.before {
            before(practice).await;
        }
    }

    /// Does what is done afterwards.
    pub(crate) async fn follow(&self, practice: &Practice) {
        for after in &self.after {
            after(practice).await;
        }
    }

    /// Carries it out, by a new process.
    pub async fn act(&self, practice: &Practice) -> Heard {
        (self.act)(practice).await
    }
}

impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Operation").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The request that creates something, under a key.
pub fn create(path: &str, body: &Value) -> ApiRequest {
    post(path, body).header("idempotency-key", "\"8e03978e-40d5-43e8-bc93-6894a57f9324\"")
}

/// A request of somebody who may do everything.
pub fn post(path: &str, body: &Value) -> ApiRequest {
    let request = ApiRequest::new("POST", path).by("[admin clinician]");
    if body.is_null() { request } else { request.json(body) }
}

/// The request that saves what was read in this version.
pub fn put(path: &str, version: u64, body: &Value) -> ApiRequest {
    let request = ApiRequest::new("PUT", path).by("[admin]").json(body);
    request.header("if-match", &format!("\"{version}\""))
}

/// The request that deletes what was read in this version.
pub fn remove(path: &str, version: u64) -> ApiRequest {
    let request = ApiRequest::new("DELETE", path).by("[admin]");
    request.header("if-match", &format!("\"{version}\""))
}
