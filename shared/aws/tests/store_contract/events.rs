//! Events that came in, and the referrals they tell of.

use app::ports::{
    BookingChange, Bookings, Enrolments, EventKey, Intake, ReferralChange, Referrals, SaveError,
    Verdict,
};
use domain::booking::{EventOrder, Matching};
use domain::intake::{ReferralEventKind, ReferralOrigin};
use domain::referral::{Referral, ReferralEvent, ReferralKey, ReferralState};
use domain::text::{Code, ExternalId};
use testkit::build::{self, at};
use testkit::dynamo::Dynamo;
use testkit::referrals;

use crate::{NOW, begin, booking_change, enrolment};

#[tokio::test]
async fn an_event_and_all_it_changes_are_stored_together_or_not_at_all() {
    let dynamo = Dynamo::start().await;
    let intake = dynamo.intake();
    begin(&dynamo, &enrolment()).await;
    let change = BookingChange {
        booking: Some(build::booking()),
        changes: vec![build::begun(enrolment())], // exists already
        ..booking_change("evt-2")
    };
    assert_eq!(intake.commit(&change).await, Err(SaveError::Stale));
    assert_eq!(intake.event(&change.event.key).await, Ok(None));
    assert_eq!(intake.booking(&build::booking().key).await, Ok(None));
}

#[tokio::test]
async fn a_recorded_event_is_replaced_only_while_it_waits_for_a_match() {
    let dynamo = Dynamo::start().await;
    let intake = dynamo.intake();
    let mut change = booking_change("evt-3");
    change.event.result.verdict = Verdict::Unmatched;
    intake.commit(&change).await.unwrap();
    change.event.result.verdict = Verdict::Applied;
    intake.commit(&change).await.unwrap();
    change.event.result.verdict = Verdict::Superseded;
    assert_eq!(intake.commit(&change).await, Err(SaveError::Stale));
}

#[tokio::test]
async fn a_referral_is_read_back_as_it_was_and_written_only_over_what_was_read() {
    let dynamo = Dynamo::start().await;
    let intake = dynamo.intake();
    let told = referrals::told(1, ReferralEventKind::Added);
    let mut details = told.details.unwrap();
    details.referral_type = vec![Code::parse("podiatry").unwrap()];
    details.issued = Some("2026-11-19".parse().unwrap());
    details.valid_until = Some("2027-11-18".parse().unwrap());
    details.origin = ReferralOrigin::Internal;
    details.referrer = Some(referrals::referrer());
    let event = ReferralEvent {
        key: ReferralKey { source: referrals::source(), id: told.id },
        kind: told.kind,
        order: EventOrder { version: Some(1), time: at(NOW) },
        details: Some(details),
    };
    let (patient, site) = (build::patient().id, build::site().id);
    let first = Referral::told(&event, Matching::Matched { patient, site });
    let begun = enrolment();
    let first = Referral { caused: [begun.id.clone()].into(), ..first };
    let change = |event: &str, referral: &Referral| ReferralChange {
        event: booking_change(event).event,
        referral: Some(referral.clone()),
        changes: vec![],
        claimed: vec![],
        raise: vec![],
        resolve: None,
        again: None,
    };
    let whole =
        ReferralChange { changes: vec![build::begun(begun.clone())], ..change("evt-1", &first) };
    intake.commit_referral(&whole).await.unwrap();
    assert_eq!(intake.referral(&first.key).await, Ok(Some(first.clone())));
    assert_eq!(
        dynamo.bookings().referrals(&[first.key.clone()].into()).await,
        Ok(vec![first.clone()])
    );
    assert_eq!(dynamo.enrolments().enrolment(&begun.id).await, Ok(Some(begun)));

    let waiting = Matching::Waiting { patient: None };
    let second = Referral {
        revision: 2,
        state: ReferralState::Withdrawn,
        state_told_by: None,
        matching: waiting,
        ..first.clone()
    };
    intake.commit_referral(&change("evt-2", &second)).await.unwrap();
    let late = intake.commit_referral(&change("evt-3", &second)).await;
    assert_eq!(late, Err(SaveError::Stale), "another event was first");
    assert_eq!(
        intake
            .event(&EventKey {
                source: first.key.source.clone(),
                id: ExternalId::parse("evt-3").unwrap(),
            })
            .await,
        Ok(None)
    );
    let third = Referral { revision: 3, ..second.clone() };
    let again = intake.commit_referral(&change("evt-1", &third)).await;
    assert_eq!(again, Err(SaveError::Stale), "the event came before");
    assert_eq!(intake.referral(&first.key).await, Ok(Some(second)));
}
