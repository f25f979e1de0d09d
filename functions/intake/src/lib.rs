//! The function that deals with events that were kept: those that could not be dealt with when they
//! came, and those in which something was unknown.

pub mod handler;
