//! A Secrets Manager in the process.

use serde_json::{Value, json};

use crate::server::{answer, serve};

/// Secrets Manager on a port of its own, as far as it is asked: `secret` is that of the source
/// `diary`, and there is no other.
///
/// # Panics
/// When no port is free.
pub async fn secrets_manager(secret: Value) -> u16 {
    secrets_manager_with("clinic/webhooks/diary", secret).await
}

/// Secrets Manager with one secret, of that name.
///
/// # Panics
/// When no port is free.
pub async fn secrets_manager_with(name: &'static str, secret: Value) -> u16 {
    let secret = secret.to_string();
    serve(move |asked| {
        let (status, body) = if asked.text().contains(name) {
            ("200 OK", json!({ "SecretString": &secret }))
        } else {
            ("400 Bad Request", json!({ "__type": "ResourceNotFoundException" }))
        };
        let kind = ("content-type", "application/x-amz-json-1.1");
        answer(status, &[kind], body.to_string().as_bytes())
    })
    .await
}
