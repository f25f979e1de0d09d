//! `cargo xtask fuzz`: random bytes, steered by which code they reach, for every language that
//! webhooks are read in.

use std::fs;

use anyhow::{Context as _, Result, bail};

use crate::cargo::cargo;
use crate::checkout::Checkout;
use crate::cli;
use crate::process;
use crate::say;
use crate::stop::Stop;

/// The targets in `tests/fuzz`.
const TARGETS: [&str; 3] = ["json", "fhir", "hl7"];

/// Runs each target for so long; the first input that breaks one ends it.
pub(crate) fn run(checkout: &Checkout, options: &cli::Fuzz, stop: &Stop) -> Result<()> {
    let there = process::output(cargo().args(["fuzz", "--version"]), stop)?;
    if !there.status.success() {
        bail!("cargo-fuzz is missing; `cargo install cargo-fuzz --locked` installs it");
    }
    let folder = checkout.root().join("tests/fuzz");
    for target in TARGETS {
        say::line(format!("\n{target}, for {} seconds", options.seconds));
        // What is found goes here, and not into the corpus that is committed.
        let found = checkout.local()?.join("fuzz").join(target);
        fs::create_dir_all(&found).with_context(|| format!("cannot create {}", found.display()))?;
        let status = process::run(
            cargo()
                .args(["fuzz", "run", "--sanitizer", "none", "--fuzz-dir"])
                .arg(&folder)
                .arg(target)
                .arg(&found)
                .arg(folder.join("corpus").join(target))
                .args(["--", "-timeout=10", "-rss_limit_mb=1024", "-verbosity=0"])
                .arg(format!("-max_total_time={}", options.seconds))
                .arg(format!("-dict={}", folder.join(format!("{target}.dict")).display()))
                // The stable compiler has what it takes, and says so only when asked like this.
                .env("RUSTC_BOOTSTRAP", "1")
                .current_dir(&folder),
            stop,
        )?;
        if !status.success() {
            bail!(
                "an input broke {target}; it is in tests/fuzz/artifacts/{target}. Once mended, put it \
                 into tests/fuzz/corpus/{target}, which `cargo test` reads each time"
            );
        }
    }
    say::line("\n✓ Nothing broke.");
    Ok(())
}
