//! An S3 bucket in the process, as far as it is asked.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A file of the bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    /// What is in it.
    pub bytes: Vec<u8>,
    /// Whose it is said to be.
    pub owner: Option<String>,
}

/// Everything in the bucket, by path.
#[derive(Debug, Clone, Default)]
pub struct Bucket(Arc<Mutex<BTreeMap<String, StoredFile>>>);

/// What came over the wire.
struct Request {
    method: String,
    path: String,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Bucket {
    /// Serves an empty bucket named `letters`, on a port of its own.
    ///
    /// # Panics
    /// When no port is free.
    pub async fn serve() -> (Self, u16) {
        let bucket = Self::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let port = listener.local_addr().expect("it is bound").port();
        let served = bucket.clone();
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                if let Some(request) = read(&mut socket).await {
                    let answer = served.answer(&request);
                    // Whoever asked may be gone: a test may have broken the connection.
                    let _sent = socket.write_all(&answer).await;
                }
            }
        });
        (bucket, port)
    }

    /// The paths that begin like this.
    ///
    /// # Panics
    /// Never, unless another test thread panicked.
    pub fn paths(&self, beginning: &str) -> Vec<String> {
        let files = self.0.lock().expect("not poisoned");
        files.keys().filter(|path| path.starts_with(beginning)).cloned().collect()
    }

    /// The file at a path.
    ///
    /// # Panics
    /// Never, unless another test thread panicked.
    pub fn file(&self, path: &str) -> Option<StoredFile> {
        self.0.lock().expect("not poisoned").get(path).cloned()
    }

    /// Takes a file away, as the bucket's own rules do when its time has come.
    ///
    /// # Panics
    /// Never, unless another test thread panicked.
    pub fn expire(&self, path: &str) {
        self.0.lock().expect("not poisoned").remove(path);
    }

    fn answer(&self, request: &Request) -> Vec<u8> {
        let mut files = self.0.lock().expect("not poisoned");
        let there = files.get(&request.path).cloned();
        let signed = request.headers.contains_key("signed");
        let (status, owner, body) = match (request.method.as_str(), there) {
            _ if !signed => ("403 Forbidden", None, Vec::new()),
            ("PUT", Some(_)) if request.headers.contains_key("if-none-match") => {
                ("412 Precondition Failed", None, Vec::new())
            }
            ("PUT", _) => {
                let owner = request.headers.get("x-amz-meta-owner").cloned();
                let file = StoredFile { bytes: request.body.clone(), owner };
                files.insert(request.path.clone(), file);
                ("200 OK", None, Vec::new())
            }
            ("HEAD", Some(file)) => ("200 OK", file.owner, Vec::new()),
            ("GET", Some(file)) => ("200 OK", file.owner, file.bytes),
            (_, _) => ("404 Not Found", None, Vec::new()),
        };
        let owner = owner.map(|owner| format!("x-amz-meta-owner: {owner}\r\n"));
        let head = format!(
            "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n{}\r\n",
            body.len(),
            owner.unwrap_or_default()
        );
        [head.into_bytes(), body].concat()
    }
}

async fn read(socket: &mut TcpStream) -> Option<Request> {
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
    let (method, target) = (first.next()?.to_owned(), first.next()?);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut headers: BTreeMap<String, String> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
        .collect();
    if query.contains("X-Amz-Signature=") {
        headers.insert("signed".to_owned(), "yes".to_owned());
    }
    let length = headers.get("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
    let mut body = bytes.split_off(head + 4);
    while body.len() < length {
        if socket.read_buf(&mut body).await.ok()? == 0 {
            return None;
        }
    }
    Some(Request { method, path: decoded(path.strip_prefix("/letters/")?)?, headers, body })
}

/// A path of an address, without its percents.
fn decoded(path: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = path.bytes();
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
