//! The files that are made of the document, and whether they are still what they would be.

use std::io;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use crate::document::document;
use crate::{areas, page};

/// A file, by its path in the checkout.
#[derive(Debug)]
pub struct File {
    /// Where it is.
    pub path: &'static str,
    /// What is in it.
    pub content: String,
}

/// Every file, as the code would have it.
///
/// # Panics
/// When the document is no JSON, which it is.
pub fn generate() -> [File; 3] {
    let document = document();
    let operations = areas::all().into_iter().flat_map(|area| area.operations);
    let order: Vec<_> = operations.map(|it| it.id).collect();
    let page = page::page(&document, &order);
    let hash = STANDARD.encode(Sha256::digest(page::STYLE));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    let document = serde_json::to_string_pretty(&document).expect("a document is JSON");
    [
        File { path: "infra/openapi.json", content: format!("{document}\n") },
        File { path: "infra/docs.html", content: page },
        File { path: "infra/docs.csp", content: policy },
    ]
}

/// The files that are not what they would be.
pub fn stale(checkout: &Path) -> Vec<&'static str> {
    let differs = |file: &File| {
        std::fs::read_to_string(checkout.join(file.path)).ok().as_ref() != Some(&file.content)
    };
    generate().iter().filter(|file| differs(file)).map(|file| file.path).collect()
}

/// Writes every file.
///
/// # Errors
/// When one cannot be written.
pub fn write(checkout: &Path) -> io::Result<()> {
    generate().iter().try_for_each(|file| std::fs::write(checkout.join(file.path), &file.content))
}
