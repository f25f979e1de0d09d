//! An ePost provider that is asked by HTTP: one `POST` of JSON for a letter, the PDF in base64 within
//! it, so that the signature covers both.
//!
//! The provider knows a letter that comes again by `Idempotency-Key`. So it is asked a few times while
//! it gives no answer, and once any of the tries has ended in doubt, all of them have.

use std::sync::OnceLock;
use std::time::Duration;

use app::ports::{Clock, EpostProvider, HandOver, SendError, StoreError};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode};
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::retry::RetryConfig;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use domain::phi::Phi;
use domain::text::Code;
use http::Uri;
use serde_json::Value;
use standardwebhooks::{
    HEADER_WEBHOOK_ID, HEADER_WEBHOOK_SIGNATURE, HEADER_WEBHOOK_TIMESTAMP, Webhook,
};

use super::told;
use crate::clients::{Aws, timeouts};
use crate::config::ConfigError;
use crate::provider::classify;
use crate::secrets::WebhookSecrets;

/// Longest one try may take. Three of them, and the waits between, stay below [`super::EPOST_TIMEOUT`].
const TRY: Duration = Duration::from_millis(2_500);

/// How long is waited before each further try.
const WAITS: [Duration; 2] = [Duration::from_millis(250), Duration::from_secs(1)];

/// The provider's own id when it forgets to say one.
const NO_ID: &str = "not given";

/// The provider.
#[derive(Debug)]
pub struct HttpEpost<K> {
    requests: OnceLock<Result<Operation<Asked, String, Refused>, String>>,
    /// Scheme and host.
    endpoint: String,
    path: String,
    secrets: WebhookSecrets<K>,
    /// Under which name the key is kept that hand-overs are signed with.
    signer: Code,
    clock: K,
    waits: [Duration; 2],
}

/// A request, signed.
#[derive(Debug, Clone)]
struct Asked {
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Phi<String>,
}

/// An answer that is a refusal.
#[derive(Debug, thiserror::Error)]
#[error("the ePost provider answered {0}")]
struct Refused(u16);

impl<K: Clock + Clone> HttpEpost<K> {
    /// The provider at that address. Hand-overs are signed with the secret `hand-over` below `prefix`.
    ///
    /// # Errors
    /// When the address is none.
    pub fn new(aws: Aws, url: &str, prefix: String, clock: K) -> Result<Self, ConfigError> {
        let wrong = |why: &str| ConfigError::Wrong { name: "EPOST_URL", why: why.to_owned() };
        let uri: Uri = url.parse().map_err(|_| wrong("it must be an address"))?;
        let (Some(scheme), Some(host)) = (uri.scheme(), uri.authority()) else {
            return Err(wrong("it must be a whole address, with https:// before it"));
        };
        Ok(Self {
            requests: OnceLock::new(),
            endpoint: format!("{scheme}://{host}"),
            path: uri.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
            secrets: WebhookSecrets::new(aws, prefix, clock.clone()),
            signer: Code::parse("hand-over").map_err(|_| wrong("it has no signer"))?,
            clock,
            waits: WAITS,
        })
    }
}

impl<K: Clock> HttpEpost<K> {
    /// One try.
    async fn ask(&self, key: &str, body: &str) -> Result<String, SendError> {
        let requests = self.requests.get_or_init(|| requests(&self.endpoint));
        let requests = requests.as_ref().map_err(|why| SendError::Permanent(why.clone()))?;
        let headers = self.signed(key, body).await?;
        let (path, body) = (self.path.clone(), Phi::new(body.to_owned()));
        let answer = requests.invoke(Asked { path, headers, body }).await;
        answer.map_err(|error| classify(&error, |Refused(status), _| refusal(*status)))
    }

