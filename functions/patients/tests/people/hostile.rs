//! Bad input, thrown at every route that takes a body.

use std::collections::BTreeSet;

use app::ports::{Catalogue, People, WorkList};
use aws::http::Method;
use axum::Router;
use domain::email::EmailAddress;
use domain::ids::{PatientId, WorkId};
use domain::patient::Patient;
use patients_function::handler::api;
use serde_json::{Value, json};
use testkit::build;
use testkit::dynamo::Dynamo;
use testkit::hostile::{Kind, Route, attack, attack_bodyless};

use crate::support::{InProcess, router_after};

/// Maria, and two more records of hers, about one of which the work list asks.
async fn clinic() -> (Dynamo, Router) {
    let dynamo = Dynamo::start().await;
    dynamo.catalogue().create_site(&build::site()).await.unwrap();
    let email = EmailAddress::parse("maria@example.com").ok();
    let maria = Patient { email, ..build::patient() };
    let again = |id| Patient { id, identifiers: BTreeSet::new(), ..build::patient() };
    for patient in [maria, again(second()), again(third())] {
        dynamo.people().create_patient(&patient).await.unwrap();
    }
    dynamo.work_list().raise(&build::question(&third(), &[self::maria()])).await.unwrap();
    let router = router_after(&dynamo, 1_000);
    (dynamo, router)
}

fn maria() -> PatientId {
    build::patient().id
}

fn second() -> PatientId {
    PatientId::new(build::number(20))
}

fn third() -> PatientId {
    PatientId::new(build::number(21))
}

/// The question whether the third record is hers.
fn question() -> WorkId {
    WorkId::for_possible_duplicate(&third())
}

/// A patient with everything a patient can have.
fn patient(id: &str) -> Value {
    json!({
        "identifiers": [{ "source": "diary", "id": id }],
        "first_name": "Maria",
        "last_name": "Rossi",
        "date_of_birth": "1980-02-03",
        "mobile": "0491 570 006",
        "email": "maria@example.com",
        "medicare_number": "2123 45670 1/1",
        "address": {
            "lines": ["Unit 3", "1 Quay Street"], "locality": "Sydney", "region": "NSW",
            "postcode": "2000", "country": "AU",
        },
        "language": "it",
        "gp": {
            "name": "Dr Anna Nguyen", "practice": "Bay Medical", "email": "anna@bay.example",
            "address": { "lines": ["2 Bay Road"], "locality": "Auckland", "country": "NZ" },
        },
        "site": "harbour",
        "opted_out": ["email"],
        "consents": [
            { "channel": "sms", "purpose": "commercial", "choice": "given", "how": "signed form 7" },
        ],
        "standing": "current",
    })
}

const FIELDS: [(&str, Kind); 26] = [
    ("/identifiers/0/source", Kind::Text(64)),
    ("/identifiers/0/id", Kind::Text(128)),
    ("/first_name", Kind::Text(80)),
    ("/last_name", Kind::Text(80)),
    ("/date_of_birth", Kind::Date),
    ("/mobile", Kind::Mobile),
    ("/email", Kind::Email),
    ("/medicare_number", Kind::Medicare),
    ("/address/lines/0", Kind::Text(60)),
    ("/address/locality", Kind::Text(60)),
    ("/address/region", Kind::Choice),
    ("/address/postcode", Kind::TextOrNone(12)),
    ("/address/country", Kind::TextOrNone(2)),
    ("/language", Kind::TextOrNone(100)),
    ("/gp/name", Kind::Text(120)),
    ("/gp/practice", Kind::TextOrNone(120)),
    ("/gp/email", Kind::Email),
    ("/gp/address/locality", Kind::Text(60)),
    ("/site", Kind::Text(64)),
    ("/opted_out/0", Kind::Choice),
    ("/consents/0/channel", Kind::Choice),
    ("/consents/0/purpose", Kind::Choice),
    ("/consents/0/choice", Kind::Choice),
    ("/consents/0/how", Kind::Text(300)),
    ("/standing", Kind::Choice),
    ("/gp/address/lines/0", Kind::Text(60)),
];

const REQUIRED: [&str; 11] = [
    "/identifiers/0/source",
    "/identifiers/0/id",
    "/first_name",
    "/last_name",
    "/address/lines",
    "/address/locality",
    "/address/region",
    "/address/postcode",
    "/gp/name",
    "/gp/address/locality",
    "/consents/0/how",
];

