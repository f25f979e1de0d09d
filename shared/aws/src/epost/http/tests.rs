//! Against a provider on a port of this process.

use app::ports::Before;
use aws_credential_types::Credentials;
use domain::distribution::{ListedLetter, PrintedSides};
use domain::ids::SiteId;
use serde_json::json;
use testkit::fakes::FakeClock;
use testkit::letters::{ADDRESS, waiting};
use testkit::secrets::secrets_manager_with;
use testkit::server::{Requests, answer, answering, deserted};

use super::*;

const SECRET: &str = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const NOW: &str = "2026-11-22T08:00:00Z";
const KEY: &str = "letr_1-abc";

fn taken() -> Vec<u8> {
    answer("201 Created", &[], br#"{"id":"e-7"}"#)
}

fn busy() -> Vec<u8> {
    answer("429 Busy", &[], b"")
}

fn wrong() -> Vec<u8> {
    answer("422 Wrong", &[], b"")
}

fn broken() -> Vec<u8> {
    answer("500 Broken", &[], b"")
}

fn working() -> Vec<u8> {
    answer("409 Busy", &[], b"")
}

fn gateway() -> Vec<u8> {
    answer("504 Late", &[], b"")
}

fn hang_up() -> Vec<u8> {
    Vec::new()
}

/// A provider that gives these answers, and the adapter before it.
async fn provider(answers: &[Vec<u8>]) -> (HttpEpost<FakeClock>, Requests) {
    let (port, requests) = answering(answers).await;
    (adapter(&format!("http://127.0.0.1:{port}/letters?of=clinic")).await, requests)
}

async fn adapter(url: &str) -> HttpEpost<FakeClock> {
    let secrets =
        secrets_manager_with("clinic/epost/hand-over", json!({ "current": SECRET })).await;
    let credentials = Credentials::new("id", "secret", None, None, "test");
    let endpoint = Some(format!("http://127.0.0.1:{secrets}"));
    let aws = Aws::new(credentials, "ap-southeast-2".to_owned(), endpoint);
    let prefix = "clinic/epost/".to_owned();
    let epost = HttpEpost::new(aws, url, prefix, FakeClock::at(NOW)).unwrap();
    HttpEpost { waits: [Duration::ZERO; 2], ..epost }
}

fn letter() -> ListedLetter {
    waiting(1, &SiteId::new(ulid::Ulid::from_parts(0, 5)))
}

async fn hand_over(epost: &HttpEpost<FakeClock>) -> Result<String, SendError> {
    let (letter, pdf) = (letter(), Phi::new(b"%PDF-1.7".to_vec()));
    let letter =
        HandOver { letter: &letter, pdf: &pdf, sides: PrintedSides::One, before: Before::Never };
    epost.hand_over(letter, KEY).await
}

#[tokio::test]
async fn a_letter_is_handed_over_in_one_signed_request() {
    let (epost, requests) = provider(&[taken()]).await;
    assert_eq!(hand_over(&epost).await, Ok("e-7".to_owned()));
    let mut asked = requests.all().remove(0);
    assert_eq!((asked.method.as_str(), asked.target.as_str()), ("POST", "/letters?of=clinic"));
    asked.headers.remove("host");
    let webhook = Webhook::new(SECRET).unwrap();
    let now = epost.clock.now().timestamp();
    let signature = webhook.sign(KEY, now, &asked.body).unwrap();
    let expected = [
        ("content-length", asked.body.len().to_string()),
        ("content-type", "application/json".to_owned()),
        ("idempotency-key", KEY.to_owned()),
        ("webhook-id", KEY.to_owned()),
        ("webhook-signature", signature),
        ("webhook-timestamp", now.to_string()),
    ];
    assert_eq!(asked.headers, expected.map(|(name, value)| (name.to_owned(), value)).into());
    let letter = letter();
    let body: Value = serde_json::from_slice(&asked.body).unwrap();
    let expected = json!({
        "letter": letter.id, "to": ADDRESS, "site": letter.site, "date": "2026-11-22",
        "pages": 1, "sides": "one", "pdf": "JVBERi0xLjc=",
    });
    assert_eq!(body, expected);
}

#[tokio::test]
async fn what_a_provider_answers_says_whether_it_is_asked_again_and_what_came_of_it() {
    let known = || Ok("e-7".to_owned());
    let refused = || Err(SendError::Permanent("the provider answered 422".to_owned()));
    let table: [(Vec<Vec<u8>>, usize, Result<String, SendError>); 10] = [
        (vec![busy(), hang_up(), taken()], 3, known()),
        (vec![gateway(), taken()], 2, known()),
        (vec![wrong(), taken()], 1, refused()),
        (vec![busy(), busy(), busy()], 3, Err(transient())),
        (vec![busy(), gateway(), busy()], 3, Err(doubt("the provider answered 504"))),
        (vec![broken(), busy(), busy()], 3, Err(doubt("the provider answered 500"))),
        (vec![working(), taken()], 2, known()),
        (vec![hang_up(), wrong()], 2, Err(doubt("the connection broke during the call"))),
        (vec![hang_up()], 3, Err(doubt("the connection broke during the call"))),
        (vec![busy(), wrong()], 2, refused()),
    ];
    for (i, (answers, asked, expected)) in table.into_iter().enumerate() {
        let (epost, requests) = provider(&answers).await;
        assert_eq!(hand_over(&epost).await, expected, "case {i}");
        let keys = requests.all().into_iter().map(|it| it.headers["idempotency-key"].clone());
        assert_eq!(keys.collect::<Vec<_>>(), vec![KEY; asked], "case {i}");
    }
}

fn transient() -> SendError {
    SendError::Transient("the provider answered 429".to_owned())
}

fn doubt(why: &str) -> SendError {
    SendError::InDoubt(why.to_owned())
}

#[tokio::test]
async fn a_provider_that_cannot_be_reached_has_nothing() {
    let url = format!("http://127.0.0.1:{}/letters", deserted().await);
    let refused = hand_over(&adapter(&url).await).await;
    assert_eq!(refused, Err(SendError::Transient("the provider could not be reached".to_owned())));
}

#[test]
fn three_tries_and_their_waits_end_in_time() {
    assert!(TRY * 3 + WAITS.iter().sum::<Duration>() < super::super::EPOST_TIMEOUT);
}
