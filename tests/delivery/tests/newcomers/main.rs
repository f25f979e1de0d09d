//! Whom a booking system tells of and nobody here knows by its key: somebody known, somebody new, or
//! a question for staff (HealthTrack R30).

#![cfg(test)]

mod keyless;
mod recalled;
mod support;

use app::ports::{Lookup, People, Register, Verdict};
use chrono::NaiveDate;
use domain::booking::BookingEventKind;
use domain::intake::PresentedPatient;
use domain::patient::{FoldedName, MedicareNumber, Patient, Standing};
use domain::phi::Phi;
use domain::work::WorkKind;
use testkit::build;

use crate::support::{
    born, clinic, deny, enrolments_of, external, made, maria, name, of_web, patient, tell, told,
};

#[tokio::test]
async fn who_agrees_in_two_things_is_that_patient_and_named_by_the_new_key_from_then_on() {
    let clinic = clinic().await;
    let known = patient(&clinic, &build::patient().id).await;
    let email = domain::email::EmailAddress::parse("other@example.com").ok();
    let told = PresentedPatient { date_of_birth: born(), email, ..maria() };
    let result = tell(&clinic, "evt-1", &made(told)).await;
    assert_eq!((result.verdict, result.enrolled.len()), (Verdict::Applied, 1));
    let remark = format!("Recognised by name and date of birth as {}.", known.id);
    assert_eq!(result.remarks, [remark], "nobody is recognised in silence");
    assert_eq!(clinic.enrolments().await.len(), 1);
    assert_eq!(of_web(&clinic, "W-77").await, Some(known.id.clone()));
    let after = patient(&clinic, &known.id).await;
    let identifiers = after.identifiers.clone();
    assert_eq!(identifiers.len(), 2);
    let unchanged = Patient { identifiers: known.identifiers.clone(), revision: 2, ..after };
    assert_eq!(unchanged, known, "nothing else of what is known was changed");
    assert_eq!(clinic.work().await, []);

    let mut next = made(PresentedPatient::by_id(external("W-77")));
    next.key.id = external("B-2");
    assert_eq!(tell(&clinic, "evt-2", &next).await.enrolled.len(), 1, "the key is enough now");
}

#[tokio::test]
async fn somebody_like_nobody_is_a_new_patient_with_what_was_told_of_them() {
    let clinic = clinic().await;
    let medicare = MedicareNumber::parse("2123 45670 1/1").ok();
    let tomorrow = NaiveDate::from_ymd_opt(2027, 1, 1).map(Phi::new);
    let told = PresentedPatient {
        first_name: name("Rob"),
        last_name: name("Roy"),
        date_of_birth: tomorrow,
        medicare: medicare.clone(),
        ..maria()
    };
    let result = tell(&clinic, "evt-1", &made(told)).await;
    assert_eq!((result.verdict, result.enrolled.len()), (Verdict::Applied, 1));
    let new = patient(&clinic, &of_web(&clinic, "W-77").await.unwrap()).await;
    assert!(result.remarks[0].contains(new.id.as_str()), "{result:?}");
    assert_eq!((&new.first_name, new.medicare), (&name("Rob").unwrap(), medicare));
    assert_eq!(new.date_of_birth, None, "nobody was born tomorrow");
    assert_eq!((new.site, new.standing), (Some(build::site().id), Standing::Current));
    assert!(new.consents.iter().next().is_none(), "they have agreed to nothing yet");
    assert_eq!(clinic.work().await, []);
}

#[tokio::test]
async fn a_cancelled_or_unconfirmed_booking_makes_no_record_of_somebody_new() {
    for kind in [BookingEventKind::Cancelled, BookingEventKind::Requested] {
        let clinic = clinic().await;
        let who = PresentedPatient { first_name: name("Rob"), ..maria() };
        tell(&clinic, "evt-1", &told(1, kind, who)).await;
        assert_eq!(of_web(&clinic, "W-77").await, None, "{kind:?}");
        assert_eq!(clinic.work().await, []);
    }
}

#[tokio::test]
async fn without_names_nobody_is_made_and_the_work_says_who_it_may_be() {
    let clinic = clinic().await;
    let known = build::patient();
    let with_card = Patient {
        revision: 3,
        medicare: MedicareNumber::parse("2123456701").ok(),
        ..known.clone()
    };
    clinic
        .dynamo
        .people()
        .save_patient(&Patient { revision: 2, ..known.clone() }, &with_card)
        .await
        .unwrap();
    let told = PresentedPatient {
        first_name: None,
        mobile: known.mobile.clone(),
        medicare: with_card.medicare,
        ..maria()
    };
    let result = tell(&clinic, "evt-1", &made(told)).await;
    assert_eq!(result.verdict, Verdict::Unmatched);
    assert_eq!(result.remarks[1], "It may be somebody known: that is on the work list.");
    let told = result.remarks.concat();
    assert!(!told.contains(known.id.as_str()), "a sender learns no ids of others: {told}");
    let [work] = clinic.work().await.try_into().unwrap();
    assert_eq!((work.kind, &work.patient), (WorkKind::Unmatched, &None));
    assert!(work.summary.contains("does not say who it is"), "{}", work.summary);
    assert!(work.summary.contains(known.id.as_str()), "{}", work.summary);
    assert_eq!(work.same_as, [known.id]);
    assert_eq!(of_web(&clinic, "W-77").await, None);
}

#[tokio::test]
async fn somebody_likely_is_a_new_record_and_a_question_that_tells_nothing_of_them() {
    let clinic = clinic().await;
    let result = tell(&clinic, "evt-1", &made(maria())).await;
    assert_eq!((result.verdict, result.enrolled.len()), (Verdict::Applied, 1));
    let new = of_web(&clinic, "W-77").await.unwrap();
    let known = build::patient().id;
    assert_ne!(new, known);
    assert!(clinic.enrolments().await.is_empty(), "the booking is the new record's");
    let [work] = clinic.work().await.try_into().unwrap();
    assert_eq!(work.kind, WorkKind::PossibleDuplicate);
    assert_eq!((&work.patient, &work.same_as[..]), (&Some(new.clone()), &[known.clone()][..]));
    for id in [&new, &known] {
        assert!(work.summary.contains(id.as_str()), "{}", work.summary);
    }
    for personal in ["Rossi", "Mar", "0491", "+614", "1980"] {
        assert!(!work.summary.contains(personal), "{}", work.summary);
    }

    // Answered, it is not asked again.
    deny(&clinic, &work).await;
    let moved = told(2, BookingEventKind::Moved, maria());
    assert_eq!(tell(&clinic, "evt-2", &moved).await.verdict, Verdict::Applied);
    assert_eq!(clinic.work().await, []);
}

#[tokio::test]
async fn one_event_twice_at_once_makes_one_record_and_one_question() {
    for who in [maria(), PresentedPatient { id: None, ..maria() }] {
        let clinic = clinic().await;
        let (first, second) = (made(who.clone()), made(who));
        let (one, two) =
            tokio::join!(clinic.event("evt-1", &first), clinic.event("evt-2", &second));
        assert!(one.is_ok() && two.is_ok(), "{one:?} {two:?}");
        let [work] = clinic.work().await.try_into().unwrap();
        assert_eq!(enrolments_of(&clinic, &work.patient.unwrap()).await.len(), 1);
        let rossi = Lookup::LastName(FoldedName::parse("rossi").unwrap());
        let all = clinic.dynamo.people().look_up(&rossi, None, 9).await.unwrap();
        assert_eq!(all.len(), 2, "she and the new record");
    }
}
