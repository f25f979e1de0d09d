//! A running stack as a client sees it.
//!
//! `cargo xtask up` writes a [`Description`] of the stack it started; this
//! crate reads it and does what a practice's staff and booking system do: sign
//! in, call the API, post signed webhooks. It also reads what only the local
//! cloud shows: the texts that were sent.
//!
//! Everything blocks: the callers are command-line tools and tests.

mod answer;
mod client;
mod clock;
mod description;
mod emulator;
mod error;
mod http;
mod providers;
mod secret;
pub mod seed;
pub mod wait;
mod webhook;

pub use answer::Answer;
pub use client::{Session, Stack};
pub use clock::unix_seconds;
pub use description::{Credentials, Description};
pub use emulator::{DeployedRoute, Emulator, LogLine, SentEmail, SentText, Tokens};
pub use error::Error;
pub use providers::{Bounce, TextAnswer};
pub use secret::Secret;
pub use webhook::Webhook;

/// The environment variable that names the [`Description`] file for tests.
pub const DESCRIPTION_VARIABLE: &str = "PATIENT_CONNECT_STACK";
