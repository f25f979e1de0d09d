//! What providers say on AWS, and nobody does on this machine: an answer to a text message, an email
//! that bounced. In the shape of the files in `events/`.

use serde_json::json;

use crate::{Emulator, Error, Stack};

/// An answer to a text message.
#[derive(Debug, Clone, Copy)]
pub struct TextAnswer<'a> {
    /// The patient's number, in E.164 form.
    pub from: &'a str,
    /// The number it was sent to: the site's.
    pub to: &'a str,
    /// What it says.
    pub text: &'a str,
    /// The provider's id of the message it answers.
    pub answers: &'a str,
    /// The provider's id of the answer.
    pub id: &'a str,
}

/// An email that came back.
#[derive(Debug, Clone, Copy)]
pub struct Bounce<'a> {
    /// Whom it was for.
    pub address: &'a str,
    /// The provider's id of it.
    pub message_id: &'a str,
    /// The enrolment it was sent for.
    pub enrolment: &'a str,
    /// The action it was sent for, in its first cycle and at its first attempt.
    pub action: &'a str,
}

impl Stack {
    /// A patient answers a text message.
    pub fn answer_text(&self, answer: TextAnswer<'_>) -> Result<(), Error> {
        let message = json!({
            "originationNumber": answer.from,
            "destinationNumber": answer.to,
            "messageKeyword": "KEYWORD_000000000000",
            "messageBody": answer.text,
            "inboundMessageId": answer.id,
            "previousPublishedMessageId": answer.answers,
        });
        self.say("SmsRepliesTopicArn", &message.to_string())
    }

    /// There is no mailbox of an email's address.
    pub fn bounce(&self, bounce: Bounce<'_>) -> Result<(), Error> {
        let now = "2026-11-26T00:00:00.000Z";
        let message = json!({
            "eventType": "Bounce",
            "bounce": {
                "feedbackId": format!("feedback-{}", bounce.message_id),
                "bounceType": "Permanent",
                "bounceSubType": "General",
                "bouncedRecipients": [{
                    "emailAddress": bounce.address, "action": "failed", "status": "5.1.1",
                    "diagnosticCode": "smtp; 550 5.1.1 user unknown",
                }],
                "timestamp": now,
            },
            "mail": {
                "timestamp": now,
                "messageId": bounce.message_id,
                "destination": [bounce.address],
                "tags": {
                    "enrolment": [bounce.enrolment],
                    "cycle": ["1"],
                    "action": [bounce.action],
                    "attempt": ["1"],
                },
            },
        });
        self.say("EmailEventsTopicArn", &message.to_string())
    }

    fn say(&self, topic: &str, message: &str) -> Result<(), Error> {
        let emulator: Emulator = self.emulator();
        emulator.publish(self.description().output(topic)?, message)
    }
}
