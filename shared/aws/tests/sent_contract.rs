//! The contract of [`SentMessages`], on the DynamoDB adapter.

#![cfg(test)]

use app::ports::{Enrolments, SentMessages};
use domain::ids::{ActionId, EnrolmentId, ReservationToken};
use domain::ledger::{Destination, LedgerKey, LedgerRow, LedgerState, Outcome};
use domain::phone::MobileNumber;
use domain::program::Channel;
use domain::repeat::Wording;
use testkit::build::{self, at};
use testkit::dynamo::Dynamo;

fn mobile(number: &str) -> Destination {
    Destination::Mobile(MobileNumber::from_e164(number).unwrap())
}

fn key(enrolment: u128) -> LedgerKey {
    LedgerKey {
        enrolment: EnrolmentId::new(build::number(enrolment)),
        cycle: 2,
        action: ActionId::new(build::number(77)),
        attempt: 3,
    }
}

fn wording(to: &str) -> Wording {
    Wording::of(&mobile(to), &["Hi Maria"])
}

async fn settle(dynamo: &Dynamo, key: &LedgerKey, to: &str, when: &str, outcome: &Outcome) {
    let owner = ReservationToken::new(build::number(1));
    let row = LedgerRow {
        key: key.clone(),
        channel: Channel::Sms,
        to: Some(mobile(to)),
        wording: (key.enrolment == self::key(3).enrolment).then(|| wording(to)),
        opened_at: at(when),
        state: LedgerState::Reserved { owner: owner.clone() },
        receipt: None,
    };
    let store = dynamo.enrolments();
    store.reserve(&row).await.unwrap();
    store.settle(&row, &owner, at(when), outcome).await.unwrap();
}

fn sent(id: &str) -> Outcome {
    Outcome::Sent { provider_id: id.to_owned() }
}

#[tokio::test]
async fn what_was_sent_to_a_number_is_found_newest_first_and_nothing_else_is() {
    let dynamo = Dynamo::start().await;
    let number = "+61491570006";
    settle(&dynamo, &key(1), number, "2026-11-20T08:00:00Z", &sent("m-old")).await;
    settle(&dynamo, &key(2), number, "2026-11-22T08:00:00Z", &sent("m#1")).await;
    settle(&dynamo, &key(3), number, "2026-11-22T09:00:00Z", &sent("m-2")).await;
    settle(&dynamo, &key(4), "+61491570156", "2026-11-22T09:00:00Z", &sent("m-3")).await;
    let failed = Outcome::Failed { why: "refused".to_owned() };
    settle(&dynamo, &key(5), number, "2026-11-22T09:00:00Z", &failed).await;

    let since = at("2026-11-22T08:00:00Z");
    let found = dynamo.sent().sent_to(&mobile(number), since, 10).await.unwrap();
    let found: Vec<_> =
        found.into_iter().map(|sent| (sent.key, sent.at, sent.provider_id, sent.wording)).collect();
    let expected = vec![
        (key(3), at("2026-11-22T09:00:00Z"), "m-2".to_owned(), Some(wording(number))),
        // From before wordings were kept, or of a letter.
        (key(2), since, "m#1".to_owned(), None),
    ];
    assert_eq!(found, expected);

    let newest = dynamo.sent().sent_to(&mobile(number), since, 1).await.unwrap();
    assert_eq!(newest.len(), 1);
    assert_eq!(newest[0].provider_id, "m-2");
}
