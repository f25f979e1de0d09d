//! From a booking to a message, and what may come between.

#![cfg(test)]

use app::deliver::{DeliverError, Delivered};
use app::events::Answer;
use app::ports::{Clock, People, SendError, Verdict, shards_of_enrolments};
use chrono::Duration;
use delivery::Clinic;
use domain::booking::{BookingEventKind, Gone};
use domain::calendar::CalendarSpan;
use domain::enrolment::{EndReason, HoldReason, Status};
use domain::patient::{Choice, Patient, Standing};
use domain::program::{Channel, Purpose};
use domain::text::ExternalId;
use domain::timing::{Span, Timing};
use domain::work::WorkKind;
use testkit::build::{self, event, sms};
use testkit::fakes::Answer as Provider;

const VISIT: &str = "2026-12-03T10:30:00+11:00";
const TEXT: &str = "Hi Maria, your visit to Harbour Clinic is on 3 December 2026 at 10:30 am.";

fn made() -> domain::booking::BookingEvent {
    event(1, BookingEventKind::Made, VISIT)
}

fn verdict(answer: Answer) -> Verdict {
    match answer {
        Answer::Done(result) => result.verdict,
        other @ (Answer::Duplicate(_) | Answer::Kept | Answer::AnotherEvent) => {
            panic!("not done: {other:?}")
        }
    }
}

#[tokio::test]
async fn a_booking_becomes_a_text_message_and_completes() {
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled)]).await;
    let answer = clinic.event("evt-1", &made()).await.unwrap();
    assert_eq!(verdict(answer), Verdict::Applied);
    assert_eq!(clinic.minute().await, [Ok(Delivered::Sent)]);
    assert_eq!(clinic.sms.outbox(), [("+61491570006".to_owned(), TEXT.to_owned())]);
    assert!(matches!(clinic.enrolment().await.status, Status::Completed { .. }));
    assert!(clinic.minute().await.is_empty(), "nothing is left to do");
}

#[tokio::test]
async fn the_same_event_again_changes_nothing_and_says_so() {
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled)]).await;
    clinic.event("evt-1", &made()).await.unwrap();
    clinic.settle().await;
    let again = clinic.event("evt-1", &made()).await.unwrap();
    assert!(matches!(again, Answer::Duplicate(_)), "{again:?}");
    let under_another_id = clinic.event("evt-2", &made()).await.unwrap();
    assert_eq!(verdict(under_another_id), Verdict::Superseded);
    clinic.settle().await;
    assert_eq!(clinic.sms.outbox().len(), 1);
}

#[tokio::test]
async fn a_cancelled_booking_sends_nothing_even_when_the_message_is_queued() {
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled)]).await;
    clinic.event("evt-1", &made()).await.unwrap();
    clinic.sweep().await;
    let queued = clinic.queues.take();
    clinic.event("evt-2", &event(2, BookingEventKind::Cancelled, VISIT)).await.unwrap();
    assert_eq!(clinic.deliver(&queued[0]).await, Ok(Delivered::Stale));
    assert_eq!(clinic.sms.outbox(), []);
    let Status::Ended { why, .. } = clinic.enrolment().await.status else { panic!("not ended") };
    assert_eq!(why, EndReason::Booking(Gone::Cancelled));
}

#[tokio::test]
async fn a_cancel_that_comes_before_its_booking_is_remembered() {
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled)]).await;
    clinic.event("evt-2", &event(2, BookingEventKind::Cancelled, VISIT)).await.unwrap();
    let late = clinic.event("evt-1", &made()).await.unwrap();
    assert_eq!(verdict(late), Verdict::Superseded);
    assert_eq!(clinic.enrolments().await, []);
}

#[tokio::test]
async fn a_moved_booking_is_reminded_of_at_its_new_time_only() {
    // A change of details that has another start is a move too (HL7 SIU^S14).
    for kind in [BookingEventKind::Moved, BookingEventKind::Changed] {
        let two_days_before = Timing::Before(Span::Calendar(CalendarSpan::Days(2), None));
        let clinic = Clinic::with(vec![sms(10, two_days_before)]).await;
        clinic.event("evt-1", &made()).await.unwrap();
        let moved = event(2, kind, "2026-12-10T09:00:00+11:00");
        clinic.event("evt-2", &moved).await.unwrap();
        clinic.clock.advance(Duration::days(9)); // 1 December: the reminder of the old time
        assert!(clinic.minute().await.is_empty(), "{kind:?}");
        clinic.clock.advance(Duration::days(7)); // 8 December: that of the new one
        assert_eq!(clinic.minute().await, [Ok(Delivered::Sent)], "{kind:?}");
        let (_, text) = clinic.sms.outbox().remove(0);
        assert!(text.contains("10 December 2026 at 9:00 am"), "{text}");
    }
}

