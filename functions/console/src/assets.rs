//! The style sheet and the scripts. Their names hold a fingerprint of what is in them, so that a browser
//! keeps them for good and never has an old one.

use std::io::Write as _;
use std::sync::LazyLock;

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use sha2::{Digest as _, Sha256};

/// A file that pages need.
struct Asset {
    stem: &'static str,
    ending: &'static str,
    kind: &'static str,
    text: &'static [u8],
}

const STYLE: Asset = Asset {
    stem: "style",
    ending: "css",
    kind: "text/css; charset=utf-8",
    text: include_bytes!("../assets/style.css"),
};
/// htmx 2.0.11, as its authors publish it (0BSD).
const HTMX: Asset = Asset {
    stem: "htmx",
    ending: "js",
    kind: "text/javascript; charset=utf-8",
    text: include_bytes!("../assets/htmx.min.js"),
};
const SCRIPT: Asset = Asset {
    stem: "console",
    ending: "js",
    kind: "text/javascript; charset=utf-8",
    text: include_bytes!("../assets/console.js"),
};
const ICON: Asset = Asset {
    stem: "icon",
    ending: "svg",
    kind: "image/svg+xml",
    text: include_bytes!("../assets/icon.svg"),
};

/// What is served, by its name.
struct Ready {
    name: String,
    kind: &'static str,
    zipped: Vec<u8>,
    text: &'static [u8],
}

static READY: LazyLock<[Ready; 4]> = LazyLock::new(|| [STYLE, HTMX, SCRIPT, ICON].map(ready));

fn ready(Asset { stem, ending, kind, text }: Asset) -> Ready {
    let fingerprint: String = format!("{:x}", Sha256::digest(text)).chars().take(16).collect();
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    // Writing to memory cannot fail; what was not written would be served as it is.
    let zipped = encoder.write_all(text).and_then(|()| encoder.finish()).unwrap_or_default();
    Ready { name: format!("{stem}-{fingerprint}.{ending}"), kind, zipped, text }
}

/// The address of the asset with that stem.
pub(crate) fn address(stem: &str) -> String {
    let found = READY.iter().find(|it| it.name.split('-').next() == Some(stem));
    found.map_or_else(|| "/assets/unknown".to_owned(), |it| format!("/assets/{}", it.name))
}

/// Serves one.
pub(crate) async fn serve(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some(asset) = READY.iter().find(|it| it.name == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let takes = headers.get(header::ACCEPT_ENCODING).and_then(|it| it.to_str().ok());
    let takes_gzip = takes.is_some_and(|it| it.contains("gzip")) && !asset.zipped.is_empty();
    let mut response = if takes_gzip {
        let mut zipped = asset.zipped.clone().into_response();
        zipped.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        zipped
    } else {
        asset.text.into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.kind));
    let forever = HeaderValue::from_static("public, max-age=31536000, immutable");
    headers.insert(header::CACHE_CONTROL, forever);
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
