//! A patient's enrolments, one of them, and what happened on it.

use domain::enrolment::{Enrolment, enrol_for_booking};
use domain::program::ProgramType;
use domain::timing::Timing;
use serde_json::{Value, json};
use testkit::build;

use crate::support::{NOW, clinic};

fn enrolment() -> Enrolment {
    let program = build::program(vec![build::sms(10, Timing::Enrolled)]);
    let (site, patient, booking) = (build::site(), build::patient(), build::booking());
    let facts = build::facts(&program, &site, &patient, &booking);
    enrol_for_booking("req-1".into(), facts, build::at(NOW)).unwrap().enrolment
}

fn ids(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_patients_enrolments_and_their_history_are_shown() {
    use app::ports::Catalogue;
    let clinic = clinic().await;
    let program = build::program(vec![build::sms(10, Timing::Enrolled)]);
    clinic.dynamo.catalogue().create_program(&program, &build::saved()).await.unwrap();
    clinic.store(vec![enrolment()], Some(build::booking()), vec![]).await;

    let path = format!("/v1/patients/{}/enrolments", build::patient().id);
    let listed = clinic.get(&path).await.json["items"][0].clone();
    assert_eq!(listed["program"]["name"], "Booking confirmation");
    assert_eq!(listed["site"]["name"], "Harbour Clinic");
    assert_eq!(
        (&listed["status"], &listed["next_action"]["type"]),
        (&json!("active"), &json!("sms"))
    );
    let one = clinic.get(&format!("/v1/enrolments/{}", enrolment().id)).await;
    assert_eq!((one.header("etag"), &one.json["id"]), ("\"1\"", &listed["id"]));
    let history = clinic.get(&format!("/v1/enrolments/{}/history", enrolment().id)).await;
    let first = &history.json["items"][0];
    assert_eq!((&first["event"], &first["by"]), (&json!("enrolled"), &json!("webhook diary")));
    assert_eq!(first["local"], "Sun 22 Nov 2026, 7:00 pm");
}

#[tokio::test]
async fn what_is_over_is_listed_only_when_it_is_asked_for() {
    let clinic = clinic().await;
    let first = clinic.enrol(ProgramType::General, &json!({})).await;
    clinic.later(1);
    let second = clinic.enrol(ProgramType::Referral, &json!({})).await;
    let (first, second) = (first["id"].as_str().unwrap(), second["id"].as_str().unwrap());
    let why = json!({ "why": "moved away" });
    clinic.send("POST", &format!("/v1/enrolments/{first}/end"), 1, &why).await;

    let path = format!("/v1/patients/{}/enrolments", build::patient().id);
    assert_eq!(ids(&clinic.get(&path).await.json), [second]);
    assert_eq!(ids(&clinic.get(&format!("{path}?include=completed")).await.json), [second]);
    let all = format!("{path}?include=completed,ended");
    assert_eq!(ids(&clinic.get(&all).await.json), [second, first], "the newest first");
    let page = clinic.get(&format!("{all}&limit=1")).await.json;
    assert_eq!(ids(&page), [second]);
    let next = page["next"].as_str().unwrap();
    let page = clinic.get(&format!("{all}&limit=1&cursor={next}")).await.json;
    assert_eq!((ids(&page), &page["next"]), (vec![first], &Value::Null));
    assert_eq!(clinic.get(&format!("{path}?include=deleted")).await.status, 400);
}

#[tokio::test]
async fn the_steps_of_the_cycle_say_where_each_stands() {
    let clinic = clinic().await;
    let added = clinic.enrol(ProgramType::Recall, &json!({ "reference_date": "2027-01-31" })).await;
    let path = format!("/v1/enrolments/{}", added["id"].as_str().unwrap());
    let shown = clinic.get(&path).await.json;
    assert_eq!(shown["frequency"], json!({ "amount": 6, "unit": "months" }));
    assert_eq!((&shown["cycle"], &shown["of"]), (&json!(1), &json!(2)));
    let steps = &shown["steps"];
    assert_eq!(steps[0]["state"], "held", "{steps}");
    assert_eq!((&steps[1]["state"], &steps[1]["position"]), (&json!("ahead"), &json!(2)));
    assert_eq!(steps[1]["template"]["name"], "Confirmation");

    let advanced = clinic.send("POST", &format!("{path}/advance"), 1, &json!({})).await;
    assert_eq!(advanced.status, 200, "{:?}", advanced.json);
    let steps = &advanced.json["steps"];
    assert_eq!((&steps[0]["state"], &steps[1]["state"]), (&json!("done"), &json!("waiting")));
    assert_eq!(steps[1]["local"], "Sun 22 Nov 2026, 7:00 pm");
}

#[tokio::test]
async fn a_history_shows_what_people_did_only_when_all_is_asked_for() {
    let clinic = clinic().await;
    let added = clinic.enrol(ProgramType::General, &json!({})).await;
    let path = format!("/v1/enrolments/{}", added["id"].as_str().unwrap());
    clinic.send("POST", &format!("{path}/advance"), 1, &json!({})).await;
    let automated = clinic.get(&format!("{path}/history")).await.json;
    let events: Vec<_> =
        automated["items"].as_array().unwrap().iter().map(|it| &it["event"]).collect();
    assert_eq!(events, ["held"]);
    let all = clinic.get(&format!("{path}/history?all=true")).await.json;
    let all: Vec<_> = all["items"].as_array().unwrap().iter().map(|it| &it["manual"]).collect();
    assert_eq!(all, [&json!(true), &json!(false), &json!(true)]);
    assert_eq!(clinic.get(&format!("{path}/history?all=yes")).await.status, 400);
}

#[tokio::test]
async fn a_history_comes_in_pages_and_its_order_is_kept_within_a_moment() {
    let clinic = clinic().await;
    let added = clinic.enrol(ProgramType::Recall, &json!({ "reference_date": "2027-01-31" })).await;
    let path = format!("/v1/enrolments/{}", added["id"].as_str().unwrap());
    // The clock stands: enrolled, held, advanced and skipped, all at the same time.
    clinic.send("POST", &format!("{path}/advance"), 1, &json!({})).await;
    clinic.send("POST", &format!("{path}/skip"), 2, &json!({})).await;
    let history = format!("{path}/history?all=true");
    let events = |page: &Value| -> Vec<String> {
        let items = page["items"].as_array().unwrap();
        items.iter().map(|it| format!("{}: {}", it["event"], it["summary"])).collect()
    };
    let whole = clinic.get(&history).await.json;
    assert_eq!(whole["next"], Value::Null, "a short one comes whole");
    let whole = events(&whole);
    assert_eq!(whole.len(), 4, "{whole:?}");
    let (mut seen, mut query) = (Vec::new(), "&limit=3".to_owned());
    loop {
        let page = clinic.get(&format!("{history}{query}")).await.json;
        seen.extend(events(&page));
        let Some(next) = page["next"].as_str() else { break };
        query = format!("&limit=3&cursor={next}");
    }
    assert_eq!(seen, whole);
    assert_eq!(clinic.get(&format!("{path}/history?limit=0")).await.status, 400);
}
