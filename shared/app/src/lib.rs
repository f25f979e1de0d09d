//! The use cases of Patient Connect, and the ports they need.
//!
//! A use case reads through ports, lets the domain decide, and carries the decision out. Each of
//! them can be run by a test with any implementation of its ports.

pub mod balance;
mod begun;
pub mod catalogue;
pub mod deliver;
pub mod enrolments;
pub mod events;
mod filling;
pub mod forecast;
pub use form;
pub mod history;
pub mod impact;
pub mod letters;
mod merge;
pub mod moves;
pub mod outlook;
mod paper;
pub mod people;
pub mod ports;
mod practice;
pub mod readable;
pub mod receipts;
pub mod refused;
mod rehoming;
pub mod release;
pub mod replan;
pub mod replies;
pub mod settings;
mod situation;
mod stretch;
pub mod sweep;
pub mod today;
mod work;
