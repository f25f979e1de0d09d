//! The daily balance, as staff see it.

use app::ports::Balances;
use chrono::{Days, NaiveDate};
use domain::balance::ImbalanceKind;
use serde_json::{Value, json};
use testkit::build;

use crate::support::{Clinic, empty};

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

async fn keep(clinic: &Clinic, days: u64) {
    for n in 0..days {
        let balance = build::balance(date("2026-11-01") + Days::new(n));
        clinic.dynamo.balances().save_balance(&balance, 0).await.unwrap();
    }
}

#[tokio::test]
async fn a_day_is_shown_with_its_sides_by_channel_and_site_and_what_does_not_balance() {
    let clinic = empty().await;
    keep(&clinic, 1).await;
    let shown = clinic.get("/v1/balance/2026-11-01").await.json;
    let sides = json!({
        "due": 2, "sent": 1, "skipped": 0, "too_late": 0, "passed": 0, "failed": 0, "over": 0,
        "held": 0, "waiting": 0,
    });
    let found = json!({
        "kind": "not_in_index",
        "says": ImbalanceKind::NotInIndex.in_words(),
        "enrolment": "enr_00000000000000000000000008",
        "cycle": 1,
        "action": "act_00000000000000000000000009",
        "attempt": null,
        "since": null,
    });
    let mut expected = json!({
        "day": "2026-11-01",
        "from": "2026-10-31T13:00:00Z",
        "until": "2026-11-01T13:00:00Z",
        "computed_at": "2026-11-01T14:00:00Z",
        "sides": sides,
        "difference": 1,
        "new": 1,
        "imbalances": 1,
        "by_channel": [{ "channel": "sms", "sides": sides }],
        "by_site": [{ "site": "harbour", "sides": sides }],
        "enrolments": 2,
        "events_overdue": 0,
        "letters_silent": 0,
        "work_open": 1,
        "found": [found],
    });
    assert_eq!(shown, expected);
    let listed = clinic.get("/v1/balance").await.json;
    expected.as_object_mut().unwrap().remove("found");
    assert_eq!(listed, json!({ "items": [expected], "next": null }));
}

#[tokio::test]
async fn all_days_are_listed_the_newest_first_and_a_page_goes_on_where_the_last_one_ended() {
    let clinic = empty().await;
    keep(&clinic, 5).await;
    for limit in [1, 2, 4, 5, 6] {
        let (mut days, mut next) = (Vec::new(), String::new());
        loop {
            let page = clinic.get(&format!("/v1/balance?limit={limit}{next}")).await.json;
            let items = page["items"].as_array().unwrap();
            assert!((1..=limit).contains(&items.len()), "{page}");
            days.extend(items.iter().map(|it| it["day"].as_str().unwrap().to_owned()));
            let Some(cursor) = page["next"].as_str() else { break };
            next = format!("&cursor={cursor}");
        }
        let newest_first: Vec<String> = (1..=5).rev().map(|n| format!("2026-11-0{n}")).collect();
        assert_eq!(days, newest_first, "{limit}");
    }
}

#[tokio::test]
async fn a_day_without_a_balance_and_what_is_no_day_are_not_found() {
    let clinic = empty().await;
    keep(&clinic, 1).await;
    for day in ["2026-11-02", "2026-11-31", "yesterday", "2026-11-1", "2026-11-01T00:00:00Z"] {
        let answer = clinic.get(&format!("/v1/balance/{day}")).await;
        assert_eq!(answer.status, 404, "{day}: {}", answer.json);
    }
}

#[tokio::test]
async fn a_place_of_another_list_is_refused() {
    let clinic = empty().await;
    for place in ["yesterday", ""] {
        let cursor = aws::http::Cursor::at("/v1/balance", place).to_string();
        let answer = clinic.get(&format!("/v1/balance?cursor={cursor}")).await;
        assert_eq!(answer.status, 400, "{}", answer.json);
        let wrong: &Value = &answer.json["errors"][0]["parameter"];
        assert_eq!(wrong, "cursor");
    }
}