#[tokio::test]
async fn an_opt_out_after_queueing_is_seen_by_the_last_look() {
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled)]).await;
    clinic.event("evt-1", &made()).await.unwrap();
    clinic.sweep().await;
    let mut opted_out = build::patient();
    opted_out.revision = 2;
    let withdrawn = build::consent(Choice::Withdrawn);
    opted_out.consents.record(Channel::Sms, Purpose::Care, withdrawn);
    clinic.dynamo.people().save_patient(&build::patient(), &opted_out).await.unwrap();
    assert_eq!(clinic.deliver(&clinic.queues.take()[0]).await, Ok(Delivered::Failed));
    assert_eq!(clinic.sms.outbox(), []);
    assert_eq!(clinic.work().await.len(), 1, "a person sees to it");
}

#[tokio::test]
async fn a_throttled_provider_is_tried_again_and_the_patient_gets_one_message() {
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled)]).await;
    let throttled = || Provider::Refuse(SendError::Transient("throttled".into()));
    clinic.sms.script([throttled(), throttled(), Provider::Accept]);
    clinic.event("evt-1", &made()).await.unwrap();
    clinic.settle().await;
    assert_eq!(clinic.sms.outbox().len(), 1);
    let attempts: Vec<_> = clinic.ledger().await.iter().map(|row| row.key.attempt).collect();
    assert_eq!(attempts, [1, 2, 3]);
}

#[tokio::test]
async fn a_refused_message_holds_its_patient_on_the_work_list() {
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled)]).await;
    clinic.sms.script([Provider::Refuse(SendError::Permanent("invalid number".into()))]);
    clinic.event("evt-1", &made()).await.unwrap();
    clinic.settle().await;
    let Status::Held { why, .. } = clinic.enrolment().await.status else { panic!("not held") };
    assert_eq!(why, HoldReason::Failed("invalid number".into()));
    assert_eq!(clinic.work().await[0].kind, WorkKind::Failed);
}

#[tokio::test]
async fn a_lost_answer_is_never_sent_again_and_becomes_unclear_after_fifteen_minutes() {
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled)]).await;
    clinic.sms.script([Provider::AcceptInSilence]);
    clinic.event("evt-1", &made()).await.unwrap();
    assert_eq!(clinic.minute().await, [Ok(Delivered::Pending)]);
    clinic.clock.advance(Duration::minutes(13));
    assert!(clinic.minute().await.is_empty(), "fourteen minutes: still waiting for evidence");
    assert_eq!(clinic.minute().await, [Ok(Delivered::NotSent)]);
    let Status::Held { why, .. } = clinic.enrolment().await.status else { panic!("not held") };
    assert_eq!(why, HoldReason::Unclear);
    assert_eq!(clinic.work().await[0].kind, WorkKind::Unclear);
    assert_eq!(clinic.sms.outbox().len(), 1);
}

#[tokio::test]
async fn two_senders_with_the_same_message_send_it_once() {
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled)]).await;
    clinic.event("evt-1", &made()).await.unwrap();
    clinic.sweep().await;
    let pointer = clinic.queues.take().remove(0);
    let (a, b) = tokio::join!(clinic.deliver(&pointer), clinic.deliver(&pointer));
    assert_eq!(clinic.sms.outbox().len(), 1, "{a:?} {b:?}");
    clinic.settle().await;
    assert_eq!(clinic.sms.outbox().len(), 1);
    assert!(matches!(clinic.enrolment().await.status, Status::Completed { .. }));
}

#[tokio::test]
async fn with_too_little_time_left_nothing_is_reserved() {
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled)]).await;
    clinic.event("evt-1", &made()).await.unwrap();
    clinic.sweep().await;
    let pointer = clinic.queues.take().remove(0);
    let sender = clinic.sender();
    let hurried = Box::pin(sender.deliver(&pointer, || std::time::Duration::from_secs(9))).await;
    assert_eq!(hurried, Err(DeliverError::OutOfTime));
    assert_eq!(clinic.ledger().await, []);
}

