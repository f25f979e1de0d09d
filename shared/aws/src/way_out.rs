//! The links by which patients take consent back: the patient and the channel, sealed with a secret
//! that Secrets Manager keeps as `{"current": "…", "previous": "…"}`.
//!
//! Nothing of a link is stored, so none ends before its secret is taken away; a new secret leaves
//! the links of the one before it good. A link says nothing to who does not have the secret, and is
//! the same each time it is made: its nonce comes from what is sealed (as in RFC 8452), so that it
//! is never used for anything else.

use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use app::ports::{StoreError, WayOut, WaysOut};
use aws_sdk_secretsmanager::Client;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::ids::PatientId;
use domain::program::Channel;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hmac;
use serde::Deserialize;
use ulid::Ulid;

use crate::clients::{Aws, transport};
use crate::config::{self, ConfigError};

/// How long a secret is used before it is read again.
const FRESH: Duration = Duration::from_mins(5);

/// After an unknown token the secret is read again, unless it was read this recently: anyone can
/// send one.
const SETTLED: Duration = Duration::from_secs(10);

/// What is sealed besides, so that nothing that is sealed for another end is taken here.
const PURPOSE: &[u8] = b"patient-connect/unsubscribe/1";

/// The shortest secret that is believed.
const LEAST_SECRET: usize = 32;

/// Makes and reads the links.
#[derive(Debug)]
pub struct SealedLinks {
    aws: Aws,
    client: OnceLock<Client>,
    secret: String,
    api: String,
    known: Mutex<Option<(Instant, Seals)>>,
}

impl SealedLinks {
    /// The links of this deployment: `WAY_OUT_SECRET` names the secret, `API_URL` is where they lead.
    ///
    /// # Errors
    /// When either is not set.
    pub fn from_env(aws: Aws) -> Result<Self, ConfigError> {
        let (secret, api) = (config::env("WAY_OUT_SECRET")?, config::env("API_URL")?);
        Ok(Self { aws, client: OnceLock::new(), secret, api, known: Mutex::default() })
    }

    async fn seals(&self, fresh: Duration) -> Result<Seals, StoreError> {
        let known = self.known.lock().ok().and_then(|known| known.clone());
        if let Some((read_at, seals)) = known
            && read_at.elapsed() < fresh
        {
            return Ok(seals);
        }
        let client = self.client.get_or_init(|| self.aws.secrets_manager());
        let answer = client.get_secret_value().secret_id(&self.secret).send().await;
        let answer =
            answer.map_err(|error| StoreError::Unavailable(transport(&error).to_owned()))?;
        let text = answer.secret_string.unwrap_or_default();
        let seals = Seals::read(&text).ok_or_else(|| {
            // No fault of a patient's: it is tried again, and shows in the log until it is mended.
            StoreError::Refused("the secret of the ways out cannot be read".to_owned())
        })?;
        if let Ok(mut known) = self.known.lock() {
            *known = Some((Instant::now(), seals.clone()));
        }
        Ok(seals)
    }
}

impl WaysOut for SealedLinks {
    async fn link(&self, way: &WayOut) -> Result<String, StoreError> {
        let token = self.seals(FRESH).await?.seal(way);
        let token =
            token.ok_or_else(|| StoreError::Refused("a way out could not be sealed".to_owned()))?;
        Ok(format!("{}/unsubscribe/{token}", self.api))
    }

    async fn read(&self, token: &str) -> Result<Option<WayOut>, StoreError> {
        match self.seals(FRESH).await?.open(token) {
            Some(way) => Ok(Some(way)),
            // Perhaps it was made with a secret that is newer than what we know.
            None => Ok(self.seals(SETTLED).await?.open(token)),
        }
    }
}

#[derive(Deserialize)]
struct Stored {
    current: String,
    previous: Option<String>,
}

/// The secrets, newest first.
#[derive(Clone)]
struct Seals(Vec<Seal>);

impl std::fmt::Debug for Seals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seals(…)")
    }
}

/// The two keys that are made of one secret.
#[derive(Clone)]
struct Seal {
    seal: [u8; 32],
    nonce: hmac::Key,
}

impl Seals {
    fn read(text: &str) -> Option<Self> {
        let stored: Stored = serde_json::from_str(text).ok()?;
        let secrets = [Some(stored.current), stored.previous].into_iter().flatten();
        secrets.map(|secret| Seal::of(&secret)).collect::<Option<Vec<_>>>().map(Self)
    }

    fn seal(&self, way: &WayOut) -> Option<String> {
        self.0.first()?.seal(&plain(way)?)
    }

    fn open(&self, token: &str) -> Option<WayOut> {
        let sealed = URL_SAFE_NO_PAD.decode(token).ok()?;
        self.0.iter().find_map(|seal| way_out(&seal.open(&sealed)?))
    }
}

