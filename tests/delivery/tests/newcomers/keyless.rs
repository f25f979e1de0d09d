//! Who is told of by words alone: the same one from event to event, and nobody in silence.

use app::ports::{Lookup, People, Register, Verdict};
use delivery::Clinic;
use domain::booking::BookingEventKind::{Changed, Moved};
use domain::ids::PatientId;
use domain::intake::PresentedPatient;
use domain::patient::{FoldedName, Patient, Standing};
use domain::program::{Channel, Purpose};
use domain::work::WorkKind;
use testkit::build;

use crate::support::{
    born, clinic, enrolments_of, made, maria, mobile, name, of_web, patient, tell, told,
};

fn keyless() -> PresentedPatient {
    PresentedPatient { id: None, ..maria() }
}

async fn all_of(clinic: &Clinic, last: &str) -> usize {
    let lookup = Lookup::LastName(FoldedName::parse(last).unwrap());
    clinic.dynamo.people().look_up(&lookup, None, 99).await.unwrap().len()
}

#[tokio::test]
async fn a_booking_stays_whose_it_is_while_less_is_told_of_them_or_another_mobile() {
    let clinic = clinic().await;
    let known = build::patient().id;
    let fully = PresentedPatient { date_of_birth: born(), ..keyless() };
    assert_eq!(tell(&clinic, "evt-1", &made(fully)).await.enrolled.len(), 1);
    let bare = PresentedPatient { mobile: None, ..keyless() };
    let unknown_key = maria();
    for (version, who) in [(2, keyless()), (3, bare), (4, unknown_key)] {
        let id = format!("evt-{version}");
        let result = tell(&clinic, &id, &told(version, Moved, who)).await;
        assert_eq!((result.verdict, result.enrolled), (Verdict::Applied, vec![]));
    }
    assert_eq!(clinic.enrolments().await.len(), 1, "she is told once");
    assert_eq!((all_of(&clinic, "rossi").await, clinic.work().await), (1, vec![]));
    assert_eq!(patient(&clinic, &known).await.identifiers.len(), 1);
}

#[tokio::test]
async fn a_booking_that_is_told_of_another_person_without_a_key_is_theirs_and_staff_are_asked() {
    let clinic = clinic().await;
    let fully = PresentedPatient { date_of_birth: born(), ..keyless() };
    tell(&clinic, "evt-1", &made(fully)).await;
    let tom = PresentedPatient { first_name: name("Tom"), ..keyless() };
    let result = tell(&clinic, "evt-2", &told(2, Changed, tom)).await;
    assert_eq!(result.enrolled.len(), 1);
    let [work] = clinic.work().await.try_into().unwrap();
    assert_eq!(work.kind, WorkKind::PossibleDuplicate);
    assert_eq!(work.same_as, [build::patient().id]);
    assert_eq!(enrolments_of(&clinic, &work.patient.unwrap()).await.len(), 1);
}

#[tokio::test]
async fn of_a_bare_name_no_record_is_made_and_staff_are_told_who_it_may_be() {
    let clinic = clinic().await;
    let bare = PresentedPatient { mobile: None, ..keyless() };
    let result = tell(&clinic, "evt-1", &made(bare)).await;
    assert_eq!((result.verdict, all_of(&clinic, "rossi").await), (Verdict::Unmatched, 1));
    let [work] = clinic.work().await.try_into().unwrap();
    assert_eq!((work.kind, work.same_as), (WorkKind::Unmatched, vec![build::patient().id]));
    assert!(work.summary.contains("a date of birth, a mobile or a Medicare"), "{}", work.summary);
}

#[tokio::test]
async fn a_short_name_or_a_new_family_name_is_asked_about_though_the_phone_is_new() {
    for (first, last) in [("Mia", "Rossi"), ("Maria", "Bianchi")] {
        let clinic = clinic().await;
        let who = PresentedPatient {
            first_name: name(first),
            last_name: name(last),
            date_of_birth: born(),
            ..maria()
        };
        tell(&clinic, "evt-1", &made(who)).await;
        let [work] = clinic.work().await.try_into().unwrap();
        assert_eq!(
            (work.kind, work.patient),
            (WorkKind::PossibleDuplicate, of_web(&clinic, "W-77").await)
        );
        assert_eq!(work.same_as, [build::patient().id], "{first} {last}");
    }
}

#[tokio::test]
async fn records_that_were_merged_away_keep_nobody_from_being_found() {
    let clinic = clinic().await;
    let people = clinic.dynamo.people();
    let into = build::patient().id;
    for n in 0..55 {
        let merged = Patient {
            id: PatientId::new(build::number(1000 + n)),
            identifiers: [].into(),
            first_name: name("Aaron").unwrap(),
            standing: Standing::Merged { into: into.clone() },
            ..build::patient()
        };
        people.create_patient(&merged).await.unwrap();
    }
    let who = PresentedPatient {
        first_name: name("Mia"),
        last_name: name("Bianchi"),
        mobile: build::patient().mobile,
        date_of_birth: born(),
        ..maria()
    };
    tell(&clinic, "evt-1", &made(who)).await;
    let [work] = clinic.work().await.try_into().unwrap();
    assert_eq!(work.same_as, [into]);
}

#[tokio::test]
async fn a_new_record_that_may_be_of_somebody_who_opted_out_is_not_written_to_at_their_address() {
    for (number, expected) in [(build::patient().mobile, 1), (mobile("+61491570156"), 0)] {
        let clinic = clinic().await;
        let before = patient(&clinic, &build::patient().id).await;
        let mut after = Patient { revision: before.revision + 1, ..before.clone() };
        for (purpose, choice) in [
            (Purpose::Care, domain::patient::Choice::Withdrawn),
            (Purpose::Commercial, domain::patient::Choice::Given),
        ] {
            after.consents.record(Channel::Sms, purpose, build::consent(choice));
        }
        clinic.dynamo.people().save_patient(&before, &after).await.unwrap();
        let who = PresentedPatient {
            date_of_birth: "1908-02-03".parse().ok().map(domain::phi::Phi::new),
            mobile: number,
            ..maria()
        };
        tell(&clinic, "evt-1", &made(who)).await;
        let new = patient(&clinic, &of_web(&clinic, "W-77").await.unwrap()).await;
        assert_eq!(new.consents.iter().count(), expected, "an agreement is never taken over");
        assert_eq!(new.consents.opted_out().len(), expected);
    }
}
