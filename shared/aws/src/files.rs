//! The files of letters: a bucket of Amazon S3.
//!
//! S3 is asked three things, each by an address that is signed with AWS's own signer, and sent by the
//! SDK's own client and retries. The SDK's crate for S3 has a hundred operations more, and what it
//! links would not fit beside the typesetter and its fonts in the 8 MB a function may have.

use std::time::{Duration, SystemTime};

use app::ports::{Clock, FileKind, LetterFiles, StoreError, Written};
use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation,
    SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use aws_smithy_http::label::{EncodingStrategy, fmt_string};
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime::client::retries::classifiers::{
    HttpStatusCodeClassifier, TransientErrorClassifier,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_types::body::SdkBody;
use chrono::{DateTime, Utc};
use domain::logo::PictureKind;
use domain::phi::Phi;

use crate::clients::{Aws, STORE_TIMEOUT, timeouts, transport};
use crate::clock::SystemClock;

/// How long a request of our own may be on its way.
const SIGNED_FOR: Duration = Duration::from_mins(1);

/// What S3 answers when it is asked again a little later: 409, when another write of the same file is
/// under way (Amazon S3 API, `PutObject`, “Conditional writes”).
const BUSY: &[u16] = &[409, 429, 500, 502, 503, 504];

/// Where a file says whose it is.
const OWNER: &str = "x-amz-meta-owner";

/// What the letters are.
const PDF: &str = "application/pdf";

/// What a file is, as the web calls it.
const fn media_type(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Pdf => PDF,
        FileKind::Json => "application/json",
        FileKind::Picture(PictureKind::Png) => "image/png",
        FileKind::Picture(PictureKind::Jpeg) => "image/jpeg",
    }
}

/// A bucket.
#[derive(Debug, Clone)]
pub struct S3Files {
    requests: Operation<Asked, Answer, Refused>,
    keys: Credentials,
    region: String,
    /// The address of the bucket, without a slash at its end.
    bucket: String,
}

/// A request, signed.
#[derive(Debug, Clone)]
struct Asked {
    method: &'static str,
    /// Without the bucket's.
    address: Phi<String>,
    headers: Vec<(&'static str, String)>,
    body: Phi<Vec<u8>>,
}

/// An answer that says something.
#[derive(Debug)]
struct Answer {
    status: u16,
    owner: Option<String>,
    body: Phi<Vec<u8>>,
}

/// An answer that is a refusal.
#[derive(Debug, thiserror::Error)]
#[error("the bucket answered {0}")]
struct Refused(u16);

impl S3Files {
    /// The bucket of that name. On a local cloud it is a folder of the endpoint.
    pub fn new(aws: &Aws, bucket: &str) -> Self {
        let bucket = match &aws.endpoint {
            Some(endpoint) => format!("{}/{bucket}", endpoint.trim_end_matches('/')),
            None => format!("https://{bucket}.s3.{}.amazonaws.com", aws.region),
        };
        let requests = Operation::builder()
            .service_name("s3")
            .operation_name("file")
            .http_client(aws.http.clone())
            .endpoint_url(&bucket)
            .no_auth()
            .standard_retry(&aws.retries)
            .retry_classifier(TransientErrorClassifier::<Refused>::new())
            .retry_classifier(HttpStatusCodeClassifier::new_from_codes(BUSY))
            .timeout_config(timeouts(STORE_TIMEOUT))
            .serializer(|asked: Asked| {
                let mut request = HttpRequest::new(SdkBody::from(asked.body.reveal().clone()));
                request.set_method(asked.method)?;
                request.set_uri(asked.address.reveal().as_str())?;
                for (name, value) in asked.headers {
                    request.headers_mut().try_insert(name, value)?;
                }
                let length = asked.body.reveal().len().to_string();
                request.headers_mut().try_insert("content-length", length)?;
                Ok(request)
            })
            .deserializer(read_answer)
            .build();
        Self { requests, keys: aws.keys.clone(), region: aws.region.clone(), bucket }
    }

