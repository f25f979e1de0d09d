//! Services in the process: they answer what a test says, and keep what they were asked.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A request as it came over the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// `PUT`.
    pub method: String,
    /// Path and query, as they were sent.
    pub target: String,
    /// The headers, their names in small letters.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: Vec<u8>,
}

impl Asked {
    /// The path, as it was sent.
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// The query, as it was sent.
    pub fn query(&self) -> &str {
        self.target.split_once('?').map(|(_, query)| query).unwrap_or_default()
    }

    /// The body, which is text.
    ///
    /// # Panics
    /// When it is none.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("the body is text")
    }
}

/// What a service was asked so far. A request is among it before it is answered.
#[derive(Debug, Clone, Default)]
pub struct Requests(Arc<Mutex<Vec<Asked>>>);

impl Requests {
    /// All, the first first.
    ///
    /// # Panics
    /// Never, unless another test thread panicked.
    pub fn all(&self) -> Vec<Asked> {
        self.0.lock().expect("not poisoned").clone()
    }
}

/// Serves on a port of its own. Each request is answered by what `answer` makes of it, and then the
/// connection is closed.
///
/// # Panics
/// When no port is free.
pub async fn serve(mut answer: impl FnMut(&Asked) -> Vec<u8> + Send + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let port = listener.local_addr().expect("it is bound").port();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            if let Some(asked) = read(&mut socket).await {
                // Whoever asked may be gone: a test may have broken the connection.
                let _sent = socket.write_all(&answer(&asked)).await;
            }
        }
    });
    port
}

/// A service that gives these answers in turn, and the last of them again and again. Where one is
/// empty it hangs up.
///
/// # Panics
/// When no port is free.
pub async fn answering(answers: &[Vec<u8>]) -> (u16, Requests) {
    let (answers, requests) = (answers.to_vec(), Requests::default());
    let kept = requests.clone();
    let port = serve(move |asked| {
        let mut all = kept.0.lock().expect("not poisoned");
        let answer = answers.get(all.len()).or(answers.last());
        all.push(asked.clone());
        answer.cloned().unwrap_or_default()
    });
    (port.await, requests)
}

/// An answer: `201 Created`, headers of its own, and a body.
pub fn answer(status: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut lines = vec![
        format!("HTTP/1.1 {status}"),
        format!("content-length: {}", body.len()),
        "connection: close".to_owned(),
    ];
    lines.extend(headers.iter().map(|(name, value)| format!("{name}: {value}")));
    let head = format!("{}\r\n\r\n", lines.join("\r\n"));
    [head.as_bytes(), body].concat()
}

/// A port on which nobody listens.
///
/// # Panics
/// When no port is free.
pub async fn deserted() -> u16 {
    let unused = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    unused.local_addr().expect("it is bound").port()
}

/// Reads one whole request; `None` when it ends before.
async fn read(socket: &mut TcpStream) -> Option<Asked> {
    let mut bytes = Vec::new();
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        if socket.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let text = String::from_utf8(bytes.get(..head)?.to_vec()).ok()?;
    let mut lines = text.lines();
    let mut first = lines.next()?.split(' ');
    let (method, target) = (first.next()?.to_owned(), first.next()?.to_owned());
    let headers: BTreeMap<String, String> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers.get("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
    let mut body = bytes.split_off(head + 4);
    while body.len() < length {
        if socket.read_buf(&mut body).await.ok()? == 0 {
            return None;
        }
    }
    Some(Asked { method, target, headers, body })
}

/// A text of an address, without its percents; `None` when it has others than such.
pub fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let hex = [rest.next()?, rest.next()?];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&hex).ok()?, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}
