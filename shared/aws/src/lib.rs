//! Adapters of Patient Connect to AWS.
//!
//! * [`dynamo`]: the stores.
//! * [`queues`], [`sms`], [`files`], [`secrets`]: the other services.
//! * [`http`], [`batch`], [`deliveries`]: what functions behind API Gateway and SQS share.
//! * [`config`], [`telemetry`], [`clock`]: settings, logs, time and ids.

pub mod batch;
pub mod clients;
pub mod clock;
pub mod config;
pub mod deliveries;
pub mod dynamo;
pub mod files;
pub mod http;
pub mod queues;
pub mod secrets;
pub mod sms;
pub mod telemetry;
