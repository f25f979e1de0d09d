//! Who goes first when more is due than there is room for.

#![cfg(test)]

use std::collections::BTreeSet;

use app::deliver::Delivered;
use app::ports::{Catalogue, Clock, Enrolments, Ids, Queue};
use aws_sdk_dynamodb::types::AttributeValue;
use chrono::{DateTime, Days, Duration, NaiveDate, Utc};
use delivery::Clinic;
use domain::calendar::CalendarSpan;
use domain::enrolment::{Enrolment, Lane, Status};
use domain::ids::EnrolmentId;
use domain::program::{Action, ActionKind, Carrier, Program};
use domain::template::{Body, BodyKind, Content, Template};
use domain::timing::{Reference, Span, Timing};
use testkit::build::{begun, email, program, sms, template};
use testkit::fakes::CountingIds;

const TEXTS: Queue = Queue::Sms(Lane::Others);
const EMAILS: Queue = Queue::Email(Lane::Others);

/// A practice whose text says nothing of a visit, for recalls.
async fn clinic(room: usize) -> Clinic {
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled)]).await;
    let text = "Hi {{ patient.first_name }}, your date is {{ reference.date }}.";
    let content = Content::Sms(Body::parse(BodyKind::Sms, text).unwrap());
    let plain = Template { version: 2, content, ..template() };
    clinic.dynamo.catalogue().save_template(&template(), &plain).await.unwrap();
    clinic.queues.hold_at_most(room);
    clinic
}

/// Somebody who waits for it, and has been due for an hour.
async fn waiting(clinic: &Clinic, action: Action) -> Enrolment {
    let recall = Program { actions: vec![action], ..program(Vec::new()) };
    let mut one = clinic.add(&recall, "2026-12-20".parse().unwrap(), &[]).await;
    one.revision = 1;
    one
}

/// The next id whose shard is the one of this number, of whichever six or sixteen shards.
fn id_in_shard(ids: &CountingIds, number: u8) -> EnrolmentId {
    let folded = |id: &EnrolmentId| {
        id.as_str().bytes().fold(0_u8, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte))
    };
    std::iter::repeat_with(|| EnrolmentId::new(ids.next()))
        .find(|id| folded(id) % 48 == number)
        .expect("one of some fifty")
}

/// So many more like this one in one shard, each due a second after the other.
async fn more(
    clinic: &Clinic,
    (like, number): (&Enrolment, usize),
    (ids, shard): (&CountingIds, u8),
    from: DateTime<Utc>,
) {
    let date = NaiveDate::from_ymd_opt(2027, 1, 1).unwrap();
    let all: Vec<_> = (0..number)
        .map(|n| {
            let mut one = like.clone();
            one.id = id_in_shard(ids, shard);
            // No two texts are alike: one number does not get the same text more than a few times a day.
            let days = u64::from(shard) * 1_000 + u64::try_from(n).unwrap();
            one.anchor.date = Reference::Date(date + Days::new(days));
            if let Status::Active(step) = &mut one.status {
                step.due = from + Duration::seconds(i64::try_from(n).unwrap());
            }
            begun(one)
        })
        .collect();
    for some in all.chunks(40) {
        clinic.dynamo.enrolments().commit(some).await.unwrap();
    }
}

#[tokio::test]
async fn a_backlog_of_emails_holds_up_no_text_message_though_its_queue_is_full() {
    let clinic = clinic(100).await;
    let ids = CountingIds::after(1_000_000);
    let (mail, text) = (
        waiting(&clinic, email(10, Timing::Enrolled)).await,
        waiting(&clinic, sms(11, Timing::Enrolled)).await,
    );
    clinic.clock.advance(Duration::hours(2));
    let now = clinic.clock.now();
    // More than a sweep reads of a shard, all of them due before the text message.
    more(&clinic, (&mail, 1_600), (&ids, 1), now - Duration::hours(1)).await;
    more(&clinic, (&text, 1), (&ids, 1), now - Duration::minutes(1)).await;
    let swept = clinic.sweep().await;
    assert_eq!(clinic.queues.take_of(TEXTS, 9).len(), 2, "{swept:?}");
    let first = clinic.queues.take_of(EMAILS, usize::MAX);
    assert_eq!((first.len(), clinic.queues.take().len()), (100, 0));
    // What had no room goes as soon as there is some, and no lease stands on it.
    clinic.clock.advance(Duration::minutes(1));
    clinic.sweep().await;
    let second = clinic.queues.take_of(EMAILS, usize::MAX);
    assert_eq!(second.len(), 100);
    assert!(second.iter().all(|pointer| !first.contains(pointer)), "none of them again");
}

