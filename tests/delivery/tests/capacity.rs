//! What the path costs in DynamoDB write units. A change of a number must be explained.

#![cfg(test)]

use std::collections::BTreeMap;

use app::deliver::Delivered;
use app::ports::{Catalogue, Clock, Enrolments, People};
use delivery::Clinic;
use domain::booking::BookingEventKind;
use domain::calendar::CalendarSpan;
use domain::email::EmailAddress;
use domain::enrolment::Crowd;
use domain::ids::{EnrolmentId, ReservationToken};
use domain::ledger::{Destination, LedgerKey, LedgerRow, LedgerState, Outcome};
use domain::patient::Patient;
use domain::program::{
    Action, ActionKind, Addressee, Channel, Medium, Message, PrintOption, WindowUse,
};
use domain::repeat::Wording;
use domain::timing::{Span, Timing};
use testkit::build::{
    self, email, event, letter, letter_template, patient, patient_with_post, sms,
};

const VISIT: &str = "2026-12-03T10:30:00+11:00";

fn exactly(units: f64, expected: f64, what: &str) {
    assert!((units - expected).abs() < 1e-9, "{what}: {units} units, not {expected}");
}

#[tokio::test]
async fn a_delivered_action_costs_five_write_units_and_one_to_find_its_receipt() {
    let later = Timing::After(Span::Calendar(CalendarSpan::Days(1), None));
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled), sms(11, later)]).await;
    clinic.event("evt-1", &event(1, BookingEventKind::Made, VISIT)).await.unwrap();
    for (days, expected) in [
        // Reserve 1, outcome 1, where it went 1, enrolment 1, its due key moves 2.
        (0, 6.0),
        // Reserve 1, outcome 1, where it went 1, enrolment 1, it leaves both indexes 2.
        (12, 6.0),
    ] {
        clinic.clock.advance(chrono::Duration::days(days));
        clinic.sweep().await;
        let pointer = clinic.queues.take().remove(0);
        let before = clinic.dynamo.wire.write_units();
        assert_eq!(clinic.deliver(&pointer).await, Ok(Delivered::Sent));
        exactly(clinic.dynamo.wire.write_units() - before, expected, "delivery");
    }
}

#[tokio::test]
async fn how_often_a_text_has_gone_costs_half_a_read_unit_of_each_look_and_where_a_hundred_have_few_more()
 {
    for (before, expected) in [(0, 0.5), (100, 3.0)] {
        exactly(counting(before).await, 2.0 * expected, &format!("after {before}"));
    }
}

/// What counting costs, in both looks, at a number to which so many have gone.
async fn counting(sent: u128) -> f64 {
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled)]).await;
    clinic.event("evt-1", &event(1, BookingEventKind::Made, VISIT)).await.unwrap();
    clinic.sweep().await;
    let pointer = clinic.queues.take().remove(0);
    let (store, owner) = (clinic.dynamo.enrolments(), ReservationToken::new(build::number(1)));
    let to = Destination::Mobile(patient().mobile.expect("she has one"));
    for n in 0..sent {
        let key = LedgerKey {
            enrolment: EnrolmentId::new(build::number(9_000 + n)),
            ..pointer.key.clone()
        };
        let row = LedgerRow {
            key,
            channel: Channel::Sms,
            wording: Some(Wording::of(&to, &["Something else"])),
            to: Some(to.clone()),
            opened_at: clinic.clock.now(),
            state: LedgerState::Reserved { owner: owner.clone() },
            receipt: None,
        };
        store.reserve(&row).await.unwrap();
        let provider_id = format!("01890a5d-ac96-774b-bcce-{n:012}");
        store.settle(&row, &owner, row.opened_at, &Outcome::Sent { provider_id }).await.unwrap();
    }
    let (before, calls) = (clinic.dynamo.wire.read_units(), clinic.dynamo.wire.calls());
    assert_eq!(clinic.deliver(&pointer).await, Ok(Delivered::Sent));
    let made = |operation: &str| {
        let of = |calls: &BTreeMap<String, usize>| calls.get(operation).copied().unwrap_or(0);
        of(&clinic.dynamo.wire.calls()) - of(&calls)
    };
    // The only queries, by where it goes; the rest is each look's enrolment, settings, program, site, patient, booking,
    // template and hold, a unit each, and those of moving the enrolment on.
    assert_eq!(made("Query"), 2);
    let units = clinic.dynamo.wire.read_units() - before;
    units - f64::from(u32::try_from(made("GetItem")).unwrap())
}

