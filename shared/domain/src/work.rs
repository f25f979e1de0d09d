//! The work list: everything that waits for a person.

use chrono::{DateTime, Utc};

use crate::ids::{EnrolmentId, PatientId, SiteId, WorkId};

/// Why something waits for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkKind {
    /// A program has come to a pause.
    Paused,
    /// An action failed and its program pauses on errors.
    Failed,
    /// A message of a clinically significant program could not be sent, and the program went on.
    NotReached,
    /// A clinically significant program has run to its end, and the patient has not booked.
    Exhausted,
    /// A booking that completed a cycle has gone.
    BookingGone,
    /// A message may or may not have been sent.
    Unclear,
    /// An event that could not be matched to a patient, a booking type or a site.
    Unmatched,
    /// Stored data that cannot be read.
    Unreadable,
}

impl WorkKind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Paused,
        Self::Failed,
        Self::NotReached,
        Self::Exhausted,
        Self::BookingGone,
        Self::Unclear,
        Self::Unmatched,
        Self::Unreadable,
    ];

    /// The name used in the API and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Paused => "paused",
            Self::Failed => "failed",
            Self::NotReached => "not_reached",
            Self::Exhausted => "exhausted",
            Self::BookingGone => "booking_gone",
            Self::Unclear => "unclear",
            Self::Unmatched => "unmatched",
            Self::Unreadable => "unreadable",
        }
    }

    /// The kind of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// One thing that waits for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkItem {
    /// Derived from its cause, so that one cause is listed once.
    pub id: WorkId,
    /// Why it waits.
    pub kind: WorkKind,
    /// Since when.
    pub since: DateTime<Utc>,
    /// What happened and what to do, in a sentence without patient data.
    pub summary: String,
    /// The enrolment it is about.
    pub enrolment: Option<EnrolmentId>,
    /// The patient it is about.
    pub patient: Option<PatientId>,
    /// The site it belongs to.
    pub site: Option<SiteId>,
}