fn kept() -> Vec<Route> {
    let id = maria();
    let mut upserted = patient("P-1002");
    if let Some(fields) = upserted.as_object_mut() {
        fields.remove("identifiers");
        fields.insert("identifier".to_owned(), json!({ "source": "diary", "id": "P-1003" }));
    }
    let of_upsert = |pointer: &&str| !pointer.starts_with("/identifiers/");
    let fields: Vec<_> = FIELDS.into_iter().filter(|it| of_upsert(&it.0)).collect();
    let required: Vec<_> = REQUIRED.into_iter().filter(of_upsert).collect();
    vec![
        Route::new("POST", "/v1/patients", patient("P-1002"))
            .creates()
            .required(&REQUIRED)
            .fields(&FIELDS),
        Route::new("POST", "/v1/patients/upsert", upserted)
            .creates()
            .required(&required)
            .fields(&fields),
        Route::new("PUT", format!("/v1/patients/{id}"), patient("P-1001"))
            .id(&id)
            .version(1)
            .required(&REQUIRED)
            .fields(&FIELDS),
    ]
}

fn asked() -> Vec<Route> {
    let id = maria();
    let by_name = json!({
        "name": { "last_name": "Rossi", "first_name": "Maria" },
        "date_of_birth": "1980-02-03", "mobile": "0491 570 006",
        "medicare_number": "2123456701", "include": ["archived", "deceased"],
    });
    let by_identifier = json!({ "identifier": { "source": "diary", "id": "P-1001" } });
    let choice = json!({ "choice": "given", "how": "asked at the desk" });
    vec![
        Route::new("POST", "/v1/patients/search", by_name).fields(&[
            ("/name/last_name", Kind::Folded),
            ("/name/first_name", Kind::Folded),
            ("/date_of_birth", Kind::Date),
            ("/mobile", Kind::Mobile),
            ("/medicare_number", Kind::Medicare),
            ("/include/0", Kind::Choice),
        ]),
        Route::new("POST", "/v1/patients/search", by_identifier)
            .required(&["/identifier/source", "/identifier/id"])
            .fields(&[("/identifier/source", Kind::Text(64)), ("/identifier/id", Kind::Text(128))]),
        Route::new("PUT", format!("/v1/patients/{id}/consents/sms/commercial"), choice)
            .id(&id)
            .required(&["/choice", "/how"])
            .fields(&[("/choice", Kind::Choice), ("/how", Kind::Text(300))]),
        Route::new(
            "POST",
            format!("/v1/patients/{id}/opt-out"),
            json!({ "channels": ["sms"], "how": "by phone" }),
        )
        .id(&id)
        .required(&["/channels", "/how"])
        .fields(&[("/channels/0", Kind::Choice), ("/how", Kind::Text(300))]),
        Route::new(
            "POST",
            format!("/v1/work-list/{}/merge", question()),
            json!({ "from": third(), "into": id }),
        )
        .id(&question())
        .required(&["/from", "/into"])
        .fields(&[("/from", Kind::Id("pat_")), ("/into", Kind::Id("pat_"))]),
        Route::new("POST", format!("/v1/patients/{id}/merge"), json!({ "into": second() }))
            .id(&id)
            .required(&["/into"])
            .fields(&[("/into", Kind::Id("pat_"))]),
    ]
}

fn bodyless() -> Vec<Route> {
    let id = maria();
    let deeds = ["archive", "restore", "deceased", "restore", "release-sms", "release-email"];
    let path = |deed| format!("/v1/patients/{id}/{deed}");
    deeds.map(|deed| Route::new("POST", path(deed), json!({})).id(&id)).into()
}

#[tokio::test]
async fn no_patient_is_made_of_bad_input() {
    let (dynamo, router) = clinic().await;
    attack(&dynamo, &router, &kept()).await;
}

#[tokio::test]
async fn nothing_is_found_chosen_or_merged_by_bad_input() {
    let (dynamo, router) = clinic().await;
    attack(&dynamo, &router, &asked()).await;
}

#[tokio::test]
async fn what_takes_no_body_refuses_one() {
    let (dynamo, router) = clinic().await;
    attack_bodyless(&dynamo, &router, &bodyless()).await;
}

#[test]
fn every_route_that_is_sent_something_is_attacked() {
    let named = |route: &Route| {
        let path = route.path.replace(maria().as_str(), "{id}");
        let path = path.replace(question().as_str(), "{id}");
        let path = path.replace("/consents/sms/commercial", "/consents/{channel}/{purpose}");
        format!("{} {path}", route.method)
    };
    let tables = [kept(), asked(), bodyless()];
    let attacked: BTreeSet<_> = tables.iter().flatten().map(named).collect();
    let routes = api::<InProcess>();
    let sent = routes.routes().iter().filter(|it| matches!(it.0, Method::Post | Method::Put));
    let sent = sent.map(|(method, path, _)| format!("{} {path}", method.as_str()));
    assert_eq!(sent.collect::<BTreeSet<_>>(), attacked);
}
