//! The practice: its name, its logo, and where its letters lie.

use aws::http::Role;
use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{Request, StatusCode, header};
use serde_json::json;

use super::{HOSTILE, version};
use crate::support::{CONSOLE, Office, Person, Screen};

/// A picture of one dot.
const DOT: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC";

#[tokio::test]
async fn every_setting_is_found_from_one_page() {
    let office = Office::open().await;
    let page = office.person(Role::Viewer).await.get("/app/settings").await;
    for address in ["practice", "sites", "holidays", "booking-types", "sending"] {
        page.has(&format!("href=\"/app/settings/{address}\""));
    }
    page.shows("Sending On").lacks("On hold");
}

#[tokio::test]
async fn the_practice_is_read_by_everybody_and_changed_by_admins() {
    let office = Office::open().await;
    let page = office.person(Role::Clinician).await.get("/app/settings/practice").await;
    page.shows("Harbour Health").has_not("name=\"practice_name\"").has_not("type=\"file\"");
    let person = office.person(Role::Admin).await;
    let page = person.get("/app/settings/practice").await;
    let fields = [
        ("practice_name", HOSTILE),
        ("letter_files", "{patient.id}/{date} {letter}"),
        ("version", &version(&page)),
    ];
    let page = person.sent("/app/settings/practice", &fields).await;
    page.shows("Saved.").has_not("<script>alert");
    assert_eq!(office.read("/v1/settings").await["practice_name"], HOSTILE);
    let page = office.person(Role::Viewer).await.get("/app/settings/practice").await;
    page.shows(HOSTILE).has_not("<script>alert");
    let sent = office.person(Role::Viewer).await.post("/app/settings/practice", &fields).await;
    assert_eq!(sent.status, StatusCode::FORBIDDEN);
    sent.has("role=\"alert\"").has_not("name=\"practice_name\"");
}

#[tokio::test]
async fn what_is_refused_is_kept_and_what_others_saved_is_shown_beside_it() {
    let office = Office::open().await;
    let person = office.person(Role::Admin).await;
    let before = version(&person.get("/app/settings/practice").await);
    let wrong = [("practice_name", "New"), ("letter_files", "{nobody}"), ("version", &before)];
    let page = person.post("/app/settings/practice", &wrong).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.has("value=\"New\"").has("value=\"{nobody}\"").has("id=\"f-letter_files-error\"");
    office.api("PUT", "/v1/settings", &json!({ "practice_name": "Theirs" })).await;
    let mine = [("practice_name", "Mine"), ("letter_files", "{date}"), ("version", &before)];
    let page = person.post("/app/settings/practice", &mine).await;
    assert_eq!(page.status, StatusCode::PRECONDITION_FAILED);
    page.shows("Somebody else saved it").shows("Theirs").has("value=\"Mine\"");
    let mine =
        [("practice_name", "Mine"), ("letter_files", "{date}"), ("version", &version(&page))];
    person.sent("/app/settings/practice", &mine).await.shows("Saved.");
}

#[tokio::test]
async fn a_price_of_text_messages_is_kept_and_what_is_none_is_told_beside_the_field() {
    let office = Office::open().await;
    let person = office.person(Role::Admin).await;
    let page = person.get("/app/settings/practice").await;
    let fields = |price: &'static str, version: String| {
        [
            ("practice_name", "Harbour".to_owned()),
            ("letter_files", "{date}".to_owned()),
            ("sms_price", price.to_owned()),
            ("version", version),
        ]
    };
    let typed = fields("<b>7 cents", version(&page));
    let page = person
        .post("/app/settings/practice", &typed.each_ref().map(|(k, v)| (*k, v.as_str())))
        .await;
    page.has("value=\"&lt;b&gt;7 cents\"")
        .has("id=\"f-sms_price-error\"")
        .shows("must be a currency");
    let typed = fields("aud 0.0740", version(&page));
    person
        .sent("/app/settings/practice", &typed.each_ref().map(|(k, v)| (*k, v.as_str())))
        .await
        .shows("Saved.");
    office
        .person(Role::Viewer)
        .await
        .get("/app/settings/practice")
        .await
        .shows("Price of a part of a text message AUD 0.074");
    let preview = [("channel", "sms"), ("body", &"x".repeat(161))];
    let body = person.post("/app/templates/preview", &preview).await;
    body.shows("AUD 0.148 a patient: 2 parts");
}

