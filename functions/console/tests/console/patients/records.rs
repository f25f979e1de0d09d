//! Creating and changing records.

use aws::http::Role;
use http::StatusCode;
use serde_json::json;

use super::{HOSTILE, create, maria};
use crate::support::Office;

const NEW: [(&str, &str); 17] = [
    ("first_name", "Maria"),
    ("last_name", "Rossi"),
    ("born", "1980-02-03"),
    ("mobile", "0491 570 006"),
    ("email", "maria@example.com"),
    ("site", "harbour"),
    ("language", "it"),
    ("address_lines", "Flat 2\r\n1 Wharf Road"),
    ("address_locality", "Sydney"),
    ("address_region", "NSW"),
    ("address_postcode", "2000"),
    ("gp_name", "Dr Ada Yang"),
    ("gp_practice", "Wharf Road Medical"),
    ("source", "diary"),
    ("key", "P-1001"),
    ("source", ""),
    ("key", ""),
];

/// The same with another value of the first field of that name.
fn with<'a>(
    fields: &[(&'a str, &'a str)],
    name: &'a str,
    value: &'a str,
) -> Vec<(&'a str, &'a str)> {
    let mut fields = fields.to_vec();
    fields.iter_mut().find(|(its, _)| *its == name).unwrap().1 = value;
    fields
}

#[tokio::test]
async fn a_new_patient_is_created_with_all_that_was_typed() {
    let office = Office::open().await;
    let desk = office.person(Role::FrontDesk).await;
    desk.get("/app/patients/new").await.shows("First name").shows("Harbour Clinic");
    let card = desk.sent("/app/patients/new", &NEW).await;
    card.shows("Created.").shows("Maria Rossi").shows("3 Feb 1980").shows("0491 570 006");
    card.shows("Italian").shows("1 Wharf Road").shows("Sydney NSW 2000").shows("Dr Ada Yang");
    card.shows("diary: P-1001").shows("Harbour Clinic");
}

#[tokio::test]
async fn what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost() {
    let office = Office::open().await;
    let desk = office.person(Role::FrontDesk).await;
    let wrong = with(&with(&NEW, "mobile", "(02) 5550 1234"), "last_name", HOSTILE);
    let page = desk.post("/app/patients/new", &wrong).await;
    assert!(page.status.is_client_error(), "{}", page.status);
    page.shows("Mobile is not a mobile number")
        .has("value=\"(02) 5550 1234\"")
        .has("value=\"maria@example.com\"");
    page.has("Flat 2\n1 Wharf Road</textarea>").has("value=\"P-1001\"").has_not("<script>alert");
    let wrong = with(&with(&NEW, "address_postcode", ""), "key", "");
    let page = desk.post("/app/patients/new", &wrong).await;
    page.shows("Postcode ").shows("This number ").has("name=\"source\" value=\"diary\"");
}

#[tokio::test]
async fn somebody_who_may_be_there_already_is_shown_at_once() {
    let office = Office::open().await;
    maria(&office).await;
    let desk = office.person(Role::FrontDesk).await;
    let fields = with(&with(&NEW, "key", "P-2"), "email", "other@example.com");
    let page = desk.post("/app/patients/new", &fields).await;
    assert_eq!(page.status, StatusCode::OK);
    page.shows("may be on the books already").shows("Rossi, Maria").shows("ask an admin to merge");
    page.has_not("/merge\"");
    let admin = office.person(Role::Admin).await;
    let page = admin.post("/app/patients/new", &with(&NEW, "key", "P-3")).await;
    page.shows("Merge the new record into another");
}

