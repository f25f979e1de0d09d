//! What of the practice is looked at, read for many enrolments together.

use std::collections::BTreeMap;

use domain::booking::{Booking, BookingKey};
use domain::booking_type::Completing;
use domain::enrolment::{Cause, Enrolment, Facts};
use domain::ids::{PatientId, ProgramId};
use domain::patient::Patient;
use domain::program::Program;
use domain::referral::{Referral, ReferralKey};
use domain::site::Site;

/// What some enrolments need, read for all of them together.
#[derive(Default)]
pub(super) struct Around {
    pub(super) patients: BTreeMap<PatientId, Patient>,
    pub(super) visits: BTreeMap<BookingKey, Booking>,
    pub(super) referrals: BTreeMap<ReferralKey, Referral>,
}

/// What was read once for all.
pub(super) struct Known<'a> {
    pub(super) sites: &'a [Site],
    /// `None` for one that does not exist or cannot be read: it is not asked for once more.
    pub(super) programs: BTreeMap<ProgramId, Option<Program>>,
}

impl Known<'_> {
    /// The facts about an enrolment; what of them is missing.
    pub(super) fn facts<'a>(
        &'a self,
        enrolment: &Enrolment,
        around: &'a Around,
    ) -> Result<Facts<'a>, &'static str> {
        let (visit, referral) = match &enrolment.cause {
            Cause::Booking(key) => (Some(around.visits.get(key).ok_or("booking")?), None),
            Cause::Referral(key) => (None, Some(around.referrals.get(key).ok_or("referral")?)),
            Cause::Added(_) => (None, None),
        };
        let site = self.sites.iter().find(|site| site.id == enrolment.site);
        Ok(Facts {
            program: self
                .programs
                .get(&enrolment.program)
                .and_then(Option::as_ref)
                .ok_or("program")?,
            site: site.ok_or("site")?,
            patient: around.patients.get(&enrolment.patient).ok_or("patient")?,
            visit,
            referral,
            bookings: &[],
            completing: &Completing::None,
        })
    }
}
