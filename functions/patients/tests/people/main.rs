//! The admin API's patients.

#![cfg(test)]

mod bookings;
mod consents;
mod enrolments;
mod hostile;
mod merge;
mod records;
mod replies;
mod routes;
mod search;
mod support;
