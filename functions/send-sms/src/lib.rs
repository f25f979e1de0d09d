//! The function that sends text messages.

pub mod handler;
