//! Templates, by channel.

use app::catalogue::TemplateDraft;
use app::form::Form;
use domain::program::Channel;
use domain::template::{Body, BodyKind, Content, Template};
use domain::text::Label;
use serde_json::{Map, Value, json};

pub(crate) fn read_template(form: &Form<'_>) -> Option<TemplateDraft> {
    let channel = form.choice("channel", &Channel::ALL, Channel::as_str);
    let name = form.required("name", Label::parse);
    let text = |field, kind| form.required(field, |text| Body::parse(kind, text));
    let content = match channel {
        Some(Channel::Sms) => text("body", BodyKind::Sms).map(Content::Sms),
        Some(Channel::Email) => {
            let (subject, body) =
                (text("subject", BodyKind::Subject), text("body", BodyKind::Email));
            subject.zip(body).map(|(subject, body)| Content::Email { subject, body })
        }
        Some(Channel::Letter) => text("body", BodyKind::Letter).map(Content::Letter),
        None => {
            // Its texts cannot be judged without it.
            form.pass_over(&["subject", "body"]);
            None
        }
    };
    // What an answer shows may be sent back as it is.
    form.pass_over(&["id", "version", "tags"]);
    Some(TemplateDraft { name: name?, content: content? })
}

pub(crate) fn show_template(template: &Template) -> Value {
    let mut shown = json!({
        "id": template.id,
        "name": template.name,
        "version": template.version,
        "tags": template.content.tags(),
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