#[tokio::test]
async fn the_oldest_of_all_shards_go_first_when_their_queue_has_no_room_for_the_rest() {
    let clinic = clinic(31).await;
    let ids = CountingIds::after(1_000_000);
    let text = waiting(&clinic, sms(10, Timing::Enrolled)).await;
    clinic.clock.advance(Duration::hours(2));
    let now = clinic.clock.now();
    // Those of the shard that is looked at last have waited for longest, but for the first of all.
    more(&clinic, (&text, 30), (&ids, 0), now - Duration::minutes(10)).await;
    let newer: Vec<_> = clinic.enrolments().await.into_iter().map(|one| one.id).collect();
    more(&clinic, (&text, 30), (&ids, 5), now - Duration::minutes(20)).await;
    for expected in ["older", "newer"] {
        let swept = clinic.sweep().await;
        let queued = clinic.queues.take();
        let of_newer = queued.iter().filter(|pointer| newer.contains(&pointer.key.enrolment));
        let (of_newer, all) = (of_newer.count(), queued.len());
        match expected {
            // The very first was there before the newer ones were noted.
            "older" => assert_eq!((of_newer, all, swept.deferred), (1, 31, 30)),
            _ => assert_eq!((of_newer, all, swept.deferred), (30, 30, 0)),
        }
        for pointer in &queued {
            assert_eq!(clinic.deliver(pointer).await, Ok(Delivered::Sent));
        }
        clinic.clock.advance(Duration::minutes(1));
    }
    assert_eq!(clinic.sms.outbox().len(), 61);
    clinic.assert_sound().await;
}

#[tokio::test]
async fn a_full_queue_is_given_nothing_and_what_waits_for_it_is_not_leased() {
    let clinic = clinic(0).await;
    waiting(&clinic, sms(10, Timing::Enrolled)).await;
    clinic.clock.advance(Duration::hours(1));
    let before = clinic.dynamo.wire.write_units();
    let swept = clinic.sweep().await;
    assert_eq!((swept.queued, swept.deferred, swept.oldest_seconds), (0, 1, 3_600));
    assert!((clinic.dynamo.wire.write_units() - before).abs() < 1e-9, "no lease");
    clinic.queues.hold_at_most(1);
    assert_eq!(clinic.sweep().await.queued, 1);
}

/// Puts what is due for an enrolment into that shard, as when shards had no queues.
async fn put_into(clinic: &Clinic, enrolment: &EnrolmentId, shard: u8) {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let update = clinic.dynamo.client.update_item().table_name("enrolments");
    update
        .key("pk", text(enrolment.as_str()))
        .key("sk", text("ENROLMENT"))
        .update_expression("SET due_shard = :shard")
        .expression_attribute_values(":shard", text(&format!("{shard:02}")))
        .send()
        .await
        .unwrap();
}

#[tokio::test]
async fn what_was_written_when_shards_had_no_queues_goes_to_its_own() {
    let clinic = clinic(usize::MAX).await;
    for shard in 0..16 {
        let mail = waiting(&clinic, email(10, Timing::Enrolled)).await;
        put_into(&clinic, &mail.id, shard).await;
    }
    clinic.clock.advance(Duration::hours(1));
    assert_eq!(clinic.sweep().await.queued, 16);
    assert_eq!(clinic.queues.take_of(EMAILS, usize::MAX).len(), 16);
}

#[tokio::test]
async fn what_waits_for_another_queue_than_its_shards_hides_nothing_behind_it() {
    let clinic = clinic(0).await;
    let ids = CountingIds::after(1_000_000);
    let (mail, text) = (
        waiting(&clinic, email(10, Timing::Enrolled)).await,
        waiting(&clinic, sms(11, Timing::Enrolled)).await,
    );
    clinic.clock.advance(Duration::hours(2));
    let now = clinic.clock.now();
    // More than a sweep reads of a shard, all of them for a queue that is full, and before the text message.
    more(&clinic, (&mail, 1_510), (&ids, 1), now - Duration::hours(1)).await;
    for one in clinic.enrolments().await.iter().filter(|one| one.id != text.id) {
        put_into(&clinic, &one.id, 1).await;
    }
    put_into(&clinic, &text.id, 2).await;
    let before: Vec<_> = clinic.enrolments().await.into_iter().map(|one| one.id).collect();
    more(&clinic, (&text, 1), (&ids, 1), now - Duration::minutes(1)).await;
    let swept = clinic.sweep().await;
    assert_eq!(
        (swept.queued, swept.deferred),
        (0, 1_501),
        "a full shard of them, and the first text"
    );
    clinic.clock.advance(Duration::minutes(1));
    clinic.queues.hold_at_most(100);
    clinic.sweep().await;
    let texts = clinic.queues.take_of(TEXTS, 9);
    assert_eq!(texts.iter().filter(|text| !before.contains(&text.key.enrolment)).count(), 1);
    // They come up again when the lease has run out.
    clinic.queues.take();
    clinic.clock.advance(Duration::minutes(5));
    clinic.sweep().await;
    assert_eq!(clinic.queues.take_of(EMAILS, usize::MAX).len(), 100);
}

