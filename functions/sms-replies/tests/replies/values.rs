//! Answers that are kept with their action, and the numbers in them.

use domain::reply::{Fit, Meaning};
use domain::timing::Timing;
use domain::work::WorkKind;
use testkit::build::sms;

use crate::support::{MARIA, answers, asks, clinic, envelope, file, saving, take, told, work};

#[tokio::test]
async fn a_number_is_kept_on_the_action_that_asked_for_it() {
    let clinic = clinic(vec![asks()]).await;
    take(&clinic, file("number")).await;
    let kept = answers(&clinic).await.remove(0);
    assert_eq!(kept.text.reveal().as_str(), "My sugar is 7,2 mmol/L");
    assert_eq!(kept.meaning, Meaning::Text);
    let answered = kept.answers.unwrap();
    let enrolment = clinic.enrolment().await;
    assert_eq!((answered.enrolment, answered.program), (enrolment.id, enrolment.program));
    assert_eq!((answered.cycle, answered.action), (1, asks().id));
    let value = kept.value.unwrap();
    let value = value.reveal();
    assert_eq!((value.number.to_string(), value.fit), ("7.2".to_owned(), Fit::InRange));
    assert_eq!(value.unit.as_ref().unwrap().as_str(), "mmol/L");
    assert_eq!(work(&clinic).await, [], "nobody needs to look");
    assert_eq!(told(&clinic).await.len(), 1);
}

#[tokio::test]
async fn an_answer_that_names_no_message_answers_the_last_that_keeps_answers() {
    let clinic = clinic(vec![asks()]).await;
    take(&clinic, file("without-message")).await;
    let kept = answers(&clinic).await.remove(0);
    assert_eq!(kept.value.unwrap().reveal().number.to_string(), "6.1");
    clinic.clock.put_to("2026-12-20T01:45:00Z");
    let late = envelope("late", MARIA, "6.2", None).replace("2026-11-23T01:40", "2026-12-20T01:40");
    take(&clinic, late).await;
    assert_eq!(work(&clinic).await, [(WorkKind::Replied, "6.2".to_owned())], "weeks later");
}

#[tokio::test]
async fn a_value_out_of_range_is_kept_and_is_work() {
    let clinic = clinic(vec![asks()]).await;
    take(&clinic, envelope("in-1", MARIA, "14.9", Some("msg-1"))).await;
    let kept = answers(&clinic).await.remove(0);
    assert_eq!(kept.value.unwrap().reveal().fit, Fit::OutOfRange);
    assert_eq!(work(&clinic).await, [(WorkKind::OutOfRange, "14.9".to_owned())]);
}

#[tokio::test]
async fn an_answer_without_one_clear_number_is_kept_without_a_value_and_is_work() {
    for text in ["120/80", "7.1 or 7.4", "130 mg/dL", "what do you mean?", "٧ ٢"] {
        let clinic = clinic(vec![asks()]).await;
        take(&clinic, envelope("in-1", MARIA, text, Some("msg-1"))).await;
        let kept = answers(&clinic).await.remove(0);
        assert!(kept.answers.is_some() && kept.value.is_none(), "{text}");
        assert_eq!(work(&clinic).await, [(WorkKind::Replied, text.to_owned())], "{text}");
    }
}

#[tokio::test]
async fn an_action_without_a_unit_keeps_words_and_a_number_if_there_is_one() {
    let clinic = clinic(vec![saving(sms(10, Timing::Enrolled), None)]).await;
    take(&clinic, envelope("in-1", MARIA, "Much better", Some("msg-1"))).await;
    take(&clinic, envelope("in-2", MARIA, "82 kg", Some("msg-1"))).await;
    let mut values: Vec<_> = answers(&clinic)
        .await
        .into_iter()
        .map(|kept| kept.value.map(|value| (value.reveal().number.to_string(), value.reveal().fit)))
        .collect();
    values.sort_by_key(Option::is_some);
    assert_eq!(values, [None, Some(("82".to_owned(), Fit::Unchecked))]);
    assert_eq!(work(&clinic).await, []);
}

#[tokio::test]
async fn what_answers_a_message_that_keeps_nothing_goes_to_a_person_with_the_text() {
    let clinic = clinic(vec![sms(10, Timing::Enrolled)]).await;
    take(&clinic, envelope("in-1", MARIA, "Can I park there?", Some("msg-1"))).await;
    let item = clinic.work().await.remove(0);
    assert_eq!(item.kind, WorkKind::Replied);
    assert_eq!(item.enrolment, Some(clinic.enrolment().await.id), "which message is known");
    assert!(!item.summary.contains("park"), "the sentence has no patient data: {}", item.summary);
    assert_eq!(answers(&clinic).await.len(), 1, "it is in the patient's list");
}

#[tokio::test]
async fn what_comes_from_a_number_that_is_nobodys_goes_to_a_person() {
    let clinic = clinic(vec![asks()]).await;
    take(&clinic, file("unmatched")).await;
    let item = clinic.work().await.remove(0);
    assert_eq!((item.kind, item.patient), (WorkKind::Replied, None));
    let written = item.reply.unwrap();
    let written = written.reveal();
    assert_eq!(written.text.as_str(), "Is the car park open on Saturdays?");
    assert!(written.from.as_ref().unwrap().national().starts_with("0491 570"), "who asks");
    assert_eq!(item.site, Some(testkit::build::site().id), "the site whose number was texted");
}
