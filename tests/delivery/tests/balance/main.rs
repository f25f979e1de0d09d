//! The daily balance on the real stores: what is seeded is found by its name, and a normal week has no
//! false alarm.

#![cfg(test)]

mod around;
mod seeded;
mod split;
mod told;
mod week;

use aws_sdk_dynamodb::types::AttributeValue;
use chrono::Duration;
use delivery::Clinic;
use domain::booking::BookingEventKind;
use domain::calendar::CalendarSpan;
use domain::program::Action;
use domain::timing::{Span, Timing};
use testkit::build::{event_of, sms};

/// In the afternoon of a Thursday, eleven days after the clinic's Sunday evening.
const VISIT: &str = "2026-12-03T14:30:00+11:00";

fn days_before(days: u16) -> Timing {
    Timing::Before(Span::Calendar(CalendarSpan::Days(days), None))
}

/// A message at once, and one a week before the visit.
fn reminders() -> Vec<Action> {
    vec![sms(10, Timing::Enrolled), sms(11, days_before(7))]
}

/// A booking of Maria's is made.
async fn book(clinic: &Clinic, id: &str) {
    let mut made = event_of(id, "physio-initial", "P-1001", VISIT);
    made.kind = BookingEventKind::Made;
    clinic.event(&format!("evt-{id}"), &made).await.unwrap();
}

/// Half past one at night, by the practice's clock.
fn night_comes(clinic: &Clinic) {
    clinic.clock.put_to("2026-11-23T01:30:00+11:00");
}

fn text(of: &str) -> AttributeValue {
    AttributeValue::S(of.to_owned())
}

fn minutes(n: i64) -> Duration {
    Duration::minutes(n)
}
