//! Who somebody may be already.

use std::collections::{BTreeMap, BTreeSet};

use domain::ids::PatientId;
use domain::patient::{FoldedNames, Particulars, Patient, Standing};

use crate::ports::{Entry, Lookup, Register, StoreError};

/// Most patients who are compared with somebody, for each way to look them up. Of more on one number
/// it is nobody's number: a care home's, or what is typed where something must be.
const MAX_COMPARED: usize = 50;

/// Most pages of a lookup. Records that were merged into others fill some of them.
const MAX_PAGES: usize = 5;

/// One way to find somebody, and which of those found there may agree.
struct Way {
    lookup: Lookup,
    names: Agreeing,
}

/// Which names somebody must have who is looked up.
enum Agreeing {
    Any,
    /// Just these. Those whose names only begin like them come after those.
    Both(FoldedNames),
    /// One of these.
    One(FoldedNames),
}

impl Agreeing {
    fn fits(&self, names: &FoldedNames) -> bool {
        match self {
            Self::Any => true,
            Self::Both(both) => names == both,
            Self::One(either) => names.last == either.last || names.first == either.first,
        }
    }
}

/// The ways to find whoever may agree with somebody. Those born on one day are looked up by the
/// family name as well: a date that is typed where none is known is of very many.
fn ways(of: &Particulars) -> Vec<Way> {
    let way = |lookup, names| Way { lookup, names };
    let names = of.first_name.clone().zip(of.last_name.clone());
    let mut ways = Vec::new();
    if let Some(names) = names.map(|(first, last)| FoldedNames { last, first }) {
        for names in [names.swapped(), names.clone()] {
            ways.push(way(Lookup::Named(names.clone()), Agreeing::Both(names)));
        }
        if let Some(date) = &of.date_of_birth {
            for last in [Some(names.last.clone()), None] {
                ways.push(way(Lookup::Born(date.clone(), last), Agreeing::One(names.clone())));
            }
        }
    }
    ways.extend(of.mobile.clone().map(|it| way(Lookup::Mobile(it), Agreeing::Any)));
    ways.extend(of.medicare.clone().map(|it| way(Lookup::Medicare(it), Agreeing::Any)));
    ways
}

/// The records that are compared with somebody: whoever has the same name, also with first and last
/// name swapped, the same mobile, or the same Medicare card, or was born on the same day and has one
/// of the names. Two of them cannot agree otherwise. The indexes lag behind by a moment: two records
/// made at once may not find each other. Records that were merged into others, or cannot be read, are
/// not among them.
pub(super) async fn candidates(
    people: &impl Register,
    of: &Particulars,
) -> Result<Vec<Patient>, StoreError> {
    let mut all = BTreeMap::new();
    for way in ways(of) {
        let mut after: Option<Entry> = None;
        let mut found = 0;
        for _ in 0..MAX_PAGES {
            let page = people.look_up(&way.lookup, after.as_ref(), MAX_COMPARED).await?;
            let is_last = page.len() < MAX_COMPARED;
            after = page.last().cloned();
            let ids: BTreeSet<_> = page
                .into_iter()
                .filter(|it| way.names.fits(&it.names))
                .map(|it| it.patient)
                .collect();
            if !ids.is_empty() {
                let mut patients = people.patients(&ids).await?.patients;
                patients.retain(|patient| !matches!(patient.standing, Standing::Merged { .. }));
                found += patients.len();
                all.extend(patients.into_iter().map(|patient| (patient.id.clone(), patient)));
            }
            if is_last || found >= MAX_COMPARED {
                break;
            }
        }
    }
    Ok(all.into_values().collect())
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
