//! What SNS and SES say, as the files in `events/` have it, through the handler.

#![cfg(test)]

mod email;
mod hostile;
mod sms;
mod support;
