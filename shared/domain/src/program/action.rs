//! Actions: the steps of a program (HealthTrack R5–R12).

use chrono::Duration;

use crate::ids::{ActionId, TemplateId};
use crate::reply::ValueRule;
use crate::timing::Timing;

/// One step of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// Stays the same through every version of the program.
    pub id: ActionId,
    /// When.
    pub timing: Timing,
    /// What is done.
    pub kind: ActionKind,
}

/// What an action does (R5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActionKind {
    /// Sends a message.
    Message(Message),
    /// Stops until a person advances it (R10).
    Pause,
}

/// A message to the patient, or about them to their GP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// What is sent.
    pub medium: Medium,
    /// What happens when it cannot be sent (R12).
    pub on_error: OnError,
    /// How long after its time it is still worth sending.
    pub useful_for: UsefulFor,
}

/// By what means a message goes: the template, and what its channel needs besides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Medium {
    /// A text message.
    Sms {
        /// What it says.
        template: TemplateId,
        /// What becomes of the patient's answer (R7).
        reply: Reply,
        /// Whether it waits for the sending window.
        window: WindowUse,
    },
    /// An email.
    Email {
        /// What it says.
        template: TemplateId,
        /// Whether it waits for the sending window.
        window: WindowUse,
        /// Whether it brings the booking for the patient's calendar.
        invite: Invite,
    },
    /// A letter. It keeps no sending window: paper wakes nobody.
    Letter {
        /// What it says.
        template: TemplateId,
        /// To whom.
        to: Addressee,
        /// How it gets there (R9).
        print: PrintOption,
    },
}

impl Medium {
    /// The channel that carries it.
    pub const fn channel(&self) -> Channel {
        match self {
            Self::Sms { .. } => Channel::Sms,
            Self::Email { .. } => Channel::Email,
            Self::Letter { .. } => Channel::Letter,
        }
    }

    /// The template it uses.
    pub const fn template(&self) -> &TemplateId {
        match self {
            Self::Sms { template, .. }
            | Self::Email { template, .. }
            | Self::Letter { template, .. } => template,
        }
    }

    /// Whether it waits for the sending window.
    pub const fn window(&self) -> WindowUse {
        match self {
            Self::Sms { window, .. } | Self::Email { window, .. } => *window,
            Self::Letter { .. } => WindowUse::Ignore,
        }
    }

    /// Whether it brings its booking for the patient's calendar.
    pub const fn invite(&self) -> Invite {
        match self {
            Self::Email { invite, .. } => *invite,
            Self::Sms { .. } | Self::Letter { .. } => Invite::Without,
        }
    }
}

impl Action {
    /// Its message, if it sends one.
    pub const fn message(&self) -> Option<&Message> {
        match &self.kind {
            ActionKind::Message(message) => Some(message),
            ActionKind::Pause => None,
        }
    }

    /// The template it uses, if any.
    pub fn template(&self) -> Option<&TemplateId> {
        self.message().map(|message| message.medium.template())
    }

    /// Who carries it out.
    pub fn carrier(&self) -> Carrier {
        self.message().map_or(Carrier::Staff, |message| Carrier::Channel(message.medium.channel()))
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

/// What becomes of the answer to a text message (R7, "Save Reply Content").
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// It is not kept with the action.
    NotKept,
    /// It is kept with the action, and a number in it as a value.
    Saved {
        /// What value the action asks for, if it asks for one: its unit and range.
        value: Option<ValueRule>,
    },
}

/// Whether an email brings its booking as a file for the patient's calendar. Only programs about a
/// booking have one to bring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Invite {
    /// It does not.
    Without,
    /// It does.
    Attached,
}

/// To whom a letter is addressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Addressee {
    /// The patient.
    Patient,
    /// Their general practitioner.
    Gp,
    /// Who referred them: there a letter to the GP goes when its program follows up a referral. An
    /// action does not say so; its referral does.
    Referrer,
}

impl Addressee {
    /// Every addressee.
    pub const ALL: [Self; 3] = [Self::Patient, Self::Gp, Self::Referrer];

    /// The name used in the API and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Patient => "patient",
            Self::Gp => "gp",
            Self::Referrer => "referrer",
        }
    }

    /// The addressee of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|addressee| addressee.as_str() == text)
    }
}

/// How a letter gets to its addressee (R9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrintOption {
    /// Into the distribution list, posted by hand.
    Mail,
    /// Into the distribution list, and posted by an electronic-mail house.
    EPost,
    /// A file in the configured folder.
    SaveFile,
}

impl PrintOption {
    /// Every option.
    pub const ALL: [Self; 3] = [Self::Mail, Self::EPost, Self::SaveFile];

    /// The name used in the API and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::EPost => "epost",
            Self::SaveFile => "save_file",
        }
    }

    /// The option of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|option| option.as_str() == text)
    }
}

/// How long after its time an action is still worth doing, in whole hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsefulFor(u16);

impl Default for UsefulFor {
    /// A day.
    fn default() -> Self {
        Self(24)
    }
}

impl UsefulFor {
    /// The longest, in hours: a year.
    pub const MAX_HOURS: u16 = 8_784;

    /// So many hours; `None` for none and for more than [`Self::MAX_HOURS`].
    pub fn hours(hours: u16) -> Option<Self> {
        (1..=Self::MAX_HOURS).contains(&hours).then_some(Self(hours))
    }

    /// How many hours.
    pub const fn as_hours(self) -> u16 {
        self.0
    }

    /// The same, as a duration.
    pub fn duration(self) -> Duration {
        Duration::hours(self.0.into())
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

    /// What goes by it, for people.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Sms => "text messages",
            Self::Email => "email",
            Self::Letter => "letters",
        }
    }

    /// The channel of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.as_str() == text)
    }
}

/// Who carries an action out when its time has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Carrier {
    /// The function of a channel.
    Channel(Channel),
    /// A person: the action is a pause.
    Staff,
}

impl Carrier {
    /// The name used in the API, in storage and in the due index.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Channel(channel) => channel.as_str(),
            Self::Staff => "pause",
        }
    }

    /// The carrier of that name.
    pub fn parse(text: &str) -> Option<Self> {
        if text == Self::Staff.as_str() {
            return Some(Self::Staff);
        }
        Channel::parse(text).map(Self::Channel)
    }
}
