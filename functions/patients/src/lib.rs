//! The function behind the admin API's patients, enrolments and work list.

pub mod handler;
mod wire;
