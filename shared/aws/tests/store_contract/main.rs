//! The contracts of the ports, on the DynamoDB adapters.

#![cfg(test)]

mod due;
mod events;

use app::ports::{
    BookingChange, Bookings, Catalogue, Change, EnrolmentReader, Enrolments, Ids, Intake,
    KnownEvent, People, Reservation, SaveError, StoreError, Taken, WorkList,
};
use chrono::Duration;
use domain::enrolment::{
    Crowd, Decision, Effect, Enrolment, Event, Recipient, decide, enrol_for_booking,
};
use domain::ids::{EnrolmentId, PatientId, ReservationToken};
use domain::ledger::{Destination, LedgerKey, LedgerRow, LedgerState, Outcome};
use domain::program::{Channel, ProgramName};
use domain::timing::Timing;
use testkit::build::{self, at};
use testkit::dynamo::Dynamo;
use testkit::fakes::CountingIds;
use testkit::wire::Fault;

use crate::due::{begin_as, due_keys};

pub(crate) const NOW: &str = "2026-11-22T08:00:00Z";

pub(crate) fn enrolment() -> Enrolment {
    let (program, booking) =
        (build::program(vec![build::sms(10, Timing::Enrolled)]), build::booking());
    let (site, patient) = (build::site(), build::patient());
    let facts = build::facts(&program, &site, &patient, &booking);
    enrol_for_booking("req-1".into(), facts, at(NOW)).unwrap().enrolment
}

fn changed(before: Enrolment, decision: Decision) -> [Change; 1] {
    [Change::new(Some(before), decision, &[])]
}

/// A decision that changes nothing but the revision.
fn next(enrolment: &Enrolment) -> Decision {
    let mut next = enrolment.clone();
    next.revision += 1;
    Decision { enrolment: next, effects: vec![] }
}

pub(crate) async fn begin(dynamo: &Dynamo, enrolment: &Enrolment) {
    let change = BookingChange {
        changes: vec![build::begun(enrolment.clone())],
        ..booking_change("evt-begin")
    };
    dynamo.intake().commit(&change).await.unwrap();
}

pub(crate) fn booking_change(event: &str) -> BookingChange {
    let event = build::recorded(event);
    BookingChange {
        event,
        booking: None,
        before: None,
        changes: vec![],
        raise: vec![],
        renew: None,
        resolve: None,
        again: None,
    }
}

fn reservation(key: &LedgerKey, owner: u128) -> (LedgerRow, ReservationToken) {
    let owner = ReservationToken::new(build::number(owner));
    let row = LedgerRow {
        key: key.clone(),
        channel: Channel::Sms,
        to: build::patient().mobile.map(Destination::Mobile),
        wording: None,
        opened_at: at(NOW),
        state: LedgerState::Reserved { owner: owner.clone() },
        receipt: None,
    };
    (row, owner)
}

fn sent() -> Outcome {
    Outcome::Sent { provider_id: "m-1".into() }
}

#[tokio::test]
async fn what_is_stored_is_read_back_as_it_was() {
    let dynamo = Dynamo::start().await;
    let (catalogue, people) = (dynamo.catalogue(), dynamo.people());
    let program = build::program(vec![build::sms(10, Timing::Enrolled)]);
    let (template, kind) = (build::template(), build::booking_type());
    catalogue.create_program(&program, &build::saved()).await.unwrap();
    catalogue.create_template(&template).await.unwrap();
    catalogue.create_booking_type(&kind).await.unwrap();
    catalogue.create_site(&build::site()).await.unwrap();
    people.create_patient(&build::patient()).await.unwrap();

    assert_eq!(catalogue.program(&program.id).await, Ok(Some(program.clone())));
    assert_eq!(catalogue.programs().await, Ok(vec![program]));
    assert_eq!(catalogue.template(&template.id).await, Ok(Some(template.clone())));
    assert_eq!(catalogue.templates().await, Ok(vec![template]));
    assert_eq!(catalogue.booking_type(&kind.id).await, Ok(Some(kind.clone())));
    assert_eq!(catalogue.booking_type_by_code(&kind.code).await, Ok(Some(kind)));
    assert_eq!(catalogue.site(&build::site().id).await, Ok(Some(build::site())));
    assert_eq!(catalogue.site_by_code(&build::site().code).await, Ok(Some(build::site())));
    assert_eq!(people.patient(&build::patient().id).await, Ok(Some(build::patient())));
    let identifier = build::patient().identifiers.into_iter().next().unwrap();
    assert_eq!(people.find(&identifier).await, Ok(Some(build::patient().id)));

    begin(&dynamo, &enrolment()).await;
    assert_eq!(dynamo.enrolments().enrolment(&enrolment().id).await, Ok(Some(enrolment())));
    let change = BookingChange { booking: Some(build::booking()), ..booking_change("evt-1") };
    dynamo.intake().commit(&change).await.unwrap();
    assert_eq!(dynamo.bookings().booking(&build::booking().key).await, Ok(Some(build::booking())));
    let event = dynamo.intake().event(&change.event.key).await;
    assert_eq!(event, Ok(Some(KnownEvent::Done(Box::new(change.event)))));
}

