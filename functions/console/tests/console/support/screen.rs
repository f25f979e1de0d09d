//! What is on a screen.

use axum::response::Response;
use http::{HeaderMap, StatusCode, header};

/// A page, or a part of one.
#[derive(Debug)]
pub(crate) struct Screen {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) html: String,
    /// Bytes on the wire.
    pub(crate) size: usize,
}

impl Screen {
    pub(crate) async fn of(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        let html = String::from_utf8_lossy(&body).into_owned();
        Self { status: parts.status, headers: parts.headers, html, size: body.len() }
    }

    /// Where it sends the browser.
    pub(crate) fn location(&self) -> &str {
        self.headers[header::LOCATION].to_str().unwrap()
    }

    /// What a person reads, and what is in its fields: without tags, with single spaces.
    pub(crate) fn text(&self) -> String {
        let (mut text, mut in_tag) = (String::new(), false);
        for letter in self.html.chars() {
            match letter {
                '<' => in_tag = true,
                '>' => {
                    in_tag = false;
                    text.push(' ');
                }
                _ if !in_tag => text.push(letter),
                _ => {}
            }
        }
        as_text(&text).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// It shows that text.
    #[track_caller]
    pub(crate) fn shows(&self, text: &str) -> &Self {
        assert!(self.text().contains(text), "no “{text}” on: {}", self.text());
        self
    }

    /// It does not show that text.
    #[track_caller]
    pub(crate) fn lacks(&self, text: &str) -> &Self {
        assert!(!self.text().contains(text), "“{text}” is on: {}", self.text());
        self
    }

    /// Its source has that piece.
    #[track_caller]
    pub(crate) fn has(&self, piece: &str) -> &Self {
        assert!(self.html.contains(piece), "no {piece} in: {}", self.html);
        self
    }

    /// Its source does not have that piece.
    #[track_caller]
    pub(crate) fn has_not(&self, piece: &str) -> &Self {
        assert!(!self.html.contains(piece), "{piece} is in: {}", self.html);
        self
    }

    /// What is in the hidden field of that name.
    #[track_caller]
    pub(crate) fn hidden(&self, name: &str) -> String {
        let start = format!("<input type=\"hidden\" name=\"{name}\" value=\"");
        let rest = self.html.split(&start).nth(1);
        let rest = rest.unwrap_or_else(|| panic!("no hidden {name} in: {}", self.html));
        as_text(rest.split('"').next().unwrap())
    }
}

/// What HTML writes by names, as it is read.
fn as_text(html: &str) -> String {
    let text = html.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    text.replace("&#39;", "'").replace("&amp;", "&")
}
