//! What the next two weeks bring.

use app::forecast::Forecasting;
use app::ports::{Catalogue, Enrolments, People};
use domain::calendar::CalendarSpan;
use domain::email::EmailAddress;
use domain::enrolment::{Cause, Enrolment, NewEnrolment, enrol};
use domain::ids::{ActionId, EnrolmentId, PatientId, ProgramId, SiteId};
use domain::patient::Patient;
use domain::program::{
    Action, ActionKind, Addressee, Carrier, Channel, Invite, Medium, PrintOption, Program,
    ProgramName, ProgramType,
};
use domain::site::Site;
use domain::text::Code;
use domain::timing::{Reference, Span, Timing};
use serde_json::{Value, json};
use testkit::build::{self, at, number};
use testkit::requests::{ApiRequest, call};

use crate::support::{Clinic, NOW, clinic, empty};

/// So many days after the reference date, at ten.
fn after(days: u16) -> Timing {
    let ten = "10:00:00".parse().unwrap();
    Timing::After(Span::Calendar(CalendarSpan::Days(days), Some(ten)))
}

/// A text message two days after the first day, an email on the fourth, a pause on the sixth, and a letter behind it.
fn course(n: u128) -> Program {
    let letter =
        Action { timing: after(7), ..build::letter(13, Addressee::Patient, PrintOption::Mail) };
    let pause = Action { id: ActionId::new(number(12)), timing: after(6), kind: ActionKind::Pause };
    let mut email = build::email(11, after(4));
    if let ActionKind::Message(message) = &mut email.kind
        && let Medium::Email { invite, .. } = &mut message.medium
    {
        *invite = Invite::Without;
    }
    let actions = vec![build::sms(10, after(2)), email, pause, letter];
    Program {
        id: ProgramId::new(number(n)),
        kind: ProgramType::General,
        name: ProgramName::parse(&format!("Course {n}")).unwrap(),
        ..build::program(actions)
    }
}

/// Puts somebody of their own on it, who has a mailbox, at that site, counted from that day.
async fn put(clinic: &Clinic, n: u128, program: &Program, site: &Site, from: &str) -> Enrolment {
    let id = PatientId::new(number(n));
    let email = EmailAddress::parse("maria@example.com").ok();
    let patient = Patient { id, identifiers: [].into(), email, ..build::patient() };
    clinic.dynamo.people().create_patient(&patient).await.unwrap();
    let booking = build::booking();
    let facts =
        domain::enrolment::Facts { visit: None, ..build::facts(program, site, &patient, &booking) };
    let new = NewEnrolment {
        id: EnrolmentId::new(number(n)),
        cause: Cause::Added(domain::actor::Actor::PatientConnect),
        reference: Reference::Date(from.parse().unwrap()),
        practitioner: None,
        request_id: "req-1".to_owned(),
    };
    let begun = enrol(new, facts, at(NOW)).unwrap().enrolment;
    clinic.dynamo.enrolments().commit(&[build::begun(begun.clone())]).await.unwrap();
    begun
}

/// The days that bring something, as `date sms email letter pause`.
fn days(forecast: &Value) -> Vec<String> {
    let of = |day: &Value| {
        let count = |name: &str| day[name].as_u64().unwrap();
        let counts = ["sms", "email", "letter", "pause"].map(count);
        let [sms, email, letter, pause] = counts;
        let date = day["date"].as_str().unwrap();
        (counts != [0; 4]).then(|| format!("{date} {sms} {email} {letter} {pause}"))
    };
    forecast["days"].as_array().unwrap().iter().filter_map(of).collect()
}

#[tokio::test]
async fn what_follows_within_the_two_weeks_counts_on_its_day_up_to_a_pause() {
    let clinic = clinic().await;
    let program = course(50);
    clinic.dynamo.catalogue().create_program(&program, &build::saved()).await.unwrap();
    put(&clinic, 201, &program, &build::site(), "2026-11-22").await;
    put(&clinic, 202, &program, &build::site(), "2026-11-23").await;
    // It is Sunday, 22 November, in Sydney. Of this one only the first message comes within the days, and of the other
    // nothing.
    put(&clinic, 203, &program, &build::site(), "2026-12-03").await;
    put(&clinic, 204, &program, &build::site(), "2026-12-04").await;
    let answer = clinic.get("/v1/forecast").await;
    assert_eq!(answer.status, 200, "{:?}", answer.json);
    let expected = [
        "2026-11-24 1 0 0 0",
        "2026-11-25 1 0 0 0",
        "2026-11-26 0 1 0 0",
        "2026-11-27 0 1 0 0",
        // A pause keeps no sending window.
        "2026-11-28 0 0 0 1",
        "2026-11-29 0 0 0 1",
        "2026-12-05 1 0 0 0",
    ];
    assert_eq!(days(&answer.json), expected, "{}", answer.json);
    let mut rest = answer.json.clone();
    assert_eq!(rest["days"].as_array().unwrap().len(), 14);
    rest.as_object_mut().unwrap().remove("days");
    let told = json!({
        "from": "2026-11-22", "to": "2026-12-05", "time_zone": "Australia/Sydney", "complete_until": null,
        "enrolments": 3, "unreadable": 0,
    });
    assert_eq!(rest, told);
}

