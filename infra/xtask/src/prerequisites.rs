//! What must be on the machine before anything is tried.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::cargo::cargo as run_cargo;
use crate::guard::guarded;
use crate::process;
use crate::stop::Stop;

const OLDEST_PYTHON: Version = Version { major: 3, minor: 10 };

/// Newest first, after the name that people mean by "Python".
const PYTHON_NAMES: [&str; 6] =
    ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10"];

/// As Debian, others and a Mac call it; tests/e2e/src/browser/start.sh looks for the same.
const CHROMIUM_NAMES: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/// `major.minor` of a program's version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Version {
    major: u32,
    minor: u32,
}

/// A Python that will do.
#[derive(Debug, Clone)]
pub(crate) struct Python {
    pub(crate) program: PathBuf,
    /// In full, so that another Python makes another environment.
    pub(crate) version: String,
}

/// Finds a Python that is new enough and can make virtual environments.
pub(crate) fn python(stop: &Stop) -> Result<Python> {
    let mut too_old = None;
    for name in PYTHON_NAMES {
        let asked = process::output(
            guarded(name).args(["-c", "import sys; print(sys.executable, sys.version.split()[0])"]),
            stop,
        )?;
        let Some((program, text)) = asked.stdout.trim().rsplit_once(' ') else {
            continue;
        };
        match Version::parse(text) {
            Some(version) if asked.status.success() && version >= OLDEST_PYTHON => {
                let python = Python { program: program.into(), version: text.to_owned() };
                check_venv_module(&python, stop)?;
                return Ok(python);
            }
            Some(_) => too_old = too_old.or(Some(text.to_owned())),
            None => {}
        }
    }
    match too_old {
        Some(version) => bail!(
            "Python {version} is too old for the local cloud; install Python 3.10 or newer, and \
             try again"
        ),
        None => bail!(
            "Python is missing (no `python3` on the PATH); install Python 3.10 or newer, and try \
             again"
        ),
    }
}

fn check_venv_module(python: &Python, stop: &Stop) -> Result<()> {
    let can =
        process::output(guarded(&python.program).args(["-c", "import ensurepip, venv"]), stop)?;
    if !can.status.success() {
        bail!(
            "Python {} has no `venv` module, which its package manager ships apart; install it \
             (Debian and Ubuntu: `apt install python3-venv`), and try again",
            python.version
        );
    }
    Ok(())
}

/// Checks that there is a Chromium, which the console's tests look at it in.
pub(crate) fn chromium(stop: &Stop) -> Result<()> {
    for name in CHROMIUM_NAMES {
        if process::output(guarded(name).arg("--version"), stop)?.status.success() {
            return Ok(());
        }
    }
    bail!(
        "Chromium is missing (no `chromium` on the PATH); install it (Debian: `apt install \
         chromium fonts-liberation`), and try again"
    )
}

/// Checks that cargo can be called; it is the one that started this program, if any did.
pub(crate) fn cargo(stop: &Stop) -> Result<()> {
    let asked = process::output(run_cargo().arg("--version"), stop)?;
    if !asked.status.success() {
        bail!(
            "cargo cannot be run ({}); install Rust from https://rustup.rs, and try again",
            asked.last_words()
        );
    }
    Ok(())
}

/// Checks that Rust can build for `target`.
pub(crate) fn rust_target(root: &Path, target: &str) -> Result<()> {
    let found = Command::new("rustc")
        .args(["--print", "target-libdir", "--target", target])
        .current_dir(root)
        .output()
        .context("rustc cannot be run; install Rust from https://rustup.rs, and try again")?;
    let folder = PathBuf::from(String::from_utf8_lossy(&found.stdout).trim());
    if !found.status.success() || !folder.is_dir() {
        bail!(
            "Rust's standard library for {target} is not installed; run `rustup target add \
             {target}`, and try again"
        );
    }
    Ok(())
}

impl Version {
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.trim().split(['.', '+', '-']);
        let major = parts.next()?.parse().ok()?;
        let digits: String = parts.next()?.chars().take_while(char::is_ascii_digit).collect();
        Some(Self { major, minor: digits.parse().ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::{OLDEST_PYTHON, Version};

    #[test]
    fn versions_are_compared_as_numbers() {
        assert!(Version::parse("3.9.18").is_some_and(|it| it < OLDEST_PYTHON));
        assert!(Version::parse("3.10.0").is_some_and(|it| it >= OLDEST_PYTHON));
        assert!(Version::parse("3.14.0rc2").is_some_and(|it| it >= OLDEST_PYTHON));
        assert!(Version::parse("2.7.18").is_some_and(|it| it < OLDEST_PYTHON));
        assert_eq!(Version::parse("3.15b1"), Some(Version { major: 3, minor: 15 }));
        assert_eq!(Version::parse("three"), None);
        assert_eq!(Version::parse("3"), None);
    }
}
