//! What every new enrolment must fit: the program, the patient, the site and the reference date.

use domain::booking::{Booking, Matching};
use domain::booking_type::Completing;
use domain::calendar::local;
use domain::enrolment::{Cause, Enrolment, Facts, NewEnrolment, enrol};
use domain::ids::{EnrolmentId, SiteId};
use domain::invalid::FieldError;
use domain::patient::{Patient, Standing};
use domain::program::{Assignment, Program, ProgramType};
use domain::site::Site;
use domain::text::{Code, Label};
use domain::timing::{Reference, ReferenceDate};

use super::{Asked, Desk};
use crate::catalogue::ChangeError;
use crate::ports::{Bookings, Catalogue, Change, EnrolmentReader, Enrolments, People, SaveError};

/// A place on a program, checked, for one patient.
pub(super) struct Place {
    pub(super) program: Program,
    pub(super) completing: Completing,
    pub(super) site: Site,
    pub(super) patient: Patient,
    pub(super) visit: Option<Booking>,
    pub(super) reference: Reference,
    pub(super) practitioner: Option<Label>,
}

/// Why a program takes nobody now; `None` when it does (R4, R16).
pub(super) fn closed(program: &Program) -> Option<String> {
    match program.assignment {
        Assignment::Disabled => {
            Some(format!("The program “{}” is disabled; enable it first.", program.name))
        }
        Assignment::Enabled => None,
    }
}

/// Why a patient cannot be put on a program; `None` when they can.
pub(super) fn not_current(patient: &Patient) -> Option<String> {
    match &patient.standing {
        Standing::Current => None,
        Standing::Archived => Some("The patient is archived; restore them first.".to_owned()),
        Standing::Deceased => Some("The patient is recorded as deceased.".to_owned()),
        Standing::Merged { into } => {
            Some(format!("This patient was merged into {into}; enrol that one."))
        }
    }
}

/// The site: the one that is named, else the booking's, else the patient's, else the only one. A
/// booking that has a site keeps it: its next event would say so again.
pub(super) fn choose_site(
    sites: &[Site],
    named: Option<&Code>,
    visit: Option<&Booking>,
    patient: &Patient,
) -> Result<Site, FieldError> {
    let wrong = |detail: &str| Err(FieldError::new("/site", detail));
    let of_id = |id: &SiteId| sites.iter().find(|site| site.id == *id);
    let of_booking = visit.and_then(|visit| match &visit.matching {
        Matching::Matched { site, .. } => of_id(site),
        Matching::Waiting { .. } => None,
    });
    if let Some(code) = named {
        return match sites.iter().find(|site| site.code == *code) {
            None => wrong("there is no site of this code"),
            Some(site) if of_booking.is_some_and(|other| other.id != site.id) => {
                wrong("the booking is at another site; leave this out")
            }
            Some(site) => Ok(site.clone()),
        };
    }
    let only = || match sites {
        [only] => Some(only),
        [] | [_, ..] => None,
    };
    match of_booking.or_else(|| patient.site.as_ref().and_then(of_id)).or_else(only) {
        Some(site) => Ok(site.clone()),
        None => wrong("is required: the patient has no site, and the practice has several"),
    }
}

/// The reference date by the program's type: the day the patient is added (General, Referral), the
/// one that is given (Recall), the one that is given or today (Program), the booking's start.
pub(super) fn reference(
    kind: ProgramType,
    given: Option<ReferenceDate>,
    visit: Option<&Booking>,
    site: &Site,
    asked: &Asked,
) -> Result<Reference, FieldError> {
    check_date(kind, given)?;
    let today = || local(site.zone, asked.at).date();
    match kind {
        ProgramType::General
        | ProgramType::Referral
        | ProgramType::Recall
        | ProgramType::Program => {
            Ok(Reference::Date(given.map_or_else(today, ReferenceDate::date)))
        }
        ProgramType::Booking => match visit {
            Some(visit) => Ok(Reference::Instant(visit.start)),
            None => Err(FieldError::new("/booking", "is required for a booking program")),
        },
    }
}

/// Whether a program of this type takes that reference date, or none.
pub(super) fn check_date(
    kind: ProgramType,
    given: Option<ReferenceDate>,
) -> Result<(), FieldError> {
    let wrong = |detail: String| Err(FieldError::new("/reference_date", detail));
    let name = kind.as_str();
    match (kind, given) {
        (ProgramType::General | ProgramType::Referral, Some(_)) => {
            wrong(format!("must be left out: a {name} program counts from today"))
        }
        (ProgramType::Recall, None) => {
            wrong("is required for a recall program: the proposed date of the booking".to_owned())
        }
        (ProgramType::Booking, Some(_)) => {
            wrong("must be left out: a booking program counts from the booking's start".to_owned())
        }
        (
            ProgramType::General
            | ProgramType::Referral
            | ProgramType::Program
            | ProgramType::Booking,
            None,
        )
        | (ProgramType::Recall | ProgramType::Program, Some(_)) => Ok(()),
    }
}

impl<E, R, C, P, B> Desk<'_, E, R, C, P, B>
where
    E: Enrolments,
    R: EnrolmentReader,
    C: Catalogue,
    P: People,
    B: Bookings,
{
    /// Stores the enrolment of a place, with the bookings it concerns. Bookings that are known
    /// already may complete its first cycle at once. `Ok(None)` when something it was decided upon
    /// has changed meanwhile, or an enrolment of that id exists.
    pub(super) async fn begin(
        &self,
        place: &Place,
        id: EnrolmentId,
        asked: &Asked,
    ) -> Result<Option<Enrolment>, ChangeError> {
        let bookings = match place.completing {
            Completing::None => Vec::new(),
            Completing::All | Completing::Types(_) => {
                self.bookings.of_patient(&place.patient.id, asked.at).await?
            }
        };
        let facts = Facts {
            program: &place.program,
            site: &place.site,
            patient: &place.patient,
            visit: place.visit.as_ref(),
            referral: None,
            bookings: &bookings,
            completing: &place.completing,
        };
        let cause = match &place.visit {
            Some(visit) => Cause::Booking(visit.key.clone()),
            None => Cause::Added(asked.by.clone()),
        };
        let new = NewEnrolment {
            id,
            cause,
            reference: place.reference,
            practitioner: place.practitioner.clone(),
            request_id: asked.request_id.clone(),
        };
        let Some(decision) = enrol(new, facts, asked.at) else {
            let name = &place.program.name;
            let why = format!("The program “{name}” has no action; give it one first.");
            return Err(ChangeError::Conflict(why));
        };
        let mut change = Change::new(None, decision, &bookings);
        if let Some(visit) = &place.visit {
            change = change.begun_by(visit);
        }
        match self.enrolments.commit(std::slice::from_ref(&change)).await {
            Ok(()) => Ok(Some(change.decision.enrolment)),
            Err(SaveError::Stale | SaveError::Taken(_)) => Ok(None),
            Err(SaveError::Store(error)) => Err(error.into()),
        }
    }
}
