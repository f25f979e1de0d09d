//! The deployed template, end to end. The tests are in `tests/` and need a stack: `cargo xtask test` deploys one.
