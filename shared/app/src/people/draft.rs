//! A patient as somebody writes it, and what becomes of it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use domain::address::PostalAddress;
use domain::email::EmailAddress;
use domain::ids::{PatientId, SiteId};
use domain::invalid::{FieldError, Invalid};
use domain::language::LanguageTag;
use domain::patient::{
    Choice, Consent, Consents, Evidence, Gp, Identifier, MedicareNumber, Patient, PersonName,
    Standing, check_birth_date,
};
use domain::phi::Phi;
use domain::phone::MobileNumber;
use domain::text::Code;

use super::consents::{ConsentsDraft, StaysWithdrawn};
use crate::catalogue::ChangeError;
use crate::ports::{Catalogue, StoreError};

/// What becomes of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit<T> {
    /// It stays as it is.
    Keep,
    /// It becomes this.
    To(T),
}

impl<T> Edit<T> {
    fn over(self, before: T) -> T {
        match self {
            Self::Keep => before,
            Self::To(after) => after,
        }
    }
}

/// Who writes something down, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    /// A staff member's id at the identity provider, or a system's name.
    pub by: String,
    /// The time.
    pub at: DateTime<Utc>,
}

impl Witness {
    /// A choice of a patient's, as this witness saw it made.
    pub(super) fn saw(&self, choice: Choice, how: &Phi<Evidence>) -> Consent {
        Consent { choice, at: self.at, by: self.by.clone(), how: how.clone() }
    }
}

/// A patient as it is written.
#[derive(Debug, Clone)]
pub struct PatientDraft {
    /// What other systems call them.
    pub identifiers: Edit<BTreeSet<Identifier>>,
    /// Given name.
    pub first_name: Edit<Phi<PersonName>>,
    /// Family name.
    pub last_name: Edit<Phi<PersonName>>,
    /// Date of birth.
    pub date_of_birth: Edit<Option<Phi<NaiveDate>>>,
    /// Where an SMS reaches them.
    pub mobile: Edit<Option<MobileNumber>>,
    /// Where an email reaches them.
    pub email: Edit<Option<EmailAddress>>,
    /// Their Medicare number.
    pub medicare: Edit<Option<MedicareNumber>>,
    /// Where a letter reaches them.
    pub address: Edit<Option<Phi<PostalAddress>>>,
    /// The language they prefer to read.
    pub language: Edit<Option<Phi<LanguageTag>>>,
    /// Their general practitioner.
    pub gp: Edit<Option<Phi<Gp>>>,
    /// The code of the site they belong to.
    pub site: Edit<Option<Code>>,
    /// What they agreed to, and what they refused.
    pub consents: ConsentsDraft,
    /// Whether they are a patient still.
    pub standing: Edit<Standing>,
}

/// A draft that fits the practice: its site is found.
pub(super) struct Checked {
    draft: PatientDraft,
    site: Edit<Option<SiteId>>,
    witness: Witness,
}

impl PatientDraft {
    /// Checks what the draft alone cannot tell.
    pub(super) async fn check(
        self,
        catalogue: &impl Catalogue,
        witness: Witness,
    ) -> Result<Checked, ChangeError> {
        let mut errors = Vec::new();
        if let Edit::To(Some(date)) = &self.date_of_birth {
            errors.extend(wrong_birth_date(*date.reveal(), &witness));
        }
        let site = match &self.site {
            Edit::Keep => Edit::Keep,
            Edit::To(None) => Edit::To(None),
            Edit::To(Some(code)) => match find_site(catalogue, code).await? {
                Ok(site) => Edit::To(Some(site)),
                Err(error) => {
                    errors.push(error);
                    Edit::To(None)
                }
            },
        };
        Invalid::unless_empty(errors)?;
        Ok(Checked { draft: self, site, witness })
    }
}

fn wrong_birth_date(date: NaiveDate, witness: &Witness) -> Option<FieldError> {
    let wrong = check_birth_date(date, witness.at).err()?;
    Some(FieldError::new("/date_of_birth", wrong.to_string()))
}

