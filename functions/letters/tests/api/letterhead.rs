//! The logo, and letters to look at.

use app::ports::{Catalogue, People};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::patient::Patient;
use serde_json::{Value, json};
use testkit::build;
use testkit::requests::{ApiAnswer, ApiRequest, call};

use crate::support::{Clinic, clinic};

/// One red pixel.
pub(crate) const DOT: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC";

async fn put(clinic: &Clinic, version: u64, body: &Value) -> ApiAnswer {
    let request = ApiRequest::new("PUT", "/v1/settings/logo").by("[admin]").json(body);
    call(&clinic.router, request.header("if-match", &format!("\"{version}\""))).await
}

async fn preview(clinic: &Clinic, body: &Value) -> ApiAnswer {
    let request = ApiRequest::new("POST", "/v1/letters/preview").by("[viewer]").json(body);
    call(&clinic.router, request).await
}

#[tokio::test]
async fn a_logo_is_put_on_letters_read_back_and_taken_off() {
    let clinic = clinic(0).await;
    let none = clinic.get("/v1/settings/logo").await;
    assert_eq!(none.status, 404);
    let text = json!({ "body": "Dear {{ patient.first_name }}" });
    let plain = preview(&clinic, &text).await;
    assert_eq!(plain.header("content-type"), "application/pdf", "{}", plain.json);
    let logo = json!({ "file": DOT, "description": "A red dot" });
    let saved = put(&clinic, 0, &logo).await;
    assert_eq!(saved.status, 200, "{}", saved.json);
    assert_eq!(saved.json["logo"], json!({ "kind": "png", "description": "A red dot" }));
    let read = clinic.get("/v1/settings/logo").await;
    assert_eq!(read.header("content-type"), "image/png");
    assert_eq!(read.bytes, STANDARD.decode(DOT).unwrap());
    let with_logo = preview(&clinic, &text).await;
    assert_ne!(with_logo.bytes, plain.bytes, "it is on the letter");
    let request = ApiRequest::new("DELETE", "/v1/settings/logo").by("[admin]");
    let removed = call(&clinic.router, request.header("if-match", "\"1\"")).await;
    assert_eq!((removed.status.as_u16(), &removed.json["logo"]), (200, &json!(null)));
    assert_eq!(preview(&clinic, &text).await.bytes, plain.bytes);
}

#[tokio::test]
async fn what_is_no_picture_or_too_large_a_one_is_refused_with_what_to_do() {
    let clinic = clinic(0).await;
    let before = clinic.dynamo.dump().await;
    let broken = STANDARD.encode(&STANDARD.decode(DOT).unwrap()[..40]);
    let mut large = b"\xff\xd8\xff".to_vec();
    large.resize(150_001, 0);
    let large = STANDARD.encode(large);
    // A header that says 30,000 by 30,000 pixels.
    let mut bomb = STANDARD.decode(DOT).unwrap();
    bomb[16..24].copy_from_slice(&[0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]);
    let table = [
        (json!("R0lGODlhAQABAAAAACw="), "PNG or JPEG"),
        (json!("no base64!"), "PNG or JPEG"),
        (json!(broken), "cannot be read"),
        (json!(large), "150000 bytes"),
        (json!(STANDARD.encode(bomb)), "pixels along a side"),
        (json!(""), "PNG or JPEG"),
    ];
    for (file, why) in table {
        let refused = put(&clinic, 0, &json!({ "file": file, "description": "x" })).await;
        assert_eq!(refused.status, 422, "{why}: {}", refused.json);
        assert_eq!(refused.pointers(), ["#/file"], "{why}");
        assert!(refused.json.to_string().contains(why), "{why}: {}", refused.json);
    }
    let stale = put(&clinic, 3, &json!({ "file": DOT, "description": "x" })).await;
    assert_eq!(stale.status, 412);
    assert_eq!(clinic.dynamo.dump().await, before);
    assert_eq!(clinic.dynamo.bucket.paths(""), Vec::<String>::new());
}

#[tokio::test]
async fn a_letter_to_look_at_is_the_file_that_would_be_printed() {
    let clinic = clinic(0).await;
    clinic.dynamo.catalogue().create_template(&build::letter_template()).await.unwrap();
    let template = build::letter_template().id;
    let patient = build::patient().id;
    let table = [
        json!({ "template": template }),
        json!({ "template": template, "patient": patient }),
        json!({ "body": "Dear {{ gp.name }}", "to": "gp" }),
        json!({ "body": "# About\n\nDear", "site": "harbour", "program_type": "recall" }),
    ];
    let mut seen = Vec::new();
    for body in table {
        let shown = preview(&clinic, &body).await;
        assert_eq!(shown.status, 200, "{body}: {}", shown.json);
        assert_eq!(letter::page_count(&shown.bytes), Some(1), "{body}");
        assert!(!seen.contains(&shown.bytes), "{body}");
        seen.push(shown.bytes);
    }
    assert_eq!(clinic.dynamo.bucket.paths(""), Vec::<String>::new(), "nothing is kept");
}

#[tokio::test]
async fn what_cannot_be_looked_at_says_why() {
    let clinic = clinic(0).await;
    let before = build::patient_with_post();
    let after = Patient { revision: before.revision + 1, gp: None, ..before.clone() };
    clinic.dynamo.people().save_patient(&before, &after).await.unwrap();
    let patient = after.id;
    let table = [
        (json!({}), "#"),
        (json!({ "body": "x", "template": build::letter_template().id }), "#/template"),
        (json!({ "template": build::letter_template().id }), "#/template"),
        (json!({ "body": "Dear {{ patient.frist_name }}" }), "#/body"),
        (json!({ "body": "{{ booking.date }}", "program_type": "recall" }), "#/body"),
        (json!({ "body": "x", "site": "nowhere" }), "#/site"),
        (json!({ "body": "x", "patient": patient, "to": "gp" }), "#/patient"),
        (json!({ "body": "x", "patient": "pat_00000000000000000000000099" }), "#/patient"),
    ];
    for (body, pointer) in table {
        let refused = preview(&clinic, &body).await;
        assert_eq!(refused.status, 422, "{body}");
        assert_eq!(refused.pointers(), [pointer], "{body}: {}", refused.json);
    }
}
