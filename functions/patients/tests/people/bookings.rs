//! The bookings of a patient.

use app::events::Answer;
use app::ports::Catalogue;
use domain::booking::{BookingEvent, BookingEventKind};
use serde_json::{Value, json};
use testkit::build;
use testkit::dynamo::Dynamo;
use testkit::events::booking_event;

use crate::support::{NOW, clinic, create, get, maria};

const START: &str = "2026-12-03T10:30:00+11:00";

async fn told(dynamo: &Dynamo, id: &str, event: &BookingEvent) {
    let answer = booking_event(dynamo, id, event, build::at(NOW)).await.unwrap();
    assert!(matches!(answer, Answer::Done(_)), "{answer:?}");
}

fn ids(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_patients_bookings_of_late_and_to_come_are_listed_the_earliest_first() {
    let (dynamo, router) = clinic().await;
    dynamo.catalogue().create_booking_type(&build::booking_type()).await.unwrap();
    let path = format!("{}/bookings", create(&router, &maria()).await);
    assert_eq!(get(&router, &path).await.json, json!({ "items": [], "next": null }));
    for (id, kind, start) in [
        ("B-3", "physio-initial", "2026-12-09T10:30:00+11:00"),
        ("B-1", "physio-initial", "2026-11-01T10:30:00+11:00"),
        ("B-0", "physio-initial", "2026-10-01T10:30:00+11:00"),
        ("B-4", "nobody-knows-it", "2027-01-09T10:30:00+11:00"),
        ("B-2", "physio-initial", START),
    ] {
        told(&dynamo, &format!("evt-{id}"), &build::event_of(id, kind, "P-1001", start)).await;
    }
    let mut cancelled = build::event(2, BookingEventKind::Cancelled, START);
    cancelled.key = build::event_of("B-2", "physio-initial", "P-1001", START).key;
    told(&dynamo, "evt-cancelled", &cancelled).await;
    let all = get(&router, &path).await;
    assert_eq!(ids(&all.json), ["B-1", "B-2", "B-3", "B-4"], "{:?}", all.json);
    let known = json!({
        "source": "diary",
        "id": "B-1",
        "booking_type": { "code": "physio-initial", "name": "Physio, initial" },
        "start": "2026-10-31T23:30:00Z",
        "end": null,
        "state": "booked",
        "is_visit": true,
        "site": "harbour",
        "answer": null,
    });
    assert_eq!(all.json["items"][0], known);
    let cancelled = &all.json["items"][1];
    assert_eq!((&cancelled["state"], &cancelled["is_visit"]), (&json!("cancelled"), &json!(false)));
    let unknown = &all.json["items"][3];
    assert_eq!(unknown["booking_type"], json!({ "code": "nobody-knows-it", "name": null }));
    assert_eq!(unknown["site"], Value::Null);
    let first = get(&router, &format!("{path}?limit=3")).await;
    assert_eq!(ids(&first.json), ["B-1", "B-2", "B-3"]);
    let next = first.json["next"].as_str().unwrap();
    let second = get(&router, &format!("{path}?limit=3&cursor={next}")).await;
    assert_eq!((ids(&second.json), &second.json["next"]), (vec!["B-4"], &Value::Null));
    for wrong in ["?cursor=x", "?limit=0", "?q=x"] {
        assert_eq!(get(&router, &format!("{path}{wrong}")).await.status, 400, "{wrong}");
    }
    let nobody = "/v1/patients/pat_00000000000000000000000099/bookings";
    assert_eq!(get(&router, nobody).await.status, 404);
}

#[tokio::test]
async fn nobody_sees_the_bookings_of_another_patient() {
    let (dynamo, router) = clinic().await;
    dynamo.catalogue().create_booking_type(&build::booking_type()).await.unwrap();
    create(&router, &maria()).await;
    let other = json!({ "first_name": "Ada", "last_name": "Yang", "site": "harbour" });
    let other = create(&router, &other).await;
    told(&dynamo, "evt-1", &build::event_of("B-1", "physio-initial", "P-1001", START)).await;
    assert_eq!(ids(&get(&router, &format!("{other}/bookings")).await.json), Vec::<&str>::new());
}
