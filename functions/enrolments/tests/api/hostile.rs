//! Bad input, thrown at every route that takes a body or a query; what takes a file is beside it.

use std::collections::BTreeSet;

use app::ports::Balances;
use aws::http::Method;
use domain::ids::ProgramId;
use domain::program::{Program, ProgramType};
use enrolments_function::handler::api;
use serde_json::{Value, json};
use testkit::build;
use testkit::hostile::{Kind, Query, Route, attack, attack_bodyless, attack_query};
use testkit::requests::{ApiRequest, call};

use crate::support::{Clinic, InProcess, clinic_after, maria_on, pause, program};

/// Maria on a general program that has come to a pause; the ids of her enrolment and of its work.
async fn held() -> (Clinic, String, String) {
    let clinic = clinic_after(1_000).await;
    let added = clinic.enrol(ProgramType::General, &json!({})).await;
    let enrolment = added["id"].as_str().unwrap().to_owned();
    let open = clinic.get("/v1/work-list").await.json;
    let work = open["items"][0]["id"].as_str().unwrap().to_owned();
    (clinic, enrolment, work)
}

fn id_of(kind: ProgramType) -> ProgramId {
    program(kind).id
}

fn enrolling() -> Vec<Route> {
    let mut on_recall = maria_on(ProgramType::Recall);
    if let Some(fields) = on_recall.as_object_mut() {
        fields.insert("reference_date".to_owned(), json!("2027-01-31"));
        fields.insert("practitioner".to_owned(), json!("Dr Chen"));
        fields.insert("site".to_owned(), json!("harbour"));
    }
    vec![
        Route::new("POST", "/v1/enrolments", on_recall)
            .creates()
            .required(&["/patient", "/program", "/reference_date"])
            .fields(&[
                ("/patient", Kind::Id("pat_")),
                ("/program", Kind::Id("prog_")),
                ("/reference_date", Kind::Date),
                ("/practitioner", Kind::Text(80)),
                ("/site", Kind::Text(64)),
            ]),
    ]
}

fn instructing(enrolment: &str, version: u64) -> Vec<Route> {
    let path = |what: &str| format!("/v1/enrolments/{enrolment}/{what}");
    let mut routes = vec![
        Route::new("PUT", path("reference-date"), json!({ "date": "2027-01-31" }))
            .required(&["/date"])
            .fields(&[("/date", Kind::Date)]),
        Route::new("POST", path("retry"), json!({ "not_received": true })),
        Route::new("POST", path("end"), json!({ "why": "Has moved away" }))
            .required(&["/why"])
            .fields(&[("/why", Kind::Text(80))]),
    ];
    // Each good request makes the next version.
    for (route, version) in routes.iter_mut().zip(version..) {
        *route = route.clone().id(enrolment).version(version);
    }
    routes
}

fn looking_ahead() -> Vec<Route> {
    let (recall, booking) = (id_of(ProgramType::Recall), id_of(ProgramType::Booking));
    let patient = build::patient().id;
    let of = |id: &ProgramId| format!("/v1/programs/{id}/timeline");
    let others = [("/patient", Kind::Id("pat_")), ("/site", Kind::Text(64))];
    let by_date = json!({ "reference_date": "2027-01-31", "patient": patient, "site": "harbour" });
    let by_start = json!({
        "booking_start": "2026-12-03T10:30:00+11:00", "patient": patient, "site": "harbour",
    });
    let with = |field| others.into_iter().chain([field]).collect::<Vec<_>>();
    vec![
        Route::new("POST", of(&recall), by_date)
            .id(&recall)
            .fields(&with(("/reference_date", Kind::Date))),
        Route::new("POST", of(&booking), by_start)
            .id(&booking)
            .required(&["/booking_start"])
            .fields(&with(("/booking_start", Kind::Instant))),
    ]
}

fn moving() -> Vec<Route> {
    let (from, to) = (id_of(ProgramType::Recall), id_of(ProgramType::Program));
    let step = build::sms(11, domain::timing::Timing::Enrolled).id;
    let body = json!({
        "to": to, "step": step, "steps": [{ "waiting_for": pause().id, "step": step }],
        "disable": true, "limit": 10,
    });
    let fields = [
        ("/to", Kind::Id("prog_")),
        ("/step", Kind::Id("act_")),
        ("/steps/0/waiting_for", Kind::Id("act_")),
        ("/steps/0/step", Kind::Id("act_")),
        ("/limit", Kind::Number(1, 500)),
    ];
    let required = ["/to", "/step", "/steps/0/waiting_for", "/steps/0/step"];
    ["moves/preview", "moves"]
        .map(|what| {
            Route::new("POST", format!("/v1/programs/{from}/{what}"), body.clone())
                .id(&from)
                .required(&required)
                .fields(&fields)
        })
        .into()
}

