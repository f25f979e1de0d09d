//! The contracts of [`Receipts`], [`UnclearMessages`] and [`Strays`], on the DynamoDB adapter.

#![cfg(test)]

use app::ports::{Enrolments, Receipts, SaveError, SentMessages, Stray, Strays, UnclearMessages};
use domain::ids::{ActionId, EnrolmentId, ReservationToken};
use domain::ledger::{Destination, LedgerKey, LedgerRow, LedgerState, Outcome};
use domain::phone::MobileNumber;
use domain::program::Channel;
use domain::receipt::{Fault, Heard, Receipt, Told, hear};
use testkit::build::{self, at};
use testkit::dynamo::Dynamo;

const RESERVED: &str = "2026-11-22T08:00:00Z";

fn mobile() -> Destination {
    Destination::Mobile(MobileNumber::from_e164("+61491570006").unwrap())
}

fn receipt(told: Told) -> Receipt {
    Receipt { at: at("2026-11-22T08:00:09.250Z"), told }
}

/// A reservation of a message to the patient, as it is stored.
async fn reserved(dynamo: &Dynamo, enrolment: u128) -> (LedgerRow, ReservationToken) {
    let owner = ReservationToken::new(build::number(1));
    let row = LedgerRow {
        key: LedgerKey {
            enrolment: EnrolmentId::new(build::number(enrolment)),
            cycle: 1,
            action: ActionId::new(build::number(10)),
            attempt: 1,
        },
        channel: Channel::Sms,
        to: Some(mobile()),
        wording: None,
        opened_at: at(RESERVED),
        state: LedgerState::Reserved { owner: owner.clone() },
        receipt: None,
    };
    dynamo.enrolments().reserve(&row).await.unwrap();
    (row, owner)
}

fn heard(row: &LedgerRow, told: Told) -> LedgerRow {
    match hear(row, "m-1", receipt(told), at("2026-11-22T08:00:10Z")) {
        Heard::News(after) => after,
        other @ (Heard::Known | Heard::Another) => panic!("{told:?} is {other:?}"),
    }
}

#[tokio::test]
async fn every_receipt_is_read_as_it_was_kept() {
    let faults = Fault::ALL.map(Told::Failed);
    for told in [Told::Delayed, Told::Delivered, Told::Complained].into_iter().chain(faults) {
        let dynamo = Dynamo::start().await;
        let (row, _) = reserved(&dynamo, 1).await;
        let after = heard(&row, told);
        dynamo.enrolments().keep(&row, &after, None).await.unwrap();
        assert_eq!(dynamo.enrolments().row(&row.key).await.unwrap(), Some(after), "{told:?}");
        let sent = dynamo.sent().sent_to(&mobile(), at(RESERVED), 10).await.unwrap();
        assert_eq!(sent.len(), 1, "a receipt is evidence, and it is found from now on");
    }
}

#[tokio::test]
async fn a_receipt_that_was_decided_on_another_row_is_stale_and_changes_nothing() {
    let dynamo = Dynamo::start().await;
    let store = dynamo.enrolments();
    let (row, owner) = reserved(&dynamo, 1).await;
    let late = heard(&row, Told::Delivered);
    let settled = Outcome::Sent { provider_id: "m-1".to_owned() };
    store.settle(&row, &owner, at("2026-11-22T08:00:01Z"), &settled).await.unwrap();
    assert_eq!(store.keep(&row, &late, None).await, Err(SaveError::Stale), "it is settled");

    let settled = store.row(&row.key).await.unwrap().unwrap();
    let delivered = heard(&settled, Told::Delivered);
    store.keep(&settled, &delivered, None).await.unwrap();
    store.keep(&settled, &delivered, None).await.expect("the same again is ours");
    let bounced = heard(&settled, Told::Failed(Fault::Listed));
    assert_eq!(store.keep(&settled, &bounced, None).await, Err(SaveError::Stale), "another came");
    assert_eq!(store.row(&row.key).await.unwrap(), Some(delivered.clone()));

    let bounced = heard(&delivered, Told::Failed(Fault::Listed));
    store.keep(&delivered, &bounced, None).await.unwrap();
    assert_eq!(store.row(&row.key).await.unwrap(), Some(bounced));
}

#[tokio::test]
async fn what_may_have_been_sent_is_found_by_when_it_was_reserved_until_it_is_settled() {
    let dynamo = Dynamo::start().await;
    let (store, around) = (dynamo.enrolments(), at(RESERVED)..=at("2026-11-22T08:00:05Z"));
    let found = || async { dynamo.sent().unclear_to(&mobile(), around.clone()).await.unwrap() };
    let (row, owner) = reserved(&dynamo, 1).await;
    assert_eq!(found().await, [], "nobody says yet that it is unclear");
    let unclear = Outcome::Unclear { why: "no outcome".to_owned() };
    store.settle(&row, &owner, at("2026-11-22T08:15:00Z"), &unclear).await.unwrap();
    assert_eq!(found().await, std::slice::from_ref(&row.key));
    let later = at("2026-11-22T08:00:01Z")..=at("2026-11-22T09:00:00Z");
    assert_eq!(dynamo.sent().unclear_to(&mobile(), later).await.unwrap(), []);
    let sent = dynamo.sent().sent_to(&mobile(), at("2026-01-01T00:00:00Z"), 10).await.unwrap();
    assert_eq!(sent, [], "it is not among what was sent");

    let not_sent = Outcome::NotSent { why: "evidence".to_owned() };
    store.settle(&row, &owner, at("2026-11-22T08:16:00Z"), &not_sent).await.unwrap();
    assert_eq!(found().await, [], "it is not unclear any more");
}

#[tokio::test]
async fn strays_are_found_by_where_they_went_and_when_and_the_same_is_one() {
    let dynamo = Dynamo::start().await;
    let strays = dynamo.strays();
    let stray = |id: &str, when: &str, told| Stray {
        to: mobile(),
        handed_over_at: at(when),
        provider_id: id.to_owned(),
        receipt: receipt(told),
    };
    let first = stray("m-1", RESERVED, Told::Delivered);
    let last = stray("m-2", "2026-11-22T08:00:30Z", Told::Failed(Fault::OutOfReach));
    let mut elsewhere = stray("m-4", RESERVED, Told::Delivered);
    elsewhere.to = Destination::Mobile(MobileNumber::from_e164("+61491570156").unwrap());
    let late = stray("m-3", "2026-11-22T08:00:31Z", Told::Delivered);
    for stray in [&first, &last, &late, &elsewhere, &first] {
        strays.keep_stray(stray).await.unwrap();
    }
    let within = at(RESERVED)..=at("2026-11-22T08:00:30Z");
    assert_eq!(strays.strays_to(&mobile(), within).await.unwrap(), [first, last]);
    let dump = dynamo.dump().await;
    let expires = dump.values().filter(|item| item.contains_key("expires_at")).count();
    assert_eq!((dump.len(), expires), (4, 4), "each is forgotten in time");
}
