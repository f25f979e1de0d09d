//! What the ePost provider says: every file in `events/` that is such, and every way to be wrong.

use app::ports::{Clock, Letters, WorkList};
use aws::clock::SystemClock;
use domain::distribution::{EpostStage, LetterState, ListedLetter, Reason, Waiting};
use domain::program::PrintOption;
use domain::work::WorkKind;
use serde_json::{Value, json};
use standardwebhooks::Webhook;
use testkit::hostile::{Kind, Route, attack};
use testkit::requests::{ApiAnswer, ApiRequest, call};

use crate::support::{Clinic, SECRET, clinic};

const PATH: &str = "/webhooks/epost";

/// A practice with one letter, which was handed to the provider.
async fn handed_over() -> Clinic {
    let clinic = clinic(1).await;
    let handed = LetterState::AtEpost {
        provider_id: Some("e-1".to_owned()),
        stage: EpostStage::HandedOver,
        at: clinic.clock.now(),
    };
    put_to(&clinic, handed).await;
    clinic
}

async fn put_to(clinic: &Clinic, state: LetterState) {
    let before = letter(clinic).await;
    let (revision, print) = (before.revision + 1, PrintOption::EPost);
    let after = ListedLetter { revision, print, state, ..before.clone() };
    clinic.dynamo.letters().save_letter(&before, &after, None).await.unwrap();
}

async fn letter(clinic: &Clinic) -> ListedLetter {
    let id = &clinic.letters[0].id;
    clinic.dynamo.letters().letter(id).await.unwrap().unwrap()
}

fn file(name: &str) -> String {
    let path = format!("{}/../../events/epost-status-{name}.json", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}

fn signed(secret: &str, seconds_ago: i64, body: &str) -> ApiRequest {
    let timestamp = SystemClock.now().timestamp() - seconds_ago;
    let signature = Webhook::new(secret).unwrap().sign("msg-1", timestamp, body.as_bytes());
    ApiRequest::new("POST", PATH)
        .text("application/json", body)
        .header("webhook-id", "msg-1")
        .header("webhook-timestamp", &timestamp.to_string())
        .header("webhook-signature", &signature.unwrap())
}

async fn say(clinic: &Clinic, body: &str) -> ApiAnswer {
    call(&clinic.router, signed(SECRET, 0, body)).await
}

/// What the list shows of the letter.
async fn shown(clinic: &Clinic) -> Value {
    let path = format!("/v1/letters/{}", clinic.letters[0].id);
    clinic.get(&path).await.json["state"].clone()
}

#[tokio::test]
async fn a_letters_life_in_the_files_of_events_is_followed_on_the_list_whatever_comes_twice_or_late()
 {
    let clinic = handed_over().await;
    let table = [
        ("accepted", "applied", "accepted"),
        ("printed", "applied", "printed"),
        ("accepted", "ignored", "printed"),
        ("posted", "applied", "posted"),
        ("posted", "ignored", "posted"),
        ("failed", "ignored", "posted"),
    ];
    for (says, outcome, stage) in table {
        let answer = say(&clinic, &file(says)).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json["outcome"]),
            (200, &json!(outcome)),
            "{says}"
        );
        let state = shown(&clinic).await;
        assert_eq!(state["name"], "at_epost", "{says}");
        assert_eq!(state["epost"], json!({ "id": "e-1", "stage": stage }), "{says}");
    }
    assert_eq!(shown(&clinic).await["at"], "2026-11-22T19:15:00Z", "when it was posted");
    assert_eq!(clinic.dynamo.work_list().open().await.unwrap(), []);
}

#[tokio::test]
async fn a_letter_that_is_not_posted_is_on_the_list_again_and_a_person_is_told_once() {
    let clinic = handed_over().await;
    assert_eq!(say(&clinic, &file("failed")).await.json["outcome"], "applied");
    assert_eq!(say(&clinic, &file("failed")).await.json["outcome"], "ignored");
    let state = shown(&clinic).await;
    assert_eq!(state["name"], "waiting");
    let why = state["why"].as_str().unwrap();
    assert!(why.contains("The address is not in the postal address file."), "{why}");
    let work = clinic.dynamo.work_list().open().await.unwrap();
    let [work] = work.as_slice() else { panic!("{work:?}") };
    assert_eq!(work.item.kind, WorkKind::NotReached);
    assert_eq!(work.item.patient, Some(letter(&clinic).await.patient));
}

