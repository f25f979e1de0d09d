//! Against a provider on a port of this process.

use app::ports::Before;
use aws_credential_types::Credentials;
use domain::distribution::{ListedLetter, PrintedSides};
use domain::ids::SiteId;
use serde_json::json;
use testkit::fakes::FakeClock;
use testkit::letters::{ADDRESS, waiting};
use testkit::secrets::secrets_manager_with;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::*;

const SECRET: &str = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const NOW: &str = "2026-11-22T08:00:00Z";
const KEY: &str = "letr_1-abc";
const TAKEN: &str =
    "HTTP/1.1 201 Created\r\ncontent-length: 12\r\nconnection: close\r\n\r\n{\"id\":\"e-7\"}";
const BUSY: &str = "HTTP/1.1 429 Busy\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
const WRONG: &str = "HTTP/1.1 422 Wrong\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
const BROKEN: &str = "HTTP/1.1 500 Broken\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
const WORKING: &str = "HTTP/1.1 409 Busy\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
const GATEWAY: &str = "HTTP/1.1 504 Late\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
const HANG_UP: &str = "";

/// Reads one whole request.
async fn request(socket: &mut TcpStream) -> String {
    let mut read = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&read).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.unwrap().parse().unwrap() {
                return text;
            }
        }
        let mut more = [0_u8; 4096];
        let length = socket.read(&mut more).await.unwrap();
        assert!(length > 0, "it hangs up after {text:?}");
        read.extend_from_slice(&more[..length]);
    }
}

/// A provider that gives these answers, one to each request, and the adapter before it.
async fn provider(
    answers: &'static [&'static str],
) -> (HttpEpost<FakeClock>, UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/letters?of=clinic", listener.local_addr().unwrap());
    let (sender, requests) = unbounded_channel();
    tokio::spawn(async move {
        for answer in answers {
            let (mut socket, _) = listener.accept().await.unwrap();
            sender.send(request(&mut socket).await).unwrap();
            socket.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    (adapter(&url).await, requests)
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
    let (epost, mut requests) = provider(&[TAKEN]).await;
    assert_eq!(hand_over(&epost).await, Ok("e-7".to_owned()));
    let request = requests.recv().await.unwrap();
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let mut lines = head.lines();
    assert_eq!(lines.next(), Some("POST /letters?of=clinic HTTP/1.1"));
    let mut headers: Vec<_> = lines.filter(|line| !line.starts_with("host: ")).collect();
    headers.sort_unstable();
    let webhook = Webhook::new(SECRET).unwrap();
    let now = epost.clock.now().timestamp();
    let signature = webhook.sign(KEY, now, body.as_bytes()).unwrap();
    let expected = [
        format!("content-length: {}", body.len()),
        "content-type: application/json".to_owned(),
        format!("idempotency-key: {KEY}"),
        format!("webhook-id: {KEY}"),
        format!("webhook-signature: {signature}"),
        format!("webhook-timestamp: {now}"),
    ];
    assert_eq!(headers, expected);
    let letter = letter();
    let body: Value = serde_json::from_str(body).unwrap();
    let expected = json!({
        "letter": letter.id, "to": ADDRESS, "site": letter.site, "date": "2026-11-22",
        "pages": 1, "sides": "one", "pdf": "JVBERi0xLjc=",
    });
    assert_eq!(body, expected);
}

#[tokio::test]
async fn what_a_provider_answers_says_whether_it_is_asked_again_and_what_came_of_it() {
    let taken = || Ok("e-7".to_owned());
    let table: [(&'static [&'static str], usize, Result<String, SendError>); 10] = [
        (&[BUSY, HANG_UP, TAKEN], 3, taken()),
        (&[GATEWAY, TAKEN], 2, taken()),
        (&[WRONG, TAKEN], 1, Err(SendError::Permanent("the provider answered 422".to_owned()))),
        (&[BUSY, BUSY, BUSY], 3, Err(transient())),
        (&[BUSY, GATEWAY, BUSY], 3, Err(doubt("the provider answered 504"))),
        (&[BROKEN, BUSY, BUSY], 3, Err(doubt("the provider answered 500"))),
        (&[WORKING, TAKEN], 2, taken()),
        (&[HANG_UP, WRONG], 2, Err(doubt("the connection broke during the call"))),
        (&[HANG_UP, HANG_UP, HANG_UP], 3, Err(doubt("the connection broke during the call"))),
        (&[BUSY, WRONG], 2, Err(SendError::Permanent("the provider answered 422".to_owned()))),
    ];
    for (answers, asked, expected) in table {
        let (epost, mut requests) = provider(answers).await;
        assert_eq!(hand_over(&epost).await, expected, "{answers:?}");
        let mut keys = Vec::new();
        while let Ok(request) = requests.try_recv() {
            keys.push(request.contains(&format!("idempotency-key: {KEY}\r\n")));
        }
        assert_eq!(keys, vec![true; asked], "{answers:?}");
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
    let unused = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/letters", unused.local_addr().unwrap());
    drop(unused);
    let refused = hand_over(&adapter(&url).await).await;
    assert_eq!(refused, Err(SendError::Transient("the provider could not be reached".to_owned())));
}

#[test]
fn three_tries_and_their_waits_end_in_time() {
    assert!(TRY * 3 + WAITS.iter().sum::<Duration>() < super::super::EPOST_TIMEOUT);
}
