//! What is known here of what a referral event names.

use chrono::{DateTime, Utc};
use domain::booking::Matching;
use domain::ids::PatientId;
use domain::intake::{ReferralEventKind, ToldReferral, ToldReferralDetails};
use domain::patient::{Identifier, Patient, Standing};
use domain::referral::{ReferralEvent, ReferralKey};
use domain::site::Site;

use crate::events::Stores;
use crate::events::who::Who;
use crate::people::{Admission, Introduced, survivor};
use crate::ports::{Catalogue, Intake, Newcomers, Register, StoreError};

/// What is known of what an event names.
pub(super) struct Known {
    pub(super) patient: Option<Patient>,
    /// Who the patient may be, who is not known for sure or is new.
    pub(super) likely: Vec<PatientId>,
    /// How the patient was found, unless by the sender's key, as a sentence.
    pub(super) remark: Option<String>,
    pub(super) site: Option<Site>,
}

impl Known {
    /// Whose the referral is by this event, and the site it is followed up from.
    pub(super) fn matching(&self) -> Matching {
        match (&self.patient, &self.site) {
            (Some(patient), Some(site)) if patient.standing == Standing::Current => {
                Matching::Matched { patient: patient.id.clone(), site: site.id.clone() }
            }
            (patient, _) => {
                Matching::Waiting { patient: patient.as_ref().map(|patient| patient.id.clone()) }
            }
        }
    }
}

impl<I: Intake, C: Catalogue, P: Register, N: Newcomers> Stores<'_, I, C, P, N> {
    /// Looks up what an event names; the patient by the sender's key only. The site is the first of its
    /// codes that is known, else the patient's, else the only one.
    pub(super) async fn known(
        &self,
        key: &ReferralKey,
        told: &ToldReferral,
    ) -> Result<Known, StoreError> {
        let id = told.details.as_ref().and_then(|details| details.patient.id.clone());
        let patient = match id {
            Some(id) => {
                let identifier = Identifier { source: key.source.clone(), id };
                match self.people.find(&identifier).await? {
                    Some(id) => survivor(self.people, &id).await?,
                    None => None,
                }
            }
            None => None,
        };
        let mut sites = self.catalogue.sites().await?;
        let named = told.site.iter().find_map(|code| sites.iter().position(|it| it.code == *code));
        let of_patient = || {
            let id = patient.as_ref()?.site.as_ref()?;
            sites.iter().position(|site| site.id == *id)
        };
        let only = || (sites.len() == 1).then_some(0);
        let place = named.or_else(of_patient).or_else(only);
        let site = place.map(|place| sites.swap_remove(place));
        Ok(Known { patient, likely: Vec::new(), remark: None, site })
    }
}

impl Known {
    /// Finds out whom the referral is about, by all that is told of them. Of somebody new a record is
    /// made, should the referral be one that is followed up.
    pub(super) async fn recognise<I, C: Catalogue, P: Register, N: Newcomers>(
        &mut self,
        stores: &Stores<'_, I, C, P, N>,
        event: &ReferralEvent,
        details: &ToldReferralDetails,
        before: Option<&PatientId>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let admission = match event.kind {
            ReferralEventKind::Added | ReferralEventKind::Changed => Admission::New,
            ReferralEventKind::Completed | ReferralEventKind::Withdrawn => Admission::KnownOnly,
        };
        let introduced = Introduced {
            source: &event.key.source,
            presented: &details.patient,
            occasion: event.key.id.as_str(),
            before,
            site: self.site.as_ref().map(|site| &site.id),
            admission,
            at: now,
        };
        let Who { patient, likely, remark } = stores.who(introduced).await?;
        (self.patient, self.likely, self.remark) = (patient, likely, remark);
        let own = self.patient.as_ref().and_then(|patient| patient.site.as_ref());
        if let (None, Some(own)) = (&self.site, own) {
            self.site = stores.catalogue.site(own).await?;
        }
        Ok(())
    }
}
