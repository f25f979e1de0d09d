//! A copy of the tables, restored to an earlier time, sends nothing until a person says so: what was
//! sent since is not in its ledger, and would be sent again.

#![cfg(test)]

use app::deliver::{DeliverError, Delivered};
use app::ports::{Clock, Here, Pointer, PracticeSettings, StoreError, shards_of_enrolments};
use app::settings::release_sending;
use chrono::Duration;
use delivery::Clinic;
use domain::booking::BookingEventKind;
use domain::home::{Home, Kept, Place};
use domain::settings::{Outgoing, SendingState, Settings};
use domain::staff::StaffId;
use domain::timing::Timing;
use testkit::build::{event, sms};
use testkit::dynamo::Dynamo;
use testkit::fakes::{CountingIds, FakeClock};

const VISIT: &str = "2026-12-03T10:30:00+11:00";

async fn clinic_with_a_queued_message() -> (Clinic, Pointer) {
    let clinic = Clinic::with(vec![sms(10, Timing::Enrolled)]).await;
    clinic.event("evt-1", &event(1, BookingEventKind::Made, VISIT)).await.unwrap();
    let pointer = clinic.queued().await;
    (clinic, pointer)
}

async fn settings(clinic: &Clinic) -> Settings {
    clinic.dynamo.catalogue().settings().await.unwrap()
}

async fn outgoing(clinic: &Clinic) -> Outgoing {
    settings(clinic).await.outgoing(&clinic.here.tables().await.unwrap())
}

#[tokio::test]
async fn the_first_sweep_of_a_practice_remembers_its_tables_and_later_ones_write_nothing() {
    let clock = FakeClock::at("2026-11-22T08:00:00Z");
    let new = Clinic::on(Dynamo::start().await, clock, CountingIds::default());
    let swept = new.sweep().await;
    assert!(!swept.held && swept.copied == 0, "{swept:?}");
    let remembered = settings(&new).await;
    assert_eq!(remembered.home.tables, new.here.tables().await.unwrap());
    assert_eq!(remembered.revision, 0, "no person has saved it");
    let before = new.dynamo.wire.write_units();
    new.sweep().await;
    assert!((new.dynamo.wire.write_units() - before).abs() < f64::EPSILON);
}

#[tokio::test]
async fn a_practice_that_is_restored_to_before_its_first_sweep_is_a_copy_by_its_sites_or_its_settings()
 {
    for name in [None, Some("Harbour Health")] {
        let (clinic, pointer) = clinic_with_a_queued_message().await;
        let store = clinic.dynamo.catalogue();
        let unset = Settings { home: Home::default(), ..settings(&clinic).await };
        match name {
            None => store.remember_home(&unset).await.unwrap(),
            Some(name) => {
                let named = unset.named(domain::text::Label::parse(name).unwrap());
                store.save_settings(&named).await.unwrap();
            }
        }
        // What was queued before the restore comes first: no sweep has looked yet.
        assert_eq!(clinic.deliver(&pointer).await, Ok(Delivered::Held), "{name:?}");
        for _ in 0..20 {
            let swept = clinic.sweep().await;
            assert!(swept.held && swept.copied == 6 && swept.queued == 0, "{name:?}: {swept:?}");
            assert_eq!(clinic.deliver(&pointer).await, Ok(Delivered::Held), "{name:?}");
        }
        assert_eq!(outgoing(&clinic).await, Outgoing::Copy(Kept::ALL.to_vec()));
        clinic.release_sending().await;
        clinic.settle().await;
        assert_eq!(clinic.sms.outbox().len(), 1, "{name:?}: once after the release");
    }
}

#[tokio::test]
async fn a_table_that_was_restored_sends_nothing_whichever_it_is_and_says_so_until_it_is_released()
{
    for kept in Kept::ALL {
        let (clinic, pointer) = clinic_with_a_queued_message().await;
        let before = clinic.enrolments().await;
        clinic.here.restore(kept);
        // What was queued before the restore comes first: no sweep has noticed anything yet.
        assert_eq!(clinic.deliver(&pointer).await, Ok(Delivered::Held), "{kept:?}");
        let at = clinic.clock.now();
        for _ in 0..20 {
            let swept = clinic.sweep().await;
            assert!(swept.held && swept.copied == 1 && swept.queued == 0, "{kept:?}: {swept:?}");
            assert_eq!(clinic.deliver(&pointer).await, Ok(Delivered::Held), "{kept:?}");
            clinic.clock.advance(Duration::minutes(1));
        }
        assert_eq!(clinic.sms.outbox(), [], "{kept:?}");
        assert_eq!((clinic.ledger().await, clinic.enrolments().await), (vec![], before));
        assert_eq!(outgoing(&clinic).await, Outgoing::Copy(vec![kept]));
        let copy = settings(&clinic).await.home.copy.expect("it was noticed");
        assert_eq!(copy.noticed, at, "{kept:?}: when it was first seen");
        clinic.release_sending().await;
        assert_eq!(outgoing(&clinic).await, Outgoing::On);
        clinic.settle().await;
        assert_eq!(clinic.sms.outbox().len(), 1, "I2, I6: {kept:?} goes once after the release");
    }
}

