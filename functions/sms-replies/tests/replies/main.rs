//! Answers of patients, as the provider hands them over.

#![cfg(test)]

mod bookings;
mod consents;
mod crashes;
mod hostile;
mod shared;
mod support;
mod values;
mod which;
