//! The SMS provider: Amazon SNS.
//!
//! SNS has no idempotency token. Its client is built without retries ([`Aws::sns`]), and an answer that does
//! not say whether the message was taken is [`SendError::InDoubt`], never a reason to try again.

use std::sync::OnceLock;

use app::ports::{SendError, Sms, SmsGateway};
use aws_sdk_sns::Client;
use aws_sdk_sns::error::ProvideErrorMetadata;
use aws_sdk_sns::types::MessageAttributeValue;

use crate::clients::Aws;
use crate::pace::Pace;
use crate::provider::classify;

/// SNS, with this deployment's sender.
#[derive(Debug)]
pub struct SnsGateway {
    aws: Aws,
    client: OnceLock<Client>,
    sender_id: String,
    pace: Option<Pace>,
}

impl SnsGateway {
    /// A gateway. Its client is made when the first message is sent: making one costs a quarter of
    /// a function's start, and many starts find nothing to send.
    pub const fn new(aws: Aws, sender_id: String) -> Self {
        Self { aws, client: OnceLock::new(), sender_id, pace: None }
    }

    /// The gateway of a function that sends many: each sender keeps to its rate.
    #[must_use]
    pub fn paced(self, pace: Pace) -> Self {
        Self { pace: Some(pace), ..self }
    }
}

fn attribute(value: &str) -> MessageAttributeValue {
    MessageAttributeValue::builder()
        .data_type("String")
        .string_value(value)
        .build()
        .expect("the data type is set")
}

impl SmsGateway for SnsGateway {
    async fn turn(&self, _: &Sms) {
        if let Some(pace) = &self.pace {
            pace.turn(&self.sender_id).await;
        }
    }

    async fn send(&self, sms: &Sms) -> Result<String, SendError> {
        let answer = self
            .client
            .get_or_init(|| self.aws.sns())
            .publish()
            .phone_number(sms.to.e164())
            .message(sms.text.reveal())
            .message_attributes("AWS.SNS.SMS.SMSType", attribute("Transactional"))
            .message_attributes("AWS.SNS.SMS.SenderID", attribute(&self.sender_id))
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
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    fn gateway(port: u16) -> SnsGateway {
        let credentials = Credentials::new("id", "secret", None, None, "test");
        let endpoint = Some(format!("http://127.0.0.1:{port}"));
        let aws = Aws::new(credentials, "ap-southeast-2".to_owned(), endpoint);
        SnsGateway::new(aws, "Harbour".to_owned())
    }

    fn sms() -> Sms {
        let to = MobileNumber::from_e164("+61491570006").unwrap();
        Sms { to, text: Phi::new("Hello".to_owned()) }
    }

    /// A provider that answers the first call with `answer` and then hangs up. Answers how often
    /// it was called.
    async fn provider(answer: &'static str) -> (u16, tokio::task::JoinHandle<usize>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let calls = tokio::spawn(async move {
            let mut calls = 0;
            let quiet = std::time::Duration::from_millis(300);
            while let Ok(Ok((mut socket, _))) = tokio::time::timeout(quiet, listener.accept()).await
            {
                calls += 1;
                let mut request = [0_u8; 8192];
                let _read = socket.read(&mut request).await.unwrap();
                socket.write_all(answer.as_bytes()).await.unwrap();
            }
            calls
        });
        (port, calls)
    }

    #[tokio::test]
    async fn a_provider_that_hangs_up_after_the_request_leaves_the_message_in_doubt() {
        let (port, calls) = provider("").await;
        let error = gateway(port).send(&sms()).await.unwrap_err();
        assert!(matches!(error, SendError::InDoubt(_)), "{error:?}");
        assert_eq!(calls.await.unwrap(), 1, "never tried again by the SDK");
    }

    #[tokio::test]
    async fn a_throttled_publish_is_refused_for_now_and_not_tried_again_by_the_sdk() {
        let answer = "HTTP/1.1 400 Bad Request\r\ncontent-length: 122\r\nconnection: close\r\n\r\n\
            <ErrorResponse><Error><Type>Sender</Type><Code>Throttled</Code><Message>Rate exceeded</Message></Error></ErrorResponse>    ";
        let (port, calls) = provider(answer).await;
        let error = gateway(port).send(&sms()).await.unwrap_err();
        assert!(
            matches!(&error, SendError::Transient(why) if why.contains("Throttled")),
            "{error:?}"
        );
        assert_eq!(calls.await.unwrap(), 1, "never tried again by the SDK");
    }

    #[tokio::test]
    async fn a_provider_that_cannot_be_reached_has_sent_nothing() {
        let unused = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = unused.local_addr().unwrap().port();
        drop(unused);
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
