//! The booking types of a program, from its side.

use std::collections::BTreeSet;

use app::ports::Catalogue;
use axum::Router;
use domain::booking_type::BookingType;
use domain::ids::{BookingTypeId, ProgramId};
use domain::text::{Code, Label};
use serde_json::{Value, json};
use testkit::build::{self, number};
use testkit::dynamo::Dynamo;

use crate::{delete, get, post, put, router, router_on, text};

/// A recall that is completed by bookings of selected types.
async fn recall(router: &Router, name: &str, completion: &str) -> Value {
    let body = json!({
        "type": "recall", "name": name, "completion": completion, "cycles": 2,
        "frequency": { "amount": 6, "unit": "months" },
    });
    post(router, "/v1/programs", &body).await.json["id"].clone()
}

async fn booking_program(router: &Router, name: &str) -> Value {
    post(router, "/v1/programs", &json!({ "type": "booking", "name": name })).await.json["id"]
        .clone()
}

async fn kind(router: &Router, code: &str, links: &Value) -> Value {
    let mut body = json!({ "code": code, "name": format!("Type {code}") });
    body.as_object_mut().unwrap().extend(links.as_object().unwrap().clone());
    let created = post(router, "/v1/booking-types", &body).await;
    assert_eq!(created.status, 201, "{:?}", created.json);
    created.json["id"].clone()
}

fn path(program: &Value) -> String {
    format!("/v1/programs/{}/booking-types", program.as_str().unwrap())
}

async fn type_of(router: &Router, id: &Value) -> Value {
    get(router, &format!("/v1/booking-types/{}", id.as_str().unwrap())).await.json
}

#[tokio::test]
async fn a_programs_booking_types_are_shown_and_edited_from_its_side() {
    let router = router().await;
    let (program, other) =
        (recall(&router, "Recall", "selected").await, recall(&router, "Other", "selected").await);
    let first = kind(&router, "first", &json!({ "completes": [program, other] })).await;
    let second = kind(&router, "second", &json!({})).await;

    let read = get(&router, &path(&program)).await;
    assert_eq!(read.status, 200, "{:?}", read.json);
    assert_eq!((&read.json["completes"], &read.json["starts"]), (&json!([first]), &json!([])),);
    assert_eq!(read.json["completion"], "selected");
    let shown = json!([{ "id": first, "code": "first", "name": "Type first", "version": 1 }]);
    assert_eq!(read.json["booking_types"], shown);
    assert_eq!(read.header("etag"), format!("\"{}\"", read.json["version"]));

    let wanted = json!({ "starts": [], "completes": [second] });
    let saved = put(&router, &path(&program), read.header("etag"), &wanted).await;
    assert_eq!((saved.status.as_u16(), &saved.json["completes"]), (200, &json!([second])));
    assert_eq!(type_of(&router, &first).await["completes"], json!([other]), "only ours is gone");
    assert_eq!(type_of(&router, &second).await["completes"], json!([program]));
    let again = get(&router, &path(&program)).await;
    assert_eq!((again.header("etag"), &again.json), (saved.header("etag"), &saved.json));

    let back = put(&router, &path(&program), saved.header("etag"), &saved.json).await;
    assert_eq!((back.status.as_u16(), &back.json), (200, &saved.json), "it may be sent back");
    assert_eq!(type_of(&router, &second).await["version"], 2, "and then changes nothing");
}

#[tokio::test]
async fn a_booking_program_is_started_from_its_side() {
    let router = router().await;
    let program = booking_program(&router, "Reminder").await;
    let first = kind(&router, "first", &json!({})).await;
    let etag = get(&router, &path(&program)).await.header("etag").to_owned();
    let wanted = json!({ "starts": [first], "completes": null });
    let saved = put(&router, &path(&program), &etag, &wanted).await;
    assert_eq!(saved.status, 200, "{:?}", saved.json);
    assert_eq!(type_of(&router, &first).await["starts"], json!([program]));
    let refused = delete(&router, path(&program).trim_end_matches("/booking-types"), "\"1\"").await;
    assert_eq!(refused.status, 409, "a program with links is not deleted");
}

#[tokio::test]
async fn links_that_cannot_be_are_named_and_nothing_is_changed() {
    let router = router().await;
    let program = recall(&router, "Recall", "selected").await;
    let first = kind(&router, "first", &json!({})).await;
    let etag = get(&router, &path(&program)).await.header("etag").to_owned();
    let unknown = "btyp_00000000000000000000000009";
    let wanted = json!({ "starts": [first], "completes": [first, unknown] });
    let refused = put(&router, &path(&program), &etag, &wanted).await;
    assert_eq!(refused.status, 422);
    assert_eq!(refused.pointers(), ["#/starts", "#/completes/1"]);
    let wanted = json!({ "starts": ["first"], "completes": [first], "cycles": 1 });
    let refused = put(&router, &path(&program), &etag, &wanted).await;
    assert_eq!(refused.pointers(), ["#/starts/0", "#/cycles"]);
    let refused = put(&router, &path(&program), &etag, &json!({})).await;
    assert_eq!(refused.pointers(), ["#/starts", "#/completes"], "left out is not none");
    assert_eq!(type_of(&router, &first).await["version"], 1);

    let any = recall(&router, "Any", "any").await;
    let etag = get(&router, &path(&any)).await.header("etag").to_owned();
    let wanted = json!({ "starts": [], "completes": [first] });
    assert_eq!(put(&router, &path(&any), &etag, &wanted).await.pointers(), ["#/completes"]);
    let missing = "/v1/programs/prog_00000000000000000000000009/booking-types";
    assert_eq!(get(&router, missing).await.status, 404);
    assert_eq!(put(&router, missing, &etag, &wanted).await.status, 404);
}