#[tokio::test]
async fn no_message_follows_when_tables_turn_out_to_be_a_copy_at_the_last_look() {
    let mut last_look = 0;
    for call in 0.. {
        let (clinic, pointer) = clinic_with_a_queued_message().await;
        let pause = clinic.dynamo.wire.pause_call(call);
        let delivery = async { clinic.deliver(&pointer).await };
        let mut delivery = std::pin::pin!(delivery);
        tokio::select! {
            () = pause.reached() => {}
            _done = &mut delivery => break, // there is no such call
        }
        clinic.here.restore(Kept::Enrolments);
        let reserved = !clinic.others().ledger().await.is_empty();
        pause.release();
        let delivered = delivery.await;
        let sent = clinic.sms.outbox().len();
        assert!(reserved || sent == 0, "a copy at call {call}, and sent: {delivered:?}");
        last_look += usize::from(reserved && sent == 0);
        for _ in 0..20 {
            clinic.minute().await;
        }
        assert_eq!(clinic.sms.outbox().len(), sent, "nothing goes out of a copy, call {call}");
        clinic.release_sending().await;
        clinic.settle().await;
        assert_eq!(clinic.sms.outbox().len(), 1, "I2, I6 at call {call}: {delivered:?}");
    }
    assert!(last_look > 0);
}

#[tokio::test]
async fn while_the_tables_cannot_be_told_nothing_goes_out_and_no_enrolment_is_blamed() {
    let (clinic, pointer) = clinic_with_a_queued_message().await;
    let before = clinic.enrolment().await;
    clinic.here.fail();
    let failed = clinic.deliver(&pointer).await;
    let comes_again = matches!(failed, Err(DeliverError::Store(StoreError::Unavailable(_))));
    assert!(comes_again, "{failed:?}");
    let shards = shards_of_enrolments().count();
    assert_eq!(clinic.sweep().await.failed, shards, "the sweep's alarm goes off");
    assert_eq!((clinic.work().await, clinic.enrolment().await), (vec![], before));
    assert_eq!(clinic.sms.outbox(), []);
}

#[tokio::test]
async fn a_release_ends_the_copy_it_has_seen_and_no_later_one() {
    let (clinic, _) = clinic_with_a_queued_message().await;
    clinic.here.restore(Kept::Enrolments);
    clinic.sweep().await;
    let (store, by) = (clinic.dynamo.catalogue(), StaffId::parse("person-2").unwrap());
    let (seen, here) = (settings(&clinic).await, clinic.here.tables().await.unwrap());
    clinic.release_sending().await;
    clinic.here.restore(Kept::Intake);
    let again = clinic.here.tables().await.unwrap();
    let refused = release_sending(&store, seen, &again, &by, clinic.clock.now()).await;
    assert!(refused.is_err(), "it was another copy when this was decided: {refused:?}");
    assert_eq!(outgoing(&clinic).await, Outgoing::Copy(vec![Kept::Intake]));
    let home = settings(&clinic).await.home;
    assert_eq!(home.place(&here), Place::Home);
}

#[tokio::test]
async fn a_hold_that_was_restored_with_a_copy_ends_with_the_same_release() {
    let (clinic, pointer) = clinic_with_a_queued_message().await;
    clinic.hold_sending().await;
    clinic.here.restore(Kept::Catalogue);
    assert_eq!(clinic.sweep().await.copied, 1);
    assert_eq!(outgoing(&clinic).await.state(), SendingState::Held);
    clinic.release_sending().await;
    assert_eq!(clinic.deliver(&pointer).await, Ok(Delivered::Sent));
}

#[tokio::test]
async fn what_is_due_in_a_copy_is_held_for_the_balance_and_has_its_time_from_the_release() {
    let (clinic, _) = clinic_with_a_queued_message().await;
    clinic.here.restore(Kept::Enrolments);
    clinic.sweep().await;
    clinic.clock.advance(Duration::days(1));
    assert_eq!(clinic.balance().await.difference(), 0, "nothing is stuck that may not go");
    clinic.release_sending().await;
    clinic.clock.advance(Duration::days(1));
    assert_eq!(clinic.balance().await.difference(), 1, "nobody has brought it up since");
}

/// The drill of the README, in the process: the practice sends, its tables go back to before that,
/// and what was sent meanwhile is not sent again.
#[tokio::test]
async fn a_practice_that_is_restored_to_before_it_sent_sends_again_only_after_the_release() {
    let (clinic, pointer) = clinic_with_a_queued_message().await;
    let asked = clinic.dynamo.tables_here(&clinic.clock);
    let first = asked.tables().await.unwrap();
    let (store, settings) = (clinic.dynamo.catalogue(), settings(&clinic).await);
    let home = settings.home.moved_to(&first);
    store.remember_home(&Settings { home, ..settings }).await.unwrap();
    clinic.here.be(first);
    let backup = clinic.dynamo.dump().await;
    assert_eq!(clinic.deliver(&pointer).await, Ok(Delivered::Sent));
    clinic.settle().await;
    assert_eq!(clinic.sms.outbox().len(), 1);

    clinic.dynamo.restore(&backup).await;
    clinic.here.be(asked.tables().await.unwrap());
    assert_eq!(clinic.ledger().await, [], "the copy knows nothing of what was sent");
    assert_eq!(clinic.deliver(&pointer).await, Ok(Delivered::Held), "it was queued still");
    for _ in 0..60 {
        clinic.minute().await;
    }
    assert_eq!(clinic.sms.outbox().len(), 1, "nothing goes out of the copy");
    assert_eq!(outgoing(&clinic).await, Outgoing::Copy(Kept::ALL.to_vec()));

    clinic.release_sending().await;
    clinic.settle().await;
    let sent = clinic.sms.outbox().len();
    assert_eq!(sent, 2, "this is why nothing may be released without a look at what was sent");
}
