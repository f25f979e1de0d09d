//! Bad input, thrown at every route that takes a body or a query.

mod tables;

use std::collections::BTreeSet;

use aws::http::Method;
use programs_function::handler::api;
use serde_json::json;
use testkit::hostile::{Query, Route, attack, attack_bodyless, attack_query};

use self::tables::{
    booking_type_id, booking_types, practice, practice_wide, program_id, programs, site_id, sites,
    template_id, templates,
};
use crate::InProcess;

#[tokio::test]
async fn no_program_is_made_of_bad_input() {
    let (dynamo, router) = practice().await;
    attack(&dynamo, &router, &programs()).await;
}

#[tokio::test]
async fn no_template_is_made_of_bad_input() {
    let (dynamo, router) = practice().await;
    attack(&dynamo, &router, &templates()).await;
}

#[tokio::test]
async fn no_booking_type_is_made_of_bad_input() {
    let (dynamo, router) = practice().await;
    attack(&dynamo, &router, &booking_types()).await;
}

#[tokio::test]
async fn no_site_and_no_holiday_is_made_of_bad_input() {
    let (dynamo, router) = practice().await;
    attack(&dynamo, &router, &sites()).await;
}

#[tokio::test]
async fn no_setting_is_made_of_bad_input() {
    let (dynamo, router) = practice().await;
    attack(&dynamo, &router, &practice_wide()).await;
}

/// Routes that change something and are sent nothing, with a good path.
fn without_body() -> Vec<(&'static str, String)> {
    let id = program_id();
    vec![
        ("/v1/programs/{id}/enable", format!("/v1/programs/{id}/enable")),
        ("/v1/programs/{id}/disable", format!("/v1/programs/{id}/disable")),
        ("/v1/sending/release", "/v1/sending/release".to_owned()),
    ]
}

#[tokio::test]
async fn what_takes_no_body_refuses_one() {
    let (dynamo, router) = practice().await;
    let targets = without_body().into_iter();
    let targets = targets.map(|(_, path)| Route::new("POST", path, json!({})));
    attack_bodyless(&dynamo, &router, &targets.collect::<Vec<_>>()).await;
}

#[tokio::test]
async fn every_route_that_is_sent_something_is_attacked() {
    let named = |method: &str, path: &str| {
        let ids = [
            program_id().to_string(),
            template_id().to_string(),
            booking_type_id().to_string(),
            site_id().to_string(),
        ];
        let path = ids.iter().fold(path.to_owned(), |path, id| path.replace(id, "{id}"));
        format!("{method} {path}")
    };
    let tables = [programs(), templates(), booking_types(), sites(), practice_wide()];
    let attacked = tables.iter().flatten().map(|route| named(route.method, &route.path));
    let bare = without_body().into_iter().map(|(route, _)| format!("POST {route}"));
    let attacked: BTreeSet<String> = attacked.chain(bare).collect();
    let routes = api::<InProcess>();
    let routes = routes.routes().iter();
    let sent = routes.filter(|route| matches!(route.0, Method::Post | Method::Put));
    let sent = sent.map(|(method, path, _)| format!("{} {path}", method.as_str()));
    assert_eq!(sent.collect::<BTreeSet<_>>(), attacked);
}

#[tokio::test]
async fn a_query_that_is_wrong_is_refused_and_named() {
    let (dynamo, router) = practice().await;
    let q = &[("q", "%00"), ("q", "a%0Ab"), ("q", "%E2%80%AE"), ("q", "%ff")];
    let program = program_id();
    attack_query(
        &dynamo,
        &router,
        &[
            Query::of_pages(
                "/v1/programs",
                "q=book&type=booking&enabled=true&counts=true&limit=10",
            )
            .nor(q)
            .nor(&[
                ("type", "x"),
                ("type", "BOOKING"),
                ("enabled", "yes"),
                ("enabled", "1"),
                ("counts", "1"),
            ]),
            Query::of_pages("/v1/templates", "q=conf&channel=sms")
                .nor(q)
                .nor(&[("channel", "fax")]),
            Query::of_pages("/v1/booking-types", "q=physio").nor(q),
            Query::of_pages("/v1/sites", "q=harbour").nor(q),
            Query::of("/v1/tags", "type=booking&channel=sms")
                .nor(&[("type", "x"), ("channel", "x")]),
            Query::of(format!("/v1/programs/{program}"), "counts=true")
                .nor(&[("counts", "yes"), ("counts", "TRUE")]),
            Query::of("/v1/settings", ""),
            Query::of("/v1/sending", ""),
        ],
    )
    .await;
}
