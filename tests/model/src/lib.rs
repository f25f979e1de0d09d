//! The delivery protocol as a small model, whose every state is looked at.

pub mod bounds;
pub mod engine;
mod happenings;
pub mod invariants;
pub mod label;
pub mod search;
mod sender;
pub mod state;
mod sweeper;
pub mod world;
