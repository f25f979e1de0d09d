//! The admin API's programs, templates, booking types and sites.

#![cfg(test)]

mod actions;
mod copy;
mod docs;
mod hostile;
mod idempotency;
mod lifecycle;
mod links;
mod lists;
mod release;
mod settings;
mod sites;
mod templates;

use std::sync::Arc;

use aws::dynamo::{BookingStore, CatalogueStore, DueStore, EnrolmentReaderStore, PeopleStore};
use aws::http::{Access, Role};
use axum::Router;
use domain::text::Label;
use programs_function::handler::{Context, Ports, api};
use serde_json::{Value, json};
use testkit::dynamo::Dynamo;
use testkit::fakes::{CountingIds, FakeClock, FakeEmail, FakeHere, FakeSms};
use testkit::requests::{ApiAnswer, ApiRequest, call, template_routes};

/// The real stores, with a clock that stands and ids in order.
struct InProcess;

impl Ports for InProcess {
    type Catalogue = CatalogueStore;
    type People = PeopleStore;
    type Sms = FakeSms;
    type Email = FakeEmail;
    type Bookings = BookingStore;
    type Reader = EnrolmentReaderStore;
    type Index = DueStore;
    type Here = FakeHere;
    type Clock = FakeClock;
    type Ids = CountingIds;
}

async fn router() -> Router {
    router_on(&Dynamo::start().await)
}

fn router_on(dynamo: &Dynamo) -> Router {
    router_with(dynamo, FakeClock::at("2026-11-22T08:00:00Z"), CountingIds::default())
}

fn router_with(dynamo: &Dynamo, clock: FakeClock, ids: CountingIds) -> Router {
    router_and_phone(dynamo, clock, ids, FakeSms::default())
}

fn router_and_phone(dynamo: &Dynamo, clock: FakeClock, ids: CountingIds, sms: FakeSms) -> Router {
    router_and_providers(dynamo, clock, ids, sms, FakeEmail::default())
}

fn router_and_providers(
    dynamo: &Dynamo,
    clock: FakeClock,
    ids: CountingIds,
    sms: FakeSms,
    email: FakeEmail,
) -> Router {
    router_of_tables(dynamo, clock, ids, (sms, email), FakeHere::default())
}

fn router_of_tables(
    dynamo: &Dynamo,
    clock: FakeClock,
    ids: CountingIds,
    (sms, email): (FakeSms, FakeEmail),
    here: FakeHere,
) -> Router {
    let context = Context {
        catalogue: dynamo.catalogue(),
        people: dynamo.people(),
        sms,
        email,
        bookings: dynamo.bookings(),
        reader: dynamo.enrolment_reader(),
        index: dynamo.due_index(),
        here,
        answers: dynamo.answers(&clock, &ids),
        clock,
        ids,
        practice_name: Label::parse("Harbour Health").unwrap(),
    };
    api::<InProcess>().into_router(Arc::new(context))
}

async fn post(router: &Router, path: &str, body: &Value) -> ApiAnswer {
    call(router, ApiRequest::new("POST", path).by("[admin]").json(body)).await
}

async fn get(router: &Router, path: &str) -> ApiAnswer {
    call(router, ApiRequest::new("GET", path).by("[viewer]")).await
}

async fn put(router: &Router, path: &str, version: &str, body: &Value) -> ApiAnswer {
    let request = ApiRequest::new("PUT", path).by("[admin]").json(body).header("if-match", version);
    call(router, request).await
}

async fn delete(router: &Router, path: &str, version: &str) -> ApiAnswer {
    let request = ApiRequest::new("DELETE", path).by("[admin]").header("if-match", version);
    call(router, request).await
}

