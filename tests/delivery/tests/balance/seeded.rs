//! Each way in which records can contradict each other, made on purpose.

use std::collections::{BTreeMap, BTreeSet};

use app::ports::{Change, Clock, EnrolmentReader, Enrolments, Named, Reservation, WorkList};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::balance::ImbalanceKind as Kind;
use domain::enrolment::{Decision, EndReason, Enrolment, Status, hold_id};
use domain::ids::{EnrolmentId, ReservationToken};
use domain::ledger::{LedgerKey, LedgerRow, LedgerState, Outcome};
use domain::program::Channel;
use domain::work::WorkKind;
use testkit::build::{self, number};
use testkit::fakes::Answer;

use super::*;

pub(super) struct Seeds {
    pub(super) clinic: Clinic,
    expected: BTreeMap<EnrolmentId, BTreeSet<Kind>>,
}

impl Seeds {
    /// None yet.
    pub(super) fn in_clinic(clinic: Clinic) -> Self {
        Self { clinic, expected: BTreeMap::new() }
    }

    /// An enrolment of its own, whose first message has been sent.
    pub(super) async fn begun(&self) -> Enrolment {
        let known: BTreeSet<_> =
            self.clinic.enrolments().await.into_iter().map(|enrolment| enrolment.id).collect();
        book(&self.clinic, &format!("B-{}", self.clinic.clock.now().timestamp())).await;
        self.clinic.minute().await;
        let mut now = self.clinic.enrolments().await.into_iter();
        now.find(|enrolment| !known.contains(&enrolment.id)).expect("a new one")
    }

    fn expect(&mut self, enrolment: &Enrolment, kinds: &[Kind]) {
        self.expected.insert(enrolment.id.clone(), kinds.iter().copied().collect());
    }

    pub(super) async fn delete(&self, table: &str, pk: &str, sk: &str) {
        let delete = self.clinic.dynamo.client.delete_item().table_name(table);
        delete.key("pk", text(pk)).key("sk", text(sk)).send().await.unwrap();
    }

    pub(super) async fn update(
        &self,
        enrolment: &Enrolment,
        expression: &str,
        values: &[(&str, &str)],
    ) {
        let mut update = self
            .clinic
            .dynamo
            .client
            .update_item()
            .table_name("enrolments")
            .key("pk", text(enrolment.id.as_str()))
            .key("sk", text("ENROLMENT"))
            .update_expression(expression);
        for (name, value) in values {
            update = update.expression_attribute_values(*name, AttributeValue::S((*value).into()));
        }
        update.send().await.unwrap();
    }

    pub(super) async fn rows(&self, enrolment: &Enrolment) -> Vec<LedgerRow> {
        self.clinic.dynamo.enrolment_reader().records(&enrolment.id).await.unwrap().0
    }

    async fn delete_rows(&self, enrolment: &Enrolment) {
        for LedgerRow { key, .. } in self.rows(enrolment).await {
            let sk = format!("LEDGER#{:04}#{}#{:04}", key.cycle, key.action, key.attempt);
            self.delete("enrolments", enrolment.id.as_str(), &sk).await;
        }
    }

    /// Stores the enrolment as it must never be.
    async fn store(&self, before: &Enrolment, change: impl FnOnce(&mut Enrolment)) {
        let mut enrolment = before.clone();
        change(&mut enrolment);
        enrolment.revision += 1;
        let decision = Decision { enrolment, effects: Vec::new() };
        let change = Change::new(Some(before.clone()), decision, &[]);
        self.clinic.dynamo.enrolments().commit(&[change]).await.unwrap();
    }

    /// A row that nobody follows.
    async fn reserve(&self, key: LedgerKey) -> (LedgerRow, ReservationToken) {
        let owner = ReservationToken::new(number(999));
        let row = LedgerRow {
            key,
            channel: Channel::Sms,
            to: None,
            wording: None,
            opened_at: self.clinic.clock.now(),
            state: LedgerState::Reserved { owner: owner.clone() },
            receipt: None,
        };
        let reserved = self.clinic.dynamo.enrolments().reserve(&row).await;
        assert_eq!(reserved, Ok(Reservation::Won));
        (row, owner)
    }