#[tokio::test]
async fn a_program_name_is_taken_whatever_its_case_and_free_after_a_rename() {
    let dynamo = Dynamo::start().await;
    let catalogue = dynamo.catalogue();
    let program = build::program(vec![]);
    catalogue.create_program(&program, &build::saved()).await.unwrap();
    let mut other = program.clone();
    other.id = domain::ids::ProgramId::new(build::number(99));
    other.name = ProgramName::parse("BOOKING confirmation").unwrap();
    assert_eq!(
        catalogue.create_program(&other, &build::saved()).await,
        Err(SaveError::Taken(Taken::Name))
    );
    assert_eq!(catalogue.program(&other.id).await, Ok(None), "nothing half-written");

    let mut renamed = program.clone();
    renamed.version = 2;
    renamed.name = ProgramName::parse("Reminders").unwrap();
    catalogue.save_program(&program, &renamed, &build::saved()).await.unwrap();
    catalogue.create_program(&other, &build::saved()).await.unwrap();
}

#[tokio::test]
async fn a_save_from_a_stale_version_is_refused() {
    let dynamo = Dynamo::start().await;
    let catalogue = dynamo.catalogue();
    let first = build::program(vec![]);
    catalogue.create_program(&first, &build::saved()).await.unwrap();
    let mut second = first.clone();
    second.version = 2;
    catalogue.save_program(&first, &second, &build::saved()).await.unwrap();
    assert_eq!(
        catalogue.save_program(&first, &second, &build::saved()).await,
        Err(SaveError::Stale)
    );

    let people = dynamo.people();
    people.create_patient(&build::patient()).await.unwrap();
    let mut newer = build::patient();
    newer.revision = 2;
    people.save_patient(&build::patient(), &newer).await.unwrap();
    assert_eq!(people.save_patient(&build::patient(), &newer).await, Err(SaveError::Stale));
}

#[tokio::test]
async fn an_identifier_belongs_to_one_patient() {
    let dynamo = Dynamo::start().await;
    let people = dynamo.people();
    people.create_patient(&build::patient()).await.unwrap();
    let mut other = build::patient();
    other.id = PatientId::new(build::number(99));
    let taken = Err(SaveError::Taken(Taken::Identifiers));
    assert_eq!(people.create_patient(&other).await, taken);
    assert_eq!(people.patient(&other.id).await, Ok(None), "nothing half-written");

    let mut without = build::patient();
    without.revision = 2;
    without.identifiers.clear();
    people.save_patient(&build::patient(), &without).await.unwrap();
    people.create_patient(&other).await.unwrap();
}

