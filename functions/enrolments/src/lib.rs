//! The function behind the admin API's enrolments and work list.

pub mod handler;
mod wire;
