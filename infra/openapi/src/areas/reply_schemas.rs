//! What patients answered, as it is shown.

use utoipa::ToSchema;

use crate::names::{HoldCause, ReplyMeaning};

/// The program an answer is about.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProgramOfReply {
    /// Its id.
    pub id: String,
    /// Its name; the last it had, when it is deleted.
    #[schema(required)]
    pub name: Option<String>,
}

/// The message that was answered.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnsweredMessage {
    /// The enrolment it was sent for.
    pub enrolment: String,
    /// Its program.
    pub program: ProgramOfReply,
    /// The cycle, from 1.
    pub cycle: u64,
    /// The id of the action.
    pub action: String,
}

/// A number that a patient answered.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplyValue {
    /// The number.
    pub number: f64,
    /// Its unit, as the action had it then.
    #[schema(required)]
    pub unit: Option<String>,
    /// Whether it was within the action's range; `null` where there was none.
    #[schema(required)]
    pub in_range: Option<bool>,
}

/// An answer to a text message.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PatientReply {
    /// The provider's id for it.
    pub id: String,
    /// When it came.
    #[schema(format = DateTime)]
    pub at: String,
    /// What it says. Without control characters, and of 1,600 characters at most.
    pub text: String,
    /// What that means.
    pub meaning: ReplyMeaning,
    /// The message it was kept with; `null` where none keeps answers, or nobody can tell.
    #[schema(required)]
    pub answers: Option<AnsweredMessage>,
    /// The number in it; `null` where there is none, or not one alone.
    #[schema(required)]
    pub value: Option<ReplyValue>,
}

/// A page of answers.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplyPage {
    /// The answers, the newest first.
    pub items: Vec<PatientReply>,
    /// The `cursor` of the next page; `null` on the last one.
    #[schema(required)]
    pub next: Option<String>,
}

/// One value of a series.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ValuePoint {
    /// When it was answered.
    #[schema(format = DateTime)]
    pub at: String,
    /// The number.
    pub number: f64,
    /// Whether it was within the action's range; `null` where there was none.
    #[schema(required)]
    pub in_range: Option<bool>,
    /// In which cycle it was asked for.
    pub cycle: u64,
}

/// The values a patient answered to one action, in one unit.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ValueSeries {
    /// The program.
    pub program: ProgramOfReply,
    /// The id of the action.
    pub action: String,
    /// The name of the template that asks; `null` when it is gone.
    #[schema(required)]
    pub question: Option<String>,
    /// The unit.
    #[schema(required)]
    pub unit: Option<String>,
    /// The lowest value that needs nobody's attention, as the action is now.
    #[schema(required)]
    pub min: Option<f64>,
    /// The highest one.
    #[schema(required)]
    pub max: Option<f64>,
    /// The values, the oldest first.
    pub points: Vec<ValuePoint>,
}

/// The values of a patient.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AllValues {
    /// One series for each action and unit.
    pub items: Vec<ValueSeries>,
    /// When there are more than 5,000 answers: the time of the oldest that was looked at.
    #[schema(required, format = DateTime)]
    pub since: Option<String>,
}

/// A hold of email to a patient's mailbox.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EmailHold {
    /// Since when.
    #[schema(format = DateTime)]
    pub since: String,
    /// Why.
    pub cause: HoldCause,
}

/// A hold of text messages to a patient's number.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SmsHold {
    /// Since when.
    #[schema(format = DateTime)]
    pub since: String,
    /// Why.
    pub cause: HoldCause,
}
