//! A booking on a new record that would complete a recall on another one, had staff said that both
//! are one person: the question on the work list says so, while it waits (HealthTrack R30).

use chrono::{DateTime, Utc};
use domain::booking::{Booking, Matching};
use domain::booking_type::BookingType;
use domain::enrolment::{Effect, Enrolment, Event, decide};
use domain::ids::{PatientId, WorkId};
use domain::patient::{Patient, Standing};
use domain::work::OpenWork;

use super::{Concern, Stores};
use crate::people::survivor;
use crate::ports::{Catalogue, Intake, Newcomers, Register, StoreError};

/// Longest text of a question. What a patient books beyond it is not added.
const MAX_SUMMARY: usize = 2000;

impl<I: Intake, C: Catalogue, P: Register, N: Newcomers> Stores<'_, I, C, P, N> {
    /// The question whether `patient` is new, with what the booking would complete; `None` when there
    /// is none, or nothing to add to it. What staff have answered is not asked again.
    pub(super) async fn offered(
        &self,
        booking: &Booking,
        patient: &Patient,
        kind: &BookingType,
        now: DateTime<Utc>,
    ) -> Result<Option<OpenWork>, StoreError> {
        if !booking.is_visit_of(&patient.id) {
            return Ok(None);
        }
        let question = WorkId::for_possible_duplicate(&patient.id);
        let Some(mut open) = self.newcomers.question(&question).await? else { return Ok(None) };
        let item = &mut open.item;
        let mut is_news = false;
        for likely in item.same_as.clone() {
            for offer in self.would_complete(booking, kind, &likely, now).await? {
                let is_told = item.summary.contains(&offer);
                if !is_told && item.summary.len() + offer.len() < MAX_SUMMARY {
                    item.summary = format!("{} {offer}", item.summary);
                    is_news = true;
                }
            }
        }
        Ok(is_news.then_some(open))
    }

    /// What the booking would complete, were it the other patient's. An enrolment that cannot be read
    /// is on the work list for itself, whenever it is met.
    async fn would_complete(
        &self,
        booking: &Booking,
        kind: &BookingType,
        likely: &PatientId,
        now: DateTime<Utc>,
    ) -> Result<Vec<String>, StoreError> {
        let Some(other) = survivor(self.people, likely).await? else { return Ok(Vec::new()) };
        let (Standing::Current, Matching::Matched { site, .. }) =
            (&other.standing, &booking.matching)
        else {
            return Ok(Vec::new());
        };
        let matching = Matching::Matched { patient: other.id.clone(), site: site.clone() };
        let theirs = Booking { matching, ..booking.clone() };
        let completing = self.completed_by(&theirs, std::slice::from_ref(kind)).await?;
        if completing.is_empty() {
            return Ok(Vec::new());
        }
        let mut offers = Vec::new();
        for enrolment in self.intake.open_enrolments(&other.id, &completing).await?.enrolments {
            match self.offer(enrolment, &theirs, &other.id, now).await {
                Ok(offer) => offers.extend(offer),
                Err(StoreError::Unreadable { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(offers)
    }

    async fn offer(
        &self,
        enrolment: Enrolment,
        theirs: &Booking,
        other: &PatientId,
        now: DateTime<Utc>,
    ) -> Result<Option<String>, StoreError> {
        let situation = self.situation(enrolment, Concern::MayComplete, theirs).await?;
        let before = &situation.enrolment;
        let decision = decide(before, situation.facts(), Event::BookingsChanged, now);
        let key = &theirs.key;
        let completes = decision.effects.contains(&Effect::Claim(key.clone()));
        Ok(completes.then(|| {
            format!(
                "Booking {} of “{}” would complete cycle {} of “{}” of {other}: merge the two to let \
                 it count.",
                key.id, key.source, before.cycle, situation.program.name
            )
        }))
    }
}
