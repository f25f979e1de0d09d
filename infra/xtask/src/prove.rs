//! `cargo xtask prove`: the tests that show that nobody is contacted twice and nobody is missed, at length, and
//! how much they have looked at.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};

use crate::cargo::cargo;
use crate::checkout::Checkout;
use crate::cli;
use crate::process;
use crate::say;
use crate::stop::Stop;

/// For how many seconds lives are simulated at most without a build that is optimised.
const SHORT: u32 = 120;

/// For how many they are when there are more with such a build.
const A_FEW: u32 = 20;

/// Runs them, and prints the figures.
pub(crate) fn run(checkout: &Checkout, options: &cli::Prove, stop: &Stop) -> Result<()> {
    let figures = checkout.local()?.join("proof.txt");
    if figures.exists() {
        fs::remove_file(&figures)
            .with_context(|| format!("cannot delete {}", figures.display()))?;
    }
    let began = Instant::now();
    // What takes long is worth a build that is optimised; the rest is not.
    let (here, apart) = match options.seconds {
        seconds @ ..=SHORT => (seconds, None),
        seconds => (A_FEW, Some(seconds)),
    };
    let mut status = process::run(
        tests(checkout, &figures).args(["--no-fail-fast"]).env(proof::SECONDS, here.to_string()),
        stop,
    )?;
    if status.success() {
        // A million rows are stored and read: hours without optimisation.
        status = process::run(
            tests(checkout, &figures)
                .args(["--profile", "long", "--test", "scale"])
                .env(proof::SCALE, options.scale.to_string()),
            stop,
        )?;
    }
    if let Some(seconds) = apart.filter(|_| status.success()) {
        status = process::run(
            tests(checkout, &figures)
                .args(["--profile", "long", "--test", "seeds", "fresh_lives"])
                .env(proof::SECONDS, seconds.to_string()),
            stop,
        )?;
    }
    let said = fs::read_to_string(&figures)
        .with_context(|| format!("no figures were written to {}", figures.display()))?;
    let Some(sums) = proof::sums(&said) else {
        bail!("{} has a line that is no figure", figures.display());
    };
    say::line("");
    let widest = sums.iter().map(|(what, _)| what.len()).max().unwrap_or_default();
    for (what, number) in &sums {
        say::line(format!("{what:widest$}  {:>13}", grouped(*number)));
    }
    if !status.success() {
        bail!("an invariant does not hold; what was found is above");
    }
    // A test fails at the first of either, so these are what it means that all passed.
    for what in ["messages that went twice", "actions that were lost"] {
        say::line(format!("{what:widest$}  {:>13}", 0));
    }
    say::line(format!("\n✓ Proven in {}.", say::seconds(began.elapsed())));
    Ok(())
}

/// All of the workspace's tests, built as `cargo xtask test` builds them: without some of its members cargo would
/// unify other features, and build the SDK once more. They say there what they have tried.
fn tests(checkout: &Checkout, figures: &Path) -> Command {
    let mut command = cargo();
    command.args(["test", "--workspace"]);
    command.env(proof::FILE, figures).current_dir(checkout.root());
    command
}

/// A number with its thousands apart.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    let mut parts: Vec<&str> = Vec::new();
    if first > 0 {
        parts.extend(digits.get(..first));
    }
    parts.extend((first..digits.len()).step_by(3).filter_map(|at| digits.get(at..at + 3)));
    parts.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_apart() {
        let cases =
            [(0, "0"), (12, "12"), (999, "999"), (1_000, "1,000"), (8_900_123, "8,900,123")];
        for (number, expected) in cases {
            assert_eq!(grouped(number), expected);
        }
    }
}