#[tokio::test]
async fn a_form_that_is_sent_twice_creates_one_patient() {
    let office = Office::open().await;
    let desk = office.person(Role::FrontDesk).await;
    let mut fields = NEW.to_vec();
    // The form's own key comes first: that of the test's support is the same.
    fields.insert(0, ("once", "the-same-key"));
    for _ in 0..2 {
        let request = http::Request::post("/app/patients/new")
            .header("cookie", &desk.cookie)
            .header("origin", crate::support::CONSOLE)
            .header("content-type", "application/x-www-form-urlencoded");
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.append_pair("csrf", &desk.csrf).extend_pairs(&fields);
        let page = office.ask(request.body(body.finish().into()).unwrap()).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text());
    }
    let found = json!({ "name": { "last_name": "rossi" } });
    let found = office.api("POST", "/v1/patients/search", &found).await;
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_record_is_changed_and_keeps_what_the_form_does_not_show() {
    let office = Office::open().await;
    let maria = maria(&office).await;
    let out = json!({ "channels": ["letter"], "how": "asked at the desk" });
    office.api("POST", &format!("/v1/patients/{maria}/opt-out"), &out).await;
    let desk = office.person(Role::FrontDesk).await;
    let edit = format!("/app/patients/{maria}/edit");
    let page = desk.get(&edit).await;
    page.has("value=\"Rossi\"").has("value=\"1980-02-03\"").has("value=\"P-1001\"");
    let version = page.hidden("version");
    let mut fields = with(&NEW, "mobile", "0491 570 156");
    fields.push(("version", &version));
    desk.sent(&edit, &fields).await.shows("Saved.").shows("0491 570 156");
    let saved = office.read(&format!("/v1/patients/{maria}")).await;
    assert_eq!(saved["opted_out"], json!(["letter"]));
    assert_eq!(saved["standing"], "current");
    assert_eq!(saved["gp"]["name"], "Dr Ada Yang");
}

#[tokio::test]
async fn whoever_saves_second_is_shown_what_the_first_saved_and_decides() {
    let office = Office::open().await;
    let maria = maria(&office).await;
    let (one, two) = (office.person(Role::FrontDesk).await, office.person(Role::Admin).await);
    let edit = format!("/app/patients/{maria}/edit");
    let version = one.get(&edit).await.hidden("version");
    let mut fields = NEW.to_vec();
    fields.push(("version", &version));
    two.sent(&edit, &with(&fields, "mobile", "0491 570 156")).await.shows("Saved.");
    let page = one.post(&edit, &with(&fields, "mobile", "0491 570 157")).await;
    assert_eq!(page.status, StatusCode::PRECONDITION_FAILED);
    page.shows("Somebody else saved it").shows("0491 570 156").shows("0491 570 157");
    page.has("value=\"0491 570 157\"");
    let newer = page.hidden("version");
    assert_ne!(newer, version);
    fields.retain(|(name, _)| *name != "version");
    fields.push(("version", &newer));
    one.sent(&edit, &with(&fields, "mobile", "0491 570 157")).await.shows("0491 570 157");
}

#[tokio::test]
async fn whatever_is_in_a_record_stays_text() {
    let office = Office::open().await;
    let hostile = json!({
        "first_name": HOSTILE, "last_name": HOSTILE,
        "address": {
            "lines": [HOSTILE], "locality": HOSTILE, "region": HOSTILE, "country": "NZ",
        },
        "gp": { "name": HOSTILE, "practice": HOSTILE },
        "identifiers": [{ "source": "diary", "id": HOSTILE }],
    });
    let patient = create(&office, &hostile).await;
    let how = json!({ "choice": "given", "how": HOSTILE });
    let consent = format!("/v1/patients/{patient}/consents/sms/care");
    office.api("PUT", &consent, &how).await;
    let desk = office.person(Role::Admin).await;
    for page in ["", "/edit", "/enrol", "/merge", "/replies"] {
        let page = desk.get(&format!("/app/patients/{patient}{page}")).await;
        assert_eq!(page.status, StatusCode::OK);
        page.shows("alert(1)").has_not("<script>alert");
    }
}