#[tokio::test]
async fn a_reservation_is_won_once() {
    let dynamo = Dynamo::start().await;
    let store = dynamo.enrolments();
    let key = enrolment().current_key().unwrap();
    let (ours, _) = reservation(&key, 1);
    let (theirs, _) = reservation(&key, 2);
    assert_eq!(store.reserve(&ours).await, Ok(Reservation::Won));
    assert_eq!(store.reserve(&theirs).await, Ok(Reservation::Lost(ours.clone())));
    assert_eq!(store.row(&key).await, Ok(Some(ours)));
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_is_still_ours_when_the_sdk_repeats_it() {
    let dynamo = Dynamo::start().await;
    let store = dynamo.enrolments();
    begin(&dynamo, &enrolment()).await;
    let key = enrolment().current_key().unwrap();
    let (row, owner) = reservation(&key, 1);

    dynamo.wire.break_call(0, Fault::AnswerLost);
    assert_eq!(store.reserve(&row).await, Ok(Reservation::Won));
    dynamo.wire.break_call(0, Fault::AnswerLost);
    assert_eq!(store.settle(&row, &owner, at(NOW), &sent()).await, Ok(()));
    dynamo.wire.break_call(0, Fault::AnswerLost);
    assert_eq!(store.commit(&changed(enrolment(), next(&enrolment()))).await, Ok(()));
    assert!(dynamo.wire.mend());
    assert_eq!(dynamo.wire.calls()["UpdateItem"], 2, "the SDK did repeat the call");
}

#[tokio::test]
async fn only_the_owner_settles_and_what_is_settled_stays_so() {
    let dynamo = Dynamo::start().await;
    let store = dynamo.enrolments();
    let key = enrolment().current_key().unwrap();
    let (row, owner) = reservation(&key, 1);
    let (_, stranger) = reservation(&key, 2);
    store.reserve(&row).await.unwrap();
    let unclear = Outcome::Unclear { why: "no outcome".into() };

    assert_eq!(store.settle(&row, &stranger, at(NOW), &sent()).await, Err(SaveError::Stale));
    store.settle(&row, &owner, at(NOW), &unclear).await.unwrap();
    let later = at(NOW) + Duration::minutes(1);
    store.settle(&row, &owner, later, &sent()).await.expect("evidence settles what is unclear");
    let again = later + Duration::minutes(1);
    let failed = Outcome::Failed { why: "no".into() };
    assert_eq!(store.settle(&row, &owner, again, &failed).await, Err(SaveError::Stale));
    let state = store.row(&key).await.unwrap().unwrap().state;
    assert_eq!(state, LedgerState::Settled { at: later, outcome: sent() });
}

#[tokio::test]
async fn a_decision_on_a_stale_enrolment_is_refused_with_all_its_effects() {
    let dynamo = Dynamo::start().await;
    let store = dynamo.enrolments();
    begin(&dynamo, &enrolment()).await;
    store.commit(&changed(enrolment(), next(&enrolment()))).await.unwrap();
    let mut other = next(&enrolment());
    other.enrolment.request_id = "req-2".into();
    assert_eq!(store.commit(&changed(enrolment(), other)).await, Err(SaveError::Stale));

    let mut patient = build::patient();
    patient.mobile = None;
    let held = hold(&enrolment(), &patient);
    assert_eq!(store.commit(&changed(enrolment(), held)).await, Err(SaveError::Stale));
    assert_eq!(dynamo.work_list().open().await, Ok(vec![]));
    assert_eq!(store.row(&enrolment().current_key().unwrap()).await, Ok(None));
}

fn hold(enrolment: &Enrolment, patient: &domain::patient::Patient) -> Decision {
    let program = build::program(vec![build::sms(10, Timing::Enrolled)]);
    let (site, booking) = (build::site(), build::booking());
    let facts = build::facts(&program, &site, patient, &booking);
    decide(enrolment, facts, Event::Due(enrolment.current_key().unwrap(), Crowd::Unknown), at(NOW))
}

#[tokio::test]
async fn a_hold_leaves_the_due_index_and_enters_the_work_list_in_one_write() {
    let dynamo = Dynamo::start().await;
    begin(&dynamo, &enrolment()).await;
    assert_eq!(due_keys(&dynamo, at(NOW)).await.len(), 1);
    let mut patient = build::patient();
    patient.mobile = None;
    let held = hold(&enrolment(), &patient);
    dynamo.enrolments().commit(&changed(enrolment(), held)).await.unwrap();
    assert_eq!(due_keys(&dynamo, at(NOW)).await, Vec::<String>::new());
    let open = dynamo.work_list().open().await.unwrap();
    assert_eq!(
        open.iter().map(|work| work.item.enrolment.clone()).collect::<Vec<_>>(),
        [Some(enrolment().id)]
    );
    let (rows, notes) = dynamo.enrolment_reader().records(&enrolment().id).await.unwrap();
    assert_eq!((rows.len(), notes.len()), (1, 1));
}

#[tokio::test]
async fn a_patients_enrolments_come_newest_first() {
    let dynamo = Dynamo::start().await;
    let ids = CountingIds::default();
    let mut expected = Vec::new();
    for day in 1..=3 {
        let mut enrolment = enrolment();
        enrolment.id = EnrolmentId::new(ids.next());
        enrolment.enrolled_at = at(NOW) + Duration::days(day);
        begin_as(&dynamo, &enrolment).await;
        expected.insert(0, enrolment);
    }
    let found = dynamo.enrolment_reader().of_patient(&build::patient().id).await;
    assert_eq!(found.map(|found| found.enrolments), Ok(expected));
}

#[tokio::test]
async fn a_stored_record_that_cannot_be_read_is_an_error_and_no_default() {
    use aws_sdk_dynamodb::types::AttributeValue;
    let dynamo = Dynamo::start().await;
    let id = enrolment().id;
    dynamo
        .client
        .put_item()
        .table_name("enrolments")
        .item("pk", AttributeValue::S(id.to_string()))
        .item("sk", AttributeValue::S("ENROLMENT".into()))
        .item("data", AttributeValue::S("nonsense".into()))
        .send()
        .await
        .unwrap();
    let error = dynamo.enrolments().enrolment(&id).await.unwrap_err();
    assert!(matches!(error, StoreError::Unreadable { .. }), "{error:?}");
}

#[tokio::test]
async fn effects_that_are_not_stored_do_not_make_a_write() {
    let dynamo = Dynamo::start().await;
    let before = dynamo.wire.write_units();
    let decision = Decision {
        enrolment: enrolment(),
        effects: vec![Effect::Send {
            medium: build::sms(10, Timing::Enrolled).message().unwrap().medium.clone(),
            to: Recipient::Mobile(build::patient().mobile.unwrap()),
        }],
    };
    dynamo.enrolments().commit(&changed(enrolment(), decision)).await.unwrap();
    assert!((dynamo.wire.write_units() - before).abs() < f64::EPSILON);
}
