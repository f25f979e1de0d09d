//! Everything a decision about an enrolment looks at, as it is now.

use domain::booking::Booking;
use domain::booking_type::Completing;
use domain::enrolment::{Cause, Enrolment, Facts};
use domain::patient::Patient;
use domain::program::{Completion, Program};
use domain::referral::Referral;
use domain::site::Site;

use crate::ports::{Bookings, Catalogue, People, StoreError};

/// An enrolment and the facts about it.
pub(crate) struct Situation {
    pub(crate) enrolment: Enrolment,
    pub(crate) program: Program,
    pub(crate) site: Site,
    pub(crate) patient: Patient,
    pub(crate) visit: Option<Booking>,
    pub(crate) referral: Option<Referral>,
    pub(crate) bookings: Vec<Booking>,
    pub(crate) completing: Completing,
}

impl Situation {
    /// Reads everything afresh.
    ///
    /// # Errors
    /// `Unreadable` also when something the enrolment needs does not exist: trying again will not
    /// help, and a person must look.
    pub(crate) async fn read(
        catalogue: &impl Catalogue,
        people: &impl People,
        bookings: &impl Bookings,
        enrolment: Enrolment,
    ) -> Result<Self, StoreError> {
        let program = catalogue.program(&enrolment.program).await?;
        let site = catalogue.site(&enrolment.site).await?;
        let patient = people.patient(&enrolment.patient).await?;
        let program = program.ok_or_else(|| missing(&enrolment, "program"))?;
        let site = site.ok_or_else(|| missing(&enrolment, "site"))?;
        let patient = patient.ok_or_else(|| missing(&enrolment, "patient"))?;
        let (visit, referral) = cause(bookings, &enrolment).await?;
        let completing = completing(catalogue, &program).await?;
        let bookings = match completing {
            Completing::None => Vec::new(),
            Completing::All | Completing::Types(_) => {
                let from = enrolment.bookings_count_from(referral.as_ref());
                bookings.of_patient(&patient.id, from).await?
            }
        };
        Ok(Self { enrolment, program, site, patient, visit, referral, bookings, completing })
    }

    pub(crate) fn facts(&self) -> Facts<'_> {
        Facts {
            program: &self.program,
            site: &self.site,
            patient: &self.patient,
            visit: self.visit.as_ref(),
            referral: self.referral.as_ref(),
            bookings: &self.bookings,
            completing: &self.completing,
        }
    }
}

/// The booking or the referral that caused an enrolment, as it is now.
pub(crate) async fn cause(
    bookings: &impl Bookings,
    enrolment: &Enrolment,
) -> Result<(Option<Booking>, Option<Referral>), StoreError> {
    Ok(match &enrolment.cause {
        Cause::Booking(key) => {
            let visit = bookings.booking(key).await?;
            (Some(visit.ok_or_else(|| missing(enrolment, "booking"))?), None)
        }
        Cause::Referral(key) => {
            let referral = bookings.referral(key).await?;
            (None, Some(referral.ok_or_else(|| missing(enrolment, "referral"))?))
        }
        Cause::Added(_) => (None, None),
    })
}

/// Of which types a booking must be to complete a cycle of a program.
pub(crate) async fn completing(
    catalogue: &impl Catalogue,
    program: &Program,
) -> Result<Completing, StoreError> {
    let types = match program.completion {
        Completion::Ignore | Completion::AnyBooking => Vec::new(),
        Completion::SelectedTypes => catalogue.booking_types().await?,
    };
    Ok(Completing::of(program, &types))
}

pub(crate) fn missing(enrolment: &Enrolment, what: &str) -> StoreError {
    StoreError::Unreadable {
        what: format!("enrolment {}", enrolment.id),
        why: format!("its {what} does not exist"),
    }
}
