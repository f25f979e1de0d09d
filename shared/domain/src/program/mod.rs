//! Programs: what is sent, when, and by which channel (HealthTrack R1–R12).

mod action;
mod course;
mod ready;
mod referrals;

use std::collections::BTreeSet;

pub use self::action::{
    Action, ActionKind, Addressee, Carrier, Channel, Invite, Medium, Message, OnError, PrintOption,
    Reply, UsefulFor, WindowUse,
};
pub use self::course::{Course, Frequency, MAX_CYCLES, NextCycle};
pub use self::referrals::{ReferralFilter, ReferralOrigins, ReferralTypes};
use crate::ids::{ActionId, ProgramId};
use crate::template::tags_where;
use crate::text::short_text;

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

    /// Whether it may have more than one cycle.
    pub const fn repeats(self) -> bool {
        match self {
            Self::General | Self::Recall | Self::Program => true,
            Self::Booking | Self::Referral => false,
        }
    }

    /// Whether its cycles need a frequency even when there is only one.
    pub const fn needs_frequency(self) -> bool {
        match self {
            Self::Recall | Self::Program => true,
            Self::General | Self::Booking | Self::Referral => false,
        }
    }

    /// What completes a cycle when nothing else is said: programs that are there to get the patient
    /// to book stop when the patient has booked; the others run in full (R13).
    pub const fn usual_completion(self) -> Completion {
        match self {
            Self::Recall | Self::Referral => Completion::AnyBooking,
            Self::General | Self::Program | Self::Booking => Completion::Ignore,
        }
    }

    /// The type of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// Which bookings complete a cycle (R13, “Booking Types to Complete Cycle”).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completion {
    /// None: the cycle runs in full.
    Ignore,
    /// Every one.
    AnyBooking,
    /// Those whose booking type is linked to the program. The link lives on the booking type (R14).
    SelectedTypes,
}

impl Completion {
    /// Every option.
    pub const ALL: [Self; 3] = [Self::Ignore, Self::AnyBooking, Self::SelectedTypes];

    /// The name used in the API and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ignore => "ignore",
            Self::AnyBooking => "any",
            Self::SelectedTypes => "selected",
        }
    }

    /// The option of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|option| option.as_str() == text)
    }
}

/// What happens when a booking that completed a cycle is cancelled or not attended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reopening {
    /// The cycle goes on where it stood.
    AtOnce,
    /// The cycle goes on where it stood, after so many days.
    AfterDays(u16),
    /// It stays complete, and a person is told.
    AskStaff,
}

/// Whether a patient must not be lost track of (RACGP: a recall for a significant result).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Significance {
    /// What cannot be sent is in the history.
    Routine,
    /// What cannot be sent, and a course that ends without a booking, is also work for a person.
    Clinical,
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
    /// How many cycles it has, and how far apart.
    pub course: Course,
    /// What its messages are for.
    pub purpose: Purpose,
    /// Whether a patient on it must not be lost track of.
    pub significance: Significance,
    /// Which bookings complete a cycle.
    pub completion: Completion,
    /// What happens when such a booking goes.
    pub reopening: Reopening,
    /// Which referrals start it, should it be a Referral program.
    pub referrals: ReferralFilter,
    /// Its steps, in the order they run (R6).
    pub actions: Vec<Action>,
    /// Whether it takes new patients.
    pub assignment: Assignment,
}

impl Program {
    /// Whether patients who wait for an action of this version must be planned anew for `other`: its
    /// timings, channels, windows, order or cycles are others. A text or a name plans nobody anew.
    pub fn plans_differently(&self, other: &Self) -> bool {
        let plan = |action: &Action| {
            let window = action.message().map(|message| message.medium.window());
            (action.id.clone(), action.timing, action.carrier(), window)
        };
        self.course != other.course
            || !self.actions.iter().map(plan).eq(other.actions.iter().map(plan))
    }

    /// The action of that id, if this version still has it.
    pub fn action(&self, id: &ActionId) -> Option<&Action> {
        self.actions.iter().find(|action| action.id == *id)
    }
}
