//! Programs: what is sent, when, and by which channel (HealthTrack R1–R12).

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::{ActionId, ProgramId, TemplateId};
use crate::invalid::{FieldError, Invalid};
use crate::template::{Template, tags_where};
use crate::text::short_text;
use crate::timing::Timing;

short_text! {
    /// A program's name, which patients may see (R3). Unique among programs that are not deleted.
    ///
    /// ```
    /// use domain::program::ProgramName;
    /// assert_eq!(ProgramName::parse(" Flu vaccine ").unwrap().as_str(), "Flu vaccine");
    /// assert!(ProgramName::parse(&"x".repeat(81)).is_err());
    /// ```
    ProgramName, 1..=80
}

impl ProgramName {
    /// The form in which names are compared: two names that differ only in case are the same.
    pub fn folded(&self) -> String {
        self.as_str().to_lowercase()
    }
}

/// The five types of program (R1). Chosen once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProgramType {
    /// A series of contacts, counted from the day the patient was added.
    General,
    /// Getting the patient to book, counted from the proposed booking date.
    Recall,
    /// Many contacts over a period, counted from the start date.
    Program,
    /// Messages around a booking, counted from its start.
    Booking,
    /// Following up a referral, counted from the day it was added.
    Referral,
}

impl ProgramType {
    /// Every type, in the order HealthTrack lists them.
    pub const ALL: [Self; 5] =
        [Self::General, Self::Recall, Self::Program, Self::Booking, Self::Referral];

    /// The name used in the API and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::General => "general",
            Self::Recall => "recall",
            Self::Program => "program",
            Self::Booking => "booking",
            Self::Referral => "referral",
        }
    }

    /// The merge tags that a program of this type can fill.
    ///
    /// ```
    /// use domain::program::ProgramType;
    /// assert!(ProgramType::Booking.known_tags().contains("booking.date"));
    /// assert!(!ProgramType::Recall.known_tags().contains("booking.date"));
    /// ```
    pub fn known_tags(self) -> BTreeSet<&'static str> {
        tags_where(Some(self), None).into_iter().map(|tag| tag.name).collect()
    }

    /// The type of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// What happens when an action cannot be done (R12, "Pause on Error").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnError {
    /// Ticked: the enrolment waits for a person, on the work list.
    Pause,
    /// Un-ticked: the action is skipped and the next one goes on.
    Skip,
}

/// Whether an action keeps to the site's sending window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowUse {
    /// It waits for the window.
    Keep,
    /// It goes at any hour: a confirmation right after a booking.
    Ignore,
}

/// One step of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// Stays the same through every version of the program.
    pub id: ActionId,
    /// What is done.
    pub kind: ActionKind,
    /// When.
    pub timing: Timing,
    /// What happens when it cannot be done.
    pub on_error: OnError,
    /// Whether it waits for the sending window.
    pub window: WindowUse,
}

/// What an action does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActionKind {
    /// Sends a text message.
    Sms {
        /// What it says.
        template: TemplateId,
    },
}

impl ActionKind {
    /// The channel that carries it out.
    pub const fn channel(&self) -> Channel {
        match self {
            Self::Sms { .. } => Channel::Sms,
        }
    }

    /// The template it uses.
    pub const fn template(&self) -> &TemplateId {
        match self {
            Self::Sms { template } => template,
        }
    }
}

/// A way to reach a patient. Each has a queue and a function of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Channel {
    /// Text messages.
    Sms,
    /// Email.
    Email,
    /// Letters, on paper or as files.
    Letter,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Self; 3] = [Self::Sms, Self::Email, Self::Letter];

    /// The name used in the API, in storage and in the due index.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Email => "email",
            Self::Letter => "letter",
        }
    }

    /// The channel of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.as_str() == text)
    }
}

/// What a program's messages are for. Patients consent to each on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// The patient's care. Goes unless the patient opted out of the channel.
    Care,
    /// Selling something. Goes only with consent, and carries a way out (Spam Act 2003, s. 18).
    Commercial,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: [Self; 2] = [Self::Care, Self::Commercial];

    /// The name used in the API and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Care => "care",
            Self::Commercial => "commercial",
        }
    }

    /// The purpose of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.as_str() == text)
    }
}

/// Whether patients can be put on a program (R4, R16).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assignment {
    /// It takes new patients.
    Enabled,
    /// It takes none; those on it go on.
    Disabled,
}

/// A program, in its newest version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// Its id.
    pub id: ProgramId,
    /// Counts saves. A save must name the version it was made from.
    pub version: u64,
    /// Its type, fixed for life.
    pub kind: ProgramType,
    /// Its name.
    pub name: ProgramName,
    /// Its steps, in the order they run (R6).
    pub actions: Vec<Action>,
    /// Whether it takes new patients.
    pub assignment: Assignment,
}

impl Program {
    /// The action of that id, if this version still has it.
    pub fn action(&self, id: &ActionId) -> Option<&Action> {
        self.actions.iter().find(|action| action.id == *id)
    }

    /// Checks that the program may be enabled (R4) and reports everything that is missing.
    ///
    /// # Errors
    /// With one entry for each thing to mend: no action, a template that does not exist or is of
    /// another channel, a merge tag this type of program cannot fill.
    pub fn ready(&self, templates: &BTreeMap<TemplateId, Template>) -> Result<(), Invalid> {
        let mut missing = Vec::new();
        if self.actions.is_empty() {
            missing.push(FieldError::new("/actions", "needs at least one action"));
        }
        for (i, action) in self.actions.iter().enumerate() {
            let pointer = format!("/actions/{i}/template");
            match templates.get(action.kind.template()) {
                None => missing.push(FieldError::new(
                    pointer,
                    format!("template {} does not exist", action.kind.template()),
                )),
                Some(template) => missing.extend(
                    template
                        .misfits(self.kind, action.kind.channel())
                        .into_iter()
                        .map(|detail| FieldError::new(pointer.clone(), detail)),
                ),
            }
        }
        Invalid::unless_empty(missing)
    }
}
