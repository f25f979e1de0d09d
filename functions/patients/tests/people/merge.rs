//! Two records of one person become one.

use app::ports::WorkList;
use axum::Router;
use domain::ids::{PatientId, WorkId};
use domain::work::{WorkKind, WorkMonth, WorkOutcome};
use serde_json::{Value, json};
use testkit::build;
use testkit::dynamo::Dynamo;
use testkit::requests::ApiAnswer;

use crate::support::{NOW, clinic, create, get, maria, post, post_as, put};

fn id(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

async fn merge(router: &Router, from: &str, into: &str) -> ApiAnswer {
    post_as(router, "[admin]", &format!("{from}/merge"), &json!({ "into": id(into) })).await
}

async fn two(router: &Router) -> (String, String) {
    let mut online = maria();
    online["identifiers"] = json!([{ "source": "online", "id": "O-7" }]);
    online["opted_out"] = json!(["sms"]);
    online["email"] = json!("maria@example.com");
    let mut known = maria();
    known["mobile"] = json!("0491 570 156");
    (create(router, &online).await, create(router, &known).await)
}

#[tokio::test]
async fn the_survivor_gets_what_it_lacked_and_the_other_says_where_it_went() {
    let (_dynamo, router) = clinic().await;
    let (online, known) = two(&router).await;
    let merged = merge(&router, &online, &known).await;
    assert_eq!(
        (merged.status.as_u16(), merged.header("etag")),
        (200, "\"2\""),
        "{:?}",
        merged.json
    );
    assert_eq!(merged.json["id"], id(&known));
    assert_eq!(merged.json["identifiers"].as_array().map(Vec::len), Some(2));
    assert_eq!(merged.json["email"], "maria@example.com");
    assert_eq!(merged.json["mobile"], "+61491570156", "what the survivor says stays");
    assert_eq!(merged.json["opted_out"], json!(["sms"]));

    let gone = get(&router, &online).await;
    assert_eq!(gone.status, 200);
    assert_eq!(
        (&gone.json["standing"], &gone.json["merged_into"]),
        (&json!("merged"), &json!(id(&known)))
    );
    assert_eq!(gone.json["identifiers"], json!([]));
    let wanted = json!({ "identifier": { "source": "online", "id": "O-7" } });
    let found = post(&router, "/v1/patients/search", &wanted).await;
    assert_eq!(found.json["items"][0]["id"], id(&known), "its identifier finds the survivor");
    assert_eq!(merge(&router, &online, &known).await.json, merged.json, "again changes nothing");
}

#[tokio::test]
async fn a_merged_record_is_not_changed_any_more() {
    let (_dynamo, router) = clinic().await;
    let (online, known) = two(&router).await;
    merge(&router, &online, &known).await;
    for step in ["archive", "restore", "deceased"] {
        assert_eq!(
            post(&router, &format!("{online}/{step}"), &json!({})).await.status,
            409,
            "{step}"
        );
    }
    let out = json!({ "channels": ["sms"], "how": "asked" });
    assert_eq!(post(&router, &format!("{online}/opt-out"), &out).await.status, 409);
    let mut body = get(&router, &online).await.json;
    body["standing"] = json!("current");
    let refused = put(&router, &online, &body).await;
    assert_eq!(refused.status, 409);
    assert!(refused.json["detail"].as_str().unwrap().contains(id(&known)), "{:?}", refused.json);
}

#[tokio::test]
async fn only_two_records_that_are_used_can_be_merged() {
    let (_dynamo, router) = clinic().await;
    let (online, known) = two(&router).await;
    assert_eq!(merge(&router, &online, &online).await.pointers(), ["#/into"]);
    let nobody = "pat_0000000000000000000000009z";
    assert_eq!(merge(&router, &online, nobody).await.pointers(), ["#/into"]);
    assert_eq!(merge(&router, &format!("/v1/patients/{nobody}"), &known).await.status, 404);
    merge(&router, &online, &known).await;
    let third = create(&router, &json!({ "first_name": "Mia", "last_name": "Rossi" })).await;
    assert_eq!(merge(&router, &online, &third).await.status, 409);
    assert_eq!(merge(&router, &third, &online).await.pointers(), ["#/into"]);
    let front_desk = post(&router, &format!("{third}/merge"), &json!({ "into": id(&known) })).await;
    assert_eq!(front_desk.status, 403);
}

#[tokio::test]
async fn of_two_merges_of_one_pair_in_both_directions_one_is_done() {
    let (_dynamo, router) = clinic().await;
    let (online, known) = two(&router).await;
    let (a, b) = tokio::join!(merge(&router, &online, &known), merge(&router, &known, &online));
    let done = [&a, &b].into_iter().filter(|answer| answer.status == 200).count();
    assert_eq!(done, 1, "{:?} {:?}", a.json, b.json);
    let standings = [get(&router, &online).await, get(&router, &known).await];
    let mut standings: Vec<Value> =
        standings.iter().map(|it| it.json["standing"].clone()).collect();
    standings.sort_by_key(ToString::to_string);
    assert_eq!(standings, ["current", "merged"]);
}

/// A question whether the record at `newcomer` is that of one of the others.
async fn question(dynamo: &Dynamo, newcomer: &str, others: &[&str]) -> String {
    let patient = |path: &str| PatientId::parse(id(path)).unwrap();
    let others: Vec<_> = others.iter().map(|path| patient(path)).collect();
    let work = build::question(&patient(newcomer), &others);
    dynamo.work_list().raise(&work).await.unwrap();
    format!("/v1/work-list/{}/merge", work.id)
}

async fn answer(router: &Router, question: &str, from: &str, into: &str) -> ApiAnswer {
    let body = json!({ "from": id(from), "into": id(into) });
    post_as(router, "[admin]", question, &body).await
}

/// What came of all questions.
async fn outcomes(dynamo: &Dynamo) -> Vec<(WorkOutcome, String)> {
    assert_eq!(dynamo.work_list().open().await, Ok(vec![]));
    let month = WorkMonth::of(build::at(NOW));
    let resolved = dynamo.work_list().resolved(month).await.unwrap().into_iter();
    resolved.map(|it| (it.outcome, it.by.as_str().to_owned())).collect()
}

#[tokio::test]
async fn a_question_is_answered_by_a_merge_in_either_direction() {
    for turned in [false, true] {
        let (dynamo, router) = clinic().await;
        let (online, known) = two(&router).await;
        let question = question(&dynamo, &online, &[&known]).await;
        let (from, into) = if turned { (&known, &online) } else { (&online, &known) };
        let merged = answer(&router, &question, from, into).await;
        assert_eq!((merged.status.as_u16(), &merged.json["id"]), (200, &json!(id(into))));
        assert_eq!(get(&router, from).await.json["merged_into"], id(into));
        let outcomes = outcomes(&dynamo).await;
        assert_eq!(outcomes.len(), 1);
        assert_eq!(outcomes[0].0, WorkOutcome::Done);
        assert_eq!(answer(&router, &question, from, into).await.status, 404, "it waits no more");
    }
}

#[tokio::test]
async fn a_merge_that_nobody_asked_on_the_work_list_answers_the_question_there_too() {
    for turned in [false, true] {
        let (dynamo, router) = clinic().await;
        let (online, known) = two(&router).await;
        question(&dynamo, &online, &[&known]).await;
        let (from, into) = if turned { (&known, &online) } else { (&online, &known) };
        assert_eq!(merge(&router, from, into).await.status, 200);
        assert_eq!(outcomes(&dynamo).await.len(), 1);
    }
}

#[tokio::test]
async fn a_merge_with_somebody_else_leaves_the_question() {
    let (dynamo, router) = clinic().await;
    let (online, known) = two(&router).await;
    let third = create(&router, &json!({ "first_name": "Mia", "last_name": "Rossi" })).await;
    let question = question(&dynamo, &online, &[&known]).await;
    assert_eq!(answer(&router, &question, &third, &known).await.pointers(), ["#/from"]);
    assert_eq!(answer(&router, &question, &online, &third).await.pointers(), ["#/into"]);
    assert_eq!(answer(&router, &question, &online, &online).await.pointers(), ["#/into"]);
    assert_eq!(merge(&router, &third, &online).await.status, 200);
    assert_eq!(dynamo.work_list().open().await.unwrap().len(), 1);
    // Who was likely was merged into another record: that one is meant.
    let fourth = create(&router, &json!({ "first_name": "Mia", "last_name": "Rossi" })).await;
    assert_eq!(merge(&router, &known, &fourth).await.status, 200);
    let merged = answer(&router, &question, &online, &fourth).await;
    assert_eq!((merged.status.as_u16(), &merged.json["id"]), (200, &json!(id(&fourth))));
    assert_eq!(outcomes(&dynamo).await.len(), 1);
}

#[tokio::test]
async fn only_a_question_about_two_records_is_answered_by_a_merge_and_only_by_an_admin() {
    let (dynamo, router) = clinic().await;
    let (online, known) = two(&router).await;
    let path = question(&dynamo, &online, &[&known]).await;
    let body = json!({ "from": id(&online), "into": id(&known) });
    assert_eq!(post(&router, &path, &body).await.status, 403, "the front desk");
    let mut other = build::question(&PatientId::parse(id(&online)).unwrap(), &[]);
    other.id = WorkId::for_cause(&["another"]);
    other.kind = WorkKind::Unmatched;
    dynamo.work_list().raise(&other).await.unwrap();
    let path = format!("/v1/work-list/{}/merge", other.id);
    assert_eq!(answer(&router, &path, &online, &known).await.status, 409);
    for missing in ["work_0000000000000000000000009z", "x"] {
        let path = format!("/v1/work-list/{missing}/merge");
        assert_eq!(answer(&router, &path, &online, &known).await.status, 404, "{missing}");
    }
    assert_eq!(get(&router, &online).await.json["standing"], "current", "nothing was merged");
}