    pub(super) async fn reserve_as_sent(&self, key: LedgerKey) {
        let (row, owner) = self.reserve(key).await;
        let outcome = Outcome::Sent { provider_id: "msg-again".to_owned() };
        let now = self.clinic.clock.now();
        self.clinic.dynamo.enrolments().settle(&row, &owner, now, &outcome).await.unwrap();
    }
}

fn end(enrolment: &mut Enrolment, at: chrono::DateTime<chrono::Utc>) {
    let step = enrolment.step().cloned();
    enrolment.status = Status::Ended { at, why: EndReason::Staff, step };
}

async fn in_the_index_and_on_the_list(seeds: &mut Seeds) {
    let it = seeds.begun().await;
    seeds.update(&it, "REMOVE due_shard, due_key", &[]).await;
    seeds.expect(&it, &[Kind::NotInIndex]);

    let it = seeds.begun().await;
    seeds.update(&it, "SET due_shard = :shard", &[(":shard", "77")]).await;
    seeds.expect(&it, &[Kind::IndexedElsewhere]);

    let it = seeds.begun().await;
    seeds.store(&it, |it| end(it, build::at("2026-11-22T08:30:00Z"))).await;
    let key = "2026-11-26T03:30:00.000Z|sms|0001|act_0000000000000000000000000b|0001";
    let set = "SET due_shard = :shard, due_key = :key";
    seeds.update(&it, set, &[(":shard", "01"), (":key", key)]).await;
    seeds.expect(&it, &[Kind::IndexedInVain]);

    let refused = app::ports::SendError::Permanent("no such number".to_owned());
    seeds.clinic.sms.script([Answer::Refuse(refused)]);
    let it = seeds.begun().await;
    let id = hold_id(&it.key_of(it.step().unwrap()));
    assert!(seeds.clinic.dynamo.work_list().item(&id).await.unwrap().is_some());
    seeds.delete("work-list", "OPEN", id.as_str()).await;
    seeds.expect(&it, &[Kind::HeldUnseen]);
}

async fn in_the_ledger(seeds: &mut Seeds) {
    let it = seeds.begun().await;
    seeds.delete_rows(&it).await;
    seeds.expect(&it, &[Kind::FinishedWithoutRow]);

    let it = seeds.begun().await;
    let first = seeds.rows(&it).await.remove(0).key;
    seeds.reserve_as_sent(LedgerKey { attempt: 2, ..first }).await;
    seeds.expect(&it, &[Kind::SentTwice]);

    let it = seeds.begun().await;
    seeds.store(&it, |it| it.finished.clear()).await;
    seeds.expect(&it, &[Kind::NotFinished]);

    let it = seeds.begun().await;
    seeds.delete_rows(&it).await;
    seeds.store(&it, |it| it.finished.clear()).await;
    seeds.expect(&it, &[Kind::OutOfOrder]);

    let it = seeds.begun().await;
    seeds.reserve(it.current_key().unwrap()).await;
    seeds.store(&it, |it| end(it, build::at("2026-11-22T08:40:00Z"))).await;
    seeds.expect(&it, &[Kind::ReservedForgotten]);
}

async fn of_what_cannot_be_read_or_is_gone(seeds: &mut Seeds) {
    let it = seeds.begun().await;
    seeds.clinic.dynamo.spoil("enrolments", it.id.as_str(), "ENROLMENT").await;
    seeds.expect(&it, &[Kind::UnreadableUnlisted]);

    let it = seeds.begun().await;
    seeds.delete("enrolments", it.id.as_str(), "ENROLMENT").await;
    seeds.expect(&it, &[Kind::Orphaned]);
}

async fn of_what_nobody_brings_up(seeds: &mut Seeds) {
    let all = seeds.clinic.enrolments().await;
    let known: BTreeSet<_> = all.into_iter().map(|enrolment| enrolment.id).collect();
    for id in ["B-1", "B-2"] {
        book(&seeds.clinic, id).await;
    }
    let all = seeds.clinic.enrolments().await;
    let mut left = all.into_iter().filter(|enrolment| !known.contains(&enrolment.id));
    let (stuck, unnoticed) = (left.next().unwrap(), left.next().unwrap());
    seeds.expect(&stuck, &[Kind::Stuck]);
    seeds.reserve_as_sent(unnoticed.current_key().unwrap()).await;
    seeds.expect(&unnoticed, &[Kind::Stuck, Kind::SentUnnoticed]);
}

