//! The contract of what the API reads of enrolments, on the DynamoDB adapter.

#![cfg(test)]

use app::ports::{EnrolmentReader, Enrolments};
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
