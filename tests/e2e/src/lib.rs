//! The deployed template, end to end. The tests are in `tests/` and need a stack: `cargo xtask test`
//! deploys one. To run them against the stack of `cargo xtask up`:
//!
//! ```text
//! PATIENT_CONNECT_STACK=$PWD/.local/stack.json cargo test --package e2e --features deployed
//! ```
//!
//! Everything a test makes has a name of its own, so the tests can run at the same time, again and
//! again, on one stack.

#![cfg(feature = "deployed")]
#![expect(clippy::indexing_slicing, reason = "a test that misses a member of an answer has failed")]

pub mod bookings;
pub mod browser;
pub mod clinic;
pub mod console;
pub mod forged;
pub mod people;
pub mod practice;
pub mod problems;
pub mod routes;

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use stack::{DESCRIPTION_VARIABLE, Description, Stack, unix_seconds};

/// The stack under test.
///
/// # Panics
/// Without one.
pub fn stack() -> Stack {
    let path = std::env::var_os(DESCRIPTION_VARIABLE)
        .expect("PATIENT_CONNECT_STACK names a stack's description; run `cargo xtask test`");
    Stack::new(Description::load(Path::new(&path)).expect("the description can be read"))
}

/// Letters and digits that no other test, and no earlier run, has used.
pub fn unique() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let next = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("{:x}{:x}x{next}", unix_seconds(), std::process::id())
}