#[tokio::test]
async fn what_a_queue_refuses_goes_with_the_next_sweep() {
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled)]).await;
    clinic.event("evt-1", &made()).await.unwrap();
    clinic.queues.refuse(true);
    assert_eq!(clinic.sweep().await.refused, 1);
    clinic.queues.refuse(false);
    assert_eq!(clinic.minute().await, [Ok(Delivered::Sent)]);
}

#[tokio::test]
async fn what_is_on_its_way_is_not_queued_again_until_its_lease_runs_out() {
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled)]).await;
    clinic.event("evt-1", &made()).await.unwrap();
    clinic.clock.advance(Duration::minutes(1));
    assert_eq!(clinic.sweep().await.queued, 1);
    drop(clinic.queues.take()); // a message that the queue loses
    for _ in 0..4 {
        clinic.clock.advance(Duration::minutes(1));
        assert_eq!(clinic.sweep().await.queued, 0);
    }
    clinic.clock.advance(Duration::minutes(1));
    assert_eq!(clinic.sweep().await.queued, 1, "a lost message comes again");
}

#[tokio::test]
async fn a_booking_stored_behind_one_that_was_swept_does_not_wait_for_a_lease() {
    // Its function read the clock first and stored last; both are in the same shard.
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled)]).await;
    for n in 0..64 {
        let late = clinic.clock.now();
        clinic.clock.advance(Duration::seconds(5));
        // No two texts are alike: one number does not get the same text more than a few times a day.
        let at = |minute| (build::at(VISIT) + Duration::minutes(minute)).to_rfc3339();
        let mut earlier = event(1, BookingEventKind::Made, &at(2 * n));
        earlier.key.id = ExternalId::parse(&format!("B-a{n}")).unwrap();
        clinic.event(&format!("evt-a{n}"), &earlier).await.unwrap();
        assert_eq!(clinic.sweep().await.queued, 1);
        for pointer in clinic.queues.take() {
            assert_eq!(clinic.deliver(&pointer).await, Ok(Delivered::Sent));
        }
        let mut later = event(1, BookingEventKind::Made, &at(2 * n + 1));
        later.key.id = ExternalId::parse(&format!("B-b{n}")).unwrap();
        clinic.event_at(&format!("evt-b{n}"), &later, late).await.unwrap();
        assert_eq!(clinic.sweep().await.queued, 1, "booking {n}");
        for pointer in clinic.queues.take() {
            assert_eq!(clinic.deliver(&pointer).await, Ok(Delivered::Sent));
        }
    }
}

#[tokio::test]
async fn an_unknown_patient_type_or_site_is_recorded_and_visible_and_tried_again_when_sent_again() {
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled)]).await;
    let stranger = build::event_of("B-2001", "physio-initial", "P-9", VISIT);
    let answer = clinic.event("evt-1", &stranger).await.unwrap();
    assert_eq!(verdict(answer), Verdict::Unmatched);
    let work = clinic.work().await;
    assert_eq!(work[0].kind, WorkKind::Unmatched);
    assert!(work[0].summary.contains("No patient has the identifier"), "{}", work[0].summary);

    let mut known = build::patient();
    known.id = domain::ids::PatientId::new(build::number(77));
    known.identifiers = [domain::patient::Identifier {
        source: stranger.key.source.clone(),
        id: domain::phi::Phi::new(ExternalId::parse("P-9").unwrap()),
    }]
    .into();
    clinic.dynamo.people().create_patient(&known).await.unwrap();
    let again = clinic.event("evt-1", &stranger).await.unwrap();
    assert_eq!(verdict(again), Verdict::Applied);
    assert_eq!(clinic.work().await, [], "it is off the work list");
    assert_eq!(clinic.minute().await, [Ok(Delivered::Sent)]);
}

