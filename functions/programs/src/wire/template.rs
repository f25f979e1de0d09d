//! Templates, by channel, and previews of them.

use std::convert::Infallible;

use app::catalogue::{TemplateDraft, TypedTexts};
use app::form::Form;
use domain::email::EmailAddress;
use domain::ids::PatientId;
use domain::markup::{Block, Level, Marks, Run};
use domain::phone::MobileNumber;
use domain::price::Price;
use domain::program::{Channel, ProgramType};
use domain::sms;
use domain::template::{Body, BodyKind, Content, MarkedBody, Rendered, Tag, Template};
use domain::text::Label;
use serde_json::{Map, Value, json};

pub(crate) fn read_template(form: &Form<'_>) -> Option<TemplateDraft> {
    let channel = form.choice("channel", &Channel::ALL, Channel::as_str);
    let name = form.required("name", Label::parse);
    let text = |field, kind| form.required(field, |text| Body::parse(kind, text));
    let content = match channel {
        Some(Channel::Sms) => text("body", BodyKind::Sms).map(Content::Sms),
        Some(Channel::Email) => {
            let subject = text("subject", BodyKind::Subject);
            let body = form.required("body", MarkedBody::email);
            subject.zip(body).map(|(subject, body)| Content::Email { subject, body })
        }
        Some(Channel::Letter) => form.required("body", MarkedBody::letter).map(Content::Letter),
        None => {
            // Its texts cannot be judged without it.
            form.pass_over(&["subject", "body"]);
            None
        }
    };
    // What an answer shows may be sent back as it is.
    form.pass_over(&["id", "version", "tags", "saved_at", "saved_by"]);
    Some(TemplateDraft { name: name?, content: content? })
}

pub(crate) fn show_template(template: &Template) -> Value {
    let mut shown = json!({
        "id": template.id,
        "name": template.name,
        "version": template.version,
        "tags": template.content.tags(),
        "saved_at": template.saved.as_ref().map(|saved| saved.at),
        "saved_by": template.saved.as_ref().map(|saved| &saved.by),
    });
    if let Value::Object(shown) = &mut shown {
        shown.extend(show_content(&template.content));
    }
    shown
}

/// The channel and the texts.
fn show_content(content: &Content) -> Map<String, Value> {
    let texts = content.texts().into_iter();
    let texts = texts.map(|(field, text)| (field.to_owned(), Value::from(text.as_str())));
    let channel = ("channel".to_owned(), Value::from(content.channel().as_str()));
    std::iter::once(channel).chain(texts).collect()
}

/// A text to preview, as somebody typed it.
pub(crate) struct Typed {
    pub(crate) texts: TypedTexts,
    pub(crate) reader: Reader,
}

/// For whom a text is previewed.
pub(crate) struct Reader {
    /// A real patient; else examples stand for one.
    pub(crate) patient: Option<PatientId>,
    /// The type of program that is to send it.
    pub(crate) program: Option<ProgramType>,
}

/// What is wrong with a text is for the preview to say, all at once: here it only has to be one.
pub(crate) fn read_preview(form: &Form<'_>) -> Option<Typed> {
    let channel = form.choice("channel", &Channel::ALL, Channel::as_str);
    let text = |field| form.required(field, |text| Ok::<_, Infallible>(text.to_owned()));
    let texts = match channel {
        Some(Channel::Sms) => text("body").map(|body| TypedTexts::Sms { body }),
        Some(Channel::Email) => {
            let texts = text("subject").zip(text("body"));
            texts.map(|(subject, body)| TypedTexts::Email { subject, body })
        }
        Some(Channel::Letter) => text("body").map(|body| TypedTexts::Letter { body }),
        None => {
            form.pass_over(&["subject", "body"]);
            None
        }
    };
    let reader = read_reader(form);
    Some(Typed { texts: texts?, reader: reader? })
}

pub(crate) fn read_reader(form: &Form<'_>) -> Option<Reader> {
    let patient = form.optional("patient", PatientId::parse);
    let program = form.optional("program_type", program_type);
    Some(Reader { patient: patient?, program: program? })
}