    async fn signed(
        &self,
        key: &str,
        body: &str,
    ) -> Result<Vec<(&'static str, String)>, SendError> {
        let secrets = self.secrets.of(&self.signer, None).await.map_err(|error| match error {
            StoreError::Unavailable(why) => SendError::Transient(why),
            other @ (StoreError::Refused(_) | StoreError::Unreadable { .. }) => {
                SendError::Permanent(other.to_string())
            }
        })?;
        let unsigned = || SendError::Permanent("there is no key to sign it with".to_owned());
        let secret = secrets.signing.first().ok_or_else(unsigned)?;
        let now = self.clock.now().timestamp();
        let webhook = Webhook::new(secret.reveal()).map_err(|_| unsigned())?;
        let signature = webhook.sign(key, now, body.as_bytes()).map_err(|_| unsigned())?;
        Ok(vec![
            ("content-type", "application/json".to_owned()),
            ("content-length", body.len().to_string()),
            ("idempotency-key", key.to_owned()),
            (HEADER_WEBHOOK_ID, key.to_owned()),
            (HEADER_WEBHOOK_TIMESTAMP, now.to_string()),
            (HEADER_WEBHOOK_SIGNATURE, signature),
        ])
    }
}

impl<K: Clock> EpostProvider for HttpEpost<K> {
    async fn hand_over(&self, letter: HandOver<'_>, key: &str) -> Result<String, SendError> {
        let mut body = told(letter);
        if let Some(fields) = body.as_object_mut() {
            let pdf = BASE64_STANDARD.encode(letter.pdf.reveal());
            fields.insert("pdf".to_owned(), Value::from(pdf));
        }
        let body = body.to_string();
        let mut doubt = None;
        let mut waits = self.waits.into_iter();
        loop {
            let error = match self.ask(key, &body).await {
                Ok(id) => return Ok(id),
                Err(error) => error,
            };
            let again = match &error {
                SendError::Transient(_) | SendError::Barred(_) => true,
                SendError::Permanent(_) => false,
                SendError::InDoubt(why) => {
                    doubt = Some(why.clone());
                    true
                }
            };
            match waits.next() {
                Some(wait) if again => tokio::time::sleep(wait).await,
                Some(_) | None => return Err(doubt.map_or(error, SendError::InDoubt)),
            }
        }
    }
}

/// The client of a provider. It trusts what the system trusts: a provider is not AWS.
fn requests(endpoint: &str) -> Result<Operation<Asked, String, Refused>, String> {
    let tls = TlsContext::builder().with_trust_store(TrustStore::default()).build();
    let tls = tls.map_err(|error| format!("no connection can be made safe: {error}"))?;
    let client = Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .tls_context(tls)
        .build_https();
    Ok(Operation::builder()
        .service_name("epost")
        .operation_name("hand-over")
        .http_client(client)
        .endpoint_url(endpoint)
        .no_auth()
        .standard_retry(&RetryConfig::disabled())
        .timeout_config(timeouts(TRY))
        .serializer(|asked: Asked| {
            let mut request = HttpRequest::new(SdkBody::from(asked.body.reveal().as_str()));
            request.set_method("POST")?;
            request.set_uri(asked.path.as_str())?;
            for (name, value) in asked.headers {
                request.headers_mut().try_insert(name, value)?;
            }
            Ok(request)
        })
        .deserializer(read_answer)
        .build())
}

/// The provider's id for the letter. It is taken for certain, even should the answer not say one.
fn read_answer(response: &HttpResponse) -> Result<String, OrchestratorError<Refused>> {
    match response.status().as_u16() {
        200..=299 => {
            let answer: Option<Value> =
                response.body().bytes().and_then(|body| serde_json::from_slice(body).ok());
            let id = answer.as_ref().and_then(|answer| answer.get("id")).and_then(Value::as_str);
            Ok(id.unwrap_or(NO_ID).chars().take(128).collect())
        }
        other => Err(OrchestratorError::operation(Refused(other))),
    }
}

/// What a refusal means, by its status.
fn refusal(status: u16) -> SendError {
    let why = format!("the provider answered {status}");
    match status {
        // It has not looked at it.
        425 | 429 => SendError::Transient(why),
        // It is working on this very letter, or something broke on the way, before it took the letter
        // or after.
        408 | 409 | 500..=599 => SendError::InDoubt(why),
        _ => SendError::Permanent(why),
    }
}

#[cfg(test)]
mod tests;
