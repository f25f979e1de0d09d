//! Enrolments, as they are shown.

use utoipa::ToSchema;

use super::actions::Frequency;
use crate::names::{
    CarrierName, CycleEndWord, EnrolmentStatus, ProgramType, ReceiptState, StepName,
};

/// A patient, by name.
#[derive(Debug, ToSchema)]
pub struct Person {
    /// Their id.
    pub id: String,
    /// Their given name.
    #[schema(required)]
    pub first_name: Option<String>,
    /// Their family name.
    #[schema(required)]
    pub last_name: Option<String>,
}

/// A site, by name.
#[derive(Debug, ToSchema)]
pub struct Place {
    /// Its id.
    pub id: String,
    /// Its code.
    #[schema(required)]
    pub code: Option<String>,
    /// Its name.
    #[schema(required)]
    pub name: Option<String>,
}

/// What a cycle counts from: a date, or the instant a booking starts.
#[derive(Debug, ToSchema)]
#[schema(value_type = String, examples("2031-12-02T23:30:00Z"))]
pub struct Reference(pub String);

/// The program of an enrolment.
#[derive(Debug, ToSchema)]
pub struct ProgramOfEnrolment {
    /// Its id.
    pub id: String,
    /// Its name; the last it had, when it is deleted.
    #[schema(required)]
    pub name: Option<String>,
    /// Its type.
    #[schema(required)]
    pub r#type: Option<ProgramType>,
    /// Whether it is deleted.
    pub deleted: bool,
}

/// A booking, by the key of the system that has it.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BookingRef {
    /// The system: the name under which it sends its webhooks.
    #[schema(min_length = 1, max_length = 64)]
    pub source: String,
    /// Its key.
    #[schema(min_length = 1, max_length = 128)]
    pub id: String,
}

/// A referral, by the key of the system that has it.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReferralRef {
    /// The system: the name under which it sends its webhooks.
    #[schema(min_length = 1, max_length = 64)]
    pub source: String,
    /// Its key.
    #[schema(min_length = 1, max_length = 128)]
    pub id: String,
}

/// Why somebody is on a program: one of the three.
#[derive(Debug, ToSchema)]
pub struct Cause {
    /// Because of a booking.
    pub booking: Option<BookingRef>,
    /// Because of a referral.
    pub referral: Option<ReferralRef>,
    /// Because somebody put them on it: the id of their account.
    pub added_by: Option<String>,
}

/// A booking that ended a cycle.
#[derive(Debug, ToSchema)]
pub struct ByBooking {
    /// The booking.
    pub booking: BookingRef,
}

/// What ended a cycle: a word, or a booking.
#[derive(Debug, ToSchema)]
#[serde(untagged)]
pub enum CycleEnd {
    /// Its last action, or staff.
    Word(CycleEndWord),
    /// A booking.
    Booking(ByBooking),
}

/// A cycle that is over.
#[derive(Debug, ToSchema)]
pub struct PastCycle {
    /// Its number.
    pub cycle: u64,
    /// When it ended.
    #[schema(format = DateTime)]
    pub ended_at: String,
    /// What ended it.
    pub by: CycleEnd,
}

/// The next action of an enrolment.
#[derive(Debug, ToSchema)]
pub struct NextAction {
    /// Its id.
    pub action: String,
    /// How it goes.
    pub r#type: CarrierName,
    /// Which attempt it is.
    pub attempt: u64,
    /// When it is due.
    #[schema(format = DateTime)]
    pub due: String,
}

/// A template, by name.
#[derive(Debug, ToSchema)]
pub struct TemplateOfStep {
    /// Its id.
    pub id: String,
    /// What staff call it.
    pub name: String,
}

/// Whether a message has arrived.
#[derive(Debug, ToSchema)]
pub struct MessageReceipt {
    /// What is known.
    pub state: ReceiptState,
    /// When the provider says it happened; `null` when it has said nothing.
    #[schema(required, format = DateTime)]
    pub at: Option<String>,
    /// The same on the site's clock, in words.
    #[schema(required)]
    pub local: Option<String>,
    /// The same in a sentence, with why it did not arrive.
    pub summary: String,
}

