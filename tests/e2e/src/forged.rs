//! Tokens that the user pool never gave out.

use std::fs;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};
use stack::{Secret, Stack};

/// A genuine token, with other claims and the old signature.
///
/// # Panics
/// When `genuine` is not a token.
pub fn with_claim(genuine: &Secret, claim: &str, value: &Value) -> Secret {
    let [header, claims, signature] = parts(genuine);
    let claims = changed(claims, claim, value);
    Secret::new(format!("{header}.{claims}.{signature}"))
}

/// A genuine token, with other claims and no signature (`"alg": "none"`).
///
/// # Panics
/// When `genuine` is not a token.
pub fn unsigned(genuine: &Secret) -> Secret {
    let [header, claims, _] = parts(genuine);
    let header = changed(header, "alg", &json!("none"));
    Secret::new(format!("{header}.{claims}."))
}

/// A genuine token as the user pool itself would have signed it with this expiry.
///
/// The local cloud keeps the pool's signing keys in its state; that is how a token can be expired
/// without waiting for it.
///
/// # Panics
/// When the key is not where the local cloud keeps it.
pub fn expiring_at(stack: &Stack, genuine: &Secret, unix_seconds: i64) -> Secret {
    let [header, claims, _] = parts(genuine);
    let signed = format!("{header}.{}", changed(claims, "exp", &json!(unix_seconds)));
    let key = pool_key(stack);
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature)
        .expect("the key signs");
    Secret::new(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

fn pool_key(stack: &Stack) -> RsaKeyPair {
    let it = stack.description();
    let file = format!("cognito-pool-keys/{}-access.pem", it.user_pool_id);
    let pem = fs::read_to_string(it.emulator_state.join(file)).expect("the pool's key");
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    let der = STANDARD.decode(body).expect("PEM");
    RsaKeyPair::from_pkcs8(&der).expect("an RSA key")
}

fn parts(token: &Secret) -> [&str; 3] {
    let parts: Vec<&str> = token.reveal().split('.').collect();
    parts.try_into().expect("a token has three parts")
}

/// A part of a token with one member changed.
fn changed(part: &str, member: &str, value: &Value) -> String {
    let json = URL_SAFE_NO_PAD.decode(part).expect("base64");
    let mut json: Value = serde_json::from_slice(&json).expect("JSON");
    json[member] = value.clone();
    URL_SAFE_NO_PAD.encode(json.to_string())
}
