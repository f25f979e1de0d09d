//! A patient is put on a program by hand.

use domain::booking::{Booking, BookingKey};
use domain::enrolment::Enrolment;
use domain::ids::{EnrolmentId, PatientId, ProgramId};
use domain::invalid::{FieldError, Invalid};
use domain::patient::Patient;
use domain::program::{Program, ProgramType};
use domain::site::Site;
use domain::text::{Code, Label};
use domain::timing::ReferenceDate;
use ulid::Ulid;

use super::begin::{Place, check_date, choose_site, closed, not_current, reference};
use super::{Asked, Desk, TRIES, contended};
use crate::catalogue::ChangeError;
use crate::ports::{Bookings, Catalogue, EnrolmentReader, Enrolments, Ids, People, StoreError};
use crate::situation::completing;

/// Who is to be put on what.
#[derive(Debug, Clone)]
pub struct EnrolmentDraft {
    /// The patient.
    pub patient: PatientId,
    /// The program.
    pub program: ProgramId,
    /// The reference date, where the program's type takes one.
    pub reference_date: Option<ReferenceDate>,
    /// Who attends to the patient (HealthTrack R25, “Attending MO”).
    pub practitioner: Option<Label>,
    /// The site, by its code.
    pub site: Option<Code>,
    /// The booking, for a Booking program.
    pub booking: Option<BookingKey>,
}

/// A new enrolment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Added {
    /// The enrolment. A booking that was there already may have completed it at once.
    pub enrolment: Enrolment,
    /// Those of the same patient on the same program that are not over: several are allowed (R24),
    /// and seldom meant.
    pub others: Vec<Enrolment>,
    /// Those of the same patient that may be on the same program: they cannot be read.
    pub unreadable: Vec<EnrolmentId>,
}

impl<E, R, C, P, B> Desk<'_, E, R, C, P, B>
where
    E: Enrolments,
    R: EnrolmentReader,
    C: Catalogue,
    P: People,
    B: Bookings,
{
    /// Puts a patient on a program. Should the enrolment be there already whose id is the first of `ids`,
    /// this was asked for before, and it is answered.
    ///
    /// # Errors
    /// `Invalid` for what does not exist, does not fit the program's type, or is missing; `Conflict`
    /// when the program takes nobody, the patient is none any more, or the booking has put them on
    /// it already.
    pub async fn add(
        &self,
        ids: &impl Ids,
        draft: &EnrolmentDraft,
        asked: &Asked,
    ) -> Result<Added, ChangeError> {
        let number = ids.next();
        for _ in 0..TRIES {
            let place = match self.place(draft, asked).await {
                Ok(place) => place,
                Err(refused) => return self.added_before(number, refused).await,
            };
            let id = match &place.visit {
                None => EnrolmentId::new(number),
                Some(visit) => {
                    let BookingKey { source, id } = &visit.key;
                    EnrolmentId::for_booking(&place.program.id, source, id, &place.patient.id)
                }
            };
            if place.visit.as_ref().is_some_and(|visit| visit.caused.contains(&id)) {
                let name = &place.program.name;
                return Err(ChangeError::Conflict(format!(
                    "This booking has put the patient on “{name}” already, as {id}."
                )));
            }
            let (patient, program) = (&place.patient.id, &place.program.id);
            let (others, unreadable) = self.others(patient, program, &id).await?;
            let mut enrolment = self.begin(&place, id.clone(), asked).await?;
            if enrolment.is_none() && place.visit.is_none() {
                enrolment = self.enrolments.enrolment(&id).await?;
            }
            if let Some(enrolment) = enrolment {
                return Ok(Added { enrolment, others, unreadable });
            }
        }
        Err(contended().into())
    }

    /// What would not be begun by now may have been when it was asked for first: whoever died then has told
    /// nobody.
    async fn added_before(&self, number: Ulid, refused: ChangeError) -> Result<Added, ChangeError> {
        if let ChangeError::Store(_) = refused {
            return Err(refused);
        }
        let Some(enrolment) = self.enrolments.enrolment(&EnrolmentId::new(number)).await? else {
            return Err(refused);
        };
        let (patient, program) = (&enrolment.patient, &enrolment.program);
        let (others, unreadable) = self.others(patient, program, &enrolment.id).await?;
        Ok(Added { enrolment, others, unreadable })
    }

    async fn place(&self, draft: &EnrolmentDraft, asked: &Asked) -> Result<Place, ChangeError> {
        let program = self.catalogue.program(&draft.program).await?;
        let patient = self.people.patient(&draft.patient).await?;
        let sites = self.catalogue.sites().await?;
        let (program, patient) = match (program, patient) {
            (Some(program), Some(patient)) => (program, patient),
            (program, patient) => {
                let errors = wrong_without_both(draft, program.as_ref(), patient.as_ref(), &sites);
                Invalid::unless_empty(errors)?;
                return Err(ChangeError::NotFound("program"));
            }
        };
        if let Some(why) = closed(&program).or_else(|| not_current(&patient)) {
            return Err(ChangeError::Conflict(why));
        }
        let visit = match self.visit(draft, &program, &patient).await {
            Ok(visit) => visit,
            Err(ChangeError::Invalid(wrong)) => {
                let mut errors = wrong.errors().to_vec();
                errors.extend(wrong_whatever_the_booking(draft, Some(&program), &sites));
                return Err(Invalid::unless_empty(errors).err().unwrap_or(wrong).into());
            }
            Err(error) => return Err(error),
        };
        let site = choose_site(&sites, draft.site.as_ref(), visit.as_ref(), &patient);
        let date = draft.reference_date;
        let (site, reference) = match site {
            Ok(site) => {
                let reference = reference(program.kind, date, visit.as_ref(), &site, asked);
                (site, reference.map_err(|error| Invalid::one(error.pointer, error.detail))?)
            }
            Err(error) => {
                let mut errors = vec![error];
                errors.extend(check_date(program.kind, date).err());
                Invalid::unless_empty(errors)?;
                return Err(ChangeError::NotFound("site"));
            }
        };
        let completing = completing(self.catalogue, &program).await?;
        let practitioner = draft.practitioner.clone();
        Ok(Place { program, completing, site, patient, visit, reference, practitioner })
    }

    /// The booking a Booking program is about: a live one of this patient.
    async fn visit(
        &self,
        draft: &EnrolmentDraft,
        program: &Program,
        patient: &Patient,
    ) -> Result<Option<Booking>, ChangeError> {
        let wrong = |detail: &str| Err(Invalid::one("/booking", detail).into());
        check_booking(program.kind, draft)
            .map_err(|error| Invalid::one(error.pointer, error.detail))?;
        let Some(key) = &draft.booking else { return Ok(None) };
        let booking = self.bookings.booking(key).await?;
        let Some(booking) = booking.filter(|it| it.matching.patient() == Some(&patient.id)) else {
            return wrong("the patient has no such booking");
        };
        if let Some(gone) = booking.gone_for(&patient.id) {
            return Err(ChangeError::Conflict(format!("This cannot be: {gone}.")));
        }
        if !booking.is_visit() {
            return wrong("the booking has no length: it is a note in the diary");
        }
        Ok(Some(booking))
    }

    /// The patient's other enrolments on the program, and those that may be and cannot be read.
    async fn others(
        &self,
        patient: &PatientId,
        program: &ProgramId,
        id: &EnrolmentId,
    ) -> Result<(Vec<Enrolment>, Vec<EnrolmentId>), StoreError> {
        let found = self.reader.of_patient(patient).await?;
        let mut others = found.enrolments;
        others.retain(|other| other.is_open() && other.program == *program && other.id != *id);
        let may_be = |its: &Option<ProgramId>| its.as_ref().is_none_or(|its| its == program);
        let unreadable = found.unreadable.into_iter().filter(|other| may_be(&other.program));
        Ok((others, unreadable.map(|other| other.id).collect()))
    }
}

