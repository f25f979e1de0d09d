//! Maria, as the practice knows her and as the web tells of her; and what staff answer.

use app::catalogue::ChangeError;
use app::enrolments::{Asked, Desk, Pair, Resolution, WorkStep};
use app::events::Answer;
use app::ports::{Clock, EnrolmentReader, EventResult, People, StoreError};
use chrono::NaiveDate;
use delivery::Clinic;
use domain::actor::Actor;
use domain::booking::{BookingEvent, BookingEventKind};
use domain::enrolment::Enrolment;
use domain::ids::PatientId;
use domain::intake::PresentedPatient;
use domain::patient::{Identifier, Patient, PersonName};
use domain::phi::Phi;
use domain::phone::MobileNumber;
use domain::text::{Code, ExternalId};
use domain::timing::Timing;
use domain::work::{WorkItem, WorkOutcome};
use testkit::build::{self, sms};

/// The desk of a clinic.
macro_rules! at_desk {
    ($clinic:expr) => {
        Desk {
            enrolments: &$clinic.dynamo.enrolments(),
            reader: &$clinic.dynamo.enrolment_reader(),
            catalogue: &$clinic.dynamo.catalogue(),
            people: &$clinic.dynamo.people(),
            bookings: &$clinic.dynamo.bookings(),
        }
    };
}

const VISIT: &str = "2026-12-03T10:30:00+11:00";

pub(crate) fn code(text: &str) -> Code {
    Code::parse(text).unwrap()
}

pub(crate) fn external(text: &str) -> ExternalId {
    ExternalId::parse(text).unwrap()
}

pub(crate) fn name(text: &str) -> Option<Phi<PersonName>> {
    PersonName::parse(text).ok().map(Phi::new)
}

pub(crate) fn mobile(e164: &str) -> Option<MobileNumber> {
    MobileNumber::from_e164(e164).ok()
}

pub(crate) fn born() -> Option<Phi<NaiveDate>> {
    NaiveDate::from_ymd_opt(1980, 2, 3).map(Phi::new)
}

/// Maria Rossi, as she books online: by another key and from another mobile.
pub(crate) fn maria() -> PresentedPatient {
    PresentedPatient {
        id: Some(Phi::new(external("W-77"))),
        first_name: name("María"),
        last_name: name("Rossi"),
        mobile: mobile("+61491570156"),
        ..PresentedPatient::default()
    }
}

/// A booking of somebody from the web.
pub(crate) fn told(version: u64, kind: BookingEventKind, who: PresentedPatient) -> BookingEvent {
    let mut event = build::event(version, kind, VISIT);
    event.key.source = code("web");
    if let Some(details) = &mut event.details {
        details.patient = who;
    }
    event
}

pub(crate) fn made(who: PresentedPatient) -> BookingEvent {
    told(1, BookingEventKind::Made, who)
}

pub(crate) async fn tell(clinic: &Clinic, id: &str, event: &BookingEvent) -> EventResult {
    match clinic.event(id, event).await.unwrap() {
        Answer::Done(result) => result,
        other @ (Answer::Duplicate(_) | Answer::Kept | Answer::AnotherEvent) => panic!("{other:?}"),
    }
}

/// Who the web's key names.
pub(crate) async fn of_web(clinic: &Clinic, id: &str) -> Option<PatientId> {
    let identifier = Identifier { source: code("web"), id: Phi::new(external(id)) };
    clinic.dynamo.people().find(&identifier).await.unwrap()
}

pub(crate) async fn patient(clinic: &Clinic, id: &PatientId) -> Patient {
    clinic.dynamo.people().patient(id).await.unwrap().unwrap()
}

pub(crate) async fn enrolments_of(clinic: &Clinic, id: &PatientId) -> Vec<Enrolment> {
    clinic.dynamo.enrolment_reader().of_patient(id).await.unwrap().enrolments
}

/// A practice whose Maria Rossi was born in 1980.
pub(crate) async fn clinic() -> Clinic {
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled)]).await;
    let known = Patient { revision: 2, date_of_birth: born(), ..build::patient() };
    clinic.dynamo.people().save_patient(&build::patient(), &known).await.unwrap();
    clinic
}

/// Who asks at the desk, now.
fn asks(clinic: &Clinic) -> (ExternalId, Asked) {
    let who = external("person-1");
    let by = Actor::Person(who.clone());
    (who, Asked { by, request_id: "req-2".to_owned(), at: clinic.clock.now() })
}

/// Staff say that the two are not one.
pub(crate) async fn deny(clinic: &Clinic, work: &WorkItem) {
    let outcome = WorkOutcome::NotNeeded;
    let step = WorkStep::Resolve(Resolution { outcome, note: None, then: None });
    let (who, asked) = asks(clinic);
    let list = clinic.dynamo.work_list();
    at_desk!(clinic).work(&list, &work.id, &step, (&who, &asked)).await.unwrap();
}

/// Staff say that the new record of the question is the known patient's.
pub(crate) async fn merge(clinic: &Clinic, work: &WorkItem) -> Result<(), StoreError> {
    let pair = Pair { from: work.patient.clone().unwrap(), into: build::patient().id };
    let (who, asked) = asks(clinic);
    let list = clinic.dynamo.work_list();
    match Box::pin(at_desk!(clinic).merge_asked(&list, &work.id, &pair, (&who, &asked))).await {
        Ok(_) => Ok(()),
        Err(ChangeError::Store(error)) => Err(error),
        Err(other) => panic!("{other:?}"),
    }
}
