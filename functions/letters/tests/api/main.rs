//! The whole function, over the real stores.

#![cfg(test)]

mod batches;
mod epost;
mod hostile;
mod letters;
mod routes;
mod support;