#[tokio::test]
async fn a_number_that_another_system_added_meanwhile_is_not_saved_away() {
    let office = Office::open().await;
    let maria = maria(&office).await;
    let desk = office.person(Role::FrontDesk).await;
    let (edit, address) = (format!("/app/patients/{maria}/edit"), format!("/v1/patients/{maria}"));
    let page = desk.get(&edit).await;
    let version = page.hidden("version");
    page.has("name=\"had_key\" value=\"P-1001\"");
    let mut fields = NEW.to_vec();
    fields.extend([("had_source", "diary"), ("had_key", "P-1001")]);
    // Meanwhile: what was there, and one more.
    let mut theirs = with(&NEW, "mobile", "0491 570 156");
    theirs.extend([("source", "booking"), ("key", "B-7"), ("version", &version)]);
    desk.sent(&edit, &theirs).await.shows("booking: B-7");

    // This person took the first number away: that is kept, too.
    let mut mine = with(&with(&fields, "source", ""), "key", "");
    mine.push(("version", &version));
    let page = desk.post(&edit, &mine).await;
    assert_eq!(page.status, StatusCode::PRECONDITION_FAILED);
    page.shows("Numbers of other systems booking: B-7; diary: P-1001");
    page.shows("put into the form below: booking: B-7.");
    page.has("name=\"key\" value=\"B-7\"").has_not("name=\"key\" value=\"P-1001\"");
    page.has("name=\"had_key\" value=\"B-7\"").has("name=\"had_key\" value=\"P-1001\"");
    let newer = page.hidden("version");
    let mut mine = with(&with(&fields, "source", "booking"), "key", "B-7");
    mine.push(("version", &newer));
    desk.sent(&edit, &mine).await.shows("Saved.").shows("booking: B-7");
    let keys = office.read(&address).await["identifiers"].clone();
    assert_eq!(keys, json!([{ "source": "booking", "id": "B-7" }]));
}

#[tokio::test]
async fn whoever_may_not_change_records_is_told_before_they_type() {
    let office = Office::open().await;
    let maria = maria(&office).await;
    let viewer = office.person(Role::Viewer).await;
    let pages = [
        ("/app/patients/new".to_owned(), "New patients are written down by the front desk"),
        (format!("/app/patients/{maria}/edit"), "Records are changed by the front desk"),
        (format!("/app/patients/{maria}/enrol"), "Patients are put on programs by the front desk"),
    ];
    for (page, why) in pages {
        for page in [viewer.get(&page).await, viewer.post(&page, &NEW).await] {
            assert_eq!(page.status, StatusCode::FORBIDDEN);
            page.shows(why).has_not("name=\"first_name\"").has_not("data-guard");
        }
    }
}

#[tokio::test]
async fn what_is_said_of_a_language_is_so() {
    let office = Office::open().await;
    let desk = office.person(Role::FrontDesk).await;
    let page = desk.get("/app/patients/new").await;
    page.shows("messages go out as their template is written").lacks("messages go in it");
}

#[tokio::test]
async fn what_nobody_touched_in_a_record_is_as_somebody_else_saved_it() {
    let office = Office::open().await;
    let maria = maria(&office).await;
    let desk = office.person(Role::FrontDesk).await;
    let (edit, address) = (format!("/app/patients/{maria}/edit"), format!("/v1/patients/{maria}"));
    let page = desk.get(&edit).await;
    let (version, loaded) = (page.hidden("version"), page.hidden("loaded").replace("&amp;", "&"));
    let mut theirs = office.read(&address).await;
    theirs["email"] = json!("maria@patients.example");
    theirs["mobile"] = json!("0491 570 156");
    office.api("PUT", &address, &theirs).await;
    // As the page has it, but for the mobile.
    let mine = [
        ("first_name", "Maria"),
        ("last_name", "Rossi"),
        ("born", "1980-02-03"),
        ("site", "harbour"),
        ("email", ""),
        ("mobile", "0491 570 157"),
        ("had_source", "diary"),
        ("had_key", "P-1001"),
        ("source", "diary"),
        ("key", "P-1001"),
        ("version", &version),
        ("loaded", &loaded),
    ];
    let page = desk.post(&edit, &mine).await;
    assert_eq!(page.status, StatusCode::PRECONDITION_FAILED);
    page.has("value=\"maria@patients.example\"").has("value=\"0491 570 157\"");
    page.shows("Mobile 0491 570 156 0491 570 157").lacks("Email maria@patients.example");
}
