//! The console in a browser: Debian's Chromium, driven as a person would, by what is to be read on the page.
//!
//! It is told what to do by its protocol for developer tools, JSON through a pipe. That is all a driver does, and one less
//! to keep up with a browser that is updated every other week: the crates there are know every message of one
//! version of it, and bring web sockets and a downloader along.
//!
//! ```no_run
//! let page = e2e::browser::page();
//! page.go("http://console.localhost:4570/");
//! page.fill("Username", "admin@practice.example");
//! page.press("Sign in");
//! page.see("Work list");
//! page.assert_accessible();
//! page.assert_quiet();
//! ```
//!
//! Whatever is looked for is waited for. What does not come fails the test, with the page's text, and a picture
//! of it in `target/screens/failed`.

mod axe;
mod conditions;
mod eyes;
mod hands;
mod page;
mod pipe;
mod readable;
mod watch;

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, OnceLock};
use std::{fs, io};

use serde_json::{Value, json};

pub use axe::Violation;
pub use conditions::Scheme;
pub use page::Page;
pub use readable::{Readable, Request};

use pipe::Pipe;

/// How Chromium is found and started, and what it leaves is removed.
const START: &str = include_str!("browser/start.sh");

const OPTIONS: [&str; 15] = [
    "--remote-debugging-pipe",
    "--headless=new",
    // Root in a container can have no sandbox, and the only pages are ours.
    "--no-sandbox",
    // A frame that may do nothing is told of with the page that it is in.
    "--disable-features=IsolateSandboxedIframes",
    // A container's /dev/shm is too small.
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--hide-scrollbars",
    "--lang=en-GB",
    "--no-first-run",
    "--no-default-browser-check",
    // Nothing leaves this machine, neither for Chromium's own business nor for a page's.
    "--disable-background-networking",
    "--disable-component-update",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, EXCLUDE 127.0.0.1",
    // Tests run at the same time, and every page of theirs is to be painted as if it were in front.
    "--disable-renderer-backgrounding",
    "--disable-backgrounding-occluded-windows",
];

/// A Chromium of its own, with nothing in its profile. It ends with this, or with the test's process.
#[derive(Debug)]
pub struct Browser {
    pipe: Arc<Pipe>,
    child: Child,
}

impl Browser {
    /// Starts it.
    ///
    /// # Panics
    /// When there is none, or it does not start.
    #[track_caller]
    pub fn start() -> Self {
        Self::try_start().expect("Chromium starts")
    }

    /// A page in a context of its own: no other's cookies, cache or storage.
    ///
    /// # Panics
    /// When Chromium has ended.
    #[track_caller]
    pub fn page(&self) -> Page {
        Page::open(&self.pipe).expect("a page opens")
    }

    fn try_start() -> io::Result<Self> {
        let log = screens().join("chromium.log");
        fs::create_dir_all(screens())?;
        let mut command = Command::new("sh");
        command.args(["-c", START, "start.sh"]).args(OPTIONS);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(fs::File::create(&log)?);
        // Ctrl-C is for the test; Chromium ends by itself when the test has.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command.spawn()?;
        let (Some(commands), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::Error::other("it has no pipe"));
        };
        let pipe = Pipe::new(commands, answers);
        pipe.call("", "Browser.getVersion", &json!({})).map_err(|why| {
            let said = fs::read_to_string(&log).unwrap_or_default();
            io::Error::other(format!("{why}; {}:\n{said}", log.display()))
        })?;
        Ok(Self { pipe, child })
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if self.pipe.call("", "Browser.close", &json!({})).is_ok() {
            self.child.wait().ok();
        }
    }
}

/// A page in the Chromium that the tests of one process share.
///
/// # Panics
/// When there is no Chromium.
#[track_caller]
pub fn page() -> Page {
    static SHARED: OnceLock<Browser> = OnceLock::new();
    SHARED.get_or_init(Browser::start).page()
}

/// A text of Chromium's; of what is not one, nothing.
fn words(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Where pictures of pages go.
pub fn screens() -> PathBuf {
    let workspace =
        Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap_or(Path::new("."));
    workspace.join("target/screens")
}
