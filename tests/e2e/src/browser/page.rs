//! A page: how it is opened, led somewhere, and asked.

use std::cell::Cell;
use std::panic::Location;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::pipe::{Event, Pipe};
use super::{screens, words};

/// What looks at a page from within, in a world that the page's own scripts do not see.
const WITHIN: &str = include_str!("page.js");

const LOOK_EVERY: Duration = Duration::from_millis(50);

/// How long a page may take to come, on a busy machine.
const COMES_WITHIN: Duration = Duration::from_secs(30);

/// How long nothing may come or go before a page is at rest: what a press sets off begins a moment later.
const REST: Duration = Duration::from_millis(100);

/// A page of the browser. It is closed when this is dropped.
#[derive(Debug)]
pub struct Page {
    pipe: Arc<Pipe>,
    context: String,
    target: String,
    session: String,
    patience: Duration,
    /// The window's.
    pub(super) size: Cell<(u32, u32)>,
}

impl Page {
    pub(super) fn open(pipe: &Arc<Pipe>) -> Result<Self, String> {
        let text = |answer: &Value, member: &str| {
            answer[member].as_str().map(str::to_owned).ok_or(format!("no {member}: {answer}"))
        };
        let context = pipe.call("", "Target.createBrowserContext", &json!({}))?;
        let context = text(&context, "browserContextId")?;
        let wanted =
            json!({ "url": "about:blank", "browserContextId": context, "newWindow": true });
        let target = text(&pipe.call("", "Target.createTarget", &wanted)?, "targetId")?;
        let wanted = json!({ "targetId": target, "flatten": true });
        let session = text(&pipe.call("", "Target.attachToTarget", &wanted)?, "sessionId")?;
        let patience = Duration::from_secs(10);
        let size = Cell::new((1280, 800));
        let page = Self { pipe: Arc::clone(pipe), context, target, session, patience, size };
        for domain in ["Page", "Network", "Runtime", "Log", "Audits", "DOM"] {
            page.call(&format!("{domain}.enable"), &json!({}))?;
        }
        // A field has the focus, and shows it, in whichever window it is.
        page.call("Emulation.setFocusEmulationEnabled", &json!({ "enabled": true }))?;
        page.resize(1280, 800)?;
        Ok(page)
    }

    /// How long to wait for what is looked for.
    pub fn patience(&mut self, at_most: Duration) {
        self.patience = at_most;
    }

    /// Opens an address, and waits until all of it is there.
    ///
    /// # Panics
    /// When it does not load.
    #[track_caller]
    pub fn go(&self, url: &str) {
        let gone =
            self.call("Page.navigate", &json!({ "url": url })).and_then(|answer| {
                match answer["errorText"].as_str() {
                    Some(error) => Err(error.to_owned()),
                    None => self.settle(),
                }
            });
        self.or_fail(gone.map_err(|why| format!("{url} does not open: {why}")));
    }

    /// Opens an address as one who has never been there: nothing is in the cache.
    ///
    /// # Panics
    /// When it does not load.
    #[track_caller]
    pub fn go_afresh(&self, url: &str) {
        let cache = |disabled: bool| {
            self.call("Network.setCacheDisabled", &json!({ "cacheDisabled": disabled })).map(drop)
        };
        self.or_fail(cache(true));
        self.go(url);
        self.or_fail(cache(false));
    }

    /// Waits until all of the page is there that has begun to come.
    ///
    /// # Panics
    /// When it does not come.
    #[track_caller]
    pub fn rest(&self) {
        self.or_fail(self.settle());
    }

    pub(super) fn call(&self, method: &str, params: &Value) -> Result<Value, String> {
        self.pipe.call(&self.session, method, params)
    }

    pub(super) fn events(&self) -> Vec<Event> {
        self.pipe.events(&self.session)
    }

    /// Whether a frame is this page itself, and not one within.
    pub(super) fn is_main_frame(&self, frame: &Value) -> bool {
        *frame == self.target.as_str()
    }

