//! What a form sent.

mod loaded;

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{HeaderMap, header};

pub(crate) use self::loaded::{LOADED, Loaded};
use crate::failure::Failure;

/// Largest form, in bytes: a list of patients to import, or a logo. API Gateway takes little more.
pub(crate) const MAX_FORM: usize = 4 * 1024 * 1024;

/// Most fields of a form: the longest, a program of 100 actions, has half of them.
const MAX_FIELDS: usize = 4_000;

/// The name of the field that says that a form is ours.
pub(crate) const CSRF: &str = "csrf";

/// The fields of a form, in their order; a name may come more than once. That it is one of our forms, and
/// sent by the person, was checked before.
#[derive(Debug, Clone, Default)]
pub struct Posted(Arc<Fields>);

#[derive(Debug, Default)]
struct Fields {
    fields: Vec<(String, String)>,
    files: Vec<(String, Upload)>,
}

/// A file that was sent with a form.
#[derive(Debug, Clone)]
pub struct Upload {
    /// What it is said to be.
    pub kind: String,
    /// What is in it.
    pub bytes: Bytes,
}

/// Why a form cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NoForm;

impl Posted {
    /// A form of those fields.
    pub fn of(fields: &[(&str, &str)]) -> Self {
        let fields = fields.iter().map(|&(name, value)| (name.to_owned(), value.to_owned()));
        Self(Arc::new(Fields { fields: fields.collect(), files: Vec::new() }))
    }

    /// The same form with this in the field of that name.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        let others = self.0.fields.iter().filter(|(its, _)| its != name).cloned();
        let fields = others.chain([(name.to_owned(), value.to_owned())]).collect();
        Self(Arc::new(Fields { fields, files: self.0.files.clone() }))
    }

    pub(crate) async fn read(headers: &HeaderMap, body: Bytes) -> Result<Self, NoForm> {
        let kind = headers.get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
        let kind = kind.unwrap_or_default();
        if kind.starts_with("application/x-www-form-urlencoded") {
            let fields: Vec<_> =
                form_urlencoded::parse(&body).into_owned().take(MAX_FIELDS + 1).collect();
            if fields.len() > MAX_FIELDS {
                return Err(NoForm);
            }
            return Ok(Self(Arc::new(Fields { fields, files: Vec::new() })));
        }
        let boundary = multer::parse_boundary(kind).map_err(|_| NoForm)?;
        let fields = Self::read_parts(body, boundary).await.map_err(|_| NoForm)?;
        Ok(Self(Arc::new(fields)))
    }

    async fn read_parts(body: Bytes, boundary: String) -> Result<Fields, multer::Error> {
        let whole =
            futures_util::stream::once(async move { Ok::<_, std::convert::Infallible>(body) });
        let mut parts = multer::Multipart::new(whole, boundary);
        let mut form = Fields::default();
        while let Some(part) = parts.next_field().await? {
            let name = part.name().unwrap_or_default().to_owned();
            if part.file_name().is_some() {
                let kind = part.content_type().map(ToString::to_string).unwrap_or_default();
                form.files.push((name, Upload { kind, bytes: part.bytes().await? }));
            } else {
                form.fields.push((name, part.text().await?));
            }
        }
        Ok(form)
    }

    /// The field of that name; empty when there is none. Lines end as they do everywhere but in forms.
    pub fn get(&self, name: &str) -> String {
        self.all(name).next().unwrap_or_default()
    }

    /// The same, without space at its ends, and `None` when it is empty.
    pub fn some(&self, name: &str) -> Option<String> {
        let value = self.get(name);
        let value = value.trim();
        (!value.is_empty()).then(|| value.to_owned())
    }

    /// Whether a box is ticked, or a button was pressed.
    pub fn has(&self, name: &str) -> bool {
        self.0.fields.iter().any(|(its, _)| its == name)
    }

    /// All fields of that name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = String> + 'a {
        let found = self.0.fields.iter().filter(move |(its, _)| its == name);
        found.map(|(_, value)| value.replace("\r\n", "\n"))
    }

    /// Every field but what stands in each form.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        let fields = self.0.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        fields.filter(|(name, _)| *name != CSRF)
    }

    /// The file of that name, unless none was picked.
    pub fn file(&self, name: &str) -> Option<&Upload> {
        let found = self.0.files.iter().find(|(its, _)| its == name);
        found.map(|(_, file)| file).filter(|file| !file.bytes.is_empty())
    }

    /// Whether files came with it: those cannot be shown again in a form.
    pub fn has_files(&self) -> bool {
        self.0.files.iter().any(|(_, file)| !file.bytes.is_empty())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Posted {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Failure> {
        parts.extensions.get::<Self>().cloned().ok_or(Failure::Unreadable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(kind: &'static str, body: &'static str) -> Result<Posted, NoForm> {
        let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, kind.parse().expect("a kind"))]);
        Posted::read(&headers, Bytes::from_static(body.as_bytes())).await
    }

    #[tokio::test]
    async fn a_form_is_read_with_and_without_files() {
        let plain = "application/x-www-form-urlencoded";
        let form = read(plain, "a=1&b=x%0D%0Ay&a=2&csrf=secret&c=+").await.expect("a form");
        assert_eq!(form.all("a").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(form.get("b"), "x\ny");
        assert_eq!((form.some("c"), form.has("c"), form.has("d")), (None, true, false));
        assert_eq!(form.fields().count(), 4);

        let unpicked = "--x\r\nContent-Disposition: form-data; name=\"list\"; filename=\"\"\r\n\r\n\r\n--x--\r\n";
        let form = read("multipart/form-data; boundary=x", unpicked).await.expect("a form");
        assert!(form.file("list").is_none() && !form.has_files());

        let parts = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x\r\n\
                     Content-Disposition: form-data; name=\"list\"; filename=\"l.csv\"\r\n\
                     Content-Type: text/csv\r\n\r\nb,c\r\n--x--\r\n";
        let form = read("multipart/form-data; boundary=x", parts).await.expect("a form");
        assert_eq!(form.get("a"), "1");
        assert_eq!(form.file("list").map(|it| it.bytes.as_ref()), Some(b"b,c".as_slice()));
    }

    #[tokio::test]
    async fn what_is_no_form_is_not_taken_for_an_empty_one() {
        assert!(read("application/json", "{}").await.is_err());
        assert!(read("multipart/form-data", "x").await.is_err());
        assert!(read("multipart/form-data; boundary=x", "--x\r\nbroken").await.is_err());
    }
}
