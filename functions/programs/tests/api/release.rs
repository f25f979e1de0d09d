//! What a release of all sending would do, and the number it must be given.

use app::ports::{Catalogue, Enrolments, Here, Intake, People, PracticeSettings, TemplateVersions};
use chrono::Duration;
use domain::booking::Booking;
use domain::calendar::CalendarSpan;
use domain::enrolment::enrol_for_booking;
use domain::ids::{ActionId, PatientId, ProgramId};
use domain::patient::{Patient, Standing};
use domain::program::{
    Action, ActionKind, Invite, Medium, OnError, Program, ProgramName, UsefulFor,
};
use domain::settings::{Remark, SendingState};
use domain::staff::StaffId;
use domain::text::{ExternalId, Label};
use domain::timing::{Span, Timing};
use serde_json::{Value, json};
use testkit::build;
use testkit::dynamo::Dynamo;
use testkit::fakes::{CountingIds, FakeClock, FakeHere};

use crate::{get, post, router_with, text};

/// A practice in which sending is held, and who is on what.
struct Held {
    dynamo: Dynamo,
    router: axum::Router,
    clock: FakeClock,
}

impl Held {
    async fn new() -> Self {
        let dynamo = Dynamo::start().await;
        dynamo.catalogue().create_site(&build::site()).await.unwrap();
        dynamo.catalogue().create_template(&build::template()).await.unwrap();
        let clock = FakeClock::at("2026-11-22T08:00:00Z");
        let router = router_with(&dynamo, clock.clone(), CountingIds::after(1_000));
        let held = Self { dynamo, router, clock };
        let why = json!({ "why": "The diary sends wrong times" });
        assert_eq!(post(&held.router, "/v1/sending/hold", &why).await.status, 200);
        held
    }

    /// Puts a patient of their own on the program, for a visit of their own.
    async fn enrol(&self, n: u128, program: &Program, patient: Patient) {
        let patient =
            Patient { id: PatientId::new(build::number(n)), identifiers: [].into(), ..patient };
        self.dynamo.people().create_patient(&patient).await.unwrap();
        let mut booking = Booking {
            matching: domain::booking::Matching::Matched {
                patient: patient.id.clone(),
                site: build::site().id,
            },
            ..build::booking()
        };
        booking.key.id = ExternalId::parse(&format!("B-{n}")).unwrap();
        let site = build::site();
        let facts = build::facts(program, &site, &patient, &booking);
        let begun = enrol_for_booking("req-1".into(), facts, build::at("2026-11-22T08:00:00Z"));
        let begun = build::begun(begun.unwrap().enrolment);
        self.dynamo.enrolments().commit(&[begun]).await.unwrap();
        let change = app::ports::BookingChange {
            event: build::recorded(&format!("evt-{n}")),
            before: None,
            booking: Some(booking),
            changes: vec![],
            raise: vec![],
            renew: None,
            resolve: None,
            again: None,
        };
        self.dynamo.intake().commit(&change).await.unwrap();
    }

    async fn program(&self, n: u128, name: &str, actions: Vec<Action>) -> Program {
        let program = Program {
            id: ProgramId::new(build::number(n)),
            name: ProgramName::parse(name).unwrap(),
            ..build::program(actions)
        };
        self.dynamo.catalogue().create_program(&program, &build::saved()).await.unwrap();
        program
    }

    async fn preview(&self) -> Value {
        let before = self.dynamo.dump().await;
        let answer = get(&self.router, "/v1/sending/release").await;
        assert_eq!(answer.status, 200, "{:?}", answer.json);
        assert_eq!(self.dynamo.dump().await, before, "a preview changes nothing");
        answer.json
    }

    async fn sending(&self) -> SendingState {
        self.dynamo.catalogue().settings().await.unwrap().sending.state()
    }
}

fn nobody_to_text() -> Patient {
    Patient { mobile: None, ..build::patient() }
}

fn would_be(counts: [(&str, u64); 6]) -> Value {
    counts.into_iter().map(|(fate, n)| (fate.to_owned(), json!(n))).collect()
}

fn skipping(mut action: Action) -> Action {
    if let ActionKind::Message(message) = &mut action.kind {
        message.on_error = OnError::Skip;
    }
    action
}

fn useful_for(mut action: Action, hours: u16) -> Action {
    if let ActionKind::Message(message) = &mut action.kind {
        message.useful_for = UsefulFor::hours(hours).unwrap();
    }
    action
}

