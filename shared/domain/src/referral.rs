//! Referrals, as another system reports them: late, twice and out of order.

mod state;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

pub use self::state::{ReferralGone, ReferralState};
#[cfg(test)]
pub(crate) use self::tests::sample;
use crate::booking::{EventOrder, Matching, Stamp};
use crate::calendar::local;
use crate::ids::{EnrolmentId, PatientId};
use crate::intake::{ReferralEventKind, ReferralOrigin, SourceNames, ToldReferralDetails};
use crate::patient::Gp;
use crate::phi::Phi;
use crate::text::{Code, ExternalId};

/// Names a referral: the system it lives in and that system's key for it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReferralKey {
    /// The system.
    pub source: Code,
    /// Its key.
    pub id: ExternalId,
}

/// Where a referral event stands among those of its referral.
pub type ReferralStamp = Stamp<ReferralEventKind>;

/// What a referral event says, once the site's clock is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferralEvent {
    /// The referral.
    pub key: ReferralKey,
    /// What happened.
    pub kind: ReferralEventKind,
    /// Where it stands among the referral's events.
    pub order: EventOrder,
    /// What the referral is; `None` for an event that tells its state only.
    pub details: Option<ToldReferralDetails>,
}

impl ReferralEvent {
    /// Its place among the referral's events.
    pub const fn stamp(&self) -> ReferralStamp {
        Stamp { order: self.order, kind: self.kind }
    }
}

/// What is known of a referral.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Referral {
    /// Its key.
    pub key: ReferralKey,
    /// Counts changes, for conditional writes.
    pub revision: u64,
    /// The event that told its details. `None` while none has come: then they stand for nothing, and
    /// it waits for a match.
    pub told_by: Option<ReferralStamp>,
    /// The event that told its state; `None` while only others have come.
    pub state_told_by: Option<ReferralStamp>,
    /// What it is now.
    pub state: ReferralState,
    /// The sender's codes for its type, likeliest first; none while it is incomplete.
    pub referral_type: SourceNames<Code>,
    /// The day it was issued.
    pub issued: Option<NaiveDate>,
    /// The last day it is valid.
    pub valid_until: Option<NaiveDate>,
    /// Where it comes from.
    pub origin: ReferralOrigin,
    /// Who referred the patient.
    pub referrer: Option<Phi<Gp>>,
    /// Whose it is, and the site it is followed up from.
    pub matching: Matching,
    /// When it was added: the time of the earliest event that has come, whatever else came of that.
    pub added_at: DateTime<Utc>,
    /// The enrolments it has caused.
    pub caused: BTreeSet<EnrolmentId>,
}

/// What an event is to a referral.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReferralNews {
    /// It tells newer details.
    pub details: bool,
    /// It tells a newer state.
    pub state: bool,
    /// It tells that the referral was added earlier.
    pub earlier: bool,
}

impl Referral {
    /// A referral of which nothing is known but what this event tells.
    pub fn told(event: &ReferralEvent, matching: Matching) -> Self {
        let details = event.details.as_ref();
        Self {
            key: event.key.clone(),
            revision: 1,
            told_by: details.map(|_| event.stamp()),
            state_told_by: ReferralState::after(event.kind).map(|_| event.stamp()),
            state: ReferralState::after(event.kind).unwrap_or(ReferralState::Active),
            referral_type: details.map(|it| it.referral_type.clone()).unwrap_or_default(),
            issued: details.and_then(|it| it.issued),
            valid_until: details.and_then(|it| it.valid_until),
            origin: details.map_or(ReferralOrigin::External, |it| it.origin),
            referrer: details.and_then(|it| it.referrer.clone()),
            matching,
            added_at: event.order.time,
            caused: BTreeSet::new(),
        }
    }

    /// What `event` is to what is known; `None` when it is old. Events may come twice, late or in
    /// any order; an older one changes nothing, but that it may tell of an earlier day. A referral
    /// that waits for a match takes its newest event again.
    pub fn news(&self, event: &ReferralEvent) -> Option<ReferralNews> {
        let stamp = event.stamp();
        let waits = matches!(self.matching, Matching::Waiting { .. });
        let details = event.details.is_some()
            && self
                .told_by
                .is_none_or(|told_by| stamp.is_newer_than(told_by) || (waits && stamp == told_by));
        let state = ReferralState::after(event.kind).is_some()
            && self.state_told_by.is_none_or(|told_by| stamp.is_newer_than(told_by));
        let earlier = event.order.time < self.added_at;
        (details || state || earlier).then_some(ReferralNews { details, state, earlier })
    }

    /// The referral after an event that is news to it. `matching` is whose it is by the event's
    /// details.
    #[must_use]
    pub fn after(&self, event: &ReferralEvent, news: ReferralNews, matching: Matching) -> Self {
        let told = Self::told(event, matching);
        let details = if news.details { &told } else { self };
        let state = if news.state { &told } else { self };
        Self {
            revision: self.revision + 1,
            state_told_by: state.state_told_by,
            state: state.state,
            added_at: self.added_at.min(told.added_at),
            caused: self.caused.clone(),
            ..details.clone()
        }
    }

    /// Why there is nothing to follow up for that patient; `None` while there is.
    pub fn gone_for(&self, patient: &PatientId) -> Option<ReferralGone> {
        let theirs = self.matching.patient() == Some(patient);
        self.state.gone().or((!theirs).then_some(ReferralGone::Reassigned))
    }

    /// The day it was added, on a site's calendar.
    pub fn added_on(&self, zone: Tz) -> NaiveDate {
        local(zone, self.added_at).date()
    }
}
