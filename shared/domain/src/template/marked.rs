//! A template's text with markup: that of an email or a letter.

use super::body::{BadTemplate, Body, BodyKind, CannotRender};
use super::tags::LINK_TAG;
use super::values::MergeValues;
use crate::markup::{Document, Markup};
use crate::phi::Phi;

/// A text with headings, lists, bold and tags, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkedBody {
    body: Body,
    markup: Markup,
}

impl MarkedBody {
    /// Reads the text of an email.
    ///
    /// # Errors
    /// As [`Body::parse`], and when it uses markup that messages do not have.
    pub fn email(text: &str) -> Result<Self, BadTemplate> {
        Self::parse(BodyKind::Email, text)
    }

    /// Reads the text of a letter.
    ///
    /// # Errors
    /// As [`Body::parse`], and when it uses markup that messages do not have.
    pub fn letter(text: &str) -> Result<Self, BadTemplate> {
        Self::parse(BodyKind::Letter, text)
    }

    fn parse(kind: BodyKind, text: &str) -> Result<Self, BadTemplate> {
        let body = Body::parse(kind, text)?;
        let markup = Markup::parse(text)?;
        Ok(Self { body, markup })
    }

    /// The text as written, and its tags.
    pub const fn as_body(&self) -> &Body {
        &self.body
    }

    /// Fills the tags.
    ///
    /// # Errors
    /// Names the tags that are empty for this patient.
    pub fn render(&self, values: &MergeValues) -> Result<Phi<Document>, CannotRender> {
        values.require(self.body.tags().iter().map(String::as_str))?;
        let document = self
            .markup
            .fill(|tag| values.get(tag), |tag| tag == LINK_TAG)
            .map_err(|tag| CannotRender::EmptyTags(vec![tag]))?;
        let max = self.body.kind().max();
        if document.characters() > max || document.is_blank() {
            return Err(CannotRender::Length { max });
        }
        Ok(Phi::new(document))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markup::{Block, NotUsed};

    #[test]
    fn a_letter_that_is_all_tags_can_still_be_filled() {
        let letter = "{{gp.name}} ".repeat(BodyKind::Letter.max() / 12);
        let body = MarkedBody::letter(&letter).unwrap();
        let mut values = MergeValues::default();
        values.set("gp.name", "Dr O");
        assert!(body.render(&values).is_ok());
        values.set("gp.name", &"x".repeat(60));
        assert_eq!(body.render(&values), Err(CannotRender::Length { max: 50_000 }));
    }

    #[test]
    fn markup_that_messages_do_not_have_is_refused_when_the_tags_are_right() {
        let refused = MarkedBody::email("Hi\n<b>{{ patient.first_name }}</b>").unwrap_err();
        let BadTemplate::Markup(bad) = &refused else { panic!("{refused}") };
        assert_eq!((bad.line, bad.what), (2, NotUsed::Html));
        let unknown = MarkedBody::email("<b>{{ patient.frist_name }}</b>");
        assert!(matches!(unknown, Err(BadTemplate::UnknownTags { .. })), "{unknown:?}");
    }

    #[test]
    fn a_text_of_which_nothing_is_seen_is_not_sent() {
        let body = MarkedBody::email("{{ site.name }}").unwrap();
        let empty = body.render(&MergeValues::default());
        assert_eq!(empty, Err(CannotRender::EmptyTags(vec!["site.name".to_owned()])));
    }

    #[test]
    fn the_values_of_a_patient_stay_text() {
        let mut values = MergeValues::sample();
        values.set("patient.first_name", "# <b>Maria</b>");
        let body = MarkedBody::letter("Dear {{ patient.first_name }}").unwrap();
        let filled = body.render(&values).unwrap();
        assert_eq!(filled.reveal().to_text(), "Dear # <b>Maria</b>");
        assert!(matches!(filled.reveal().blocks.as_slice(), [Block::Paragraph { .. }]));
    }
}
