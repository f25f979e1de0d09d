//! Requests to addresses of AWS that no SDK covers: our own HTTP API, and the sign-in pages of Cognito.
//! They go over the client that the SDKs share, which trusts AWS's roots and nothing else.

use std::convert::Infallible;

use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::retry::RetryConfig;
use axum::body::Bytes;
use http::uri::InvalidUri;
use http::{HeaderName, HeaderValue, Method, Request, Response, Uri, header};

use crate::clients::{Aws, timeouts, transport};

/// Longest a request may take.
const LONGEST: std::time::Duration = std::time::Duration::from_secs(12);

/// One origin that is asked.
#[derive(Debug, Clone)]
pub struct Web {
    requests: Operation<Asked, Response<Bytes>, Infallible>,
    /// The host that is named in requests which go to a local cloud instead.
    host: Option<HeaderValue>,
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreachable(pub &'static str);

struct Asked {
    method: Method,
    path: String,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Vec<u8>,
}

// What is sent may hold a password's worth of a token, and patients' data.
impl std::fmt::Debug for Asked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Asked").field("method", &self.method).finish_non_exhaustive()
    }
}

impl Aws {
    /// Requests to that origin, such as `https://example.org`. With the endpoint of a local cloud they
    /// go there, and say in `Host` where they were meant for.
    ///
    /// # Errors
    /// When it is not an origin.
    pub fn web(&self, origin: &str) -> Result<Web, InvalidUri> {
        let uri: Uri = origin.parse()?;
        let authority = uri.authority().map_or("", |it| it.as_str());
        let host = HeaderValue::try_from(authority).ok().filter(|_| self.endpoint.is_some());
        // A path in it is not its own: whoever asks says the whole path.
        let origin = format!("{}://{authority}", uri.scheme_str().unwrap_or("https"));
        let requests = Operation::builder()
            .service_name("web")
            .operation_name("ask")
            .http_client(self.http.clone())
            .endpoint_url(self.endpoint.as_deref().unwrap_or(&origin))
            .no_auth()
            // Whoever asks knows what may be asked twice.
            .standard_retry(&RetryConfig::disabled())
            .timeout_config(timeouts(LONGEST))
            .serializer(|asked: Asked| {
                let length = asked.body.len();
                let mut request = HttpRequest::new(SdkBody::from(asked.body));
                request.set_method(asked.method.as_str())?;
                request.set_uri(asked.path)?;
                for (name, value) in asked.headers {
                    let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
                    request.headers_mut().try_insert(name.as_str().to_owned(), value)?;
                }
                request.headers_mut().try_insert("content-length", length.to_string())?;
                Ok(request)
            })
            .deserializer(read)
            .build();
        Ok(Web { requests, host })
    }
}

fn read(answer: &HttpResponse) -> Result<Response<Bytes>, OrchestratorError<Infallible>> {
    let body = answer.body().bytes().map(Bytes::copy_from_slice).unwrap_or_default();
    let mut response = Response::new(body);
    *response.status_mut() =
        http::StatusCode::from_u16(answer.status().as_u16()).map_err(OrchestratorError::other)?;
    for (name, value) in answer.headers() {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().append(name, value);
        }
    }
    Ok(response)
}

impl Web {
    /// Asks. An answer is an answer, whatever its status.
    ///
    /// # Errors
    /// When there is none.
    pub async fn ask(&self, request: Request<Vec<u8>>) -> Result<Response<Bytes>, Unreachable> {
        let (parts, body) = request.into_parts();
        let path = parts.uri.path_and_query().map_or("/", |it| it.as_str()).to_owned();
        let mut headers: Vec<_> =
            parts.headers.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        headers.extend(self.host.clone().map(|host| (header::HOST, host)));
        let asked = Asked { method: parts.method, path, headers, body };
        self.requests.invoke(asked).await.map_err(|error| Unreachable(transport(&error)))
    }
}
