//! The function that balances each day.

pub mod handler;