#[tokio::test]
async fn a_release_is_previewed_by_fate_channel_and_program() {
    let held = Held::new().await;
    let now = Timing::Enrolled;
    let confirmation =
        held.program(20, "Confirmation", vec![useful_for(build::sms(10, now), 200)]).await;
    let short = held.program(21, "Short-lived", vec![useful_for(build::sms(11, now), 1)]).await;
    let lenient =
        held.program(22, "Lenient", vec![skipping(useful_for(build::sms(12, now), 200))]).await;
    let ten_days_before = Timing::Before(Span::Calendar(CalendarSpan::Days(10), None));
    let (id, kind) = (ActionId::new(build::number(13)), ActionKind::Pause);
    let pause = Action { id, timing: ten_days_before, kind };
    let call = held.program(23, "Call them", vec![pause]).await;
    for n in 0..3 {
        held.enrol(100 + n, &confirmation, build::patient()).await;
    }
    held.enrol(110, &confirmation, nobody_to_text()).await;
    let gone = Patient { standing: Standing::Archived, ..build::patient() };
    held.enrol(111, &lenient, gone).await;
    held.enrol(112, &short, build::patient()).await;
    held.enrol(113, &short, build::patient()).await;
    held.enrol(114, &call, build::patient()).await;
    held.clock.advance(Duration::hours(30));

    let preview = held.preview().await;
    let expected = [
        ("sent", 3),
        ("too_late", 2),
        ("held", 2),
        ("passed_over", 1),
        ("waiting", 0),
        ("gone", 0),
    ];
    assert_eq!(preview["would_be"], would_be(expected), "{preview}");
    assert_eq!((&preview["due"], &preview["examined"]), (&json!(8), &json!(8)));
    assert_eq!((&preview["state"], &preview["messages"]), (&json!("held"), &json!(3)));
    assert_eq!(preview["all_counted"], true);
    assert_eq!(preview["oldest_due"], "2026-11-22T08:00:00Z");
    let channel = |i: usize| {
        let channel = &preview["channels"][i];
        (text(&channel["channel"]), channel["due"].clone(), channel["would_be"]["held"].clone())
    };
    assert_eq!(channel(0), ("sms".to_owned(), json!(7), json!(1)));
    assert_eq!(channel(1), ("pause".to_owned(), json!(1), json!(1)));
    let programs: Vec<_> = preview["programs"].as_array().unwrap().iter().collect();
    let names: Vec<_> = programs.iter().map(|it| text(&it["program"]["name"])).collect();
    assert_eq!(names, ["Confirmation", "Short-lived", "Lenient", "Call them"]);
    assert_eq!(programs[1]["would_be"]["too_late"], 2);
    assert_eq!(programs[0]["examined"], 4);
}

#[tokio::test]
async fn a_release_that_would_send_messages_must_say_how_many() {
    let held = Held::new().await;
    let program = held.program(20, "Confirmation", vec![build::sms(10, Timing::Enrolled)]).await;
    for n in 0..3 {
        held.enrol(100 + n, &program, build::patient()).await;
    }
    for query in ["", "?messages=0", "?messages=2"] {
        let refused = post(&held.router, &format!("/v1/sending/release{query}"), &json!({})).await;
        assert_eq!(refused.status, 409, "{query}");
        assert!(text(&refused.json["detail"]).contains("?messages=3"), "{:?}", refused.json);
        assert_eq!(held.sending().await, SendingState::Held);
    }
    for query in ["?messages=-1", "?messages=three", "?messages=ALL", "?message=3"] {
        let refused = post(&held.router, &format!("/v1/sending/release{query}"), &json!({})).await;
        assert_eq!(refused.status, 400, "{query}");
        assert_eq!(held.sending().await, SendingState::Held);
    }
    let released = post(&held.router, "/v1/sending/release?messages=3", &json!({})).await;
    assert_eq!((released.status.as_u16(), &released.json["state"]), (200, &json!("on")));
    let again = post(&held.router, "/v1/sending/release", &json!({})).await;
    assert_eq!(again.status, 200, "what is released needs no number: {:?}", again.json);
}

#[tokio::test]
async fn a_release_may_be_asked_for_however_many_messages_there_are() {
    let held = Held::new().await;
    let program = held.program(20, "Confirmation", vec![build::sms(10, Timing::Enrolled)]).await;
    held.enrol(100, &program, build::patient()).await;
    let released = post(&held.router, "/v1/sending/release?messages=all", &json!({})).await;
    assert_eq!((released.status.as_u16(), &released.json["state"]), (200, &json!("on")));
}