async fn upload(
    office: &Office,
    person: &Person<'_>,
    version: &str,
    file: &[u8],
    said: &str,
) -> Screen {
    let mut body = Vec::new();
    for (name, value) in
        [("csrf", person.csrf.as_str()), ("version", version), ("description", said)]
    {
        let part =
            format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    let head = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"logo.png\"\r\n\
                Content-Type: image/png\r\n\r\n";
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(file);
    body.extend_from_slice(b"\r\n--x--\r\n");
    let request = Request::post("/app/settings/logo")
        .header(header::COOKIE, &person.cookie)
        .header(header::ORIGIN, CONSOLE)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x");
    office.ask(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn a_logo_is_uploaded_shown_and_removed() {
    let office = Office::open().await;
    let person = office.person(Role::Admin).await;
    let dot = STANDARD.decode(DOT).unwrap();
    let page = person.get("/app/settings/practice").await;
    page.shows("Letters have no logo").shows("Upload the logo");
    let taken = upload(&office, &person, &version(&page), &dot, HOSTILE).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text());
    let page = person.get("/app/settings/practice").await;
    page.has("<img class=\"logo\" src=\"/app/settings/logo\"").shows("Remove the logo…");
    page.has_not("<script>alert");
    let image = office.person(Role::Viewer).await.get("/app/settings/logo").await;
    assert_eq!(image.headers["content-type"], "image/png");
    assert_eq!(image.size, dot.len());
    let fields = [("version", version(&page))];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    let page = person.sent("/app/settings/logo/remove", &fields).await;
    page.shows("Saved.").shows("Letters have no logo");
}

#[tokio::test]
async fn a_logo_of_settings_that_somebody_else_saved_says_what_to_do() {
    let office = Office::open().await;
    let person = office.person(Role::Admin).await;
    let dot = STANDARD.decode(DOT).unwrap();
    let before = version(&person.get("/app/settings/practice").await);
    office.api("PUT", "/v1/settings", &json!({ "practice_name": "Theirs" })).await;
    let page = upload(&office, &person, &before, &dot, "Mine").await;
    assert_eq!(page.status, StatusCode::PRECONDITION_FAILED);
    page.shows("Somebody else saved").shows("pick the picture again").has("value=\"Mine\"");
    let taken = upload(&office, &person, &version(&page), &dot, "Mine").await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text());
    let page = person.post("/app/settings/logo/remove", &[("version", &before)]).await;
    assert_eq!(page.status, StatusCode::PRECONDITION_FAILED);
    page.shows("Somebody else saved").shows("then remove it").has("value=\"Mine\"");
    let removed = [("version", version(&page))];
    let removed = removed.each_ref().map(|(name, value)| (*name, value.as_str()));
    person.sent("/app/settings/logo/remove", &removed).await.shows("Letters have no logo");
}

#[tokio::test]
async fn what_is_no_picture_is_not_taken_for_a_logo() {
    let office = Office::open().await;
    let person = office.person(Role::Admin).await;
    let before = version(&person.get("/app/settings/practice").await);
    let page = upload(&office, &person, &before, b"GIF89a", "Harbour <b>").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.has("id=\"f-file-error\"").has("value=\"Harbour &lt;b&gt;\"");
    let page = upload(&office, &person, &before, b"", "Harbour").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows("Pick a PNG or JPEG file").has("value=\"Harbour\"");
}
