//! What happens on a page that nobody looks at.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::{Page, words};

impl Page {
    /// Asserts that nothing went wrong unseen: no error in the console, nothing blocked by the content policy.
    ///
    /// # Panics
    /// When something did.
    #[track_caller]
    pub fn assert_quiet(&self) {
        let wrong = [self.blocked(), self.console_errors()].concat();
        let quiet = if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) };
        self.or_fail(quiet);
    }

    /// Errors that the page's scripts threw or wrote, and that Chromium wrote of the page.
    pub fn console_errors(&self) -> Vec<String> {
        let error = |method: &str, params: &Value| match method {
            "Runtime.exceptionThrown" => {
                let thrown = &params["exceptionDetails"];
                Some(format!(
                    "{} {}",
                    words(&thrown["text"]),
                    words(&thrown["exception"]["description"])
                ))
            }
            "Runtime.consoleAPICalled"
                if ["error", "assert"].iter().any(|it| params["type"] == *it) =>
            {
                let said = params["args"].as_array().into_iter().flatten();
                let said = said.map(|word| word.get("value").unwrap_or(&word["description"]));
                let said =
                    said.map(|word| word.as_str().map_or_else(|| word.to_string(), str::to_owned));
                Some(said.collect::<Vec<_>>().join(" "))
            }
            "Log.entryAdded" if params["entry"]["level"] == "error" => {
                let entry = &params["entry"];
                // Chromium asks every site for this, the user pool's too, whether or not a page has one.
                if words(&entry["url"]).ends_with("/favicon.ico") {
                    return None;
                }
                Some(format!("{} {}", words(&entry["text"]), words(&entry["url"])))
            }
            _ => None,
        };
        self.events().iter().filter_map(|event| error(&event.method, &event.params)).collect()
    }

    /// What the pages' content security policies kept from happening, or reported.
    pub fn blocked(&self) -> Vec<String> {
        let events = self.events();
        let issues = events.iter().filter(|event| event.method == "Audits.issueAdded");
        let details = issues
            .map(|event| &event.params["issue"]["details"]["contentSecurityPolicyIssueDetails"]);
        let blocked = details.filter(|details| !details.is_null());
        blocked
            .map(|issue| {
                let at = &issue["sourceCodeLocation"];
                // What is written in the page itself has no address.
                let what = issue["blockedURL"].as_str().unwrap_or("what is inline");
                let directive = words(&issue["violatedDirective"]);
                format!(
                    "{directive} blocks {what}, {} line {}",
                    words(&at["url"]),
                    at["lineNumber"]
                )
            })
            .collect()
    }

    /// How often something was posted to a path that has these words in it, by pages and by frames in them.
    pub fn posted(&self, path: &str, with: &str) -> usize {
        let is_it = |params: &Value| {
            let request = &params["request"];
            let url = words(&request["url"]);
            request["method"] == "POST"
                && url.split('?').next().unwrap_or(url).ends_with(path)
                && words(&request["postData"]).contains(with)
        };
        let events = self.events();
        let sent = events.iter().filter(|event| event.method == "Network.requestWillBeSent");
        sent.filter(|event| is_it(&event.params)).count()
    }

    /// How often the browser asked whether to leave a page with what was typed there.
    pub fn asked_whether_to_leave(&self) -> usize {
        let events = self.events();
        let asked = events.iter().filter(|event| event.method == "Page.javascriptDialogOpening");
        asked.filter(|event| event.params["type"] == "beforeunload").count()
    }

    /// How far things jumped about on the page while nobody had touched it: the sum of its layout shifts.
    ///
    /// # Panics
    /// When the page cannot be asked.
    #[track_caller]
    pub fn layout_shift(&self) -> f64 {
        self.or_fail(self.until(|| self.ask("shift", &json!([])))).as_f64().unwrap_or_default()
    }

    /// Whether the page is wider than the window.
    ///
    /// # Panics
    /// When the page cannot be asked.
    #[track_caller]
    pub fn scrolls_sideways(&self) -> bool {
        self.or_fail(self.until(|| self.ask("sideways", &json!([])))) == true
    }

    /// Whether nothing has come or gone for a while; if not, what is awaited.
    pub(super) fn at_rest(&self, rest: Duration) -> Result<(), String> {
        let mut awaited = BTreeMap::new();
        let mut last = None;
        let mut loading = false;
        for event in self.events() {
            let params = &event.params;
            let request = words(&params["requestId"]).to_owned();
            match event.method.as_str() {
                // A stream of events has no end.
                "Network.requestWillBeSent" if params["type"] != "EventSource" => {
                    let url = words(&params["request"]["url"]).to_owned();
                    awaited.insert(
                        request,
                        (params["loaderId"].clone(), params["frameId"].clone(), url),
                    );
                }
                "Network.loadingFinished" | "Network.loadingFailed" => {
                    drop(awaited.remove(&request));
                }
                "Page.frameStartedLoading" if self.is_main_frame(&params["frameId"]) => {
                    loading = true;
                }
                "Page.frameStoppedLoading" if self.is_main_frame(&params["frameId"]) => {
                    loading = false;
                }
                // What the page before still waited for is no longer told of.
                "Page.frameNavigated" if self.is_main_frame(&params["frame"]["id"]) => {
                    awaited.retain(|_, (loader, ..)| *loader == params["frame"]["loaderId"]);
                }
                // Nor is what is awaited by a frame that goes on in a process of its own, such as a PDF's.
                "Page.frameDetached" => {
                    awaited.retain(|_, (_, frame, _)| *frame != params["frameId"]);
                }
                _ => continue,
            }
            last = Some(event.at);
        }
        if let Some((.., url)) = awaited.values().next() {
            return Err(format!("{url} is awaited"));
        }
        if loading || last.is_some_and(|last| last.elapsed() < rest) {
            return Err("it is loading".into());
        }
        Ok(())
    }
}
