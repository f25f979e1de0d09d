//! What can go wrong between this client and a stack.

use std::path::PathBuf;

/// A failure, as a sentence for the person at the command line.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The description file cannot be read or written.
    #[error(
        "cannot use the stack description {}: {why}; start a stack with `cargo xtask up`",
        path.display()
    )]
    Description {
        /// The file.
        path: PathBuf,
        /// The reason.
        why: String,
    },

    /// The stack has no output of this name.
    #[error(
        "the stack has no output named {0}; is it deployed from this checkout's infra/template.yaml?"
    )]
    NoOutput(String),

    /// No answer arrived.
    #[error("no answer from {url} ({why}); is the stack running (`cargo xtask up`)?")]
    Unreachable {
        /// Where the request went.
        url: String,
        /// The reason.
        why: String,
    },

    /// An answer arrived, but not the one that was needed.
    #[error("{what}: the answer was {status}: {body}")]
    Refused {
        /// What was asked for.
        what: String,
        /// The HTTP status.
        status: u16,
        /// The answer's text.
        body: String,
    },

    /// An answer arrived that does not have the promised form.
    #[error("{what}: the answer does not have the expected form ({why})")]
    Form {
        /// What was asked for.
        what: String,
        /// What is wrong with it.
        why: String,
    },

    /// The webhook secret cannot sign.
    #[error("the webhook secret cannot be used: {0}")]
    WebhookSecret(String),

    /// What was waited for did not happen.
    #[error("waited {seconds} s for {what}, and it did not happen")]
    TimedOut {
        /// What was waited for.
        what: String,
        /// For how long.
        seconds: u64,
    },
}
