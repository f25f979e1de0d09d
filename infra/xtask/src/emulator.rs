//! The local cloud: `MiniStack` as a child process, its state kept in a folder.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use stack::Emulator;

use crate::guard::guarded;
use crate::process::Running;
use crate::stop::Stop;
use crate::venv::Venv;

/// The region that the local cloud plays.
pub(crate) const REGION: &str = "ap-southeast-2";

const START_WITHIN: Duration = Duration::from_mins(1);
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// What of this program's environment the local cloud (and so each function) gets.
const KEPT_VARIABLES: [&str; 5] = ["PATH", "HOME", "LANG", "LC_ALL", "TZ"];

/// The local cloud, running; it ends, and saves its state, when this value goes.
#[derive(Debug)]
pub(crate) struct LocalCloud {
    running: Running,
    port: u16,
    state: PathBuf,
    log: PathBuf,
}

impl LocalCloud {
    /// Starts it without waiting. State lives in `folder`, what it prints goes to `log`.
    pub(crate) fn start(venv: &Venv, port: u16, folder: &Path, log: &Path) -> Result<Self> {
        // Unpacked functions of earlier runs.
        let temporary = folder.join("tmp");
        if temporary.exists() {
            fs::remove_dir_all(&temporary)
                .with_context(|| format!("cannot empty {}", temporary.display()))?;
        }
        fs::create_dir_all(&temporary)
            .with_context(|| format!("cannot create {}", temporary.display()))?;
        let output =
            File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
        let errors =
            output.try_clone().with_context(|| format!("cannot write {}", log.display()))?;

        let state = folder.join("state");
        let mut command = guarded(venv.python());
        command
            .args(["-m", "ministack"])
            .current_dir(folder)
            .env_clear()
            .envs(
                std::env::vars_os().filter(|(name, _)| {
                    KEPT_VARIABLES.iter().any(|kept| name.to_str() == Some(*kept))
                }),
            )
            .env("TMPDIR", &temporary)
            .env("PYTHONUNBUFFERED", "1")
            // Only this machine may connect: there are no passwords in front of it.
            .env("BIND_HOST", "127.0.0.1")
            .env("GATEWAY_PORT", port.to_string())
            .env("MINISTACK_REGION", REGION)
            .env("PERSIST_STATE", "1")
            .env("STATE_DIR", &state)
            .env("S3_PERSIST", "1")
            .env("S3_DATA_DIR", folder.join("s3"))
            // Functions inherit it: their SDK talks to the local cloud.
            .env("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{port}"))
            // Each function may do only what its role allows, as on AWS.
            .env("AUTH", "true")
            // Listeners on fixed ports that nothing here uses.
            .env("IOT_MTLS_ENABLED", "0")
            .env("SFTP_ENABLED", "0")
            .stdout(output)
            .stderr(errors);
        let running = Running::start(&mut command)?;
        Ok(Self { running, port, state, log: log.to_owned() })
    }

    /// Waits until it answers.
    pub(crate) fn wait_until_ready(&mut self, stop: &Stop) -> Result<()> {
        let began = Instant::now();
        while !self.control().is_healthy() {
            stop.check()?;
            self.check()?;
            if began.elapsed() > START_WITHIN {
                bail!(
                    "the local cloud did not answer within {} s of its start; see {}",
                    START_WITHIN.as_secs(),
                    self.log.display()
                );
            }
            thread::sleep(LOOK_EVERY);
        }
        self.check()
    }

    /// Fails if it ended by itself.
    pub(crate) fn check(&mut self) -> Result<()> {
        if self.running.ended()?.is_none() {
            return Ok(());
        }
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let why = log.lines().rev().find(|line| line.contains("rror"));
        bail!(
            "the local cloud ended by itself ({}); see {}, and try again (with --reset if it \
             happens again)",
            why.map_or("its log names no error", str::trim),
            self.log.display()
        )
    }

    /// Its address.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Its port.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Where it keeps its state.
    pub(crate) fn state(&self) -> &Path {
        &self.state
    }

    /// Its controls.
    pub(crate) fn control(&self) -> Emulator {
        Emulator::new(&self.url(), REGION)
    }

    /// Ends it; its state is saved.
    pub(crate) fn end(mut self) {
        self.running.end();
    }
}
