//! What a referral begins.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::booking::{Booking, BookingKey, Matching};
use domain::booking_type::Completing;
use domain::enrolment::{Facts, enrol_for_referral};
use domain::patient::{Patient, Standing};
use domain::program::{Assignment, Program, ProgramType};
use domain::referral::{Referral, ReferralState};
use domain::site::Site;

use super::{Known, Stores};
use crate::ports::{
    Catalogue, Change, EventResult, Intake, Newcomers, ReferralChange, Register, StoreError,
};
use crate::situation::completing;

impl<I: Intake, C: Catalogue, P: Register, N: Newcomers> Stores<'_, I, C, P, N> {
    /// Puts the patient of a referral on every enabled program that takes it and that it has not begun
    /// yet.
    pub(super) async fn begin(
        &self,
        referral: &mut Referral,
        known: &Known,
        change: &mut ReferralChange,
        (request_id, now): (&str, DateTime<Utc>),
    ) -> Result<(), StoreError> {
        if referral.state != ReferralState::Active {
            return Ok(());
        }
        let Some((patient, site)) = self.whose(referral, known).await? else { return Ok(()) };
        let programs = self.programs(referral, &mut change.event.result).await?;
        let mut bookings = Vec::new();
        let mut claimed: BTreeMap<BookingKey, Booking> = BTreeMap::new();
        let mut read = false;
        for program in programs {
            let completing = completing(self.catalogue, &program).await?;
            if completing != Completing::None && !read {
                let from = referral.added_at.min(now);
                bookings = self.intake.of_patient(&patient.id, from).await?;
                read = true;
            }
            let facts = Facts {
                program: &program,
                site: &site,
                patient: &patient,
                visit: None,
                referral: Some(referral),
                bookings: &bookings,
                completing: &completing,
            };
            let request_id = request_id.to_owned();
            let Some(decision) = enrol_for_referral(request_id, facts, now) else {
                continue;
            };
            let id = decision.enrolment.id.clone();
            if !referral.caused.insert(id.clone()) {
                continue;
            }
            let mut begun = Change::new(None, decision, &bookings);
            // A booking that completes several of them is written once, with all of them.
            for booking in begun.claimed.drain(..) {
                change.event.result.completed.push((program.id.clone(), id.clone()));
                let known = claimed.entry(booking.key.clone()).or_insert(booking);
                known.completed.insert(id.clone());
            }
            change.event.result.enrolled.push((program.id.clone(), id));
            change.changes.push(begun);
        }
        change.claimed = claimed.into_values().collect();
        Ok(())
    }

    /// The patient and the site of a referral that is matched; `None` when it is not, or nobody is to
    /// contact the patient any more.
    async fn whose(
        &self,
        referral: &Referral,
        known: &Known,
    ) -> Result<Option<(Patient, Site)>, StoreError> {
        let Matching::Matched { patient, site } = &referral.matching else { return Ok(None) };
        let patient = match &known.patient {
            Some(same) if same.id == *patient => Some(same.clone()),
            Some(_) | None => self.people.patient(patient).await?,
        };
        let site = match &known.site {
            Some(same) if same.id == *site => Some(same.clone()),
            Some(_) | None => self.catalogue.site(site).await?,
        };
        Ok(patient.filter(|it| it.standing == Standing::Current).zip(site))
    }

    /// The programs that take a referral. Those of them that take nobody are remarked upon.
    async fn programs(
        &self,
        referral: &Referral,
        result: &mut EventResult,
    ) -> Result<Vec<Program>, StoreError> {
        let mut programs = self.catalogue.programs().await?;
        programs.retain(|it| it.kind == ProgramType::Referral && it.referrals.admits(referral));
        if programs.is_empty() && result.changed.is_empty() {
            result
                .remarks
                .push("No referral program takes a referral of this type and origin.".into());
        }
        programs.retain(|program| match program.assignment {
            Assignment::Enabled => true,
            Assignment::Disabled => {
                result.remarks.push(format!("The program “{}” is disabled.", program.name));
                false
            }
        });
        Ok(programs)
    }
}
