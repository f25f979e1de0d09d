//! A Secrets Manager in the process.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

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
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let port = listener.local_addr().expect("it is bound").port();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut request = vec![0_u8; 8192];
            let length = socket.read(&mut request).await.expect("a request");
            let known =
                String::from_utf8_lossy(request.get(..length).unwrap_or_default()).contains(name);
            let (status, body) = if known {
                ("200 OK", json!({ "SecretString": &secret }))
            } else {
                ("400 Bad Request", json!({ "__type": "ResourceNotFoundException" }))
            };
            let body = body.to_string();
            let answer = format!(
                "HTTP/1.1 {status}\r\ncontent-type: application/x-amz-json-1.1\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
            socket.write_all(answer.as_bytes()).await.expect("it listens");
        }
    });
    port
}
