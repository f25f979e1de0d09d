//! `cargo xtask openapi`: a program of its own, so that no other command has to build the functions
//! into this one.

use anyhow::{Result, bail};

use crate::cargo::cargo;
use crate::checkout::Checkout;
use crate::cli;
use crate::process;
use crate::stop::Stop;

/// Writes the API's description, or looks whether it is what the code says.
pub(crate) fn run(checkout: &Checkout, options: &cli::Openapi, stop: &Stop) -> Result<()> {
    let mut command = cargo();
    command.args(["run", "--quiet", "--package", "openapi", "--"]);
    if options.check {
        command.arg("--check");
    }
    let status = process::run(command.current_dir(checkout.root()), stop)?;
    if !status.success() {
        bail!("the API's description is not as it should be; what is wrong is above");
    }
    Ok(())
}
