//! Deliveries from booking systems, in every language, and every way to be wrong.

#![cfg(test)]

mod believed;
mod flood;
mod json;
mod languages;
mod refused;
mod support;
