//! STOP, START, and what sounds like them.

use app::ports::{AddressHolds, Clock, People, Replies};
use domain::hold::{AddressHold, HoldCause};
use domain::ledger::Destination;
use domain::patient::{Choice, Consent, Evidence, Patient, REPLIED_STOP, Standing};
use domain::phi::Phi;
use domain::phone::MobileNumber;
use domain::program::{Channel, Purpose, Significance};
use domain::work::WorkKind;

use crate::shared::luca;
use crate::support::{
    MARIA, answers, asks, clinic, clinic_of, envelope, file, maria, reminds, take, told, work,
};

fn number() -> Destination {
    Destination::Mobile(MobileNumber::from_e164(MARIA).unwrap())
}

#[tokio::test]
async fn stop_withdraws_care_and_nothing_more_goes_until_start() {
    let clinic = clinic(vec![asks(), reminds()]).await;
    take(&clinic, file("stop")).await;
    let consents = maria(&clinic).await.consents;
    let care = consents.of(Channel::Sms, Purpose::Care).unwrap();
    assert_eq!((care.choice, care.how.reveal().as_str()), (Choice::Withdrawn, REPLIED_STOP));
    assert_eq!(care.at.to_rfc3339(), "2026-11-23T01:30:00+00:00", "when it came");
    assert!(consents.allow(Channel::Email, Purpose::Care).is_ok(), "other channels stay");
    assert_eq!(work(&clinic).await, [], "the program is not significant");
    assert_eq!(told(&clinic).await.len(), 1);

    take(&clinic, file("start")).await;
    assert!(maria(&clinic).await.consents.allow(Channel::Sms, Purpose::Care).is_ok());
    assert_eq!(answers(&clinic).await.len(), 2);
    clinic.clock.put_to("2026-11-30T23:30:00Z");
    clinic.settle().await;
    assert_eq!(clinic.sms.outbox().len(), 2, "the reminder goes after START");
}

#[tokio::test]
async fn after_stop_nothing_goes_to_the_number_though_it_is_queued() {
    let clinic = clinic(vec![asks(), reminds()]).await;
    clinic.clock.put_to("2026-11-30T23:30:00Z");
    clinic.sweep().await;
    let queued = clinic.queues.take();
    take(&clinic, file("stop")).await;
    assert_eq!(queued.len(), 1);
    clinic.deliver(&queued[0]).await.unwrap();
    assert_eq!(clinic.sms.outbox().len(), 1, "I3");
}

#[tokio::test]
async fn stop_on_a_clinically_significant_program_is_work_with_the_text() {
    let clinic = clinic_of(vec![asks(), reminds()], |program| {
        program.significance = Significance::Clinical;
    })
    .await;
    take(&clinic, file("stop")).await;
    assert_eq!(work(&clinic).await, [(WorkKind::OptedOut, "STOP".to_owned())]);
    let item = clinic.work().await.remove(0);
    assert_eq!(item.enrolment, Some(clinic.enrolment().await.id));
    take(&clinic, envelope("again", MARIA, "stop", None)).await;
    assert_eq!(clinic.work().await.len(), 1, "a second STOP is no news");
}

#[tokio::test]
async fn cancel_stops_nothing_and_goes_to_a_person() {
    let clinic = clinic(vec![asks(), reminds()]).await;
    take(&clinic, file("cancel")).await;
    assert!(maria(&clinic).await.consents.allow(Channel::Sms, Purpose::Care).is_ok());
    assert_eq!(work(&clinic).await, [(WorkKind::Replied, "Cancel".to_owned())]);
    assert_eq!(clinic.work().await[0].patient, Some(maria(&clinic).await.id));
}

