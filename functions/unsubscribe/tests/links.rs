//! What a link does, and to whom.

#![cfg(test)]

use std::sync::Arc;

use app::ports::People;
use axum::Router;
use domain::ids::PatientId;
use domain::patient::{Choice, Consent, Patient, Standing};
use domain::program::{Channel, Purpose};
use testkit::build;
use testkit::dynamo::Dynamo;
use testkit::fakes::{FakeClock, FakeWaysOut};
use testkit::requests::{ApiAnswer, ApiRequest, call, template_routes};
use unsubscribe_function::handler::{Context, api};

const FORM: &str = "application/x-www-form-urlencoded";
const ONE_CLICK: &str = "List-Unsubscribe=One-Click";
const NOW: &str = "2026-11-22T08:00:00Z";

/// A practice whose patient takes news by email and by text message.
async fn practice() -> (Dynamo, FakeClock, Router) {
    let dynamo = Dynamo::start().await;
    let mut patient = build::patient();
    for channel in [Channel::Email, Channel::Sms] {
        patient.consents.record(channel, Purpose::Commercial, build::consent(Choice::Given));
    }
    dynamo.people().create_patient(&patient).await.unwrap();
    let clock = FakeClock::at(NOW);
    let context = Context { people: dynamo.people(), ways_out: FakeWaysOut, clock: clock.clone() };
    (dynamo, clock, api().into_router(Arc::new(context)))
}

async fn patient(dynamo: &Dynamo, id: &PatientId) -> Patient {
    dynamo.people().patient(id).await.unwrap().unwrap()
}

fn consent(patient: &Patient, channel: Channel) -> Consent {
    patient.consents.of(channel, Purpose::Commercial).unwrap().clone()
}

fn link(channel: Channel, id: &PatientId) -> String {
    format!("/unsubscribe/{}-{id}", channel.as_str())
}

async fn click(router: &Router, path: &str) -> ApiAnswer {
    call(router, ApiRequest::new("POST", path).text(FORM, ONE_CLICK)).await
}

#[test]
fn the_template_has_exactly_these_routes() {
    let api = api::<aws::dynamo::PeopleStore, FakeWaysOut, FakeClock>();
    let ours = api.routes().iter().map(|(method, path, _)| format!("{} {path}", method.as_str()));
    assert_eq!(
        ours.collect::<std::collections::BTreeSet<_>>(),
        template_routes("UnsubscribeFunction")
    );
}

#[tokio::test]
async fn one_click_takes_the_consent_of_that_channel_back_and_no_other() {
    let (dynamo, _, router) = practice().await;
    let id = build::patient().id;
    let done = click(&router, &link(Channel::Email, &id)).await;
    assert_eq!(done.status, 200);
    assert_eq!(done.header("referrer-policy"), "no-referrer");
    let after = patient(&dynamo, &id).await;
    let withdrawn = consent(&after, Channel::Email);
    assert_eq!((withdrawn.choice, withdrawn.at), (Choice::Withdrawn, build::at(NOW)));
    assert_eq!(withdrawn.how.reveal().as_str(), "unsubscribed by the link in a message");
    assert_eq!(consent(&after, Channel::Sms).choice, Choice::Given);
    assert!(after.consents.allow(Channel::Email, Purpose::Care).is_ok(), "care goes on");
}

#[tokio::test]
async fn a_second_click_changes_nothing() {
    let (dynamo, clock, router) = practice().await;
    let id = build::patient().id;
    click(&router, &link(Channel::Email, &id)).await;
    let once = patient(&dynamo, &id).await;
    clock.put_to("2027-01-01T00:00:00Z");
    assert_eq!(click(&router, &link(Channel::Email, &id)).await.status, 200);
    assert_eq!(patient(&dynamo, &id).await, once);
}

#[tokio::test]
async fn to_look_at_a_link_changes_nothing_and_shows_a_button() {
    let (dynamo, _, router) = practice().await;
    let id = build::patient().id;
    let before = patient(&dynamo, &id).await;
    let page = call(&router, ApiRequest::new("GET", &link(Channel::Email, &id))).await;
    assert_eq!((page.status.as_u16(), page.header("cache-control")), (200, "no-store"));
    let html = page.json.as_str().unwrap();
    assert!(html.contains("<form method=\"post\">"), "{html}");
    assert!(html.contains("name=\"List-Unsubscribe\" value=\"One-Click\""), "{html}");
    assert_eq!(patient(&dynamo, &id).await, before);
}

