//! Sites: their sending windows and public holidays.

use serde_json::{Value, json};
use testkit::dynamo::Dynamo;
use testkit::requests::{ApiRequest, call};
use testkit::wire::Fault;

use super::{get, post, put, router, router_on, text};

fn site(code: &str) -> Value {
    json!({
        "code": code, "name": "Harbour", "time_zone": "Australia/Perth",
        "sending_window": {
            "opens": "08:30", "closes": "18:00", "days": ["monday"],
            "holidays": ["2026-12-25", "2026-12-26"],
        },
    })
}

#[tokio::test]
async fn everything_wrong_with_a_window_is_named_at_once() {
    let router = router().await;
    let refused = async |window: Value| {
        let mut body = site("harbour");
        body["sending_window"] = window;
        let refused = post(&router, "/v1/sites", &body).await;
        assert_eq!(refused.status, 422);
        refused.pointers().into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let closed = json!({ "opens": "18:00", "closes": "08:00", "days": [] });
    assert_eq!(refused(closed).await, ["#/sending_window/closes", "#/sending_window/days"]);
    let unreadable = json!({ "opens": "9", "closes": "25:00", "holidays": ["Christmas"] });
    let expected = ["opens", "closes", "holidays/0", "days"];
    assert_eq!(refused(unreadable).await, expected.map(|f| format!("#/sending_window/{f}")));
    let misspelt = json!({ "opens": "18:00", "closes": "08:00", "days": ["moonday"] });
    assert_eq!(refused(misspelt).await, ["#/sending_window/days/0", "#/sending_window/closes"]);
}

#[tokio::test]
async fn a_sites_holidays_have_names() {
    let router = router().await;
    let created = post(&router, "/v1/sites", &site("harbour")).await;
    let path = format!("/v1/sites/{}", text(&created.json["id"]));
    let listed = get(&router, &format!("{path}/holidays")).await;
    let expected = json!({ "version": 1, "holidays": [
        { "date": "2026-12-25", "name": "Public holiday" },
        { "date": "2026-12-26", "name": "Public holiday" },
    ]});
    assert_eq!((listed.header("etag"), &listed.json), ("\"1\"", &expected));

    let mut named = listed.json.clone();
    named["holidays"][0]["name"] = json!("Christmas Day");
    let saved = put(&router, &format!("{path}/holidays"), "\"1\"", &named).await;
    assert_eq!((saved.status.as_u16(), saved.header("etag")), (200, "\"2\""), "{:?}", saved.json);
    assert_eq!(saved.json["holidays"], named["holidays"]);
    let stale = put(&router, &format!("{path}/holidays"), "\"1\"", &named).await;
    assert_eq!(stale.status, 412);

    // A save of the site says dates: what has a name keeps it.
    let mut shown = get(&router, &path).await.json;
    shown["sending_window"]["holidays"] = json!(["2026-12-25", "2027-01-01"]);
    put(&router, &path, "\"2\"", &shown).await;
    let listed = get(&router, &format!("{path}/holidays")).await.json;
    let expected = json!([
        { "date": "2026-12-25", "name": "Christmas Day" },
        { "date": "2027-01-01", "name": "Public holiday" },
    ]);
    assert_eq!(listed["holidays"], expected);

    // And what it leaves out stays.
    let mut without = shown.clone();
    without["sending_window"].as_object_mut().unwrap().remove("holidays");
    put(&router, &path, "\"3\"", &without).await;
    assert_eq!(get(&router, &format!("{path}/holidays")).await.json["holidays"], expected);
    without.as_object_mut().unwrap().remove("sending_window");
    put(&router, &path, "\"4\"", &without).await;
    let listed = get(&router, &format!("{path}/holidays")).await;
    assert_eq!((listed.header("etag"), &listed.json["holidays"]), ("\"5\"", &expected));
}

#[tokio::test]
async fn every_wrong_holiday_is_named() {
    let router = router().await;
    let created = post(&router, "/v1/sites", &site("harbour")).await;
    let path = format!("/v1/sites/{}/holidays", text(&created.json["id"]));
    let wrong = json!({ "holidays": [{ "date": "25.12.2026", "name": " " }, { "name": "x" }] });
    let refused = put(&router, &path, "\"1\"", &wrong).await;
    let expected = ["#/holidays/0/date", "#/holidays/0/name", "#/holidays/1/date"];
    assert_eq!(refused.pointers(), expected);
    let day = json!({ "date": "2026-12-25", "name": "Christmas Day" });
    let twice = put(&router, &path, "\"1\"", &json!({ "holidays": [day, day] })).await;
    assert_eq!(twice.pointers(), ["#/holidays/1/date"]);
    let unsaid = put(&router, &path, "\"1\"", &json!({})).await;
    assert_eq!(unsaid.pointers(), ["#/holidays"], "none must be said");
    let without_version = ApiRequest::new("PUT", &path).by("[admin]").json(&json!({}));
    assert_eq!(call(&router, without_version).await.status, 428);
    let unknown = "/v1/sites/site_00000000000000000000000099/holidays";
    assert_eq!(get(&router, unknown).await.status, 404);
    assert_eq!(put(&router, unknown, "\"1\"", &json!({ "holidays": [] })).await.status, 404);
}

#[tokio::test]
async fn a_day_becomes_a_holiday_of_many_sites_and_each_is_reported() {
    let router = router().await;
    for code in ["harbour", "hill", "valley"] {
        post(&router, "/v1/sites", &site(code)).await;
    }
    let add = async |date: &str, name: &str, sites: Value| {
        let body = json!({ "date": date, "name": name, "sites": sites });
        post(&router, "/v1/holidays", &body).await
    };
    let report = |outcomes: [(&str, &str); 3]| {
        json!(outcomes.map(|(site, outcome)| json!({ "site": site, "outcome": outcome })))
    };
    let one = add("2027-01-01", "New Year's Day", json!(["hill", "hill"])).await;
    let added = json!([{ "site": "hill", "outcome": "added" }]);
    assert_eq!((one.status.as_u16(), &one.json["items"]), (200, &added));
    let all = add("2027-01-01", "New Year's Day", json!("all")).await;
    let expected = report([("harbour", "added"), ("hill", "unchanged"), ("valley", "added")]);
    assert_eq!(all.json["items"], expected);
    let renamed = add("2027-01-01", "New Year", json!("all")).await;
    let expected = report([("harbour", "renamed"), ("hill", "renamed"), ("valley", "renamed")]);
    assert_eq!(renamed.json["items"], expected);

    let unknown = add("2027-01-26", "Australia Day", json!(["hill", "beach", "lake"])).await;
    assert_eq!(unknown.pointers(), ["#/sites/1", "#/sites/2"]);
    assert_eq!(add("2027-01-26", "Australia Day", json!([])).await.pointers(), ["#/sites"]);
    let wrong = add("soon", "", json!("most")).await;
    assert_eq!(wrong.pointers(), ["#/date", "#/name", "#/sites"]);
    let sites = get(&router, "/v1/sites").await;
    let dates = json!(["2026-12-25", "2026-12-26", "2027-01-01"]);
    for site in sites.json["items"].as_array().unwrap() {
        assert_eq!(site["sending_window"]["holidays"], dates, "what was refused changed nothing");
    }
}

#[tokio::test]
async fn a_site_that_could_not_be_saved_is_said_and_the_same_again_makes_it_whole() {
    let dynamo = Dynamo::start().await;
    let router = router_on(&dynamo);
    for code in ["harbour", "hill"] {
        post(&router, "/v1/sites", &site(code)).await;
    }
    let add = async || {
        let body = json!({ "date": "2027-01-01", "name": "New Year's Day", "sites": "all" });
        post(&router, "/v1/holidays", &body).await.json["items"].clone()
    };
    dynamo.wire.break_call(2, Fault::Brownout); // the sites are read, the first is saved
    let expected = json!([
        { "site": "harbour", "outcome": "added" }, { "site": "hill", "outcome": "failed" },
    ]);
    assert_eq!(add().await, expected);
    assert!(dynamo.wire.mend());
    let expected = json!([
        { "site": "harbour", "outcome": "unchanged" }, { "site": "hill", "outcome": "added" },
    ]);
    assert_eq!(add().await, expected);
}

#[tokio::test]
async fn a_site_sends_as_a_name_or_as_a_number_and_keeps_what_is_left_out() {
    let router = router().await;
    let mut body = site("harbour");
    let created = post(&router, "/v1/sites", &body).await;
    assert_eq!(created.json["sms"], Value::Null, "the deployment's sender");
    let path = format!("/v1/sites/{}", text(&created.json["id"]));
    let senders = [json!({ "sender_id": "Harbour" }), json!({ "number": "+61491570156" })];
    for (version, sender) in (1..).zip(senders) {
        body["sms"] = sender.clone();
        let saved = put(&router, &path, &format!("\"{version}\""), &body).await;
        assert_eq!((saved.status.as_u16(), &saved.json["sms"]), (200, &sender));
    }
    let left_out = put(&router, &path, "\"3\"", &site("harbour")).await;
    assert_eq!(left_out.json["sms"]["number"], "+61491570156", "a number is not lost by silence");
    body["sms"] = Value::Null;
    assert_eq!(put(&router, &path, "\"4\"", &body).await.json["sms"], Value::Null);

    for (wrong, pointer) in [
        (json!({}), "#/sms/number"),
        (json!({ "sender_id": "Harbour", "number": "+61491570156" }), "#/sms/number"),
        (json!({ "sender_id": "Harbour Clinic" }), "#/sms/sender_id"),
        (json!({ "sender_id": "12345" }), "#/sms/sender_id"),
        (json!({ "sender_id": "Harbour\u{0}" }), "#/sms/sender_id"),
        (json!({ "number": "0491 570 156" }), "#/sms/number"),
        (json!({ "number": "+614915701560000000" }), "#/sms/number"),
        (json!({ "number": "Harbour" }), "#/sms/number"),
        (json!({ "number": 61_491_570_156_u64 }), "#/sms/number"),
        (json!("Harbour"), "#/sms"),
        (json!({ "number": "+61491570156", "name": "x" }), "#/sms/name"),
    ] {
        body["sms"] = wrong.clone();
        let refused = put(&router, &path, "\"5\"", &body).await;
        assert_eq!((refused.status.as_u16(), refused.pointers()), (422, vec![pointer]), "{wrong}");
    }
}
