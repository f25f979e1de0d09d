//! The work list, as it is shown and worked.

use utoipa::ToSchema;

use super::enrolment_schemas::{Person, Place};
use crate::names::{ItemResult, Then, WorkKind, WorkOutcome};

/// A program, by name.
#[derive(Debug, ToSchema)]
pub struct ProgramOfWork {
    /// Its id.
    pub id: String,
    /// Its name; the last it had, when it is deleted.
    #[schema(required)]
    pub name: Option<String>,
    /// Whether it is deleted.
    pub deleted: bool,
}

/// What somebody has written about work.
#[derive(Debug, ToSchema)]
pub struct WorkNote {
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// Who: the id of their account.
    pub by: String,
    /// What.
    pub text: String,
}

/// What came of work.
#[derive(Debug, ToSchema)]
pub struct Resolved {
    /// When it was resolved.
    #[schema(format = DateTime)]
    pub at: String,
    /// By whom: the id of their account.
    pub by: String,
    /// What came of it.
    pub outcome: WorkOutcome,
}

macro_rules! work {
    ($(#[doc = $doc:literal])* $name:ident { $($(#[$meta:meta])* $field:ident: $type:ty),* }) => {
        $(#[doc = $doc])*
        #[derive(Debug, ToSchema)]
        pub struct $name {
            /// Its id. One cause is listed once.
            pub id: String,
            /// Why it waits.
            pub kind: WorkKind,
            /// Since when.
            #[schema(format = DateTime)]
            pub since: String,
            /// The same on the site's clock, in words.
            #[schema(required)]
            pub local: Option<String>,
            /// For how many days, by the site's calendar.
            pub waiting_days: i64,
            /// What happened and what to do, in a sentence.
            pub summary: String,
            /// What the patient wrote, if it is about that.
            #[schema(required)]
            pub reply: Option<String>,
            /// The number it came from, as it is dialled.
            #[schema(required)]
            pub reply_from: Option<String>,
            /// The id of the enrolment it is about.
            #[schema(required)]
            pub enrolment: Option<String>,
            /// The program it is about.
            #[schema(required)]
            pub program: Option<ProgramOfWork>,
            /// The patient it is about.
            #[schema(required)]
            pub patient: Option<Person>,
            /// Who else the patient may be: records that may be of the same person.
            pub same_as: Vec<Person>,
            /// The site it belongs to.
            #[schema(required)]
            pub site: Option<Place>,
            /// Who is to do it: the id of their account; `null` for nobody in particular.
            #[schema(required)]
            pub assignee: Option<String>,
            /// What staff have written, the oldest first.
            pub notes: Vec<WorkNote>,
            $($(#[$meta])* pub $field: $type,)*
        }
    };
}

work! {
    /// Something that waits for a person.
    WorkItem {}
}
work! {
    /// Something that waited for a person.
    ResolvedWork {
        /// What came of it.
        resolved: Resolved
    }
}

/// A page of what waits.
#[derive(Debug, ToSchema)]
pub struct WorkPage {
    /// The items, the oldest first.
    pub items: Vec<WorkItem>,
    /// The `cursor` of the next page; `null` on the last one.
    #[schema(required)]
    pub next: Option<String>,
}

/// A page of what was resolved.
#[derive(Debug, ToSchema)]
pub struct ResolvedPage {
    /// The items, the newest first.
    pub items: Vec<ResolvedWork>,
    /// The `cursor` of the next page; `null` on the last one.
    #[schema(required)]
    pub next: Option<String>,
}

/// Who is to do it.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignDraft {
    /// `me`, the id of somebody's account, or `null` for nobody in particular.
    #[schema(required, min_length = 1, max_length = 128)]
    pub to: Option<String>,
}

/// What is to be remembered.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteDraft {
    /// The text.
    #[schema(min_length = 1, max_length = 500)]
    pub text: String,
}

/// How work is resolved.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResolveDraft {
    /// What came of it. `clinical_review` needs the role `clinician`.
    pub outcome: WorkOutcome,
    /// What else is to be remembered.
    #[schema(min_length = 1, max_length = 500)]
    pub note: Option<String>,
    /// What happens to the enrolment. Required when it is held for this work; left out, or `end`, when it
    /// is not; left out when the work is about no enrolment.
    pub then: Option<Then>,
    /// With `retry`: whether somebody has found out that the patient has not received the message.
    pub not_received: Option<bool>,
}

/// One thing that is done with each item: give exactly one.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkStep {
    /// Who is to do them.
    pub assign: Option<AssignDraft>,
    /// What is to be remembered of each.
    pub note: Option<NoteDraft>,
    /// How each is resolved.
    pub resolve: Option<ResolveDraft>,
}

/// One thing that is done with many items.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkDraft {
    /// The ids of the items.
    #[schema(min_items = 1, max_items = 100)]
    pub items: Vec<String>,
    /// What is done with each.
    pub r#do: BulkStep,
}

/// What became of one item.
#[derive(Debug, ToSchema)]
pub struct BulkResult {
    /// Its id.
    pub id: String,
    /// What became of it.
    pub outcome: ItemResult,
    /// One that is refused: the status it would have been answered by itself.
    pub status: Option<u64>,
    /// One that is refused: why.
    pub detail: Option<String>,
}

/// What became of many items.
#[derive(Debug, ToSchema)]
pub struct BulkReport {
    /// With how many it was done.
    pub done: u64,
    /// For how many it was refused.
    pub refused: u64,
    /// Each item, in the order of the request.
    pub results: Vec<BulkResult>,
}

/// Two records of one person.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PairDraft {
    /// The id of the patient whose record is no longer used.
    pub from: String,
    /// The id of the patient whose record goes on.
    pub into: String,
}
