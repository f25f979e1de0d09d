//! Asking the JSON API, as one person.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use aws::web::{Unreachable, Web};
use axum::body::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tower::util::BoxCloneSyncService;
use tower::{Service as _, ServiceExt as _};

use crate::failure::{Failure, Problem};

/// A connection that breaks sooner than this was no connection: it is asked once more.
const SOON: Duration = Duration::from_secs(4);

/// How long is waited for what is being worked on, and how long between two looks.
const PATIENCE: Duration = Duration::from_secs(8);
const A_MOMENT: Duration = Duration::from_millis(300);

/// What answers: API Gateway, or in a test the functions themselves.
pub type Service = BoxCloneSyncService<Request<Vec<u8>>, Response<Bytes>, Unreachable>;

/// The API at that address.
pub fn over(web: Web) -> Service {
    BoxCloneSyncService::new(tower::service_fn(move |request| {
        let web = web.clone();
        async move { web.ask(request).await }
    }))
}

/// The API, with the access token of one person.
#[derive(Clone)]
pub struct Api {
    service: Service,
    token: HeaderValue,
}

impl std::fmt::Debug for Api {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Api(…)")
    }
}

/// What was read, and the version to send with a change of it.
#[derive(Debug, Clone)]
pub struct Versioned<T> {
    /// What it is.
    pub it: T,
    /// Its version: what `If-Match` takes.
    pub version: String,
}

/// A part of a path, in which everything is escaped that is not a letter, a digit, or one of `-_.~`.
const PART: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// An address of the API, or of a page: `at(&["v1", "patients", id], &[("limit", "50")])`. What has no
/// value is left out of the query.
pub fn at(parts: &[&str], query: &[(&str, &str)]) -> String {
    let mut address = String::new();
    for part in parts {
        // Writing to a text cannot fail. A part of dots would be taken for a way up, however it is escaped.
        _ = if part.bytes().all(|byte| byte == b'.') {
            write!(address, "/-")
        } else {
            write!(address, "/{}", utf8_percent_encode(part, PART))
        };
    }
    let mut mark = '?';
    for (name, value) in query.iter().filter(|(_, value)| !value.is_empty()) {
        _ = write!(address, "{mark}{name}={}", utf8_percent_encode(value, PART));
        mark = '&';
    }
    address
}

impl Api {
    /// The API for whom that access token names.
    ///
    /// # Errors
    /// When it is none.
    pub fn of(service: &Service, access_token: &str) -> Result<Self, Failure> {
        let token = HeaderValue::try_from(format!("Bearer {access_token}"));
        let mut token = token.map_err(|_| Failure::SignedOut)?;
        token.set_sensitive(true);
        Ok(Self { service: service.clone(), token })
    }

    /// Reads.
    ///
    /// # Errors
    /// When the API refuses or fails.
    pub async fn get<T: DeserializeOwned>(&self, address: &str) -> Result<T, Failure> {
        self.ask(Method::GET, address).answer().await
    }

    /// Reads something that can be saved.
    ///
    /// # Errors
    /// When the API refuses or fails.
    pub async fn read<T: DeserializeOwned>(&self, address: &str) -> Result<Versioned<T>, Failure> {
        self.ask(Method::GET, address).versioned().await
    }

    /// A request, to be completed.
    pub fn ask<'a>(&'a self, method: Method, address: &'a str) -> Asked<'a> {
        let body = (Vec::new(), None);
        Asked { api: self, method, address, version: None, once: None, body, broken: false }
    }
}

/// A request to the API.
#[must_use]
pub struct Asked<'a> {
    api: &'a Api,
    method: Method,
    address: &'a str,
    version: Option<&'a str>,
    once: Option<&'a str>,
    body: (Vec<u8>, Option<&'static str>),
    broken: bool,
}

impl<'a> Asked<'a> {
    /// The version that is changed. Without one the API says that it is missing.
    pub fn version(self, version: &'a str) -> Self {
        Self { version: Some(version), ..self }
    }

    /// The key under which it is done once, however often it is sent.
    pub fn once(self, key: &'a str) -> Self {
        Self { once: Some(key), ..self }
    }

    /// What is sent.
    pub fn json(self, body: &impl Serialize) -> Self {
        match serde_json::to_vec(body) {
            Ok(body) => Self { body: (body, Some("application/json")), ..self },
            Err(_) => Self { broken: true, ..self },
        }
    }

