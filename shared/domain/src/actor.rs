//! Who did something.

use crate::text::{Code, ExternalId};

/// Who or what caused a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// Patient Connect itself.
    PatientConnect,
    /// A member of staff, or a program of the practice, by the id of their account.
    Person(ExternalId),
    /// Another system, by the name the practice gave it.
    System(Code),
}

impl Actor {
    /// Whether the change was made by hand.
    pub const fn is_person(&self) -> bool {
        matches!(self, Self::Person(_))
    }
}
