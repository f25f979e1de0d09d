//! Bad input, thrown at every route that takes a body or a query.

use std::collections::BTreeSet;

use app::ports::{Catalogue, People};
use aws::http::Method;
use axum::Router;
use domain::ids::{BookingTypeId, ProgramId, SiteId, TemplateId};
use domain::program::{Completion, Program};
use domain::template::{Body, BodyKind, Content, Template};
use domain::timing::Timing;
use programs_function::handler::api;
use serde_json::{Value, json};
use testkit::build;
use testkit::dynamo::Dynamo;
use testkit::fakes::{CountingIds, FakeClock};
use testkit::hostile::{Kind, Query, Route, attack, attack_bodyless, attack_query};

use crate::{InProcess, router_with};

/// A practice with one record of each kind, all of version 1.
async fn practice() -> (Dynamo, Router) {
    let dynamo = Dynamo::start().await;
    let catalogue = dynamo.catalogue();
    catalogue.create_site(&build::site()).await.unwrap();
    for template in [build::template(), letter(), email()] {
        catalogue.create_template(&template).await.unwrap();
    }
    let program = Program {
        completion: Completion::SelectedTypes,
        ..build::program(vec![build::sms(10, Timing::Enrolled)])
    };
    catalogue.create_program(&program, &build::saved()).await.unwrap();
    catalogue.create_booking_type(&build::booking_type()).await.unwrap();
    dynamo.people().create_patient(&build::patient()).await.unwrap();
    let clock = FakeClock::at("2026-11-22T08:00:00Z");
    let router = router_with(&dynamo, clock, CountingIds::after(1_000));
    (dynamo, router)
}

fn letter() -> Template {
    let content = Content::Letter(Body::parse(BodyKind::Letter, "Dear Doctor").unwrap());
    Template { id: TemplateId::new(build::number(30)), content, ..build::template() }
}

fn email() -> Template {
    let text = |kind| Body::parse(kind, "Hello").unwrap();
    let (subject, body) = (text(BodyKind::Subject), text(BodyKind::Email));
    let content = Content::Email { subject, body };
    Template { id: TemplateId::new(build::number(31)), content, ..build::template() }
}

fn program_id() -> ProgramId {
    build::program(Vec::new()).id
}

fn template_id() -> TemplateId {
    build::template().id
}

fn booking_type_id() -> BookingTypeId {
    build::booking_type().id
}

fn site_id() -> SiteId {
    build::site().id
}

/// A program with everything a program can have.
fn recall(name: &str, first: &str) -> Value {
    let template = template_id();
    json!({
        "type": "recall",
        "name": name,
        "cycles": 4,
        "frequency": { "amount": 6, "unit": "months" },
        "next_cycle": "first_date",
        "purpose": "care",
        "clinically_significant": true,
        "completion": "any",
        "reopening": { "policy": "after_days", "days": 14 },
        "actions": [
            {
                "id": first, "type": "sms", "template": template,
                "timing": { "when": "before", "amount": 2, "unit": "weeks", "at": "10:00" },
                "pause_on_error": false, "useful_hours": 72, "ignore_window": true, "save_reply": false,
            },
            { "id": "new", "type": "letter_to_gp", "template": letter().id, "print": "mail",
              "timing": { "when": "on", "at": "09:00" } },
            { "id": "new", "type": "email", "template": email().id, "ignore_window": true,
              "timing": { "when": "after", "amount": 90, "unit": "minutes" } },
            { "id": "new", "type": "pause" },
        ],
    })
}

