//! Patients found by name, date of birth and mobile.

use axum::Router;
use serde_json::{Value, json};

use crate::support::{clinic, create, post, post_as};

async fn find(router: &Router, body: Value) -> Vec<String> {
    let answer = post_as(router, "[viewer]", "/v1/patients/search", &body).await;
    assert_eq!(answer.status, 200, "{:?}", answer.json);
    names(&answer.json)
}

fn names(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().expect("items").iter();
    items.map(|it| format!("{} {}", it["first_name"], it["last_name"]).replace('"', "")).collect()
}

async fn people() -> (testkit::dynamo::Dynamo, Router) {
    let (dynamo, router) = clinic().await;
    for (first, last, born, mobile) in [
        ("Maria", "Rossi", "1980-02-03", "0491 570 006"),
        ("Luca", "Rossi", "2010-05-06", "0491 570 006"),
        ("Márta", "Rossini", "1980-02-03", "0491 570 156"),
        ("Siobhán", "O’Brien", "1955-12-31", "0491 570 157"),
    ] {
        let body = json!({
            "first_name": first, "last_name": last, "date_of_birth": born, "mobile": mobile,
            "site": "harbour",
        });
        create(&router, &body).await;
    }
    (dynamo, router)
}

#[tokio::test]
async fn names_are_found_by_their_beginning_without_case_and_accents() {
    let (_dynamo, router) = people().await;
    for (name, expected) in [
        (json!({ "last_name": "ROSS" }), vec!["Luca Rossi", "Maria Rossi", "Márta Rossini"]),
        (
            json!({ "last_name": "rossi", "first_name": "mar" }),
            vec!["Maria Rossi", "Márta Rossini"],
        ),
        (json!({ "first_name": "mar" }), vec!["Maria Rossi", "Márta Rossini"]),
        (json!({ "first_name": "SIOBHAN" }), vec!["Siobhán O’Brien"]),
        (json!({ "last_name": "obr" }), vec!["Siobhán O’Brien"]),
        (json!({ "last_name": "rossi maria" }), vec![]),
    ] {
        assert_eq!(find(&router, json!({ "name": name })).await, expected, "{name}");
    }
}

#[tokio::test]
async fn everything_that_is_searched_for_must_agree() {
    let (_dynamo, router) = people().await;
    for (body, expected) in [
        (json!({ "mobile": "+61 491 570 006" }), vec!["Luca Rossi", "Maria Rossi"]),
        (json!({ "date_of_birth": "1980-02-03" }), vec!["Maria Rossi", "Márta Rossini"]),
        (json!({ "mobile": "0491 570 006", "date_of_birth": "2010-05-06" }), vec!["Luca Rossi"]),
        (
            json!({ "date_of_birth": "1980-02-03", "name": { "first_name": "mart" } }),
            vec!["Márta Rossini"],
        ),
        (
            json!({ "date_of_birth": "1980-02-03", "name": { "last_name": "rossin" } }),
            vec!["Márta Rossini"],
        ),
        (json!({ "mobile": "0491 570 006", "name": { "last_name": "o" } }), vec![]),
    ] {
        assert_eq!(find(&router, body.clone()).await, expected, "{body}");
    }
}

#[tokio::test]
async fn only_current_patients_are_found_unless_others_are_asked_for() {
    let (_dynamo, router) = clinic().await;
    let someone = |first: &str| json!({ "first_name": first, "last_name": "Rossi" });
    create(&router, &someone("Ada")).await;
    for (first, step) in [("Bea", "archive"), ("Cleo", "deceased")] {
        let path = create(&router, &someone(first)).await;
        post(&router, &format!("{path}/{step}"), &json!({})).await;
    }
    for (include, expected) in [
        (json!([]), vec!["Ada Rossi"]),
        (json!(["archived"]), vec!["Ada Rossi", "Bea Rossi"]),
        (json!(["archived", "deceased"]), vec!["Ada Rossi", "Bea Rossi", "Cleo Rossi"]),
    ] {
        let body = json!({ "name": { "last_name": "rossi" }, "include": include });
        assert_eq!(find(&router, body).await, expected);
    }
}