async fn template(router: &Router) -> String {
    let body = json!({ "channel": "sms", "name": "Hello", "body": "Hi {{ patient.first_name }}" });
    text(&post(router, "/v1/templates", &body).await.json["id"])
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn program(template: &str) -> Value {
    json!({
        "type": "booking",
        "name": "Confirmation",
        "actions": [{ "type": "sms", "template": template, "timing": { "when": "enrolled" } }],
    })
}

#[tokio::test]
async fn an_admin_builds_and_enables_a_program() {
    let router = router().await;
    let template = template(&router).await;
    let created = post(&router, "/v1/programs", &program(&template)).await;
    assert_eq!(created.status, 201, "{:?}", created.json);
    assert_eq!(created.header("etag"), "\"1\"");
    assert_eq!(created.json["enabled"], false);

    let path = format!("/v1/programs/{}", text(&created.json["id"]));
    let enabled = post(&router, &format!("{path}/enable"), &json!({})).await;
    assert_eq!((enabled.status.as_u16(), &enabled.json["enabled"]), (200, &json!(true)));
    let kind = json!({ "code": "physio", "name": "Physio", "starts": [created.json["id"]] });
    assert_eq!(post(&router, "/v1/booking-types", &kind).await.status, 201);
    let read = get(&router, &path).await;
    assert_eq!((read.header("etag"), &read.json["enabled"]), ("\"2\"", &json!(true)));
    let disabled = post(&router, &format!("{path}/disable"), &json!({})).await;
    assert_eq!(disabled.json["enabled"], false);
    assert_eq!(get(&router, "/v1/programs").await.json["items"][0]["id"], created.json["id"]);
}

#[tokio::test]
async fn every_wrong_field_of_a_program_is_named() {
    let router = router().await;
    let body = json!({
        "type": "bookings",
        "name": " ",
        "actoins": [],
        "actions": [
            { "type": "pigeon", "template": "x", "timing": { "when": "before", "amount": 0, "unit": "fortnights" } },
            { "type": "sms", "timing": { "when": "after", "amount": 2, "unit": "hours", "at": "10:00" }, "pause_on_error": "yes" },
        ],
    });
    let refused = post(&router, "/v1/programs", &body).await;
    assert_eq!(refused.status, 422);
    assert_eq!(refused.header("content-type"), "application/problem+json");
    assert_eq!(refused.header("x-request-id"), "req-1");
    let mut pointers = refused.pointers();
    pointers.sort_unstable();
    let expected = [
        "#/actions/0/template",
        "#/actions/0/timing/amount",
        "#/actions/0/timing/unit",
        "#/actions/0/type",
        "#/actions/1/pause_on_error",
        "#/actions/1/template",
        "#/actions/1/timing/at",
        "#/actoins",
        "#/name",
        "#/type",
    ];
    assert_eq!(pointers, expected);
    assert_eq!(get(&router, "/v1/programs").await.json["items"], json!([]), "nothing was changed");
}

#[tokio::test]
async fn a_program_is_enabled_only_when_nothing_is_missing_and_all_of_it_is_named() {
    let router = router().await;
    let mut body = program("tmpl_00000000000000000000000009");
    let action = body["actions"][0].clone();
    body["actions"].as_array_mut().unwrap().push(action);
    let created = post(&router, "/v1/programs", &body).await;
    let path = format!("/v1/programs/{}/enable", text(&created.json["id"]));
    let refused = post(&router, &path, &json!({})).await;
    assert_eq!(refused.status, 422);
    assert_eq!(refused.pointers(), ["#/actions/0/template", "#/actions/1/template"]);

    let empty = json!({ "type": "booking", "name": "Empty" });
    let created = post(&router, "/v1/programs", &empty).await;
    let path = format!("/v1/programs/{}/enable", text(&created.json["id"]));
    assert_eq!(post(&router, &path, &json!({})).await.pointers(), ["#/actions"]);
}

#[tokio::test]
async fn a_lost_update_is_412_and_a_save_without_a_version_428() {
    let router = router().await;
    let body = program(&template(&router).await);
    let created = post(&router, "/v1/programs", &body).await;
    let path = format!("/v1/programs/{}", text(&created.json["id"]));
    let mut renamed = created.json.clone();
    renamed["name"] = json!("Renamed");
    let saved = put(&router, &path, "\"1\"", &renamed).await;
    assert_eq!((saved.status.as_u16(), saved.header("etag")), (200, "\"2\""));
    let lost = put(&router, &path, "\"1\"", &created.json).await;
    assert_eq!(lost.status, 412);
    assert_eq!(get(&router, &path).await.json["name"], "Renamed");
    let request = ApiRequest::new("PUT", &path).by("[admin]").json(&renamed);
    assert_eq!(call(&router, request).await.status, 428);
}

#[tokio::test]
async fn what_an_answer_shows_may_be_saved_as_it_is_and_actions_keep_their_ids() {
    let router = router().await;
    let created = post(&router, "/v1/programs", &program(&template(&router).await)).await;
    let path = format!("/v1/programs/{}", text(&created.json["id"]));
    let saved = put(&router, &path, "\"1\"", &created.json).await;
    assert_eq!(saved.status, 200, "{:?}", saved.json);
    assert_eq!(saved.json["actions"], created.json["actions"]);
}

#[tokio::test]
async fn a_save_says_of_each_action_which_one_it_is() {
    let router = router().await;
    let body = program(&template(&router).await);
    let created = post(&router, "/v1/programs", &body).await;
    let path = format!("/v1/programs/{}", text(&created.json["id"]));
    let refused = put(&router, &path, "\"1\"", &body).await;
    assert_eq!(refused.pointers(), ["#/actions/0/id"], "it would be sent again to who has had it");
    let mut longer = created.json.clone();
    let mut added = body["actions"][0].clone();
    added["id"] = json!("new");
    longer["actions"].as_array_mut().unwrap().push(added);
    let mut enabled = longer.clone();
    enabled["enabled"] = json!(true);
    assert_eq!(put(&router, &path, "\"1\"", &enabled).await.pointers(), ["#/enabled"]);
    let saved = put(&router, &path, "\"1\"", &longer).await;
    assert_eq!(saved.status, 200, "{:?}", saved.json);
    assert_eq!(saved.json["actions"][0], created.json["actions"][0]);
    assert_ne!(saved.json["actions"][1]["id"], created.json["actions"][0]["id"]);
}

#[tokio::test]
async fn a_referral_program_says_which_referrals_start_it_and_its_copy_says_the_same() {
    let router = router().await;
    let draft = json!({ "type": "referral", "name": "Referred" });
    let usual = post(&router, "/v1/programs", &draft).await;
    assert_eq!(usual.json["referral_origins"], "external");
    assert_eq!(usual.json["referral_types"], json!([]));
    let mut draft = json!({
        "type": "referral", "name": "Podiatry", "referral_origins": "any",
        "referral_types": ["podiatry", "Foot-1"],
    });
    let created = post(&router, "/v1/programs", &draft).await;
    let path = format!("/v1/programs/{}", text(&created.json["id"]));
    let copy = json!({ "name": "Podiatry, new" });
    let copied = post(&router, &format!("{path}/duplicate"), &copy).await;
    for shown in [get(&router, &path).await, copied] {
        assert_eq!(shown.json["referral_origins"], "any");
        assert_eq!(shown.json["referral_types"], json!(["Foot-1", "podiatry"]));
    }
    let mut narrower = created.json.clone();
    narrower["referral_types"] = json!(["podiatry"]);
    let saved = put(&router, &path, "\"1\"", &narrower).await;
    assert_eq!(saved.json["referral_types"], json!(["podiatry"]));
    let before = get(&router, &format!("{path}/versions")).await.json["items"][1].clone();
    assert_eq!(before["referral_types"], json!(["Foot-1", "podiatry"]));

    draft["type"] = json!("general");
    let refused = post(&router, "/v1/programs", &draft).await;
    assert_eq!(refused.pointers(), ["#/referral_origins", "#/referral_types"]);
    draft["referral_origins"] = json!("ours");
    draft["referral_types"] = json!(["ok", "", 3]);
    let refused = post(&router, "/v1/programs", &draft).await;
    let expected = ["#/referral_origins", "#/referral_types/1", "#/referral_types/2"];
    assert_eq!(refused.pointers(), expected);
    let general = post(&router, "/v1/programs", &json!({ "type": "general", "name": "G" })).await;
    assert_eq!(general.json["referral_types"], json!(null));
}

#[tokio::test]
async fn a_programs_type_is_fixed_and_its_name_unique() {
    let router = router().await;
    let body = program(&template(&router).await);
    let created = post(&router, "/v1/programs", &body).await;
    assert_eq!(post(&router, "/v1/programs", &body).await.pointers(), ["#/name"]);
    let mut other = created.json.clone();
    other["type"] = json!("recall");
    let path = format!("/v1/programs/{}", text(&created.json["id"]));
    assert_eq!(put(&router, &path, "\"1\"", &other).await.pointers(), ["#/type"]);
    let recall = json!({ "type": "recall", "name": "Recall", "cycles": 0 });
    let refused = post(&router, "/v1/programs", &recall).await;
    assert_eq!(refused.pointers(), ["#/cycles", "#/frequency"]);
    let recall = json!({ "type": "recall", "name": "Recall" });
    assert_eq!(post(&router, "/v1/programs", &recall).await.pointers(), ["#/frequency"]);
    let nameless = json!({ "type": "recall", "reopening": { "policy": "x", "days": 3 } });
    let refused = post(&router, "/v1/programs", &nameless).await;
    assert_eq!(refused.pointers(), ["#/name", "#/reopening/policy", "#/frequency"]);
    let misspelt = json!({ "type": "general", "name": "Once", "cycles": 2, "nmae": "x" });
    let refused = post(&router, "/v1/programs", &misspelt).await;
    assert_eq!(refused.pointers(), ["#/frequency", "#/nmae"]);
}

#[tokio::test]
async fn an_unknown_tag_is_refused_on_save() {
    let router = router().await;
    let body = json!({ "channel": "sms", "name": "Hello", "body": "Hi {{ patient.frist_name }}" });
    let refused = post(&router, "/v1/templates", &body).await;
    assert_eq!(refused.pointers(), ["#/body"]);
    let detail = refused.json["errors"][0]["detail"].as_str().unwrap();
    assert!(
        detail.contains("patient.frist_name") && detail.contains("patient.first_name"),
        "{detail}"
    );
}

#[tokio::test]
async fn a_booking_type_links_to_programs_that_exist() {
    let router = router().await;
    let kind = json!({ "code": "x", "name": "X", "starts": ["prog_00000000000000000000000009"] });
    assert_eq!(post(&router, "/v1/booking-types", &kind).await.pointers(), ["#/starts/0"]);
}

#[tokio::test]
async fn a_site_has_a_zone_and_a_sending_window() {
    let router = router().await;
    let body = json!({
        "code": "harbour", "name": "Harbour", "time_zone": "Australia/Perth",
        "sending_window": { "opens": "08:30", "closes": "18:00", "days": ["monday", "saturday"], "holidays": ["2026-12-25"] },
    });
    let created = post(&router, "/v1/sites", &body).await;
    assert_eq!(created.status, 201, "{:?}", created.json);
    assert_eq!(created.json["sending_window"], body["sending_window"]);
    let wrong = json!({
        "code": "two", "name": "Two", "time_zone": "UTC+8",
        "sending_window": { "opens": "18:00", "closes": "08:00", "days": ["monday"] },
    });
    let refused = post(&router, "/v1/sites", &wrong).await;
    assert_eq!(refused.pointers(), ["#/time_zone", "#/sending_window/closes"]);
    assert_eq!(post(&router, "/v1/sites", &body).await.pointers(), ["#/code"], "taken");
}

#[tokio::test]
async fn what_does_not_exist_is_404() {
    let router = router().await;
    for kind in ["programs/prog", "templates/tmpl", "booking-types/btyp", "sites/site"] {
        for id in ["_00000000000000000000000009", "_nonsense"] {
            let missing = get(&router, &format!("/v1/{kind}{id}")).await;
            assert_eq!(missing.status, 404, "{kind}{id}");
            assert_eq!(missing.header("content-type"), "application/problem+json");
        }
    }
}

#[tokio::test]
async fn a_body_that_is_not_json_is_refused() {
    let router = router().await;
    let request = || ApiRequest::new("POST", "/v1/programs").by("[admin]");
    let malformed = call(&router, request().text("application/json", "{\"name\": ")).await;
    assert_eq!(malformed.status, 400);
    let other_type = call(&router, request().text("text/plain", "{}")).await;
    assert_eq!(other_type.status, 415);
    let large = call(&router, request().text("application/json", &" ".repeat(1_100_000))).await;
    assert_eq!(large.status, 413);
}

#[tokio::test]
async fn every_route_is_refused_without_its_role() {
    let router = router().await;
    let guarded = api::<InProcess>();
    for (method, path, access) in guarded.routes() {
        if *access == Access::Anybody {
            continue;
        }
        let method = method.as_str();
        let request = || ApiRequest::new(method, path);
        assert_eq!(call(&router, request()).await.status, 401, "{method} {path}: no token");
        let id_token = json!({ "sub": "x", "token_use": "id", "cognito:groups": "[admin]" });
        let by_id_token = call(&router, request().with_claims(&id_token)).await;
        assert_eq!(by_id_token.status, 401, "{method} {path}: an ID token");
        let without_group = json!({ "sub": "x", "token_use": "access" });
        let groupless = call(&router, request().with_claims(&without_group)).await;
        assert_eq!(groupless.status, 403, "{method} {path}: no group");
        for role in Role::ALL {
            let answer = call(&router, request().by(&format!("[{}]", role.as_str()))).await;
            let refused = answer.status == 403;
            let least =
                access.least_role().expect("every other route of this function needs a role");
            assert_eq!(refused, role < least, "{method} {path} as {}", role.as_str());
        }
    }
}

#[test]
fn the_template_has_exactly_these_routes() {
    let api = api::<InProcess>();
    let ours = api.routes().iter().map(|(method, path, _)| format!("{} {path}", method.as_str()));
    assert_eq!(
        ours.collect::<std::collections::BTreeSet<_>>(),
        template_routes("ProgramsFunction")
    );
}
