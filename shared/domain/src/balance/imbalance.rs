//! What does not balance.

use chrono::{DateTime, Utc};

use crate::enrolment::Enrolment;
use crate::ids::{ActionId, EnrolmentId, WorkId};
use crate::ledger::LedgerKey;
use crate::work::{WorkItem, WorkKind};

/// Something that does not balance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imbalance {
    /// What.
    pub kind: ImbalanceKind,
    /// Of which enrolment.
    pub enrolment: EnrolmentId,
    /// In which cycle; `None` when it is about no action.
    pub cycle: Option<u16>,
    /// Which action.
    pub action: Option<ActionId>,
    /// Which attempt of it, when it is about a row of the ledger: another one is another matter, and told too.
    pub attempt: Option<u16>,
}

/// In which way the records of a patient contradict each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ImbalanceKind {
    /// It waits for its time, and the due index does not have it (I1).
    NotInIndex,
    /// The due index has it at another time, or for another action, than it waits for (I1).
    IndexedElsewhere,
    /// It waits for nothing, and the due index has it.
    IndexedInVain,
    /// An action is finished as done or as too late, and the ledger does not say so.
    FinishedWithoutRow,
    /// The ledger has a message as sent more than once, and nobody has asked for that (I2).
    SentTwice,
    /// The ledger has an outcome of an action, and the enrolment has gone on without it.
    NotFinished,
    /// A message was sent, and its enrolment does not know it, or is about to send it again.
    SentUnnoticed,
    /// It waits for a person, and nothing about it is on the work list.
    HeldUnseen,
    /// A message was begun, nobody knows whether it was sent, and nobody waits to find out.
    ReservedForgotten,
    /// It is due, and nobody brings it up.
    Stuck,
    /// The program has an action above the one it is at, and nothing says what became of that.
    OutOfOrder,
    /// It cannot be read, and nobody is asked to mend it.
    UnreadableUnlisted,
    /// The ledger has messages of an enrolment that does not exist.
    Orphaned,
}

impl ImbalanceKind {
    /// Every kind.
    pub const ALL: [Self; 13] = [
        Self::NotInIndex,
        Self::IndexedElsewhere,
        Self::IndexedInVain,
        Self::FinishedWithoutRow,
        Self::SentTwice,
        Self::NotFinished,
        Self::SentUnnoticed,
        Self::HeldUnseen,
        Self::ReservedForgotten,
        Self::Stuck,
        Self::OutOfOrder,
        Self::UnreadableUnlisted,
        Self::Orphaned,
    ];

