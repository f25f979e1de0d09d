//! An email as it is sent: subject, text and HTML of one template.
//!
//! The HTML is made by the engine, which escapes whatever it puts in. Its styles stand at the
//! elements and it is laid out by tables, because mail programs drop style sheets and know little
//! else; it has no pictures, and no colours of its own, so that it is legible on a dark ground.

use minijinja::{AutoEscape, Environment, Error, UndefinedBehavior, Value};

use super::body::CannotRender;
use super::values::MergeValues;
use crate::markup::{Block, Document, Level, Marks, Role, Run};
use crate::phi::Phi;

/// The page around a text.
const PAGE: &str = include_str!("mail.html");

/// What stands over the link by which a patient takes consent back.
const WAY_OUT: &str = "Unsubscribe from news and offers by email";

/// An email, filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Its subject: one line.
    pub subject: Phi<String>,
    /// For programs that show no HTML.
    pub text: Phi<String>,
    /// For all others.
    pub html: Phi<String>,
}

impl Mail {
    /// Makes both forms. Under the text stands who sends it: the practice and the site, as `values`
    /// know them, and the way out if there is to be one.
    ///
    /// # Errors
    /// When the engine refuses.
    pub(super) fn new(
        subject: Phi<String>,
        document: &Document,
        values: &MergeValues,
    ) -> Result<Self, CannotRender> {
        let footer = footer(values);
        let way_out = values.way_out();
        let html = page(subject.reveal(), document, &footer, way_out)
            .map_err(|error| CannotRender::Engine(error.kind().to_string()))?;
        let mut text = format!("{}\n\n-- \n{}", document.to_text(), footer.join("\n"));
        if let Some(link) = way_out {
            text = format!("{text}\n{WAY_OUT}:\n{link}");
        }
        Ok(Self { subject, text: Phi::new(text), html: Phi::new(html) })
    }
}

/// Who sends it, a line each.
fn footer(values: &MergeValues) -> Vec<&str> {
    let mut lines: Vec<&str> = Vec::new();
    for tag in ["practice.name", "site.name", "site.address", "site.phone"] {
        let line = values.get(tag).filter(|line| !lines.contains(line));
        lines.extend(line);
    }
    lines
}

fn page(
    subject: &str,
    document: &Document,
    footer: &[&str],
    way_out: Option<&str>,
) -> Result<String, Error> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    let context = Value::from_pairs([
        ("subject", Value::from(subject)),
        ("blocks", Value::from(document.blocks.iter().map(block).collect::<Vec<_>>())),
        ("footer", Value::from(footer.iter().copied().map(Value::from).collect::<Vec<_>>())),
        ("way_out", Value::from(way_out)),
        ("way_out_words", Value::from(WAY_OUT)),
    ]);
    environment.render_str(PAGE, context)
}

/// How a paragraph stands.
const PARAGRAPH: &str = "margin:0 0 16px 0;";

/// How a paragraph of an item stands.
const IN_ITEM: &str = "margin:0 0 4px 0;";

fn block(block: &Block) -> Value {
    in_place(block, PARAGRAPH)
}

fn in_place(block: &Block, paragraph: &str) -> Value {
    match block {
        Block::Heading { level: Level::One, runs } => {
            flow("h1", "margin:0 0 16px 0;font-size:22px;line-height:28px;", runs)
        }
        Block::Heading { level: Level::Two, runs } => {
            flow("h2", "margin:0 0 12px 0;font-size:18px;line-height:24px;", runs)
        }
        Block::Paragraph { runs } => flow("p", paragraph, runs),
        Block::List { marks, items } => {
            let (tag, from) = match marks {
                Marks::Bullets => ("ul", None),
                Marks::Numbers { from } => ("ol", Some(*from)),
            };
            let items: Vec<_> = items.iter().map(|blocks| item(blocks)).collect();
            Value::from_pairs([
                ("shape", Value::from("list")),
                ("tag", Value::from(tag)),
                // As text, because a list may begin at 0, which is not nothing.
                ("from", Value::from(from.map(|from| from.to_string()))),
                ("items", Value::from(items)),
            ])
        }
    }
}

