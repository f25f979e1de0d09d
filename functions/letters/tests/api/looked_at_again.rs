//! A last look at letters before they are printed: weeks can lie between.

use app::ports::{Letters, People, WorkList};
use domain::distribution::ListedLetter;
use domain::ids::PatientId;
use domain::patient::{Patient, Standing};
use domain::phi::Phi;
use domain::program::Addressee;
use serde_json::{Value, json};
use testkit::build;
use testkit::faults::{DEATHS, Struck, at_every_call};
use testkit::requests::{ApiAnswer, ApiRequest, call};

use crate::support::{Clinic, clinic};

async fn change(clinic: &Clinic, change: impl FnOnce(&mut Patient)) {
    let people = clinic.dynamo.people();
    let before = people.patient(&build::patient().id).await.unwrap().unwrap();
    let mut after = Patient { revision: before.revision + 1, ..before.clone() };
    change(&mut after);
    people.save_patient(&before, &after).await.unwrap();
}

fn moves_to(street: &str) -> impl FnOnce(&mut Patient) {
    |patient| patient.address = Some(Phi::new(build::address(street)))
}

async fn print_all(clinic: &Clinic) -> ApiAnswer {
    clinic.post("/v1/letters/batches", &json!({ "all": true })).await
}

/// What was done about a letter, in the order of the alphabet.
fn acts(shown: &Value) -> Vec<&str> {
    let history = shown["history"].as_array().unwrap();
    let mut acts: Vec<_> = history.iter().map(|it| it["what"].as_str().unwrap()).collect();
    acts.sort_unstable();
    acts
}

#[tokio::test]
async fn nothing_is_printed_to_who_has_died_or_is_a_patient_no_more() {
    let table = [(Standing::Deceased, "recorded as deceased"), (Standing::Archived, "archived")];
    for (standing, why) in table {
        let clinic = clinic(2).await;
        change(&clinic, |patient| patient.standing = standing.clone()).await;
        let all = print_all(&clinic).await;
        let named = json!({ "letters": [clinic.letters[0].id] });
        let named = clinic.post("/v1/letters/batches", &named).await;
        for refused in [all, named] {
            let detail = refused.json["detail"].as_str().unwrap();
            assert!(refused.status == 409 && detail.contains(why), "{}", refused.json);
        }
        assert_eq!(clinic.states().await, ["waiting"; 2]);
    }
}

#[tokio::test]
async fn who_may_not_be_written_to_is_left_out_and_named_and_the_others_are_printed() {
    let clinic = clinic(3).await;
    let before = &clinic.letters[1];
    let patient = PatientId::new(build::number(77));
    let after = ListedLetter { revision: 2, patient, ..before.clone() };
    clinic.dynamo.letters().save_letter(before, &after, None).await.unwrap();
    let printed = print_all(&clinic).await;
    assert_eq!(printed.status, 201, "{}", printed.json);
    assert_eq!(printed.json["letters"].as_array().unwrap().len(), 2);
    let left_out = &printed.json["left_out"];
    assert_eq!(left_out[0]["letter"], json!(before.id), "{left_out}");
    assert!(left_out[0]["why"].as_str().unwrap().contains("does not exist"), "{left_out}");
    assert_eq!(printed.json["more"], false);
}

#[tokio::test]
async fn a_letter_whose_reader_has_moved_is_printed_with_the_new_address() {
    let clinic = clinic(1).await;
    change(&clinic, moves_to("3 Elm Street")).await;
    let printed = print_all(&clinic).await;
    assert_eq!(printed.status, 201, "{}", printed.json);
    let letter = &printed.json["letters"][0];
    assert_eq!(letter["to"][1], "3 Elm Street", "{letter}");
    let id = &clinic.letters[0].id;
    let stored = clinic.dynamo.letters().letter(id).await.unwrap().unwrap();
    let paper = clinic.dynamo.bucket.file(&stored.pdf()).expect("its new paper");
    let first = clinic.dynamo.bucket.file(&clinic.letters[0].pdf()).expect("its first paper");
    assert_ne!(paper.bytes, first.bytes);
    let batch = printed.json["id"].as_str().unwrap();
    let file = format!("batches/{batch}.pdf");
    let joined = clinic.dynamo.bucket.file(&file).unwrap();
    clinic.dynamo.bucket.expire(&file);
    // Made anew once more since: what is printed again of the batch is what was printed.
    change(&clinic, moves_to("9 Oak Street")).await;
    let again = clinic.post(&format!("/v1/letters/{id}/again"), &json!({ "why": "moved" })).await;
    assert_eq!(again.json["to"][1], "9 Oak Street", "{}", again.json);
    clinic.post(&format!("/v1/letters/batches/{batch}/link"), &json!({})).await;
    assert_eq!(clinic.dynamo.bucket.file(&file), Some(joined));
}

