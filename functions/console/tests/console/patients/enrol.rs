//! Putting a patient on a program.

use std::collections::BTreeSet;

use app::ports::Catalogue as _;
use aws::http::Role;
use domain::booking::BookingEventKind;
use domain::booking_type::BookingType;
use http::StatusCode;
use serde_json::json;
use testkit::build;
use testkit::events::booking_event;

use super::{HOSTILE, create, maria, program, recall, template};
use crate::support::{NOW, Office};

#[tokio::test]
async fn a_patient_is_enrolled_on_a_recall_from_its_date() {
    let office = Office::open().await;
    let (maria, recall) = (maria(&office).await, recall(&office).await);
    let desk = office.person(Role::FrontDesk).await;
    let enrol = format!("/app/patients/{maria}/enrol");
    desk.get(&enrol).await.shows("Choose a program").shows("Six-monthly call (Recall)");
    let page = desk.get(&format!("{enrol}?program={recall}")).await;
    page.shows("counts from the proposed date").has("name=\"reference_date\"");
    let page = desk.post(&enrol, &[("program", &recall), ("practitioner", HOSTILE)]).await;
    assert!(page.status.is_client_error(), "{}", page.status);
    page.shows("Reference date is required").has_not("<script>alert");
    let fields = [
        ("program", recall.as_str()),
        ("reference_date", "2027-03-31"),
        ("practitioner", "Dr Yang"),
    ];
    let page = desk.sent(&enrol, &fields).await;
    page.shows("Enrolled.").shows("Six-monthly call").shows("Dr Yang").shows("Wed 31 Mar 2027");
    page.shows("Maria Rossi");
}

#[tokio::test]
async fn what_will_not_be_sent_is_told_at_once_and_why() {
    let office = Office::open().await;
    let no_mobile = json!({ "first_name": "Ada", "last_name": "Yang", "site": "harbour" });
    let ada = create(&office, &no_mobile).await;
    let recall = recall(&office).await;
    let desk = office.person(Role::FrontDesk).await;
    let enrol = format!("/app/patients/{ada}/enrol");
    let fields = [("program", recall.as_str()), ("reference_date", "2027-03-31")];
    let page = desk.post(&enrol, &fields).await;
    assert_eq!(page.status, StatusCode::OK);
    page.shows("Enrolled, but look at this").shows("Time for a visit").shows("no mobile number");
    let again = [&fields[..], &[("again", "on")]].concat();
    let page = desk.post(&enrol, &again).await;
    page.shows("already on this program since 23 November 2026 ( see it )").lacks("enr_");
}

#[tokio::test]
async fn each_type_of_program_asks_for_what_it_needs() {
    let office = Office::open().await;
    let maria = maria(&office).await;
    let text = template(&office, "Time for a visit").await;
    let sms = json!([{ "type": "sms", "template": text, "timing": { "when": "enrolled" } }]);
    let general = program(&office, "general", "Welcome", sms.clone()).await;
    let booking = program(&office, "booking", "Reminder", sms).await;
    let desk = office.person(Role::FrontDesk).await;
    let enrol = format!("/app/patients/{maria}/enrol");
    let page = desk.get(&format!("{enrol}?program={general}")).await;
    page.shows("It counts from today").has_not("name=\"reference_date\"").has_not("name=\"key\"");
    let page = desk.get(&format!("{enrol}?program={booking}")).await;
    page.shows("Number of the booking").has_not("name=\"reference_date\"");
    let fields = [("program", booking.as_str()), ("source", "diary"), ("key", "B-9")];
    let page = desk.post(&enrol, &fields).await;
    assert!(page.status.is_client_error(), "{}", page.status);
    page.has("value=\"B-9\"").shows("Number of the booking ");
    desk.sent(&enrol, &[("program", &general)]).await.shows("Enrolled.");
}

#[tokio::test]
async fn without_an_enabled_program_it_says_where_to_go() {
    let office = Office::open().await;
    let maria = maria(&office).await;
    let desk = office.person(Role::FrontDesk).await;
    let page = desk.get(&format!("/app/patients/{maria}/enrol")).await;
    page.shows("No program is enabled").has("href=\"/app/programs\"");
}

