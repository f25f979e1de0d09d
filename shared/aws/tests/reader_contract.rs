//! The contract of what the API reads of enrolments, on the DynamoDB adapter.

#![cfg(test)]

use app::ports::{EnrolmentReader, Enrolments, HowMany};
use domain::enrolment::{Enrolment, enrol_for_booking};
use domain::ids::EnrolmentId;
use domain::timing::Timing;
use testkit::build::{self, at};
use testkit::dynamo::Dynamo;

/// The nth enrolment on the program; those of one pair were put on it at the same moment.
fn enrolment(n: u128) -> Enrolment {
    let program = build::program(vec![build::sms(10, Timing::Enrolled)]);
    let (site, patient, booking) = (build::site(), build::patient(), build::booking());
    let facts = build::facts(&program, &site, &patient, &booking);
    let now = at(&format!("2026-11-22T08:00:0{}Z", n / 2));
    let begun = enrol_for_booking("req-1".into(), facts, now).unwrap().enrolment;
    Enrolment { id: EnrolmentId::new(build::number(n)), ..begun }
}

#[tokio::test]
async fn a_page_may_begin_after_any_enrolment_of_a_program_also_after_one_that_is_gone() {
    let dynamo = Dynamo::start().await;
    let reader = dynamo.enrolment_reader();
    for n in 0..6 {
        dynamo.enrolments().commit(&[build::begun(enrolment(n))]).await.unwrap();
    }
    let program = enrolment(0).program;
    let all = reader.of_program(&program, None, 50).await.unwrap();
    assert_eq!((all.enrolments.len(), &all.next), (6, &None));
    for (i, one) in all.enrolments.iter().enumerate() {
        let rest = reader.of_program(&program, Some(&reader.place(one)), 50).await.unwrap();
        assert_eq!(rest.enrolments, all.enrolments[i + 1..], "after {}", one.id);
    }
    let page = reader.of_program(&program, None, 4).await.unwrap();
    let last = page.enrolments.last().unwrap();
    assert_eq!(page.next, Some(reader.place(last)), "the place of the last is where it goes on");
    // Between those of two moments, there was somebody who is on it no more.
    let gone = Enrolment { id: EnrolmentId::new(build::number(99)), ..enrolment(3) };
    let rest = reader.of_program(&program, Some(&reader.place(&gone)), 50).await.unwrap();
    let later: Vec<_> =
        rest.enrolments.iter().filter(|it| it.enrolled_at > gone.enrolled_at).collect();
    assert_eq!(later, all.enrolments[4..].iter().collect::<Vec<_>>());
}

#[tokio::test]
async fn an_enrolment_that_cannot_be_read_hides_none_of_the_others() {
    let dynamo = Dynamo::start().await;
    let reader = dynamo.enrolment_reader();
    for n in 0..3 {
        dynamo.enrolments().commit(&[build::begun(enrolment(n))]).await.unwrap();
    }
    let spoiled = enrolment(1);
    dynamo.spoil("enrolments", spoiled.id.as_str(), "ENROLMENT").await;
    let page = reader.of_program(&spoiled.program, None, 50).await.unwrap();
    let of_patient = reader.of_patient(&spoiled.patient).await.unwrap();
    for (enrolments, unreadable) in
        [(page.enrolments, page.unreadable), (of_patient.enrolments, of_patient.unreadable)]
    {
        assert_eq!(enrolments.len(), 2);
        let [one] = unreadable.as_slice() else { panic!("{unreadable:?}") };
        assert_eq!((&one.id, one.enrolled_at), (&spoiled.id, spoiled.enrolled_at));
        assert_eq!(one.program.as_ref(), Some(&spoiled.program));
        assert!(!one.why.contains("nonsense"), "what was stored is not told: {}", one.why);
    }
}

#[tokio::test]
async fn an_enrolment_whose_entry_cannot_be_read_is_found_with_its_patient() {
    let dynamo = Dynamo::start().await;
    let one = enrolment(1);
    dynamo.enrolments().commit(&[build::begun(one.clone())]).await.unwrap();
    let entry = format!("2026-11-22T08:00:00.000Z#{}", one.id);
    dynamo.spoil("enrolments", &format!("ENROLMENTS#{}", one.patient), &entry).await;
    let found = dynamo.enrolment_reader().of_patient(&one.patient).await.unwrap();
    assert_eq!(found.enrolments, [one]);
}

#[tokio::test]
async fn who_is_on_a_program_is_counted_as_far_as_is_asked() {
    let dynamo = Dynamo::start().await;
    let reader = dynamo.enrolment_reader();
    let program = enrolment(0).program;
    assert_eq!(reader.count_open(&program, 10).await.unwrap(), HowMany::All(0));
    for n in 0..4 {
        dynamo.enrolments().commit(&[build::begun(enrolment(n))]).await.unwrap();
    }
    // One that cannot be read is still on it.
    dynamo.spoil("enrolments", enrolment(1).id.as_str(), "ENROLMENT").await;
    for (most, expected) in [
        (10, HowMany::All(4)),
        (4, HowMany::All(4)),
        (3, HowMany::AtLeast(3)),
        (0, HowMany::AtLeast(0)),
    ] {
        assert_eq!(reader.count_open(&program, most).await.unwrap(), expected, "up to {most}");
    }
    let other = domain::ids::ProgramId::new(build::number(77));
    assert_eq!(reader.count_open(&other, 10).await.unwrap(), HowMany::All(0));
}

#[tokio::test]
async fn enrolments_are_read_by_their_ids_whatever_of_them_is_gone_or_spoilt() {
    let dynamo = Dynamo::start().await;
    let reader = dynamo.enrolment_reader();
    for n in 0..3 {
        dynamo.enrolments().commit(&[build::begun(enrolment(n))]).await.unwrap();
    }
    dynamo.spoil("enrolments", enrolment(1).id.as_str(), "ENROLMENT").await;
    let nobodys = EnrolmentId::new(build::number(77));
    let ids = [enrolment(2).id, enrolment(1).id, nobodys, enrolment(0).id];
    let (enrolments, unreadable) = reader.enrolments(&ids).await.unwrap();
    assert_eq!(enrolments, [enrolment(2), enrolment(0)]);
    assert_eq!(unreadable.into_iter().map(|one| one.id).collect::<Vec<_>>(), [enrolment(1).id]);
    assert_eq!(reader.enrolments(&[]).await.unwrap(), (vec![], vec![]));
}