#[tokio::test]
async fn a_long_list_comes_in_pages_of_fifty() {
    let (_dynamo, router) = clinic().await;
    for n in 0..120 {
        create(&router, &json!({ "first_name": format!("Ada {n:03}"), "last_name": "Smith" }))
            .await;
    }
    let mut body = json!({ "name": { "last_name": "smith" } });
    let (mut pages, mut found) = (Vec::new(), Vec::new());
    loop {
        let page = post_as(&router, "[viewer]", "/v1/patients/search", &body).await.json;
        found.extend(names(&page));
        pages.push(page["items"].as_array().unwrap().len());
        if page["next"].is_null() {
            break;
        }
        body["next"] = page["next"].clone();
    }
    assert_eq!(pages, [50, 50, 20]);
    let expected: Vec<_> = (0..120).map(|n| format!("Ada {n:03} Smith")).collect();
    assert_eq!(found, expected);

    body["next"] = json!("nonsense");
    let nonsense = post_as(&router, "[viewer]", "/v1/patients/search", &body).await;
    assert_eq!(nonsense.pointers(), ["#/next"]);
}

#[tokio::test]
async fn a_page_of_another_search_is_refused() {
    let (_dynamo, router) = clinic().await;
    for n in 0..51 {
        create(&router, &json!({ "first_name": format!("Ada {n:03}"), "last_name": "Smith" }))
            .await;
    }
    let body = json!({ "name": { "last_name": "smith" } });
    let next = post(&router, "/v1/patients/search", &body).await.json["next"].clone();
    let body = json!({ "name": { "last_name": "rossi" }, "next": next });
    assert_eq!(post(&router, "/v1/patients/search", &body).await.pointers(), ["#/next"]);
}

#[tokio::test]
async fn a_search_names_what_it_lacks_and_what_is_wrong() {
    let (_dynamo, router) = clinic().await;
    let path = "/v1/patients/search";
    for (body, expected) in [
        (json!({}), vec!["#/identifier"]),
        (json!({ "name": { "last_name": "" } }), vec!["#/identifier"]),
        (json!({ "name": { "last_name": "-" } }), vec!["#/name/last_name"]),
        (
            json!({ "mobile": "(02) 5550 1234", "include": ["gone"] }),
            vec!["#/mobile", "#/include/0"],
        ),
        (
            json!({ "identifier": { "source": "diary", "id": "P-1" }, "name": { "last_name": "r" } }),
            vec!["#/name"],
        ),
    ] {
        assert_eq!(post(&router, path, &body).await.pointers(), expected, "{body}");
    }
}

#[tokio::test]
async fn a_patient_who_cannot_be_read_hides_nobody_who_is_searched_for() {
    let (dynamo, router) = people().await;
    let found = json!({ "last_name": "rossi", "first_name": "luca" });
    let page = post(&router, "/v1/patients/search", &json!({ "name": found })).await.json;
    let luca = page["items"][0]["id"].as_str().unwrap();
    dynamo.spoil("people", luca, "PATIENT").await;
    let left = find(&router, json!({ "name": { "last_name": "rossi" } })).await;
    assert_eq!(left, ["Maria Rossi", "Márta Rossini"]);
}

#[tokio::test]
async fn a_card_finds_the_family_and_a_persons_number_on_it_whoever_it_may_be() {
    let (_dynamo, router) = clinic().await;
    for (first, medicare) in [
        ("Maria", json!("2123 45670 1/1")),
        ("Luca", json!("2123 45670 1/2")),
        ("Ada", json!("2123456701")),
        ("Rob", json!("2123 45670 2/1")),
        ("Siobhán", json!(null)),
    ] {
        let body =
            json!({ "first_name": first, "last_name": "Rossi", "medicare_number": medicare });
        create(&router, &body).await;
    }
    let all = vec!["Ada Rossi", "Luca Rossi", "Maria Rossi"];
    for (body, expected) in [
        (json!({ "medicare_number": "2123-45670-1" }), all),
        (json!({ "medicare_number": "21234567011" }), vec!["Ada Rossi", "Maria Rossi"]),
        (
            json!({ "medicare_number": "2123456701", "name": { "first_name": "lu" } }),
            vec!["Luca Rossi"],
        ),
        (json!({ "medicare_number": "2123456703" }), vec![]),
    ] {
        assert_eq!(find(&router, body.clone()).await, expected, "{body}");
    }
}