fn item(blocks: &[Block]) -> Value {
    let blocks: Vec<_> = blocks.iter().map(|block| in_place(block, IN_ITEM)).collect();
    Value::from_pairs([("shape", Value::from("item")), ("blocks", Value::from(blocks))])
}

fn flow(tag: &str, style: &str, runs: &[Run]) -> Value {
    Value::from_pairs([
        ("shape", Value::from("flow")),
        ("tag", Value::from(tag)),
        ("style", Value::from(style)),
        ("runs", Value::from(runs.iter().map(run).collect::<Vec<_>>())),
    ])
}

fn run(run: &Run) -> Value {
    let link = match run.role {
        Role::Link => Some(run.text.as_str()),
        Role::Text => None,
    };
    let lines: Vec<_> = run.text.split('\n').map(Value::from).collect();
    Value::from_pairs([
        ("bold", Value::from(run.bold)),
        ("link", Value::from(link)),
        ("lines", Value::from(lines)),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::MarkedBody;

    fn mail(text: &str, values: &MergeValues) -> (String, String) {
        let document = MarkedBody::email(text).unwrap().render(values).unwrap();
        let subject = Phi::new("Your visit".to_owned());
        let mail = Mail::new(subject, document.reveal(), values).unwrap();
        (mail.text.reveal().clone(), mail.html.reveal().clone())
    }

    #[test]
    fn a_text_is_laid_out_with_headings_lists_bold_and_links() {
        let text = "# Hello\n\nDear **{{ patient.first_name }}**,\nsee https://harbour.example/?a=1&b=2\n\n0. one\n1. two\n   - three\n\n## End";
        let (_, html) = mail(text, &MergeValues::sample());
        for part in [
            "line-height:28px;\">Hello</h1>",
            "\">Dear <strong>Maria</strong>,<br>see <a href=\"https:&#x2f;&#x2f;harbour.example&#x2f;?a=1&amp;b=2\">https",
            "<ol start=\"0\" dir=\"auto\"",
            ">one</p>\n</li>\n<li",
            ">two</p>\n<ul dir=\"auto\"",
            ">three</p>\n</li>\n</ul>\n</li>\n</ol>\n<h2",
        ] {
            assert!(html.contains(part), "{part} is not in {html}");
        }
    }

    #[test]
    fn nothing_that_is_filled_in_is_html() {
        let mut values = MergeValues::sample();
        let attack = "</p><script>alert('x')</script>\" onload=\"x";
        for tag in
            ["patient.first_name", "practice.name", "site.name", "site.address", "site.phone"]
        {
            values.set(tag, attack);
        }
        let (text, html) = mail("- {{ patient.first_name }}\n\n**{{ practice.name }}**", &values);
        assert!(!html.contains("<script") && !html.contains("\" onload"), "{html}");
        assert!(html.contains("&lt;script&gt;"), "{html}");
        assert!(text.contains(attack), "the text is not escaped: {text}");
        let title = page("</title><script>", &Document { blocks: Vec::new() }, &[], None).unwrap();
        assert!(title.contains("<title>&lt;&#x2f;title&gt;&lt;script&gt;</title>"), "{title}");
    }

    #[test]
    fn under_the_text_stands_who_sends_it() {
        let mut values = MergeValues::default();
        values.set("practice.name", "Harbour Health");
        values.set("site.name", "Harbour Health");
        values.set("site.phone", "(02) 5550 0123");
        let (text, html) = mail("Hello", &values);
        assert_eq!(text, "Hello\n\n-- \nHarbour Health\n(02) 5550 0123");
        assert!(html.contains("<span dir=\"auto\">(02) 5550 0123</span>"), "{html}");
        assert!(!html.contains("<a "), "no way out: {html}");
    }

    #[test]
    fn a_way_out_is_in_both_forms_when_there_is_one() {
        let mut values = MergeValues::sample();
        values.set_way_out("https://api.example/unsubscribe/abc");
        let (text, html) = mail("Hello", &values);
        assert!(text.ends_with("by email:\nhttps://api.example/unsubscribe/abc"), "{text}");
        let link =
            "<a href=\"https:&#x2f;&#x2f;api.example&#x2f;unsubscribe&#x2f;abc\">Unsubscribe";
        assert!(html.contains(link), "{html}");
    }
}
