//! Entries of the history that no ledger row tells.

use chrono::{DateTime, Utc};

use crate::actor::Actor;

/// An entry of the history that no ledger row tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// When.
    pub at: DateTime<Utc>,
    /// What happened.
    pub event: NoteEvent,
    /// The same, for people.
    pub text: String,
    /// Who did it.
    pub by: Actor,
}

/// What a [`Note`] tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoteEvent {
    /// The enrolment began to wait for a person.
    Held,
    /// The reference date moved.
    Moved,
    /// The enrolment ended early.
    Ended,
    /// An ended enrolment was taken up again.
    Resumed,
    /// An action was given up after all its attempts.
    GaveUp,
    /// A cycle was completed.
    CycleCompleted,
    /// A completed cycle was opened again.
    CycleReopened,
    /// A person let it go on.
    Advanced,
    /// A person skipped an action.
    Skipped,
    /// A person had an action tried again.
    Retried,
    /// It came from another program.
    MovedIn,
    /// It went to another program.
    MovedOut,
    /// Its program was changed, and with it what comes next.
    Replanned,
    /// It was moved within its day, because too many fell on one opening.
    Spread,
    /// Staff wrote something about work it has caused, or resolved it.
    Worked,
    /// It went to another record of the same patient.
    Rehomed,
    /// A message that was sent did not arrive, and the program goes on.
    NotArrived,
    /// A message that was taken for one that was not sent, or did not arrive, was sent after all.
    SentAfterAll,
    /// The patient answered a text message.
    Replied,
}

impl NoteEvent {
    /// Every event.
    pub const ALL: [Self; 19] = [
        Self::Held,
        Self::Moved,
        Self::Ended,
        Self::Resumed,
        Self::GaveUp,
        Self::CycleCompleted,
        Self::CycleReopened,
        Self::Advanced,
        Self::Skipped,
        Self::Retried,
        Self::MovedIn,
        Self::MovedOut,
        Self::Replanned,
        Self::Spread,
        Self::Worked,
        Self::Rehomed,
        Self::NotArrived,
        Self::SentAfterAll,
        Self::Replied,
    ];

    /// The name used in the API and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Moved => "moved",
            Self::Ended => "ended",
            Self::Resumed => "resumed",
            Self::GaveUp => "gave_up",
            Self::CycleCompleted => "cycle_completed",
            Self::CycleReopened => "cycle_reopened",
            Self::Advanced => "advanced",
            Self::Skipped => "skipped_by_staff",
            Self::Retried => "retried",
            Self::MovedIn => "moved_in",
            Self::MovedOut => "moved_out",
            Self::Replanned => "replanned",
            Self::Spread => "spread",
            Self::Worked => "worked",
            Self::Rehomed => "rehomed",
            Self::NotArrived => "not_arrived",
            Self::SentAfterAll => "sent_after_all",
            Self::Replied => "replied",
        }
    }

    /// The event of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.as_str() == text)
    }
}
