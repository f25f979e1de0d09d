//! Whether a message has arrived, as staff see it.

use app::ports::{Enrolments, Receipts};
use domain::ledger::LedgerKey;
use domain::receipt::{Fault, Heard, Receipt, Told, hear};
use serde_json::{Value, json};
use testkit::build;

use crate::support::{Clinic, NOW};
use crate::underway::{reserve, settle, waiting};

/// The provider says what became of the message, a minute after it was sent.
async fn says(clinic: &Clinic, key: &LedgerKey, told: Told) {
    let store = clinic.dynamo.enrolments();
    let row = store.row(key).await.unwrap().unwrap();
    let receipt = Receipt { at: build::at("2026-11-22T08:01:00Z"), told };
    let Heard::News(after) = hear(&row, "SM1", receipt, build::at(NOW)) else {
        panic!("{told:?} is no news")
    };
    store.keep(&row, &after, None).await.unwrap();
}

/// What the enrolment says of its one message.
async fn receipt(clinic: &Clinic, path: &str) -> Value {
    let shown = clinic.get(path).await.json;
    let steps = shown["steps"].as_array().unwrap();
    steps.iter().find(|step| step["type"] == "sms").unwrap()["receipt"].clone()
}

#[tokio::test]
async fn an_enrolment_shows_of_a_message_whether_it_has_arrived() {
    let (clinic, key, path) = waiting().await;
    assert_eq!(receipt(&clinic, &path).await, Value::Null, "nothing was sent");
    reserve(&clinic, &key).await;
    assert_eq!(receipt(&clinic, &path).await, Value::Null, "nobody knows yet");
    settle(&clinic, &key).await;
    let waiting = receipt(&clinic, &path).await;
    assert_eq!((&waiting["state"], &waiting["at"]), (&json!("waiting"), &Value::Null));
    clinic.later(72);
    let unknown = receipt(&clinic, &path).await;
    assert_eq!((&unknown["state"], &unknown["at"]), (&json!("unknown"), &Value::Null));
    says(&clinic, &key, Told::Delivered).await;
    let delivered = json!({
        "state": "delivered",
        "at": "2026-11-22T08:01:00Z",
        "local": "Sun 22 Nov 2026, 7:01 pm",
        "summary": "delivered, says the provider",
    });
    assert_eq!(receipt(&clinic, &path).await, delivered);
    says(&clinic, &key, Told::Failed(Fault::NoSuchAddress)).await;
    let failed = receipt(&clinic, &path).await;
    assert_eq!(failed["state"], "undelivered");
    let why = format!("it did not arrive: {}", Fault::NoSuchAddress);
    assert_eq!(failed["summary"], json!(why));
}

#[tokio::test]
async fn the_history_tells_what_the_provider_said_after_what_was_sent() {
    let (clinic, key, path) = waiting().await;
    reserve(&clinic, &key).await;
    settle(&clinic, &key).await;
    says(&clinic, &key, Told::Failed(Fault::MailboxFull)).await;
    let history = clinic.get(&format!("{path}/history")).await.json;
    let told = history["items"].as_array().unwrap().iter().map(|it| &it["event"]);
    let of_message: Vec<_> =
        told.filter(|event| *event == "sent" || *event == "undelivered").collect();
    assert_eq!(of_message, [&json!("sent"), &json!("undelivered")], "{history}");
    let last = history["items"].as_array().unwrap().last().unwrap();
    assert_eq!(last["summary"], "SMS did not arrive: the mailbox is full.");
    assert_eq!(last["at"], "2026-11-22T08:01:00Z");
}
