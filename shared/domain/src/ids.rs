//! Identifiers: prefixed, sortable by creation, and derived where they de-duplicate.
//!
//! An id is kept in place, not on the heap: enrolments are full of them, and the timeline copies
//! hundreds.

use std::fmt;

use sha2::{Digest, Sha256};
use ulid::Ulid;

use crate::ledger::LedgerKey;
use crate::text::{Code, ExternalId};

/// A text that is not an identifier of the expected kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be an id that starts with `{prefix}`")]
pub struct BadId {
    /// The prefix an id of this kind has.
    pub prefix: &'static str,
}

/// Letters and digits of a ULID.
const ULID_LEN: usize = 26;

fn body(ulid: Ulid) -> String {
    ulid.to_string().to_ascii_lowercase()
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name([u8; $prefix.len() + ULID_LEN]);

        impl $name {
            /// What every id of this kind starts with.
            pub const PREFIX: &'static str = $prefix;

            /// A new id. The caller brings the number: the domain has no randomness of its own.
            pub fn new(ulid: Ulid) -> Self {
                let mut text = [0; $prefix.len() + ULID_LEN];
                let (head, tail) = text.split_at_mut($prefix.len());
                head.copy_from_slice($prefix.as_bytes());
                tail.copy_from_slice(body(ulid).as_bytes());
                Self(text)
            }

            /// Reads an id.
            ///
            /// # Errors
            /// When the prefix is another one or the rest is not a ULID.
            pub fn parse(text: &str) -> Result<Self, BadId> {
                let bad = BadId { prefix: $prefix };
                let rest = text.strip_prefix($prefix).ok_or_else(|| bad.clone())?;
                let ulid = Ulid::from_string(&rest.to_ascii_uppercase()).map_err(|_| bad.clone())?;
                if body(ulid) == rest { Ok(Self::new(ulid)) } else { Err(bad) }
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                std::str::from_utf8(&self.0).expect("an id is made of ASCII only")
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadId;
            fn try_from(text: String) -> Result<Self, BadId> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.as_str().to_owned()
            }
        }
    };
}

id! {
    /// A program.
    ///
    /// ```
    /// use domain::ids::ProgramId;
    /// let id = ProgramId::new(ulid::Ulid::from_parts(0, 7));
    /// assert_eq!(id.as_str(), "prog_00000000000000000000000007");
    /// assert_eq!(ProgramId::parse(id.as_str()).unwrap(), id);
    /// assert!(ProgramId::parse("pat_00000000000000000000000007").is_err());
    /// ```
    ProgramId, "prog_"
}
id! {
    /// One action of a program. It keeps its id through every version of the program, so that an
    /// enrolment keeps its place.
    ActionId, "act_"
}
id! {
    /// A message template.
    TemplateId, "tmpl_"
}
id! {
    /// A booking type.
    BookingTypeId, "btyp_"
}
id! {
    /// A site of the practice.
    SiteId, "site_"
}
id! {
    /// A patient.
    PatientId, "pat_"
}
id! {
    /// One patient on one program, from one cause.
    EnrolmentId, "enr_"
}
id! {
    /// Something that waits for a person.
    WorkId, "work_"
}
id! {
    /// A letter on the distribution list.
    LetterId, "letr_"
}
id! {
    /// Letters that were printed together.
    BatchId, "btch_"
}
id! {
    /// A paper that a letter was made anew on.
    PaperId, "papr_"
}
id! {
    /// The owner of a reservation in the ledger: proves that a conditional write was ours even
    /// when the SDK repeated it.
    ReservationToken, "rsv_"
}

/// A number derived from parts: the same parts always give the same number, different parts never
/// run together (each is length-prefixed).
fn derived(parts: &[&str]) -> Ulid {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let digest: [u8; 32] = hash.finalize().into();
    let (head, _) = digest.split_first_chunk::<16>().expect("a SHA-256 digest has 32 bytes");
    Ulid::from_bytes(*head)
}

/// A hash of a text, to tell whether two are the same without keeping either.
pub fn fingerprint(text: &str) -> String {
    body(derived(&[text]))
}