#[tokio::test]
async fn a_letter_that_came_back_is_made_anew_once_its_address_is_corrected() {
    let clinic = clinic(1).await;
    let id = clinic.letters[0].id.clone();
    let path = |what: &str| format!("/v1/letters/{id}/{what}");
    clinic.post(&path("posted"), &json!({})).await;
    clinic.post(&path("returned"), &json!({ "why": "unknown there" })).await;
    change(&clinic, moves_to("3 Elm Street")).await;
    let again = clinic.post(&path("again"), &json!({ "why": "address corrected" })).await;
    assert_eq!(again.status, 200, "{}", again.json);
    assert_eq!(again.json["to"][1], "3 Elm Street");
    assert_eq!(again.json["state"]["name"], "waiting");
    let shown = clinic.get(&format!("/v1/letters/{id}")).await.json;
    assert_eq!(acts(&shown), ["made_anew", "posted", "returned"], "{shown}");
    assert_eq!(print_all(&clinic).await.status, 201);
}

#[tokio::test]
async fn a_letter_to_a_referrer_is_never_sent_to_the_patients_gp_instead() {
    let clinic = clinic(0).await;
    let to = ["Dr Amara Okafor", "9 Ridge Road", "MARRICKVILLE NSW 2204"];
    let letter = ListedLetter {
        addressee: Addressee::Referrer,
        to: Phi::new(to.map(str::to_owned).to_vec()),
        ..testkit::letters::waiting(1, &build::site().id)
    };
    clinic.dynamo.letters().put_on_list(&letter).await.unwrap();
    let path = |what: &str| format!("/v1/letters/{}/{what}", letter.id);
    clinic.post(&path("posted"), &json!({})).await;
    let returned = clinic.post(&path("returned"), &json!({ "why": "unknown there" })).await;
    assert_eq!(returned.status, 200, "{}", returned.json);
    let patient = clinic.dynamo.people().patient(&build::patient().id).await.unwrap().unwrap();
    assert!(patient.returned_mail.is_empty(), "their GP's address is as good as it was");
    let work = clinic.dynamo.work_list().open().await.unwrap();
    assert!(work[0].item.summary.contains("where the referral comes from"), "{work:?}");
    let again = clinic.post(&path("again"), &json!({ "why": "by hand" })).await;
    assert_eq!(again.status, 200, "{}", again.json);
    assert_eq!(again.json["to"], json!(to));
    assert_eq!(again.json["addressee"], "referrer");
}

#[tokio::test]
async fn a_letter_cannot_be_made_anew_without_an_address_or_without_what_it_says() {
    let clinic = clinic(1).await;
    let again = format!("/v1/letters/{}/again", clinic.letters[0].id);
    let why = json!({ "why": "moved" });
    change(&clinic, |patient| patient.address = None).await;
    let refused = clinic.post(&again, &why).await;
    assert_eq!(refused.status, 409, "{}", refused.json);
    assert!(refused.json.to_string().contains("enter one first"), "{}", refused.json);
    change(&clinic, moves_to("3 Elm Street")).await;
    clinic.dynamo.bucket.expire(&clinic.letters[0].source());
    let refused = clinic.post(&again, &why).await;
    assert_eq!(refused.status, 409, "{}", refused.json);
    assert_eq!(clinic.states().await, ["waiting"]);
}

