//! What a patient is on ends with them, and goes with them into another record.

use app::events::Answer;
use app::ports::{Bookings, Catalogue, EnrolmentReader, Enrolments, Verdict, WorkList};
use chrono::{DateTime, Utc};
use domain::booking::BookingEventKind;
use domain::enrolment::{EndReason, Enrolment, Status};
use domain::ids::{ActionId, EnrolmentId, PatientId};
use domain::program::{Action, ActionKind};
use domain::timing::{Span, Timing};
use serde_json::{Value, json};
use testkit::build;
use testkit::dynamo::Dynamo;
use testkit::events::booking_event;

use crate::support::{NOW, clinic, create, get, maria, post, post_as, put};

fn id(path: &str) -> PatientId {
    PatientId::parse(path.rsplit('/').next().unwrap()).unwrap()
}

/// A pause as soon as the booking is taken in.
fn pause() -> Action {
    let id = ActionId::new(build::number(11));
    Action { id, timing: Timing::Enrolled, kind: ActionKind::Pause }
}

/// A program that bookings start, of these actions.
async fn configure(dynamo: &Dynamo, actions: Vec<Action>) {
    let catalogue = dynamo.catalogue();
    catalogue.create_template(&build::template()).await.unwrap();
    catalogue.create_program(&build::program(actions), &build::saved()).await.unwrap();
    catalogue.create_booking_type(&build::booking_type()).await.unwrap();
}

fn reminder() -> Action {
    build::sms(10, Timing::Before(Span::Hours(24)))
}

/// The diary's booking of Maria's, in this version.
async fn booked(dynamo: &Dynamo, version: u64, start: &str) {
    let event = build::event(version, BookingEventKind::Moved, start);
    let at = NOW.parse::<DateTime<Utc>>().unwrap();
    let answer = booking_event(dynamo, &format!("evt-{version}"), &event, at).await.unwrap();
    let Answer::Done(result) = answer else { panic!("{answer:?}") };
    assert_eq!(result.verdict, Verdict::Applied, "{:?}", result.remarks);
}

const START: &str = "2026-12-03T10:30:00+11:00";

async fn of(dynamo: &Dynamo, patient: &PatientId) -> Vec<Enrolment> {
    dynamo.enrolment_reader().of_patient(patient).await.unwrap().enrolments
}

fn is_ended_with_the_patient(enrolment: &Enrolment) -> bool {
    matches!(enrolment.status, Status::Ended { why: EndReason::Patient, .. })
}

#[tokio::test]
async fn what_a_patient_is_on_ends_when_they_are_archived_or_have_died() {
    for step in ["archive", "deceased"] {
        let (dynamo, router) = clinic().await;
        configure(&dynamo, vec![pause(), reminder()]).await;
        let maria = create(&router, &maria()).await;
        booked(&dynamo, 1, START).await;
        assert_eq!(dynamo.work_list().open().await.unwrap().len(), 1);
        let done = post(&router, &format!("{maria}/{step}"), &json!({})).await;
        assert_eq!(done.status, 200, "{:?}", done.json);
        let enrolments = of(&dynamo, &id(&maria)).await;
        assert!(enrolments.iter().all(is_ended_with_the_patient), "{enrolments:?}");
        assert_eq!(enrolments.len(), 1);
        assert!(dynamo.work_list().open().await.unwrap().is_empty(), "nobody need do it");
        let again = post(&router, &format!("{maria}/{step}"), &json!({})).await;
        assert_eq!((again.status.as_u16(), again.json), (200, done.json), "{step} again");
    }
}

#[tokio::test]
async fn a_save_that_says_so_ends_it_too() {
    let (dynamo, router) = clinic().await;
    configure(&dynamo, vec![reminder()]).await;
    let maria = create(&router, &maria()).await;
    booked(&dynamo, 1, START).await;
    let mut body: Value = get(&router, &maria).await.json;
    body["standing"] = json!("deceased");
    assert_eq!(put(&router, &maria, &body).await.status, 200);
    assert!(of(&dynamo, &id(&maria)).await.iter().all(is_ended_with_the_patient));
}

