//! The function behind the links by which patients take their consent back.
//!
//! It is one of its own, because anybody can call it: it may read and save patients, and nothing else.

mod asked;
pub mod handler;
