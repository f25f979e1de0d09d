//! The function that takes what patients answer to text messages.

pub mod handler;
pub mod wire;