async fn find_site(
    catalogue: &impl Catalogue,
    code: &Code,
) -> Result<Result<SiteId, FieldError>, StoreError> {
    let found = catalogue.site_by_code(code).await?.map(|site| site.id);
    Ok(found.ok_or_else(|| FieldError::new("/site", "there is no site of this code")))
}

/// What of a draft that could be read though others of its fields are wrong.
#[derive(Debug, Clone, Default)]
pub struct Readable {
    /// Date of birth.
    pub date_of_birth: Option<NaiveDate>,
    /// The code of the site.
    pub site: Option<Code>,
}

/// Adds to what is wrong with the form of a draft what the form alone cannot tell, so that all of it
/// is named at once. When the catalogue fails, that is the answer.
pub async fn all_wrong(
    catalogue: &impl Catalogue,
    wrong: &Invalid,
    readable: Readable,
    witness: &Witness,
) -> ChangeError {
    let mut errors = wrong.errors().to_vec();
    if let Some(date) = readable.date_of_birth {
        errors.extend(wrong_birth_date(date, witness));
    }
    if let Some(code) = &readable.site {
        match find_site(catalogue, code).await {
            Ok(found) => errors.extend(found.err()),
            Err(error) => return error.into(),
        }
    }
    match Invalid::unless_empty(errors) {
        Err(all) => all.into(),
        Ok(()) => wrong.clone().into(),
    }
}

impl Checked {
    /// The patient this draft makes of `before`, and what of it was not taken.
    pub(super) fn onto(self, before: Patient) -> (Patient, Vec<StaysWithdrawn>) {
        let Self { draft, site, witness } = self;
        let (consents, stay) = draft.consents.onto(before.consents, &witness);
        let email = draft.email.over(before.email.clone());
        let patient = Patient {
            id: before.id,
            revision: before.revision + 1,
            identifiers: draft.identifiers.over(before.identifiers),
            first_name: draft.first_name.over(before.first_name),
            last_name: draft.last_name.over(before.last_name),
            date_of_birth: draft.date_of_birth.over(before.date_of_birth),
            mobile: draft.mobile.over(before.mobile),
            // What is known of an address ends with it, also when the same is written down again later.
            bounced_email: before.bounced_email.filter(|_| email == before.email),
            email,
            medicare: draft.medicare.over(before.medicare),
            address: draft.address.over(before.address),
            language: draft.language.over(before.language),
            gp: draft.gp.over(before.gp),
            site: site.over(before.site),
            consents,
            standing: draft.standing.over(before.standing),
            merged_from: before.merged_from,
            returned_mail: before.returned_mail,
        };
        (patient, stay)
    }

    /// The new patient of this draft, who must have a name.
    pub(super) fn create(self, id: PatientId) -> Result<Patient, Invalid> {
        let mut errors = Vec::new();
        let mut name = |name: &Edit<Phi<PersonName>>, pointer: &str| match name {
            Edit::To(name) => Some(name.clone()),
            Edit::Keep => {
                errors.push(FieldError::new(pointer, "is required for a new patient"));
                None
            }
        };
        let first_name = name(&self.draft.first_name, "/first_name");
        let last_name = name(&self.draft.last_name, "/last_name");
        let (Some(first_name), Some(last_name)) = (first_name, last_name) else {
            return Invalid::unless_empty(errors)
                .and(Err(Invalid::one("", "needs a name for a new patient")));
        };
        // Nobody has taken anything back yet.
        let (patient, _) = self.onto(Patient {
            id,
            revision: 0,
            identifiers: BTreeSet::new(),
            first_name,
            last_name,
            date_of_birth: None,
            mobile: None,
            email: None,
            address: None,
            language: None,
            gp: None,
            site: None,
            consents: Consents::default(),
            standing: Standing::Current,
            merged_from: BTreeSet::new(),
            returned_mail: BTreeMap::new(),
            bounced_email: None,
            medicare: None,
        });
        Ok(patient)
    }
}
