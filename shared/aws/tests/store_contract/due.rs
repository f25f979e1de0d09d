//! The due index of enrolments, and its leases.

use std::collections::BTreeSet;

use app::ports::{
    BookingChange, DueIndex, Ids, Intake, Lease, SaveError, ShardLeases, shards_of_enrolments,
};
use chrono::{DateTime, Duration, Utc};
use domain::enrolment::{Enrolment, Status};
use domain::ids::EnrolmentId;
use testkit::build::{self, at};
use testkit::dynamo::Dynamo;
use testkit::fakes::CountingIds;

use crate::{NOW, begin, booking_change, enrolment};

pub(crate) async fn due_keys(dynamo: &Dynamo, now: DateTime<Utc>) -> Vec<String> {
    let index = dynamo.due_index();
    let end = index.end_of(now);
    let mut keys = Vec::new();
    for (_, shard) in shards_of_enrolments() {
        let found = index.entries(shard, ""..end.as_str(), 100).await.unwrap();
        keys.extend(found.into_iter().map(|entry| entry.due_key));
    }
    keys
}

#[tokio::test]
async fn the_due_index_holds_what_is_due_in_the_order_of_time_and_nothing_else() {
    let dynamo = Dynamo::start().await;
    let ids = CountingIds::default();
    let mut waiting = Vec::new();
    for minutes in [5, 1, 9, 3] {
        let mut enrolment = enrolment();
        enrolment.id = EnrolmentId::new(ids.next());
        if let Status::Active(step) = &mut enrolment.status {
            step.due = at(NOW) + Duration::minutes(minutes);
        }
        begin_as(&dynamo, &enrolment).await;
        waiting.push(enrolment);
    }
    let mut keys = due_keys(&dynamo, at(NOW) + Duration::minutes(5)).await;
    keys.sort();
    let times: Vec<_> = keys.iter().map(|key| key.split('|').next().unwrap()).collect();
    let expected =
        ["2026-11-22T08:01:00.000Z", "2026-11-22T08:03:00.000Z", "2026-11-22T08:05:00.000Z"];
    assert_eq!(times, expected, "due at this very moment is due; nine minutes on is not");
}

pub(crate) async fn begin_as(dynamo: &Dynamo, enrolment: &Enrolment) {
    let event = format!("evt-{}", enrolment.id);
    let change =
        BookingChange { changes: vec![build::begun(enrolment.clone())], ..booking_change(&event) };
    dynamo.intake().commit(&change).await.unwrap();
}

#[tokio::test]
async fn no_two_enrolments_have_the_same_due_key_because_a_lease_ends_at_one() {
    let dynamo = Dynamo::start().await;
    let ids = CountingIds::default();
    for _ in 0..40 {
        let mut enrolment = enrolment();
        enrolment.id = EnrolmentId::new(ids.next());
        begin_as(&dynamo, &enrolment).await;
    }
    let keys = due_keys(&dynamo, at(NOW)).await;
    let distinct: BTreeSet<_> = keys.iter().collect();
    assert_eq!((keys.len(), distinct.len()), (40, 40));
}

#[tokio::test]
async fn a_stretch_of_the_index_leaves_out_its_start_and_includes_its_end() {
    let dynamo = Dynamo::start().await;
    begin(&dynamo, &enrolment()).await;
    let key = due_keys(&dynamo, at(NOW)).await.pop().unwrap();
    let index = dynamo.due_index();
    let mut found = (0, 0);
    for (_, shard) in shards_of_enrolments() {
        found.0 += index.entries(shard, ""..key.as_str(), 9).await.unwrap().len();
        let end = index.end_of(at(NOW));
        found.1 += index.entries(shard, key.as_str()..end.as_str(), 9).await.unwrap().len();
    }
    assert_eq!(found, (1, 0));
}

#[tokio::test]
async fn of_two_sweepers_one_gets_the_lease() {
    let dynamo = Dynamo::start().await;
    let index = dynamo.due_index();
    assert_eq!(index.leases(3).await, Ok(ShardLeases::default()));
    let lease = Lease { after: String::new(), upto: "x".into(), until: at(NOW) };
    let leases = ShardLeases { revision: 1, leases: vec![lease] };
    index.save_leases(3, &leases).await.unwrap();
    let other = ShardLeases { revision: 1, leases: vec![] };
    assert_eq!(index.save_leases(3, &other).await, Err(SaveError::Stale));
    assert_eq!(index.leases(3).await, Ok(leases));
}
