//! Who it is that another system tells of (R30).
//!
//! # Two at once
//! The id of a new record is derived from what the source calls the patient: one key makes one record,
//! however often and by how many at once it is heard. Where there is no key, it is derived from the
//! names and from what is told of them, such as a booking: one person who books twice has two records
//! then, unless they are recognised. Two sources that tell of one new person within the moment that the
//! indexes lag behind make two records, and no question is asked: looking again right after would meet
//! the same lag. Whoever looks at one of the records later is shown the other.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use domain::ids::{PatientId, SiteId, WorkId};
use domain::intake::PresentedPatient;
use domain::patient::{
    Consents, Identifier, Particulars, Patient, Recognition, Standing, check_birth_date, pick,
};
use domain::text::Code;
use domain::work::{WorkItem, WorkKind};

use super::likely::candidates;
use super::{TRIES, crowded, survivor};
use crate::ports::{Newcomers, Register, SaveError, StoreError, Taken};

/// Somebody another system tells of.
#[derive(Debug, Clone, Copy)]
pub struct Introduced<'a> {
    /// The system.
    pub source: &'a Code,
    /// How it describes them.
    pub presented: &'a PresentedPatient,
    /// The system's key for what it tells of them, such as a booking. It tells those apart whom the
    /// system gives no key of.
    pub occasion: &'a str,
    /// Whose what it tells of is already, by what was told before.
    pub before: Option<&'a PatientId>,
    /// Where they come.
    pub site: Option<&'a SiteId>,
    /// Whether a new record is made of somebody new.
    pub admission: Admission,
    /// When.
    pub at: DateTime<Utc>,
}

/// Whether a new record is made of somebody new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// It is.
    New,
    /// It is not: what is told of them asks for nothing here.
    KnownOnly,
}

/// Who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recognised {
    /// Somebody who has a record. They may be a patient no longer.
    Known(Patient),
    /// The same, by what agrees, in words; the system's key is theirs from now on.
    Alike(Patient, Vec<&'static str>),
    /// Somebody new, who has a record now; and whose the records are that may be theirs too, about
    /// which the work list asks.
    New(Patient, Vec<PatientId>),
    /// Nobody who is known, and too little is told for a record; and who it may be.
    Nobody(Vec<PatientId>),
}

/// Finds out who it is that another system tells of: by the system's key; else it is whose that was
/// before which it tells of, unless what it says now is of another person; else by what it describes
/// them by, and then the key is theirs from now on, so that the next event finds them by it. Nothing
/// else of a known record is changed. Of somebody new a record is made, should their names be told, and
/// more than that where there is no key; where they may be somebody who is known, together with the
/// question on the work list. Doing it again makes nothing twice.
///
/// # Errors
/// When the store fails, or the record it leads to cannot be read.
pub async fn recognise(
    people: &impl Register,
    newcomers: &impl Newcomers,
    told: Introduced<'_>,
) -> Result<Recognised, StoreError> {
    let source = told.source.clone();
    let key = told.presented.id.clone().map(|id| Identifier { source, id });
    let particulars = Particulars::from(told.presented);
    let mut number: usize = 0;
    for _ in 0..TRIES {
        if let Some(known) = called(people, key.as_ref()).await? {
            return Ok(Recognised::Known(known));
        }
        let before = match told.before {
            Some(before) => survivor(people, before).await?,
            None => None,
        };
        if let Some(before) = &before
            && is_still(before, &particulars, key.as_ref())
        {
            return Ok(Recognised::Known(before.clone()));
        }
        if key.is_none()
            && let Some(id) = id_of(&told, &particulars, number)
            && let Some(known) = survivor(people, &id).await?
        {
            return Ok(Recognised::Known(known));
        }
        let candidates = candidates(people, &particulars).await?;
        let mut likely = match pick(&particulars, key.as_ref(), &candidates) {
            Recognition::One(patient) => match named_by(people, patient, key.as_ref()).await {
                Ok(after) => {
                    let agreed = particulars.agreements(&Particulars::of(patient));
                    return Ok(Recognised::Alike(after, agreed));
                }
                Err(SaveError::Store(error)) => return Err(error),
                // Somebody else was first: look again.
                Err(SaveError::Stale | SaveError::Taken(_)) => continue,
            },
            Recognition::Unsure(likely) => likely,
        };
        // Without a key nothing but the words says that it is another's now: a person is asked.
        let asked_about = before.filter(|it| key.is_none() && !likely.contains(&it.id));
        likely.extend(asked_about.map(|it| it.id));
        let id = id_of(&told, &particulars, number).filter(|_| told.admission == Admission::New);
        let Some(mut patient) = id.and_then(|id| newcomer(id, &told, key.as_ref())) else {
            return Ok(Recognised::Nobody(likely));
        };
        for one in candidates.iter().filter(|it| likely.contains(&it.id)) {
            if is_reached_alike(&patient, one) {
                patient.consents = patient.consents.stricter(&one.consents.withdrawals());
            }
        }
        let saved = if likely.is_empty() {
            people.create_patient(&patient).await
        } else {
            newcomers.admit(&patient, &question(&patient, &likely, told.at)).await
        };
        match saved {
            Ok(()) => return Ok(Recognised::New(patient, likely)),
            Err(SaveError::Store(error)) => return Err(error),
            // Made by another one at this moment, who is found now; or before, and the key was taken
            // from that record since: they are two.
            Err(SaveError::Taken(Taken::Id)) => number += usize::from(key.is_some()),
            Err(SaveError::Stale | SaveError::Taken(Taken::Name | Taken::Identifiers)) => {}
        }
    }
    Err(crowded())
}

