//! Yes and no to a visit.

use domain::booking::{BookingEventKind, VisitAnswer};
use domain::timing::Timing;
use domain::work::WorkKind;
use testkit::build::{event, sms};

use crate::support::{MARIA, answers, booking, clinic, envelope, file, saving, take, told, work};

#[tokio::test]
async fn yes_confirms_the_visit_that_the_message_was_about() {
    let clinic = clinic(vec![sms(10, Timing::Enrolled)]).await;
    take(&clinic, file("yes")).await;
    let confirmed = booking(&clinic).await.confirmation.unwrap();
    assert_eq!(confirmed.answer, VisitAnswer::Confirmed);
    assert_eq!(work(&clinic).await, []);
    assert_eq!(told(&clinic).await, ["The patient confirmed the visit by SMS."]);
}

#[tokio::test]
async fn no_declines_it_and_is_work_and_a_later_yes_counts() {
    let clinic = clinic(vec![sms(10, Timing::Enrolled)]).await;
    take(&clinic, envelope("in-1", MARIA, "No", None)).await;
    assert_eq!(booking(&clinic).await.confirmation.unwrap().answer, VisitAnswer::Declined);
    assert_eq!(work(&clinic).await, [(WorkKind::Declined, "No".to_owned())]);
    let summary = clinic.work().await.remove(0).summary;
    let which = "It is Physio, initial on 3 December 2026, 10:30 am.";
    assert!(summary.ends_with(which), "on the site's clock: {summary}");
    take(&clinic, envelope("in-2", MARIA, "y", None)).await;
    assert_eq!(booking(&clinic).await.confirmation.unwrap().answer, VisitAnswer::Confirmed);
}

#[tokio::test]
async fn a_visit_that_moves_is_not_confirmed_any_more_and_one_that_is_told_again_is() {
    let clinic = clinic(vec![sms(10, Timing::Enrolled)]).await;
    take(&clinic, file("yes")).await;
    let changed = event(2, BookingEventKind::Changed, "2026-12-03T10:30:00+11:00");
    clinic.event("evt-2", &changed).await.unwrap();
    assert!(booking(&clinic).await.confirmation.is_some());
    let moved = event(3, BookingEventKind::Moved, "2026-12-10T10:30:00+11:00");
    clinic.event("evt-3", &moved).await.unwrap();
    assert_eq!(booking(&clinic).await.confirmation, None);
}

#[tokio::test]
async fn yes_to_a_visit_that_is_cancelled_or_past_goes_to_a_person() {
    let clinic = clinic(vec![sms(10, Timing::Enrolled)]).await;
    let cancelled = event(2, BookingEventKind::Cancelled, "2026-12-03T10:30:00+11:00");
    clinic.event("evt-2", &cancelled).await.unwrap();
    take(&clinic, file("yes")).await;
    assert_eq!(booking(&clinic).await.confirmation, None);
    assert_eq!(work(&clinic).await, [(WorkKind::Replied, "Yes".to_owned())]);
}

#[tokio::test]
async fn yes_with_two_coming_visits_and_no_message_is_not_guessed_at() {
    let clinic = clinic(vec![sms(10, Timing::Enrolled)]).await;
    let mut second = event(1, BookingEventKind::Made, "2026-12-17T10:30:00+11:00");
    second.key.id = domain::text::ExternalId::parse("B-2002").unwrap();
    clinic.event("evt-2", &second).await.unwrap();
    // To a number from which nothing was sent, so that the last message is none of ours.
    let elsewhere = envelope("in-1", MARIA, "Yes", None).replace("+61491570156", "+61491570157");
    take(&clinic, elsewhere).await;
    assert_eq!(booking(&clinic).await.confirmation, None);
    assert_eq!(work(&clinic).await, [(WorkKind::Replied, "Yes".to_owned())]);
}

#[tokio::test]
async fn yes_without_a_message_confirms_the_only_coming_visit() {
    let clinic = clinic(vec![sms(10, Timing::Enrolled)]).await;
    let elsewhere = envelope("in-1", MARIA, "Yes", None).replace("+61491570156", "+61491570157");
    take(&clinic, elsewhere).await;
    assert_eq!(booking(&clinic).await.confirmation.unwrap().answer, VisitAnswer::Confirmed);
}

#[tokio::test]
async fn a_yes_that_is_kept_is_both_an_answer_and_a_confirmation() {
    let clinic = clinic(vec![saving(sms(10, Timing::Enrolled), None)]).await;
    take(&clinic, file("yes")).await;
    assert!(answers(&clinic).await[0].answers.is_some());
    assert!(booking(&clinic).await.confirmation.is_some());
}
