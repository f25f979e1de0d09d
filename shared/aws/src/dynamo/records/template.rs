//! Templates.

use domain::ids::TemplateId;
use domain::program::Channel;
use domain::staff::Saved;
use domain::template::{Body, BodyKind, Content, MarkedBody, Template};
use domain::text::Label;
use serde::{Deserialize, Serialize};

use super::actor::SavedData;
use super::{BadRecord, Field};

#[derive(Serialize, Deserialize)]
pub(crate) struct TemplateData {
    id: TemplateId,
    version: u64,
    name: Label,
    /// Not in rows from the time when text messages were all there was.
    channel: Option<String>,
    subject: Option<String>,
    body: String,
    /// Not in rows from the time when this was not recorded.
    saved: Option<SavedData>,
}

impl From<&Template> for TemplateData {
    fn from(template: &Template) -> Self {
        let (subject, body) = match &template.content {
            Content::Sms(body) => (None, body),
            Content::Letter(body) => (None, body.as_body()),
            Content::Email { subject, body } => (Some(subject.as_str().to_owned()), body.as_body()),
        };
        Self {
            id: template.id.clone(),
            version: template.version,
            name: template.name.clone(),
            channel: Some(template.content.channel().as_str().to_owned()),
            subject,
            body: body.as_str().to_owned(),
            saved: template.saved.as_ref().map(SavedData::from),
        }
    }
}

impl TryFrom<TemplateData> for Template {
    type Error = BadRecord;

    fn try_from(data: TemplateData) -> Result<Self, BadRecord> {
        let channel = match &data.channel {
            Some(channel) => Channel::parse(channel).field("channel")?,
            None => Channel::Sms,
        };
        let content = match channel {
            Channel::Sms => Content::Sms(Body::parse(BodyKind::Sms, &data.body).field("body")?),
            Channel::Email => {
                let subject = data.subject.as_deref().unwrap_or_default();
                let subject = Body::parse(BodyKind::Subject, subject).field("subject")?;
                let body = MarkedBody::email(&data.body).field("body")?;
                Content::Email { subject, body }
            }
            Channel::Letter => Content::Letter(MarkedBody::letter(&data.body).field("body")?),
        };
        let saved = data.saved.map(Saved::from);
        Ok(Self { id: data.id, version: data.version, name: data.name, content, saved })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_row_from_before_there_were_channels_is_a_text_message() {
        let old = json!({
            "id": "tmpl_00000000000000000000000003", "version": 1, "name": "Hello", "body": "Hi",
        });
        let data: TemplateData = serde_json::from_value(old).unwrap();
        let template = Template::try_from(data).unwrap();
        assert_eq!(template.content.channel(), Channel::Sms);
    }

    #[test]
    fn an_email_keeps_its_subject_and_is_unreadable_without_one() {
        let row = |subject| TemplateData {
            id: TemplateId::parse("tmpl_00000000000000000000000003").unwrap(),
            version: 1,
            name: Label::parse("Hello").unwrap(),
            channel: Some("email".to_owned()),
            subject,
            body: "Hi".to_owned(),
            saved: None,
        };
        let read = Template::try_from(row(Some("Hello".to_owned()))).unwrap();
        assert_eq!(TemplateData::from(&read).subject.as_deref(), Some("Hello"));
        assert!(Template::try_from(row(None)).is_err());
    }
}
