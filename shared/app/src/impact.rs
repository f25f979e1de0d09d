//! What saving a program with other timings would do to the patients on it, said before it is saved.
//!
//! It is said within one request, whatever their number: what many of them need is read once or in
//! batches, and so many are looked at and no more.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use domain::booking::{Booking, BookingKey};
use domain::booking_type::Completing;
use domain::enrolment::{Cause, Enrolment, Event, decide};
use domain::ids::{EnrolmentId, PatientId, SiteId};
use domain::patient::Patient;
use domain::program::Program;
use domain::referral::{Referral, ReferralKey};
use domain::site::Site;
use futures_util::{StreamExt, stream};

use crate::ports::{Bookings, Catalogue, EnrolmentReader, People, StoreError};
use crate::replan::Stores;
use crate::situation::{Situation, completing, missing};

/// Enrolments read at once.
const PAGE: usize = 100;
/// Enrolments worked on at the same time.
const AT_ONCE: usize = 16;
/// Most enrolments that are looked at: those who have been on the program longest.
pub const MOST_EXAMINED: usize = 2_000;

/// Whether everybody on the program was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Examined {
    /// Everybody.
    #[default]
    All,
    /// [`MOST_EXAMINED`] of them. Of the others nothing is said.
    Some,
}

/// What saving a program would do to the patients on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Impact {
    /// How many were looked at.
    pub patients: usize,
    /// Whether these are all.
    pub examined: Examined,
    /// Those of them of whom nothing else can be said: they, or something they need, cannot be read.
    pub unreadable: usize,
    /// Those whose next action would be due at once, though it is not due now.
    pub due_at_once: usize,
    /// Those whose next action would be due at another time, or be another action.
    pub changed: usize,
}

/// What the enrolments of a page need, read for all of them together.
struct Around<'a> {
    program: &'a Program,
    completing: &'a Completing,
    sites: &'a BTreeMap<SiteId, Site>,
    patients: BTreeMap<PatientId, Patient>,
    visits: BTreeMap<BookingKey, Booking>,
    referrals: BTreeMap<ReferralKey, Referral>,
}