const OF_A_PROGRAM: [(&str, Kind); 20] = [
    ("/type", Kind::Choice),
    ("/name", Kind::Text(80)),
    ("/cycles", Kind::Number(1, 1_040)),
    ("/frequency/amount", Kind::Number(1, 120)),
    ("/frequency/unit", Kind::Choice),
    ("/next_cycle", Kind::Choice),
    ("/purpose", Kind::Choice),
    ("/completion", Kind::Choice),
    ("/reopening/policy", Kind::Choice),
    ("/reopening/days", Kind::Number(1, 366)),
    ("/actions/0/id", Kind::Id("act_")),
    ("/actions/0/type", Kind::Choice),
    ("/actions/0/template", Kind::Id("tmpl_")),
    ("/actions/0/useful_hours", Kind::Number(1, 8784)),
    ("/actions/0/timing/when", Kind::Choice),
    ("/actions/0/timing/amount", Kind::Number(1, 520)),
    ("/actions/0/timing/unit", Kind::Choice),
    ("/actions/0/timing/at", Kind::TimeOfDay),
    ("/actions/1/print", Kind::Choice),
    ("/actions/2/timing/amount", Kind::Number(1, 5_256_000)),
];

const NEEDED_BY_A_PROGRAM: [&str; 8] = [
    "/type",
    "/name",
    "/actions/0/type",
    "/actions/0/template",
    "/actions/0/timing",
    "/actions/0/timing/when",
    "/actions/0/timing/amount",
    "/actions/1/print",
];

fn programs() -> Vec<Route> {
    let id = program_id();
    // A new program has no actions with an id; that of a saved one is its own.
    let of_new: Vec<_> = OF_A_PROGRAM.into_iter().filter(|it| it.0 != "/actions/0/id").collect();
    let kept = build::sms(10, Timing::Enrolled).id;
    let saved = || recall("Diabetes", kept.as_str()).as_object().cloned().unwrap_or_default();
    let mut booking = saved();
    for recalls in ["frequency", "next_cycle", "completion", "cycles"] {
        booking.remove(recalls);
    }
    booking.insert("type".to_owned(), json!("booking"));
    let booking = Value::Object(booking);
    let of_booking: Vec<_> =
        OF_A_PROGRAM.into_iter().filter(|it| booking.pointer(it.0).is_some()).collect();
    vec![
        Route::new("POST", "/v1/programs", recall("Diabetes check-up", "new"))
            .creates()
            .required(&NEEDED_BY_A_PROGRAM)
            .fields(&of_new),
        Route::new("POST", format!("/v1/programs/{id}/impact"), booking.clone())
            .id(&id)
            .required(&NEEDED_BY_A_PROGRAM)
            .fields(&of_booking),
        Route::new("POST", format!("/v1/programs/{id}/duplicate"), json!({ "name": "A copy" }))
            .id(&id)
            .creates()
            .required(&["/name"])
            .fields(&[("/name", Kind::Text(80))]),
        Route::new("PUT", format!("/v1/programs/{id}"), booking)
            .id(&id)
            .version(1)
            .required(&NEEDED_BY_A_PROGRAM)
            .fields(&of_booking),
    ]
}

fn templates() -> Vec<Route> {
    let id = template_id();
    let email = json!({
        "channel": "email", "name": "Hello", "subject": "Hi", "body": "Hi {{ patient.first_name }}",
    });
    let sms = json!({ "channel": "sms", "name": "Hello", "body": "Hi {{ patient.first_name }}" });
    let reader = json!({ "patient": build::patient().id, "program_type": "general" });
    let preview = json!({
        "channel": "sms", "body": "Hi", "patient": build::patient().id, "program_type": "general",
    });
    let names = [("/channel", Kind::Choice), ("/name", Kind::Text(80))];
    let readers = [("/patient", Kind::Id("pat_")), ("/program_type", Kind::Choice)];
    vec![
        Route::new("POST", "/v1/templates", email)
            .creates()
            .required(&["/channel", "/name", "/subject", "/body"])
            .fields(&names),
        Route::new("PUT", format!("/v1/templates/{id}"), sms)
            .id(&id)
            .version(1)
            .required(&["/channel", "/name", "/body"])
            .fields(&names),
        Route::new("POST", "/v1/templates/preview", preview)
            .required(&["/channel", "/body"])
            .fields(&readers),
        Route::new("POST", format!("/v1/templates/{id}/preview"), reader).id(&id).fields(&readers),
        Route::new("POST", format!("/v1/templates/{id}/test"), json!({ "to": "0491 570 006" }))
            .id(&id)
            .creates()
            .required(&["/to"])
            .fields(&[("/to", Kind::Mobile)]),
    ]
}

