//! The way from the SDK to the store: it counts what calls consume, and breaks them on demand.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use http_body_util::BodyExt;
use serde_json::Value;
use tokio::sync::Notify;

/// How a call breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It never reaches the store, and neither does any call after it: the process is dead.
    DeadBefore,
    /// It reaches the store, the answer is lost, and no further call is made.
    DeadAfter,
    /// It reaches the store and the answer is lost, once. The SDK tries again.
    AnswerLost,
    /// Neither it nor the next tries of the SDK reach the store; after them calls do again.
    Brownout,
}

#[derive(Debug, Default)]
struct State {
    calls: usize,
    write_units: f64,
    read_units: f64,
    by_operation: BTreeMap<String, usize>,
    /// Each call's operation, in their order; of what is none of the store's, nothing.
    operations: Vec<String>,
    planned: Option<(usize, Fault)>,
    /// Calls that will not reach the store any more.
    dead_for: usize,
    pause: Option<(usize, Pause)>,
}

/// A call that is held up until a test lets it go.
#[derive(Debug, Clone, Default)]
pub struct Pause {
    reached: Arc<Notify>,
    release: Arc<Notify>,
}

impl Pause {
    /// Waits until the call has come.
    pub async fn reached(&self) {
        self.reached.notified().await;
    }

    /// Lets it go on.
    pub fn release(&self) {
        self.release.notify_one();
    }
}

/// The SDK's first try and its retries.
const TRIES: usize = 3;

/// What goes over the wire.
#[derive(Debug, Default)]
pub struct Wire(Mutex<State>);

impl Wire {
    /// A client that sends through `inner`, watched by `wire`.
    pub fn around(wire: &Arc<Self>, inner: SharedHttpClient) -> SharedHttpClient {
        SharedHttpClient::new(Watched { wire: Arc::clone(wire), inner })
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().expect("no test panics while it holds the lock")
    }

    /// Breaks the `nth` call from now (from 0) in this way.
    pub fn break_call(&self, nth: usize, fault: Fault) {
        let mut state = self.state();
        state.planned = Some((state.calls + nth, fault));
        state.dead_for = 0;
    }

    /// Holds the `nth` call from now (from 0) up, before it reaches the store.
    pub fn pause_call(&self, nth: usize) -> Pause {
        let pause = Pause::default();
        let mut state = self.state();
        state.pause = Some((state.calls + nth, pause.clone()));
        pause
    }

    /// Lets calls through again, and answers whether a planned fault has struck.
    pub fn mend(&self) -> bool {
        let mut state = self.state();
        let struck = state.planned.take().is_none();
        state.dead_for = 0;
        struck
    }

    /// Write units consumed so far, in tables and indexes.
    pub fn write_units(&self) -> f64 {
        self.state().write_units
    }

    /// Read units consumed so far, in tables and indexes.
    pub fn read_units(&self) -> f64 {
        self.state().read_units
    }

    /// Calls made so far, by operation.
    pub fn calls(&self) -> BTreeMap<String, usize> {
        self.state().by_operation.clone()
    }

    /// The calls made after the first so many, each by its operation; a call to a bucket has none.
    pub fn operations_after(&self, first: usize) -> Vec<String> {
        self.state().operations.iter().skip(first).cloned().collect()
    }

    /// How many calls were made so far.
    pub fn made(&self) -> usize {
        self.state().calls
    }

    fn begin(&self, operation: &str) -> (Option<Fault>, Option<Pause>) {
        let mut state = self.state();
        let call = state.calls;
        let pause = state.pause.take_if(|(at, _)| *at == call).map(|(_, pause)| pause);
        (Self::fault(&mut state, operation), pause)
    }

    fn fault(state: &mut State, operation: &str) -> Option<Fault> {
        let call = state.calls;
        state.calls += 1;
        *state.by_operation.entry(operation.to_owned()).or_default() += 1;
        state.operations.push(operation.to_owned());
        if state.dead_for > 0 {
            state.dead_for -= 1;
            return Some(Fault::DeadBefore);
        }
        let (at, fault) = state.planned?;
        if at != call {
            return None;
        }
        state.planned = None;
        state.dead_for = match fault {
            Fault::DeadBefore | Fault::DeadAfter => usize::MAX,
            Fault::AnswerLost => 0,
            Fault::Brownout => TRIES - 1,
        };
        Some(fault)
    }

    fn count(&self, operation: &str, answer: &Value) {
        // One table's capacity, or a list of them for a transaction.
        let consumed = answer.get("ConsumedCapacity").unwrap_or(&Value::Null);
        let tables = consumed.as_array().map_or(std::slice::from_ref(consumed), Vec::as_slice);
        let units = |table: &Value| table.get("CapacityUnits").and_then(Value::as_f64);
        let consumed: f64 = tables.iter().filter_map(units).sum();
        let mut state = self.state();
        if ["GetItem", "Query", "BatchGetItem", "Scan"].contains(&operation) {
            state.read_units += consumed;
        } else {
            state.write_units += consumed;
        }
    }
}

#[derive(Debug)]
struct Watched {
    wire: Arc<Wire>,
    inner: SharedHttpClient,
}

impl HttpClient for Watched {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, components);
        SharedHttpConnector::new(Connector { wire: Arc::clone(&self.wire), inner })
    }
}

#[derive(Debug)]
struct Connector {
    wire: Arc<Wire>,
    inner: SharedHttpConnector,
}

impl HttpConnector for Connector {
    fn call(&self, mut request: HttpRequest) -> HttpConnectorFuture {
        let operation = operation_of(&request);
        let (fault, pause) = self.wire.begin(&operation);
        if matches!(fault, Some(Fault::DeadBefore | Fault::Brownout)) {
            return HttpConnectorFuture::ready(Err(broken()));
        }
        ask_for_capacity(&mut request);
        let (wire, inner) = (Arc::clone(&self.wire), self.inner.clone());
        HttpConnectorFuture::new(async move {
            if let Some(pause) = pause {
                pause.reached.notify_one();
                pause.release.notified().await;
            }
            let mut response = inner.call(request).await?;
            let body = response.take_body().collect().await.map_err(|_| broken())?.to_bytes();
            if let Ok(answer) = serde_json::from_slice(&body) {
                wire.count(&operation, &answer);
            }
            if fault.is_some() {
                return Err(broken());
            }
            *response.body_mut() = SdkBody::from(body);
            Ok(response)
        })
    }
}

fn broken() -> ConnectorError {
    ConnectorError::io("the connection broke".into())
}

fn operation_of(request: &HttpRequest) -> String {
    let target = request.headers().get("x-amz-target").unwrap_or_default();
    target.rsplit('.').next().unwrap_or_default().to_owned()
}

/// DynamoDB says what a call consumed when it is asked.
fn ask_for_capacity(request: &mut HttpRequest) {
    // What is put into a bucket may be JSON too, and stays as it is.
    if operation_of(request).is_empty() {
        return;
    }
    let Some(Ok(Value::Object(mut body))) = request.body().bytes().map(serde_json::from_slice)
    else {
        return;
    };
    body.insert("ReturnConsumedCapacity".to_owned(), Value::from("TOTAL"));
    let body = Value::Object(body).to_string();
    request.headers_mut().insert("content-length", body.len().to_string());
    *request.body_mut() = SdkBody::from(body);
}
