//! Adapters of Patient Connect to AWS.
//!
//! * [`dynamo`]: the stores.
//! * [`queues`], [`sms`], [`email`], [`files`], [`epost`], [`secrets`], [`way_out`]: the other services.
//! * [`web`]: what no SDK covers.
//! * [`http`], [`webhook`], [`batch`], [`deliveries`]: what functions behind API Gateway and SQS share.
//! * [`config`], [`telemetry`], [`clock`]: settings, logs, time and ids.

pub mod batch;
pub mod clients;
pub mod clock;
pub mod config;
pub mod deliveries;
pub mod dynamo;
pub mod email;
pub mod epost;
pub mod event_queue;
pub mod files;
pub mod http;
pub mod pace;
mod provider;
pub mod queues;
pub mod receipt_queue;
pub mod secrets;
pub mod sms;
pub mod telemetry;
pub mod way_out;
pub mod web;
pub mod webhook;
