//! Who of several patients somebody is (HealthTrack R30).

use super::{Identifier, Likeness, Particulars, Patient, Standing};
use crate::ids::PatientId;

/// Most records that are named as likely: more help nobody.
const MAX_LIKELY: usize = 10;

/// Who of several patients somebody is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recognition<'a> {
    /// This one.
    One(&'a Patient),
    /// Nobody for sure; and who they may be, the likeliest first.
    Unsure(Vec<PatientId>),
}

/// Who of the `candidates` somebody is, whom another system calls by `key`.
///
/// A patient whom that system calls by another key is at most likely: to it, they are two. It may
/// have one person twice, and then a person says so.
///
/// A patient who is archived or has died is recognised when nobody current is like them at all, also
/// under another key of that system: else a new record would begin to be written to. One who is only
/// likely is asked about when two things agree: a name alone is no reason to ask about somebody who is
/// a patient no longer.
pub fn pick<'a>(
    of: &Particulars,
    key: Option<&Identifier>,
    candidates: &'a [Patient],
) -> Recognition<'a> {
    let is_called_otherwise = |patient: &Patient| {
        key.is_some_and(|key| {
            patient.identifiers.iter().any(|known| known.source == key.source && known != key)
        })
    };
    let mut current = Vec::new();
    let mut former = Vec::new();
    let mut perhaps_former = Vec::new();
    for patient in candidates {
        let known = Particulars::of(patient);
        match (&patient.standing, of.likeness(&known)) {
            (Standing::Current, Likeness::Same) if is_called_otherwise(patient) => {
                current.push((Likeness::Perhaps, patient));
            }
            (Standing::Current, like @ (Likeness::Perhaps | Likeness::Same)) => {
                current.push((like, patient));
            }
            (Standing::Archived | Standing::Deceased, Likeness::Same) => former.push(patient),
            (Standing::Archived | Standing::Deceased, Likeness::Perhaps) => {
                if of.agreements(&known).len() > 1 {
                    perhaps_former.push(patient);
                }
            }
            (Standing::Merged { .. }, Likeness::Perhaps | Likeness::Same)
            | (_, Likeness::Other) => {}
        }
    }
    let mut same = current.iter().filter(|(like, _)| *like == Likeness::Same).map(|(_, it)| *it);
    match (same.next(), same.next(), former.as_slice()) {
        (Some(one), None, _) => return Recognition::One(one),
        (None, _, [one]) if current.is_empty() => return Recognition::One(one),
        (Some(_), Some(_), _) | (None, _, _) => {}
    }
    current.sort_by(|(a, one), (b, other)| b.cmp(a).then_with(|| one.id.cmp(&other.id)));
    let likely =
        current.into_iter().map(|(_, patient)| patient).chain(former).chain(perhaps_former);
    Recognition::Unsure(likely.map(|patient| patient.id.clone()).take(MAX_LIKELY).collect())
}
