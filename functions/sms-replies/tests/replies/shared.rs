//! A number of several patients.

use app::ports::{People, Replies};
use delivery::Clinic;
use domain::ids::PatientId;
use domain::patient::{Identifier, Patient, PersonName};
use domain::phi::Phi;
use domain::program::{Channel, Purpose};
use domain::text::{Code, ExternalId};
use domain::work::WorkKind;
use testkit::build::{self, event_of};

use crate::support::{
    LATER, MARIA, answers, asks, booking, clinic, envelope, file, maria, take, work,
};

pub(crate) fn luca() -> Patient {
    let identifier = Identifier {
        source: Code::parse("diary").unwrap(),
        id: Phi::new(ExternalId::parse("P-1002").unwrap()),
    };
    Patient {
        id: PatientId::new(build::number(20)),
        identifiers: [identifier].into(),
        first_name: Phi::new(PersonName::parse("Luca").unwrap()),
        ..build::patient()
    }
}

/// Maria and her son on one number; both were asked, Luca by `msg-2`.
async fn family() -> Clinic {
    let clinic = clinic(vec![asks()]).await;
    clinic.dynamo.people().create_patient(&luca()).await.unwrap();
    clinic.clock.put_to("2026-11-22T09:00:00Z");
    let made = event_of("B-2002", "physio-initial", "P-1002", "2026-12-04T10:30:00+11:00");
    clinic.event("evt-2", &made).await.unwrap();
    clinic.minute().await;
    assert_eq!(clinic.sms.outbox().len(), 2);
    clinic.clock.put_to(LATER);
    clinic
}

async fn of_luca(clinic: &Clinic) -> usize {
    clinic.dynamo.replies().of_patient(&[luca().id].into(), None, 9).await.unwrap().len()
}

#[tokio::test]
async fn stop_is_for_everybody_on_the_number_and_so_is_start() {
    let clinic = family().await;
    let luca_now = async || clinic.dynamo.people().patient(&luca().id).await.unwrap().unwrap();
    take(&clinic, file("stop")).await;
    for patient in [maria(&clinic).await, luca_now().await] {
        assert!(patient.consents.allow(Channel::Sms, Purpose::Care).is_err());
    }
    assert_eq!((answers(&clinic).await.len(), of_luca(&clinic).await), (1, 1));
    take(&clinic, file("start")).await;
    for patient in [maria(&clinic).await, luca_now().await] {
        assert!(patient.consents.allow(Channel::Sms, Purpose::Care).is_ok());
    }
}

#[tokio::test]
async fn a_named_message_tells_whose_an_answer_is() {
    let clinic = family().await;
    take(&clinic, envelope("in-1", MARIA, "5.5", Some("msg-2"))).await;
    assert_eq!((answers(&clinic).await.len(), of_luca(&clinic).await), (0, 1));
    assert_eq!(work(&clinic).await, []);
}

#[tokio::test]
async fn without_one_nobody_guesses_and_a_person_reads_it() {
    let clinic = family().await;
    for (id, text) in [("in-1", "5.5"), ("in-2", "Yes")] {
        take(&clinic, envelope(id, MARIA, text, None)).await;
    }
    assert_eq!((answers(&clinic).await.len(), of_luca(&clinic).await), (0, 0));
    let mut texts = work(&clinic).await;
    texts.sort_by(|a, b| a.1.cmp(&b.1));
    let expected = ["5.5", "Yes"].map(|text| (WorkKind::Replied, text.to_owned()));
    assert_eq!(texts, expected);
    assert!(clinic.work().await.iter().all(|item| item.patient.is_none()), "it is nobody's yet");
    assert_eq!(booking(&clinic).await.confirmation, None);
}
