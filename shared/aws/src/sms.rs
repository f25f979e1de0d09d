//! The SMS provider: Amazon SNS.
//!
//! SNS has no idempotency token. Its client is built without retries ([`Aws::sns`]), and an answer that does
//! not say whether the message was taken is [`SendError::InDoubt`], never a reason to try again.

use std::sync::OnceLock;

use app::ports::{SendError, Sms, SmsGateway};
use aws_sdk_sns::Client;
use aws_sdk_sns::error::ProvideErrorMetadata;
use aws_sdk_sns::types::MessageAttributeValue;
use domain::sender::SmsSender;

use crate::clients::Aws;
use crate::pace::Pace;
use crate::provider::classify;

/// A message's sender as a name, and as a number of the account's own.
const SENDER_ID: &str = "AWS.SNS.SMS.SenderID";
const ORIGINATION_NUMBER: &str = "AWS.MM.SMS.OriginationNumber";

/// SNS, with this deployment's sender, for sites that have none of their own.
#[derive(Debug)]
pub struct SnsGateway {
    aws: Aws,
    client: OnceLock<Client>,
    sender_id: String,
    max_price: String,
    pace: Option<Pace>,
}

impl SnsGateway {
    /// A gateway. Its client is made when the first message is sent: making one costs a quarter of
    /// a function's start, and many starts find nothing to send.
    ///
    /// A message that would cost more than `max_price` US dollars is refused by SNS.
    pub const fn new(aws: Aws, sender_id: String, max_price: String) -> Self {
        Self { aws, client: OnceLock::new(), sender_id, max_price, pace: None }
    }

    /// The gateway of a function that sends many: each sender keeps to its rate.
    #[must_use]
    pub fn paced(self, pace: Pace) -> Self {
        Self { pace: Some(pace), ..self }
    }

    /// By which attribute the sender of a message is told, and who it is.
    fn sender<'a>(&'a self, sms: &'a Sms) -> (&'static str, &'a str) {
        match &sms.sender {
            SmsSender::Deployment => (SENDER_ID, self.sender_id.as_str()),
            SmsSender::Id(id) => (SENDER_ID, id.as_str()),
            SmsSender::Number(number) => (ORIGINATION_NUMBER, number.as_str()),
        }
    }
}

fn attribute(data_type: &str, value: &str) -> MessageAttributeValue {
    MessageAttributeValue::builder()
        .data_type(data_type)
        .string_value(value)
        .build()
        .expect("the data type is set")
}

impl SmsGateway for SnsGateway {
    async fn turn(&self, sms: &Sms) {
        if let Some(pace) = &self.pace {
            pace.turn(self.sender(sms).1).await;
        }
    }

    async fn send(&self, sms: &Sms) -> Result<String, SendError> {
        let (name, sender) = self.sender(sms);
        let answer = self
            .client
            .get_or_init(|| self.aws.sns())
            .publish()
            .phone_number(sms.to.e164())
            .message(sms.text.reveal())
            .message_attributes("AWS.SNS.SMS.SMSType", attribute("String", "Transactional"))
            .message_attributes("AWS.SNS.SMS.MaxPrice", attribute("Number", &self.max_price))
            .message_attributes(name, attribute("String", sender))
            .send()
            .await
            .map_err(|error| {
                classify(&error, |error, status| refusal(error.code().unwrap_or("unknown"), status))
            })?;
        // Accepted for certain, even should SNS forget to say under which id.
        Ok(answer.message_id.unwrap_or_else(|| "not given".to_owned()))
    }
}

/// What a refusal by SNS means, by its error code. The codes are those of
/// <https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors>.
fn refusal(code: &str, status: u16) -> SendError {
    let why = format!("the provider refused it: {code}");
    match code {
        "InvalidParameter"
        | "InvalidParameterException"
        | "ParameterValueInvalid"
        | "InvalidParameterValue"
        | "ValidationException"
        | "ValidationError"
        | "OptedOut" => SendError::Permanent(why),
        // A limit or a fault on either side, missing permission included: the message itself may be
        // fine, so it is tried again until the attempts are used up.
        _ => SendError::Transient(format!("{why} ({status})")),
    }
}

