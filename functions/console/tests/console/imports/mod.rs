//! Lists that put many patients on programs.

use aws::http::Role;
use axum::body::Body;
use http::{Request, StatusCode, header};

use crate::patients::{HOSTILE, maria, recall};
use crate::support::{CONSOLE, Office, Person, Screen};

const HERE: &str = "/app/patients/import";

const LIST: &str = "program,source,identifier,reference_date\n\
                    Six-monthly call,diary,P-1001,2027-03-31\n\
                    Six-monthly call,diary,P-9,2027-03-31\n\
                    No such program,diary,P-1001,31/03/2027\n";

async fn upload(office: &Office, person: &Person<'_>, file: &[u8]) -> Screen {
    let mut body = Vec::new();
    for (name, value) in [("csrf", person.csrf.as_str()), ("text", "")] {
        let part =
            format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    body.extend_from_slice(
        b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"list.csv\"\r\n\
          Content-Type: text/csv\r\n\r\n",
    );
    body.extend_from_slice(file);
    body.extend_from_slice(b"\r\n--x--\r\n");
    let request = Request::post(HERE)
        .header(header::COOKIE, &person.cookie)
        .header(header::ORIGIN, CONSOLE)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x");
    office.ask(request.body(Body::from(body)).unwrap()).await
}

async fn on(office: &Office, maria: &str) -> usize {
    let page = office.read(&format!("/v1/patients/{maria}/enrolments")).await;
    page["items"].as_array().unwrap().len()
}

#[tokio::test]
async fn a_file_is_checked_row_by_row_and_then_done_as_it_was_checked() {
    let office = Office::open().await;
    let (maria, _) = (maria(&office).await, recall(&office).await);
    let desk = office.person(Role::FrontDesk).await;
    desk.get(HERE).await.shows("Check the list").shows("reference_date").shows("Save an example");
    let page = upload(&office, &desk, LIST.as_bytes()).await;
    assert_eq!(page.status, StatusCode::OK);
    page.shows("The list is checked").shows("Nobody is enrolled yet").shows("Enrol this row");
    page.shows("2 rows wrong and left out").shows("reference date must");
    page.shows("Six-monthly call,diary,P-9,2027-03-31 Left out identifier ");
    assert_eq!(on(&office, &maria).await, 0);
    let text = page.hidden("text");
    assert_eq!(text, LIST);
    let page = desk.post(HERE, &[("text", &text), ("do", "enrol")]).await;
    page.shows("The list is done").shows("1 row enrolled").shows("Enrolled See it , of row 2");
    assert_eq!(on(&office, &maria).await, 1);
    let page = desk.post(HERE, &[("text", &text), ("do", "enrol")]).await;
    page.shows("Enrolled before");
    assert_eq!(on(&office, &maria).await, 1);
}

#[tokio::test]
async fn what_cannot_be_read_at_all_keeps_what_was_pasted() {
    let office = Office::open().await;
    let desk = office.person(Role::FrontDesk).await;
    let page = desk.post(HERE, &[("text", " ")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows("Pick a file, or paste the list");
    let page = upload(&office, &desk, b"program,patient\nJos\xe9,x\n").await;
    page.shows("not in UTF-8");
    let page = desk.post(HERE, &[("text", "colour\nred\n")]).await;
    assert!(page.status.is_client_error(), "{}", page.status);
    page.has("class=\"alert\"").has("colour\nred\n</textarea>");
    let hostile = format!("program,patient\n\"{}\",x\n", HOSTILE.replace('"', "\"\""));
    let page = desk.post(HERE, &[("text", &hostile)]).await;
    page.shows("alert(1)").has_not("<script>alert").shows("Mend what is wrong below");
}

#[tokio::test]
async fn a_viewer_is_told_who_imports_and_cannot() {
    let office = Office::open().await;
    let viewer = office.person(Role::Viewer).await;
    viewer.get(HERE).await.shows("imported by the front desk").has_not("type=\"file\"");
    let page = viewer.post(HERE, &[("text", LIST), ("do", "enrol")]).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_example_is_a_list_that_the_page_takes() {
    let office = Office::open().await;
    let (_, _) = (maria(&office).await, recall(&office).await);
    let desk = office.person(Role::FrontDesk).await;
    let example = desk.get("/app/patients/import/example.csv").await;
    assert_eq!(example.headers["content-type"], "text/csv; charset=utf-8");
    let page = desk.post(HERE, &[("text", &example.html)]).await;
    page.shows("1 row to be enrolled").shows("1 row wrong and left out");
}
