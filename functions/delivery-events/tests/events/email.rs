//! What SES says.

use app::ports::{DayCounts, People, Seen};
use domain::enrolment::{HoldReason, Status};
use domain::patient::Choice;
use domain::program::{Channel, Purpose};
use domain::receipt::{Fault, Told};
use domain::work::WorkKind;
use testkit::build::{self, at};

use super::support::{Practice, file};

#[tokio::test]
async fn each_event_is_kept_with_the_attempt_that_its_tags_name() {
    for (name, told, when) in [
        ("ses-delivery", Told::Delivered, "2026-11-22T08:00:04.300Z"),
        ("ses-bounce-permanent", Told::Failed(Fault::NoSuchAddress), "2026-11-24T03:00:00Z"),
        ("ses-bounce-transient", Told::Failed(Fault::MailboxFull), "2026-11-22T20:00:00Z"),
        ("ses-bounce-automatic-answer", Told::Failed(Fault::Unknown), "2026-11-22T08:00:09Z"),
        ("ses-complaint", Told::Complained, "2026-11-23T09:00:00Z"),
        ("ses-reject", Told::Failed(Fault::NotSent), "2026-11-22T08:00:03.100Z"),
        ("ses-rendering-failure", Told::Failed(Fault::NotMade), "2026-11-22T08:00:03.100Z"),
        ("ses-delivery-delay", Told::Delayed, "2026-11-22T12:00:00Z"),
    ] {
        let practice = Practice::emailed().await;
        assert_eq!(practice.failures(file(name)).await, [""; 0], "{name}");
        let receipt = practice.receipt().await.unwrap();
        assert_eq!((receipt.told, receipt.at), (told, at(when)), "{name}");
        let status = practice.enrolment().await.status;
        match told {
            Told::Failed(fault) => {
                let Status::Held { why, .. } = status else { panic!("{name}: not held") };
                assert_eq!(why, HoldReason::Failed(fault.to_string()), "{name}");
                assert_eq!(practice.work().await, [WorkKind::Failed], "{name}");
            }
            Told::Delayed | Told::Delivered | Told::Complained => {
                assert!(matches!(status, Status::Completed { .. }), "{name}: {status:?}");
                assert_eq!(practice.work().await, [], "{name}");
            }
        }
    }
}

#[tokio::test]
async fn what_did_not_arrive_counts_once_among_what_failed_today() {
    let practice = Practice::emailed().await;
    let failed = async || {
        let time = at("2026-11-22T08:00:00Z")..at("2026-11-22T08:15:00Z");
        practice.dynamo.day_counts().between(time).await.unwrap()
    };
    practice.failures(file("ses-delivery-delay")).await;
    assert_eq!(failed().await, [].into());
    for _ in 0..2 {
        practice.failures(file("ses-bounce-permanent")).await;
        let one = Seen { sent: 0, failed: 1 };
        assert_eq!(failed().await, [(Channel::Email, one)].into());
    }
}

#[tokio::test]
async fn what_comes_twice_or_is_outranked_changes_nothing() {
    let practice = Practice::emailed().await;
    for name in ["ses-delivery-delay", "ses-delivery", "ses-bounce-permanent"] {
        practice.failures(file(name)).await;
    }
    let before = practice.dynamo.dump().await;
    for name in [
        "ses-bounce-permanent",
        "ses-delivery",
        "ses-bounce-transient",
        "ses-bounce-automatic-answer",
        "ses-delivery-delay",
    ] {
        assert_eq!(practice.failures(file(name)).await, [""; 0], "{name}");
        assert_eq!(practice.dynamo.dump().await, before, "{name}");
    }
}

#[tokio::test]
async fn an_automatic_answer_to_an_email_that_arrived_is_no_failure() {
    let practice = Practice::emailed().await;
    practice.failures(file("ses-delivery")).await;
    practice.failures(file("ses-bounce-automatic-answer")).await;
    assert_eq!(practice.receipt().await.unwrap().told, Told::Delivered);
    assert!(matches!(practice.enrolment().await.status, Status::Completed { .. }));
}

#[tokio::test]
async fn an_automatic_answer_that_is_heard_of_first_holds_the_patient_only_until_the_delivery_is() {
    let practice = Practice::emailed().await;
    practice.failures(file("ses-bounce-automatic-answer")).await;
    assert!(matches!(practice.enrolment().await.status, Status::Held { .. }));
    practice.failures(file("ses-delivery")).await;
    assert_eq!(practice.receipt().await.unwrap().told, Told::Delivered);
    assert!(matches!(practice.enrolment().await.status, Status::Completed { .. }));
    assert_eq!(practice.work().await, [], "nobody has to look at it any more");
}

#[tokio::test]
async fn an_email_that_comes_back_after_it_was_taken_did_not_arrive() {
    let practice = Practice::emailed().await;
    practice.failures(file("ses-delivery")).await;
    practice.failures(file("ses-bounce-transient")).await;
    let told = practice.receipt().await.unwrap().told;
    assert_eq!(told, Told::Failed(Fault::MailboxFull));
    assert!(matches!(practice.enrolment().await.status, Status::Held { .. }));
    assert_eq!(practice.work().await, [WorkKind::Failed]);
}

#[tokio::test]
async fn a_complaint_takes_back_the_commercial_consent_of_that_patient_and_of_nobody_else() {
    let practice = Practice::emailed().await;
    let people = practice.dynamo.people();
    let agreed = build::consent(Choice::Given);
    let mut maria = build::patient();
    maria.revision = 2;
    maria.consents.record(Channel::Email, Purpose::Commercial, agreed.clone());
    maria.consents.record(Channel::Sms, Purpose::Commercial, agreed.clone());
    maria.consents.record(Channel::Email, Purpose::Care, agreed);
    people.save_patient(&build::patient(), &maria).await.unwrap();
    let mut other = maria.clone();
    other.id = domain::ids::PatientId::new(build::number(77));
    other.revision = 1;
    other.identifiers.clear();
    people.create_patient(&other).await.unwrap();

    practice.failures(file("ses-complaint")).await;
    let told = practice.patient().await;
    let consent = told.consents.of(Channel::Email, Purpose::Commercial).unwrap();
    assert_eq!((consent.choice, consent.by.as_str()), (Choice::Withdrawn, "mail provider"));
    assert!(consent.how.reveal().as_str().contains("unwanted"));
    for (channel, purpose) in [(Channel::Sms, Purpose::Commercial), (Channel::Email, Purpose::Care)]
    {
        assert_eq!(told.consents.of(channel, purpose).unwrap().choice, Choice::Given);
    }
    assert_eq!(people.patient(&other.id).await.unwrap().unwrap(), other);

    // They agree again, and the same complaint comes once more.
    let mut again = told.clone();
    again.revision += 1;
    again.consents.record(Channel::Email, Purpose::Commercial, build::consent(Choice::Given));
    people.save_patient(&told, &again).await.unwrap();
    practice.failures(file("ses-complaint")).await;
    assert_eq!(practice.patient().await, again);
}
