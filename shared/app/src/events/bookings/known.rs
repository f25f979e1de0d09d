//! What is known here of what a booking event names.

use chrono::{DateTime, Utc};
use domain::booking::{Booking, BookingEvent, Matching};
use domain::booking_type::BookingType;
use domain::ids::PatientId;
use domain::patient::{Patient, Standing};
use domain::site::Site;

use crate::events::Stores;
use crate::events::who::Who;
use crate::people::{Admission, Introduced, survivor};
use crate::ports::{Catalogue, Intake, Newcomers, Register, StoreError};

/// What is known of what the event names.
#[derive(Default)]
pub(super) struct Known {
    pub(super) patient: Option<Patient>,
    /// Who the patient may be, who is not known for sure or is new.
    pub(super) likely: Vec<PatientId>,
    /// How the patient was found, unless by the sender's key, as a sentence.
    pub(super) remark: Option<String>,
    pub(super) site: Option<Site>,
    pub(super) booking_type: Option<BookingType>,
}

impl Known {
    /// Whether its patient is known, and one who receives messages.
    pub(super) fn is_contacted(&self) -> bool {
        self.patient.as_ref().is_some_and(|patient| patient.standing == Standing::Current)
    }

    /// Whose and where a booking is of which this is known.
    pub(super) fn matching(&self) -> Matching {
        match self {
            Self { patient: Some(patient), site: Some(site), booking_type: Some(_), .. }
                if self.is_contacted() =>
            {
                Matching::Matched { patient: patient.id.clone(), site: site.id.clone() }
            }
            Self { patient, .. } => {
                Matching::Waiting { patient: patient.as_ref().map(|patient| patient.id.clone()) }
            }
        }
    }
}

impl<I: Intake, C: Catalogue, P: Register, N: Newcomers> Stores<'_, I, C, P, N> {
    /// What is known of what the event names. Of a patient who is new a record is made, unless the
    /// event tells of no visit.
    pub(super) async fn look_up(
        &self,
        event: &BookingEvent,
        before: Option<&Booking>,
        now: DateTime<Utc>,
    ) -> Result<Known, StoreError> {
        let Some(details) = &event.details else { return Ok(Known::default()) };
        let told = if let Some(code) = &details.site {
            self.catalogue.site_by_code(code).await?
        } else {
            // A practice with one site need not name it.
            let mut sites = self.catalogue.sites().await?;
            if sites.len() == 1 { sites.pop() } else { None }
        };
        let is_visit = event.kind.state().is_none_or(|state| state.gone().is_none());
        let introduced = Introduced {
            source: &event.key.source,
            presented: &details.patient,
            occasion: event.key.id.as_str(),
            before: before.and_then(|before| before.matching.patient()),
            site: told.as_ref().map(|site| &site.id),
            admission: if is_visit { Admission::New } else { Admission::KnownOnly },
            at: now,
        };
        let Who { patient, likely, remark } = self.who(introduced).await?;
        let mut known = Known { patient, likely, remark, ..Known::default() };
        let own = known.patient.as_ref().and_then(|patient| patient.site.as_ref());
        known.site = match (&details.site, own) {
            (None, Some(id)) => self.catalogue.site(id).await?,
            (Some(_), _) | (None, None) => told,
        };
        known.booking_type = self.catalogue.booking_type_by_code(&details.booking_type).await?;
        Ok(known)
    }

    /// What is known of what a booking's newest details name: an event that tells its state only, or
    /// older details, is about the same.
    pub(super) async fn known_of(&self, booking: &Booking) -> Result<Known, StoreError> {
        let Matching::Matched { patient, site } = &booking.matching else {
            return Ok(Known::default());
        };
        let patient = survivor(self.people, patient).await?;
        Ok(Known {
            patient: patient.filter(|patient| patient.standing == Standing::Current),
            site: self.catalogue.site(site).await?,
            booking_type: self.catalogue.booking_type_by_code(&booking.booking_type).await?,
            ..Known::default()
        })
    }
}
