//! What a referral's change does to what it has begun.

use chrono::{DateTime, Utc};
use domain::booking::Matching;
use domain::booking_type::Completing;
use domain::enrolment::{EndReason, Enrolment, Event, Status, decide};
use domain::ids::EnrolmentId;
use domain::program::ProgramType;
use domain::referral::{Referral, ReferralKey};

use super::Stores;
use crate::ports::{Catalogue, Change, Intake, Newcomers, ReferralChange, Register, StoreError};
use crate::situation::{Situation, missing};
use crate::work::unreadable;

impl<I: Intake, C: Catalogue, P: Register, N: Newcomers> Stores<'_, I, C, P, N> {
    /// Tells the enrolments of a referral that it has changed; one that went to another program is
    /// found there, and what the referral would begin on that program counts as begun.
    pub(super) async fn referral_changed(
        &self,
        referral: &mut Referral,
        change: &mut ReferralChange,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut next: Vec<EnrolmentId> = referral.caused.iter().cloned().collect();
        while let Some(id) = next.pop() {
            let told = match self.intake.enrolment(&id).await {
                Ok(None) => Ok(Told::Nothing),
                Ok(Some(enrolment)) => {
                    referral.caused.insert(begun_as(&enrolment, &referral.key));
                    self.tell_of_referral(enrolment, referral, now).await
                }
                Err(error) => Err(error),
            };
            match told {
                Ok(Told::Nothing) => {}
                Ok(Told::MovedTo(to)) => next.push(to),
                Ok(Told::Changed(told)) => {
                    if told.is_news() {
                        let program = told.decision.enrolment.program.clone();
                        change.event.result.changed.push((program, id));
                    }
                    change.changes.push(*told);
                }
                // One that cannot be read must not keep the event from the others. Its sender meets
                // the referral's new state by itself.
                Err(error @ StoreError::Unreadable { .. }) => {
                    change.raise.push(unreadable(id.as_str(), &error.to_string(), now));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    async fn tell_of_referral(
        &self,
        enrolment: Enrolment,
        referral: &Referral,
        now: DateTime<Utc>,
    ) -> Result<Told, StoreError> {
        if let Status::Ended { why: EndReason::MovedTo(to), .. } = &enrolment.status {
            return Ok(Told::MovedTo(to.clone()));
        }
        let situation = self.followed_up(enrolment, referral).await?;
        let before = &situation.enrolment;
        let decision = decide(before, situation.facts(), Event::ReferralChanged, now);
        if decision.enrolment == *before && decision.effects.is_empty() {
            return Ok(Told::Nothing);
        }
        Ok(Told::Changed(Box::new(Change::new(Some(situation.enrolment), decision, &[]))))
    }

    /// The facts about an enrolment, with the referral as the event tells it.
    async fn followed_up(
        &self,
        enrolment: Enrolment,
        referral: &Referral,
    ) -> Result<Situation, StoreError> {
        let program = self.catalogue.program(&enrolment.program).await?;
        let program = program.ok_or_else(|| missing(&enrolment, "program"))?;
        let site = match (&referral.matching, program.kind) {
            (Matching::Matched { site, .. }, ProgramType::Referral) => site,
            (Matching::Matched { .. } | Matching::Waiting { .. }, _) => &enrolment.site,
        };
        let site = self.catalogue.site(site).await?.ok_or_else(|| missing(&enrolment, "site"))?;
        let patient = self.people.patient(&enrolment.patient).await?;
        let patient = patient.ok_or_else(|| missing(&enrolment, "patient"))?;
        Ok(Situation {
            enrolment,
            program,
            site,
            patient,
            visit: None,
            referral: Some(referral.clone()),
            bookings: Vec::new(),
            completing: Completing::None,
        })
    }
}

/// What the referral would call the enrolment, had it begun it where it is now.
fn begun_as(enrolment: &Enrolment, key: &ReferralKey) -> EnrolmentId {
    EnrolmentId::for_referral(&enrolment.program, &key.source, &key.id, &enrolment.patient)
}

/// What a referral's change does to an enrolment.
enum Told {
    Nothing,
    /// It goes on there.
    MovedTo(EnrolmentId),
    Changed(Box<Change>),
}
