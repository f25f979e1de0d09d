//! What of other systems' deliveries was refused.

use app::ports::{Deliveries, RefusedDelivery};
use chrono::{DateTime, Duration, Utc};
use domain::invalid::FieldError;
use domain::text::Code;
use serde_json::{Value, json};
use testkit::build::at;
use testkit::requests::{ApiAnswer, ApiRequest, call};

use crate::support::{Clinic, NOW, empty};

const PATH: &str = "/v1/webhooks/refused";

async fn refuse(clinic: &Clinic, source: &str, at: DateTime<Utc>) -> String {
    let request_id = format!("{source}-{}", at.timestamp_millis());
    let refused = RefusedDelivery {
        source: Code::parse(source).unwrap(),
        at,
        request_id: request_id.clone(),
        subject: "bookings".to_owned(),
        status: 422,
        detail: "A field is wrong.".to_owned(),
        errors: vec![FieldError::new("/type", "is no type")],
        content_type: "application/json".to_owned(),
        bytes: 12,
        shape: "{\"xxxx\": 9}".to_owned(),
    };
    clinic.dynamo.deliveries().refuse(&refused).await.unwrap();
    request_id
}

async fn ask(clinic: &Clinic, query: &str) -> ApiAnswer {
    call(&clinic.router, ApiRequest::new("GET", &format!("{PATH}{query}")).by("[admin]")).await
}

fn ids(list: &Value) -> Vec<String> {
    let items = list["items"].as_array().unwrap().iter();
    items.map(|it| it["request_id"].as_str().unwrap().to_owned()).collect()
}

/// All pages of a query, and how many they are.
async fn all(clinic: &Clinic, query: &str) -> (Vec<String>, usize) {
    let (mut found, mut pages, mut next) = (Vec::new(), 0, String::new());
    loop {
        let page = ask(clinic, &format!("?{query}{next}")).await.json;
        found.extend(ids(&page));
        pages += 1;
        let Some(cursor) = page["next"].as_str() else { return (found, pages) };
        next = format!("&cursor={cursor}");
        assert!(pages < 100, "it ends");
    }
}

#[tokio::test]
async fn a_refused_delivery_is_shown_with_what_its_sender_was_told() {
    let clinic = empty().await;
    let id = refuse(&clinic, "diary", at(NOW)).await;
    let shown = ask(&clinic, "").await.json;
    let expected = json!({
        "at": NOW,
        "source": "diary",
        "subject": "bookings",
        "status": 422,
        "detail": "A field is wrong.",
        "errors": [{ "pointer": "#/type", "detail": "is no type" }],
        "content_type": "application/json",
        "bytes": 12,
        "shape": "{\"xxxx\": 9}",
        "request_id": id,
    });
    assert_eq!(shown, json!({ "items": [expected], "next": null }));
}

#[tokio::test]
async fn seven_days_are_listed_the_newest_first_and_a_page_goes_on_where_the_last_one_ended() {
    let clinic = empty().await;
    let mut newest_first = Vec::new();
    for hours in [0, 1, 8, 9, 33, 34, 167, 168, 169, 200] {
        let id = refuse(&clinic, "diary", at(NOW) - Duration::hours(hours)).await;
        newest_first.push(id);
    }
    newest_first.truncate(8); // the last two are more than seven days old
    assert_eq!(all(&clinic, "limit=200").await, (newest_first.clone(), 1));
    for limit in [1, 2, 3, 7, 8] {
        let (found, pages) = all(&clinic, &format!("limit={limit}")).await;
        assert_eq!(found, newest_first, "{limit}");
        assert!(pages >= 8_usize.div_ceil(limit), "{limit}");
    }
}

#[tokio::test]
async fn those_of_one_source_are_found_among_many_of_another_and_no_page_reads_all() {
    let clinic = empty().await;
    let wanted = refuse(&clinic, "clinic", at(NOW) - Duration::hours(20)).await;
    for second in 1..=620 {
        refuse(&clinic, "diary", at(NOW) - Duration::seconds(second)).await;
    }
    let first = ask(&clinic, "?source=clinic").await.json;
    assert_eq!(ids(&first), Vec::<String>::new());
    assert!(first["next"].is_string(), "it stopped reading, and says where it goes on");
    assert_eq!(all(&clinic, "source=clinic").await, (vec![wanted], 2));
    assert_eq!(all(&clinic, "source=nobody&limit=1").await.0, Vec::<String>::new());
    let (found, _) = all(&clinic, "source=diary&limit=200").await;
    assert_eq!(found.len(), 620);
    assert_eq!(ids(&ask(&clinic, "?limit=200").await.json).len(), 50, "a page has at most fifty");
}

#[tokio::test]
async fn a_place_of_another_list_is_refused() {
    let clinic = empty().await;
    let cursor = aws::http::Cursor::at(PATH, "yesterday").to_string();
    let answer = ask(&clinic, &format!("?cursor={cursor}")).await;
    assert_eq!(answer.status, 400, "{}", answer.json);
    assert_eq!(answer.json["errors"][0]["parameter"], "cursor");
}