#[tokio::test]
async fn what_sounds_like_stop_holds_the_number_until_staff_release_it() {
    let clinic = clinic(vec![asks(), reminds()]).await;
    take(&clinic, file("sounds-like-stop")).await;
    assert!(maria(&clinic).await.consents.allow(Channel::Sms, Purpose::Care).is_ok());
    assert_eq!(work(&clinic).await, [(WorkKind::Replied, "Please stop texting me 😡".to_owned())]);
    let held = clinic.dynamo.people().hold(&number()).await.unwrap().unwrap();
    assert_eq!(held.cause, HoldCause::SoundsLikeStop);

    clinic.clock.put_to("2026-11-30T23:30:00Z");
    clinic.settle().await;
    assert_eq!(clinic.sms.outbox().len(), 1, "nothing goes to a number on hold");
    let failed = clinic.work().await.into_iter().find(|work| work.kind == WorkKind::Failed);
    assert!(failed.unwrap().summary.contains("on hold"), "its program waits for a person");
    clinic.dynamo.people().release(&number(), clinic.clock.now()).await.unwrap();
    assert_eq!(clinic.dynamo.people().hold(&number()).await.unwrap(), None);
}

#[tokio::test]
async fn stop_of_a_number_that_is_nobodys_holds_it_and_start_ends_that() {
    let clinic = clinic(vec![asks()]).await;
    let stranger = "+61491570159";
    let number = Destination::Mobile(MobileNumber::from_e164(stranger).unwrap());
    take(&clinic, envelope("in-1", stranger, "STOP", None)).await;
    let held = clinic.dynamo.people().hold(&number).await.unwrap().unwrap();
    assert_eq!(held.cause, HoldCause::StopOfNobody);
    assert_eq!(work(&clinic).await, [(WorkKind::Replied, "STOP".to_owned())]);
    take(&clinic, envelope("in-2", stranger, "UNSTOP", None)).await;
    assert_eq!(clinic.dynamo.people().hold(&number).await.unwrap(), None);
    assert_eq!(clinic.work().await.len(), 1);
    take(&clinic, envelope("in-3", stranger, "START", None)).await;
    assert_eq!(clinic.work().await.len(), 2, "a START that undoes nothing is read by a person");
}

async fn held(clinic: &delivery::Clinic) -> Option<HoldCause> {
    clinic.dynamo.people().hold(&number()).await.unwrap().map(|hold| hold.cause)
}

/// An answer of that time.
fn at(time: &str, id: &str, text: &str) -> String {
    envelope(id, MARIA, text, None).replace("2026-11-23T01:40:00.000Z", time)
}

#[tokio::test]
async fn stop_holds_the_number_for_whoever_is_given_it_next_until_start() {
    let clinic = clinic(vec![asks()]).await;
    take(&clinic, file("stop")).await;
    assert_eq!(held(&clinic).await, Some(HoldCause::Stopped));
    clinic.dynamo.people().create_patient(&luca()).await.unwrap();
    let made = {
        testkit::build::event_of("B-2002", "physio-initial", "P-1002", "2026-12-10T09:00:00+11:00")
    };
    clinic.event("evt-2", &made).await.unwrap();
    clinic.minute().await;
    assert_eq!(clinic.sms.outbox().len(), 1, "Luca's booking is not written about");
    let failed = clinic.work().await.into_iter().find(|work| work.kind == WorkKind::Failed);
    assert!(failed.unwrap().summary.contains("because STOP came from it"));

    take(&clinic, file("sounds-like-stop")).await;
    assert_eq!(held(&clinic).await, Some(HoldCause::Stopped), "START is to end it");
    take(&clinic, at("2026-11-23T01:44:00.000Z", "in-start", "START")).await;
    assert_eq!(held(&clinic).await, None);
}

#[tokio::test]
async fn what_repeats_itself_at_a_number_stays_held_through_stop_and_start_until_staff_release_it()
{
    for (text, besides) in
        [("STOP", HoldCause::StoppedAndRepeated), ("please stop texting me", HoldCause::Repeated)]
    {
        let clinic = clinic(vec![asks()]).await;
        let (people, since) = (clinic.dynamo.people(), clinic.clock.now());
        let hold = AddressHold { address: number(), since, cause: HoldCause::Repeated };
        people.hold_from_now(&hold).await.unwrap();
        take(&clinic, at("2026-11-23T01:40:00.000Z", "in-1", text)).await;
        assert_eq!(held(&clinic).await, Some(besides), "{text}");
        take(&clinic, at("2026-11-23T01:44:00.000Z", "in-2", "START")).await;
        assert_eq!(held(&clinic).await, Some(HoldCause::Repeated), "{text}");
        people.release(&number(), clinic.clock.now()).await.unwrap();
        assert_eq!(held(&clinic).await, None);
    }
}

