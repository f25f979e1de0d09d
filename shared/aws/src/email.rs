//! The email provider: Amazon SES.
//!
//! SES has no idempotency token, so its client is built without retries ([`Aws::ses`]). Each message
//! carries its attempt as tags: what SES tells later of it is told of that attempt.

use std::sync::OnceLock;

use app::ports::{Email, EmailGateway, SendError};
use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::error::{BuildError, ProvideErrorMetadata};
use aws_sdk_sesv2::operation::send_email::SendEmailError;
use aws_sdk_sesv2::primitives::Blob;
use aws_sdk_sesv2::types::{
    Attachment, AttachmentContentDisposition, AttachmentContentTransferEncoding, Body, Content,
    Destination, EmailContent, Message, MessageHeader, MessageTag,
};
use domain::email::EmailAddress;
use domain::ledger::LedgerKey;
use email_encoding::headers::quoted_string;
use email_encoding::headers::writer::EmailWriter;

use crate::clients::Aws;
use crate::config::{self, ConfigError};
use crate::pace::Pace;
use crate::provider::classify;

/// From whom, and by which configuration set.
#[derive(Debug, Clone)]
pub struct EmailSender {
    /// The address in `From`, of an identity that SES has verified.
    pub address: EmailAddress,
    /// The configuration set, which says where SES tells what came of a message.
    pub configuration_set: String,
}

impl EmailSender {
    /// The sender that the template gives.
    ///
    /// # Errors
    /// When `EMAIL_FROM` is no address, or either is not set.
    pub fn from_env() -> Result<Self, ConfigError> {
        let address = EmailAddress::parse(&config::env("EMAIL_FROM")?)
            .map_err(|error| ConfigError::Wrong { name: "EMAIL_FROM", why: error.to_string() })?;
        Ok(Self { address, configuration_set: config::env("EMAIL_CONFIGURATION_SET")? })
    }
}

/// SES, with this deployment's sender.
#[derive(Debug)]
pub struct SesGateway {
    aws: Aws,
    client: OnceLock<Client>,
    sender: EmailSender,
    pace: Option<Pace>,
}

impl SesGateway {
    /// A gateway. Its client is made when the first message is sent.
    pub const fn new(aws: Aws, sender: EmailSender) -> Self {
        Self { aws, client: OnceLock::new(), sender, pace: None }
    }

    /// The gateway of a function that sends many: the sender keeps to its rate.
    #[must_use]
    pub fn paced(self, pace: Pace) -> Self {
        Self { pace: Some(pace), ..self }
    }
}

impl EmailGateway for SesGateway {
    async fn turn(&self, _: &Email) {
        if let Some(pace) = &self.pace {
            pace.turn(self.sender.address.as_str()).await;
        }
    }

    async fn send(&self, email: &Email, about: Option<&LedgerKey>) -> Result<String, SendError> {
        let not_made = |_| SendError::Permanent("the email could not be put together".to_owned());
        let message = message(email).map_err(not_made)?;
        let tags = tags(about).map_err(not_made)?;
        let answer = self
            .client
            .get_or_init(|| self.aws.ses())
            .send_email()
            .from_email_address(mailbox(&email.from_name, &self.sender.address))
            .destination(Destination::builder().to_addresses(email.to.as_str()).build())
            .set_reply_to_addresses(email.reply_to.as_ref().map(|to| vec![to.as_str().to_owned()]))
            .content(EmailContent::builder().simple(message).build())
            .set_email_tags(Some(tags))
            .configuration_set_name(&self.sender.configuration_set)
            .send()
            .await
            .map_err(|error| classify(&error, refusal))?;
        // Accepted for certain, even should SES forget to say under which id.
        Ok(answer.message_id.unwrap_or_else(|| "not given".to_owned()))
    }
}