impl<C: Catalogue, P: People, B: Bookings, R: EnrolmentReader> Stores<'_, C, P, B, R> {
    /// What saving `program` would do to the patients on it, now.
    ///
    /// Cost for each hundred: a query, a read of the enrolments, one of their patients, one of their
    /// visits and one of their referrals; where bookings complete cycles, two reads for each enrolment.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn impact(
        &self,
        program: &Program,
        now: DateTime<Utc>,
    ) -> Result<Impact, StoreError> {
        let completing = completing(self.catalogue, program).await?;
        let mut sites = BTreeMap::new();
        let mut impact = Impact::default();
        let mut after: Option<String> = None;
        loop {
            let page = self.reader.of_program(&program.id, after.as_deref(), PAGE).await?;
            for one in &page.unreadable {
                impact.count_unreadable(&one.id, &one.why);
            }
            self.add_sites(&mut sites, &page.enrolments).await?;
            let ids = page.enrolments.iter().map(|it| it.patient.clone()).collect();
            let patients = self.people.patients(&ids).await?.patients.into_iter();
            let visits: BTreeSet<_> = page.enrolments.iter().filter_map(visit_of).collect();
            let visits = self.bookings.bookings(&visits).await?.into_iter();
            let referrals: BTreeSet<_> = page.enrolments.iter().filter_map(referral_of).collect();
            let referrals = self.bookings.referrals(&referrals).await?.into_iter();
            let around = Around {
                program,
                completing: &completing,
                sites: &sites,
                patients: patients.map(|it| (it.id.clone(), it)).collect(),
                visits: visits.map(|it| (it.key.clone(), it)).collect(),
                referrals: referrals.map(|it| (it.key.clone(), it)).collect(),
            };
            let around = &around;
            let situations = stream::iter(page.enrolments)
                .map(|enrolment| async move {
                    let id = enrolment.id.clone();
                    (id, self.situation(around, enrolment).await)
                })
                .buffer_unordered(AT_ONCE);
            let mut situations = std::pin::pin!(situations);
            while let Some((id, situation)) = situations.next().await {
                match situation {
                    Ok(it) => {
                        let event = Event::ProgramChanged;
                        let decision = decide(&it.enrolment, it.facts(), event, now);
                        impact.count(&it.enrolment, &decision.enrolment, now);
                    }
                    Err(error @ StoreError::Unreadable { .. }) => {
                        impact.count_unreadable(&id, &error.to_string());
                    }
                    Err(error) => return Err(error),
                }
            }
            after = page.next;
            if after.is_none() {
                return Ok(impact);
            }
            if impact.patients >= MOST_EXAMINED {
                return Ok(Impact { examined: Examined::Some, ..impact });
            }
        }
    }

    /// Reads the sites that are not known yet. One that cannot be read is left out.
    async fn add_sites(
        &self,
        sites: &mut BTreeMap<SiteId, Site>,
        enrolments: &[Enrolment],
    ) -> Result<(), StoreError> {
        let ids: BTreeSet<_> = enrolments.iter().map(|it| &it.site).collect();
        for id in ids {
            if sites.contains_key(id) {
                continue;
            }
            match self.catalogue.site(id).await {
                Ok(site) => sites.extend(site.map(|site| (id.clone(), site))),
                Err(StoreError::Unreadable { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// The facts about an enrolment, under the program as it would be saved.
    async fn situation(
        &self,
        around: &Around<'_>,
        enrolment: Enrolment,
    ) -> Result<Situation, StoreError> {
        let lost = |what| missing(&enrolment, what);
        let site = around.sites.get(&enrolment.site).ok_or_else(|| lost("site"))?.clone();
        let patient = around.patients.get(&enrolment.patient);
        let patient = patient.ok_or_else(|| lost("patient"))?.clone();
        let (visit, referral) = match &enrolment.cause {
            Cause::Booking(key) => {
                let visit = around.visits.get(key).ok_or_else(|| lost("booking"))?;
                (Some(visit.clone()), None)
            }
            Cause::Referral(key) => {
                let referral = around.referrals.get(key).ok_or_else(|| lost("referral"))?;
                (None, Some(referral.clone()))
            }
            Cause::Added(_) => (None, None),
        };
        let bookings = match around.completing {
            Completing::None => Vec::new(),
            Completing::All | Completing::Types(_) => {
                let from = enrolment.bookings_count_from(referral.as_ref());
                self.bookings.of_patient(&patient.id, from).await?
            }
        };
        let (program, completing) = (around.program.clone(), around.completing.clone());
        Ok(Situation { enrolment, program, site, patient, visit, referral, bookings, completing })
    }
}

fn visit_of(enrolment: &Enrolment) -> Option<BookingKey> {
    match &enrolment.cause {
        Cause::Booking(key) => Some(key.clone()),
        Cause::Referral(_) | Cause::Added(_) => None,
    }
}

fn referral_of(enrolment: &Enrolment) -> Option<ReferralKey> {
    match &enrolment.cause {
        Cause::Referral(key) => Some(key.clone()),
        Cause::Booking(_) | Cause::Added(_) => None,
    }
}

impl Impact {
    fn count_unreadable(&mut self, id: &EnrolmentId, why: &str) {
        tracing::warn!(enrolment.id = %id, reason = %why, "what a save would do to it cannot be said");
        self.patients += 1;
        self.unreadable += 1;
    }

    fn count(&mut self, before: &Enrolment, after: &Enrolment, now: DateTime<Utc>) {
        self.patients += 1;
        let next = |enrolment: &Enrolment| {
            enrolment.due().zip(enrolment.current_key()).map(|((due, _), key)| (due, key))
        };
        let (before, after) = (next(before), next(after));
        if before == after {
            return;
        }
        self.changed += 1;
        let is_due = |next: &Option<(DateTime<Utc>, _)>| next.as_ref().is_some_and(|n| n.0 <= now);
        if is_due(&after) && !is_due(&before) {
            self.due_at_once += 1;
        }
    }
}
