//! What other systems send us, signed by the Standard Webhooks scheme, <https://www.standardwebhooks.com>;
//! or, from those that cannot sign, with a bearer secret (RFC 6750).

use app::ports::{Clock, StoreError};
use domain::text::{Code, ExternalId};
use http::HeaderMap;
use http::header::AUTHORIZATION;
use ring::digest::{SHA256, digest};
use standardwebhooks::{
    HEADER_WEBHOOK_ID, HEADER_WEBHOOK_SIGNATURE, HEADER_WEBHOOK_TIMESTAMP, Webhook,
};

use crate::secrets::{SourceSecrets, WebhookSecrets};

/// Why a delivery is not believed. None of them tells which secrets exist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotBelieved {
    /// A header is missing or cannot be read.
    #[error("The header `{0}` is missing or cannot be read.")]
    Header(&'static str),
    /// No secret of the source gives this signature, or the timestamp is more than five minutes
    /// off.
    #[error(
        "The signature does not fit: check the source's name in the address, the secret, that the body \
         is signed as it is sent, and that the clock is right to five minutes."
    )]
    Signature,
    /// No bearer secret of the source is the one that was sent.
    #[error(
        "The bearer secret does not fit: check the source's name in the address, and the secret."
    )]
    Bearer,
}

/// What the headers say, before the signature is checked.
#[derive(Debug, Clone)]
pub struct Claimed {
    /// The sender's id for the event.
    pub id: ExternalId,
}

/// Reads the headers of a delivery.
///
/// # Errors
/// When one of them is missing or cannot be read.
pub fn claimed(headers: &HeaderMap) -> Result<Claimed, NotBelieved> {
    let header = |name: &'static str| {
        headers.get(name).and_then(|value| value.to_str().ok()).ok_or(NotBelieved::Header(name))
    };
    header(HEADER_WEBHOOK_SIGNATURE)?;
    // Unix seconds have ten digits until the year 2286; more would overflow the age's arithmetic.
    let digits = header(HEADER_WEBHOOK_TIMESTAMP)?;
    if digits.is_empty() || digits.len() > 12 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(NotBelieved::Header(HEADER_WEBHOOK_TIMESTAMP));
    }
    let id = ExternalId::parse(header(HEADER_WEBHOOK_ID)?)
        .map_err(|_| NotBelieved::Header(HEADER_WEBHOOK_ID))?;
    Ok(Claimed { id })
}

/// A key that nobody has.
const NOBODYS: &str = "bm9ib2R5IHNpZ25zIHdpdGggdGhpcyBrZXk=";

/// Checks a delivery against each of a source's secrets: the current one and, while it is being
/// rotated, the previous one. The crate compares in constant time and allows five minutes.
fn verify(secrets: &SourceSecrets, headers: &HeaderMap, body: &[u8]) -> Result<(), NotBelieved> {
    if secrets.signing.is_empty() {
        // As much work as for a source that there is: the time it takes tells nothing.
        std::hint::black_box(
            Webhook::new(NOBODYS).is_ok_and(|it| it.verify(body, headers).is_ok()),
        );
        return Err(NotBelieved::Signature);
    }
    let believed = secrets.signing.iter().any(|secret| {
        Webhook::new(secret.reveal()).is_ok_and(|webhook| webhook.verify(body, headers).is_ok())
    });
    if believed { Ok(()) } else { Err(NotBelieved::Signature) }
}

/// The bearer secret that the headers bring, if they bring one.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Whether a delivery brings a bearer secret and no signature. One that brings both is judged by its
/// signature.
pub fn brings_bearer(headers: &HeaderMap) -> bool {
    bearer(headers).is_some() && !headers.contains_key(HEADER_WEBHOOK_SIGNATURE)
}

/// Compares a bearer secret with each of a source's. Hashes of both are compared, so that the time it
/// takes tells nothing of either.
fn fits(secrets: &SourceSecrets, headers: &HeaderMap) -> Result<(), NotBelieved> {
    let hash = |text: &str| digest(&SHA256, text.as_bytes());
    let brought = hash(bearer(headers).unwrap_or_default());
    let mut fits = false;
    for secret in &secrets.bearer {
        fits |= hash(secret.reveal()).as_ref() == brought.as_ref();
    }
    if fits { Ok(()) } else { Err(NotBelieved::Bearer) }
}

impl<K: Clock> WebhookSecrets<K> {
    /// Whether there is such a source.
    ///
    /// # Errors
    /// When its secrets could not be read now.
    pub async fn knows(&self, source: &Code) -> Result<bool, StoreError> {
        Ok(self.of(source, None).await?.is_known())
    }

    /// Whether a delivery is a source's, by the bearer secret it brings. `Ok(Err(why))` when it cannot
    /// be believed.
    ///
    /// # Errors
    /// When its secrets could not be read now.
    pub async fn believe_bearer(
        &self,
        source: &Code,
        headers: &HeaderMap,
    ) -> Result<Result<(), NotBelieved>, StoreError> {
        let now = self.now();
        if fits(&self.of(source, None).await?, headers).is_ok() {
            return Ok(Ok(()));
        }
        Ok(fits(&self.of(source, Some(now)).await?, headers))
    }

    /// Whether a delivery is a source's. `Ok(Err(why))` when it cannot be believed.
    ///
    /// # Errors
    /// When its secrets could not be read now.
    pub async fn believe(
        &self,
        source: &Code,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<Result<(), NotBelieved>, StoreError> {
        let now = self.now();
        if verify(&self.of(source, None).await?, headers, body).is_ok() {
            return Ok(Ok(()));
        }
        // The secret may have been rotated since it was read.
        Ok(verify(&self.of(source, Some(now)).await?, headers, body))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(id: &str, timestamp: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(HEADER_WEBHOOK_ID, id.parse().unwrap());
        headers.insert(HEADER_WEBHOOK_TIMESTAMP, timestamp.parse().unwrap());
        headers.insert(HEADER_WEBHOOK_SIGNATURE, "v1,x".parse().unwrap());
        headers
    }

    #[test]
    fn the_scheme_gives_the_signature_of_its_own_test_vector() {
        let webhook = Webhook::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let body = br#"{"test": 2432232314}"#;
        let signature = webhook.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body);
        assert_eq!(signature.unwrap(), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_timestamp_that_is_no_time_is_refused_before_any_arithmetic() {
        for timestamp in ["", "-1", "9223372036854775807", "-9223372036854775808", "1e9"] {
            let refused = claimed(&headers("msg_1", timestamp)).err();
            assert_eq!(refused, Some(NotBelieved::Header("webhook-timestamp")), "{timestamp}");
        }
        assert!(claimed(&headers("msg_1", "1614265330")).is_ok());
    }
}
