//! What is wrong with a text that the engine cannot read, in words of our own: the engine's are those
//! of a programmer.

use super::body::BadTemplate;

/// Begins a tag.
const OPEN: &str = "{{";

/// Ends a tag.
const CLOSE: &str = "}}";

/// Why the engine stopped at `line` of a text.
pub(super) fn fault(text: &str, line: Option<usize>) -> BadTemplate {
    match unclosed(text) {
        Some(line) => BadTemplate::Unclosed { line },
        None => BadTemplate::Syntax { line: line.unwrap_or(1) },
    }
}

/// The line of the first tag that does not end before the next one begins.
fn unclosed(text: &str) -> Option<usize> {
    let mut parts = text.split(OPEN);
    let mut line = 1 + breaks(parts.next()?);
    for tag in parts {
        if !tag.contains(CLOSE) {
            return Some(line);
        }
        line += breaks(tag);
    }
    None
}

fn breaks(text: &str) -> usize {
    text.matches('\n').count()
}

#[cfg(test)]
mod tests {
    use crate::template::{Body, BodyKind};

    #[test]
    fn what_the_engine_cannot_read_is_told_in_our_words_with_its_line() {
        let not_closed = |line| format!("`{{{{` on line {line} is not closed with `}}}}`");
        let unreadable = |line| format!("has something on line {line} that cannot be read");
        for (text, says) in [
            ("Hi {{ patient.first_name", not_closed(1)),
            ("Hi {{", not_closed(1)),
            ("Hi,\n\nDear {{ patient.first_name }\nat {{ site.name }}", not_closed(3)),
            ("{{ site.name }}\n{{ site.name", not_closed(2)),
            ("Hi\n{{ }}", unreadable(2)),
            ("Hi {{ patient first name }}", unreadable(1)),
            ("Hi\n\n{% if %}", unreadable(3)),
        ] {
            let refused = Body::parse(BodyKind::Letter, text).unwrap_err().to_string();
            assert!(refused.starts_with(&says), "{text:?}: {refused}");
            assert!(!refused.contains("<string>"), "{refused}");
        }
    }
}
