//! The function behind the admin API's programs, templates, booking types and sites.

pub mod handler;
mod wire;
