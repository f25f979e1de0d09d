//! What staff and the ePost provider ask of `letters`.

#![cfg(test)]

use std::path::Path;

use app::ports::{Clock, Letters};
use aws::clock::SystemClock;
use crashes::{
    Function, Heard, Operation, Practice, Stage, block_on, create, post, put, remove, strike,
};
use domain::distribution::{EpostStage, LetterState, ListedLetter};
use domain::ids::BatchId;
use domain::program::PrintOption;
use serde_json::{Value, json};
use testkit::build::number;
use testkit::deliveries::{CURRENT, Sample};
use testkit::requests::ApiRequest;

/// A picture of one red dot.
const DOT: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC";

fn ask(name: &'static str, request: ApiRequest) -> Operation {
    Operation::http(name, Function::Letters, request)
}

fn stage(name: &str) -> Stage {
    block_on(Stage::set(&Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)))
}

/// Prints everything that waits. The batch has the first of the new ids.
fn print() -> ApiRequest {
    post("/v1/letters/batches", &json!({ "all": true }))
}

fn batches() -> Vec<Operation> {
    let batch = BatchId::new(number(1_000_001));
    let of = |what: &str| post(&format!("/v1/letters/batches/{batch}/{what}"), &Value::Null);
    vec![
        ask("letters are printed", create("/v1/letters/batches", &json!({ "all": true }))),
        ask("a batch is posted", of("posted")).once(Function::Letters, print()),
        ask("a link to a batch is asked for", of("link")).once(Function::Letters, print()),
    ]
}

fn handling(stage: &Stage) -> Vec<Operation> {
    let path = |what: &str| format!("/v1/letters/{}/{what}", stage.letters[0].id);
    let why = json!({ "why": "unknown at this address" });
    let posted = || post(&path("posted"), &Value::Null);
    vec![
        ask("a letter is posted", posted()),
        ask("a letter is withdrawn", post(&path("withdrawn"), &why)),
        ask("a letter comes back", post(&path("returned"), &why)).once(Function::Letters, posted()),
        ask("a letter is to be printed again", post(&path("again"), &why))
            .once(Function::Letters, print()),
        ask("a letter that came back is to be sent again", post(&path("again"), &why))
            .once(Function::Letters, posted())
            .once(Function::Letters, post(&path("returned"), &why)),
        ask("a link to a letter is asked for", post(&path("link"), &Value::Null)),
    ]
}

/// The ePost provider has a letter.
async fn hand_over(practice: &Practice, before: &ListedLetter) {
    let others = practice.clinic.others();
    let state = LetterState::AtEpost {
        provider_id: Some("e-1".to_owned()),
        stage: EpostStage::HandedOver,
        at: others.clock.now(),
    };
    let (revision, print) = (before.revision + 1, PrintOption::EPost);
    let after = ListedLetter { revision, print, state, ..before.clone() };
    others.dynamo.letters().save_letter(before, &after, None).await.unwrap();
}

/// The provider says what has become of a letter.
fn reports(name: &'static str, status: &str, letter: &ListedLetter) -> Operation {
    let body = json!({ "letter": letter.id, "status": status, "at": "2026-11-22T12:00:00Z" });
    let (body, letter) = (body.to_string(), letter.clone());
    Operation::new(name, move |practice| {
        let sample = Sample::of("application/json", body.clone());
        let now = SystemClock.now().timestamp();
        let request = sample.signed("/webhooks/epost", CURRENT, "evt-new", now);
        Box::pin(async move { Heard::of(&practice.ask(Function::Letters, request).await) })
    })
    .prepared(move |practice| {
        let letter = letter.clone();
        Box::pin(async move { hand_over(practice, &letter).await })
    })
}

fn epost(stage: &Stage) -> Vec<Operation> {
    let letter = &stage.letters[0];
    vec![
        reports("the ePost provider has accepted a letter", "accepted", letter),
        reports("the ePost provider has posted a letter", "posted", letter),
        reports("the ePost provider will not post a letter", "failed", letter),
    ]
}

fn letterhead() -> Vec<Operation> {
    let path = "/v1/settings/logo";
    let logo = || put(path, 0, &json!({ "file": DOT, "description": "A red dot" }));
    vec![
        ask("a logo is saved", logo()),
        ask("a logo is taken away", remove(path, 1)).once(Function::Letters, logo()),
    ]
}

#[test]
fn letters_are_printed_once_wherever_it_dies() {
    strike(&stage("batches"), &batches());
}

#[test]
fn what_becomes_of_a_letter_is_whole_wherever_it_dies() {
    let stage = stage("handling");
    strike(&stage, &handling(&stage));
}

#[test]
fn what_the_epost_provider_says_is_whole_wherever_it_dies() {
    let stage = stage("epost");
    strike(&stage, &epost(&stage));
}

#[test]
fn a_letterhead_is_whole_wherever_it_dies() {
    strike(&stage("letterhead"), &letterhead());
}
