//! Nobody hears of anything twice as news: the alarm is for what is new, the work list keeps the rest.

use app::ports::{Named, shards_of_enrolments};
use domain::balance::ImbalanceKind as Kind;
use domain::enrolment::hold_id;
use domain::ledger::LedgerKey;
use domain::work::WorkKind;
use testkit::fakes::Answer;

use super::seeded::Seeds;
use super::*;

async fn seeds() -> Seeds {
    let seeds = Seeds::in_clinic(Clinic::with(reminders()).await);
    seeds.clinic.clock.advance(minutes(5));
    seeds
}

/// What waits, as staff resolve it: it is off the list.
async fn resolve_all(seeds: &Seeds) {
    for work in seeds.clinic.work().await {
        seeds.delete("work-list", "OPEN", work.id.as_str()).await;
    }
}

async fn kinds(seeds: &Seeds) -> Vec<Kind> {
    let named = seeds.clinic.balance().await.counted.named;
    named.into_iter().map(|Named { imbalance, .. }| imbalance.kind).collect()
}

#[tokio::test]
async fn what_has_happened_is_told_once_whatever_happens_to_its_enrolment_later() {
    for is_resolved in [false, true] {
        let seeds = seeds().await;
        let it = seeds.begun().await;
        let first = seeds.rows(&it).await.remove(0).key;
        seeds.reserve_as_sent(LedgerKey { attempt: 2, ..first }).await;
        night_comes(&seeds.clinic);
        for _ in 0..2 {
            let balance = seeds.clinic.balance().await;
            assert_eq!(
                (balance.difference(), balance.news()),
                (1, 1),
                "asked for again, it is the same"
            );
        }
        let work = seeds.clinic.work().await;
        if is_resolved {
            resolve_all(&seeds).await;
        }
        seeds.clinic.clock.put_to("2026-11-26T14:30:00+11:00");
        seeds.clinic.minute().await;
        assert_eq!(seeds.rows(&it).await.len(), 3, "the next message is sent");
        seeds.clinic.clock.put_to("2026-11-27T01:30:00+11:00");
        let balance = seeds.clinic.balance().await;
        assert_eq!((balance.difference(), balance.counted.tallies.all.sent), (0, 1));
        let expected = if is_resolved { Vec::new() } else { work };
        assert_eq!(seeds.clinic.work().await, expected);
    }
}

#[tokio::test]
async fn what_stands_is_news_once_and_once_more_when_it_is_resolved_and_not_mended() {
    let seeds = seeds().await;
    let it = seeds.begun().await;
    seeds.update(&it, "REMOVE due_shard, due_key", &[]).await;
    night_comes(&seeds.clinic);
    let news = async || {
        let balance = seeds.clinic.balance().await;
        let since = balance.counted.named[0].since.map(|since| since.to_string());
        assert_eq!((balance.counted.named.len(), balance.difference()), (1, 1));
        (balance.news(), since)
    };
    assert_eq!(news().await, (1, None));
    let work = seeds.clinic.work().await;
    assert_eq!(news().await, (1, None), "asked for again, it is the same");
    for _ in 0..2 {
        seeds.clinic.clock.advance(Duration::days(1));
        assert_eq!(news().await, (0, Some("2026-11-22".to_owned())));
        assert_eq!(seeds.clinic.work().await, work, "it waits since it was raised");
    }
    resolve_all(&seeds).await;
    seeds.clinic.clock.advance(Duration::days(1));
    assert_eq!(news().await, (1, None));
    let again = seeds.clinic.work().await;
    assert_eq!((again.len(), &again[0].id), (1, &work[0].id));
    seeds.clinic.clock.advance(Duration::days(1));
    assert_eq!(news().await, (0, Some("2026-11-25".to_owned())));
}

#[tokio::test]
async fn work_that_cannot_be_read_stops_no_balance_and_counts_as_seen() {
    let seeds = seeds().await;
    let refused = app::ports::SendError::Permanent("no such number".to_owned());
    seeds.clinic.sms.script([Answer::Refuse(refused)]);
    let it = seeds.begun().await;
    let hold = hold_id(&it.key_of(it.step().unwrap()));
    seeds.clinic.dynamo.spoil("work-list", "OPEN", hold.as_str()).await;
    let key = "2026-11-22T08:00:00.000Z|sms|0001|act_0000000000000000000000000a|0001";
    let set = "SET due_shard = :shard, due_key = :key";
    seeds.update(&it, set, &[(":shard", "01"), (":key", key)]).await;
    night_comes(&seeds.clinic);
    assert_eq!(kinds(&seeds).await, [Kind::IndexedInVain]);
}

#[tokio::test]
async fn an_enrolment_may_be_in_any_shard_that_is_swept() {
    let seeds = seeds().await;
    let it = seeds.begun().await;
    night_comes(&seeds.clinic);
    let shards: Vec<u8> = shards_of_enrolments().map(|(_, shard)| shard).collect();
    let beyond = shards.iter().max().unwrap() + 1;
    for shard in shards {
        seeds.update(&it, "SET due_shard = :to", &[(":to", &format!("{shard:02}"))]).await;
        assert_eq!(kinds(&seeds).await, [], "{shard}");
    }
    seeds.update(&it, "SET due_shard = :to", &[(":to", &format!("{beyond:02}"))]).await;
    assert_eq!(kinds(&seeds).await, [Kind::IndexedElsewhere]);
}

#[tokio::test]
async fn what_was_due_while_all_sending_was_on_hold_is_not_stuck_when_it_is_released() {
    let seeds = seeds().await;
    seeds.clinic.hold_sending().await;
    book(&seeds.clinic, "B-1").await;
    seeds.clinic.clock.put_to("2026-11-24T01:29:00+11:00");
    seeds.clinic.release_sending().await;
    seeds.clinic.clock.advance(minutes(1));
    assert_eq!(kinds(&seeds).await, []);
    seeds.clinic.clock.advance(Duration::hours(6));
    assert_eq!(kinds(&seeds).await, [Kind::Stuck], "nothing sweeps here");
    let work = seeds.clinic.work().await;
    assert!(work.iter().any(|work| work.kind == WorkKind::Unbalanced), "{work:?}");
}