fn booking_types() -> Vec<Route> {
    let id = booking_type_id();
    let body = |code: &str| {
        let program = program_id();
        json!({ "code": code, "name": "Physio", "starts": [program], "completes": [program] })
    };
    let fields = [
        ("/code", Kind::Text(64)),
        ("/name", Kind::Text(80)),
        ("/starts/0", Kind::Id("prog_")),
        ("/completes/0", Kind::Id("prog_")),
    ];
    let required = ["/code", "/name"];
    vec![
        Route::new("POST", "/v1/booking-types", body("physio-review"))
            .creates()
            .required(&required)
            .fields(&fields),
        Route::new("PUT", format!("/v1/booking-types/{id}"), body("physio-initial"))
            .id(&id)
            .version(1)
            .required(&required)
            .fields(&fields),
    ]
}

fn sites() -> Vec<Route> {
    let id = site_id();
    let site = |code: &str| {
        json!({
            "code": code, "name": "Harbour Clinic", "time_zone": "Australia/Sydney",
            "sending_window": {
                "opens": "09:00", "closes": "18:00", "days": ["monday", "tuesday"],
                "holidays": ["2026-12-25"],
            },
        })
    };
    let fields = [
        ("/code", Kind::Text(64)),
        ("/name", Kind::Text(80)),
        ("/time_zone", Kind::Zone),
        ("/sending_window/opens", Kind::TimeOfDay),
        ("/sending_window/closes", Kind::TimeOfDay),
        ("/sending_window/days/1", Kind::Choice),
        ("/sending_window/holidays/0", Kind::Date),
    ];
    let required = ["/code", "/name", "/time_zone", "/sending_window/opens"];
    let holidays = json!({ "holidays": [{ "date": "2026-12-25", "name": "Christmas Day" }] });
    let holiday = json!({ "date": "2027-01-26", "name": "Australia Day", "sites": ["harbour"] });
    vec![
        Route::new("POST", "/v1/sites", site("hill")).creates().required(&required).fields(&fields),
        Route::new("PUT", format!("/v1/sites/{id}"), site("harbour"))
            .id(&id)
            .version(1)
            .required(&required)
            .fields(&fields),
        // The one before has made it the second.
        Route::new("PUT", format!("/v1/sites/{id}/holidays"), holidays)
            .id(&id)
            .version(2)
            .required(&["/holidays/0/date", "/holidays/0/name"])
            .fields(&[("/holidays/0/date", Kind::Date), ("/holidays/0/name", Kind::Text(80))]),
        Route::new("POST", "/v1/holidays", holiday).required(&["/date", "/name", "/sites"]).fields(
            &[("/date", Kind::Date), ("/name", Kind::Text(80)), ("/sites/0", Kind::Text(64))],
        ),
    ]
}

fn practice_wide() -> Vec<Route> {
    let settings = json!({ "practice_name": "Harbour Health", "sending": { "state": "on" } });
    vec![
        Route::new("PUT", "/v1/settings", settings)
            .version(0)
            .required(&["/practice_name"])
            .fields(&[("/practice_name", Kind::Text(80)), ("/sending/state", Kind::Choice)]),
        Route::new("POST", "/v1/sending/hold", json!({ "why": "The diary sends wrong times" }))
            .required(&["/why"])
            .fields(&[("/why", Kind::Text(200))]),
    ]
}

