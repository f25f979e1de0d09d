//! The commands of the README: `cargo xtask up`, `demo`, `test`, `deploy`, `redrive`, `openapi`, `bench`,
//! `fuzz`, `prove`.
//!
//! Each does one thing from nothing, says what it does, and ends with one
//! sentence and an exit code ≠ 0 if it cannot.

mod artifacts;
mod aws_cli;
mod bench;
mod cargo;
mod checkout;
mod cli;
mod demo;
mod emulator;
mod function_logs;
mod fuzz;
mod guard;
mod local_deploy;
mod local_stack;
mod lock;
mod openapi;
mod port;
mod prerequisites;
mod process;
mod prove;
mod redrive;
mod release;
mod say;
mod staff;
mod stop;
mod table;
mod test;
mod up;
mod venv;
mod zip_file;

use std::process::ExitCode;

use clap::Parser;

use crate::checkout::Checkout;
use crate::cli::{Cli, Command};
use crate::stop::{Stop, Stopped};

fn main() -> ExitCode {
    let command = Cli::parse().command;
    if let Command::Guard { command } = command {
        return guard::watch(&command);
    }
    match run(command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is::<Stopped>() => {
            say::line("Stopped.");
            ExitCode::from(130)
        }
        Err(error) => {
            say::error(&error);
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<()> {
    let stop = Stop::on_signals()?;
    let checkout = Checkout::of_this_build()?;
    match command {
        Command::Up(options) => up::run(&checkout, &options, &stop),
        Command::Demo => demo::run(&checkout),
        Command::Test(options) => test::run(&checkout, &options, &stop),
        Command::Deploy(options) => release::run(&checkout, &options, &stop),
        Command::Redrive(options) => redrive::run(&checkout, &options, &stop),
        Command::Openapi(options) => openapi::run(&checkout, &options, &stop),
        Command::Bench(options) => bench::run(&checkout, &options, &stop),
        Command::Fuzz(options) => fuzz::run(&checkout, &options, &stop),
        Command::Prove(options) => prove::run(&checkout, &options, &stop),
        Command::Guard { .. } => Ok(()),
    }
}
