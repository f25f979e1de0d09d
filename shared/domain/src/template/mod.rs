//! Message templates with merge tags, for each channel: text messages, email, letters.
//!
//! A template knows no program: which tags a type of program can fill is in [`tags_of`], and whether
//! a template fits an action is asked of [`Template::misfits`].

mod body;
mod fault;
mod mail;
mod marked;
mod tags;
mod values;

use std::collections::BTreeSet;

pub use self::body::{BadTemplate, Body, BodyKind, CannotRender};
pub use self::mail::Mail;
pub use self::marked::MarkedBody;
pub(crate) use self::tags::LINK_TAG;
use self::tags::OF_REFERRER;
pub use self::tags::{Tag, tags_of, tags_where};
pub use self::values::MergeValues;
use crate::ids::TemplateId;
use crate::markup::Document;
use crate::phi::Phi;
use crate::program::{Channel, ProgramType};
use crate::staff::Saved;
use crate::text::Label;

/// A message template, in one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// Its id.
    pub id: TemplateId,
    /// Counts saves. What was sent keeps the version it was sent with.
    pub version: u64,
    /// What staff call it.
    pub name: Label,
    /// What it says. Its channel is fixed for life: the actions that use it depend on it.
    pub content: Content,
    /// Who saved this version, and when. `None` for those saved before that was recorded.
    pub saved: Option<Saved>,
}

/// What a template says, by the channel that carries it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A text message.
    Sms(Body),
    /// An email.
    Email {
        /// Its subject: one line.
        subject: Body,
        /// Its text.
        body: MarkedBody,
    },
    /// A letter.
    Letter(MarkedBody),
}

/// A filled template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rendered {
    /// A text message.
    Sms(Phi<String>),
    /// An email.
    Email(Mail),
    /// A letter.
    Letter(Phi<Document>),
}

impl Content {
    /// The channel that carries it.
    pub const fn channel(&self) -> Channel {
        match self {
            Self::Sms(_) => Channel::Sms,
            Self::Email { .. } => Channel::Email,
            Self::Letter(_) => Channel::Letter,
        }
    }

    /// Its texts, each with the name of its field.
    pub fn texts(&self) -> Vec<(&'static str, &Body)> {
        match self {
            Self::Sms(body) => vec![("body", body)],
            Self::Letter(body) => vec![("body", body.as_body())],
            Self::Email { subject, body } => vec![("subject", subject), ("body", body.as_body())],
        }
    }

    /// The tags it uses.
    pub fn tags(&self) -> BTreeSet<&str> {
        self.texts().into_iter().flat_map(|(_, text)| text.tags()).map(String::as_str).collect()
    }

    /// Whether it says, in a program that follows up a referral, who made that.
    pub fn names_referrer(&self) -> bool {
        self.tags().into_iter().any(|tag| OF_REFERRER.contains(&tag))
    }

    /// Whether it has the tag by which patients take consent back.
    pub fn tells_way_out(&self) -> bool {
        self.tags().contains(LINK_TAG)
    }

    /// Fills the tags.
    ///
    /// # Errors
    /// When a tag is empty for this patient, or a filled text does not fit its channel.
    pub fn render(&self, values: &MergeValues) -> Result<Rendered, CannotRender> {
        Ok(match self {
            Self::Sms(body) => Rendered::Sms(body.render(values)?),
            Self::Email { subject, body } => {
                // Together, so that the refusal names what is empty in either.
                values.require(self.tags())?;
                let (subject, body) = (subject.render(values)?, body.render(values)?);
                Rendered::Email(Mail::new(subject, body.reveal(), values)?)
            }
            Self::Letter(body) => Rendered::Letter(body.render(values)?),
        })
    }
}

impl Template {
    /// Why an action of this channel, in a program of this type, cannot use it. Empty when it can.
    pub fn misfits(&self, kind: ProgramType, channel: Channel) -> Vec<String> {
        let name = &self.name;
        if self.content.channel() != channel {
            let (ours, theirs) = (self.content.channel().as_str(), channel.as_str());
            return vec![format!("the template “{name}” is for {ours} and not for {theirs}")];
        }
        let kind_name = kind.as_str();
        unfillable(self.content.tags(), kind)
            .map(|tag| {
                format!("the template “{name}” uses {{{{ {tag} }}}}, which a {kind_name} program cannot fill")
            })
            .collect()
    }
}

impl Body {
    /// The tags of this text that a program of this type cannot fill.
    pub fn unfillable(&self, kind: ProgramType) -> impl Iterator<Item = &str> {
        unfillable(self.tags().iter().map(String::as_str), kind)
    }
}

fn unfillable<'a>(
    tags: impl IntoIterator<Item = &'a str>,
    kind: ProgramType,
) -> impl Iterator<Item = &'a str> {
    let known = kind.known_tags();
    tags.into_iter().filter(move |tag| !known.contains(tag))
}

#[cfg(test)]
mod tests {
    use ulid::Ulid;

    use super::*;

    fn email(subject: &str, body: &str) -> Content {
        Content::Email {
            subject: Body::parse(BodyKind::Subject, subject).unwrap(),
            body: MarkedBody::email(body).unwrap(),
        }
    }

    fn template(content: Content) -> Template {
        Template {
            id: TemplateId::new(Ulid::from_parts(0, 1)),
            version: 1,
            name: Label::parse("Hello").unwrap(),
            content,
            saved: None,
        }
    }

    #[test]
    fn an_email_names_every_empty_tag_of_subject_and_text() {
        let content = email("{{ site.name }}", "{{ patient.first_name }} {{ site.name }}");
        let expected = vec!["patient.first_name".to_owned(), "site.name".to_owned()];
        let empty = content.render(&MergeValues::default());
        assert_eq!(empty, Err(CannotRender::EmptyTags(expected)));
    }

    #[test]
    fn every_channel_is_filled_from_the_same_values() {
        let values = MergeValues::sample();
        let text = |kind, text| Body::parse(kind, text).unwrap();
        let hello = || Phi::new("Hi Maria".to_owned());
        let sms = Content::Sms(text(BodyKind::Sms, "Hi {{ patient.first_name }}"));
        assert_eq!(sms.render(&values), Ok(Rendered::Sms(hello())));
        let letter = MarkedBody::letter("Hi {{ patient.first_name }}").unwrap();
        let Ok(Rendered::Letter(letter)) = Content::Letter(letter).render(&values) else {
            panic!()
        };
        assert_eq!(letter.reveal().to_text(), "Hi Maria");
        let email = email("Hi {{ patient.first_name }}", "Hi {{ patient.first_name }}");
        let Ok(Rendered::Email(mail)) = email.render(&values) else { panic!() };
        assert_eq!(mail.subject, hello());
        assert!(mail.text.reveal().starts_with("Hi Maria\n"));
        assert!(mail.html.reveal().contains(">Hi Maria</p>"));
    }

    #[test]
    fn a_template_fits_actions_of_its_channel_in_programs_that_can_fill_it() {
        let reminder = template(email("Your visit", "{{ booking.date }} {{ booking.time }}"));
        let misfits = |kind, channel| reminder.misfits(kind, channel).len();
        assert_eq!(misfits(ProgramType::Booking, Channel::Email), 0);
        assert_eq!(misfits(ProgramType::Recall, Channel::Email), 2, "one for each tag");
        assert_eq!(misfits(ProgramType::Booking, Channel::Sms), 1, "another channel");
    }
}
