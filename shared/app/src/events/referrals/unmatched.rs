//! Referrals that could not be matched to a patient or a site.

use chrono::{DateTime, Utc};
use domain::ids::WorkId;
use domain::intake::{ToldReferral, ToldReferralDetails};
use domain::patient::Standing;
use domain::referral::{ReferralEvent, ReferralKey};
use domain::work::{WorkItem, WorkKind};

use super::Known;
use crate::events::Outlook;
use crate::events::who::{MAY_BE_KNOWN, for_staff, says_too_little};

/// What is missing, as sentences without patient data.
pub(super) fn why(
    event: &ReferralEvent,
    details: &ToldReferralDetails,
    told: &ToldReferral,
    known: &Known,
) -> Vec<String> {
    let mut why = Vec::new();
    match (known.patient.as_ref().map(|patient| &patient.standing), &details.patient.id) {
        (None, id) => {
            why.push(says_too_little(&event.key.source, id.as_ref()));
            if !known.likely.is_empty() {
                why.push(MAY_BE_KNOWN.to_owned());
            }
        }
        (Some(Standing::Current), _) => {}
        (Some(Standing::Archived), _) => why.push("The patient is archived.".to_owned()),
        (Some(Standing::Deceased), _) => {
            why.push("The patient is recorded as deceased.".to_owned());
        }
        (Some(Standing::Merged { .. }), _) => {
            why.push("The patient's record was merged into another one.".to_owned());
        }
    }
    if known.site.is_none() {
        why.push(match told.site.first() {
            Some(code) => format!("There is no site of code “{code}”, and the patient has none."),
            None => "The referral names no site, and neither does the patient.".to_owned(),
        });
    }
    why
}

pub(super) fn work_id(key: &ReferralKey) -> WorkId {
    WorkId::for_cause(&["unmatched referral", key.source.as_str(), key.id.as_str()])
}

pub(super) fn work_item(
    event: &ReferralEvent,
    details: &ToldReferralDetails,
    known: &Known,
    why: &[String],
    (outlook, now): (Outlook<'_>, DateTime<Utc>),
) -> WorkItem {
    let ReferralKey { source, id } = &event.key;
    let patient = match &details.patient.id {
        Some(id) => format!("its patient {}", id.reveal()),
        None => "a patient it gives no key of".to_owned(),
    };
    let kind = match details.referral_type.first() {
        Some(code) => format!("type {code}"),
        None => "without a type".to_owned(),
    };
    let summary = format!(
        "Referral {id} from “{source}”, of {patient}, {kind}, began nothing. {} Mend what is missing \
         or wrong. {outlook}",
        for_staff(why, &known.likely),
    );
    WorkItem {
        id: work_id(&event.key),
        kind: WorkKind::Unmatched,
        since: now,
        summary,
        enrolment: None,
        program: None,
        patient: known.patient.as_ref().map(|patient| patient.id.clone()),
        site: known.site.as_ref().map(|site| site.id.clone()),
        same_as: known.likely.clone(),
        reply: None,
    }
}
