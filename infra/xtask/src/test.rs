//! `cargo xtask test`: every check, in the order of how fast it fails.

use std::fs;
use std::process::{Command, ExitStatus};
use std::time::Instant;

use anyhow::{Context as _, Result, bail};

use crate::cargo::cargo;
use crate::checkout::Checkout;
use crate::cli;
use crate::guard::guarded;
use crate::local_stack::{self, Plan};
use crate::lock::Lock;
use crate::port;
use crate::prerequisites;
use crate::process;
use crate::say;
use crate::stop::Stop;
use crate::venv::Venv;

const STACK_NAME: &str = "patient-connect-e2e";

/// Runs the checks one after the other; the first that fails ends it.
pub(crate) fn run(checkout: &Checkout, options: &cli::Test, stop: &Stop) -> Result<()> {
    let mut checks = Checks { checkout, stop, began: Instant::now(), passed: 0 };
    checks.cargo("Format", &["fmt", "--all", "--check"])?;
    checks.cargo(
        "Lints",
        &[
            "clippy",
            "--workspace",
            "--all-targets",
            "--features",
            "e2e/deployed",
            "--",
            "-D",
            "warnings",
        ],
    )?;
    checks.cargo("Tests", &["test", "--workspace"])?;
    checks.dependencies()?;
    if options.fast {
        say::line("\nLeft out (--fast): template checks, end to end test.");
    } else {
        let python = prerequisites::python(stop)?;
        prerequisites::chromium(stop)?;
        let venv = Venv::ready(checkout, &python, stop)?;
        checks.template(&venv)?;
        checks.end_to_end(&venv)?;
    }
    say::line(format!(
        "\n✓ All {} checks passed in {}.",
        checks.passed,
        say::seconds(checks.began.elapsed())
    ));
    Ok(())
}

struct Checks<'a> {
    checkout: &'a Checkout,
    stop: &'a Stop,
    began: Instant,
    passed: u32,
}

impl Checks<'_> {
    fn cargo(&mut self, name: &str, arguments: &[&str]) -> Result<()> {
        self.check(name, cargo().args(arguments))
    }

    /// Licences, sources and bans of the dependencies. Advisories need a database from the network
    /// and change without our doing: `cargo deny check advisories` is for a person or a schedule.
    fn dependencies(&mut self) -> Result<()> {
        let there = process::output(cargo().args(["deny", "--version"]), self.stop)?;
        if there.status.success() {
            let what = ["deny", "--workspace", "check", "bans", "licenses", "sources"];
            return self.cargo("Dependencies", &what);
        }
        say::line(
            "\nNot checked: the dependencies' licences and sources, because cargo-deny is not \
             installed; `cargo install cargo-deny --locked` installs it.",
        );
        Ok(())
    }

    /// The rules that infra/template.yaml must hold to, and the tests of those rules.
    fn template(&mut self, venv: &Venv) -> Result<()> {
        let python = venv.python();
        self.check(
            "Tests of the template checks",
            guarded(&python).args(["-m", "unittest", "--quiet", "infra.checks.test_checks"]),
        )?;
        self.check("Template", guarded(&python).args(["-m", "infra.checks"]))
    }

    /// The whole path on a stack of its own, which is gone afterwards.
    fn end_to_end(&mut self, venv: &Venv) -> Result<()> {
        let heading = Heading::print("End to end");
        let local = self.checkout.local()?;
        let _lock = Lock::take(&local.join("e2e.lock"), "the end to end test")?;
        let folder = local.join("e2e");
        wipe(&folder)?;
        fs::create_dir_all(&folder)
            .with_context(|| format!("cannot create {}", folder.display()))?;
        let description = folder.join("stack.json");
        let log = local.join("e2e-cloud.log");
        let plan = Plan {
            stack_name: STACK_NAME,
            port: port::any_free()?,
            folder: &folder,
            log: log.clone(),
            description: description.clone(),
        };
        let running = local_stack::start(self.checkout, venv, &plan, self.stop)?;
        let status = process::run(
            cargo()
                .args(["test", "--package", "e2e", "--features", "deployed"])
                .env(stack::DESCRIPTION_VARIABLE, &description)
                .current_dir(self.checkout.root()),
            self.stop,
        );
        running.cloud.end();
        let status = status?;
        if status.success() {
            wipe(&folder)?;
        } else {
            say::line(format!("The local cloud's own log is {}.", log.display()));
        }
        self.finish(&heading, status)
    }

    fn check(&mut self, name: &str, command: &mut Command) -> Result<()> {
        let heading = Heading::print(name);
        let status = process::run(command.current_dir(self.checkout.root()), self.stop)?;
        self.finish(&heading, status)
    }

    fn finish(&mut self, heading: &Heading, status: ExitStatus) -> Result<()> {
        if !status.success() {
            bail!("the check \"{}\" failed; what it printed is above", heading.name);
        }
        say::line(format!("✓ {} ({})", heading.name, say::seconds(heading.began.elapsed())));
        self.passed += 1;
        Ok(())
    }
}

struct Heading {
    name: String,
    began: Instant,
}

impl Heading {
    fn print(name: &str) -> Self {
        say::line(format!("\n── {name}"));
        Self { name: name.to_owned(), began: Instant::now() }
    }
}

fn wipe(folder: &std::path::Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)
            .with_context(|| format!("cannot delete {}", folder.display()))?;
    }
    Ok(())
}
