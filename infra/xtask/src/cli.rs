//! What can be typed.

use std::ffi::OsString;
use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// The commands of Patient Connect's checkout.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// One command.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start Patient Connect on this machine: build, local cloud, deploy, a demo practice
    ///
    /// Needs Rust and Python 3.10 or newer; all else is set up in .local/. Runs until Ctrl-C.
    /// What was entered is still there at the next start.
    Up(Up),
    /// Post a booking to the running stack and watch it become a text message
    ///
    /// Needs `cargo xtask up` in another terminal. Takes at most about a minute, which is how
    /// often the schedule looks for what is due.
    Demo,
    /// Run every check: format, lints, tests, template, and the whole path on a stack of its own
    Test(Test),
    /// Build for AWS and deploy the same template there
    ///
    /// Uses the AWS credentials of the environment (`AWS_PROFILE`, `AWS_REGION` and so on), as the
    /// AWS command line does.
    Deploy(Deploy),
    /// Put dead letters back into the queues they came from, once what killed them is mended
    ///
    /// Of the stack that `cargo xtask up` runs, or of one on AWS by the credentials of the
    /// environment. To repeat it is safe. Ends with an exit code ≠ 0 when something is left.
    Redrive(Redrive),
    /// Write infra/openapi.json, and the page that shows it, from the code
    Openapi(Openapi),
    /// Measure size and start-up of each function as it is deployed
    Bench(Bench),
    /// Feed random input to whatever reads webhooks, for a while
    ///
    /// Needs cargo-fuzz. `cargo xtask test` tries the same corpus and some thousands of changes to
    /// it without.
    Fuzz(Fuzz),
    /// Show at length that nobody is contacted twice and nobody is missed, and print the figures
    ///
    /// States of the model, crash points, simulated operations, faults by kind. `cargo xtask test` does the
    /// same for a shorter time.
    Prove(Prove),
    /// Run a command that ends when its parent does (used by the other commands)
    #[command(hide = true)]
    Guard {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
        command: Vec<OsString>,
    },
}

/// Options of `up`.
#[derive(Debug, Args)]
pub(crate) struct Up {
    /// Forget everything that was entered before, and start from nothing
    #[arg(long)]
    pub(crate) reset: bool,
    /// Serve on this port instead of the one used last time
    #[arg(long, value_parser = clap::value_parser!(u16).range(1024..))]
    pub(crate) port: Option<u16>,
    /// Do not print what the functions log
    #[arg(long)]
    pub(crate) no_logs: bool,
}

/// Options of `test`.
#[derive(Debug, Args)]
pub(crate) struct Test {
    /// Leave out what needs Python and the local cloud: template checks and the end to end test
    #[arg(long)]
    pub(crate) fast: bool,
}

/// Options of `deploy`.
#[derive(Debug, Args)]
pub(crate) struct Deploy {
    /// Name of the stack; one stack is one practice at one stage
    #[arg(long, required_unless_present = "package_only")]
    pub(crate) stack: Option<String>,
    /// Processor of the functions
    #[arg(long, value_enum, default_value_t = Architecture::Arm64)]
    pub(crate) arch: Architecture,
    /// A parameter of infra/template.yaml, for example `PracticeName=Harbour Physio`; repeatable
    #[arg(long = "parameter", value_name = "NAME=VALUE")]
    pub(crate) parameters: Vec<Parameter>,
    /// Bucket for the packages; made if missing [default: patient-connect-<account>-<region>]
    #[arg(long)]
    pub(crate) bucket: Option<String>,
    /// Build and package only; nothing touches AWS
    #[arg(long)]
    pub(crate) package_only: bool,
}

/// Options of `redrive`.
#[derive(Debug, Args)]
pub(crate) struct Redrive {
    /// Name of a stack on AWS, instead of the one on this machine
    #[arg(long)]
    pub(crate) stack: Option<String>,
    /// Dead letters of this queue only: sms, email, letter, intake, delivery-events, sms-replies, …
    #[arg(long)]
    pub(crate) queue: Option<String>,
    /// Only say how many dead letters each queue has, and since when
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// The description of another local stack (used by tests)
    #[arg(long, hide = true, conflicts_with = "stack")]
    pub(crate) description: Option<PathBuf>,
}

/// Options of `openapi`.
#[derive(Debug, Args)]
pub(crate) struct Openapi {
    /// Write nothing; fail when a file is not what the code says
    #[arg(long)]
    pub(crate) check: bool,
}

/// Options of `bench`.
#[derive(Debug, Args)]
pub(crate) struct Bench {
    /// How often each function is started
    #[arg(long, default_value_t = 41, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) runs: u16,
}

/// Options of `fuzz`.
#[derive(Debug, Args)]
pub(crate) struct Fuzz {
    /// How long each language is tried, in seconds
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) seconds: u32,
}

/// Options of `prove`.
#[derive(Debug, Args)]
pub(crate) struct Prove {
    /// How long fresh lives of a practice are simulated, in seconds
    #[arg(long, default_value_t = 3600, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) seconds: u32,
    /// How many enrolments are stored where it is shown that a sweep does not depend on it
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u32).range(1_000..))]
    pub(crate) scale: u32,
}

/// A processor architecture, by Lambda's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Architecture {
    Arm64,
    #[value(name = "x86_64")]
    X86_64,
}

impl Architecture {
    /// Lambda's name of it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Arm64 => "arm64",
            Self::X86_64 => "x86_64",
        }
    }

    /// Rust's name of it on Linux.
    pub(crate) fn target(self) -> &'static str {
        match self {
            Self::Arm64 => "aarch64-unknown-linux-gnu",
            Self::X86_64 => "x86_64-unknown-linux-gnu",
        }
    }

    /// This machine's.
    pub(crate) fn of_this_machine() -> Self {
        if cfg!(target_arch = "aarch64") { Self::Arm64 } else { Self::X86_64 }
    }
}

/// A template parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) value: String,
}

impl FromStr for Parameter {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('=') {
            Some((name, value)) if !name.is_empty() => {
                Ok(Self { name: name.to_owned(), value: value.to_owned() })
            }
            _ => Err("expected NAME=VALUE".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::{Cli, Parameter};

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_parameter_splits_at_the_first_equals_sign() {
        let parameter: Parameter = "PracticeName=A=B c".parse().expect("it has a name");
        assert_eq!((parameter.name.as_str(), parameter.value.as_str()), ("PracticeName", "A=B c"));
        assert!("=x".parse::<Parameter>().is_err());
        assert!("x".parse::<Parameter>().is_err());
    }
}