#[tokio::test]
async fn a_merge_takes_enrolments_and_bookings_along_and_begins_none_twice() {
    let (dynamo, router) = clinic().await;
    configure(&dynamo, vec![reminder()]).await;
    let online = create(&router, &maria()).await;
    let known = create(&router, &json!({ "first_name": "Maria", "last_name": "Rossi" })).await;
    booked(&dynamo, 1, START).await;
    let before = of(&dynamo, &id(&online)).await;
    for time in ["first", "again"] {
        let into = json!({ "into": id(&known) });
        let merged = post_as(&router, "[admin]", &format!("{online}/merge"), &into).await;
        assert_eq!(merged.status, 200, "{time}: {:?}", merged.json);
        assert!(of(&dynamo, &id(&online)).await.is_empty(), "{time}");
        let after = of(&dynamo, &id(&known)).await;
        assert_eq!(after.len(), 1, "{time}");
        assert_eq!((&after[0].id, &after[0].patient), (&before[0].id, &id(&known)), "{time}");
        assert_eq!(after[0].status, before[0].status, "{time}: it stands where it stood");
    }
    let booking = dynamo.bookings().booking(&build::booking().key).await.unwrap().unwrap();
    assert_eq!(booking.matching.patient(), Some(&id(&known)));
    let (_, notes) = dynamo.enrolment_reader().records(&before[0].id).await.unwrap();
    assert_eq!(notes.iter().filter(|note| note.event.as_str() == "rehomed").count(), 1);

    // The booking's next event moves what is there, and begins nothing for the other record.
    booked(&dynamo, 2, "2026-12-04T10:30:00+11:00").await;
    let after = of(&dynamo, &id(&known)).await;
    assert_eq!(after.len(), 1, "{after:?}");
    let step = after[0].step().expect("it goes on");
    assert_eq!(step.due, build::at("2026-12-03T10:30:00+11:00"));
    let read = dynamo.enrolments().enrolment(&before[0].id).await.unwrap();
    assert_eq!(read.as_ref(), after.first());
}

#[tokio::test]
async fn an_enrolment_that_cannot_be_read_keeps_none_of_the_others() {
    for step in ["archive", "merge"] {
        let (dynamo, router) = clinic().await;
        configure(&dynamo, vec![reminder()]).await;
        let maria = create(&router, &maria()).await;
        booked(&dynamo, 1, START).await;
        let mut kept = of(&dynamo, &id(&maria)).await.remove(0);
        let spoiled = kept.id.clone();
        kept.id = EnrolmentId::new(build::number(900));
        dynamo.enrolments().commit(&[build::begun(kept.clone())]).await.unwrap();
        dynamo.spoil("enrolments", spoiled.as_str(), "ENROLMENT").await;
        let into = create(&router, &json!({ "first_name": "Maria", "last_name": "Rossi" })).await;
        let body = if step == "merge" { json!({ "into": id(&into) }) } else { json!({}) };
        let done = post_as(&router, "[admin]", &format!("{maria}/{step}"), &body).await;
        assert_eq!(done.status, 200, "{step}: {:?}", done.json);
        if step == "merge" {
            let moved: Vec<_> = of(&dynamo, &id(&into)).await.into_iter().map(|it| it.id).collect();
            assert_eq!(moved, [kept.id]);
        } else {
            assert!(of(&dynamo, &id(&maria)).await.iter().all(is_ended_with_the_patient));
        }
        let open = dynamo.work_list().open().await.unwrap();
        let about: Vec<_> = open.into_iter().filter_map(|work| work.item.enrolment).collect();
        assert_eq!(about, [spoiled], "{step}: a person sees to it");
    }
}