#[tokio::test]
async fn a_release_ends_the_hold_it_has_seen_and_no_other() {
    type Meanwhile<'a> = (&'a str, bool, u16, SendingState);
    let cases: [Meanwhile<'_>; 2] = [
        ("somebody releases it and somebody holds again", true, 409, SendingState::Held),
        ("the practice is renamed", false, 200, SendingState::On),
    ];
    for (name, held_again, status, state) in cases {
        let held = Held::new().await;
        let catalogue = held.dynamo.catalogue();
        let others = held.dynamo.unwatched().catalogue();
        let call = held.dynamo.wire.pause_call(1); // after the settings
        let body = json!({});
        let release = post(&held.router, "/v1/sending/release?messages=all", &body);
        let meanwhile = async {
            call.reached().await;
            let settings = others.settings().await.unwrap();
            if held_again {
                let here = FakeHere::default().tables().await.unwrap();
                let on = settings.released(&here, build::at("2026-11-22T08:00:01Z")).unwrap();
                others.save_settings(&on).await.unwrap();
                let (by, why) = (StaffId::parse("person-2"), Remark::parse("The diary is down"));
                let again = on.held(build::at("2026-11-22T08:00:01Z"), by.unwrap(), why.unwrap());
                others.save_settings(&again.unwrap()).await.unwrap();
            } else {
                let renamed = settings.named(Label::parse("Hill Health").unwrap());
                others.save_settings(&renamed).await.unwrap();
            }
            call.release();
        };
        let (answer, ()) = tokio::join!(release, meanwhile);
        assert_eq!(answer.status, status, "{name}: {:?}", answer.json);
        assert_eq!(catalogue.settings().await.unwrap().sending.state(), state, "{name}");
        if status == 409 {
            let why = text(&answer.json["detail"]);
            assert!(why.contains("held again") && why.contains("/v1/sending/release"), "{why}");
        }
    }
}

#[tokio::test]
async fn what_nobody_looked_at_counts_as_a_message() {
    let held = Held::new().await;
    // Without a mobile nothing can be sent; but only the oldest 300 are looked at.
    let program = held.program(20, "Confirmation", vec![build::sms(10, Timing::Enrolled)]).await;
    for n in 0..303 {
        held.enrol(1_000 + n, &program, nobody_to_text()).await;
    }
    let preview = held.preview().await;
    assert_eq!((&preview["due"], &preview["examined"]), (&json!(303), &json!(300)));
    assert_eq!((&preview["would_be"]["held"], &preview["messages"]), (&json!(300), &json!(3)));
}

#[tokio::test]
async fn a_patient_who_is_sent_a_later_action_at_once_counts_as_a_message() {
    let now = Timing::Enrolled;
    let late = |n| useful_for(build::sms(n, now), 1);
    let long = |n| useful_for(build::sms(n, now), 200);
    let pause = |n| Action { kind: ActionKind::Pause, ..build::sms(n, now) };
    let email = |n| {
        let mut email = skipping(long(n));
        if let ActionKind::Message(message) = &mut email.kind {
            message.medium = Medium::Email {
                template: build::template().id,
                window: message.medium.window(),
                invite: Invite::Without,
            };
        }
        email
    };
    let tomorrow = |n| {
        let two_days_before = Timing::Before(Span::Calendar(CalendarSpan::Days(2), None));
        Action { timing: two_days_before, ..long(n) }
    };
    let cases: [(&str, Vec<Action>, &str, u64); 7] = [
        ("too late, then sent", vec![late(10), long(11)], "sent", 1),
        ("twice too late, then sent", vec![late(10), late(11), long(12)], "sent", 1),
        ("passed over, then sent", vec![email(10), long(11)], "sent", 1),
        ("passed over, too late, then sent", vec![email(10), late(11), long(12)], "sent", 1),
        ("too late, and nothing after it", vec![late(10)], "too_late", 0),
        ("too late, then held", vec![late(10), pause(11), long(12)], "too_late", 0),
        ("too late, then waiting", vec![late(10), tomorrow(11)], "too_late", 0),
    ];
    for (name, actions, fate, messages) in cases {
        let held = Held::new().await;
        let program = held.program(20, "Confirmation", actions).await;
        held.enrol(100, &program, build::patient()).await;
        held.clock.advance(Duration::hours(30));
        let preview = held.preview().await;
        assert_eq!(preview["would_be"][fate], 1, "{name}: {preview}");
        assert_eq!(preview["messages"], messages, "{name}: {preview}");
        assert_eq!((&preview["due"], &preview["examined"]), (&json!(1), &json!(1)), "{name}");
        let released = post(&held.router, "/v1/sending/release?messages=0", &json!({})).await;
        assert_eq!(released.status == 200, messages == 0, "{name}: {:?}", released.json);
    }
}

#[tokio::test]
async fn a_text_that_cannot_be_filled_and_a_template_that_is_gone_are_no_messages() {
    let held = Held::new().await;
    let program = held.program(20, "Confirmation", vec![build::sms(10, Timing::Enrolled)]).await;
    held.enrol(100, &program, build::patient()).await;
    let template = build::template();
    held.dynamo.catalogue().delete_template(&template).await.unwrap();
    let preview = held.preview().await;
    assert_eq!((&preview["would_be"]["held"], &preview["messages"]), (&json!(1), &json!(0)));
}
