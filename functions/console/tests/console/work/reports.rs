//! What is to be looked at: balances, what was resolved, what was refused, what is planned.

use app::ports::{Balances as _, DayCounts as _, Deliveries as _, RefusedDelivery, Seen};
use aws::http::Role;
use domain::invalid::FieldError;
use domain::program::Channel;
use domain::text::Code;
use http::StatusCode;
use testkit::build;

use super::{HOSTILE, office, paused};
use crate::support::{NOW, Office};

#[tokio::test]
async fn the_balances_are_listed_and_a_day_says_what_does_not_balance() {
    let office = Office::open().await;
    let viewer = office.person(Role::Viewer).await;
    viewer.get("/app/work/balance").await.shows("There is none yet.");
    let balance = build::balance("2026-11-22".parse().unwrap());
    office.dynamo.balances().save_balance(&balance, 0).await.unwrap();
    let page = viewer.get("/app/work/balance").await;
    page.shows("Sun 22 Nov 2026").shows("It does not balance");
    let page = viewer.get("/app/work/balance/2026-11-22").await;
    page.shows("2 came due = 1 sent").shows("1 thing does not balance, 1 of it new.").shows("New");
    page.shows("Harbour Clinic").shows("SMS").lacks("harbour ").lacks("enr_");
    assert_eq!(viewer.get("/app/work/balance/yesterday").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_was_resolved_is_there_by_month() {
    let office = Office::open().await;
    let viewer = office.person(Role::Viewer).await;
    let page = viewer.get("/app/work/resolved").await;
    page.shows("Nothing was resolved in this month.").has("value=\"2026-11\"");
    page.has("month=2026-10").has("month=2026-12");
    let page = viewer.get("/app/work/resolved?month=soon").await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    page.has("value=\"soon\"").has("id=\"f-month-error\"");
}

#[tokio::test]
async fn an_admin_sees_what_was_refused_of_other_systems() {
    let office = Office::open().await;
    let admin = office.person(Role::Admin).await;
    admin.get("/app/work/refused").await.shows("Nothing was refused in the last seven days.");
    let refused = RefusedDelivery {
        source: Code::parse("diary").unwrap(),
        at: build::at(NOW),
        request_id: "req-1".to_owned(),
        subject: "bookings".to_owned(),
        status: 422,
        detail: "A field is wrong.".to_owned(),
        errors: vec![FieldError::new("/type", HOSTILE)],
        content_type: "application/json".to_owned(),
        bytes: 12,
        shape: HOSTILE.to_owned(),
    };
    office.dynamo.deliveries().refuse(&refused).await.unwrap();
    let page = admin.get("/app/work/refused").await;
    page.shows("diary: a booking, Mon 23 Nov 2026, 10:00").shows("A field is wrong.");
    page.shows(HOSTILE).has_not("<script>");
    let desk = office.person(Role::Clinician).await;
    assert_eq!(desk.get("/app/work/refused").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_home_page_says_what_went_today_and_what_is_still_to_come() {
    let office = office().await;
    let viewer = office.person(Role::Viewer).await;
    viewer.get("/app/work").await.shows("0 sent, 0 failed, 0 still to come.");
    let counts = office.dynamo.day_counts();
    for (channel, sent, failed) in
        [(Channel::Sms, 40, 2), (Channel::Email, 12, 0), (Channel::Letter, 5, 0)]
    {
        counts.add(channel, build::at(NOW), Seen { sent, failed }).await.unwrap();
    }
    let (work, _) = paused(&office).await;
    let desk = office.person(Role::FrontDesk).await;
    desk.sent("/app/work/bulk", &[("one", &format!("advance {work}"))]).await;
    let page = viewer.get("/app/work").await;
    page.shows("Today so far");
    page.shows("57 sent (40 SMS, 12 emails, 5 letters), 2 failed (2 SMS), 1 still to come.");
}

#[tokio::test]
async fn what_is_planned_is_counted_by_day_and_channel() {
    let office = office().await;
    let viewer = office.person(Role::Viewer).await;
    viewer.get("/app/work/forecast").await.shows("Nothing is planned for the next 14 days.");
    let (work, _) = paused(&office).await;
    let desk = office.person(Role::FrontDesk).await;
    desk.sent("/app/work/bulk", &[("one", &format!("advance {work}"))]).await;
    let page = viewer.get("/app/work/forecast").await;
    page.shows("Today 1 – – –").shows("Tue 24 Nov – – – –").shows("Together 1 0 0 0");
    page.shows("Sun 6 Dec").lacks("Mon 7 Dec");
}
