//! SDK clients that start quickly.
//!
//! The SDK's defaults load the system's root certificates (10 of 12 million instructions at start)
//! and bring two TLS stacks. Here: one HTTP client on rustls with *ring*, which trusts the roots
//! AWS's own endpoints chain to and nothing else, and credentials straight from the environment,
//! where Lambda puts them for the life of the sandbox.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode};
use aws_smithy_runtime::client::retries::RetryPartition;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;

use crate::config::{ConfigError, env, optional};

/// The roots of Amazon Trust Services, <https://www.amazontrust.com/repository/>.
const AMAZON_ROOTS: &[u8] = include_bytes!("amazon-roots.pem");

/// Longest a store or queue call may take, its retries included.
pub(crate) const STORE_TIMEOUT: Duration = Duration::from_secs(10);

/// Longest a count of the day may take. There is one try: what it adds to has no condition, and what is done waits to
/// be answered for.
pub const COUNT_TIMEOUT: Duration = Duration::from_secs(1);

/// Longest a call to the SMS provider may take. There is one try.
pub const PROVIDER_TIMEOUT: Duration = Duration::from_secs(5);

/// Longest a letter may take to be written and put on the list: two calls, and a file besides. They
/// are quick; what they may take together is more than a function has, and what it cannot finish is
/// settled by evidence.
pub const LETTER_TIMEOUT: Duration = Duration::from_secs(8);

/// What every client shares.
#[derive(Debug, Clone)]
pub struct Aws {
    pub(crate) http: SharedHttpClient,
    pub(crate) keys: Credentials,
    credentials: SharedCredentialsProvider,
    pub(crate) region: String,
    pub(crate) endpoint: Option<String>,
    pub(crate) retries: RetryConfig,
    /// Who shares how much may be tried again; `None` for all of a service in a region, in this process.
    quota: Option<RetryPartition>,
}

/// Sets on a client's configuration what all clients share.
macro_rules! client {
    ($sdk:ident, $aws:expr, $retries:expr, $timeout:expr) => {{
        let mut builder = $sdk::Config::builder()
            .behavior_version($sdk::config::BehaviorVersion::latest())
            .region($sdk::config::Region::new($aws.region.clone()))
            .credentials_provider($aws.credentials.clone())
            .http_client($aws.http.clone())
            .retry_config($retries)
            .timeout_config(timeouts($timeout));
        builder.set_endpoint_url($aws.endpoint.clone());
        builder.set_retry_partition($aws.quota.clone());
        $sdk::Client::from_conf(builder.build())
    }};
}

impl Aws {
    /// Reads region, credentials and, for a local cloud, `AWS_ENDPOINT_URL`.
    ///
    /// # Errors
    /// When one of them is missing.
    pub fn from_env() -> Result<Self, ConfigError> {
        let credentials = Credentials::new(
            env("AWS_ACCESS_KEY_ID")?,
            env("AWS_SECRET_ACCESS_KEY")?,
            optional("AWS_SESSION_TOKEN"),
            None,
            "environment",
        );
        Ok(Self::new(credentials, env("AWS_REGION")?, optional("AWS_ENDPOINT_URL")))
    }

    /// Clients for a region, or for the endpoint of a local cloud.
    ///
    /// # Panics
    /// Never: the compiled-in roots are read by a test.
    pub fn new(credentials: Credentials, region: String, endpoint: Option<String>) -> Self {
        let trust = TrustStore::empty().with_pem_certificate(AMAZON_ROOTS);
        let tls = TlsContext::builder()
            .with_trust_store(trust)
            .build()
            .expect("the roots are compiled in and are read by a test");
        let http = Builder::new()
            .tls_provider(Provider::Rustls(CryptoMode::Ring))
            .tls_context(tls)
            .build_https();
        let keys = credentials.clone();
        let credentials = SharedCredentialsProvider::new(credentials);
        let retries = RetryConfig::standard();
        Self { http, keys, credentials, region, endpoint, retries, quota: None }
    }

    /// The same clients over another HTTP client, made from the present one, without a wait before a
    /// retry, and with retries of their own: for tests that meter and break calls. What one test breaks
    /// must not use up what the SDK tries again for the others.
    #[must_use]
    pub fn over(mut self, change: impl FnOnce(SharedHttpClient) -> SharedHttpClient) -> Self {
        self.http = change(self.http);
        self.retries = self.retries.with_initial_backoff(Duration::ZERO);
        self.quota = Some(RetryPartition::custom("own").build());
        self
    }

    /// The same clients for another endpoint.
    #[must_use]
    pub fn at(self, endpoint: &str) -> Self {
        Self { endpoint: Some(endpoint.to_owned()), ..self }
    }

    /// DynamoDB. Calls are repeated by the SDK: every write is conditional or idempotent, but for the counts of the
    /// day, which are tried once.
    pub fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        client!(aws_sdk_dynamodb, self, self.retries.clone(), STORE_TIMEOUT)
    }

    /// SQS. A message queued twice does no harm.
    pub fn sqs(&self) -> aws_sdk_sqs::Client {
        client!(aws_sdk_sqs, self, self.retries.clone(), STORE_TIMEOUT)
    }

    /// SNS, **without retries**: it has no idempotency token, so a repeated `Publish` could reach
    /// the patient twice.
    pub fn sns(&self) -> aws_sdk_sns::Client {
        client!(aws_sdk_sns, self, RetryConfig::disabled(), PROVIDER_TIMEOUT)
    }

    /// SES, **without retries**, for the same reason.
    pub fn ses(&self) -> aws_sdk_sesv2::Client {
        client!(aws_sdk_sesv2, self, RetryConfig::disabled(), PROVIDER_TIMEOUT)
    }

    /// Secrets Manager.
    pub fn secrets_manager(&self) -> aws_sdk_secretsmanager::Client {
        client!(aws_sdk_secretsmanager, self, self.retries.clone(), STORE_TIMEOUT)
    }
}

/// What went wrong on the way to a service, without what was on the way: an SDK error's own text
/// can hold a whole answer.
pub(crate) fn transport<E, R>(error: &SdkError<E, R>) -> &'static str {
    match error {
        SdkError::ConstructionFailure(_) => "the request could not be made",
        SdkError::TimeoutError(_) => "no answer in time",
        SdkError::DispatchFailure(_) => "the service could not be reached",
        SdkError::ResponseError(_) => "the answer could not be read",
        SdkError::ServiceError(_) | _ => "the service refused the request",
    }
}

pub(crate) fn timeouts(operation: Duration) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(2))
        .operation_timeout(operation)
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compiled_in_roots_can_be_read() {
        let credentials = Credentials::new("id", "secret", None, None, "test");
        let aws = Aws::new(credentials, "ap-southeast-2".to_owned(), None);
        drop(aws.dynamodb());
    }
}
