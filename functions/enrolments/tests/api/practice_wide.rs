//! Everybody who is on a program, of the whole practice.

use app::ports::{Catalogue, Change, Enrolments, People};
use domain::actor::Actor;
use domain::booking_type::Completing;
use domain::enrolment::{Cause, Facts, NewEnrolment, enrol};
use domain::ids::{EnrolmentId, PatientId, ProgramId, SiteId};
use domain::patient::Patient;
use domain::program::{Program, ProgramName, ProgramType};
use domain::site::Site;
use domain::text::{Code, Label};
use domain::timing::Reference;
use serde_json::{Value, json};
use testkit::build::{self, at, number};
use testkit::requests::ApiAnswer;

use crate::support::{Clinic, NOW, clinic, pause, program};

/// The nth patient.
async fn patient(clinic: &Clinic, n: u128) -> Patient {
    let patient =
        Patient { id: PatientId::new(number(n)), identifiers: [].into(), ..build::patient() };
    clinic.dynamo.people().create_patient(&patient).await.unwrap();
    patient
}

/// A program whose only action is sent on 15 January 2027.
async fn reminder(clinic: &Clinic, n: u128) -> Program {
    let on = domain::timing::Timing::On(None);
    let program = Program {
        id: ProgramId::new(number(n)),
        name: ProgramName::parse(&format!("Reminder {n}")).unwrap(),
        actions: vec![build::sms(11, on)],
        ..program(ProgramType::Program)
    };
    clinic.dynamo.catalogue().create_program(&program, &build::saved()).await.unwrap();
    program
}

async fn add(clinic: &Clinic, program: &Program, patient: &Patient, site: &Site, n: u128) {
    let facts = Facts {
        program,
        site,
        patient,
        visit: None,
        referral: None,
        bookings: &[],
        completing: &Completing::None,
    };
    let new = NewEnrolment {
        id: EnrolmentId::new(number(n)),
        cause: Cause::Added(Actor::PatientConnect),
        reference: Reference::Date("2027-01-15".parse().unwrap()),
        practitioner: Label::parse("Dr Chen").ok(),
        request_id: "req-1".into(),
    };
    let begun = enrol(new, facts, at(NOW)).unwrap();
    clinic.dynamo.enrolments().commit(&[Change::new(None, begun, &[])]).await.unwrap();
}

fn ids(answer: &ApiAnswer) -> Vec<&str> {
    let items = answer.json["items"].as_array().unwrap_or_else(|| panic!("{:?}", answer.json));
    items.iter().map(|item| item["enrolment"].as_str().unwrap()).collect()
}

fn id(n: u128) -> String {
    EnrolmentId::new(number(n)).to_string()
}

fn second_site() -> Site {
    Site {
        id: SiteId::new(number(21)),
        code: Code::parse("hills").unwrap(),
        name: Label::parse("Hills Clinic").unwrap(),
        ..build::site()
    }
}

/// Seven people on two programs: 1 to 4 on a reminder, 5 to 7 held at a pause, the even ones in the
/// hills.
async fn seven() -> Clinic {
    let clinic = clinic().await;
    clinic.dynamo.catalogue().create_site(&second_site()).await.unwrap();
    let sends = reminder(&clinic, 70).await;
    let holds = program(ProgramType::Program);
    for n in 1..=7 {
        let patient = patient(&clinic, 200 + n).await;
        let site = if n % 2 == 0 { second_site() } else { build::site() };
        add(&clinic, if n < 5 { &sends } else { &holds }, &patient, &site, n).await;
    }
    clinic
}

#[tokio::test]
async fn everybody_on_any_program_is_listed_with_what_comes_next_and_why_they_are_held() {
    let clinic = seven().await;
    let listed = clinic.get("/v1/enrolments").await;
    let expected: Vec<_> = (1..=7).map(id).collect();
    assert_eq!(ids(&listed), expected, "by program, and in it by who came first");
    assert_eq!(listed.json["next"], Value::Null);
    let sends = json!({
        "enrolment": id(2),
        "version": 1,
        "program": { "id": ProgramId::new(number(70)), "name": "Reminder 70", "type": "program" },
        "patient": { "id": PatientId::new(number(202)), "first_name": "Maria", "last_name": "Rossi" },
        "site": { "id": second_site().id, "code": "hills", "name": "Hills Clinic" },
        "practitioner": "Dr Chen",
        "enrolled_at": NOW,
        "status": "active",
        "reason": null,
        "held_since": null,
        "cycle": 1,
        "of": 2,
        "frequency": { "amount": 6, "unit": "months" },
        "reference": "2027-01-15",
        "next_action": {
            "action": build::sms(11, domain::timing::Timing::Enrolled).id,
            "step": 1, "steps": 1, "type": "sms",
            "due": "2027-01-14T13:00:00Z", "local": "Fri 15 Jan 2027, 12:00 am",
        },
    });
    assert_eq!(listed.json["items"][1], sends);
    let held = &listed.json["items"][4];
    assert_eq!((&held["status"], &held["held_since"]), (&json!("held"), &json!(NOW)));
    assert_eq!(held["reason"], "it has come to a pause; advance it");
    assert_eq!(
        (&held["next_action"]["type"], &held["next_action"]["action"]),
        (&json!("pause"), &json!(pause().id))
    );
}

