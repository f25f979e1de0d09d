//! What providers say of messages, and when: early, late, twice, and of what nobody knows.

#![cfg(test)]

use app::deliver::{DeliverError, Delivered};
use app::ports::{Catalogue, Clock, People, Pointer};
use app::receipts::{About, News, ReceiveError, Received};
use chrono::{DateTime, Duration, Utc};
use delivery::Clinic;
use domain::booking::BookingEventKind;
use domain::enrolment::{HoldReason, Status};
use domain::ledger::{Destination, LedgerState, Outcome};
use domain::patient::Choice;
use domain::phone::MobileNumber;
use domain::program::{Channel, Purpose};
use domain::receipt::{Fault, Receipt, Told};
use domain::timing::Timing;
use domain::work::WorkKind;
use testkit::build::{self, event, sms};
use testkit::fakes::Answer;
use testkit::faults::{DEATHS, at_every_call};
use testkit::wire::Fault as Broken;

const VISIT: &str = "2026-12-03T10:30:00+11:00";
const BOUNCED: Told = Told::Failed(Fault::NoSuchAddress);

/// A receipt for a message to the patient's number.
fn news(id: &str, handed_over_at: DateTime<Utc>, told: Told) -> News {
    let to = Destination::Mobile(MobileNumber::from_e164("+61491570006").unwrap());
    News {
        about: About::Message { to, handed_over_at },
        provider_id: id.to_owned(),
        receipt: Receipt { at: handed_over_at + Duration::seconds(1), told },
    }
}

async fn due() -> (Clinic, Pointer) {
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled)]).await;
    clinic.event("evt-1", &event(1, BookingEventKind::Made, VISIT)).await.unwrap();
    let pointer = clinic.queued().await;
    (clinic, pointer)
}

/// A clinic that has sent its one message, as `msg-1`, now.
async fn sent() -> Clinic {
    let (clinic, pointer) = due().await;
    assert_eq!(clinic.deliver(&pointer).await, Ok(Delivered::Sent));
    clinic
}

/// A clinic whose provider has taken its one message, as `msg-1`, now, and whose sender never heard.
async fn in_doubt() -> Clinic {
    let (clinic, pointer) = due().await;
    clinic.sms.script([Answer::AcceptInSilence]);
    assert_eq!(clinic.deliver(&pointer).await, Ok(Delivered::Pending));
    clinic
}

/// The quarter of an hour passes after which a message without an outcome is unclear.
async fn its_time_is_over(clinic: &Clinic) {
    clinic.clock.advance(Duration::minutes(15));
    clinic.minute().await;
}

async fn status(clinic: &Clinic) -> Status {
    clinic.enrolment().await.status
}

async fn told(clinic: &Clinic) -> Option<Told> {
    clinic.ledger().await[0].receipt.map(|receipt| receipt.told)
}

/// A clinic that has sent its message, and a receipt for it.
async fn sent_with(what: Told) -> (Clinic, News) {
    let clinic = sent().await;
    let news = news("msg-1", clinic.clock.now(), what);
    (clinic, news)
}

async fn receive((clinic, news): &(Clinic, News)) -> Result<Received, ReceiveError> {
    clinic.receive(news).await
}

#[test]
fn receiving_may_die_at_any_call_and_the_same_receipt_again_makes_it_whole() {
    for what in [BOUNCED, Told::Complained, Told::Delivered] {
        let start = async || sent_with(what).await;
        at_every_call(DEATHS, 3, start, receive, async |(clinic, receipt), died| {
            let at = died.at;
            assert!(died.answer.is_err(), "it comes again: {what:?}, {at}");
            clinic.receive(&receipt).await.unwrap();
            assert_eq!(told(&clinic).await, Some(what), "{at}");
            let kinds: Vec<_> = clinic.work().await.iter().map(|work| work.kind).collect();
            let maria = build::patient().id;
            let patient = clinic.dynamo.people().patient(&maria).await.unwrap().unwrap();
            let consent = patient.consents.of(Channel::Sms, Purpose::Commercial);
            let is_held = matches!(status(&clinic).await, Status::Held { .. });
            match what {
                Told::Failed(_) => {
                    assert_eq!(kinds, [WorkKind::Failed], "{at}");
                    assert!(is_held, "{at}");
                }
                Told::Complained => {
                    let choice = consent.map(|consent| consent.choice);
                    assert_eq!(choice, Some(Choice::Withdrawn), "{at}");
                    assert!(!is_held);
                }
                Told::Delivered | Told::Delayed => assert!(!is_held && kinds.is_empty()),
            }
            let before = clinic.dynamo.dump().await;
            assert_eq!(clinic.receive(&receipt).await, Ok(Received::Known));
            assert_eq!(clinic.dynamo.dump().await, before, "{at}");
        });
    }
}

