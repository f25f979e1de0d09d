//! How a text looks, as one types.

use aws::http::Role;
use axum::body::Body;
use http::{Request, StatusCode, header};
use serde_json::json;

use super::{HOSTILE, email, letter, sms};
use crate::support::{CONSOLE, Office, Person, Screen};

/// What htmx asks for as one types.
async fn part(office: &Office, person: &Person<'_>, path: &str, fields: &[(&str, &str)]) -> Screen {
    let mut body = form_urlencoded::Serializer::new(String::new());
    body.extend_pairs(fields);
    let request = Request::post(path)
        .header(header::COOKIE, &person.cookie)
        .header(header::ORIGIN, CONSOLE)
        .header("x-csrf-token", &person.csrf)
        .header("hx-request", "true")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    office.ask(request.body(Body::from(body.finish())).unwrap()).await
}

#[tokio::test]
async fn a_text_message_says_its_parts_and_what_makes_it_dearer() {
    let office = Office::open().await;
    let person = office.person(Role::Admin).await;
    let look = async |body: &str| {
        part(&office, &person, "/app/templates/preview", &[("channel", "sms"), ("body", body)])
            .await
    };
    let page = look("Hi {{ patient.first_name }}!").await;
    page.shows("Hi Maria!")
        .shows("1 part: as much as one message")
        .shows("160 characters in one part");
    page.has_not("<html");
    look(&"x".repeat(161)).await.shows("2 parts: as much as 2 messages").shows("161 characters");
    let page = look(&format!("{}’", "x".repeat(90))).await;
    page.shows("2 parts").shows("70 characters in one part").shows("because of ’");
    page.shows("plain characters in the place of ’");
    look("{{ patient.nick }}").await.shows("It cannot be filled yet").shows("patient.nick");
    look(" ").await.shows("here you see it as a patient will");
    look(HOSTILE).await.shows(HOSTILE).has_not("<script>alert");
}

#[tokio::test]
async fn without_a_script_the_whole_page_comes_back_with_what_was_typed_and_how_it_looks() {
    let office = Office::open().await;
    let id = sms(&office, "Recall").await;
    let person = office.person(Role::Admin).await;
    let fields = [
        ("channel", "sms"),
        ("id", id.as_str()),
        ("version", "\"1\""),
        ("name", "Not saved"),
        ("body", "Dear {{ patient.first_name }}"),
    ];
    let page = person.post("/app/templates/preview", &fields).await;
    assert_eq!(page.status, StatusCode::OK);
    page.shows("Dear Maria").has(">\nDear {{ patient.first_name }}</textarea>");
    page.has("value=\"Not saved\"").has(&format!("action=\"/app/templates/{id}\""));
    assert_eq!(office.read(&format!("/v1/templates/{id}")).await["name"], "Recall");
}

#[tokio::test]
async fn a_text_is_filled_for_a_patient_who_is_found_by_name() {
    let office = Office::open().await;
    let person = office.person(Role::Admin).await;
    let patient =
        json!({ "first_name": "Aroha", "last_name": "Ng<b>", "date_of_birth": "1980-02-03" });
    let patient = office.api("POST", "/v1/patients", &patient).await;
    let id = patient["id"].as_str().unwrap();
    let typed = [("channel", "sms"), ("body", "Hi {{ patient.first_name }}"), ("find", "aroha ng")];
    let found = part(&office, &person, "/app/templates/readers", &typed).await;
    found
        .shows("Aroha Ng<b>")
        .shows("Born 3 Feb 1980")
        .has(&format!("value=\"{id}\""))
        .has_not("<b>");
    let whole = person.post("/app/templates/readers", &typed).await;
    whole.shows("Aroha Ng<b>").has("value=\"aroha ng\"").shows("Hi Maria");
    let picked = [typed[0], typed[1], ("patient", id)];
    part(&office, &person, "/app/templates/preview", &picked).await.shows("Hi Aroha");
    let whole = person.post("/app/templates/preview", &picked).await;
    whole.shows("Hi Aroha").has(&format!("value=\"{id}\" checked"));
    let nobody = [typed[0], typed[1], ("find", "Nobody")];
    let found = part(&office, &person, "/app/templates/readers", &nobody).await;
    found.shows("No patient’s name begins like this");
}

#[tokio::test]
async fn what_a_type_of_program_cannot_fill_is_said_before_it_is_used() {
    let office = Office::open().await;
    let person = office.person(Role::Admin).await;
    let mut fields = vec![("channel", "sms"), ("body", "On {{ booking.date }}")];
    part(&office, &person, "/app/templates/preview", &fields).await.lacks("cannot be filled");
    fields.push(("program_type", "recall"));
    part(&office, &person, "/app/templates/preview", &fields).await.shows("booking.date");
}

#[tokio::test]
async fn an_email_stands_in_frames_in_which_nothing_is_run_or_loaded() {
    let office = Office::open().await;
    let id = email(&office).await;
    let person = office.person(Role::Admin).await;
    let saved = person.get(&format!("/app/templates/{id}/frame")).await;
    let body = "Dear {{ patient.first_name }} \"> \\<script>alert(1)\\</script>";
    let fields = [("channel", "email"), ("subject", HOSTILE), ("body", body)];
    let typed = person.post("/app/templates/frame", &fields).await;
    for page in [&saved, &typed] {
        assert_eq!(page.status, StatusCode::OK);
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("sandbox; default-src 'none';"), "{policy}");
        assert!(!policy.contains("script-src"), "{policy}");
        page.shows("On a phone").shows("On a desktop").has("srcdoc=").has_not("<script");
    }
    typed.has("Dear Maria");
    let wrong = [("channel", "email"), ("subject", "S"), ("body", "{{ patient.nick }}")];
    person.post("/app/templates/frame", &wrong).await.shows("patient.nick").has_not("<iframe");
}

#[tokio::test]
async fn a_letter_is_shown_as_it_is_printed() {
    let office = Office::open().await;
    let id = letter(&office).await;
    let person = office.person(Role::Admin).await;
    let fields = [("channel", "letter"), ("body", "# Hello\n\nDear {{ patient.first_name }},")];
    for page in [
        person.get(&format!("/app/templates/{id}/letter")).await,
        person.post("/app/templates/letter", &fields).await,
    ] {
        assert_eq!(page.status, StatusCode::OK, "{}", page.text());
        assert_eq!(page.headers["content-type"], "application/pdf");
        assert_eq!(page.headers["cache-control"], "no-store");
        assert!(page.html.starts_with("%PDF"));
    }
    let wrong = [("channel", "letter"), ("body", "{{ patient.nick }} <b>")];
    let page = person.post("/app/templates/letter", &wrong).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows("No letter can be made of it yet").shows("patient.nick").has_not("<b>");
}
