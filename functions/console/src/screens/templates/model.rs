//! Templates as the API has them, and as a form has them.

use serde::{Deserialize, Serialize};

use crate::api::{Api, at};
use crate::failure::Failure;
use crate::form::Posted;
use crate::html::field::{Choice, choice};
use crate::screens::lists;

/// How a message goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Channel {
    Sms,
    Email,
    Letter,
}

impl Channel {
    pub(super) const ALL: [Self; 3] = [Self::Sms, Self::Email, Self::Letter];

    /// As the API and addresses write it.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Email => "email",
            Self::Letter => "letter",
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == text)
    }

    /// What people call it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Sms => "SMS",
            Self::Email => "Email",
            Self::Letter => "Letter",
        }
    }

    /// One of it, after “New”.
    pub(super) const fn one(self) -> &'static str {
        match self {
            Self::Sms => "SMS template",
            Self::Email => "email template",
            Self::Letter => "letter template",
        }
    }
}

/// A template, or one version of it.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Template {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) version: u64,
    pub(super) channel: Channel,
    pub(super) body: String,
    pub(super) subject: Option<String>,
    pub(super) saved_at: Option<String>,
    pub(super) saved_by: Option<String>,
}

/// A tag that a text may use.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Tag {
    pub(super) name: String,
    pub(super) meaning: String,
    pub(super) example: String,
}

/// A program, for the templates it uses.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Program {
    pub(super) id: String,
    pub(super) name: String,
    actions: Vec<Action>,
}

#[derive(Debug, Clone, Deserialize)]
struct Action {
    template: Option<String>,
}

/// The programs that use a template.
pub(super) async fn users(api: &Api, id: &str) -> Result<Vec<Program>, Failure> {
    let mut programs: Vec<Program> = lists::all(api, &["v1", "programs"], &[]).await?;
    programs.retain(|it| it.actions.iter().any(|action| action.template.as_deref() == Some(id)));
    Ok(programs)
}

/// The tags of a channel.
pub(super) async fn tags(api: &Api, channel: Channel) -> Result<Vec<Tag>, Failure> {
    #[derive(Deserialize)]
    struct Tags {
        items: Vec<Tag>,
    }
    let found: Tags = api.get(&at(&["v1", "tags"], &[("channel", channel.as_str())])).await?;
    Ok(found.items)
}

/// What stands in the editor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Typed {
    pub(super) channel: Channel,
    pub(super) name: String,
    pub(super) subject: String,
    pub(super) body: String,
    /// For which type of program it is looked at; any when it is empty.
    pub(super) program_type: String,
    /// The patient for whom it is looked at; examples when it is empty.
    pub(super) patient: String,
    /// Whom it looks for, to look at it for them.
    pub(super) find: String,
    /// Where a test is to go.
    pub(super) to: String,
}

/// What is saved of a template.
#[derive(Debug, Serialize)]
pub(super) struct Draft<'a> {
    channel: Channel,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'a str>,
    body: &'a str,
}

/// A text to fill.
#[derive(Debug, Serialize)]
pub(super) struct ToFill<'a> {
    channel: Channel,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'a str>,
    body: &'a str,
    patient: Option<&'a str>,
    program_type: Option<&'a str>,
}

/// A letter to look at.
#[derive(Debug, Default, Serialize)]
pub(super) struct LetterToLookAt<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) template: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) body: Option<&'a str>,
    pub(super) patient: Option<&'a str>,
    pub(super) program_type: Option<&'a str>,
}

impl Typed {
    /// An empty one.
    pub(super) fn new(channel: Channel) -> Self {
        let none = String::new;
        Self {
            channel,
            name: none(),
            subject: none(),
            body: none(),
            program_type: none(),
            patient: none(),
            find: none(),
            to: none(),
        }
    }

    /// What is saved.
    pub(super) fn of(template: &Template) -> Self {
        let subject = template.subject.clone().unwrap_or_default();
        let (name, body) = (template.name.clone(), template.body.clone());
        Self { name, subject, body, ..Self::new(template.channel) }
    }

    /// What was sent.
    pub(super) fn read(form: &Posted) -> Result<Self, Failure> {
        let channel = Channel::parse(&form.get("channel")).ok_or(Failure::Unreadable)?;
        Ok(Self {
            channel,
            name: form.get("name"),
            subject: form.get("subject"),
            body: form.get("body"),
            program_type: form.get("program_type"),
            patient: form.get("patient"),
            find: form.get("find"),
            to: form.get("to"),
        })
    }

    fn email_subject(&self) -> Option<&str> {
        (self.channel == Channel::Email).then_some(self.subject.as_str())
    }

    /// Whether it says what is saved.
    pub(super) fn says_the_same(&self, saved: &Template) -> bool {
        let subject = saved.subject.as_deref().unwrap_or_default();
        self.name == saved.name && self.body == saved.body && self.subject == subject
    }

    pub(super) fn draft(&self) -> Draft<'_> {
        let Self { channel, name, body, .. } = self;
        Draft { channel: *channel, name, subject: self.email_subject(), body }
    }

    pub(super) fn to_fill(&self) -> ToFill<'_> {
        ToFill {
            channel: self.channel,
            subject: self.email_subject(),
            body: &self.body,
            patient: some(&self.patient),
            program_type: some(&self.program_type),
        }
    }

    pub(super) fn letter(&self) -> LetterToLookAt<'_> {
        LetterToLookAt {
            template: None,
            body: Some(&self.body),
            patient: some(&self.patient),
            program_type: some(&self.program_type),
        }
    }
}

fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

/// The types of programs, for which a text is looked at: each can fill its own tags.
pub(super) fn program_types() -> [Choice; 6] {
    [
        choice("", "Any program"),
        choice("general", "General"),
        choice("recall", "Recall"),
        choice("program", "Program"),
        choice("booking", "Booking"),
        choice("referral", "Referral"),
    ]
}

/// A filled message, as far as pages show it.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Filled {
    /// A text message: what it says.
    #[serde(default)]
    pub(super) body: String,
    #[serde(default)]
    pub(super) parts: u64,
    /// What these cost, where the practice's settings say what a part costs.
    pub(super) cost: Option<String>,
    #[serde(default)]
    pub(super) encoding: String,
    #[serde(default)]
    pub(super) not_gsm: String,
    pub(super) tidied: Option<String>,
    /// An email's subject.
    #[serde(default)]
    pub(super) subject: String,
    /// An email or a letter as text.
    #[serde(default)]
    pub(super) text: String,
    /// An email as a page.
    #[serde(default)]
    pub(super) html: String,
}