#[tokio::test]
async fn a_booking_of_somebody_who_is_no_patient_any_more_begins_nothing_and_is_work() {
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled)]).await;
    let people = clinic.dynamo.people();
    let mut gone = build::patient();
    gone.revision += 1;
    gone.standing = Standing::Deceased;
    people.save_patient(&build::patient(), &gone).await.unwrap();
    assert_eq!(verdict(clinic.event("evt-1", &made()).await.unwrap()), Verdict::Unmatched);
    assert!(clinic.enrolments().await.is_empty());
    let work = clinic.work().await;
    assert!(work[0].summary.contains("The patient is recorded as deceased."), "{work:?}");

    // It was a mistake: what the diary sends again is taken in.
    let back = Patient { revision: gone.revision + 1, ..build::patient() };
    people.save_patient(&gone, &back).await.unwrap();
    assert_eq!(verdict(clinic.event("evt-1", &made()).await.unwrap()), Verdict::Applied);
    assert_eq!(clinic.work().await, [], "it is off the work list");
    assert_eq!(clinic.minute().await, [Ok(Delivered::Sent)]);
}

#[tokio::test]
async fn an_enrolment_whose_program_cannot_be_read_goes_to_the_work_list_and_comes_up_no_more() {
    use aws_sdk_dynamodb::types::AttributeValue;
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled)]).await;
    clinic.event("evt-1", &made()).await.unwrap();
    let program = clinic.enrolment().await.program;
    let put = clinic.dynamo.client.put_item().table_name("catalogue");
    put.item("pk", AttributeValue::S("PROGRAM".into()))
        .item("sk", AttributeValue::S(program.to_string()))
        .item("data", AttributeValue::S("nonsense".into()))
        .send()
        .await
        .unwrap();
    assert_eq!(clinic.minute().await, [Ok(Delivered::NotSent)]);
    assert_eq!(clinic.work().await[0].kind, WorkKind::Unreadable);
    clinic.clock.advance(Duration::minutes(10));
    assert!(clinic.minute().await.is_empty());
}

#[tokio::test]
async fn a_booking_given_to_another_patient_is_the_others_alone() {
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled)]).await;
    let mut other = build::patient();
    other.id = domain::ids::PatientId::new(build::number(77));
    other.mobile = Some(domain::phone::MobileNumber::from_e164("+61491570156").unwrap());
    let identifier = domain::patient::Identifier {
        source: made().key.source,
        id: domain::phi::Phi::new(ExternalId::parse("P-2002").unwrap()),
    };
    other.identifiers = [identifier].into();
    clinic.dynamo.people().create_patient(&other).await.unwrap();
    clinic.event("evt-1", &made()).await.unwrap();
    let mut given = build::event_of("B-2001", "physio-initial", "P-2002", VISIT);
    (given.kind, given.order.version) = (BookingEventKind::Changed, Some(2));
    clinic.event("evt-2", &given).await.unwrap();
    clinic.minute().await;
    let to: Vec<_> = clinic.sms.outbox().into_iter().map(|(to, _)| to).collect();
    assert_eq!(to, ["+61491570156"]);
}

#[tokio::test]
async fn a_change_of_details_does_not_revive_a_cancelled_booking() {
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled)]).await;
    clinic.event("evt-1", &made()).await.unwrap();
    clinic.event("evt-2", &event(2, BookingEventKind::Cancelled, VISIT)).await.unwrap();
    clinic.event("evt-3", &event(3, BookingEventKind::Changed, VISIT)).await.unwrap();
    clinic.settle().await;
    assert_eq!(clinic.sms.outbox(), []);
}

#[tokio::test]
async fn a_row_that_cannot_be_read_leaves_the_head_of_the_index_and_blocks_nobody() {
    use aws_sdk_dynamodb::types::AttributeValue;
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled)]).await;
    clinic.event("evt-1", &made()).await.unwrap();
    for (_, shard) in shards_of_enrolments() {
        let put = clinic.dynamo.client.put_item().table_name("enrolments");
        put.item("pk", AttributeValue::S(format!("enr_broken{shard}")))
            .item("sk", AttributeValue::S("ENROLMENT".into()))
            .item("due_shard", AttributeValue::S(format!("{shard:02}")))
            .item("due_key", AttributeValue::S("2020-01-01T00:00:00.000Z|pigeon".into()))
            .send()
            .await
            .unwrap();
    }
    assert_eq!(clinic.sweep().await.parked, shards_of_enrolments().count());
    assert_eq!(clinic.queues.take().len(), 1, "the others flow");
    assert_eq!(clinic.work().await.len(), shards_of_enrolments().count());
    assert_eq!(clinic.sweep().await.parked, 0);
}
