//! As much of Markdown as the descriptions use, as HTML: headings, fences, paragraphs, code, links.

use std::fmt::Write as _;

/// Text that may stand in HTML.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The id of a heading: its words, with hyphens between.
pub(crate) fn slug(heading: &str) -> String {
    let words = heading.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_lowercase()
}

/// A description as HTML.
pub(crate) fn html(text: &str) -> String {
    let mut html = String::new();
    let mut paragraph = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.starts_with("```") {
            close(&mut html, &mut paragraph);
            let code: Vec<_> = lines.by_ref().take_while(|line| *line != "```").collect();
            push(&mut html, format_args!("<pre>{}</pre>", escape(&code.join("\n"))));
        } else if let Some(heading) = line.strip_prefix("### ") {
            close(&mut html, &mut paragraph);
            push(&mut html, format_args!("<h3>{}</h3>", inline(heading)));
        } else if let Some(heading) = line.strip_prefix("## ") {
            close(&mut html, &mut paragraph);
            let id = slug(heading);
            push(&mut html, format_args!("<h2 id=\"{id}\">{}</h2>", inline(heading)));
        } else if line.is_empty() {
            close(&mut html, &mut paragraph);
        } else {
            paragraph.push_str(line);
            paragraph.push('\n');
        }
    }
    close(&mut html, &mut paragraph);
    html
}

fn close(html: &mut String, paragraph: &mut String) {
    if !paragraph.is_empty() {
        push(html, format_args!("<p>{}</p>", inline(paragraph.trim_end())));
        paragraph.clear();
    }
}

fn push(html: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(html, "{line}").expect("a text takes every text");
}

/// Code and links inside a line.
pub(crate) fn inline(text: &str) -> String {
    let pieces = text.split('`').enumerate();
    let pieces = pieces.map(|(i, piece)| match i % 2 {
        0 => links(&escape(piece)),
        _ => format!("<code>{}</code>", escape(piece)),
    });
    pieces.collect()
}

/// `[words](address)`, in a text that is escaped already.
fn links(text: &str) -> String {
    let Some((before, rest)) = text.split_once('[') else { return text.to_owned() };
    let link = rest.split_once("](").and_then(|(words, rest)| {
        let (address, after) = rest.split_once(')')?;
        Some(format!("{before}<a href=\"{address}\">{words}</a>{}", links(after)))
    });
    link.unwrap_or_else(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_descriptions_use_becomes_html() {
        let text = "## A\nb `<c>` [d](https://e)\nf\n\n```json\n{\"<\": 1}\n```";
        let expected = "<h2 id=\"a\">A</h2>\n<p>b <code>&lt;c&gt;</code> <a href=\"https://e\">d</a>\nf</p>\n\
                        <pre>{&quot;&lt;&quot;: 1}</pre>\n";
        assert_eq!(html(text), expected);
    }

    #[test]
    fn a_bracket_that_is_no_link_stays() {
        assert_eq!(inline("a [b] <c>"), "a [b] &lt;c&gt;");
    }
}