#[tokio::test]
async fn no_program_is_made_of_bad_input() {
    let (dynamo, router) = practice().await;
    attack(&dynamo, &router, &programs()).await;
}

#[tokio::test]
async fn no_template_is_made_of_bad_input() {
    let (dynamo, router) = practice().await;
    attack(&dynamo, &router, &templates()).await;
}

#[tokio::test]
async fn no_booking_type_is_made_of_bad_input() {
    let (dynamo, router) = practice().await;
    attack(&dynamo, &router, &booking_types()).await;
}

#[tokio::test]
async fn no_site_and_no_holiday_is_made_of_bad_input() {
    let (dynamo, router) = practice().await;
    attack(&dynamo, &router, &sites()).await;
}

#[tokio::test]
async fn no_setting_is_made_of_bad_input() {
    let (dynamo, router) = practice().await;
    attack(&dynamo, &router, &practice_wide()).await;
}

/// Routes that change something and are sent nothing, with a good path.
fn without_body() -> Vec<(&'static str, String)> {
    let id = program_id();
    vec![
        ("/v1/programs/{id}/enable", format!("/v1/programs/{id}/enable")),
        ("/v1/programs/{id}/disable", format!("/v1/programs/{id}/disable")),
        ("/v1/sending/release", "/v1/sending/release".to_owned()),
    ]
}

#[tokio::test]
async fn what_takes_no_body_refuses_one() {
    let (dynamo, router) = practice().await;
    let targets = without_body().into_iter();
    let targets = targets.map(|(_, path)| Route::new("POST", path, json!({})));
    attack_bodyless(&dynamo, &router, &targets.collect::<Vec<_>>()).await;
}

#[tokio::test]
async fn every_route_that_is_sent_something_is_attacked() {
    let named = |method: &str, path: &str| {
        let ids = [
            program_id().to_string(),
            template_id().to_string(),
            booking_type_id().to_string(),
            site_id().to_string(),
        ];
        let path = ids.iter().fold(path.to_owned(), |path, id| path.replace(id, "{id}"));
        format!("{method} {path}")
    };
    let tables = [programs(), templates(), booking_types(), sites(), practice_wide()];
    let attacked = tables.iter().flatten().map(|route| named(route.method, &route.path));
    let bare = without_body().into_iter().map(|(route, _)| format!("POST {route}"));
    let attacked: BTreeSet<String> = attacked.chain(bare).collect();
    let routes = api::<InProcess>();
    let routes = routes.routes().iter();
    let sent = routes.filter(|route| matches!(route.0, Method::Post | Method::Put));
    let sent = sent.map(|(method, path, _)| format!("{} {path}", method.as_str()));
    assert_eq!(sent.collect::<BTreeSet<_>>(), attacked);
}

#[tokio::test]
async fn a_query_that_is_wrong_is_refused_and_named() {
    let (dynamo, router) = practice().await;
    let q = &[("q", "%00"), ("q", "a%0Ab"), ("q", "%E2%80%AE"), ("q", "%ff")];
    let program = program_id();
    attack_query(
        &dynamo,
        &router,
        &[
            Query::of_pages("/v1/programs", "q=book&type=booking&enabled=true&limit=10")
                .nor(q)
                .nor(&[("type", "x"), ("type", "BOOKING"), ("enabled", "yes"), ("enabled", "1")]),
            Query::of_pages("/v1/templates", "q=conf&channel=sms")
                .nor(q)
                .nor(&[("channel", "fax")]),
            Query::of_pages("/v1/booking-types", "q=physio").nor(q),
            Query::of_pages("/v1/sites", "q=harbour").nor(q),
            Query::of("/v1/tags", "type=booking&channel=sms")
                .nor(&[("type", "x"), ("channel", "x")]),
            Query::of(format!("/v1/programs/{program}"), ""),
            Query::of("/v1/settings", ""),
            Query::of("/v1/sending", ""),
        ],
    )
    .await;
}
