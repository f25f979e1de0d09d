//! `cargo xtask prove`: the tests that show that nobody is contacted twice and nobody is missed, at length, and
//! how much they have looked at.

use std::fs;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};

use crate::cargo::cargo;
use crate::checkout::Checkout;
use crate::cli;
use crate::process;
use crate::say;
use crate::stop::Stop;

/// Runs them, and prints the figures.
pub(crate) fn run(checkout: &Checkout, options: &cli::Prove, stop: &Stop) -> Result<()> {
    let figures = checkout.local()?.join("proof.txt");
    if figures.exists() {
        fs::remove_file(&figures)
            .with_context(|| format!("cannot delete {}", figures.display()))?;
    }
    let began = Instant::now();
    // All of the workspace's tests but those of the document, the deployed stack, and this program: built as
    // `cargo xtask test` builds them.
    let mut command = cargo();
    command.args(["test", "--workspace", "--no-fail-fast"]);
    for other in ["e2e", "openapi", "xtask"] {
        command.args(["--exclude", other]);
    }
    let status = process::run(
        command
            .env(proof::FILE, &figures)
            .env(proof::SECONDS, options.seconds.to_string())
            .env(proof::SCALE, options.scale.to_string())
            .current_dir(checkout.root()),
        stop,
    )?;
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