    /// What a function of `page.js` answers, or why it cannot.
    pub(super) fn ask(&self, function: &str, arguments: &Value) -> Result<Value, String> {
        let expression = format!(
            "(() => {{ {WITHIN}\ntry {{ return {{ answer: {function}(...{arguments}) }} }} \
             catch (error) {{ return {{ why: error.message }} }} }})()"
        );
        let mut answer = self.evaluate(&expression)?;
        match answer["why"].as_str() {
            Some(why) => Err(why.to_owned()),
            None => Ok(answer["answer"].take()),
        }
    }

    /// What an expression comes to, once it has.
    pub(super) fn evaluate(&self, expression: &str) -> Result<Value, String> {
        let mut answer = self.run(expression, true)?;
        Ok(answer["result"]["value"].take())
    }

    /// What a function of `page.js` finds, as Chromium refers to it.
    pub(super) fn refer(&self, function: &str, name: &str) -> Result<Value, String> {
        let found = format!("(() => {{ {WITHIN}\nreturn {function}({}) }})()", json!(name));
        let mut found = self.run(&found, false)?;
        Ok(found["result"]["objectId"].take())
    }

    pub(super) fn run(&self, expression: &str, by_value: bool) -> Result<Value, String> {
        let world = json!({ "frameId": self.target, "worldName": "e2e" });
        let world = self.call("Page.createIsolatedWorld", &world)?;
        let asked = json!({
            "expression": expression, "contextId": world["executionContextId"],
            "returnByValue": by_value, "awaitPromise": by_value,
        });
        let answer = self.call("Runtime.evaluate", &asked)?;
        let thrown = &answer["exceptionDetails"];
        if thrown.is_null() {
            return Ok(answer);
        }
        Err(format!("{} {}", words(&thrown["text"]), words(&thrown["exception"]["description"])))
    }

    /// Looks until there is an answer; the last reason for none is the failure. A page may be on its way out
    /// while it is asked: that too is a reason to look again.
    pub(super) fn until<T>(&self, look: impl FnMut() -> Result<T, String>) -> Result<T, String> {
        within(self.patience, look)
    }

    /// Waits until what was set off has come: a page, or a part of one.
    pub(super) fn settle(&self) -> Result<(), String> {
        within(COMES_WITHIN, || {
            self.at_rest(REST)?;
            match self.evaluate("document.readyState")?.as_str() {
                Some("complete") => Ok(()),
                state => Err(format!("it is {}", state.unwrap_or("nothing"))),
            }
        })
    }

    /// Fails the test with why, the page's text, and where the picture of it is.
    ///
    /// # Panics
    /// When there is a why.
    #[track_caller]
    #[expect(clippy::panic, reason = "this is how a test fails")]
    pub(super) fn or_fail<T>(&self, found: Result<T, String>) -> T {
        let why = match found {
            Ok(found) => return found,
            Err(why) => why,
        };
        let url = self.evaluate("location.href").unwrap_or_default();
        let text = self.text().unwrap_or_else(|why| format!("(cannot be read: {why})"));
        let place = Location::caller();
        let name = thread::current().name().unwrap_or("page").replace("::", "-");
        let picture = screens().join("failed").join(format!("{name}-{}.png", place.line()));
        let pictured = match self.picture(&picture) {
            Ok(()) => picture.display().to_string(),
            Err(why) => format!("none ({why})"),
        };
        panic!("{why}\non {}, which reads:\n{text}\npicture: {pictured}", words(&url));
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        let context = json!({ "browserContextId": self.context });
        self.pipe.call("", "Target.disposeBrowserContext", &context).ok();
        self.pipe.forget(&self.session);
    }
}

fn within<T>(at_most: Duration, mut look: impl FnMut() -> Result<T, String>) -> Result<T, String> {
    let deadline = Instant::now() + at_most;
    loop {
        match look() {
            Ok(found) => return Ok(found),
            Err(why) if Instant::now() >= deadline => return Err(why),
            Err(_) => thread::sleep(LOOK_EVERY),
        }
    }
}
