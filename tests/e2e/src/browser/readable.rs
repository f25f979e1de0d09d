//! What has to come over the wire before there is something to read.

use serde_json::{Value, json};

use super::pipe::Event;
use super::{Page, words};

/// A request over the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Its address.
    pub url: String,
    /// What came, head and body, as compressed as it came.
    pub bytes: u64,
}

/// What a page cost until its first content was painted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Readable {
    /// What the first content waited for: the page itself, each redirect on the way to it, and the style sheets,
    /// scripts and fonts that hold up painting.
    pub waited_for: Vec<Request>,
    /// What was asked for before that, but held up nothing, such as a deferred script.
    pub meanwhile: Vec<Request>,
}

impl Readable {
    /// All that came for what was asked for before there was something to read.
    pub fn bytes(&self) -> u64 {
        self.waited_for.iter().chain(&self.meanwhile).map(|request| request.bytes).sum()
    }
}

impl Page {
    /// What the page that was last gone to cost until there was something to read on it. What was in the cache
    /// costs nothing: see [`Page::go_afresh`].
    ///
    /// # Panics
    /// When nothing is painted.
    #[track_caller]
    pub fn requests_before_readable(&self) -> Readable {
        let painted = self.or_fail(self.until(|| self.ask("painted", &json!([]))));
        readable(&self.events(), painted.as_f64().unwrap_or_default())
    }
}

fn readable(events: &[Event], painted: f64) -> Readable {
    let sent = |event: &Event| event.method == "Network.requestWillBeSent";
    let is_page =
        |params: &Value| params["requestId"] == params["loaderId"] && params["type"] == "Document";
    // The last page's requests: a redirect is told of as one more sending of the same request.
    let is_first = |event: &&Event| {
        sent(event) && is_page(&event.params) && event.params["redirectResponse"].is_null()
    };
    let Some(page) = events.iter().rfind(is_first).map(|event| &event.params) else {
        return Readable::default();
    };
    let of_page = |params: &Value| params["loaderId"] == page["loaderId"];
    let mut readable = Readable::default();
    for (index, event) in events.iter().enumerate() {
        let params = &event.params;
        if !sent(event) || !of_page(params) {
            continue;
        }
        let url = words(&params["request"]["url"]);
        let late = params["wallTime"].as_f64().is_some_and(|at| at >= painted);
        if late || !url.starts_with("http") || from_cache(events, &params["requestId"]) {
            continue;
        }
        if let Some(bytes) = params["redirectResponse"]["encodedDataLength"].as_u64() {
            let url = words(&params["redirectResponse"]["url"]).to_owned();
            readable.waited_for.push(Request { url, bytes });
        }
        let request = Request { url: url.to_owned(), bytes: bytes(events, &params["requestId"]) };
        let redirected = events
            .iter()
            .skip(index + 1)
            .any(|later| sent(later) && later.params["requestId"] == params["requestId"]);
        if redirected {
            // It is counted with what it led to.
        } else if is_page(params) || holds_up(params) {
            readable.waited_for.push(request);
        } else {
            readable.meanwhile.push(request);
        }
    }
    readable
}

fn holds_up(params: &Value) -> bool {
    params["type"] == "Font"
        || ["Blocking", "InBodyParserBlocking"]
            .iter()
            .any(|it| params["renderBlockingBehavior"] == *it)
}

fn from_cache(events: &[Event], request: &Value) -> bool {
    events.iter().any(|event| {
        event.params["requestId"] == *request
            && (event.method == "Network.requestServedFromCache"
                || event.params["response"]["fromDiskCache"] == true)
    })
}

fn bytes(events: &[Event], request: &Value) -> u64 {
    let mut of_it = events.iter().filter(|event| event.params["requestId"] == *request);
    let finished = of_it.find(|event| event.method == "Network.loadingFinished");
    finished.and_then(|event| event.params["encodedDataLength"].as_u64()).unwrap_or_default()
}