impl Seal {
    fn of(secret: &str) -> Option<Self> {
        if secret.len() < LEAST_SECRET {
            return None;
        }
        let secret = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        let seal = hmac::sign(&secret, b"seal").as_ref().try_into().ok()?;
        let nonce = hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&secret, b"nonce").as_ref());
        Some(Self { seal, nonce })
    }

    fn key(&self) -> Option<LessSafeKey> {
        UnboundKey::new(&AES_256_GCM, &self.seal).ok().map(LessSafeKey::new)
    }

    fn seal(&self, plain: &[u8]) -> Option<String> {
        let tag = hmac::sign(&self.nonce, plain);
        let nonce: [u8; NONCE_LEN] = tag.as_ref().get(..NONCE_LEN)?.try_into().ok()?;
        let mut sealed = plain.to_vec();
        let (unique, purpose) = (Nonce::assume_unique_for_key(nonce), Aad::from(PURPOSE));
        self.key()?.seal_in_place_append_tag(unique, purpose, &mut sealed).ok()?;
        Some(URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat()))
    }

    fn open(&self, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut sealed = sealed.to_vec();
        let plain = self.key()?.open_in_place(nonce, Aad::from(PURPOSE), &mut sealed).ok()?;
        Some(plain.to_vec())
    }
}

/// What is sealed: the channel, and the number of the patient.
fn plain(way: &WayOut) -> Option<Vec<u8>> {
    let number = way.patient.as_str().strip_prefix(PatientId::PREFIX)?;
    let number = Ulid::from_string(&number.to_ascii_uppercase()).ok()?;
    let channel = match way.channel {
        Channel::Sms => b's',
        Channel::Email => b'e',
        Channel::Letter => b'l',
    };
    Some([[channel].as_slice(), &number.to_bytes()].concat())
}

fn way_out(plain: &[u8]) -> Option<WayOut> {
    let (channel, number) = plain.split_first()?;
    let channel = match channel {
        b's' => Channel::Sms,
        b'e' => Channel::Email,
        b'l' => Channel::Letter,
        _ => return None,
    };
    let number = Ulid::from_bytes(number.try_into().ok()?);
    Some(WayOut { patient: PatientId::new(number), channel })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seals(current: &str, previous: Option<&str>) -> Seals {
        let text = serde_json::json!({ "current": current, "previous": previous });
        Seals::read(&text.to_string()).unwrap()
    }

    fn way(number: u128, channel: Channel) -> WayOut {
        WayOut { patient: PatientId::new(Ulid::from_parts(7, number)), channel }
    }

    const OLD: &str = "an old secret of thirty-two bytes or more";
    const NEW: &str = "a new secret of thirty-two bytes or more.";

    #[test]
    fn a_token_opens_to_what_was_sealed_and_is_the_same_each_time() {
        let seals = seals(NEW, None);
        for channel in Channel::ALL {
            let way = way(9, channel);
            let token = seals.seal(&way).unwrap();
            assert_eq!(seals.seal(&way).unwrap(), token);
            assert_eq!(seals.open(&token), Some(way));
            assert!(token.len() <= 64, "it has to fit into a text message: {token}");
        }
    }

    #[test]
    fn the_example_of_a_link_is_as_long_as_a_real_one() {
        let token = seals(NEW, None).seal(&way(9, Channel::Sms)).unwrap();
        let api = "https://a1b2c3d4e5.execute-api.ap-southeast-2.amazonaws.com";
        let tags = domain::template::tags_where(None, Some(Channel::Sms));
        let tag = tags.into_iter().find(|tag| tag.name == "unsubscribe.link").unwrap();
        assert_eq!(tag.example.len(), format!("{api}/unsubscribe/{token}").len());
    }

    #[test]
    fn tokens_of_different_patients_and_channels_have_nothing_in_common() {
        let seals = seals(NEW, None);
        let (one, two) = (way(9, Channel::Email), way(10, Channel::Email));
        let tokens = [&one, &two, &way(9, Channel::Sms)].map(|way| seals.seal(way).unwrap());
        let starts: std::collections::BTreeSet<_> =
            tokens.iter().map(|token| &token[..4]).collect();
        assert_eq!(starts.len(), 3, "{tokens:?}");
        let id = one.patient.as_str().trim_start_matches("pat_").to_owned();
        assert!(!tokens[0].to_ascii_lowercase().contains(&id));
    }

    #[test]
    fn a_new_secret_leaves_the_links_of_the_one_before_good_and_of_no_other() {
        let way = way(9, Channel::Email);
        let old = seals(OLD, None).seal(&way).unwrap();
        assert_eq!(seals(NEW, Some(OLD)).open(&old), Some(way));
        assert_eq!(seals(NEW, None).open(&old), None);
    }

    #[test]
    fn what_was_not_sealed_by_us_opens_to_nothing() {
        let seals = seals(NEW, None);
        let token = seals.seal(&way(9, Channel::Email)).unwrap();
        for position in 0..token.len() {
            let mut forged: Vec<u8> = token.bytes().collect();
            forged[position] = if forged[position] == b'A' { b'B' } else { b'A' };
            assert_eq!(seals.open(std::str::from_utf8(&forged).unwrap()), None, "{position}");
        }
        for token in ["", "a", "%", "unsubscribe", &token[1..], &format!("{token}A")] {
            assert_eq!(seals.open(token), None, "{token}");
        }
    }

    #[test]
    fn a_secret_that_can_be_guessed_is_not_believed() {
        assert!(Seals::read(r#"{"current": "secret"}"#).is_none());
        assert!(Seals::read("secret").is_none());
    }
}
