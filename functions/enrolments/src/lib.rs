//! The function behind the admin API's enrolments and work list, and for what of deliveries was refused.

pub mod handler;
mod wire;