#[tokio::test]
async fn a_receipt_that_fails_on_its_own_success_is_kept_once() {
    let clinic = sent().await;
    let delivered = news("msg-1", clinic.clock.now(), Told::Delivered);
    clinic.dynamo.wire.break_call(2, Broken::AnswerLost);
    assert_eq!(clinic.receive(&delivered).await, Ok(Received::Kept));
    assert!(clinic.dynamo.wire.mend(), "the write was repeated");
}

#[tokio::test]
async fn a_message_in_doubt_is_settled_by_the_receipt_that_came_before_its_time_was_over() {
    for (what, is_sent) in [(Told::Delivered, true), (Told::Delayed, true), (BOUNCED, false)] {
        let clinic = in_doubt().await;
        let receipt = news("msg-1", clinic.clock.now() + Duration::milliseconds(400), what);
        assert_eq!(clinic.receive(&receipt).await, Ok(Received::Stray));
        assert_eq!(clinic.receive(&receipt).await, Ok(Received::Stray), "twice is once");
        its_time_is_over(&clinic).await;
        let row = clinic.ledger().await.remove(0);
        let LedgerState::Settled { outcome, .. } = row.state else { panic!("not settled") };
        if is_sent {
            assert_eq!(outcome, Outcome::Sent { provider_id: "msg-1".to_owned() });
            assert!(matches!(status(&clinic).await, Status::Completed { .. }));
            // It comes again, as long as the queue has it.
            assert_eq!(clinic.receive(&receipt).await, Ok(Received::Kept));
            assert_eq!(told(&clinic).await, Some(what));
            assert!(clinic.work().await.is_empty());
        } else {
            let why = Fault::NoSuchAddress.to_string();
            assert_eq!(outcome, Outcome::Failed { why: why.clone() });
            let Status::Held { why: held, .. } = status(&clinic).await else { panic!("not held") };
            assert_eq!(held, HoldReason::Failed(why));
        }
        assert_eq!(clinic.sms.outbox().len(), 1, "never sent again");
    }
}

#[tokio::test]
async fn a_receipt_of_another_time_or_one_of_several_is_no_evidence() {
    type Receipts = fn(DateTime<Utc>) -> Vec<News>;
    let cases: [(&str, Receipts); 3] = [
        ("earlier", |at| vec![news("m-1", at - Duration::seconds(3), Told::Delivered)]),
        ("later", |at| vec![news("m-1", at + Duration::seconds(31), Told::Delivered)]),
        ("two", |at| vec![news("m-1", at, Told::Delivered), news("m-2", at, Told::Delivered)]),
    ];
    for (case, receipts) in cases {
        let clinic = in_doubt().await;
        for receipt in receipts(clinic.clock.now()) {
            assert_eq!(clinic.receive(&receipt).await, Ok(Received::Stray), "{case}");
        }
        its_time_is_over(&clinic).await;
        let Status::Held { why, .. } = status(&clinic).await else { panic!("{case}: not held") };
        assert_eq!(why, HoldReason::Unclear, "{case}");
    }
}

#[tokio::test]
async fn a_stray_whose_message_is_known_by_now_is_no_evidence_of_another_one() {
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled)]).await;
    // Its receipt comes before the row is settled: a stray, for the moment.
    let first = news("msg-1", clinic.clock.now(), Told::Delivered);
    assert_eq!(clinic.receive(&first).await, Ok(Received::Stray));
    let mut other = event(1, BookingEventKind::Made, VISIT);
    other.key.id = domain::text::ExternalId::parse("B-2").unwrap();
    clinic.event("evt-1", &event(1, BookingEventKind::Made, VISIT)).await.unwrap();
    clinic.event("evt-2", &other).await.unwrap();
    clinic.sweep().await;
    let pointers = clinic.queues.take();
    clinic.sms.script([Answer::Accept, Answer::AcceptInSilence]);
    assert_eq!(clinic.deliver(&pointers[0]).await, Ok(Delivered::Sent));
    assert_eq!(clinic.deliver(&pointers[1]).await, Ok(Delivered::Pending));
    its_time_is_over(&clinic).await;
    let unclear = |e: &domain::enrolment::Enrolment| {
        matches!(e.status, Status::Held { why: HoldReason::Unclear, .. })
    };
    assert!(clinic.enrolments().await.iter().any(unclear), "nobody knows of the second");
}

/// A clinic whose message is unclear, and the late receipt for it.
async fn unclear_with(what: Told) -> (Clinic, News) {
    let clinic = in_doubt().await;
    let late = news("msg-1", clinic.clock.now() + Duration::milliseconds(300), what);
    its_time_is_over(&clinic).await;
    assert_eq!(clinic.work().await[0].kind, WorkKind::Unclear);
    (clinic, late)
}