#[tokio::test]
async fn nobody_is_put_on_a_program_twice_unless_that_is_said() {
    let office = Office::open().await;
    let (maria, recall) = (maria(&office).await, recall(&office).await);
    let desk = office.person(Role::FrontDesk).await;
    let enrol = format!("/app/patients/{maria}/enrol");
    let chosen = format!("{enrol}?program={recall}");
    desk.get(&chosen).await.lacks("Enrol once more").has_not("name=\"again\"");
    let fields =
        [("program", recall.as_str()), ("reference_date", "2027-03-31"), ("practitioner", HOSTILE)];
    desk.sent(&enrol, &fields).await.shows("Enrolled.");
    // The same from a page that was opened before, under a key of its own.
    let page = desk.post(&enrol, &fields).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows("Maria Rossi is on this program already.").shows("Since Mon 23 Nov 2026");
    page.shows("Enrol once more must be ticked")
        .has("value=\"2027-03-31\"")
        .has("/app/enrolments/");
    page.has_not("<script>alert");
    let on = format!("/v1/patients/{maria}/enrolments");
    assert_eq!(office.read(&on).await["items"].as_array().unwrap().len(), 1);
    desk.get(&chosen).await.shows("is on this program already").has("name=\"again\"");
    let again = [&fields[..], &[("again", "on")]].concat();
    desk.post(&enrol, &again).await;
    assert_eq!(office.read(&on).await["items"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_booking_of_theirs_is_picked_for_a_booking_program() {
    let office = Office::open().await;
    let maria = maria(&office).await;
    let text = template(&office, "Time for a visit").await;
    let sms = json!([{ "type": "sms", "template": text, "timing": { "when": "enrolled" } }]);
    let reminder = program(&office, "booking", "Reminder", sms).await;
    let unlinked = BookingType { starts: BTreeSet::new(), ..build::booking_type() };
    office.dynamo.catalogue().create_booking_type(&unlinked).await.unwrap();
    let start = "2026-12-03T10:30:00+11:00";
    for (id, kind) in [("B-1#<b>", "physio-initial"), ("B-2", "physio-initial")] {
        let made = build::event_of(id, kind, "P-1001", start);
        booking_event(&office.dynamo, id, &made, build::at(NOW)).await.unwrap();
    }
    let mut cancelled = build::event(2, BookingEventKind::Cancelled, start);
    cancelled.key = build::event_of("B-2", "physio-initial", "P-1001", start).key;
    booking_event(&office.dynamo, "gone", &cancelled, build::at(NOW)).await.unwrap();
    let desk = office.person(Role::FrontDesk).await;
    let enrol = format!("/app/patients/{maria}/enrol");
    let page = desk.get(&format!("{enrol}?program={reminder}")).await;
    page.shows("Thu 3 Dec 2026, 10:30 am: Physio, initial").has("value=\"diary#B-1#&lt;b&gt;\"");
    page.has_not("B-2").shows("It is not in the list");
    let none = desk.post(&enrol, &[("program", &reminder), ("booking", ""), ("key", "")]).await;
    assert!(none.status.is_client_error(), "{}", none.status);
    let fields = [("program", reminder.as_str()), ("booking", "diary#B-1#<b>")];
    desk.sent(&enrol, &fields).await.shows("Enrolled.").shows("Thu 3 Dec 2026");
}

#[tokio::test]
async fn an_enrolment_that_a_known_booking_completes_at_once_says_that_nothing_is_sent() {
    let office = Office::open().await;
    let maria = maria(&office).await;
    let text = template(&office, "Time for a visit").await;
    let draft = json!({
        "type": "recall", "name": "Checked", "cycles": 1, "completion": "any",
        "frequency": { "amount": 6, "unit": "months" },
        "actions": [{ "type": "sms", "template": text, "timing": { "when": "enrolled" } }],
    });
    let recall = super::id(&office.api("POST", "/v1/programs", &draft).await);
    office.api("POST", &format!("/v1/programs/{recall}/enable"), &json!({})).await;
    let unlinked = BookingType { starts: BTreeSet::new(), ..build::booking_type() };
    office.dynamo.catalogue().create_booking_type(&unlinked).await.unwrap();
    let made = build::event_of("B-1", "physio-initial", "P-1001", "2026-12-03T10:30:00+11:00");
    booking_event(&office.dynamo, "evt-1", &made, build::at(NOW)).await.unwrap();
    let desk = office.person(Role::FrontDesk).await;
    let fields = [("program", recall.as_str()), ("reference_date", "2027-03-31")];
    let page = desk.post(&format!("/app/patients/{maria}/enrol"), &fields).await;
    page.shows("Enrolled, but look at this")
        .shows("It is over already")
        .shows("Nothing of it is sent");
}
