//! What good requests are, and what their fields are.

use app::ports::{Catalogue, People};
use axum::Router;
use domain::booking_type::ProgramLinks;
use domain::ids::{BookingTypeId, ProgramId, SiteId, TemplateId};
use domain::program::{Completion, Program};
use domain::sender::{OriginationNumber, SmsSender};
use domain::site::Site;
use domain::template::{Body, BodyKind, Content, MarkedBody, Template};
use domain::timing::Timing;
use serde_json::{Value, json};
use testkit::build;
use testkit::dynamo::Dynamo;
use testkit::fakes::{CountingIds, FakeClock};
use testkit::hostile::{Kind, Route};

use crate::router_with;

/// A practice with one record of each kind, all of version 1.
pub(super) async fn practice() -> (Dynamo, Router) {
    let dynamo = Dynamo::start().await;
    let catalogue = dynamo.catalogue();
    // A number can receive the answers that a program saves.
    let number = OriginationNumber::parse("+61491570156").unwrap();
    let site = Site { sms: SmsSender::Number(number), ..build::site() };
    catalogue.create_site(&site).await.unwrap();
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
    let content = Content::Letter(MarkedBody::letter("Dear Doctor").unwrap());
    Template { id: TemplateId::new(build::number(30)), content, ..build::template() }
}

fn email() -> Template {
    let subject = Body::parse(BodyKind::Subject, "Hello").unwrap();
    let body = MarkedBody::email("Hello").unwrap();
    let content = Content::Email { subject, body };
    Template { id: TemplateId::new(build::number(31)), content, ..build::template() }
}

pub(super) fn program_id() -> ProgramId {
    build::program(Vec::new()).id
}

pub(super) fn template_id() -> TemplateId {
    build::template().id
}

pub(super) fn booking_type_id() -> BookingTypeId {
    build::booking_type().id
}

pub(super) fn site_id() -> SiteId {
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
                "pause_on_error": false, "useful_hours": 72, "ignore_window": true, "save_reply": true,
                "value": { "unit": "mmol/L", "min": 4, "max": 7.8 },
            },
            { "id": "new", "type": "letter_to_gp", "template": letter().id, "print": "mail",
              "timing": { "when": "on", "at": "09:00" } },
            { "id": "new", "type": "email", "template": email().id, "ignore_window": true,
              "timing": { "when": "after", "amount": 90, "unit": "minutes" } },
            { "id": "new", "type": "pause" },
        ],
    })
}

const OF_A_PROGRAM: [(&str, Kind); 23] = [
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
    ("/actions/0/value/unit", Kind::Text(20)),
    ("/actions/0/value/min", Kind::Measured),
    ("/actions/0/value/max", Kind::Measured),
    ("/actions/0/timing/when", Kind::Choice),
    ("/actions/0/timing/amount", Kind::Number(1, 520)),
    ("/actions/0/timing/unit", Kind::Choice),
    ("/actions/0/timing/at", Kind::TimeOfDay),
    ("/actions/1/print", Kind::Choice),
    ("/actions/2/timing/amount", Kind::Number(1, 5_256_000)),
];

const NEEDED_BY_A_PROGRAM: [&str; 9] = [
    "/type",
    "/name",
    "/actions/0/type",
    "/actions/0/template",
    "/actions/0/timing",
    "/actions/0/timing/when",
    "/actions/0/timing/amount",
    "/actions/0/value/unit",
    "/actions/1/print",
];

pub(super) fn programs() -> Vec<Route> {
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
    let referral = json!({
        "type": "referral", "name": "Podiatry", "referral_origins": "any",
        "referral_types": ["podiatry"],
    });
    vec![
        Route::new("POST", "/v1/programs", recall("Diabetes check-up", "new"))
            .creates()
            .required(&NEEDED_BY_A_PROGRAM)
            .fields(&of_new),
        Route::new("POST", "/v1/programs", referral)
            .creates()
            .required(&["/type", "/name"])
            .fields(&[("/name", Kind::Text(80)), ("/referral_origins", Kind::Choice)]),
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

pub(super) fn templates() -> Vec<Route> {
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

pub(super) fn booking_types() -> Vec<Route> {
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
    let (program, links) =
        (program_id(), ProgramLinks::of(&program_id(), &[build::booking_type()]));
    vec![
        Route::new(
            "PUT",
            format!("/v1/programs/{program}/booking-types"),
            json!({ "starts": [id], "completes": [id] }),
        )
        .id(&program)
        .version(links.tag())
        .fields(&[("/starts/0", Kind::Id("btyp_")), ("/completes/0", Kind::Id("btyp_"))]),
        Route::new("POST", "/v1/booking-types", body("physio-review"))
            .creates()
            .required(&required)
            .fields(&fields),
        // The links have made it the second.
        Route::new("PUT", format!("/v1/booking-types/{id}"), body("physio-initial"))
            .id(&id)
            .version(2)
            .required(&required)
            .fields(&fields),
    ]
}

pub(super) fn sites() -> Vec<Route> {
    let id = site_id();
    let site = |code: &str| {
        json!({
            "code": code, "name": "Harbour Clinic", "time_zone": "Australia/Sydney",
            "sending_window": {
                "opens": "09:00", "closes": "18:00", "days": ["monday", "tuesday"],
                "holidays": ["2026-12-25"],
            },
            "sms": { "sender_id": "Harbour" },
            "reply_to": "desk@harbour.example",
            "letterhead": {
                "address": ["Level 2", "1 Quay Street"], "phone": "(02) 5550 1234",
                "email": "desk@harbour.example",
            },
        })
    };
    let fields = [
        ("/sms/sender_id", Kind::TextOrNone(11)),
        ("/code", Kind::Text(64)),
        ("/name", Kind::Text(80)),
        ("/time_zone", Kind::Zone),
        ("/sending_window/opens", Kind::TimeOfDay),
        ("/sending_window/closes", Kind::TimeOfDay),
        ("/sending_window/days/1", Kind::Choice),
        ("/sending_window/holidays/0", Kind::Date),
        ("/reply_to", Kind::Email),
        ("/letterhead/address/1", Kind::Text(60)),
        ("/letterhead/phone", Kind::Text(30)),
        ("/letterhead/email", Kind::Email),
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

pub(super) fn practice_wide() -> Vec<Route> {
    let settings = json!({
        "practice_name": "Harbour Health", "sending": { "state": "on" },
        "letter_files": "{site}/{patient.id}/{date} {letter}", "sms_price": "AUD 0.074",
    });
    let fields = [
        ("/practice_name", Kind::Text(80)),
        ("/sending/state", Kind::Choice),
        ("/letter_files", Kind::FilePattern(120)),
        ("/sms_price", Kind::Price),
    ];
    vec![
        Route::new("PUT", "/v1/settings", settings)
            .version(0)
            .required(&["/practice_name"])
            .fields(&fields),
        Route::new("POST", "/v1/sending/hold", json!({ "why": "The diary sends wrong times" }))
            .required(&["/why"])
            .fields(&[("/why", Kind::Text(200))]),
    ]
}
