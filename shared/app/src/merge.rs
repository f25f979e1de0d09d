//! The values of merge tags, from what is known of an enrolment.

use domain::address::AddressLine;
use domain::calendar::local;
use domain::program::ProgramType;
use domain::site::{ShownPhone, Site};
use domain::template::MergeValues;

use crate::ports::{Catalogue, StoreError};
use crate::situation::Situation;

/// The values for one enrolment.
///
/// # Errors
/// When the catalogue fails.
pub(crate) async fn values(
    catalogue: &impl Catalogue,
    practice_name: &str,
    situation: &Situation,
) -> Result<MergeValues, StoreError> {
    let Situation { enrolment, patient, site, program, visit, .. } = situation;
    let mut values = MergeValues::default();
    values.set_patient(patient);
    values.set("practice.name", practice_name);
    values.set("program.name", program.name.as_str());
    set_site(&mut values, site);
    if let Some(reference) = enrolment.reference(program.course) {
        let of = program.course.cycles();
        values.set_cycle(reference.date(site.zone), enrolment.cycle, of);
    }
    if let Some(visit) = visit {
        let kind = catalogue.booking_type_by_code(&visit.booking_type).await?;
        let kind = kind.as_ref().map_or("", |kind| kind.name.as_str());
        values.set_booking(visit.start, site.zone, kind);
    }
    match (program.kind, situation.facts().followed_referral()) {
        (ProgramType::Referral, Some(referral)) => values.set_referral(referral, site.zone),
        // Staff have put the patient on it: the referral was added when they did.
        (ProgramType::Referral, None) => {
            values.set_added(local(site.zone, enrolment.enrolled_at).date());
        }
        (
            ProgramType::General
            | ProgramType::Recall
            | ProgramType::Program
            | ProgramType::Booking,
            _,
        ) => {}
    }
    Ok(values)
}

/// Sets what is said of a site.
pub(crate) fn set_site(values: &mut MergeValues, site: &Site) {
    values.set("site.name", site.name.as_str());
    let letterhead = &site.letterhead;
    let address: Vec<&str> = letterhead.address.iter().map(AddressLine::as_str).collect();
    values.set("site.address", &address.join(", "));
    values.set("site.phone", letterhead.phone.as_ref().map_or("", ShownPhone::as_str));
}