/// A number that stands for these texts, small enough that every JSON reader keeps it whole (51 bits).
pub(crate) fn tag(parts: &[&str]) -> u64 {
    let bytes = derived(parts).to_bytes();
    let (head, _) = bytes.split_first_chunk().expect("a ULID has 16 bytes");
    u64::from_be_bytes(*head) >> 13
}

impl EnrolmentId {
    /// The enrolment that a booking causes on a program for its patient. Derived, so that the same
    /// booking can never create it twice.
    pub fn for_booking(
        program: &ProgramId,
        source: &Code,
        booking: &ExternalId,
        patient: &PatientId,
    ) -> Self {
        Self::new(derived(&[
            "booking",
            program.as_str(),
            source.as_str(),
            booking.as_str(),
            patient.as_str(),
        ]))
    }
}

impl EnrolmentId {
    /// The enrolment that a referral causes on a program for its patient. Derived, so that the same
    /// referral can never create it twice.
    pub fn for_referral(
        program: &ProgramId,
        source: &Code,
        referral: &ExternalId,
        patient: &PatientId,
    ) -> Self {
        Self::new(derived(&[
            "referral",
            program.as_str(),
            source.as_str(),
            referral.as_str(),
            patient.as_str(),
        ]))
    }
}

impl EnrolmentId {
    /// A number below `whole`, or zero: the same for the same id, for ever, and over many ids as
    /// often one as another.
    ///
    /// # Panics
    /// Never: a part is no greater than its whole.
    pub fn share_of(&self, whole: u64) -> u64 {
        let hash = u128::from(derived(&["share", self.as_str()]));
        // The upper half of the product: the hash as a fraction, of the whole.
        let share = ((hash & u128::from(u64::MAX)) * u128::from(whole)) >> 64;
        u64::try_from(share).expect("a part of the whole is no greater than it")
    }
}

impl EnrolmentId {
    /// The enrolment that comes of moving another one to a program (HealthTrack R21). Derived, so
    /// that a move that is repeated moves nobody twice.
    pub fn for_move(from: &Self, to: &ProgramId) -> Self {
        Self::new(derived(&["move", from.as_str(), to.as_str()]))
    }

    /// The enrolment that one row of an upload asks for. Derived from what the row says, so that
    /// the same row, uploaded again, is the same enrolment.
    pub fn for_row(program: &ProgramId, patient: &PatientId, reference: &str) -> Self {
        Self::new(derived(&["row", program.as_str(), patient.as_str(), reference]))
    }
}

impl PatientId {
    /// The record of somebody new whom another system describes. Derived, so that the same words,
    /// heard twice or by two at once, make one record.
    pub fn for_newcomer(parts: &[&str]) -> Self {
        let parts: Vec<_> = ["newcomer"].iter().chain(parts).copied().collect();
        Self::new(derived(&parts))
    }
}

impl LetterId {
    /// The letter of one attempt at an action. Derived, so that an attempt has one letter, however
    /// often it is made.
    pub fn of(key: &LedgerKey) -> Self {
        let (cycle, attempt) = (key.cycle.to_string(), key.attempt.to_string());
        let parts = ["letter", key.enrolment.as_str(), &cycle, key.action.as_str(), &attempt];
        Self::new(derived(&parts))
    }
}

impl WorkId {
    /// The question whether a new record is of a patient who has one already.
    pub fn for_possible_duplicate(newcomer: &PatientId) -> Self {
        Self::for_cause(&["possible duplicate", newcomer.as_str()])
    }

    /// The work item of one cause. Derived, so that the same cause is listed once.
    pub fn for_cause(parts: &[&str]) -> Self {
        Self::new(derived(parts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derived_ids_do_not_run_parts_together() {
        assert_ne!(WorkId::for_cause(&["ab", "c"]), WorkId::for_cause(&["a", "bc"]));
    }

    #[test]
    fn an_id_is_refused_in_capitals_because_ids_are_compared_as_text() {
        assert!(ProgramId::parse("prog_0000000000000000000000000A").is_err());
    }
}