#[tokio::test]
async fn what_cannot_be_read_comes_up_behind_what_a_full_queue_has_no_room_for() {
    let clinic = clinic(0).await;
    let ids = CountingIds::after(1_000_000);
    let text = waiting(&clinic, sms(10, Timing::Enrolled)).await;
    clinic.clock.advance(Duration::hours(2));
    let now = clinic.clock.now();
    more(&clinic, (&text, 3), (&ids, 1), now - Duration::hours(1)).await;
    let broken = clinic.enrolments().await.into_iter().find(|one| one.id != text.id).unwrap();
    let update = clinic.dynamo.client.update_item().table_name("enrolments");
    let value = |text: &str| AttributeValue::S(text.to_owned());
    update
        .key("pk", value(broken.id.as_str()))
        .key("sk", value("ENROLMENT"))
        .update_expression("SET due_key = :key")
        .expression_attribute_values(":key", value("2026-11-22T09:59:00.000Z|nonsense"))
        .send()
        .await
        .unwrap();
    let swept = clinic.sweep().await;
    assert_eq!((swept.parked, swept.queued, swept.deferred), (1, 0, 3));
    // And nothing that waits before it is leased for it.
    clinic.queues.hold_at_most(9);
    assert_eq!(clinic.sweep().await.queued, 3);
}

#[tokio::test]
async fn a_pause_waits_for_no_room_among_text_messages() {
    let clinic = clinic(0).await;
    let ids = CountingIds::after(1_000_000);
    // Of the day after.
    let pause = sms(11, Timing::Before(Span::Calendar(CalendarSpan::Days(27), None)));
    let (text, paused) = (
        waiting(&clinic, sms(10, Timing::Enrolled)).await,
        waiting(&clinic, Action { kind: ActionKind::Pause, ..pause }).await,
    );
    clinic.clock.advance(Duration::days(2));
    let now = clinic.clock.now();
    more(&clinic, (&text, 30), (&ids, 1), now - Duration::hours(3)).await;
    clinic.queues.hold_at_most(10);
    assert_eq!(clinic.sweep().await.deferred, 21);
    let (mut staff, texts): (Vec<_>, Vec<_>) =
        clinic.queues.take().into_iter().partition(|pointer| pointer.carrier == Carrier::Staff);
    assert_eq!(texts.len(), 10, "it takes no room either");
    assert_eq!(staff.remove(0).key.enrolment, paused.id);
}

#[tokio::test]
async fn a_sweep_begins_nothing_that_it_may_not_end_and_none_is_always_last() {
    let clinic = clinic(usize::MAX).await;
    let ids = CountingIds::after(1_000_000);
    let (text, mail) = (
        waiting(&clinic, sms(10, Timing::Enrolled)).await,
        waiting(&clinic, email(11, Timing::Enrolled)).await,
    );
    clinic.clock.advance(Duration::hours(2));
    let now = clinic.clock.now();
    for shard in 0..6 {
        more(&clinic, (&text, 2), (&ids, shard), now - Duration::hours(1)).await;
        more(&clinic, (&mail, 2), (&ids, shard), now - Duration::hours(1)).await;
    }
    clinic.queues.take_time(&clinic.clock, Duration::seconds(10));
    let (mut queued, mut first) = (BTreeSet::new(), BTreeSet::new());
    let mut minutes = 0;
    while queued.len() < 26 {
        let (began, before) = (clinic.clock.now(), queued.len());
        let swept = clinic.sweep().await;
        let took = clinic.clock.now() - began;
        assert!(took <= Duration::seconds(30), "the last begins before 25 seconds: {took}");
        assert_eq!(swept.failed, 0);
        let pointers = clinic.queues.take();
        first.extend(pointers.first().map(|pointer| pointer.carrier.as_str()));
        queued
            .extend(pointers.into_iter().map(|pointer| pointer.key.enrolment.as_str().to_owned()));
        assert_eq!(swept.deferred, 26 - queued.len(), "the rest is counted");
        assert!(queued.len() > before, "none of them again, for what was handed out is leased");
        clinic.clock.advance(Duration::minutes(1) - took);
        minutes += 1;
    }
    assert_eq!((minutes, first.len()), (4, 2), "{first:?}");
}
