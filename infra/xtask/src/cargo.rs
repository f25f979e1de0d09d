//! Cargo, as if it were called from the shell.

use std::process::Command;

use crate::guard::guarded;

/// What `cargo run` tells this program about itself. Build scripts look at some of it, and would
/// run again, with all that depends on them, each time cargo is called from elsewhere.
const OF_THIS_PROGRAM: [&str; 5] = [
    "CARGO_BIN_NAME",
    "CARGO_CRATE_NAME",
    "CARGO_MANIFEST_",
    "CARGO_PKG_",
    "CARGO_PRIMARY_PACKAGE",
];

/// A guarded cargo.
pub(crate) fn cargo() -> Command {
    let mut command = guarded("cargo");
    forget_this_program(&mut command);
    command
}

/// Takes what is only about this program out of a command's environment.
pub(crate) fn forget_this_program(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        let of_this = |name: &str| OF_THIS_PROGRAM.iter().any(|prefix| name.starts_with(prefix));
        if name.to_str().is_some_and(of_this) {
            command.env_remove(name);
        }
    }
}
