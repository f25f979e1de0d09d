//! The secret of a session, and what is sealed with it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Salt};
use sha2::{Digest as _, Sha256};

/// Bytes of a secret.
const LENGTH: usize = 32;

/// The random secret that a browser has of its session.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; LENGTH]);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("Lambda's system gives random numbers at any time");
    bytes
}

impl Secret {
    /// A new one.
    ///
    /// # Panics
    /// When the system gives no random numbers.
    pub fn random() -> Self {
        Self(random_bytes())
    }

    /// The secret that a cookie holds.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// What a cookie is to hold.
    pub fn as_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// Under what it is stored: it does not say what the secret is.
    pub(super) fn name(&self) -> String {
        let mut name = Sha256::new();
        name.update(b"patient-connect/session/1");
        name.update(self.0);
        format!("{:x}", name.finalize())
    }

    pub(super) fn seal(&self, what: &str, mut text: Vec<u8>) -> Option<Vec<u8>> {
        let nonce = random_bytes::<NONCE_LEN>();
        let aad = Aad::from(what.as_bytes());
        let key = self.key()?;
        key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut text).ok()?;
        Some([nonce.as_slice(), &text].concat())
    }

    pub(super) fn open(&self, what: &str, mut sealed: Vec<u8>) -> Option<Vec<u8>> {
        if sealed.len() < NONCE_LEN {
            return None;
        }
        let mut text = sealed.split_off(NONCE_LEN);
        let nonce = Nonce::try_assume_unique_for_key(&sealed).ok()?;
        let length =
            self.key()?.open_in_place(nonce, Aad::from(what.as_bytes()), &mut text).ok()?.len();
        text.truncate(length);
        Some(text)
    }

    fn key(&self) -> Option<LessSafeKey> {
        let salt = Salt::new(HKDF_SHA256, b"patient-connect/session/1");
        let (random, mut key) = (salt.extract(&self.0), [0; 32]);
        random.expand(&[b"seal"], &AES_256_GCM).ok()?.fill(&mut key).ok()?;
        UnboundKey::new(&AES_256_GCM, &key).ok().map(LessSafeKey::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_is_opened_by_its_secret_for_its_end_and_by_nothing_else() {
        let (ours, other) = (Secret::random(), Secret::random());
        let sealed = ours.seal("session", b"tokens".to_vec()).expect("sealed");
        assert_eq!(ours.open("session", sealed.clone()).as_deref(), Some(b"tokens".as_slice()));
        assert_eq!(ours.open("signing-in", sealed.clone()), None);
        assert_eq!(other.open("session", sealed.clone()), None);
        let mut bent = sealed.clone();
        *bent.last_mut().expect("it has bytes") ^= 1;
        assert_eq!(ours.open("session", bent), None);
        assert_eq!(ours.open("session", sealed.into_iter().take(5).collect()), None);
    }

    #[test]
    fn a_secret_is_read_as_it_was_written_and_its_name_tells_nothing_of_it() {
        let secret = Secret::random();
        assert_eq!(Secret::parse(&secret.as_text()), Some(secret.clone()));
        assert_ne!(secret.name(), Secret::random().name());
        assert!(!secret.name().contains(&secret.as_text()));
        for wrong in ["", "x", "=", &"A".repeat(42), &"A".repeat(44)] {
            assert_eq!(Secret::parse(wrong), None, "{wrong}");
        }
    }
}
