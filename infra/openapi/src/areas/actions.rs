//! The actions of programs, and their timings.

use utoipa::ToSchema;

use super::template_schemas::{OnlyEmail, OnlySms};
use crate::names::{CalendarUnit, PrintOption, TimeUnit, names};

names! {
    /// As soon as the patient is enrolled.
    OnlyEnrolled: ["enrolled"];
    /// On the day of the reference date, or at its time.
    OnlyOn: ["on"];
    /// Before or after the reference date.
    BeforeOrAfter: ["before", "after"];
    /// A letter to the patient or to their GP.
    ALetter: ["letter_to_patient", "letter_to_gp"];
    /// It waits until staff advance it.
    OnlyPause: ["pause"];
}

/// As soon as the patient is enrolled.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AtEnrolment {
    /// `enrolled`
    pub when: OnlyEnrolled,
}

/// On the reference date.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OnTheDay {
    /// `on`
    pub when: OnlyOn,
    /// A time of day on the site's clock; left out, the time of the booking.
    #[schema(pattern = "^[0-2][0-9]:[0-5][0-9]$", examples("10:00"))]
    pub at: Option<String>,
}

/// A distance from the reference date.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AtADistance {
    /// `before` or `after`
    pub when: BeforeOrAfter,
    /// How many, at most ten years of them.
    #[schema(minimum = 1)]
    pub amount: u64,
    /// Of what.
    pub unit: TimeUnit,
    /// A time of day on the site's clock; minutes and hours take none.
    #[schema(pattern = "^[0-2][0-9]:[0-5][0-9]$", examples("10:00"))]
    pub at: Option<String>,
}

/// When an action is due. The reference date is the start of the booking, or the date the patient
/// was enrolled with.
#[derive(Debug, ToSchema)]
#[serde(untagged)]
pub enum Timing {
    /// As soon as the patient is enrolled.
    AtEnrolment(AtEnrolment),
    /// On the reference date.
    OnTheDay(OnTheDay),
    /// A distance from it.
    AtADistance(AtADistance),
}

/// The distance from one cycle to the next.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Frequency {
    /// How many, at most ten years of them.
    #[schema(minimum = 1)]
    pub amount: u64,
    /// Of what.
    pub unit: CalendarUnit,
}

macro_rules! message {
    ($(#[doc = $doc:literal])* $draft:ident, $shown:ident, $kind:ident {
        $($(#[$meta:meta])* $field:ident: $taken:ty => $answered:ty),*
    }) => {
        $(#[doc = $doc])*
        #[derive(Debug, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $draft {
            /// Its id, or `new`. A save must say it of every action: one that lost its id would be
            /// sent again to everybody who has had it. Left out when a program is created.
            pub id: Option<String>,
            /// What it does.
            pub r#type: $kind,
            /// When it is due.
            pub timing: Timing,
            /// The id of a template of its channel.
            pub template: String,
            /// Whether an error stops the program until staff look at it, or is passed over. `true`
            /// when left out.
            pub pause_on_error: Option<bool>,
            /// For how many hours after it was due it is worth sending; later it is skipped.
            #[schema(minimum = 1, maximum = 8784)]
            pub useful_hours: Option<u64>,
            $($(#[$meta])* pub $field: $taken,)*
        }

        $(#[doc = $doc])*
        #[derive(Debug, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $shown {
            /// Its id, which it keeps for good.
            pub id: String,
            /// What it does.
            pub r#type: $kind,
            /// When it is due.
            pub timing: Timing,
            /// The id of its template.
            pub template: String,
            /// Whether an error stops the program until staff look at it.
            pub pause_on_error: bool,
            /// For how many hours after it was due it is worth sending.
            pub useful_hours: u64,
            $($(#[$meta])* pub $field: $answered,)*
        }
    };
}

message! {
    /// Sends a text message.
    SmsActionDraft, SmsAction, OnlySms {
        /// Whether it goes at any hour. Else it keeps to the site's sending window.
        ignore_window: Option<bool> => bool,
        /// Whether an answer of the patient is kept.
        save_reply: Option<bool> => bool
    }
}
message! {
    /// Sends an e-mail.
    EmailActionDraft, EmailAction, OnlyEmail {
        /// Whether it goes at any hour. Else it keeps to the site's sending window.
        ignore_window: Option<bool> => bool,
        /// Whether it brings the booking as a file for the patient's calendar. Only a booking program
        /// has one.
        attach_calendar: Option<bool> => bool
    }
}
message! {
    /// Writes a letter.
    LetterActionDraft, LetterAction, ALetter {
        /// How it is made.
        print: PrintOption => PrintOption
    }
}

/// Waits until staff advance it.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PauseDraft {
    /// Its id, or `new`; left out when a program is created.
    pub id: Option<String>,
    /// `pause`
    pub r#type: OnlyPause,
    /// From when it waits; left out, from when the action above it is done.
    pub timing: Option<Timing>,
}

/// Waits until staff advance it.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Pause {
    /// Its id.
    pub id: String,
    /// `pause`
    pub r#type: OnlyPause,
    /// From when it waits.
    pub timing: Timing,
}

/// An action, to be saved.
#[derive(Debug, ToSchema)]
#[serde(untagged)]
pub enum ActionDraft {
    /// A text message.
    Sms(SmsActionDraft),
    /// An e-mail.
    Email(EmailActionDraft),
    /// A letter.
    Letter(LetterActionDraft),
    /// A pause.
    Pause(PauseDraft),
}

/// An action.
#[derive(Debug, ToSchema)]
#[serde(untagged)]
pub enum Action {
    /// A text message.
    Sms(SmsAction),
    /// An e-mail.
    Email(EmailAction),
    /// A letter.
    Letter(LetterAction),
    /// A pause.
    Pause(Pause),
}