fn working(work: &str) -> Vec<Route> {
    let path = |what: &str| format!("/v1/work-list/{work}/{what}");
    let text = |pointer| (pointer, Kind::Text(1_000));
    let resolving = json!({
        "outcome": "done", "note": "Rang her.", "then": "advance", "not_received": true,
    });
    let many = json!({ "items": [work], "do": { "note": { "text": "No answer so far." } } });
    vec![
        Route::new("POST", path("assign"), json!({ "to": "me" }))
            .id(work)
            .fields(&[("/to", Kind::Text(128))]),
        Route::new("POST", path("notes"), json!({ "text": "Rang, no answer." }))
            .id(work)
            .required(&["/text"])
            .fields(&[text("/text")]),
        Route::new("POST", "/v1/work-list/bulk", many)
            .required(&["/items", "/do", "/do/note/text"])
            .fields(&[("/items/0", Kind::Id("work_")), text("/do/note/text")]),
        Route::new("POST", path("resolve"), resolving).id(work).required(&["/outcome"]).fields(&[
            ("/outcome", Kind::Choice),
            text("/note"),
            ("/then", Kind::Choice),
        ]),
    ]
}

#[tokio::test]
async fn nobody_is_enrolled_by_bad_input() {
    let (clinic, ..) = held().await;
    attack(&clinic.dynamo, &clinic.router, &enrolling()).await;
}

#[tokio::test]
async fn no_enrolment_is_changed_by_bad_input() {
    let (clinic, enrolment, _) = held().await;
    let version = clinic.get(&format!("/v1/enrolments/{enrolment}")).await;
    let version = version.header("etag").trim_matches('"').parse().unwrap();
    // A retry is refused for what it waits for; what is wrong with the request comes first.
    let routes: Vec<_> = instructing(&enrolment, version).into_iter().enumerate().collect();
    let of =
        |n: usize| routes.iter().filter(|it| it.0 == n).map(|it| it.1.clone()).collect::<Vec<_>>();
    attack(&clinic.dynamo, &clinic.router, &of(0)).await;
    let end = of(2).remove(0).version(version + 1);
    attack(&clinic.dynamo, &clinic.router, &[end]).await;
}

#[tokio::test]
async fn nothing_is_shown_ahead_for_bad_input() {
    let (clinic, ..) = held().await;
    attack(&clinic.dynamo, &clinic.router, &looking_ahead()).await;
}

#[tokio::test]
async fn nobody_is_moved_by_bad_input() {
    let (clinic, ..) = held().await;
    attack(&clinic.dynamo, &clinic.router, &moving()).await;
}

#[tokio::test]
async fn no_work_is_done_by_bad_input() {
    let (clinic, _, work) = held().await;
    attack(&clinic.dynamo, &clinic.router, &working(&work)).await;
}

fn bodyless(enrolment: &str) -> Vec<Route> {
    let path = |what| format!("/v1/enrolments/{enrolment}/{what}");
    let route = |what| Route::new("POST", path(what), json!({})).id(enrolment);
    vec![route("advance").version(1), route("skip").version(2)]
}

#[tokio::test]
async fn what_takes_no_body_refuses_one() {
    let (clinic, enrolment, _) = held().await;
    attack_bodyless(&clinic.dynamo, &clinic.router, &bodyless(&enrolment)).await;
}

#[test]
fn every_route_that_is_sent_something_is_attacked() {
    let (enrolment, work) = ("enr_x", "work_x");
    let tables = [
        enrolling(),
        instructing(enrolment, 1),
        looking_ahead(),
        moving(),
        working(work),
        bodyless(enrolment),
    ];
    let programs = ProgramType::ALL.map(|kind| id_of(kind).to_string());
    let ids = programs.iter().map(String::as_str).chain([enrolment, work]).collect::<Vec<_>>();
    let named = |route: &Route| {
        let path = ids.iter().fold(route.path.clone(), |path, id| path.replace(id, "{id}"));
        format!("{} {path}", route.method)
    };
    let mut attacked: BTreeSet<_> = tables.iter().flatten().map(named).collect();
    // It takes a file, and has attacks of its own.
    attacked.insert("POST /v1/enrolments/upload".to_owned());
    let routes = api::<InProcess>();
    let sent = routes.routes().iter().filter(|it| matches!(it.0, Method::Post | Method::Put));
    let sent = sent.map(|(method, path, _)| format!("{} {path}", method.as_str()));
    assert_eq!(sent.collect::<BTreeSet<_>>(), attacked);
}