/// Where a test goes.
pub(crate) enum TestTo {
    Mobile(MobileNumber),
    Mailbox(EmailAddress),
}

/// The mobile a test goes to.
pub(crate) fn read_test(form: &Form<'_>) -> Option<TestTo> {
    form.required("to", MobileNumber::parse).map(TestTo::Mobile)
}

/// The address a test goes to.
pub(crate) fn read_email_test(form: &Form<'_>) -> Option<TestTo> {
    form.required("to", EmailAddress::parse).map(TestTo::Mailbox)
}

/// A filled message: of a text message also what it costs where a part costs that, and how it could cost
/// less; of an email both its forms; of a letter also how it is laid out.
pub(crate) fn show_preview(filled: &Rendered, sms_price: Option<Price>) -> Value {
    match filled {
        Rendered::Sms(text) => {
            let text = text.reveal();
            let mut shown = Map::new();
            shown.insert("channel".to_owned(), json!(Channel::Sms.as_str()));
            shown.insert("body".to_owned(), json!(text));
            shown.extend(show_cost(text, sms_price));
            Value::Object(shown)
        }
        Rendered::Email(mail) => json!({
            "channel": Channel::Email.as_str(),
            "subject": mail.subject.reveal(),
            "text": mail.text.reveal(),
            "html": mail.html.reveal(),
        }),
        Rendered::Letter(document) => json!({
            "channel": Channel::Letter.as_str(),
            "text": document.reveal().to_text(),
            "blocks": show_blocks(&document.reveal().blocks),
        }),
    }
}

fn show_blocks(blocks: &[Block]) -> Vec<Value> {
    let show = |block: &Block| match block {
        Block::Heading { level, runs } => {
            let level = match level {
                Level::One => 1,
                Level::Two => 2,
            };
            json!({ "type": "heading", "level": level, "runs": show_runs(runs) })
        }
        Block::Paragraph { runs } => json!({ "type": "paragraph", "runs": show_runs(runs) }),
        Block::List { marks, items } => {
            let from = match marks {
                Marks::Bullets => None,
                Marks::Numbers { from } => Some(from),
            };
            let items: Vec<_> = items.iter().map(|item| show_blocks(item)).collect();
            json!({ "type": "list", "from": from, "items": items })
        }
    };
    blocks.iter().map(show).collect()
}

fn show_runs(runs: &[Run]) -> Vec<Value> {
    runs.iter().map(|run| json!({ "text": run.text, "bold": run.bold })).collect()
}

/// The parts a text is sent in, the characters that make them short, and the text without those
/// that have a plain form, should that save a part.
fn show_cost(text: &str, price: Option<Price>) -> impl Iterator<Item = (String, Value)> {
    let parts = sms::parts(text);
    let cost = price.map(|price| price.times(parts.count).to_string());
    let tidied = sms::tidy(text).filter(|tidied| sms::parts(tidied).count < parts.count);
    let not_gsm: String = sms::not_gsm(text).into_iter().collect();
    [
        ("parts", json!(parts.count)),
        ("cost", json!(cost)),
        ("encoding", json!(parts.encoding.as_str())),
        ("not_gsm", json!(not_gsm)),
        ("tidied", json!(tidied)),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
}

/// Which tags are asked for.
pub(crate) fn read_tag_filter(form: &Form<'_>) -> Option<(Option<ProgramType>, Option<Channel>)> {
    let kind = form.optional("type", program_type);
    let channel = form.optional("channel", |text| {
        Channel::parse(text).ok_or_else(|| one_of(Channel::ALL.map(Channel::as_str)))
    });
    Some((kind?, channel?))
}

pub(crate) fn show_tag(tag: &Tag) -> Value {
    json!({ "name": tag.name, "meaning": tag.meaning, "example": tag.example })
}

fn program_type(text: &str) -> Result<ProgramType, String> {
    ProgramType::parse(text).ok_or_else(|| one_of(ProgramType::ALL.map(ProgramType::as_str)))
}

fn one_of<const N: usize>(names: [&str; N]) -> String {
    format!("must be one of {}", names.join(", "))
}