#[tokio::test]
async fn links_that_somebody_else_changed_are_412_and_other_changes_stand() {
    let router = router().await;
    let program = recall(&router, "Recall", "selected").await;
    let first = kind(&router, "first", &json!({})).await;
    let etag = get(&router, &path(&program)).await.header("etag").to_owned();
    let first_path = format!("/v1/booking-types/{}", first.as_str().unwrap());

    // A new name of a booking type is no change of the links.
    let renamed = json!({ "code": "first", "name": "Renamed" });
    assert_eq!(put(&router, &first_path, "\"1\"", &renamed).await.status, 200);
    let wanted = json!({ "starts": [], "completes": [first] });
    assert_eq!(put(&router, &path(&program), &etag, &wanted).await.status, 200);
    let kept = type_of(&router, &first).await;
    assert_eq!((&kept["name"], &kept["completes"]), (&json!("Renamed"), &json!([program])));

    // A link that was changed from the other side is.
    let stale = get(&router, &path(&program)).await.header("etag").to_owned();
    assert_eq!(put(&router, &first_path, "\"3\"", &renamed).await.status, 200);
    assert_eq!(put(&router, &path(&program), &stale, &wanted).await.status, 412);
    assert_eq!(type_of(&router, &first).await["completes"], json!([]), "nothing was changed");
}

#[tokio::test]
async fn a_booking_type_that_is_saved_at_the_same_moment_keeps_both_changes() {
    let dynamo = Dynamo::start().await;
    let router = router_on(&dynamo);
    let program = recall(&router, "Recall", "selected").await;
    let first = kind(&router, "first", &json!({})).await;
    let etag = get(&router, &path(&program)).await.header("etag").to_owned();
    let write = dynamo.wire.pause_call(2); // after the program and the booking types
    let wanted = json!({ "starts": [], "completes": [first] });
    let wanted_path = path(&program);
    let saving = put(&router, &wanted_path, &etag, &wanted);
    let meanwhile = async {
        write.reached().await;
        let catalogue = dynamo.unwatched().catalogue();
        let id = BookingTypeId::parse(first.as_str().unwrap()).unwrap();
        let before = catalogue.booking_type(&id).await.unwrap().unwrap();
        let name = Label::parse("Renamed").unwrap();
        let after = BookingType { revision: before.revision + 1, name, ..before.clone() };
        catalogue.save_booking_type(&before, &after).await.unwrap();
        write.release();
    };
    let (saved, ()) = tokio::join!(saving, meanwhile);
    assert_eq!(saved.status, 200, "{:?}", saved.json);
    let kept = type_of(&router, &first).await;
    assert_eq!((&kept["name"], &kept["completes"]), (&json!("Renamed"), &json!([program])));
}

#[tokio::test]
async fn a_booking_type_that_has_no_room_is_named() {
    let dynamo = Dynamo::start().await;
    let router = router_on(&dynamo);
    let program = booking_program(&router, "Reminder").await;
    let full = BookingType {
        starts: (100..120).map(|n| ProgramId::new(number(n))).collect(),
        ..build::booking_type()
    };
    dynamo.catalogue().create_booking_type(&full).await.unwrap();
    let etag = get(&router, &path(&program)).await.header("etag").to_owned();
    let wanted = json!({ "starts": [full.id], "completes": [] });
    let refused = put(&router, &path(&program), &etag, &wanted).await;
    assert_eq!(refused.pointers(), ["#/starts/0"]);
    let detail = text(&refused.json["errors"][0]["detail"]);
    assert!(detail.contains("20 programs"), "{detail}");
}

#[tokio::test]
async fn a_hundred_booking_types_are_changed_together_and_more_are_refused_whole() {
    let dynamo = Dynamo::start().await;
    let router = router_on(&dynamo);
    let program = recall(&router, "Recall", "selected").await;
    let mut ids = Vec::new();
    for n in 0..101 {
        let kind = BookingType {
            id: BookingTypeId::new(number(1_000 + n)),
            code: Code::parse(&format!("type-{n}")).unwrap(),
            starts: BTreeSet::new(),
            ..build::booking_type()
        };
        dynamo.catalogue().create_booking_type(&kind).await.unwrap();
        ids.push(kind.id);
    }
    let etag = get(&router, &path(&program)).await.header("etag").to_owned();
    let all = json!({ "starts": [], "completes": ids });
    let refused = put(&router, &path(&program), &etag, &all).await;
    assert_eq!((refused.status.as_u16(), refused.pointers()), (422, vec!["#"]));
    assert_eq!(get(&router, &path(&program)).await.json["completes"], json!([]));
    let most = json!({ "starts": [], "completes": ids[..100] });
    let saved = put(&router, &path(&program), &etag, &most).await;
    assert_eq!(saved.status, 200, "{:?}", saved.json);
    let rest = put(&router, &path(&program), saved.header("etag"), &all).await;
    assert_eq!(rest.json["completes"].as_array().unwrap().len(), 101, "in parts");
}
