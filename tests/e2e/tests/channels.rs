//! A program that uses every channel, from its enrolment to what comes back.

#![cfg(test)]

use e2e::practice::{Practice, SOON, created};
use e2e::{stack, unique};
use serde_json::{Value, json};
use stack::seed::{EveryChannel, every_channel};
use stack::{Answer, Bounce, SentEmail, SentText, Stack, TextAnswer, wait};

/// A patient to whom everything was sent.
struct Reached<'a> {
    stack: &'a Stack,
    practice: Practice<'a>,
    made: EveryChannel,
    enrolment: String,
    text: SentText,
    email: SentEmail,
}

impl<'a> Reached<'a> {
    fn make(stack: &'a Stack) -> Self {
        let practice = Practice::make(stack);
        let mark = unique();
        let made = every_channel(&practice.admin, &practice.site, &mark).expect("it is made");
        let wanted = json!({ "patient": made.patient, "program": made.program });
        let enrolment = created(practice.admin.post("/v1/enrolments", &wanted));
        wait::until("everything to be sent", SOON, || {
            practice.sweep();
            Ok((practice.status(&enrolment) == "completed").then_some(()))
        })
        .expect("it is sent");
        let cloud = stack.emulator();
        let mut texts = cloud.sent_texts().expect("the outbox");
        texts.retain(|text| text.message.contains(&made.name));
        let mut emails = cloud.sent_emails().expect("the local cloud's mail");
        emails.retain(|email| email.to.contains(&made.email));
        assert_eq!(emails.len(), 1, "{emails:?}");
        assert_eq!(texts.len(), 1, "{texts:?}");
        let (text, email) = (texts.remove(0), emails.remove(0));
        Self { stack, practice, made, enrolment, text, email }
    }

    fn letters(&self) -> Vec<Value> {
        self.practice
            .list(&format!("/v1/letters?site={}&program={}", self.practice.site, self.made.program))
    }
}

fn did(answer: Result<Answer, stack::Error>) -> Value {
    answer.and_then(|answer| answer.success()).expect("it is done")
}

#[test]
fn a_patient_gets_a_text_an_email_and_a_letter_and_their_gp_a_letter() {
    let stack = stack();
    let reached = Reached::make(&stack);
    assert_eq!(reached.text.phone_number, reached.made.mobile);
    assert_eq!(reached.email.subject, format!("How to measure, {}", reached.made.name));
    assert!(reached.email.body_text.contains("Measuring your blood sugar"), "{:?}", reached.email);
    let letters = reached.letters();
    let mut to: Vec<_> = letters.iter().map(|letter| letter["addressee"].as_str()).collect();
    to.sort_unstable();
    assert_eq!(to, [Some("gp"), Some("patient")], "{letters:?}");
    assert!(letters.iter().all(|letter| letter["state"]["name"] == "waiting"), "{letters:?}");
}

#[test]
fn letters_that_wait_are_printed_as_one_file_posted_and_one_comes_back() {
    let stack = stack();
    let reached = Reached::make(&stack);
    let admin = &reached.practice.admin;
    let key = [("idempotency-key", reached.made.program.as_str())];
    let wanted = json!({ "site": reached.practice.site, "program": reached.made.program });
    let print = || did(admin.request("POST", "/v1/letters/batches", &key, Some(&wanted)));
    let batch = print();
    assert_eq!(batch["letters"].as_array().map(Vec::len), Some(2), "{batch}");
    assert_eq!(print()["id"], batch["id"], "asked twice it is the same batch");

    let id = batch["id"].as_str().expect("an id");
    let link = did(admin.request("POST", &format!("/v1/letters/batches/{id}/link"), &[], None));
    let pdf = stack.download(link["url"].as_str().expect("a link")).expect("the file");
    assert!(pdf.starts_with(b"%PDF-"), "{:?}", pdf.get(..8));
    did(admin.request("POST", &format!("/v1/letters/batches/{id}/posted"), &[], None));
    let letters = reached.letters();
    assert!(letters.iter().all(|letter| letter["state"]["name"] == "posted"), "{letters:?}");

    let ours = letters.iter().find(|letter| letter["addressee"] == "patient").expect("one");
    let letter = ours["id"].as_str().expect("an id");
    let back = json!({ "why": "not known at this address" });
    did(admin.post(&format!("/v1/letters/{letter}/returned"), &back));
    let work = reached.practice.list(&format!("/v1/work-list?patient={}", reached.made.patient));
    assert_eq!(work.len(), 1, "somebody finds out where they live: {work:?}");

    let path = format!("/v1/patients/{}", reached.made.patient);
    let mut patient = reached.practice.read(&path);
    patient["address"]["lines"] = json!(["3 Elm Street"]);
    let version = format!("\"{}\"", patient["version"]);
    did(admin.request("PUT", &path, &[("if-match", version.as_str())], Some(&patient)));
    let why = json!({ "why": "address corrected" });
    let again = did(admin.post(&format!("/v1/letters/{letter}/again"), &why));
    assert_eq!(again["to"][1], "3 Elm Street", "it is made anew: {again}");
    let alone = json!({ "letters": [letter] });
    let alone = did(admin.post("/v1/letters/batches", &alone));
    assert_eq!(alone["letters"][0]["to"][1], "3 Elm Street", "{alone}");
    let link = did(admin.request("POST", &format!("/v1/letters/{letter}/link"), &[], None));
    let pdf = stack.download(link["url"].as_str().expect("a link")).expect("the new paper");
    assert!(pdf.starts_with(b"%PDF-"), "{:?}", pdf.get(..8));
    let withdrawn = did(admin.post(&format!("/v1/letters/{letter}/withdrawn"), &why));
    assert_eq!(withdrawn["state"]["name"], "withdrawn", "{withdrawn}");
}

