//! `cargo xtask openapi`: writes the document and its page; with `--check` only says what differs.

use std::path::Path;
use std::process::ExitCode;

use openapi::files;

fn main() -> ExitCode {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    if std::env::args().any(|argument| argument == "--check") {
        let stale = files::stale(&checkout);
        if !stale.is_empty() {
            eprintln!("{} must be written anew: run `cargo xtask openapi`.", stale.join(", "));
            return ExitCode::FAILURE;
        }
        println!("The API's description is what the code says.");
        return ExitCode::SUCCESS;
    }
    match files::write(&checkout) {
        Ok(()) => {
            println!("Wrote the API's description to infra/.");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("The API's description cannot be written: {error}.");
            ExitCode::FAILURE
        }
    }
}