#[tokio::test]
async fn a_delivered_email_costs_six_write_units_and_a_letter_eight_with_its_entry_on_the_list() {
    let mail = letter(10, Addressee::Patient, PrintOption::Mail);
    for (action, expected) in [
        // As above: reserve 1, outcome 1, where it went 1, enrolment 1, it leaves both indexes 2.
        (email(10, Timing::Enrolled), 6.0),
        // The same without where it went, and its entry on the list 1, in both of its indexes 2.
        (mail, 8.0),
    ] {
        let what = format!("{:?}", action.carrier());
        let clinic = Clinic::with(vec![action]).await;
        clinic.dynamo.catalogue().create_template(&letter_template()).await.unwrap();
        let email = EmailAddress::parse("maria@example.com").ok();
        let maria = Patient { revision: 2, email, ..patient_with_post() };
        clinic.dynamo.people().save_patient(&patient(), &maria).await.unwrap();
        clinic.event("evt-1", &event(1, BookingEventKind::Made, VISIT)).await.unwrap();
        let pointer = clinic.queued().await;
        let before = clinic.dynamo.wire.write_units();
        assert_eq!(clinic.deliver(&pointer).await, Ok(Delivered::Sent));
        exactly(clinic.dynamo.wire.write_units() - before, expected, &what);
    }
}

#[tokio::test]
async fn a_lease_costs_one_write_unit_a_shard_however_many_actions_it_covers() {
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled)]).await;
    for n in 0..200 {
        let mut made = event(1, BookingEventKind::Made, VISIT);
        made.key.id = domain::text::ExternalId::parse(&format!("B-{n}")).unwrap();
        clinic.event(&format!("evt-{n}"), &made).await.unwrap();
    }
    clinic.clock.advance(chrono::Duration::minutes(1));
    let before = clinic.dynamo.wire.write_units();
    let swept = clinic.sweep().await;
    assert_eq!(swept.queued, 200);
    let units = clinic.dynamo.wire.write_units() - before;
    exactly(units, 2.0, "leases on 200 actions in the 2 shards of text messages about visits");
}

#[tokio::test]
async fn a_message_that_is_spread_costs_one_more_move_of_its_due_key() {
    let clinic = Clinic::with(vec![at_opening(sms(10, Timing::Enrolled))]).await; // on a Sunday
    clinic.event("evt-1", &event(1, BookingEventKind::Made, VISIT)).await.unwrap();
    clinic.clock.advance(chrono::Duration::hours(14)); // Monday, 9:00
    clinic.sweep().await;
    let mut pointer = clinic.queues.take().remove(0);
    assert_eq!(pointer.crowd, Crowd::Counted(1));
    pointer.crowd = Crowd::Counted(812);
    let before = clinic.dynamo.wire.write_units();
    assert_eq!(clinic.deliver(&pointer).await, Ok(Delivered::NotSent));
    // One transaction: enrolment 2, the note in its history 2, its due key moves 2.
    exactly(clinic.dynamo.wire.write_units() - before, 6.0, "spreading");
}

/// It waits for the sending window.
fn at_opening(mut action: Action) -> Action {
    if let ActionKind::Message(Message { medium: Medium::Sms { window, .. }, .. }) =
        &mut action.kind
    {
        *window = WindowUse::Keep;
    }
    action
}

#[tokio::test]
async fn a_sweep_that_finds_nothing_writes_nothing() {
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled)]).await;
    let before = clinic.dynamo.wire.write_units();
    assert_eq!(clinic.sweep().await.queued, 0);
    exactly(clinic.dynamo.wire.write_units() - before, 0.0, "an idle sweep");
}

#[tokio::test]
async fn taking_in_a_booking_that_enrols_one_patient_costs_fifteen_write_units() {
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled)]).await;
    let before = clinic.dynamo.wire.write_units();
    clinic.event("evt-1", &event(1, BookingEventKind::Made, VISIT)).await.unwrap();
    // The event is kept before its sender is answered: 1, and its entry in the index of what waits, which
    // comes and goes, 2. Then one transaction: event 2, booking 2, its entry with the patient 2, enrolment 2, its entry with
    // the patient 2, and the enrolment's two index entries 1 each.
    exactly(clinic.dynamo.wire.write_units() - before, 15.0, "intake");
}
