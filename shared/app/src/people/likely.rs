//! Who somebody may be already.

use std::collections::BTreeSet;

use domain::ids::PatientId;
use domain::patient::{FoldedNames, Particulars, Patient, Standing};

use crate::ports::{Lookup, Register, StoreError};

/// Most patients who are compared with somebody, for each way to look them up. Of more on one number
/// it is nobody's number: a care home's, or what is typed where something must be.
const MAX_COMPARED: usize = 50;

/// The records that are compared with somebody: whoever has the same name, also with first and last
/// name swapped, the same mobile, or the same Medicare card. Two of them cannot agree otherwise. The
/// indexes lag behind by a moment: two records made at once may not find each other. Records that
/// were merged into others, or cannot be read, are not among them.
pub(super) async fn candidates(
    people: &impl Register,
    of: &Particulars,
) -> Result<Vec<Patient>, StoreError> {
    let names = of.first_name.clone().zip(of.last_name.clone());
    let names = names.map(|(first, last)| FoldedNames { last, first });
    let lookups = [
        names.clone().map(Lookup::Named),
        names.as_ref().map(FoldedNames::swapped).map(Lookup::Named),
        of.mobile.clone().map(Lookup::Mobile),
        of.medicare.clone().map(Lookup::Medicare),
    ];
    let mut ids = BTreeSet::new();
    for lookup in lookups.into_iter().flatten() {
        let found = people.look_up(&lookup, None, MAX_COMPARED).await?;
        // Those whose names only begin like these come after those of just these names.
        let is_exact = |names: &FoldedNames| match &lookup {
            Lookup::Named(wanted) => names == wanted,
            Lookup::Mobile(_)
            | Lookup::Medicare(_)
            | Lookup::Born(..)
            | Lookup::LastName(_)
            | Lookup::FirstName(_) => true,
        };
        ids.extend(found.into_iter().filter(|it| is_exact(&it.names)).map(|it| it.patient));
    }
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut patients = people.patients(&ids).await?.patients;
    patients.retain(|patient| !matches!(patient.standing, Standing::Merged { .. }));
    Ok(patients)
}

/// Current patients who may be the same person as this one (R30). Two records made at once may not
/// find each other.
///
/// # Errors
/// When the store fails.
pub async fn possible_duplicates(
    people: &impl Register,
    patient: &Patient,
) -> Result<Vec<PatientId>, StoreError> {
    let candidates = candidates(people, &Particulars::of(patient)).await?.into_iter();
    let found: BTreeSet<_> = candidates
        .filter(|it| it.id != patient.id && it.standing == Standing::Current && it.may_be(patient))
        .map(|it| it.id)
        .collect();
    Ok(found.into_iter().collect())
}
