//! Patients: who is reached, and whether they may be.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::ids::{PatientId, SiteId};
use crate::phi::Phi;
use crate::phone::MobileNumber;
use crate::program::Channel;
use crate::text::{Code, ExternalId, short_text};

short_text! {
    /// A person's given or family name, in any script.
    PersonName, 1..=80
}

/// The key by which another system knows a patient.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identifier {
    /// The system.
    pub source: Code,
    /// Its key for the patient.
    pub id: Phi<ExternalId>,
}

/// Whether a patient is a patient still.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Receives what they have agreed to.
    Current,
    /// No longer a patient: receives nothing.
    Archived,
    /// Has died: receives nothing.
    Deceased,
}

impl Standing {
    /// Every standing.
    pub const ALL: [Self; 3] = [Self::Current, Self::Archived, Self::Deceased];

    /// The name used in the API and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Archived => "archived",
            Self::Deceased => "deceased",
        }
    }

    /// The standing of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.as_str() == text)
    }
}

/// A patient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patient {
    /// Their id.
    pub id: PatientId,
    /// Counts saves; a save must name the one it read.
    pub revision: u64,
    /// What other systems call them.
    pub identifiers: BTreeSet<Identifier>,
    /// Given name.
    pub first_name: Phi<PersonName>,
    /// Family name.
    pub last_name: Phi<PersonName>,
    /// Date of birth.
    pub date_of_birth: Option<Phi<NaiveDate>>,
    /// Where an SMS reaches them.
    pub mobile: Option<MobileNumber>,
    /// The site they belong to.
    pub site: Option<SiteId>,
    /// Channels they have opted out of.
    pub opted_out: BTreeSet<Channel>,
    /// Whether they are a patient still.
    pub standing: Standing,
}
