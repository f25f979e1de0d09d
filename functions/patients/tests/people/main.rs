//! The admin API's patients.

#![cfg(test)]

mod consents;
mod enrolments;
mod merge;
mod records;
mod routes;
mod search;
mod support;
