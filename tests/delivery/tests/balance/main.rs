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
use testkit::build::{at, event_of, sms};

/// In the afternoon of a Thursday, eleven days after the clinic's Sunday evening.
const VISIT: &str = "2026-12-03T14:30:00+11:00";

fn days_before(days: u16) -> Timing {
    Timing::Before(Span::Calendar(CalendarSpan::Days(days), None))
}

/// A message at once, and one a week before the visit.
fn reminders() -> Vec<Action> {
    vec![sms(10, Timing::Enrolled), sms(11, days_before(7))]
}

/// A booking of Maria's is made. No two of an hour begin at the same minute: one number does not get the same text more
/// than a few times a day.
async fn book(clinic: &Clinic, id: &str) {
    let number: i64 = id.trim_start_matches("B-").parse().unwrap_or(0);
    let visit = at(VISIT) - minutes((number + number / 60) % 60);
    let mut made = event_of(id, "physio-initial", "P-1001", &visit.to_rfc3339());
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
