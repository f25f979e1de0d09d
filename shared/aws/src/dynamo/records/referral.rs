//! Referrals.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use domain::booking::{EventOrder, Stamp};
use domain::ids::EnrolmentId;
use domain::intake::{ReferralEventKind, ReferralOrigin};
use domain::phi::Phi;
use domain::referral::{Referral, ReferralKey, ReferralStamp, ReferralState};
use domain::text::{Code, ExternalId};
use serde::{Deserialize, Serialize};

use super::booking::{MatchingData, StampData};
use super::patient::GpData;
use super::{BadRecord, Field};

#[derive(Serialize, Deserialize)]
pub(crate) struct ReferralData {
    source: Code,
    id: ExternalId,
    revision: u64,
    told_by: Option<StampData>,
    state_told_by: Option<StampData>,
    state: String,
    referral_type: Vec<Code>,
    issued: Option<NaiveDate>,
    valid_until: Option<NaiveDate>,
    origin: String,
    referrer: Option<GpData>,
    matching: MatchingData,
    added_at: DateTime<Utc>,
    caused: BTreeSet<EnrolmentId>,
}

fn stamp_data(stamp: ReferralStamp) -> StampData {
    let EventOrder { version, time } = stamp.order;
    StampData { version, time, kind: stamp.kind.as_str().to_owned() }
}

fn read_stamp(data: &StampData) -> Result<ReferralStamp, BadRecord> {
    let kind = ReferralEventKind::parse(&data.kind).field("kind")?;
    Ok(Stamp { order: EventOrder { version: data.version, time: data.time }, kind })
}

impl From<&Referral> for ReferralData {
    fn from(referral: &Referral) -> Self {
        Self {
            source: referral.key.source.clone(),
            id: referral.key.id.clone(),
            revision: referral.revision,
            told_by: referral.told_by.map(stamp_data),
            state_told_by: referral.state_told_by.map(stamp_data),
            state: referral.state.as_str().to_owned(),
            referral_type: referral.referral_type.clone(),
            issued: referral.issued,
            valid_until: referral.valid_until,
            origin: referral.origin.as_str().to_owned(),
            referrer: referral.referrer.as_ref().map(|referrer| referrer.reveal().into()),
            matching: referral.matching.clone().into(),
            added_at: referral.added_at,
            caused: referral.caused.clone(),
        }
    }
}

impl TryFrom<ReferralData> for Referral {
    type Error = BadRecord;

    fn try_from(data: ReferralData) -> Result<Self, BadRecord> {
        Ok(Self {
            key: ReferralKey { source: data.source, id: data.id },
            revision: data.revision,
            told_by: data.told_by.as_ref().map(read_stamp).transpose()?,
            state_told_by: data.state_told_by.as_ref().map(read_stamp).transpose()?,
            state: ReferralState::parse(&data.state).field("state")?,
            referral_type: data.referral_type,
            issued: data.issued,
            valid_until: data.valid_until,
            origin: ReferralOrigin::parse(&data.origin).field("origin")?,
            referrer: data.referrer.map(GpData::read).transpose()?.map(Phi::new),
            matching: data.matching.into(),
            added_at: data.added_at,
            caused: data.caused,
        })
    }
}
