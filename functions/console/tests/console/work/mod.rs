//! The work list: what waits for a person.

mod acts;
mod item;
mod list;
mod reports;

use app::ports::{
    Catalogue as _, Change, EnrolmentReader as _, Enrolments as _, People as _, WorkList as _,
};
use domain::enrolment::{Decision, Effect, Enrolment, HoldReason, Status, Step, hold_id};
use domain::ids::{ActionId, EnrolmentId, PatientId, ProgramId, WorkId};
use domain::patient::PersonName;
use domain::phi::Phi;
use domain::program::{Action, ActionKind, Program, ProgramName, ProgramType};
use domain::reply::{ReplyText, Written};
use domain::timing::Timing;
use domain::work::{WorkItem, WorkKind};
use serde_json::{Value, json};
use testkit::build;

use crate::support::{NOW, Office};

/// What nobody should be able to make a page run.
const HOSTILE: &str = "\"><script>alert(1)</script>";

/// A practice with Maria, and a program that pauses at once and then sends a text message.
async fn office() -> Office {
    let office = Office::open().await;
    office.dynamo.people().create_patient(&build::patient_with_post()).await.unwrap();
    let catalogue = office.dynamo.catalogue();
    catalogue.create_template(&build::template()).await.unwrap();
    catalogue.create_program(&program(), &build::saved()).await.unwrap();
    office
}

fn program() -> Program {
    let id = ActionId::new(build::number(10));
    let pause = Action { id, timing: Timing::Enrolled, kind: ActionKind::Pause };
    Program {
        id: ProgramId::new(build::number(100)),
        kind: ProgramType::General,
        name: ProgramName::parse("Care after surgery").unwrap(),
        ..build::program(vec![pause, build::sms(11, Timing::Enrolled)])
    }
}

/// Maria on that program, which has come to its pause: the ids of the work and of her enrolment.
async fn paused(office: &Office) -> (String, String) {
    let body = json!({ "patient": build::patient().id, "program": program().id });
    let added = office.api("POST", "/v1/enrolments", &body).await;
    let enrolment = added["id"].as_str().unwrap().to_owned();
    let open = office.read("/v1/work-list?kind=paused").await;
    let items = open["items"].as_array().unwrap();
    let work = items.iter().find(|it| it["enrolment"] == json!(enrolment)).unwrap();
    (work["id"].as_str().unwrap().to_owned(), enrolment)
}

/// The n-th booking that could not be matched.
fn unmatched(n: u8) -> WorkItem {
    WorkItem {
        id: WorkId::for_cause(&["test", &n.to_string()]),
        kind: WorkKind::Unmatched,
        since: build::at(NOW) - chrono::Duration::days(n.into()),
        summary: format!("Booking B-{n} could not be matched."),
        enrolment: None,
        program: None,
        patient: None,
        site: Some(build::site().id),
        same_as: Vec::new(),
        reply: None,
    }
}

/// Other work of that kind about an enrolment of Maria's.
fn about(kind: WorkKind, enrolment: &str) -> WorkItem {
    let enrolment = Some(EnrolmentId::parse(enrolment).unwrap());
    let (program, patient) = (Some(program().id), Some(build::patient().id));
    WorkItem { kind, enrolment, program, patient, ..unmatched(8) }
}

/// The program of [`paused`], held now for another reason: the id of the work of that.
async fn held(office: &Office, enrolment: &str, why: HoldReason, kind: WorkKind) -> String {
    let id = EnrolmentId::parse(enrolment).unwrap();
    let before = office.dynamo.enrolment_reader().enrolment(&id).await.unwrap().unwrap();
    let step = before.step().unwrap();
    let step = Step { attempt: step.attempt + 1, ..step.clone() };
    let item = WorkItem { id: hold_id(&before.key_of(&step)), ..about(kind, enrolment) };
    let (work, since) = (item.id.to_string(), item.since);
    let status = Status::Held { step, since, why };
    let enrolment = Enrolment { revision: before.revision + 1, status, ..before.clone() };
    let decision = Decision { enrolment, effects: vec![Effect::Raise(item)] };
    let change = Change::new(Some(before), decision, &[]);
    office.dynamo.enrolments().commit(&[change]).await.unwrap();
    work
}

async fn raise(office: &Office, work: &WorkItem) -> String {
    office.dynamo.work_list().raise(work).await.unwrap();
    work.id.to_string()
}

/// An answer of somebody with a hostile name, and a hostile answer.
async fn hostile(office: &Office) -> String {
    let patient = domain::patient::Patient {
        id: PatientId::new(build::number(77)),
        identifiers: [].into(),
        last_name: Phi::new(PersonName::parse(HOSTILE).unwrap()),
        ..build::patient()
    };
    office.dynamo.people().create_patient(&patient).await.unwrap();
    let text = ReplyText::of(HOSTILE);
    let work = WorkItem {
        kind: WorkKind::Replied,
        summary: format!("An answer came. {HOSTILE}"),
        patient: Some(patient.id),
        reply: Some(Phi::new(Written { text, from: None })),
        ..unmatched(9)
    };
    raise(office, &work).await
}

/// What is open, by id.
async fn open(office: &Office) -> Vec<Value> {
    office.read("/v1/work-list").await["items"].as_array().unwrap().clone()
}

async fn resolved(office: &Office) -> Vec<Value> {
    let list = office.read("/v1/work-list/resolved?month=2026-11").await;
    list["items"].as_array().unwrap().clone()
}
