//! The screens, over the functions of the API and a DynamoDB in the process.

#![cfg(test)]

mod guard;
mod imports;
mod letters;
mod patients;
mod programs;
mod settings;
mod signing;
mod support;
mod templates;
mod work;