#[tokio::test]
async fn a_letter_is_withdrawn_with_a_reason_and_comes_back_only_when_somebody_says_so() {
    let clinic = clinic(2).await;
    let id = clinic.letters[0].id.clone();
    let path = |what: &str| format!("/v1/letters/{id}/{what}");
    let withdrawn = clinic.post(&path("withdrawn"), &json!({ "why": "booked by phone" })).await;
    assert_eq!(withdrawn.status, 200, "{}", withdrawn.json);
    assert_eq!(withdrawn.json["state"]["why"], "booked by phone");
    let printed = print_all(&clinic).await.json;
    assert_eq!(printed["letters"].as_array().unwrap().len(), 1, "{printed}");
    for (what, body) in [("posted", json!({})), ("returned", json!({ "why": "?" }))] {
        assert_eq!(clinic.post(&path(what), &body).await.status, 409, "{what}");
    }
    let again = clinic.post(&path("again"), &json!({ "why": "not booked after all" })).await;
    assert_eq!(again.json["state"]["name"], "waiting", "{}", again.json);
    let other = &clinic.letters[1].id;
    clinic.post(&format!("/v1/letters/{other}/posted"), &json!({})).await;
    let out = clinic.post(&format!("/v1/letters/{other}/withdrawn"), &json!({ "why": "?" })).await;
    assert_eq!(out.status, 409, "it is in the post: {}", out.json);
}

#[tokio::test]
async fn a_letter_knows_who_printed_and_posted_it_with_others_and_who_opened_the_batch() {
    let clinic = clinic(1).await;
    let id = clinic.letters[0].id.clone();
    let batch = print_all(&clinic).await.json["id"].as_str().unwrap().to_owned();
    clinic.post(&format!("/v1/letters/batches/{batch}/link"), &json!({})).await;
    clinic.post(&format!("/v1/letters/batches/{batch}/posted"), &json!({})).await;
    clinic.post(&format!("/v1/letters/{id}/returned"), &json!({ "why": "moved away" })).await;
    let shown = clinic.get(&format!("/v1/letters/{id}")).await.json;
    assert_eq!(acts(&shown), ["opened", "posted", "printed", "returned"], "{shown}");
    let history = shown["history"].as_array().unwrap();
    assert!(history.iter().all(|it| it["by"] == "person-1"), "{shown}");
    let why: Vec<_> = history.iter().filter_map(|it| it["why"].as_str()).collect();
    assert_eq!(why, ["moved away"]);
    assert_eq!(shown["batches"], json!([batch]));
}

#[tokio::test]
async fn a_letter_that_cannot_be_read_or_has_lost_its_file_holds_up_no_other() {
    let clinic = clinic(3).await;
    clinic.dynamo.spoil("letters", clinic.letters[0].id.as_str(), "LETTER").await;
    clinic.dynamo.bucket.expire(&clinic.letters[1].pdf());
    assert_eq!(clinic.states().await.len(), 2, "the list goes on");
    let printed = print_all(&clinic).await;
    assert_eq!(printed.status, 201, "{}", printed.json);
    assert_eq!(printed.json["letters"][0]["id"], json!(clinic.letters[2].id));
    assert_eq!(printed.json["left_out"][0]["letter"], json!(clinic.letters[1].id));
    let work = clinic.dynamo.work_list().open().await.unwrap();
    assert_eq!(work.len(), 1, "a person is told of what cannot be read: {work:?}");
}

#[test]
fn a_function_that_dies_while_it_makes_a_letter_anew_leaves_one_letter_with_the_file_it_names() {
    async fn ask(router: &axum::Router, clinic: &Clinic) -> ApiAnswer {
        let path = format!("/v1/letters/{}/again", clinic.letters[0].id);
        let request = ApiRequest::new("POST", &path).by("[front-desk]");
        call(router, request.json(&json!({ "why": "moved" }))).await
    }
    let start = async || {
        let clinic = clinic(1).await;
        change(&clinic, moves_to("3 Elm Street")).await;
        clinic
    };
    let again = async |clinic: &Clinic| ask(&clinic.router, clinic).await;
    at_every_call(DEATHS, 7, start, again, async |clinic, Struck { at, .. }| {
        // Whatever it has come to, the letter on the list has its file, and says where it goes.
        let id = &clinic.letters[0].id;
        let left = clinic.dynamo.letters().letter(id).await.unwrap().unwrap();
        assert!(clinic.dynamo.bucket.file(&left.pdf()).is_some(), "{at}");
        assert_eq!(left.to.reveal()[1] == "3 Elm Street", left.paper.is_some(), "{at}");
        let repeated = ask(&clinic.others().await, &clinic).await;
        assert_eq!(repeated.status, 200, "{at}: {}", repeated.json);
        assert_eq!(repeated.json["to"][1], "3 Elm Street", "{at}");
        let shown = clinic.get(&format!("/v1/letters/{id}")).await.json;
        assert_eq!(acts(&shown), ["made_anew"], "once: {at}");
    });
}
