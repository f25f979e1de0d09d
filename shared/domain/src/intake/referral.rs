//! What another system tells of a referral.

use chrono::NaiveDate;

use super::{PresentedPatient, SourceNames, When};
use crate::patient::Gp;
use crate::phi::Phi;
use crate::text::{Code, ExternalId};

/// What a sender says happened to a referral, in the order in which a referral's life goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReferralEventKind {
    /// It was added.
    Added,
    /// Something about it changed: an incomplete one was filled in, say.
    Changed,
    /// What it asked for was done.
    Completed,
    /// It was withdrawn, rejected, or entered in error.
    Withdrawn,
}

impl ReferralEventKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Added, Self::Changed, Self::Completed, Self::Withdrawn];

    /// The event's type in the webhook, such as `referral.added`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Added => "referral.added",
            Self::Changed => "referral.changed",
            Self::Completed => "referral.completed",
            Self::Withdrawn => "referral.withdrawn",
        }
    }

    /// The kind of that type.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// Where a referral comes from (HealthTrack R33: one to a doctor of the practice makes an inbound one
/// of its own).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReferralOrigin {
    /// Somebody outside the practice has sent the patient here.
    External,
    /// Our own outbound referral made it.
    Internal,
}

impl ReferralOrigin {
    /// Every origin.
    pub const ALL: [Self; 2] = [Self::External, Self::Internal];

    /// The name used in the API and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::External => "external",
            Self::Internal => "internal",
        }
    }

    /// The origin of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|origin| origin.as_str() == text)
    }
}

/// An event of a referral's life, as it was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldReferral {
    /// The sender's key for the referral: the same for all that is said of it (HL7 RF1-6).
    pub id: ExternalId,
    /// What happened.
    pub kind: ReferralEventKind,
    /// The sender's count of changes to the referral.
    pub version: Option<u64>,
    /// When the sender says it happened.
    pub time: When,
    /// What the referral is, as the sender knows it now. Only what ends it may leave it out.
    pub details: Option<ToldReferralDetails>,
    /// The sender's codes for the site, likeliest first; none when none was named.
    pub site: SourceNames<Code>,
}

/// What a referral is, as it was told. One that lacks its type, dates or referrer is incomplete
/// (HealthTrack R31) and a referral all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldReferralDetails {
    /// The sender's codes for the type of referral, likeliest first.
    pub referral_type: SourceNames<Code>,
    /// The day it was issued (R32).
    pub issued: Option<NaiveDate>,
    /// The last day it is valid (R32).
    pub valid_until: Option<NaiveDate>,
    /// Where it comes from.
    pub origin: ReferralOrigin,
    /// Who referred the patient.
    pub referrer: Option<Phi<Gp>>,
    /// Whom it is about.
    pub patient: PresentedPatient,
}
