//! What is said at the top of the page that follows something done: by a word in the address, so that
//! nothing of anybody is in it.

use maud::{Markup, html};

/// The sentence of that word.
fn sentence(word: &str) -> Option<&'static str> {
    Some(match word {
        "saved" => "Saved.",
        "created" => "Created.",
        "deleted" => "Deleted.",
        "done" => "Done.",
        "held" => "All sending is on hold now.",
        "released" => "Sending is released.",
        _ => return None,
    })
}

/// What is said of it, if the address has such a word.
pub fn notice(word: Option<&str>) -> Markup {
    html! {
        @if let Some(sentence) = word.and_then(sentence) {
            p.notice role="status" { (sentence) }
        }
    }
}