    /// An address that asks for this, signed.
    fn signed(
        &self,
        method: &'static str,
        path: &str,
        headers: &[(&'static str, String)],
        at: SystemTime,
        valid: Duration,
    ) -> Result<String, StoreError> {
        let wrong = |error: &dyn std::fmt::Display| {
            StoreError::Refused(format!("a request for a file could not be signed: {error}"))
        };
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let mut address = format!("{}/{}", self.bucket, fmt_string(path, EncodingStrategy::Greedy));
        if !query.is_empty() {
            address.push('?');
            address.push_str(query);
        }
        let mut settings = SigningSettings::default();
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.payload_checksum_kind = PayloadChecksumKind::NoHeader;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        settings.signature_location = SignatureLocation::QueryParams;
        settings.expires_in = Some(valid);
        let identity = self.keys.clone().into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name("s3")
            .time(at)
            .settings(settings)
            .build()
            .map_err(|error| wrong(&error))?
            .into();
        let named = headers.iter().map(|(name, value)| (*name, value.as_str()));
        let body = SignableBody::UnsignedPayload;
        let signable = SignableRequest::new(method, address.as_str(), named, body)
            .map_err(|error| wrong(&error))?;
        let (instructions, _) =
            sign(signable, &params).map_err(|error| wrong(&error))?.into_parts();
        let mut request =
            http::Request::builder().uri(&address).body(()).map_err(|error| wrong(&error))?;
        instructions.apply_to_request_http1x(&mut request);
        Ok(request.uri().to_string())
    }

    async fn ask(
        &self,
        method: &'static str,
        path: &str,
        headers: Vec<(&'static str, String)>,
        body: Vec<u8>,
    ) -> Result<Answer, StoreError> {
        let now = SystemTime::from(SystemClock.now());
        let address = self.signed(method, path, &headers, now, SIGNED_FOR)?;
        // The client puts the bucket's address before it.
        let address = Phi::new(address.strip_prefix(&self.bucket).unwrap_or(&address).to_owned());
        let asked = Asked { method, address, headers, body: Phi::new(body) };
        self.requests.invoke(asked).await.map_err(|error| match error.as_service_error() {
            Some(Refused(status)) if *status < 500 && !BUSY.contains(status) => {
                StoreError::Refused(format!("the bucket answered {status}"))
            }
            Some(Refused(status)) => {
                StoreError::Unavailable(format!("the bucket answered {status}"))
            }
            None => StoreError::Unavailable(transport(&error).to_owned()),
        })
    }
}

fn read_answer(response: &HttpResponse) -> Result<Answer, OrchestratorError<Refused>> {
    let status = response.status().as_u16();
    match status {
        200..=299 | 404 | 412 => Ok(Answer {
            status,
            owner: response.headers().get(OWNER).map(str::to_owned),
            body: Phi::new(response.body().bytes().unwrap_or_default().to_vec()),
        }),
        other => Err(OrchestratorError::operation(Refused(other))),
    }
}

impl LetterFiles for S3Files {
    async fn write_new(
        &self,
        path: &str,
        kind: FileKind,
        bytes: &[u8],
        owner: &str,
    ) -> Result<Written, StoreError> {
        let headers = vec![
            ("content-type", media_type(kind).to_owned()),
            ("if-none-match", "*".to_owned()),
            (OWNER, owner.to_owned()),
        ];
        match self.ask("PUT", path, headers, bytes.to_vec()).await?.status {
            412 => {
                let there = self.ask("HEAD", path, Vec::new(), Vec::new()).await?;
                Ok(Written::There { owner: there.owner })
            }
            404 => Err(StoreError::Refused("there is no such bucket".to_owned())),
            _ => Ok(Written::New),
        }
    }

    async fn owner(&self, path: &str) -> Result<Option<String>, StoreError> {
        let answer = self.ask("HEAD", path, Vec::new(), Vec::new()).await?;
        Ok((answer.status != 404).then(|| answer.owner.unwrap_or_default()))
    }

    async fn read(&self, path: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let answer = self.ask("GET", path, Vec::new(), Vec::new()).await?;
        Ok((answer.status != 404).then(|| answer.body.reveal().clone()))
    }

    fn link(
        &self,
        path: &str,
        name: &str,
        now: DateTime<Utc>,
        valid: Duration,
    ) -> Result<String, StoreError> {
        let shown = format!("attachment; filename=\"{name}\"");
        let shown = fmt_string(shown, EncodingStrategy::Default);
        let kind = fmt_string(PDF, EncodingStrategy::Default);
        let path =
            format!("{path}?response-content-disposition={shown}&response-content-type={kind}");
        self.signed("GET", &path, &[], SystemTime::from(now), valid)
    }
}