#[cfg(test)]
mod tests {
    use aws_credential_types::Credentials;
    use domain::phi::Phi;
    use domain::phone::MobileNumber;
    use domain::sender::{OriginationNumber, SenderId};
    use testkit::server::{answer, answering, deserted};

    use super::*;

    fn gateway(port: u16) -> SnsGateway {
        let credentials = Credentials::new("id", "secret", None, None, "test");
        let endpoint = Some(format!("http://127.0.0.1:{port}"));
        let aws = Aws::new(credentials, "ap-southeast-2".to_owned(), endpoint);
        SnsGateway::new(aws, "Harbour".to_owned(), "0.50".to_owned())
    }

    fn sms() -> Sms {
        let to = MobileNumber::from_e164("+61491570006").unwrap();
        Sms { to, sender: SmsSender::Deployment, text: Phi::new("Hello".to_owned()) }
    }

    /// What a provider is asked, when a message is sent by this sender.
    async fn asked(sender: SmsSender) -> String {
        let (port, requests) = answering(&[]).await;
        let refused = gateway(port).send(&Sms { sender, ..sms() }).await;
        assert!(refused.is_err(), "it hangs up");
        requests.all().remove(0).text().to_owned()
    }

    #[tokio::test]
    async fn a_message_comes_from_its_sites_sender_and_has_a_highest_price() {
        let id = SmsSender::Id(SenderId::parse("Hill").unwrap());
        let number = SmsSender::Number(OriginationNumber::parse("+61491570156").unwrap());
        for (sender, attribute, value) in [
            (SmsSender::Deployment, "AWS.SNS.SMS.SenderID", "Harbour"),
            (id, "AWS.SNS.SMS.SenderID", "Hill"),
            (number, "AWS.MM.SMS.OriginationNumber", "%2B61491570156"),
        ] {
            let asked = asked(sender).await;
            for part in [attribute, value, "AWS.SNS.SMS.MaxPrice", "0.50", "Transactional"] {
                assert!(asked.contains(part), "{part} in {asked}");
            }
            let senders = ["SMS.SenderID", "SMS.OriginationNumber"];
            assert_eq!(senders.iter().filter(|name| asked.contains(**name)).count(), 1, "{asked}");
        }
    }

    #[tokio::test]
    async fn a_provider_that_hangs_up_after_the_request_leaves_the_message_in_doubt() {
        let (port, requests) = answering(&[]).await;
        let error = gateway(port).send(&sms()).await.unwrap_err();
        assert!(matches!(error, SendError::InDoubt(_)), "{error:?}");
        assert_eq!(requests.all().len(), 1, "never tried again by the SDK");
    }

    #[tokio::test]
    async fn a_throttled_publish_is_refused_for_now_and_not_tried_again_by_the_sdk() {
        let said = b"<ErrorResponse><Error><Type>Sender</Type><Code>Throttled</Code><Message>Rate exceeded</Message></Error></ErrorResponse>";
        let (port, requests) = answering(&[answer("400 Bad Request", &[], said)]).await;
        let error = gateway(port).send(&sms()).await.unwrap_err();
        assert!(
            matches!(&error, SendError::Transient(why) if why.contains("Throttled")),
            "{error:?}"
        );
        assert_eq!(requests.all().len(), 1, "never tried again by the SDK");
    }

    #[tokio::test]
    async fn a_provider_that_cannot_be_reached_has_sent_nothing() {
        let port = deserted().await;
        let error = gateway(port).send(&sms()).await.unwrap_err();
        assert!(matches!(error, SendError::Transient(_)), "{error:?}");
    }

    #[test]
    fn only_refusals_of_the_message_itself_are_for_good() {
        assert!(matches!(refusal("InvalidParameter", 400), SendError::Permanent(_)));
        assert!(matches!(refusal("OptedOut", 400), SendError::Permanent(_)));
        assert!(matches!(refusal("AuthorizationError", 403), SendError::Transient(_)));
        assert!(matches!(refusal("InternalError", 500), SendError::Transient(_)));
    }
}
