//! A webhook as a booking system sends it, signed by the Standard Webhooks scheme.

use standardwebhooks::Webhook as Signer;

use crate::{Error, Secret};

/// A message ready to be posted.
#[derive(Debug, Clone)]
pub struct Webhook {
    /// The headers, the signature's among them; change them to make a bad one.
    pub headers: Vec<(String, String)>,
    /// The body, byte for byte as signed.
    pub body: Vec<u8>,
}

impl Webhook {
    /// Signs `body` as message `id`, sent at `timestamp` (seconds since 1970).
    pub fn signed(secret: &Secret, id: &str, timestamp: i64, body: &[u8]) -> Result<Self, Error> {
        let signature = Signer::new(secret.reveal())
            .and_then(|signer| signer.sign(id, timestamp, body))
            .map_err(|error| Error::WebhookSecret(error.to_string()))?;
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        Ok(Self {
            headers: vec![
                header("content-type", "application/json"),
                header("webhook-id", id),
                header("webhook-timestamp", &timestamp.to_string()),
                header("webhook-signature", &signature),
            ],
            body: body.to_vec(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Webhook;
    use crate::Secret;

    /// The example of the Standard Webhooks specification.
    #[test]
    fn signs_as_the_specification_does() {
        let secret = Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let body = br#"{"test": 2432232314}"#;
        let webhook = Webhook::signed(&secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body)
            .expect("the example's secret is good");
        let signature = webhook.headers.iter().find(|(name, _)| name == "webhook-signature");
        assert_eq!(
            signature.map(|(_, value)| value.as_str()),
            Some("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
        );
    }

    #[test]
    fn a_generated_secret_without_prefix_signs_too() {
        let secret = Secret::new("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQR");
        assert!(Webhook::signed(&secret, "msg_1", 1, b"{}").is_ok());
    }

    #[test]
    fn a_secret_that_is_no_base64_is_refused() {
        assert!(Webhook::signed(&Secret::new("not base64!"), "msg_1", 1, b"{}").is_err());
    }
}