#[test]
fn an_unclear_message_is_settled_by_its_late_receipt_wherever_that_dies() {
    for (what, faults) in [(Told::Delivered, DEATHS), (BOUNCED, &[Broken::DeadAfter])] {
        let start = async || unclear_with(what).await;
        at_every_call(faults, 6, start, receive, async |(clinic, receipt), died| {
            let at = died.at;
            assert!(died.answer.is_err(), "{what:?}, {at}");
            clinic.receive(&receipt).await.unwrap();
            assert_eq!(told(&clinic).await, Some(what), "{at}");
            let kinds: Vec<_> = clinic.work().await.iter().map(|work| work.kind).collect();
            match (what, status(&clinic).await) {
                (Told::Failed(_), Status::Held { why: HoldReason::Failed(_), .. }) => {
                    assert_eq!(kinds, [WorkKind::Failed]);
                }
                (_, Status::Completed { .. }) => assert_eq!(kinds, [], "the doubt is over"),
                (_, other) => panic!("{what:?}, {at} ends in {other:?}"),
            }
            assert_eq!(clinic.receive(&receipt).await, Ok(Received::Known));
        });
    }
}

#[tokio::test]
async fn a_receipt_that_names_its_attempt_settles_what_its_sender_is_still_at_work_on() {
    for call in 0.. {
        let (clinic, pointer) = due().await;
        let others = clinic.others();
        let pause = clinic.dynamo.wire.pause_call(call);
        let mut delivery = Box::pin(clinic.deliver(&pointer));
        tokio::select! {
            () = pause.reached() => {}
            _done = &mut delivery => panic!("its sender was never held up after the provider"),
        }
        if clinic.sms.outbox().is_empty() {
            continue; // still before the provider
        }
        clinic.clock.advance(Duration::seconds(1));
        let receipt = Receipt { at: clinic.clock.now(), told: Told::Delivered };
        let about = About::Attempt(pointer.key.clone());
        let news = News { about, provider_id: "msg-1".to_owned(), receipt };
        assert_eq!(others.receive(&news).await, Ok(Received::Kept));
        pause.release();
        assert_eq!(delivery.await, Err(DeliverError::Contended), "it comes again");
        assert_eq!(clinic.deliver(&pointer).await, Ok(Delivered::Stale));
        assert_eq!(clinic.sms.outbox().len(), 1);
        assert!(matches!(status(&clinic).await, Status::Completed { .. }));
        return;
    }
}

#[tokio::test]
async fn of_two_receipts_at_the_same_moment_the_one_that_counts_is_kept() {
    for (held_up, quick) in [(Told::Delivered, BOUNCED), (BOUNCED, Told::Delivered)] {
        let mut raced = 0;
        for call in 0.. {
            let clinic = sent().await;
            let others = clinic.others();
            let (first, second) = (
                news("msg-1", clinic.clock.now(), held_up),
                news("msg-1", clinic.clock.now(), quick),
            );
            let pause = clinic.dynamo.wire.pause_call(call);
            let mut receiving = Box::pin(clinic.receive(&first));
            tokio::select! {
                () = pause.reached() => {}
                _done = &mut receiving => break,
            }
            others.receive(&second).await.unwrap();
            pause.release();
            receiving.await.unwrap();
            raced += 1;
            assert_eq!(told(&clinic).await, Some(BOUNCED), "{held_up:?} held up at {call}");
            assert!(matches!(status(&clinic).await, Status::Held { .. }));
            assert_eq!(clinic.work().await.len(), 1);
        }
        assert!(raced >= 3, "{held_up:?} was held up at {raced} calls only");
    }
}

#[tokio::test]
async fn a_receipt_for_somebody_whose_program_is_deleted_is_kept_and_breaks_nothing() {
    let clinic = sent().await;
    let program = build::program(vec![sms(10, Timing::Enrolled)]);
    clinic.dynamo.catalogue().delete_program(&program).await.unwrap();
    let bounce = news("msg-1", clinic.clock.now(), BOUNCED);
    assert_eq!(clinic.receive(&bounce).await, Ok(Received::Kept));
    assert_eq!(told(&clinic).await, Some(BOUNCED));
    assert!(matches!(status(&clinic).await, Status::Completed { .. }));
}

#[tokio::test]
async fn a_message_that_arrived_costs_one_write_unit_and_one_that_did_not_nine() {
    for (what, expected) in [(Told::Delivered, 1.0), (BOUNCED, 9.0)] {
        let clinic = sent().await;
        let before = clinic.dynamo.wire.write_units();
        clinic.receive(&news("msg-1", clinic.clock.now(), what)).await.unwrap();
        let units = clinic.dynamo.wire.write_units() - before;
        // One transaction: row 2, enrolment 2 and its entry among those of its program 1, note 2,
        // work 2.
        assert!((units - expected).abs() < 1e-9, "{what:?}: {units} write units");
    }
}