#[tokio::test]
async fn a_link_that_is_not_ours_is_not_known_and_changes_nothing() {
    let (dynamo, _, router) = practice().await;
    let before = patient(&dynamo, &build::patient().id).await;
    let nobody = PatientId::new(build::number(99));
    for path in ["/unsubscribe/x", &link(Channel::Email, &nobody)] {
        let clicked = click(&router, path).await;
        assert_eq!(clicked.status, 404, "{path}");
        let page = clicked.json.as_str().unwrap_or_else(|| panic!("no page: {}", clicked.json));
        assert!(page.contains("not known"), "{page}");
    }
    assert_eq!(call(&router, ApiRequest::new("GET", "/unsubscribe/x")).await.status, 404);
    assert_eq!(patient(&dynamo, &build::patient().id).await, before);
}

#[tokio::test]
async fn a_form_may_come_in_parts_and_anything_else_is_refused() {
    let (dynamo, _, router) = practice().await;
    let path = link(Channel::Email, &build::patient().id);
    let part = |name: &str, value: &str| {
        format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let parts = "multipart/form-data; boundary=b";
    let refused = [
        (FORM, String::new()),
        (FORM, "List-Unsubscribe=Two-Clicks".to_owned()),
        (FORM, format!("{ONE_CLICK}&x=1")),
        ("text/plain", ONE_CLICK.to_owned()),
        ("application/json", "{\"List-Unsubscribe\":\"One-Click\"}".to_owned()),
        (parts, "--b--\r\n".to_owned()),
        (parts, format!("{}--b--\r\n", part("List-Subscribe", "One-Click"))),
        (parts, format!("{}{}--b--\r\n", part("List-Unsubscribe", "One-Click"), part("x", "1"))),
        (parts, part("List-Unsubscribe", "One-Click")),
        ("multipart/form-data", ONE_CLICK.to_owned()),
    ];
    for (kind, body) in refused {
        let answer = call(&router, ApiRequest::new("POST", &path).text(kind, &body)).await;
        assert_eq!(answer.status, 400, "{kind}: {body}");
    }
    let before = patient(&dynamo, &build::patient().id).await;
    assert_eq!(consent(&before, Channel::Email).choice, Choice::Given);
    let form = format!("{}--b--\r\n", part("List-Unsubscribe", "One-Click"));
    let answer = call(&router, ApiRequest::new("POST", &path).bytes(parts, form.as_bytes())).await;
    assert_eq!(answer.status, 200, "{:?}", answer.json);
    let after = patient(&dynamo, &build::patient().id).await;
    assert_eq!(consent(&after, Channel::Email).choice, Choice::Withdrawn);
}

#[tokio::test]
async fn a_link_in_a_message_to_a_merged_record_is_for_the_one_it_went_to() {
    let (dynamo, _, router) = practice().await;
    let kept = build::patient().id;
    let merged = Patient {
        id: PatientId::new(build::number(50)),
        identifiers: std::collections::BTreeSet::new(),
        standing: Standing::Merged { into: kept.clone() },
        ..build::patient()
    };
    dynamo.people().create_patient(&merged).await.unwrap();
    assert_eq!(click(&router, &link(Channel::Email, &merged.id)).await.status, 200);
    let after = patient(&dynamo, &kept).await;
    assert_eq!(consent(&after, Channel::Email).choice, Choice::Withdrawn);
}

#[tokio::test]
async fn a_click_while_the_record_is_merged_is_for_the_one_it_goes_to() {
    let mut raced = 0;
    for call in 0.. {
        let (dynamo, _, router) = practice().await;
        let kept = build::patient();
        let second = Patient {
            id: PatientId::new(build::number(50)),
            identifiers: std::collections::BTreeSet::new(),
            ..build::patient()
        };
        dynamo.people().create_patient(&second).await.unwrap();
        let path = link(Channel::Email, &second.id);
        let pause = dynamo.wire.pause_call(call);
        let mut clicking = Box::pin(click(&router, &path));
        tokio::select! {
            () = pause.reached() => {}
            _done = &mut clicking => break,
        }
        let merged = Patient {
            revision: 2,
            standing: Standing::Merged { into: kept.id.clone() },
            ..second.clone()
        };
        dynamo.unwatched().people().save_patient(&second, &merged).await.unwrap();
        pause.release();
        assert_eq!(clicking.await.status, 200, "held up at call {call}");
        raced += 1;
        let after = patient(&dynamo, &kept.id).await;
        assert_eq!(consent(&after, Channel::Email).choice, Choice::Withdrawn, "at call {call}");
    }
    assert!(raced >= 3, "raced {raced} calls only");
}