/// Everything that is wrong with a draft of which the program, the patient or both do not exist.
fn wrong_without_both(
    draft: &EnrolmentDraft,
    program: Option<&Program>,
    patient: Option<&Patient>,
    sites: &[Site],
) -> Vec<FieldError> {
    let missing = |pointer, what| FieldError::new(pointer, format!("there is no such {what}"));
    let mut errors = Vec::new();
    if program.is_none() {
        errors.push(missing("/program", "program"));
    }
    if patient.is_none() {
        errors.push(missing("/patient", "patient"));
    }
    errors.extend(program.and_then(|program| check_booking(program.kind, draft).err()));
    errors.extend(wrong_whatever_the_booking(draft, program, sites));
    errors
}

/// What is wrong with the site and the reference date of a draft, whatever it is about.
fn wrong_whatever_the_booking(
    draft: &EnrolmentDraft,
    program: Option<&Program>,
    sites: &[Site],
) -> Vec<FieldError> {
    let named = draft.site.as_ref();
    let unknown = named.is_some_and(|code| sites.iter().all(|site| site.code != *code));
    let site = unknown.then(|| FieldError::new("/site", "there is no site of this code"));
    let date = program.and_then(|program| check_date(program.kind, draft.reference_date).err());
    site.into_iter().chain(date).collect()
}

/// Whether a program of this type is about a booking, and the draft names one.
fn check_booking(kind: ProgramType, draft: &EnrolmentDraft) -> Result<(), FieldError> {
    let wrong = |detail: &str| Err(FieldError::new("/booking", detail));
    match (kind, &draft.booking) {
        (ProgramType::Booking, None) => wrong("is required for a booking program"),
        (
            ProgramType::General
            | ProgramType::Recall
            | ProgramType::Program
            | ProgramType::Referral,
            Some(_),
        ) => wrong("must be left out: the program is not about a booking"),
        (ProgramType::Booking, Some(_))
        | (
            ProgramType::General
            | ProgramType::Recall
            | ProgramType::Program
            | ProgramType::Referral,
            None,
        ) => Ok(()),
    }
}
