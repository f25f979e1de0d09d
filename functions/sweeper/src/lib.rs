//! The function that queues what is due, each minute.

pub mod handler;
