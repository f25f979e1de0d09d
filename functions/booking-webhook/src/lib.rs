//! The function that takes bookings in from other systems.

pub mod handler;
