//! DynamoDB and the bucket without a network: calls of the real SDK are answered on the spot, within the
//! same poll. So what happens depends on nothing but the order in which callers are polled, and a
//! simulation can be replayed.

use std::collections::BTreeMap;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use dynoxide::{Database, DynoxideError};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::bucket::Bucket;
use crate::server::Asked;

/// The database and the bucket.
#[derive(Clone)]
pub(crate) struct Inside {
    pub(crate) database: Database,
    pub(crate) bucket: Bucket,
}

impl std::fmt::Debug for Inside {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inside").finish_non_exhaustive()
    }
}

impl Inside {
    pub(crate) fn client(self) -> SharedHttpClient {
        SharedHttpClient::new(self)
    }

    fn of_database(&self, operation: &str, body: &str) -> HttpResponse {
        let (status, text) = match self.dispatch(operation, body) {
            Ok(text) => (200, text),
            Err(error) => (error.status_code(), error.to_json()),
        };
        let mut response = response(status, text.into_bytes());
        response.headers_mut().insert("content-type", "application/x-amz-json-1.0");
        response
    }

    /// Carries an operation out. Those that no store of ours uses are not known.
    fn dispatch(&self, operation: &str, body: &str) -> Result<String, DynoxideError> {
        let db = &self.database;
        match operation {
            "GetItem" => run(body, |request| db.get_item(request)),
            "PutItem" => run(body, |request| db.put_item(request)),
            "UpdateItem" => run(body, |request| db.update_item(request)),
            "DeleteItem" => run(body, |request| db.delete_item(request)),
            "Query" => run(body, |request| db.query(request)),
            "Scan" => run(body, |request| db.scan(request)),
            "BatchGetItem" => run(body, |request| db.batch_get_item(request)),
            "BatchWriteItem" => run(body, |request| db.batch_write_item(request)),
            "TransactWriteItems" => run(body, |request| db.transact_write_items(request)),
            "CreateTable" => run(body, |request| db.create_table(request)),
            "DescribeTable" => run(body, |request| db.describe_table(request)),
            other => {
                let why = format!("{other} is none of the operations that are answered here");
                Err(DynoxideError::InternalServerError(why))
            }
        }
    }

    fn of_bucket(&self, request: &HttpRequest, body: &[u8]) -> HttpResponse {
        let uri: http::Uri = request.uri().parse().unwrap_or_default();
        let header = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        let headers: BTreeMap<String, String> = request.headers().iter().map(header).collect();
        let asked = Asked {
            method: request.method().to_owned(),
            target: uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
            headers,
            body: body.to_vec(),
        };
        let Some(kept) = self.bucket.respond(&asked) else { return response(404, Vec::new()) };
        let mut response = response(kept.status, kept.body);
        if let Some(owner) = kept.owner {
            response.headers_mut().insert("x-amz-meta-owner", owner);
        }
        response
    }
}

fn run<I: DeserializeOwned, O: Serialize>(
    body: &str,
    operation: impl FnOnce(I) -> Result<O, DynoxideError>,
) -> Result<String, DynoxideError> {
    let wrong = |error: serde_json::Error| DynoxideError::SerializationException(error.to_string());
    let answer = operation(serde_json::from_str(body).map_err(wrong)?)?;
    serde_json::to_string(&answer).map_err(wrong)
}

fn response(status: u16, body: Vec<u8>) -> HttpResponse {
    let status = StatusCode::try_from(status).expect("it is a status");
    HttpResponse::new(status, SdkBody::from(body))
}

impl HttpClient for Inside {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Inside {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let body = request.body().bytes().unwrap_or_default();
        let target = request.headers().get("x-amz-target");
        let response = match target.and_then(|target| target.rsplit('.').next()) {
            Some(operation) => self.of_database(operation, &String::from_utf8_lossy(body)),
            None => self.of_bucket(&request, body),
        };
        HttpConnectorFuture::ready(Ok(response))
    }
}
