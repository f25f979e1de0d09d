//! The function behind the distribution list of letters.

pub mod handler;
mod wire;
