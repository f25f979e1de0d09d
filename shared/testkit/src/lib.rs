//! For tests only: a DynamoDB in the process, faults and meters on the way to it, fakes for what is
//! outside, and builders.
//!
//! The stores under test are the real ones: the real SDK client sends real requests to `dynoxide`,
//! an embedded DynamoDB that is checked against AWS's by a public conformance suite.

pub mod audit;
pub mod bucket;
pub mod build;
pub mod busy;
pub mod deliveries;
pub mod dynamo;
pub mod events;
pub mod fakes;
pub mod faults;
pub mod hostile;
mod inside;
pub mod letters;
pub mod referrals;
pub mod requests;
pub mod secrets;
pub mod sending;
pub mod server;
pub mod wire;
