//! Two records of one person become one.

use domain::ids::PatientId;
use domain::invalid::Invalid;
use domain::patient::{Patient, Unmergeable, merge as merge_records};

use super::{TRIES, crowded};
use crate::catalogue::ChangeError;
use crate::ports::{Register, SaveError};

/// A record before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// As it was.
    pub before: Patient,
    /// As it is stored now.
    pub after: Patient,
}

/// What a merge did to both records. When it had been done before, nothing differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merge {
    /// The record that is no longer used.
    pub from: Changed,
    /// The record that goes on.
    pub into: Changed,
}

/// Merges the patient `from` into `into`, in one transaction. Doing it again changes nothing.
///
/// # Enrolments
/// The enrolments of `from` are moved by [`Desk::rehome`](crate::enrolments::Desk::rehome), after
/// this returns, also when nothing differs: the caller may have died in between and come again.
/// Until then nothing of theirs is sent, and nothing fails for it: a message of a merged record comes
/// again.
///
/// # Errors
/// When there is no such patient, `into` is none or the same, or one of them was merged into a third
/// record.
pub async fn merge(
    people: &impl Register,
    from: &PatientId,
    into: &PatientId,
) -> Result<Merge, ChangeError> {
    for _ in 0..TRIES {
        let from = people.patient(from).await?.ok_or(ChangeError::NotFound("patient"))?;
        let into = people
            .patient(into)
            .await?
            .ok_or_else(|| Invalid::one("/into", "there is no such patient"))?;
        let merged = match merge_records(&from, &into) {
            Ok(merged) => merged,
            // Also by way of a third record, which has become this one since.
            Err(Unmergeable::Gone(_)) if into.merged_from.contains(&from.id) => {
                return Ok(unchanged(from, into));
            }
            Err(why) => return Err(refusal(&why)),
        };
        match people.save_merge(&from, &into, &merged).await {
            Ok(()) => {
                return Ok(Merge {
                    from: Changed { before: from, after: merged.from },
                    into: Changed { before: into, after: merged.into },
                });
            }
            Err(SaveError::Store(error)) => return Err(error.into()),
            Err(SaveError::Stale | SaveError::Taken(_)) => {}
        }
    }
    Err(crowded().into())
}

fn unchanged(from: Patient, into: Patient) -> Merge {
    let same = |patient: Patient| Changed { before: patient.clone(), after: patient };
    Merge { from: same(from), into: same(into) }
}

fn refusal(why: &Unmergeable) -> ChangeError {
    match why {
        Unmergeable::Gone(into) => ChangeError::Conflict(format!(
            "This patient was merged into {into} already; nothing was changed."
        )),
        Unmergeable::Same | Unmergeable::SurvivorGone(_) | Unmergeable::TooManyIdentifiers => {
            Invalid::one("/into", why.to_string()).into()
        }
    }
}
