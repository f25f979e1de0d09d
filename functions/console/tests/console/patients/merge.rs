//! Making one of two records.

use aws::http::Role;
use serde_json::json;

use super::{create, enrolled};
use crate::support::Office;

#[tokio::test]
async fn an_admin_finds_the_other_record_reads_what_it_means_and_merges() {
    let office = Office::open().await;
    let (maria, _) = enrolled(&office).await;
    let other =
        json!({ "first_name": "Mary", "last_name": "Rossi", "date_of_birth": "1980-02-03" });
    let other = create(&office, &other).await;
    let admin = office.person(Role::Admin).await;
    let merge = format!("/app/patients/{maria}/merge");
    admin.get(&merge).await.has("value=\"Rossi\"").shows("with 1 program");
    let page = admin.post(&merge, &[("last_name", "rossi")]).await;
    page.shows("Merge into Mary Rossi").shows("its 1 program goes along").shows("1 numbers");
    page.shows("This cannot be taken back").lacks("Merge into Maria Rossi…");
    let page = admin.sent(&format!("{merge}/into"), &[("into", &other)]).await;
    page.shows("merged").shows("Mary Rossi").shows("Six-monthly call").shows("diary: P-1001");
    let page = admin.get(&format!("/app/patients/{maria}")).await;
    page.shows("was merged into another").has(&format!("href=\"/app/patients/{other}\""));
    page.lacks("Edit").lacks("Archive");
    admin.get(&merge).await.shows("merged already");
}

#[tokio::test]
async fn a_merge_that_is_refused_says_why() {
    let office = Office::open().await;
    let (maria, _) = enrolled(&office).await;
    let admin = office.person(Role::Admin).await;
    let merge = format!("/app/patients/{maria}/merge/into");
    let page = admin.post(&merge, &[("into", &maria)]).await;
    assert!(page.status.is_client_error(), "{}", page.status);
    page.has("class=\"alert\"").shows("Find the other record");
    let desk = office.person(Role::FrontDesk).await;
    let page = desk.get(&format!("/app/patients/{maria}/merge")).await;
    page.shows("Only an admin can merge").lacks("Find the other");
}
