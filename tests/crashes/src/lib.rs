//! Operations of the functions, struck at every call they make.
//!
//! An [`Operation`] is what somebody asks of a function: a person or a system by HTTP, or a queue, a
//! schedule or a provider by an event. [`strike`](strike::strike) lets it die before each of its calls and after
//! it, lose an answer, and find the store away for a moment, each time in a practice of its own; and lets
//! the repetition die too. Then whoever asked does what they do: a client sends the same request again with
//! its `Idempotency-Key` or the version it has read, a queue hands the message out again. After each of
//! it the audit must find nothing wrong with what is stored, and at the end everything is stored as if
//! nothing had happened.
//!
//! The files of `tests/` have one table of operations for each function; a new operation is an entry.

mod operation;
mod practice;
mod routers;
mod same;
mod stage;
mod strike;

pub use operation::{Doing, Heard, Operation, create, post, put, remove};
pub use practice::{Function, Practice};
pub use stage::{
    Stage, another_booking_program, booking_program, check_up, enabled_without_patients, failed,
    general, letter_program, nora, otto, pia, recall, target, unused,
};
pub use strike::{block_on, strike};
