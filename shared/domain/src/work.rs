//! The work list: everything that waits for a person.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};

use crate::ids::{EnrolmentId, PatientId, ProgramId, SiteId, WorkId};
use crate::phi::Phi;
use crate::reply::Written;
use crate::text::{ExternalId, short_text};
use crate::timing::ReferenceDate;

/// Why something waits for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkKind {
    /// A program has come to a pause.
    Paused,
    /// An action failed and its program pauses on errors.
    Failed,
    /// A message could not be sent or did not arrive, nothing was held for it, and somebody must know:
    /// the program is clinically significant, or pauses on errors and had gone on. Or the ePost provider
    /// has not posted a letter.
    NotReached,
    /// A clinically significant program has run to its end, and the patient has not booked.
    Exhausted,
    /// A booking that completed a cycle has gone.
    BookingGone,
    /// A message may or may not have been sent.
    Unclear,
    /// A message was not sent, because the same text has gone to its address too often.
    Repeated,
    /// An event that could not be matched to a patient, a booking type or a site.
    Unmatched,
    /// The post has brought a letter back.
    BadAddress,
    /// Stored data that cannot be read.
    Unreadable,
    /// An answer that a person must read: nobody can tell what it answers, or what it means.
    Replied,
    /// A value that a patient answered lies outside the range of its action.
    OutOfRange,
    /// A patient has answered that they will not come.
    Declined,
    /// A patient on a clinically significant program takes no more text messages.
    OptedOut,
    /// A new record may be of a patient who has one already.
    PossibleDuplicate,
    /// The daily balance has found records that contradict each other.
    Unbalanced,
}

impl WorkKind {
    /// Every kind.
    pub const ALL: [Self; 16] = [
        Self::Paused,
        Self::Failed,
        Self::NotReached,
        Self::Exhausted,
        Self::BookingGone,
        Self::Unclear,
        Self::Repeated,
        Self::Unmatched,
        Self::BadAddress,
        Self::Unreadable,
        Self::Replied,
        Self::OutOfRange,
        Self::Declined,
        Self::OptedOut,
        Self::PossibleDuplicate,
        Self::Unbalanced,
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
            Self::Repeated => "repeated",
            Self::Unmatched => "unmatched",
            Self::BadAddress => "bad_address",
            Self::Unreadable => "unreadable",
            Self::Replied => "replied",
            Self::OutOfRange => "out_of_range",
            Self::Declined => "declined",
            Self::OptedOut => "opted_out",
            Self::PossibleDuplicate => "possible_duplicate",
            Self::Unbalanced => "unbalanced",
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
    /// The program it is about.
    pub program: Option<ProgramId>,
    /// The patient it is about.
    pub patient: Option<PatientId>,
    /// The records that may be of the same person.
    pub same_as: Vec<PatientId>,
    /// The site it belongs to.
    pub site: Option<SiteId>,
    /// What was written, and by whom, if it is about that.
    pub reply: Option<Phi<Written>>,
}

short_text! {
    /// What a member of staff writes about something on the work list. It may tell of a patient.
    ///
    /// ```
    /// use domain::work::WorkText;
    /// assert!(WorkText::parse("left a voicemail").is_ok());
    /// assert!(WorkText::parse("").is_err());
    /// ```
    WorkText, 1..=500
}

/// What a member of staff has written about something on the work list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkNote {
    /// When.
    pub at: DateTime<Utc>,
    /// Who, by the id of their account.
    pub by: ExternalId,
    /// What.
    pub text: Phi<WorkText>,
}

/// Something that waits for a person, and what staff have made of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenWork {
    /// What waits. The engine may raise it anew; the rest is staff's and stays.
    pub item: WorkItem,
    /// Counts changes. Every change is conditional on the revision that was read.
    pub revision: u64,
    /// Who is to do it, by the id of their account.
    pub assignee: Option<ExternalId>,
    /// What staff have written, oldest first.
    pub notes: Vec<WorkNote>,
}

impl OpenWork {
    /// Most notes of one item: it is stored as one record.
    pub const MAX_NOTES: usize = 100;
}

/// What came of something that waited for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkOutcome {
    /// It is done.
    Done,
    /// The patient was not reached.
    NoAnswer,
    /// The patient has booked.
    Booked,
    /// It need not be done.
    NotNeeded,
    /// A clinician has looked at it and decided.
    ClinicalReview,
}

impl WorkOutcome {
    /// Every outcome.
    pub const ALL: [Self; 5] =
        [Self::Done, Self::NoAnswer, Self::Booked, Self::NotNeeded, Self::ClinicalReview];

    /// The name used in the API and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::NoAnswer => "no_answer",
            Self::Booked => "booked",
            Self::NotNeeded => "not_needed",
            Self::ClinicalReview => "clinical_review",
        }
    }

    /// The outcome of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == text)
    }

    /// The same, for people.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::NoAnswer => "no answer",
            Self::Booked => "the patient has booked",
            Self::NotNeeded => "not needed",
            Self::ClinicalReview => "reviewed by a clinician",
        }
    }

    /// Whether only a clinician may say so.
    pub const fn is_clinical(self) -> bool {
        match self {
            Self::Done | Self::NoAnswer | Self::Booked | Self::NotNeeded => false,
            Self::ClinicalReview => true,
        }
    }
}

/// Something that waited for a person, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolvedWork {
    /// It, as it was last.
    pub work: OpenWork,
    /// When it was resolved.
    pub at: DateTime<Utc>,
    /// By whom, by the id of their account.
    pub by: ExternalId,
    /// What came of it.
    pub outcome: WorkOutcome,
}

/// A month in which work was resolved, by UTC.
///
/// ```
/// use domain::work::WorkMonth;
/// assert_eq!(WorkMonth::parse("2026-11").unwrap().to_string(), "2026-11");
/// assert!(WorkMonth::parse("2026-13").is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkMonth(NaiveDate);

/// A text that is no [`WorkMonth`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a month, such as 2026-11")]
pub struct BadMonth;

impl WorkMonth {
    /// Reads a month as `2026-11`.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(text: &str) -> Result<Self, BadMonth> {
        let first = ReferenceDate::parse(&format!("{text}-01")).map_err(|_| BadMonth)?;
        Ok(Self(first.date()))
    }

    /// The month of an instant.
    pub fn of(at: DateTime<Utc>) -> Self {
        Self(at.date_naive())
    }
}

impl fmt::Display for WorkMonth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m"))
    }
}