    /// What is sent, as it is.
    pub fn bytes(self, kind: &'static str, body: Vec<u8>) -> Self {
        Self { body: (body, Some(kind)), ..self }
    }

    /// Asks, and reads the answer. What answers nothing is read as `()`.
    ///
    /// # Errors
    /// When the API refuses or fails.
    pub async fn answer<T: DeserializeOwned>(self) -> Result<T, Failure> {
        parse(&self.raw().await?)
    }

    /// The same, with the version of what is answered.
    ///
    /// # Errors
    /// When the API refuses or fails.
    pub async fn versioned<T: DeserializeOwned>(self) -> Result<Versioned<T>, Failure> {
        let answer = self.raw().await?;
        let version = answer.headers().get(header::ETAG).and_then(|it| it.to_str().ok());
        let version = version.unwrap_or_default().to_owned();
        Ok(Versioned { it: parse(&answer)?, version })
    }

    /// The same, as it came: for what is no JSON.
    ///
    /// # Errors
    /// When the API refuses or fails.
    pub async fn raw(self) -> Result<Response<Bytes>, Failure> {
        if self.broken {
            return Err(Failure::Unreadable);
        }
        // What only reads, and what is done once under its key, may be asked for again.
        let is_repeatable = self.method == Method::GET || self.once.is_some();
        let began = Instant::now();
        let mut tries = 0;
        let answer = loop {
            tries += 1;
            match self.send().await {
                // A connection that was kept while the function slept is often gone.
                Err(Failure::Unreachable(_))
                    if is_repeatable && tries == 1 && began.elapsed() < SOON => {}
                Ok(answer) if self.runs_still(&answer) && began.elapsed() < PATIENCE => {
                    tokio::time::sleep(A_MOMENT).await;
                }
                other => break other?,
            }
        };
        match answer.status() {
            status if status.is_success() => Ok(answer),
            StatusCode::UNAUTHORIZED => Err(Failure::SignedOut),
            status => {
                let problem = Problem::read(status, answer.headers(), answer.body());
                tracing::info!(
                    http.status = problem.status,
                    api.request = problem.request,
                    "refused"
                );
                Err(Failure::Refused(problem))
            }
        }
    }

    /// Whether it was sent before and is being worked on: somebody pressed twice.
    fn runs_still(&self, answer: &Response<Bytes>) -> bool {
        self.once.is_some()
            && answer.status() == StatusCode::CONFLICT
            && answer.headers().contains_key(header::RETRY_AFTER)
    }

    async fn send(&self) -> Result<Response<Bytes>, Failure> {
        let mut request = Request::builder()
            .method(self.method.clone())
            .uri(self.address)
            .header(header::AUTHORIZATION, self.api.token.clone());
        let (body, kind) = &self.body;
        if let Some(kind) = kind {
            request = request.header(header::CONTENT_TYPE, *kind);
        }
        if let Some(version) = self.version {
            request = request.header(header::IF_MATCH, version);
        }
        if let Some(once) = self.once {
            request = request.header("idempotency-key", once);
        }
        let request = request.body(body.clone()).map_err(|_| Failure::Unreadable)?;
        let mut service = self.api.service.clone();
        let service = service.ready().await.map_err(Failure::Unreachable)?;
        service.call(request).await.map_err(Failure::Unreachable)
    }
}

fn parse<T: DeserializeOwned>(answer: &Response<Bytes>) -> Result<T, Failure> {
    let body: &[u8] = match answer.body().as_ref() {
        b"" => b"null",
        body => body,
    };
    serde_json::from_slice(body).map_err(|error| {
        // Position only: the error's own text can hold a piece of the answer.
        tracing::error!(line = error.line(), column = error.column(), "an answer cannot be read");
        Failure::Unreadable
    })
}

#[cfg(test)]
mod tests {
    use super::at;

    #[test]
    fn whatever_is_in_an_address_stays_in_its_part() {
        assert_eq!(at(&["v1", "patients", "pat_1"], &[]), "/v1/patients/pat_1");
        assert_eq!(at(&["v1", "../x?y#z"], &[]), "/v1/..%2Fx%3Fy%23z");
        assert_eq!(at(&["v1", "..", "."], &[]), "/v1/-/-");
        assert_eq!(
            at(&["v1"], &[("q", "a b&c"), ("site", ""), ("limit", "5")]),
            "/v1?q=a%20b%26c&limit=5"
        );
    }
}
