//! The function that takes referrals in from other systems.

pub mod handler;