#[tokio::test]
async fn a_query_that_is_wrong_is_refused_and_named() {
    let (clinic, enrolment, work) = held().await;
    let (patient, general) = (build::patient().id, id_of(ProgramType::General));
    let months = ["2026-13", "2026", "2026-1", "26-11", "0000-01", "%2B2026-11", "2026-11-01"];
    let months = months.map(|month| ("month", month));
    let balance = build::balance("2026-11-22".parse().unwrap());
    clinic.dynamo.balances().save_balance(&balance, 0).await.unwrap();
    let queries = [
        Query::of_pages(format!("/v1/patients/{patient}/enrolments"), "include=completed,ended")
            .nor(&[("include", "all"), ("include", "completed,"), ("include", "Ended")]),
        Query::of_pages(format!("/v1/programs/{general}/patients"), ""),
        Query::of_pages("/v1/work-list", "kind=paused&assignee=me&site=harbour").nor(&[
            ("kind", "x"),
            ("kind", "PAUSED"),
            ("assignee", "%00"),
            ("site", "%E2%80%AE"),
            ("patient", "prog_00000000000000000000000002"),
            ("patient", "PAT_00000000000000000000000002"),
        ]),
        Query::of_pages("/v1/work-list/resolved", "month=2026-11").nor(&months),
        Query::of_pages("/v1/balance", "").nor(&[("cursor", "MQ"), ("limit", "0")]),
        Query::of("/v1/balance/2026-11-22".to_owned(), ""),
        Query::of("/v1/today", ""),
        Query::of("/v1/forecast", "site=harbour").nor(&[
            ("site", "%00"),
            ("site", "%E2%80%AE"),
            ("site", "nowhere"),
        ]),
        Query::of_pages("/v1/webhooks/refused", "source=diary").by("admin").nor(&[
            ("source", "%00"),
            ("source", "%E2%80%AE"),
            ("cursor", "MQ"),
        ]),
        Query::of(format!("/v1/enrolments/{enrolment}/history"), "all=true").nor(&[
            ("all", "yes"),
            ("all", "TRUE"),
            ("all", "1"),
        ]),
        Query::of(format!("/v1/enrolments/{enrolment}/timeline"), ""),
        Query::of(format!("/v1/enrolments/{enrolment}"), ""),
        Query::of(format!("/v1/work-list/{work}"), ""),
    ];
    attack_query(&clinic.dynamo, &clinic.router, &queries).await;
}

/// What would be refused anyhow must not hide what is wrong with the request.
#[tokio::test]
async fn a_retry_of_what_did_not_fail_is_refused_and_changes_nothing() {
    let (clinic, enrolment, _) = held().await;
    let before = clinic.dynamo.dump().await;
    let path = format!("/v1/enrolments/{enrolment}/retry");
    let cases: [(Value, u16); 4] = [
        (json!({ "not_received": "yes" }), 422),
        (json!({ "received": false }), 422),
        (json!([]), 422),
        (json!({ "not_received": true }), 409),
    ];
    for (body, status) in cases {
        let answer = clinic.send("POST", &path, 1, &body).await;
        assert_eq!(answer.status, status, "{body}: {:?}", answer.json);
    }
    assert_eq!(clinic.dynamo.dump().await, before);
}

#[tokio::test]
async fn a_move_names_each_waiting_action_once_and_only_those_of_its_program() {
    let (clinic, ..) = held().await;
    let (from, to): (Program, Program) =
        (program(ProgramType::Recall), program(ProgramType::Program));
    let step = build::sms(11, domain::timing::Timing::Enrolled).id;
    let row = |waiting_for: &str| json!({ "waiting_for": waiting_for, "step": step });
    let steps = json!([
        row(pause().id.as_str()),
        row(pause().id.as_str()),
        row("act_00000000000000000000000999"),
    ]);
    let body = json!({ "to": to.id, "step": step, "steps": steps });
    let request = ApiRequest::new("POST", &format!("/v1/programs/{}/moves", from.id)).by("[admin]");
    let refused = call(&clinic.router, request.json(&body)).await;
    assert_eq!(refused.pointers(), ["#/steps/2/waiting_for", "#/steps/1/waiting_for"]);
}