#[tokio::test]
async fn what_was_posted_by_hand_is_not_taken_back_and_staff_are_told_that_it_may_go_twice() {
    let clinic = handed_over().await;
    say(&clinic, &file("failed")).await;
    let posted = format!("/v1/letters/{}/posted", clinic.letters[0].id);
    clinic.post(&posted, &json!({})).await;
    let before = shown(&clinic).await;
    for (says, outcome) in [("printed", "told"), ("posted", "told"), ("failed", "ignored")] {
        assert_eq!(say(&clinic, &file(says)).await.json["outcome"], outcome, "{says}");
    }
    assert_eq!((shown(&clinic).await, before["name"].as_str()), (before.clone(), Some("posted")));
    let work = clinic.dynamo.work_list().open().await.unwrap();
    let mut kinds: Vec<_> = work.iter().map(|open| open.item.kind.as_str()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["not_reached", "unclear"], "once: {work:?}");
}

#[tokio::test]
async fn what_the_provider_speaks_of_is_no_longer_in_doubt() {
    let clinic = handed_over().await;
    put_to(&clinic, LetterState::InDoubt(Reason::ours("no answer in time".to_owned()))).await;
    let waiting = clinic.post("/v1/letters/batches", &json!({ "all": true })).await;
    assert_eq!(waiting.status, 409, "it is not printed with all that wait");
    say(&clinic, &file("printed")).await;
    assert_eq!(shown(&clinic).await["epost"], json!({ "id": null, "stage": "printed" }));
    put_to(&clinic, LetterState::InDoubt(Reason::ours("no answer in time".to_owned()))).await;
    say(&clinic, &file("failed")).await;
    let state = letter(&clinic).await.state;
    assert!(matches!(state, LetterState::Waiting(Waiting::ByHand(_))), "{state:?}");
}

#[tokio::test]
async fn a_report_that_cannot_be_believed_is_401_and_changes_nothing() {
    let clinic = handed_over().await;
    let before = clinic.dynamo.dump().await;
    let body = file("posted");
    let changed = body.replace("posted", "failed");
    let refused = [
        signed("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 0, &body),
        signed(SECRET, 301, &body),
        signed(SECRET, -302, &body),
        signed(SECRET, 0, &body).text("application/json", &changed),
        ApiRequest::new("POST", PATH).text("application/json", &body),
        ApiRequest::new("POST", PATH).text("application/json", &body).by("[admin]"),
    ];
    for (i, request) in refused.into_iter().enumerate() {
        let answer = call(&clinic.router, request).await;
        assert_eq!(answer.status, 401, "case {i}");
        assert_eq!(answer.header("content-type"), "application/problem+json", "case {i}");
    }
    assert_eq!(clinic.dynamo.dump().await, before);
}

#[tokio::test]
async fn a_letter_that_is_unknown_is_404_and_a_report_that_is_too_large_413() {
    let clinic = clinic(0).await;
    assert_eq!(say(&clinic, &file("posted")).await.status, 404);
    let large = format!("{{\"why\": \"{}\"}}", "x".repeat(1024 * 1024));
    assert_eq!(say(&clinic, &large).await.status, 413);
}

/// The headers of a report.
fn headers(body: &[u8]) -> Vec<(&'static str, String)> {
    let timestamp = SystemClock.now().timestamp();
    // What is no text cannot be signed by the scheme's crate; it is refused before that matters.
    let text = std::str::from_utf8(body).unwrap_or_default();
    let signature = Webhook::new(SECRET).unwrap().sign("msg-1", timestamp, text.as_bytes());
    vec![
        ("webhook-id", "msg-1".to_owned()),
        ("webhook-timestamp", timestamp.to_string()),
        ("webhook-signature", signature.unwrap()),
    ]
}

/// A report of that letter, to be attacked.
pub(crate) fn route(letter: &str) -> Route {
    let body = json!({
        "letter": letter, "status": "failed", "at": "2026-11-22T08:00:00Z", "why": "no such street",
    });
    Route::new("POST", PATH, body).signed(headers).required(&["/letter", "/status", "/at"]).fields(
        &[("/letter", Kind::Id("letr_")), ("/status", Kind::Choice), ("/at", Kind::Instant)],
    )
}

#[tokio::test]
async fn no_letter_is_changed_by_a_bad_report() {
    let clinic = handed_over().await;
    let letter = clinic.letters[0].id.to_string();
    attack(&clinic.dynamo, &clinic.router, &[route(&letter)]).await;
}

#[tokio::test]
async fn a_report_is_never_refused_for_the_words_of_its_reason() {
    let long = "no such street ".repeat(40);
    let table = [
        (json!(""), "it did not say why"),
        (json!(null), "it did not say why"),
        (json!("two\nlines\u{0}"), "two lines"),
        (json!(long), "no such street no such street"),
    ];
    for (why, expected) in table {
        let clinic = handed_over().await;
        let mut report: Value = serde_json::from_str(&file("failed")).unwrap();
        report["why"] = why.clone();
        assert_eq!(say(&clinic, &report.to_string()).await.status, 200, "{why}");
        let state = shown(&clinic).await;
        assert_eq!(state["name"], "waiting", "{why}");
        assert!(state["why"].as_str().unwrap().contains(expected), "{why}: {state}");
    }
}