/// Whom the source's key names.
async fn called(
    people: &impl Register,
    key: Option<&Identifier>,
) -> Result<Option<Patient>, StoreError> {
    let Some(key) = key else { return Ok(None) };
    match people.find(key).await? {
        Some(id) => survivor(people, &id).await,
        None => Ok(None),
    }
}

/// Whether what a source tells now may be of the patient of whom it told before. Whom it calls
/// otherwise it says is another. Its key does not become theirs by that: staff may have taken it off.
fn is_still(before: &Patient, of: &Particulars, key: Option<&Identifier>) -> bool {
    let is_called_otherwise = key.is_some_and(|key| {
        before.identifiers.iter().any(|known| known.source == key.source && known != key)
    });
    !is_called_otherwise && of.may_be_told_of(&Particulars::of(before))
}

/// Whether a message to one of them reaches the other.
fn is_reached_alike(one: &Patient, other: &Patient) -> bool {
    (one.mobile.is_some() && one.mobile == other.mobile)
        || (one.email.is_some() && one.email == other.email)
}

/// The id of the new record of somebody; `None` when too little is told for a record. Of those whom
/// the source gives no key of, whoever it calls by one name on one occasion is one person; by a bare
/// name nobody is known again, and each booking would make a record.
fn id_of(told: &Introduced<'_>, of: &Particulars, number: usize) -> Option<PatientId> {
    let (first, last) = of.first_name.as_ref().zip(of.last_name.as_ref())?;
    let is_bare = of.date_of_birth.is_none() && of.mobile.is_none() && of.medicare.is_none();
    if told.presented.id.is_none() && is_bare {
        return None;
    }
    let (source, number) = (told.source.as_str(), number.to_string());
    let parts = if let Some(id) = &told.presented.id {
        ["key", source, id.reveal().as_str(), &number, ""]
    } else {
        ["names", source, told.occasion, first.as_str(), last.as_str()]
    };
    Some(PatientId::for_newcomer(&parts))
}

/// The patient, whom the source's key names from now on. One who has as many identifiers as a patient
/// may have is recognised each time anew.
async fn named_by(
    people: &impl Register,
    patient: &Patient,
    key: Option<&Identifier>,
) -> Result<Patient, SaveError> {
    let mut after = patient.clone();
    let Some(key) = key.filter(|_| patient.identifiers.len() < Patient::MAX_IDENTIFIERS) else {
        return Ok(after);
    };
    after.identifiers.insert(key.clone());
    after.revision += 1;
    people.save_patient(patient, &after).await?;
    Ok(after)
}

/// The new record. What cannot be is left out; they have agreed to nothing yet.
fn newcomer(id: PatientId, told: &Introduced<'_>, key: Option<&Identifier>) -> Option<Patient> {
    let presented = told.presented;
    let born = presented.date_of_birth.clone();
    Some(Patient {
        id,
        revision: 1,
        identifiers: key.cloned().into_iter().collect(),
        first_name: presented.first_name.clone()?,
        last_name: presented.last_name.clone()?,
        date_of_birth: born.filter(|date| check_birth_date(*date.reveal(), told.at).is_ok()),
        mobile: presented.mobile.clone(),
        email: presented.email.clone(),
        medicare: presented.medicare.clone(),
        address: presented.address.clone(),
        language: None,
        gp: None,
        site: told.site.cloned(),
        consents: Consents::default(),
        standing: Standing::Current,
        merged_from: BTreeSet::new(),
        returned_mail: BTreeMap::new(),
        bounced_email: None,
    })
}

/// The question whether a new record is of one of these patients.
fn question(newcomer: &Patient, likely: &[PatientId], at: DateTime<Utc>) -> WorkItem {
    let ids: Vec<_> = likely.iter().map(PatientId::as_str).collect();
    let summary = format!(
        "Another system told of a patient whom it did not name by a key that is known here. A new \
         record was made, {}, which may be of the same person as {}. If it is, merge the two; if it \
         is not, resolve this as not needed.",
        newcomer.id,
        ids.join(" or ")
    );
    WorkItem {
        id: WorkId::for_possible_duplicate(&newcomer.id),
        kind: WorkKind::PossibleDuplicate,
        since: at,
        summary,
        enrolment: None,
        program: None,
        patient: Some(newcomer.id.clone()),
        same_as: likely.to_vec(),
        site: newcomer.site.clone(),
        reply: None,
    }
}
