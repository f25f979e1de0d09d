//! Email: the address it comes from, and what was sent.

use serde::Deserialize;
use serde_json::json;

use super::Emulator;
use crate::Error;

/// An email that SES was asked to send. The local cloud keeps no headers and no attachments.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SentEmail {
    /// The provider's id.
    pub message_id: String,
    /// The `From` line.
    pub source: String,
    /// To whom.
    pub to: Vec<String>,
    /// The subject.
    pub subject: String,
    /// The text part.
    pub body_text: String,
    /// The HTML part.
    pub body_html: Option<String>,
}

impl Emulator {
    /// Verifies an address, so that email may come from it.
    pub fn verify_sender(&self, address: &str) -> Result<(), Error> {
        let body = json!({ "EmailIdentity": address });
        let answer = self.rest("ses", "POST", "/v2/email/identities", Some(&body))?;
        // It is there from last time.
        if answer.body.contains("AlreadyExistsException") {
            return Ok(());
        }
        answer.success().map(|_| ())
    }

    /// Every email sent so far.
    pub fn sent_emails(&self) -> Result<Vec<SentEmail>, Error> {
        #[derive(Deserialize)]
        struct Outbox {
            messages: std::collections::BTreeMap<String, Vec<SentEmail>>,
        }
        let answer = self.get("/_ministack/ses/messages")?.success()?;
        let outbox: Outbox = serde_json::from_value(answer).map_err(|error| Error::Form {
            what: "reading the local cloud's mail".to_owned(),
            why: error.to_string(),
        })?;
        Ok(outbox.messages.into_values().flatten().collect())
    }
}
