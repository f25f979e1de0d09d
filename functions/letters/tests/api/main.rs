//! The whole function, over the real stores.

#![cfg(test)]

mod batches;
mod epost;
mod hostile;
mod letterhead;
mod letters;
mod looked_at_again;
mod routes;
mod support;
