//! What is known here of what a referral event names.

use chrono_tz::Tz;
use domain::booking::Matching;
use domain::intake::{ToldReferral, ToldReferralDetails};
use domain::patient::{Identifier, Patient, Standing};
use domain::referral::{Referral, ReferralKey};
use domain::site::Site;

use crate::ports::{Catalogue, People, StoreError};

/// What is known of what an event names.
pub(super) struct Known {
    pub(super) patient: Option<Patient>,
    pub(super) site: Option<Site>,
    /// By whose clock its times are meant that name no offset.
    pub(super) zone: Tz,
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

/// Looks up what the event names. The site is the first of its codes that is known, else the
/// patient's, else the only one. Where none is known, the first one's clock counts.
pub(super) async fn look_up<C: Catalogue, P: People>(
    catalogue: &C,
    people: &P,
    key: &ReferralKey,
    told: &ToldReferral,
    before: Option<&Referral>,
) -> Result<Known, StoreError> {
    let patient = match &told.details {
        Some(details) => find_patient(people, key, details).await?,
        None => None,
    };
    let mut sites = catalogue.sites().await?;
    let named = told.site.iter().find_map(|code| sites.iter().position(|it| it.code == *code));
    let of_patient = || {
        let id = patient.as_ref()?.site.as_ref()?;
        sites.iter().position(|site| site.id == *id)
    };
    // An event that names neither is about the site the referral is at.
    let of_referral = || match &before?.matching {
        Matching::Matched { site: id, .. } => sites.iter().position(|site| site.id == *id),
        Matching::Waiting { .. } => None,
    };
    let only = || (sites.len() == 1).then_some(0);
    let place = named.or_else(of_patient).or_else(only);
    let clock = place.or_else(of_referral).unwrap_or(0);
    let zone = sites.get(clock).map_or(Tz::UTC, |site| site.zone);
    let site = place.map(|place| sites.swap_remove(place));
    Ok(Known { patient, site, zone })
}

/// Whom a referral is about.
async fn find_patient<P: People>(
    people: &P,
    key: &ReferralKey,
    details: &ToldReferralDetails,
) -> Result<Option<Patient>, StoreError> {
    let Some(id) = details.patient.id.clone() else { return Ok(None) };
    let identifier = Identifier { source: key.source.clone(), id };
    match people.find(&identifier).await? {
        Some(id) => people.patient(&id).await,
        None => Ok(None),
    }
}
