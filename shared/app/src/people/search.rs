//! Patients by name, date of birth, mobile and Medicare number, in any combination.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::ids::PatientId;
use domain::invalid::Invalid;
use domain::patient::{FoldedName, FoldedNames, MedicareNumber, Patient, Standing};
use domain::phi::Phi;
use domain::phone::MobileNumber;

use crate::catalogue::ChangeError;
use crate::ports::{Entry, Lookup, Register, StoreError};

/// Most patients of one answer.
const PAGE: usize = 50;

/// Most entries of an index that one search looks at: what is over goes into the next page.
const MAX_LOOKED_AT: usize = 500;

/// Who is found besides current patients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Include {
    /// Those who are patients no longer.
    Archived,
    /// Those who have died.
    Deceased,
    /// Records that were merged into others.
    Merged,
}

impl Include {
    /// Everybody.
    pub const ALL: [Self; 3] = [Self::Archived, Self::Deceased, Self::Merged];

    /// The name used in the API: that of the standing.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Archived => "archived",
            Self::Deceased => "deceased",
            Self::Merged => "merged",
        }
    }
}

/// What is searched for. Everything that is said must agree.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PatientQuery {
    /// How the family name begins.
    pub last_name: Option<FoldedName>,
    /// How the given name begins.
    pub first_name: Option<FoldedName>,
    /// The date of birth.
    pub date_of_birth: Option<Phi<NaiveDate>>,
    /// The mobile number.
    pub mobile: Option<MobileNumber>,
    /// The Medicare number: without the number beside a name, everybody on the card.
    pub medicare: Option<MedicareNumber>,
    /// Who is found besides current patients.
    pub include: BTreeSet<Include>,
}

impl PatientQuery {
    /// The way to look up that finds the fewest. `None` when nothing is searched for.
    fn lookup(&self) -> Option<Lookup> {
        let Self { last_name, first_name, date_of_birth, mobile, medicare, include: _ } = self;
        if let Some(medicare) = medicare {
            Some(Lookup::Medicare(medicare.clone()))
        } else if let Some(mobile) = mobile {
            Some(Lookup::Mobile(mobile.clone()))
        } else if let Some(date) = date_of_birth {
            Some(Lookup::Born(date.clone(), last_name.clone()))
        } else if let Some(last) = last_name {
            Some(Lookup::LastName(last.clone()))
        } else {
            first_name.clone().map(Lookup::FirstName)
        }
    }

    fn fits_names(&self, names: &FoldedNames) -> bool {
        let fits = |name: &FoldedName, wanted: &Option<FoldedName>| {
            wanted.as_ref().is_none_or(|wanted| name.starts_with(wanted))
        };
        fits(&names.last, &self.last_name) && fits(&names.first, &self.first_name)
    }

    fn fits(&self, patient: &Patient) -> bool {
        let standing = match patient.standing {
            Standing::Current => true,
            Standing::Archived => self.include.contains(&Include::Archived),
            Standing::Deceased => self.include.contains(&Include::Deceased),
            Standing::Merged { .. } => self.include.contains(&Include::Merged),
        };
        standing
            && self.fits_names(&patient.folded_names())
            && (self.date_of_birth.is_none() || self.date_of_birth == patient.date_of_birth)
            && (self.mobile.is_none() || self.mobile == patient.mobile)
            && self.medicare.as_ref().is_none_or(|wanted| {
                patient.medicare.as_ref().is_some_and(|known| known.may_be(wanted))
            })
    }
}

/// A page of what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchPage {
    /// The patients, in the order of their names.
    pub patients: Vec<Patient>,
    /// Where the next page begins; `None` when there is none.
    pub next: Option<Entry>,
}

/// Searches for patients, from `after` on. A page may be short, even empty, and still have a next
/// one.
///
/// # Errors
/// When nothing is searched for, or `after` belongs to another search.
pub async fn search(
    people: &impl Register,
    query: &PatientQuery,
    after: Option<Entry>,
) -> Result<SearchPage, ChangeError> {
    let lookup = query.lookup().ok_or_else(|| {
        Invalid::one(
            "/identifier",
            "say whom to find: an identifier, a name, a date of birth, a mobile or a Medicare \
             number",
        )
    })?;
    if after.as_ref().is_some_and(|after| !lookup.covers(&after.names)) {
        return Err(Invalid::one("/next", "belongs to another search").into());
    }
    let mut patients = Vec::new();
    let mut at = after;
    for _ in 0..MAX_LOOKED_AT / PAGE {
        let entries = people.look_up(&lookup, at.as_ref(), PAGE).await?;
        let is_last = entries.len() < PAGE;
        for entry in entries {
            if query.fits_names(&entry.names)
                && let Some(patient) = readable(people, &entry.patient).await?
                && query.fits(&patient)
            {
                patients.push(patient);
            }
            at = Some(entry);
            if patients.len() == PAGE {
                return Ok(SearchPage { patients, next: at });
            }
        }
        if is_last {
            return Ok(SearchPage { patients, next: None });
        }
    }
    Ok(SearchPage { patients, next: at })
}

/// A patient who was found. One who cannot be read is passed over: nobody else is to be hidden by
/// that, nor kept from being recorded.
async fn readable(people: &impl Register, id: &PatientId) -> Result<Option<Patient>, StoreError> {
    match people.patient(id).await {
        Err(StoreError::Unreadable { what, why }) => {
            tracing::error!(patient.id = %id, reason = %format!("{what}: {why}"), "a patient cannot be read");
            Ok(None)
        }
        read => read,
    }
}
