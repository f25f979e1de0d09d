//! Timings, spans and frequencies.

use chrono::NaiveTime;
use domain::calendar::CalendarSpan;
use domain::timing::{Span, Timing};
use serde::{Deserialize, Serialize};

use super::{BadRecord, Field};

#[derive(Serialize, Deserialize)]
#[serde(tag = "when", rename_all = "snake_case")]
pub(super) enum TimingData {
    Enrolled,
    On { at: Option<NaiveTime> },
    Before(SpanData),
    After(SpanData),
}

#[derive(Serialize, Deserialize)]
pub(super) struct SpanData {
    amount: u32,
    unit: UnitData,
    at: Option<NaiveTime>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum UnitData {
    Minutes,
    Hours,
    Days,
    Weeks,
    Months,
}

impl From<Timing> for TimingData {
    fn from(timing: Timing) -> Self {
        match timing {
            Timing::Enrolled => Self::Enrolled,
            Timing::On(at) => Self::On { at },
            Timing::Before(span) => Self::Before(span.into()),
            Timing::After(span) => Self::After(span.into()),
        }
    }
}

impl TryFrom<TimingData> for Timing {
    type Error = BadRecord;

    fn try_from(data: TimingData) -> Result<Self, BadRecord> {
        Ok(match data {
            TimingData::Enrolled => Self::Enrolled,
            TimingData::On { at } => Self::On(at),
            TimingData::Before(span) => Self::Before(span.try_into()?),
            TimingData::After(span) => Self::After(span.try_into()?),
        })
    }
}

impl From<Span> for SpanData {
    fn from(span: Span) -> Self {
        let (amount, unit, at) = match span {
            Span::Minutes(n) => (n, UnitData::Minutes, None),
            Span::Hours(n) => (n, UnitData::Hours, None),
            Span::Calendar(CalendarSpan::Days(n), at) => (n.into(), UnitData::Days, at),
            Span::Calendar(CalendarSpan::Weeks(n), at) => (n.into(), UnitData::Weeks, at),
            Span::Calendar(CalendarSpan::Months(n), at) => (n.into(), UnitData::Months, at),
        };
        Self { amount, unit, at }
    }
}

impl TryFrom<SpanData> for Span {
    type Error = BadRecord;

    fn try_from(data: SpanData) -> Result<Self, BadRecord> {
        let calendar = u16::try_from(data.amount).field("amount");
        Ok(match data.unit {
            UnitData::Minutes => Self::Minutes(data.amount),
            UnitData::Hours => Self::Hours(data.amount),
            UnitData::Days => Self::Calendar(CalendarSpan::Days(calendar?), data.at),
            UnitData::Weeks => Self::Calendar(CalendarSpan::Weeks(calendar?), data.at),
            UnitData::Months => Self::Calendar(CalendarSpan::Months(calendar?), data.at),
        })
    }
}

impl From<CalendarSpan> for SpanData {
    fn from(span: CalendarSpan) -> Self {
        Span::Calendar(span, None).into()
    }
}

impl TryFrom<SpanData> for CalendarSpan {
    type Error = BadRecord;

    fn try_from(data: SpanData) -> Result<Self, BadRecord> {
        match Span::try_from(data)? {
            Span::Calendar(span, _) => Ok(span),
            Span::Minutes(_) | Span::Hours(_) => None.field("unit"),
        }
    }
}