#[tokio::test]
async fn what_is_due_already_comes_today_and_who_waits_for_a_person_is_not_counted() {
    let clinic = clinic().await;
    let added = clinic.enrol(ProgramType::General, &json!({})).await;
    assert_eq!(added["status"], "held");
    assert_eq!(days(&clinic.get("/v1/forecast").await.json), [""; 0]);
    let path = format!("/v1/enrolments/{}/advance", added["id"].as_str().unwrap());
    let advance = ApiRequest::new("POST", &path).by("[front-desk]").header("if-match", "\"1\"");
    assert_eq!(call(&clinic.router, advance).await.status, 200);
    assert_eq!(days(&clinic.get("/v1/forecast").await.json), ["2026-11-22 1 0 0 0"]);
    clinic.later(20);
    assert_eq!(days(&clinic.get("/v1/forecast").await.json), ["2026-11-23 1 0 0 0"]);
}

#[tokio::test]
async fn the_days_of_one_site_are_asked_for_by_its_code() {
    let clinic = clinic().await;
    let west = Site {
        id: SiteId::new(number(9)),
        code: Code::parse("west").unwrap(),
        zone: chrono_tz::Australia::Perth,
        ..build::site()
    };
    clinic.dynamo.catalogue().create_site(&west).await.unwrap();
    let program = course(50);
    clinic.dynamo.catalogue().create_program(&program, &build::saved()).await.unwrap();
    put(&clinic, 201, &program, &build::site(), "2026-11-22").await;
    put(&clinic, 202, &program, &west, "2026-11-29").await;
    let of = async |query: &str| days(&clinic.get(&format!("/v1/forecast{query}")).await.json);
    assert_eq!((of("").await.len(), of("?site=harbour").await.len()), (6, 3));
    assert_eq!(of("?site=west").await[0], "2026-12-01 1 0 0 0");
    let wrong = clinic.get("/v1/forecast?site=nowhere").await;
    assert_eq!(
        (wrong.status.as_u16(), &wrong.json["errors"][0]["parameter"]),
        (400, &json!("site"))
    );
}

#[tokio::test]
async fn what_cannot_be_read_is_said_and_hides_nothing_else() {
    let clinic = clinic().await;
    let (program, lost) = (course(50), course(51));
    for program in [&program, &lost] {
        clinic.dynamo.catalogue().create_program(program, &build::saved()).await.unwrap();
    }
    put(&clinic, 201, &program, &build::site(), "2026-11-22").await;
    let spoilt = put(&clinic, 202, &program, &build::site(), "2026-11-22").await;
    let nameless = put(&clinic, 203, &program, &build::site(), "2026-11-22").await;
    put(&clinic, 204, &lost, &build::site(), "2026-11-22").await;
    clinic.dynamo.spoil("enrolments", spoilt.id.as_str(), "ENROLMENT").await;
    clinic.dynamo.spoil("people", nameless.patient.as_str(), "PATIENT").await;
    clinic.dynamo.spoil("catalogue", "PROGRAM", lost.id.as_str()).await;
    let forecast = clinic.get("/v1/forecast").await.json;
    assert_eq!(days(&forecast)[0], "2026-11-24 1 0 0 0");
    assert_eq!((&forecast["enrolments"], &forecast["unreadable"]), (&json!(4), &json!(3)));
}

#[tokio::test]
async fn a_practice_with_nothing_to_come_has_days_of_nothing() {
    let forecast = empty().await.get("/v1/forecast").await.json;
    assert_eq!(days(&forecast), [""; 0]);
    assert_eq!(forecast["days"].as_array().unwrap().len(), 14);
}

#[tokio::test]
async fn where_there_are_more_than_are_looked_at_it_is_said_up_to_when_all_is_counted() {
    let clinic = clinic().await;
    let program = course(50);
    clinic.dynamo.catalogue().create_program(&program, &build::saved()).await.unwrap();
    // Due at ten on the 24th, the 25th, the 26th and the 27th.
    for (n, from) in (201..).zip(["2026-11-22", "2026-11-23", "2026-11-24", "2026-11-25"]) {
        put(&clinic, n, &program, &build::site(), from).await;
    }
    let dynamo = &clinic.dynamo;
    let (index, catalogue, people) = (dynamo.due_index(), dynamo.catalogue(), dynamo.people());
    let (bookings, reader) = (dynamo.bookings(), dynamo.enrolment_reader());
    for (most, until, texts, emails) in [
        (1, Some("2026-11-24T10:00:00+11:00"), 1, 1),
        (3, Some("2026-11-26T10:00:00+11:00"), 3, 3),
        (4, None, 4, 4),
        (5, None, 4, 4),
    ] {
        let forecasting = Forecasting {
            index: &index,
            catalogue: &catalogue,
            people: &people,
            bookings: &bookings,
            reader: &reader,
            clock: &clinic.clock,
            most,
        };
        let forecast = forecasting.run(&[build::site()], None).await.unwrap();
        assert_eq!(forecast.complete_until, until.map(at), "{most}");
        assert_eq!(forecast.enrolments, most.min(4));
        let sum = |channel| -> usize {
            let of = forecast
                .days
                .iter()
                .filter_map(|day| day.by_carrier.get(&Carrier::Channel(channel)));
            of.sum()
        };
        assert_eq!((sum(Channel::Sms), sum(Channel::Email)), (texts, emails), "{most}");
    }
}
