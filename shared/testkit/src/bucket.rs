//! An S3 bucket in the process, as far as it is asked.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use crate::server::{Asked, answer, decoded, serve};

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

impl Bucket {
    /// Serves an empty bucket named `letters`, on a port of its own.
    ///
    /// # Panics
    /// When no port is free.
    pub async fn serve() -> (Self, u16) {
        let bucket = Self::default();
        let served = bucket.clone();
        let port = serve(move |asked| served.answer(asked).unwrap_or_default()).await;
        (bucket, port)
    }

    /// All files, by path.
    ///
    /// # Panics
    /// Never, unless another test thread panicked.
    pub fn files(&self) -> BTreeMap<String, StoredFile> {
        self.0.lock().expect("not poisoned").clone()
    }

    /// Has these files too, as another one had them.
    ///
    /// # Panics
    /// Never, unless another test thread panicked.
    pub fn fill(&self, files: &BTreeMap<String, StoredFile>) {
        let files = files.iter().map(|(path, file)| (path.clone(), file.clone()));
        self.0.lock().expect("not poisoned").extend(files);
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

    /// `None` for a path that is no file's of this bucket.
    fn answer(&self, asked: &Asked) -> Option<Vec<u8>> {
        let Kept { status, owner, body } = self.respond(asked)?;
        let owner = owner.as_deref().map(|owner| ("x-amz-meta-owner", owner));
        let status = match status {
            200 => "200 OK",
            403 => "403 Forbidden",
            412 => "412 Precondition Failed",
            _ => "404 Not Found",
        };
        Some(answer(status, owner.as_slice(), &body))
    }

    /// The same, before it is written as HTTP.
    pub(crate) fn respond(&self, asked: &Asked) -> Option<Kept> {
        let path = decoded(asked.path().strip_prefix("/letters/")?)?;
        let mut files = self.0.lock().expect("not poisoned");
        let there = files.get(&path).cloned();
        let signed = asked.query().contains("X-Amz-Signature=");
        let (status, owner, body) = match (asked.method.as_str(), there) {
            _ if !signed => (403, None, Vec::new()),
            ("PUT", Some(_)) if asked.headers.contains_key("if-none-match") => {
                (412, None, Vec::new())
            }
            ("PUT", _) => {
                let owner = asked.headers.get("x-amz-meta-owner").cloned();
                files.insert(path, StoredFile { bytes: asked.body.clone(), owner });
                (200, None, Vec::new())
            }
            ("HEAD", Some(file)) => (200, file.owner, Vec::new()),
            ("GET", Some(file)) => (200, file.owner, file.bytes),
            (_, _) => (404, None, Vec::new()),
        };
        Some(Kept { status, owner, body })
    }
}

/// What the bucket answers.
pub(crate) struct Kept {
    pub(crate) status: u16,
    pub(crate) owner: Option<String>,
    pub(crate) body: Vec<u8>,
}
