//! The function that receives what providers say became of messages.

pub mod handler;
mod wire;
