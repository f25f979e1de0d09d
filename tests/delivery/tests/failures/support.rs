//! A clinic with a crowd of patients, and what goes out to them.

use std::collections::BTreeMap;

use app::deliver::{SmsCourier, WithWayOut};
use app::ports::{People, Pointer, SmsGateway};
use aws::deliveries::handle;
use aws::dynamo::{SentStore, StrayStore};
use delivery::Clinic;
use domain::ids::PatientId;
use domain::patient::{Identifier, Patient};
use domain::phi::Phi;
use domain::phone::MobileNumber;
use domain::text::ExternalId;
use testkit::build::{self, event_of, number};
use testkit::fakes::{CountingIds, FakeWaysOut};
use testkit::sending::{DeliveryBy, batch_of, come_again, deadline, delivery};

pub(crate) const VISIT: &str = "2026-12-03T10:30:00+11:00";

/// The number of the n-th of a crowd.
pub(crate) fn mobile(n: u64) -> String {
    format!("+614915{:05}", 70_200 + n)
}

/// So many patients come, and each books a visit.
pub(crate) async fn crowd(clinic: &Clinic, patients: u64) {
    for n in 1..=patients {
        let key = format!("C-{n}");
        let id = Phi::new(ExternalId::parse(&key).unwrap());
        let identifier = Identifier { source: build::booking().key.source, id };
        let patient = Patient {
            id: PatientId::new(number(10_000 + u128::from(n))),
            identifiers: [identifier].into(),
            mobile: Some(MobileNumber::from_e164(&mobile(n)).unwrap()),
            ..build::patient()
        };
        clinic.dynamo.people().create_patient(&patient).await.unwrap();
        let made = event_of(&format!("C-{n}"), "physio-initial", &key, VISIT);
        clinic.event(&format!("evt-{n}"), &made).await.unwrap();
    }
}

/// What a sweep hands out now.
pub(crate) async fn swept(clinic: &Clinic) -> Vec<Pointer> {
    clinic.sweep().await;
    clinic.queues.take()
}

/// A sender's courier of this gateway.
pub(crate) type Courier<G> = WithWayOut<SmsCourier<G, SentStore, StrayStore>, FakeWaysOut>;

/// A sender that sends by this gateway.
pub(crate) fn sender_by<G: SmsGateway>(clinic: &Clinic, gateway: G) -> DeliveryBy<Courier<G>> {
    let (sent, strays) = (clinic.dynamo.sent(), clinic.dynamo.strays());
    let courier =
        WithWayOut { courier: SmsCourier { gateway, sent, strays }, ways_out: FakeWaysOut };
    delivery(&clinic.dynamo, &clinic.clock, &CountingIds::after(1_000_000), &clinic.here, courier)
}

/// Hands a batch over to the function, and answers the places of the messages that come again.
pub(crate) async fn hand_over<G: SmsGateway>(
    clinic: &Clinic,
    sender: &DeliveryBy<Courier<G>>,
    pointers: &[Pointer],
) -> Vec<String> {
    let deadline = deadline(&clinic.clock);
    come_again(
        Box::pin(handle(sender, &clinic.dynamo.day_counts(), batch_of(pointers), deadline)).await,
    )
}

/// How often each number was texted.
pub(crate) fn texted(clinic: &Clinic) -> BTreeMap<String, usize> {
    let mut texted = BTreeMap::new();
    for (to, _) in clinic.sms.outbox() {
        *texted.entry(to).or_default() += 1;
    }
    texted
}

/// That each of a crowd got exactly one message.
pub(crate) fn assert_once_each(clinic: &Clinic, patients: u64) {
    let expected: BTreeMap<String, usize> = (1..=patients).map(|n| (mobile(n), 1)).collect();
    assert_eq!(texted(clinic), expected, "I2 and I6");
}

/// Lets so many minutes pass, in each of which what is due is swept and sent.
pub(crate) async fn minutes(clinic: &Clinic, minutes: usize) {
    for _ in 0..minutes {
        clinic.minute().await;
    }
}