/// An action of the current cycle, and where it stands.
#[derive(Debug, ToSchema)]
pub struct EnrolmentStep {
    /// Its place in the program, from 1.
    pub position: u64,
    /// The action's id.
    pub action: String,
    /// How it goes.
    pub r#type: CarrierName,
    /// Its template; `null` for a pause.
    #[schema(required)]
    pub template: Option<TemplateOfStep>,
    /// Where it stands.
    pub state: StepName,
    /// When its timing and the sending window would have it.
    #[schema(required, format = DateTime)]
    pub planned: Option<String>,
    /// When it was done, or will be; since when it is held.
    #[schema(required, format = DateTime)]
    pub at: Option<String>,
    /// The same on the site's clock, in words.
    #[schema(required)]
    pub local: Option<String>,
    /// Why it was, or will be, skipped or fail.
    #[schema(required)]
    pub why: Option<String>,
    /// Whether the sending window moves it, and from when.
    #[schema(required)]
    pub note: Option<String>,
    /// Whether its message has arrived; `null` when none was sent, or by letter.
    #[schema(required)]
    pub receipt: Option<MessageReceipt>,
}

macro_rules! enrolment {
    ($(#[doc = $doc:literal])* $name:ident { $($(#[$meta:meta])* $field:ident: $type:ty),* }) => {
        $(#[doc = $doc])*
        #[derive(Debug, ToSchema)]
        pub struct $name {
            /// Its id.
            pub id: String,
            /// Its version, which `If-Match` names in an instruction.
            pub version: u64,
            /// The program.
            pub program: ProgramOfEnrolment,
            /// The patient's id.
            pub patient: String,
            /// The site.
            pub site: Place,
            /// Whom the visit is with.
            #[schema(required)]
            pub practitioner: Option<String>,
            /// Why they are on it.
            pub cause: Cause,
            /// The enrolment they were moved from.
            #[schema(required)]
            pub moved_from: Option<String>,
            /// Since when.
            #[schema(format = DateTime)]
            pub enrolled_at: String,
            /// What the cycle counts from.
            pub reference: Reference,
            /// Which cycle it is in.
            pub cycle: u64,
            /// Of how many.
            pub of: u64,
            /// Cycles that are over.
            pub past_cycles: Vec<PastCycle>,
            /// Where it stands. While it is `held` it waits for a person, on the work list.
            pub status: EnrolmentStatus,
            /// Why it is held, or was ended.
            #[schema(required)]
            pub reason: Option<String>,
            /// What comes next, or what it is held for; `null` when it is over.
            #[schema(required)]
            pub next_action: Option<NextAction>,
            $($(#[$meta])* pub $field: $type,)*
        }
    };
}

enrolment! {
    /// One patient on one program.
    Enrolment {}
}
enrolment! {
    /// One patient on one program, with every action of the current cycle.
    EnrolmentDetails {
        /// The distance from one cycle to the next.
        #[schema(required)]
        frequency: Option<Frequency>,
        /// The program's actions, in order; none when the program is deleted.
        steps: Vec<EnrolmentStep>
    }
}
enrolment! {
    /// A new enrolment.
    AddedEnrolment {
        /// The distance from one cycle to the next.
        #[schema(required)]
        frequency: Option<Frequency>,
        /// The program's actions, in order.
        steps: Vec<EnrolmentStep>,
        /// In sentences: other enrolments of the patient on this program, which are allowed and
        /// seldom meant; and what will not be sent as things are now.
        warnings: Vec<String>
    }
}

/// A page of the enrolments of a patient.
#[derive(Debug, ToSchema)]
pub struct EnrolmentPage {
    /// The enrolments, the newest first.
    pub items: Vec<Enrolment>,
    /// The `cursor` of the next page; `null` on the last one.
    #[schema(required)]
    pub next: Option<String>,
    /// Those of the patient, over or not, whose stored record cannot be read: support must mend it.
    /// They are on the first page.
    pub unreadable: Vec<UnreadableEnrolment>,
}

/// An enrolment whose stored record cannot be read.
#[derive(Debug, ToSchema)]
pub struct UnreadableEnrolment {
    /// Its id.
    pub enrolment: String,
    /// The program's id; `null` when even that cannot be read.
    #[schema(required)]
    pub program: Option<String>,
}
