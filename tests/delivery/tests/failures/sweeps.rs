//! What happens while the sweeper is off, while nothing may go out, and at the head of a shard.

use std::collections::BTreeMap;

use app::ports::{Catalogue, EnrolmentReader};
use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, WriteRequest};
use chrono::Duration;
use delivery::Clinic;
use domain::booking::BookingEventKind;
use domain::calendar::CalendarSpan;
use domain::enrolment::Status;
use domain::ids::{EnrolmentId, ProgramId, TemplateId};
use domain::ledger::{LedgerState, Outcome};
use domain::program::{ActionKind, Medium, Program, ProgramName, ProgramType};
use domain::timing::{Span, Timing};
use domain::work::WorkKind;
use testkit::build::{self, event, event_of, number, sms};

use crate::support::{VISIT, assert_once_each, crowd, hand_over, minutes, sender_by, swept};

fn two_days_before() -> Timing {
    Timing::Before(Span::Calendar(CalendarSpan::Days(2), None))
}

#[tokio::test]
async fn a_sweeper_that_was_off_for_three_days_ends_every_action_as_sent_or_too_late() {
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled), sms(11, two_days_before())]).await;
    // The reminder of the first is due on the day on which the sweeper works again, that of the second later.
    for (id, start) in [("B-1", "2026-11-27T20:30:00+11:00"), ("B-2", VISIT)] {
        let made = event_of(id, "physio-initial", "P-1001", start);
        clinic.event(&format!("evt-{id}"), &made).await.unwrap();
    }
    clinic.clock.advance(Duration::days(3) + Duration::hours(2));
    minutes(&clinic, 10).await;
    let mut ended: BTreeMap<&str, usize> = BTreeMap::new();
    let mut waiting = 0;
    for enrolment in clinic.enrolments().await {
        let (rows, _) = clinic.dynamo.enrolment_reader().records(&enrolment.id).await.unwrap();
        for row in rows {
            let LedgerState::Settled { outcome, .. } = row.state else { panic!("{row:?}") };
            if let Outcome::Skipped { why } = &outcome {
                assert!(why.contains("late"), "{why}");
            }
            *ended.entry(outcome.as_str()).or_default() += 1;
        }
        waiting += usize::from(matches!(enrolment.status, Status::Active(_)));
    }
    // Four actions: both confirmations are too late, one reminder went out, and one is still to come.
    assert_eq!(ended, BTreeMap::from([("sent", 1), ("skipped", 2)]));
    assert_eq!((waiting, clinic.sms.outbox().len()), (1, 1));
    clinic.assert_sound().await;
}

#[tokio::test]
async fn a_hold_that_comes_while_messages_are_in_the_queue_loses_none_of_them() {
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled)]).await;
    crowd(&clinic, 12).await;
    clinic.clock.advance(Duration::minutes(1));
    let queued = swept(&clinic).await;
    clinic.hold_sending().await;
    let sender = sender_by(&clinic, clinic.sms.clone());
    assert_eq!(hand_over(&clinic, &sender, &queued).await, [""; 0], "the queue is emptied");
    minutes(&clinic, 10).await;
    assert_eq!(clinic.sms.outbox(), []);
    clinic.assert_sound().await;
    clinic.release_sending().await;
    minutes(&clinic, 10).await;
    assert_once_each(&clinic, 12);
    // What was in the queue all the time finds nothing to do.
    assert_eq!(hand_over(&clinic, &sender, &queued).await, [""; 0]);
    assert_once_each(&clinic, 12);
    clinic.assert_sound().await;
}

/// Rows whose due key nobody can read, due before everything else in a shard.
async fn broken_due_times(clinic: &Clinic, rows: u128, shard: &str) {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let puts: Vec<WriteRequest> = (0..rows)
        .map(|n| {
            let id = EnrolmentId::new(number(500_000 + n));
            let put = PutRequest::builder()
                .item("pk", text(id.as_str()))
                .item("sk", text("ENROLMENT"))
                .item("due_shard", text(shard))
                .item("due_key", text(&format!("2026-11-21T00:00:00.000Z|nonsense|{n:04}")))
                .item("data", text("nonsense"));
            WriteRequest::builder().put_request(put.build().unwrap()).build()
        })
        .collect();
    for batch in puts.chunks(25) {
        let write = clinic.dynamo.client.batch_write_item();
        write.request_items("enrolments", batch.to_vec()).send().await.unwrap();
    }
}

/// A program whose text cannot be read.
fn without_text() -> Program {
    let mut action = sms(20, Timing::Enrolled);
    if let ActionKind::Message(message) = &mut action.kind
        && let Medium::Sms { template, .. } = &mut message.medium
    {
        *template = TemplateId::new(number(900));
    }
    Program {
        id: ProgramId::new(number(901)),
        kind: ProgramType::General,
        name: ProgramName::parse("Broken").unwrap(),
        ..build::program(vec![action])
    }
}

#[tokio::test]
async fn a_thousand_rows_with_a_broken_due_time_or_template_at_the_head_of_a_shard_let_the_others_flow()
 {
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled)]).await;
    let broken = without_text();
    clinic.dynamo.catalogue().create_program(&broken, &build::saved()).await.unwrap();
    for _ in 0..100 {
        clinic.add(&broken, "2026-11-22".parse().unwrap(), &[]).await;
    }
    let before = clinic.dynamo.busy_shards();
    clinic.clock.advance(Duration::minutes(1));
    clinic.event("evt-1", &event(1, BookingEventKind::Made, VISIT)).await.unwrap();
    assert_eq!(
        before.len(),
        6,
        "the broken ones are in every shard of their queue, and due before it"
    );
    let dump = clinic.dynamo.dump().await;
    let due = dump.values().find_map(|item| {
        let is_its = item.get("due_key")?.as_s().ok()?.contains("act_0000000000000000000000000a");
        is_its.then(|| item.get("due_shard")?.as_s().ok().cloned())?
    });
    broken_due_times(&clinic, 900, &due.expect("the booking's message is due")).await;
    minutes(&clinic, 8).await;
    assert_eq!(clinic.sms.outbox().len(), 1, "I6: the booking's message went out");
    let work = clinic.work().await;
    let unreadable = work.iter().filter(|work| work.kind == WorkKind::Unreadable).count();
    assert_eq!(work.len(), 1_000, "each of them is work for a person");
    assert!(unreadable >= 900, "{unreadable}");
    let left = clinic.dynamo.busy_shards();
    assert!(left.is_empty(), "none of them is brought up again: {left:?}");
}
