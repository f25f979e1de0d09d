//! The browser's protocol for developer tools: JSON with a zero byte behind each message, one pipe there and one back.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{ChildStdin, ChildStdout};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// Longer than anything takes on a busy machine.
const ANSWER_WITHIN: Duration = Duration::from_mins(1);

/// Something that happened on a page.
#[derive(Debug, Clone)]
pub(super) struct Event {
    pub(super) at: Instant,
    pub(super) method: String,
    pub(super) params: Value,
}

#[derive(Debug, Default)]
struct Heard {
    answers: HashMap<u64, Value>,
    /// By the session, which is a page's.
    events: HashMap<String, Vec<Event>>,
    last_call: u64,
    ended: bool,
}

/// Both ends of a running Chromium.
#[derive(Debug)]
pub(super) struct Pipe {
    commands: Mutex<ChildStdin>,
    heard: Mutex<Heard>,
    news: Condvar,
}

impl Pipe {
    pub(super) fn new(commands: ChildStdin, answers: ChildStdout) -> Arc<Self> {
        let pipe = Arc::new(Self {
            commands: Mutex::new(commands),
            heard: Mutex::default(),
            news: Condvar::new(),
        });
        // Not held by its own thread: it ends when the pages and the browser are gone.
        let listener = Arc::downgrade(&pipe);
        thread::spawn(move || listen(&listener, answers));
        pipe
    }

    /// Has Chromium do something, in the session of a page or, without one, for itself.
    pub(super) fn call(
        &self,
        session: &str,
        method: &str,
        params: &Value,
    ) -> Result<Value, String> {
        let call = self.say(session, method, params)?;
        let deadline = Instant::now() + ANSWER_WITHIN;
        let mut heard = self.heard();
        loop {
            if let Some(mut answer) = heard.answers.remove(&call) {
                if let Some(error) = answer.get("error") {
                    return Err(format!("{method}: {error}"));
                }
                return Ok(answer["result"].take());
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if heard.ended || left.is_zero() {
                let why = if heard.ended { "has ended" } else { "does not answer" };
                return Err(format!("{method}: Chromium {why}"));
            }
            heard = self.news.wait_timeout(heard, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// What has happened in a session so far.
    pub(super) fn events(&self, session: &str) -> Vec<Event> {
        self.heard().events.get(session).cloned().unwrap_or_default()
    }

    /// Forgets a session whose page is closed.
    pub(super) fn forget(&self, session: &str) {
        self.heard().events.remove(session);
    }

    fn say(&self, session: &str, method: &str, params: &Value) -> Result<u64, String> {
        let call = {
            let mut heard = self.heard();
            heard.last_call += 1;
            heard.last_call
        };
        let mut message = json!({ "id": call, "method": method, "params": params });
        if !session.is_empty() {
            message["sessionId"] = session.into();
        }
        let mut text = message.to_string().into_bytes();
        text.push(0);
        let mut commands = self.commands.lock().unwrap_or_else(PoisonError::into_inner);
        commands
            .write_all(&text)
            .map_err(|error| format!("{method}: Chromium has ended ({error})"))?;
        Ok(call)
    }

    fn take(&self, mut message: Value) {
        if let Some(call) = message["id"].as_u64() {
            self.heard().answers.insert(call, message);
        } else {
            let session = message["sessionId"].as_str().unwrap_or_default().to_owned();
            let method = message["method"].as_str().unwrap_or_default().to_owned();
            if method == "Page.javascriptDialogOpening" {
                // Who pressed a button that asks "Are you sure?" is. Until then, nothing else is answered.
                self.say(&session, "Page.handleJavaScriptDialog", &json!({ "accept": true })).ok();
            }
            let event = Event { at: Instant::now(), method, params: message["params"].take() };
            self.heard().events.entry(session).or_default().push(event);
        }
        self.news.notify_all();
    }

    fn heard(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn listen(pipe: &Weak<Pipe>, answers: ChildStdout) {
    let mut answers = BufReader::new(answers);
    loop {
        let mut message = Vec::new();
        let read = answers.read_until(0, &mut message);
        let Some(pipe) = pipe.upgrade() else { return };
        let message = message.strip_suffix(&[0]).and_then(|text| serde_json::from_slice(text).ok());
        let (Ok(1..), Some(message)) = (read, message) else {
            pipe.heard().ended = true;
            pipe.news.notify_all();
            return;
        };
        pipe.take(message);
    }
}
