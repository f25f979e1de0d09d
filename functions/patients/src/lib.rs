//! The function behind the admin API's patients.

pub mod handler;
mod wire;
