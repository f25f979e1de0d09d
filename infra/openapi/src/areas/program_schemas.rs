//! Programs, as they are saved and shown.

use utoipa::ToSchema;

use super::actions::{Action, ActionDraft, Frequency};
use crate::names::{Completion, NextCycle, ProgramType, Purpose, ReferralOrigins, names};

names! {
    /// A cycle is opened again at once, or when staff say so.
    AtOnceOrAsked: ["at_once", "ask_staff"];
    /// A cycle is opened again after some days.
    OnlyAfterDays: ["after_days"];
}

/// Without a wait.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReopenSimply {
    /// `at_once` or `ask_staff`
    pub policy: AtOnceOrAsked,
}

/// After some days.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReopenLater {
    /// `after_days`
    pub policy: OnlyAfterDays,
    /// How many.
    #[schema(minimum = 1, maximum = 366)]
    pub days: u64,
}

/// What happens to a cycle whose completing booking is cancelled.
#[derive(Debug, ToSchema)]
#[serde(untagged)]
pub enum Reopening {
    /// Without a wait.
    Simply(ReopenSimply),
    /// After some days.
    Later(ReopenLater),
}

/// How many enrolments on a program are not over. A patient who is on it twice counts twice. Who was put on it,
/// or came off it, a moment ago may not be counted right yet.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenEnrolments {
    /// How many were counted: at most 1,000.
    #[schema(maximum = 1000)]
    pub count: u64,
    /// Whether there are more.
    pub more: bool,
}

/// A program, to be saved.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProgramDraft {
    /// Taken and passed over, so that an answer can be sent back.
    pub id: Option<String>,
    /// Taken and passed over; `If-Match` says the version.
    pub version: Option<u64>,
    /// Taken and passed over.
    pub warnings: Option<Vec<String>>,
    /// Taken and passed over.
    #[schema(value_type = Option<Object>)]
    pub open_enrolments: Option<OpenEnrolments>,
    /// What starts it. A program keeps its type.
    pub r#type: ProgramType,
    /// Its name. No two programs have the same.
    #[schema(min_length = 1, examples("Booking reminder"))]
    pub name: String,
    /// How often its actions are gone through; 1 when left out.
    #[schema(minimum = 1, maximum = 1040)]
    pub cycles: Option<u64>,
    /// The distance from one cycle to the next. Needed for more than one.
    pub frequency: Option<Frequency>,
    /// From what the next cycle counts; from the first date when left out.
    pub next_cycle: Option<NextCycle>,
    /// What its messages are for; care when left out.
    pub purpose: Option<Purpose>,
    /// Whether somebody must know when it did not reach a patient.
    pub clinically_significant: Option<bool>,
    /// Which bookings complete a cycle; left out, what is usual for its type.
    pub completion: Option<Completion>,
    /// What happens to a cycle whose completing booking is cancelled.
    pub reopening: Option<Reopening>,
    /// Of a referral program, and of no other: where the referrals come from that start it; from
    /// outside when left out.
    pub referral_origins: Option<ReferralOrigins>,
    /// Of a referral program, and of no other: the codes of the types of referral that start it. Any
    /// type, when there is none or it is left out.
    #[schema(max_items = 50)]
    pub referral_types: Option<Vec<String>>,
    /// What it does, in order.
    #[schema(max_items = 100)]
    pub actions: Option<Vec<ActionDraft>>,
    /// Taken, and must be what it is: enabling and disabling are routes of their own.
    pub enabled: Option<bool>,
}

macro_rules! program {
    ($(#[doc = $doc:literal])* $name:ident { $($(#[$meta:meta])* $field:ident: $type:ty),* }) => {
        $(#[doc = $doc])*
        #[derive(Debug, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            /// Its id.
            pub id: String,
            /// What starts it.
            pub r#type: ProgramType,
            /// Its name.
            pub name: String,
            /// Its version, which is its `ETag` too.
            pub version: u64,
            /// Whether patients are put on it.
            pub enabled: bool,
            /// How often its actions are gone through.
            pub cycles: u64,
            /// The distance from one cycle to the next.
            #[schema(required)]
            pub frequency: Option<Frequency>,
            /// From what the next cycle counts.
            pub next_cycle: NextCycle,
            /// What its messages are for.
            pub purpose: Purpose,
            /// Whether somebody must know when it did not reach a patient.
            pub clinically_significant: bool,
            /// Which bookings complete a cycle.
            pub completion: Completion,
            /// What happens to a cycle whose completing booking is cancelled.
            pub reopening: Reopening,
            /// Where the referrals come from that start it; `null` for other types of programs.
            #[schema(required)]
            pub referral_origins: Option<ReferralOrigins>,
            /// The codes of the types of referral that start it, none for any; `null` for other types
            /// of programs.
            #[schema(required)]
            pub referral_types: Option<Vec<String>>,
            /// What it does, in order.
            pub actions: Vec<Action>,
            $($(#[$meta])* pub $field: $type,)*
        }
    };
}

program! {
    /// A program.
    Program {
        /// How many enrolments on it are not over; only where `counts` asked for it.
        open_enrolments: Option<OpenEnrolments>
    }
}
program! {
    /// What a program was.
    ProgramVersion {
        /// When this version was saved.
        #[schema(format = DateTime)]
        saved_at: String,
        /// Who saved it: the id of their account.
        saved_by: String
    }
}

/// A page of programs.
#[derive(Debug, ToSchema)]
pub struct ProgramPage {
    /// The programs, oldest first.
    pub items: Vec<Program>,
    /// The `cursor` of the next page; `null` on the last one.
    #[schema(required)]
    pub next: Option<String>,
}

/// What a program was.
#[derive(Debug, ToSchema)]
pub struct ProgramVersions {
    /// The versions.
    pub items: Vec<ProgramVersion>,
    /// The `cursor` of the next page; `null` on the last one.
    #[schema(required)]
    pub next: Option<String>,
}

/// The name of a copy.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CopyName {
    /// No two programs have the same.
    #[schema(min_length = 1, examples("Booking reminder, new"))]
    pub name: String,
}

/// What a save would do.
#[derive(Debug, ToSchema)]
pub struct Impact {
    /// The version of which this is true.
    pub version: u64,
    /// How many patients on the program were looked at: all, or the 2,000 or so who have been on it
    /// longest.
    pub patients: u64,
    /// Whether these are all. If not, the numbers are at least so high, and a save must say
    /// `?due_at_once=all`.
    pub complete: bool,
    /// Of how many of them nothing can be said, because they, or something they need, cannot be read.
    pub unreadable: u64,
    /// For how many the next action would be another one, or at another time.
    pub changed: u64,
    /// For how many an action would be due at once. A save must accept as many by `?due_at_once=`.
    pub due_at_once: u64,
}