/// One red pixel.
const DOT: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC";

#[test]
fn a_logo_is_saved_and_a_letter_with_it_is_looked_at() {
    let stack = stack();
    let practice = Practice::make(&stack);
    let admin = &practice.admin;
    let logo = json!({ "file": DOT, "description": "A red dot" });
    // Other tests save the settings at the same time.
    let saved = wait::until("the logo to be saved", SOON, || {
        let version = format!("\"{}\"", practice.read("/v1/settings")["version"]);
        let headers = [("if-match", version.as_str())];
        let answer = admin.request("PUT", "/v1/settings/logo", &headers, Some(&logo))?;
        Ok((answer.status != 412).then_some(answer))
    });
    assert_eq!(saved.expect("it is saved").status, 200);
    let seen = admin.get("/v1/settings/logo").expect("an answer");
    assert!(seen.status == 200 && seen.body.contains("PNG"), "{}", seen.status);
    let preview = json!({ "body": "Dear {{ patient.first_name }}", "site": practice.site });
    let letter = admin.post("/v1/letters/preview", &preview).expect("an answer");
    assert!(letter.status == 200 && letter.body.starts_with("%PDF-"), "{}", letter.body);
}

#[test]
fn the_number_in_an_answer_is_kept_and_one_outside_its_range_is_work() {
    let stack = stack();
    let reached = Reached::make(&stack);
    let answer = |text: &str| {
        let id = format!("in-{}", unique());
        let answers = &reached.text.message_id;
        let (from, to) = (&reached.made.mobile, "+61491570157");
        stack.answer_text(TextAnswer { from, to, text, answers, id: &id }).expect("it is said");
    };
    answer("6.4 this morning");
    answer("14,2!");
    let values =
        || reached.practice.list(&format!("/v1/patients/{}/replies", reached.made.patient));
    let replies = wait::until("both answers", SOON, || {
        let replies = values();
        Ok((replies.len() == 2).then_some(replies))
    });
    let replies = replies.expect("they are kept");
    assert!(replies.iter().any(|reply| reply.to_string().contains("6.4")), "{replies:?}");
    wait::until("the work", SOON, || {
        let work =
            reached.practice.list(&format!("/v1/work-list?patient={}", reached.made.patient));
        Ok((work.len() == 1).then_some(()))
    })
    .expect("one value is out of range");
}

#[test]
fn an_email_that_bounces_later_holds_its_patient() {
    let stack = stack();
    let reached = Reached::make(&stack);
    let program = reached.practice.read(&format!("/v1/programs/{}", reached.made.program));
    let action = program["actions"][1]["id"].as_str().expect("an id").to_owned();
    let bounce = Bounce {
        address: &reached.made.email,
        message_id: &reached.email.message_id,
        enrolment: &reached.enrolment,
        action: &action,
    };
    reached.stack.bounce(bounce).expect("it is said");
    wait::until("the patient to be held", SOON, || {
        Ok((reached.practice.status(&reached.enrolment) == "held").then_some(()))
    })
    .expect("a bounce is a failure, however late");
}
