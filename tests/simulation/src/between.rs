//! What lies between a function and its store: the gate before each call, what breaks behind it, indexes
//! that lag behind their tables, and what is broken on purpose.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use app::ports::Clock;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};
use testkit::fakes::FakeClock;

use crate::gate::pass;
use crate::sabotage::Sabotage;
use crate::weather::{StoreFault, Weather};

/// Of the writes that are forgotten on purpose, each how-manieth.
const FORGOTTEN: u64 = 40;

/// How far an index may lag: usually it is a fraction of a second.
const LAG: Duration = Duration::seconds(60);

/// Puts the gates, and what breaks behind them, around an HTTP client.
pub(crate) fn gated(
    weather: &Weather,
    clock: &FakeClock,
    inner: SharedHttpClient,
) -> SharedHttpClient {
    let (weather, clock, seen) = (weather.clone(), clock.clone(), Arc::default());
    SharedHttpClient::new(Gated { weather, clock, seen, inner })
}

/// What was last found in each index, and when.
type Seen = BTreeMap<String, (DateTime<Utc>, Vec<u8>)>;

#[derive(Debug)]
struct Gated {
    weather: Weather,
    clock: FakeClock,
    seen: Arc<Mutex<Seen>>,
    inner: SharedHttpClient,
}

impl HttpClient for Gated {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, components);
        let (weather, clock) = (self.weather.clone(), self.clock.clone());
        SharedHttpConnector::new(Connector { weather, clock, seen: self.seen.clone(), inner })
    }
}

#[derive(Debug, Clone)]
struct Connector {
    weather: Weather,
    clock: FakeClock,
    seen: Arc<Mutex<Seen>>,
    inner: SharedHttpConnector,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let this = self.clone();
        HttpConnectorFuture::new(async move {
            pass().await;
            match this.weather.store_call() {
                None => this.carry_out(request).await,
                Some(StoreFault::Throttled) => Ok(throttled()),
                Some(StoreFault::OutOfReach) => Err(broken()),
                Some(StoreFault::AnswerLost) => {
                    this.carry_out(request).await?;
                    Err(broken())
                }
            }
        })
    }
}

impl Connector {
    async fn carry_out(&self, mut request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let operation = request.headers().get("x-amz-target");
        let operation = operation.and_then(|target| target.rsplit('.').next()).map(str::to_owned);
        let Some(operation) = operation else { return self.inner.call(request).await };
        if operation == "Query" {
            return self.look(request).await;
        }
        if let Some(body) = self.spoiled(&operation, &request) {
            match body {
                Spoiled::Forgotten => return Ok(response(200, b"{}".to_vec())),
                Spoiled::Changed(body) => *request.body_mut() = SdkBody::from(body.to_string()),
            }
        }
        self.inner.call(request).await
    }

    /// Looks into a table or an index. What is found in an index may be what was found there last time.
    async fn look(&self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let Some(place) = index(&request) else { return self.inner.call(request).await };
        let (now, before) = (self.clock.now(), self.seen().get(&place).cloned());
        let recent = before.filter(|(at, _)| now - at <= LAG);
        if let Some((_, before)) = recent.filter(|_| self.weather.lags()) {
            return Ok(response(200, before));
        }
        let found = self.inner.call(request).await?;
        if let (true, Some(body)) = (found.status().is_success(), found.body().bytes()) {
            self.seen().insert(place, (now, body.to_vec()));
        }
        Ok(found)
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().expect("nothing panics while it holds the lock")
    }

    /// What becomes of a write that is tampered with.
    fn spoiled(&self, operation: &str, request: &HttpRequest) -> Option<Spoiled> {
        let spoils = |sabotage| self.weather.is_sabotaged(sabotage);
        let writes = ["PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"];
        if !writes.contains(&operation) || !Sabotage::ALL.into_iter().any(spoils) {
            return None;
        }
        let mut body: Value = serde_json::from_slice(request.body().bytes()?).ok()?;
        let text = body.to_string();
        let is_of = |table: &str| text.contains(&format!(r#""TableName":"{table}""#));
        if spoils(Sabotage::ConditionsIgnored) && is_of("enrolments") {
            disarm(&mut body);
            return Some(Spoiled::Changed(body));
        }
        let forgotten = (spoils(Sabotage::WritesForgotten)
            && is_of("enrolments")
            && self.weather.calls().is_multiple_of(FORGOTTEN))
            || (spoils(Sabotage::PatientsForgotten) && is_of("people"))
            || (spoils(Sabotage::EventsForgotten) && is_of("intake"));
        forgotten.then_some(Spoiled::Forgotten)
    }
}

enum Spoiled {
    Forgotten,
    Changed(Value),
}

/// Makes every condition true, and leaves the names and values in it that must be used.
fn disarm(body: &mut Value) {
    match body {
        Value::Object(fields) => {
            if let Some(Value::String(condition)) = fields.get_mut("ConditionExpression") {
                *condition =
                    format!("({condition}) OR attribute_exists(pk) OR attribute_not_exists(pk)");
            }
            fields.values_mut().for_each(disarm);
        }
        Value::Array(items) => items.iter_mut().for_each(disarm),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Which partition of which index is looked into; `None` for a table.
fn index(request: &HttpRequest) -> Option<String> {
    let body: Value = serde_json::from_slice(request.body().bytes()?).ok()?;
    let index = body.get("IndexName")?;
    // The times between which is looked differ each time; the partition comes first.
    let condition = body.get("KeyConditionExpression")?.as_str()?;
    let value = condition.split_whitespace().find(|word| word.starts_with(':'))?;
    let partition = body.get("ExpressionAttributeValues")?.get(value)?;
    Some(json!([body.get("TableName")?, index, partition]).to_string())
}

fn broken() -> ConnectorError {
    ConnectorError::io("the connection broke".into())
}

fn throttled() -> HttpResponse {
    let kind = "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException";
    let body = format!(r#"{{"__type":"{kind}","message":"slow down"}}"#);
    response(400, body.into_bytes())
}

fn response(status: u16, body: Vec<u8>) -> HttpResponse {
    let status = StatusCode::try_from(status).expect("it is a status");
    let mut response = HttpResponse::new(status, SdkBody::from(body));
    response.headers_mut().insert("content-type", "application/x-amz-json-1.0");
    response
}