fn message(email: &Email) -> Result<Message, BuildError> {
    let utf8 = |text: &str| Content::builder().data(text).charset("UTF-8").build();
    let body = Body::builder()
        .text(utf8(email.mail.text.reveal())?)
        .html(utf8(email.mail.html.reveal())?)
        .build();
    let mut message = Message::builder().subject(utf8(email.mail.subject.reveal())?).body(body);
    if let Some(link) = &email.way_out {
        let header = |name, value: &str| MessageHeader::builder().name(name).value(value).build();
        message = message
            .headers(header("List-Unsubscribe", &format!("<{}>", link.reveal()))?)
            .headers(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")?);
    }
    if let Some(calendar) = &email.calendar {
        let attachment = Attachment::builder()
            .file_name("appointment.ics")
            .content_type("text/calendar; charset=utf-8; method=PUBLISH")
            .content_disposition(AttachmentContentDisposition::Attachment)
            .content_transfer_encoding(AttachmentContentTransferEncoding::Base64)
            .raw_content(Blob::new(calendar.reveal().as_bytes()));
        message = message.attachments(attachment.build()?);
    }
    Ok(message.build())
}

/// The attempt, as SES tells it back.
fn tags(about: Option<&LedgerKey>) -> Result<Vec<MessageTag>, BuildError> {
    let Some(key) = about else { return Ok(Vec::new()) };
    let tags = [
        ("enrolment", key.enrolment.to_string()),
        ("cycle", key.cycle.to_string()),
        ("action", key.action.to_string()),
        ("attempt", key.attempt.to_string()),
    ];
    let tags = tags.into_iter();
    tags.map(|(name, value)| MessageTag::builder().name(name).value(value).build()).collect()
}

/// A name and an address as they stand in a header: the name quoted, or encoded (RFC 5322, RFC 2047),
/// whatever is in it.
fn mailbox(name: &str, address: &EmailAddress) -> String {
    let mut encoded = String::new();
    let done = quoted_string::encode(name, &mut EmailWriter::new(&mut encoded, 0, 0, false));
    if done.is_err() {
        return address.as_str().to_owned();
    }
    // SES folds headers itself, and takes no line break here.
    format!("{} <{}>", encoded.replace("\r\n", ""), address.as_str())
}

/// What a refusal by SES means.
fn refusal(error: &SendEmailError, status: u16) -> SendError {
    judge(error.code().unwrap_or("unknown"), error.message().unwrap_or_default(), status)
}

/// What a refusal means, by the codes of
/// <https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html#API_SendEmail_Errors>.
/// Only what is wrong with the message itself is for good. An account that is paused, a domain that
/// is not verified, a limit: an operator mends those, and the message is tried again until its
/// attempts are used up.
fn judge(code: &str, message: &str, status: u16) -> SendError {
    let why = format!("the provider refused it: {code}");
    match code {
        "MessageRejected" if message.contains("not verified") => SendError::Transient(format!(
            "{why}, because the sender's address is not verified there (or, while the account is on trial, the \
             patient's)"
        )),
        "MessageRejected" | "BadRequestException" => SendError::Permanent(why),
        _ => SendError::Transient(format!("{why} ({status})")),
    }
}

#[cfg(test)]
mod tests {
    use aws_credential_types::Credentials;
    use domain::ids::{ActionId, EnrolmentId};
    use domain::phi::Phi;
    use domain::template::Mail;
    use serde_json::{Value, json};
    use testkit::server::{Requests, answer, answering, deserted};
    use ulid::Ulid;

    use super::*;

    fn address(text: &str) -> EmailAddress {
        EmailAddress::parse(text).unwrap()
    }

    fn gateway(port: u16) -> SesGateway {
        let credentials = Credentials::new("id", "secret", None, None, "test");
        let endpoint = Some(format!("http://127.0.0.1:{port}"));
        let aws = Aws::new(credentials, "ap-southeast-2".to_owned(), endpoint);
        let address = address("no-reply@harbour.example");
        SesGateway::new(aws, EmailSender { address, configuration_set: "harbour".to_owned() })
    }

    fn email() -> Email {
        let text = |text: &str| Phi::new(text.to_owned());
        let mail =
            Mail { subject: text("Grüße"), text: text("Hi Zoë"), html: text("<p>Hi</p>") };
        Email {
            to: address("maria@example.com"),
            from_name: "Harbour Health".to_owned(),
            reply_to: None,
            mail,
            calendar: None,
            way_out: None,
        }
    }

    fn key() -> LedgerKey {
        let number = |number| Ulid::from_parts(0, number);
        LedgerKey {
            enrolment: EnrolmentId::new(number(1)),
            cycle: 2,
            action: ActionId::new(number(3)),
            attempt: 4,
        }
    }

    fn taken() -> Vec<u8> {
        answer("200 OK", &[("content-type", "application/json")], br#"{"MessageId":"ses-17"}"#)
    }

    /// The bodies of what a provider was asked.
    fn bodies(requests: &Requests) -> Vec<Value> {
        let all = requests.all().into_iter();
        all.map(|asked| serde_json::from_slice(&asked.body).unwrap()).collect()
    }

    #[tokio::test]
    async fn a_message_is_sent_with_its_parts_its_tags_and_its_configuration_set() {
        let (port, requests) = answering(&[taken()]).await;
        let sent = gateway(port).send(&email(), Some(&key())).await;
        assert_eq!(sent, Ok("ses-17".to_owned()));
        let utf8 = |text: &str| json!({ "Data": text, "Charset": "UTF-8" });
        let expected = json!({
            "FromEmailAddress": "\"Harbour Health\" <no-reply@harbour.example>",
            "Destination": { "ToAddresses": ["maria@example.com"] },
            "Content": { "Simple": {
                "Subject": utf8("Grüße"),
                "Body": { "Text": utf8("Hi Zoë"), "Html": utf8("<p>Hi</p>") },
            } },
            "EmailTags": [
                { "Name": "enrolment", "Value": "enr_00000000000000000000000001" },
                { "Name": "cycle", "Value": "2" },
                { "Name": "action", "Value": "act_00000000000000000000000003" },
                { "Name": "attempt", "Value": "4" },
            ],
            "ConfigurationSetName": "harbour",
        });
        assert_eq!(bodies(&requests), [expected]);
    }

    #[tokio::test]
    async fn a_message_may_have_an_address_for_answers_a_calendar_and_a_way_out() {
        let (port, requests) = answering(&[taken()]).await;
        let email = Email {
            reply_to: Some(address("desk@harbour.example")),
            calendar: Some(Phi::new("BEGIN:VCALENDAR".to_owned())),
            way_out: Some(Phi::new("https://api.example/unsubscribe/abc".to_owned())),
            ..email()
        };
        gateway(port).send(&email, None).await.unwrap();
        let call = bodies(&requests).remove(0);
        assert_eq!(call["ReplyToAddresses"], json!(["desk@harbour.example"]));
        assert_eq!(call["EmailTags"], json!([]), "a test is no attempt");
        let simple = &call["Content"]["Simple"];
        let headers = json!([
            { "Name": "List-Unsubscribe", "Value": "<https://api.example/unsubscribe/abc>" },
            { "Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click" },
        ]);
        assert_eq!(simple["Headers"], headers);
        let attachments = json!([{
            "RawContent": "QkVHSU46VkNBTEVOREFS",
            "ContentDisposition": "ATTACHMENT",
            "FileName": "appointment.ics",
            "ContentTransferEncoding": "BASE64",
            "ContentType": "text/calendar; charset=utf-8; method=PUBLISH",
        }]);
        assert_eq!(simple["Attachments"], attachments);
    }

    #[tokio::test]
    async fn a_provider_that_hangs_up_after_the_request_leaves_the_message_in_doubt() {
        let (port, requests) = answering(&[]).await;
        let error = gateway(port).send(&email(), Some(&key())).await.unwrap_err();
        assert!(matches!(error, SendError::InDoubt(_)), "{error:?}");
        assert_eq!(requests.all().len(), 1, "never tried again by the SDK");
    }

    #[tokio::test]
    async fn a_throttled_call_is_refused_for_now_and_not_tried_again_by_the_sdk() {
        let kind = ("content-type", "application/json");
        let error = ("x-amzn-errortype", "TooManyRequestsException");
        let said = br#"{"message":"Maximum sending rate hit"}"#;
        let throttled = answer("429 Too Many Requests", &[kind, error], said);
        let (port, requests) = answering(&[throttled]).await;
        let error = gateway(port).send(&email(), Some(&key())).await.unwrap_err();
        let transient = matches!(&error, SendError::Transient(why) if why.contains("TooMany"));
        assert!(transient, "{error:?}");
        assert_eq!(requests.all().len(), 1, "never tried again by the SDK");
    }

    #[tokio::test]
    async fn a_provider_that_cannot_be_reached_has_sent_nothing() {
        let port = deserted().await;
        let error = gateway(port).send(&email(), Some(&key())).await.unwrap_err();
        assert!(matches!(error, SendError::Transient(_)), "{error:?}");
    }

    #[test]
    fn only_refusals_of_the_message_itself_are_for_good() {
        assert!(matches!(judge("BadRequestException", "", 400), SendError::Permanent(_)));
        assert!(matches!(judge("MessageRejected", "a virus", 400), SendError::Permanent(_)));
        let of_the_account = [
            ("MessageRejected", "Email address is not verified. The following identities failed"),
            ("MailFromDomainNotVerifiedException", ""),
            ("AccountSuspendedException", ""),
            ("SendingPausedException", ""),
            ("LimitExceededException", ""),
            ("NotFoundException", ""),
            ("AccessDeniedException", ""),
            ("InternalFailure", ""),
        ];
        for (code, message) in of_the_account {
            let judged = judge(code, message, 400);
            assert!(matches!(judged, SendError::Transient(_)), "{code}: {judged:?}");
        }
    }

    #[test]
    fn no_name_of_a_practice_can_break_out_of_the_header() {
        let from = address("no-reply@harbour.example");
        let attack = mailbox(r#"Harbour" <x@evil.example>, "Sydney"#, &from);
        assert_eq!(
            attack,
            "=?utf-8?b?SGFyYm91ciIgPHhAZXZpbC5leGFtcGxlPiwgIlN5ZG5leQ==?= <no-reply@harbour.example>"
        );
        let long = mailbox(&"Phòng khám Cảng Sông ".repeat(4), &from);
        assert!(long.is_ascii() && !long.contains(['\r', '\n']), "{long}");
        assert!(long.starts_with("=?utf-8?b?") && long.ends_with("?= <no-reply@harbour.example>"));
        for word in long.split(' ').filter(|word| word.starts_with("=?")) {
            assert!(word.len() <= 75, "RFC 2047: {word}");
        }
        let injected = mailbox("Harbour\r\nBcc: x@evil.example", &from);
        assert!(!injected.contains(['\r', '\n']), "{injected}");
    }
}
