//! Running other programs to their end, or until this one is asked to stop.

use std::io::Read;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use crate::guard::GRACE;
use crate::stop::Stop;

const LOOK_EVERY: Duration = Duration::from_millis(20);

/// A guarded program that runs; it ends when this value goes.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    lifeline: Option<ChildStdin>,
}

/// What a program printed, and how it ended.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Output {
    /// The last line it printed on its error stream that says something.
    pub(crate) fn last_words(&self) -> String {
        last_line(&self.stderr).or_else(|| last_line(&self.stdout)).unwrap_or_default()
    }
}

/// The last line with anything on it.
pub(crate) fn last_line(text: &str) -> Option<String> {
    text.lines().rev().map(str::trim).find(|line| !line.is_empty()).map(ToOwned::to_owned)
}

impl Running {
    /// Starts what [`crate::guard::guarded`] made.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let mut child = command.spawn().context("cannot start another program")?;
        let lifeline = child.stdin.take();
        Ok(Self { child, lifeline })
    }

    /// How it ended, if it did.
    pub(crate) fn ended(&mut self) -> Result<Option<ExitStatus>> {
        self.child.try_wait().context("cannot watch a program that was started")
    }

    /// Waits for its end; ends it if this program is asked to stop.
    pub(crate) fn wait(mut self, stop: &Stop) -> Result<ExitStatus> {
        loop {
            if let Some(status) = self.ended()? {
                return Ok(status);
            }
            stop.check()?;
            thread::sleep(LOOK_EVERY);
        }
    }

    /// Asks it to end and waits until it has.
    pub(crate) fn end(&mut self) {
        drop(self.lifeline.take());
        let asked_at = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) {
            if asked_at.elapsed() > GRACE + Duration::from_secs(5) {
                self.child.kill().ok();
            }
            thread::sleep(LOOK_EVERY);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}

/// Runs a guarded command, its output going where this program's goes.
pub(crate) fn run(command: &mut Command, stop: &Stop) -> Result<ExitStatus> {
    Running::start(command)?.wait(stop)
}

/// Runs a guarded command and keeps what it prints.
pub(crate) fn output(command: &mut Command, stop: &Stop) -> Result<Output> {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = Running::start(command)?;
    let stdout = collect(running.child.stdout.take());
    let stderr = collect(running.child.stderr.take());
    let status = running.wait(stop)?;
    Ok(Output { status, stdout: text(stdout), stderr: text(stderr) })
}

/// Runs a guarded command, keeps its standard output and shows its error stream.
pub(crate) fn run_for_stdout(command: &mut Command, stop: &Stop) -> Result<(ExitStatus, String)> {
    command.stdout(Stdio::piped());
    let mut running = Running::start(command)?;
    let stdout = collect(running.child.stdout.take());
    let status = running.wait(stop)?;
    Ok((status, text(stdout)))
}

fn collect(stream: Option<impl Read + Send + 'static>) -> JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut all = Vec::new();
        if let Some(mut stream) = stream {
            stream.read_to_end(&mut all).ok();
        }
        all
    })
}

fn text(collected: JoinHandle<Vec<u8>>) -> String {
    String::from_utf8_lossy(&collected.join().unwrap_or_default()).into_owned()
}