    /// The name used in the API and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotInIndex => "not_in_index",
            Self::IndexedElsewhere => "indexed_elsewhere",
            Self::IndexedInVain => "indexed_in_vain",
            Self::FinishedWithoutRow => "finished_without_row",
            Self::SentTwice => "sent_twice",
            Self::NotFinished => "not_finished",
            Self::SentUnnoticed => "sent_unnoticed",
            Self::HeldUnseen => "held_unseen",
            Self::ReservedForgotten => "reserved_forgotten",
            Self::Stuck => "stuck",
            Self::OutOfOrder => "out_of_order",
            Self::UnreadableUnlisted => "unreadable_unlisted",
            Self::Orphaned => "orphaned",
        }
    }

    /// The kind of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Whether it is about the past: a person can see to what it means for the patient, but nobody can
    /// mend it. So it is told once, and what stands is told until it is mended.
    pub const fn is_past(self) -> bool {
        match self {
            Self::FinishedWithoutRow
            | Self::SentTwice
            | Self::NotFinished
            | Self::ReservedForgotten
            | Self::OutOfOrder => true,
            Self::NotInIndex
            | Self::IndexedElsewhere
            | Self::IndexedInVain
            | Self::SentUnnoticed
            | Self::HeldUnseen
            | Self::Stuck
            | Self::UnreadableUnlisted
            | Self::Orphaned => false,
        }
    }

    /// What it is and what to do, for people.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::NotInIndex => {
                "The patient's next message will not be brought up. Skip it, change the reference date or end the program for them, which mends it; contact them about what they have missed."
            }
            Self::IndexedElsewhere => {
                "The patient's next message will be brought up at a wrong time. Skip it, change the reference date or end the program for them, which mends it."
            }
            Self::IndexedInVain => {
                "A message is brought up for a patient who waits for none. Nothing is sent by it; tell support."
            }
            Self::FinishedWithoutRow => {
                "An action counts as done, and nothing shows that it was. Ask whether the patient had the message, and contact them if not; tell support."
            }
            Self::SentTwice => {
                "The patient was sent the same message twice. Let them know if it matters; tell support."
            }
            Self::NotFinished => {
                "What became of an action is recorded, and the program went on as if it had not been. Look at the history, and see to it that the patient does not get it again; tell support."
            }
            Self::SentUnnoticed => {
                "A message was sent, and the program has not noticed: the patient may be sent it again. Skip the action."
            }
            Self::HeldUnseen => {
                "The program waits for a person, and was not on the work list. Look at its history, then advance it, retry it or end it."
            }
            Self::ReservedForgotten => {
                "A message may or may not have been sent when the program was stopped, and nobody asks. Find out whether the patient has it."
            }
            Self::Stuck => {
                "A message has been due for hours and was not sent. Contact the patient if it cannot wait; tell support."
            }
            Self::OutOfOrder => {
                "An action should have come before the one the patient is at, and nothing says what became of it. Ask whether the patient had it, and contact them if not; tell support."
            }
            Self::UnreadableUnlisted => {
                "Something that is stored of the patient's program cannot be read, and nothing is sent until it can be. Ask support to mend it, and contact the patient if it cannot wait."
            }
            Self::Orphaned => {
                "Messages were sent for a program that the patient is not on any more by any record. Ask support to mend it."
            }
        }
    }
}

impl Imbalance {
    pub(super) fn of(enrolment: &Enrolment, kind: ImbalanceKind, at: (u16, &ActionId)) -> Self {
        let (cycle, action) = (Some(at.0), Some(at.1.clone()));
        Self { kind, enrolment: enrolment.id.clone(), cycle, action, attempt: None }
    }

    /// One that is about a row of the ledger, be it there or missing.
    pub(super) fn of_row(kind: ImbalanceKind, key: &LedgerKey) -> Self {
        Self {
            kind,
            enrolment: key.enrolment.clone(),
            cycle: Some(key.cycle),
            action: Some(key.action.clone()),
            attempt: Some(key.attempt),
        }
    }

    /// One that is about the whole of an enrolment.
    pub const fn of_all(enrolment: EnrolmentId, kind: ImbalanceKind) -> Self {
        Self { kind, enrolment, cycle: None, action: None, attempt: None }
    }

    /// The id of the work it is: one cause is one item, on whatever night it is found.
    pub fn work_id(&self) -> WorkId {
        let cycle = self.cycle.map(|cycle| cycle.to_string()).unwrap_or_default();
        let action = self.action.as_ref().map(ActionId::as_str).unwrap_or_default();
        let attempt = self.attempt.map(|attempt| attempt.to_string());
        let cause = ["balance", self.kind.as_str(), self.enrolment.as_str(), &cycle, action];
        let cause: Vec<&str> = cause.into_iter().chain(attempt.as_deref()).collect();
        WorkId::for_cause(&cause)
    }

    /// The work it is.
    pub fn work(&self, of: Option<&Enrolment>, since: DateTime<Utc>) -> WorkItem {
        WorkItem {
            id: self.work_id(),
            kind: WorkKind::Unbalanced,
            since,
            summary: self.kind.in_words().to_owned(),
            enrolment: Some(self.enrolment.clone()),
            program: of.map(|enrolment| enrolment.program.clone()),
            patient: of.map(|enrolment| enrolment.patient.clone()),
            site: of.map(|enrolment| enrolment.site.clone()),
            same_as: Vec::new(),
            reply: None,
        }
    }
}