#[tokio::test]
async fn the_list_is_narrowed_by_program_site_status_and_next_action() {
    let clinic = seven().await;
    let on = |n: u128| ProgramId::new(number(n)).to_string();
    let all_of = program(ProgramType::Program).id.to_string();
    let cases: [(String, &[u128]); 7] = [
        (format!("program={}", on(70)), &[1, 2, 3, 4]),
        (format!("program={all_of}"), &[5, 6, 7]),
        ("site=hills".into(), &[2, 4, 6]),
        ("status=held".into(), &[5, 6, 7]),
        ("status=active&site=harbour".into(), &[1, 3]),
        ("next_action=pause".into(), &[5, 6, 7]),
        (format!("next_action=sms&site=hills&program={all_of}"), &[]),
    ];
    for (query, expected) in cases {
        let listed = clinic.get(&format!("/v1/enrolments?{query}")).await;
        let expected: Vec<_> = expected.iter().copied().map(id).collect();
        assert_eq!(ids(&listed), expected, "{query}");
    }
}

#[tokio::test]
async fn a_walk_through_the_pages_meets_everybody_once_whatever_happens_meanwhile() {
    let clinic = seven().await;
    let mut path = "/v1/enrolments?limit=2".to_owned();
    let mut seen = Vec::new();
    for round in 0..4 {
        let page = clinic.get(&path).await;
        seen.extend(ids(&page).into_iter().map(str::to_owned));
        // Who was seen goes on, who is to come ends, and somebody is added to a program.
        if round == 1 {
            let advance = format!("/v1/enrolments/{}/advance", id(5));
            assert_eq!(clinic.send("POST", &advance, 1, &json!({})).await.status, 200);
            let (end, why) = (format!("/v1/enrolments/{}/end", id(6)), json!({ "why": "left" }));
            assert_eq!(clinic.send("POST", &end, 1, &why).await.status, 200);
        }
        let Some(next) = page.json["next"].as_str() else { break };
        path = format!("/v1/enrolments?limit=2&cursor={next}");
    }
    assert_eq!(seen, [1, 2, 3, 4, 5, 7].map(id));
    let filtered = clinic.get("/v1/enrolments?limit=1&site=hills").await;
    assert_eq!(ids(&filtered), [id(2)]);
    let next = filtered.json["next"].as_str().unwrap();
    let rest = clinic.get(&format!("/v1/enrolments?site=hills&cursor={next}")).await;
    assert_eq!(ids(&rest), [id(4)], "the next page is narrowed too");
}

#[tokio::test]
async fn a_page_stops_looking_and_says_where_it_goes_on() {
    let clinic = clinic().await;
    let mut last = None;
    for n in 300..360 {
        last = Some(reminder(&clinic, n).await);
    }
    add(&clinic, &last.unwrap(), &build::patient(), &build::site(), 1).await;
    let first = clinic.get("/v1/enrolments").await;
    assert_eq!(ids(&first), [""; 0], "fifty programs with nobody on them");
    let next = first.json["next"].as_str().expect("there is more");
    let second = clinic.get(&format!("/v1/enrolments?cursor={next}")).await;
    assert_eq!((ids(&second), &second.json["next"]), (vec![id(1).as_str()], &Value::Null));
}

#[tokio::test]
async fn a_page_costs_the_same_reads_however_many_patients_are_on_it() {
    let clinic = seven().await;
    let reads = || {
        let calls = clinic.dynamo.wire.calls();
        let of = |name: &str| calls.get(name).copied().unwrap_or_default();
        (of("GetItem"), of("Query"), of("BatchGetItem"))
    };
    let before = reads();
    clinic.get(&format!("/v1/enrolments?program={}", ProgramId::new(number(70)))).await;
    let after = reads();
    // The programs, the sites and the index; the enrolments and their patients.
    assert_eq!((after.0 - before.0, after.1 - before.1, after.2 - before.2), (0, 3, 2));
}

#[tokio::test]
async fn what_is_wrong_in_the_address_is_named() {
    let clinic = clinic().await;
    let wrong = async |path: &str| -> Vec<String> {
        let answer = clinic.get(path).await;
        assert_eq!(answer.status, 400, "{path}");
        let errors = answer.json["errors"].as_array().unwrap();
        errors.iter().map(|error| error["parameter"].as_str().unwrap().to_owned()).collect()
    };
    let all = "limit=0&program=70&site=%C2%AD&status=over&next_action=pigeon";
    let named = wrong(&format!("/v1/enrolments?{all}")).await;
    assert_eq!(named, ["limit", "program", "site", "status", "next_action"]);
    assert_eq!(wrong("/v1/enrolments?include=completed").await, ["include"]);
    assert_eq!(
        wrong("/v1/work-list?patient=70&kind=x&site=%C2%AD").await,
        ["kind", "site", "patient"]
    );
    let nowhere = format!("program={}&site=elsewhere", ProgramId::new(number(9)));
    assert_eq!(wrong(&format!("/v1/enrolments?{nowhere}")).await, ["program", "site"]);
    let other = clinic.get("/v1/work-list").await;
    assert_eq!(other.status, 200);
    assert_eq!(wrong("/v1/enrolments?cursor=x").await, ["cursor"]);
}