#[tokio::test]
async fn every_seeded_imbalance_is_found_by_its_name_and_nothing_else_is() {
    let clinic = Clinic::with(reminders()).await;
    let mut seeds = Seeds::in_clinic(clinic);
    // The program has been as it is for a while.
    seeds.clinic.clock.advance(minutes(5));
    let sound = seeds.begun().await;
    in_the_index_and_on_the_list(&mut seeds).await;
    in_the_ledger(&mut seeds).await;
    of_what_cannot_be_read_or_is_gone(&mut seeds).await;
    of_what_nobody_brings_up(&mut seeds).await;
    night_comes(&seeds.clinic);

    let balance = seeds.clinic.balance().await;
    let mut found: BTreeMap<EnrolmentId, BTreeSet<Kind>> = BTreeMap::new();
    for Named { imbalance: it, since } in &balance.counted.named {
        assert_eq!(*since, None, "it is new");
        found.entry(it.enrolment.clone()).or_default().insert(it.kind);
    }
    assert_eq!(found, seeds.expected);
    assert!(!found.contains_key(&sound.id));
    let kinds: BTreeSet<Kind> = found.values().flatten().copied().collect();
    assert_eq!(kinds, BTreeSet::from(Kind::ALL), "each kind was seeded");
    let seeded = seeds.expected.values().map(BTreeSet::len).sum::<usize>();
    assert_eq!(balance.difference(), u64::try_from(seeded).unwrap());
    assert_eq!(balance.counted.enrolments, u64::try_from(found.len()).unwrap() + 1);
    let all = balance.counted.tallies.all;
    assert!(all.unaccounted() > 0 && all.due > all.sent, "{all:?}");

    let work = seeds.clinic.work().await;
    let raised: Vec<_> = work.iter().filter(|work| work.kind == WorkKind::Unbalanced).collect();
    let about: BTreeSet<_> = raised.iter().filter_map(|work| work.enrolment.clone()).collect();
    assert_eq!((raised.len(), about), (seeded, seeds.expected.keys().cloned().collect()));
    let of_known = raised.iter().filter(|work| work.patient.is_some()).count();
    assert_eq!(of_known, seeded - 2, "of two nobody can say whose they are");

    // Computed again it is the same, and the same work.
    seeds.clinic.clock.advance(minutes(5));
    let again = seeds.clinic.balance().await;
    assert_eq!(again.counted, balance.counted);
    assert_eq!(seeds.clinic.work().await, work, "it waits since it was raised");
    proof::note("seeded imbalances found", u64::try_from(seeded).unwrap());
}

#[tokio::test]
async fn of_more_than_a_hundred_the_first_are_named_all_are_counted_and_the_rest_is_one_piece_of_work()
 {
    let clinic = Clinic::with(reminders()).await;
    let seeds = Seeds::in_clinic(clinic);
    for n in 0..103 {
        book(&seeds.clinic, &format!("B-{n}")).await;
    }
    for enrolment in seeds.clinic.enrolments().await {
        seeds.update(&enrolment, "REMOVE due_shard, due_key", &[]).await;
    }
    night_comes(&seeds.clinic);
    let balance = seeds.clinic.balance().await;
    assert_eq!((balance.difference(), balance.counted.named.len()), (103, 100));
    assert_eq!(balance.counted.tallies.all.unaccounted(), 103);
    let work = seeds.clinic.work().await;
    let (of_one, rest): (Vec<_>, Vec<_>) = work.iter().partition(|work| work.enrolment.is_some());
    let [rest] = rest.as_slice() else { panic!("{rest:?}") };
    assert_eq!(of_one.len(), 100);
    assert!(
        rest.summary.contains("22 November 2026") && rest.summary.contains(" 3 more"),
        "{rest:?}"
    );
    // The next night has their names too.
    seeds.clinic.clock.advance(Duration::days(1));
    let next = seeds.clinic.balance().await;
    assert_eq!((next.difference(), next.news(), next.counted.named.len()), (103, 3, 103));
    assert_eq!(seeds.clinic.work().await.len(), work.len() + 3);
}