#[tokio::test]
async fn stop_of_somebody_who_is_archived_holds_the_number_too() {
    let clinic = clinic(vec![asks()]).await;
    let before = maria(&clinic).await;
    let archived =
        Patient { revision: before.revision + 1, standing: Standing::Archived, ..before.clone() };
    clinic.dynamo.people().save_patient(&before, &archived).await.unwrap();
    take(&clinic, file("stop")).await;
    assert_eq!(held(&clinic).await, Some(HoldCause::Stopped));
    assert!(maria(&clinic).await.consents.allow(Channel::Sms, Purpose::Care).is_err());
}

#[tokio::test]
async fn stop_needs_nothing_but_the_patients_and_what_cannot_be_read_is_work() {
    for (table, is_program) in [("catalogue", true), ("enrolments", false)] {
        let clinic = clinic(vec![asks(), reminds()]).await;
        let enrolment = clinic.enrolment().await;
        if is_program {
            clinic.dynamo.spoil(table, "PROGRAM", enrolment.program.as_str()).await;
        } else {
            clinic.dynamo.spoil(table, enrolment.id.as_str(), "ENROLMENT").await;
        }
        take(&clinic, file("stop")).await;
        assert!(maria(&clinic).await.consents.allow(Channel::Sms, Purpose::Care).is_err());
        assert_eq!(work(&clinic).await, [(WorkKind::OptedOut, "STOP".to_owned())], "{table}");
        assert_eq!(clinic.work().await[0].enrolment, Some(enrolment.id));
        // Every other answer still reaches a person.
        take(&clinic, at("2026-11-23T01:44:00.000Z", "in-2", "7.2")).await;
        assert!(work(&clinic).await.contains(&(WorkKind::Replied, "7.2".to_owned())), "{table}");
    }
}

#[tokio::test]
async fn a_stop_that_comes_late_undoes_no_newer_choice() {
    let clinic = clinic(vec![asks()]).await;
    let before = maria(&clinic).await;
    let mut agreed = Patient { revision: before.revision + 1, ..before.clone() };
    let care = Consent {
        choice: Choice::Given,
        at: "2026-11-23T01:42:00Z".parse().unwrap(),
        by: "person-1".to_owned(),
        how: Phi::new(Evidence::parse("asked at the desk").unwrap()),
    };
    agreed.consents.record(Channel::Sms, Purpose::Care, care);
    clinic.dynamo.people().save_patient(&before, &agreed).await.unwrap();
    take(&clinic, at("2026-11-23T01:40:00.000Z", "in-1", "STOP")).await;
    assert_eq!(maria(&clinic).await, agreed);
    assert_eq!(held(&clinic).await, None);
    assert_eq!(work(&clinic).await, [(WorkKind::Replied, "STOP".to_owned())]);
    take(&clinic, at("2026-11-23T01:43:00.000Z", "in-2", "STOP")).await;
    assert!(maria(&clinic).await.consents.allow(Channel::Sms, Purpose::Care).is_err());
}

#[tokio::test]
async fn a_start_that_overtakes_its_stop_stands() {
    let clinic = clinic(vec![asks()]).await;
    take(&clinic, at("2026-11-23T01:42:00.000Z", "in-2", "START")).await;
    take(&clinic, at("2026-11-23T01:40:00.000Z", "in-1", "STOP")).await;
    assert!(maria(&clinic).await.consents.allow(Channel::Sms, Purpose::Care).is_ok());
    assert_eq!(held(&clinic).await, None);
    let expected = ["START", "STOP"].map(|text| (WorkKind::Replied, text.to_owned()));
    let mut items = work(&clinic).await;
    items.sort_by(|a, b| a.1.cmp(&b.1));
    assert_eq!(items, expected);
    let id = [maria(&clinic).await.id].into();
    assert_eq!(clinic.dynamo.replies().of_patient(&id, None, 9).await.unwrap().len(), 2);
}
