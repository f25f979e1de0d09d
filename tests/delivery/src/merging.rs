//! Records of one person, and their merge.

use app::enrolments::{Asked, Desk, Pair};
use app::ports::{Clock, EnrolmentReader, People};
use domain::actor::Actor;
use domain::enrolment::Enrolment;
use domain::ids::PatientId;
use domain::patient::{Identifier, Patient};
use domain::phi::Phi;
use domain::text::ExternalId;
use testkit::{build, referrals};

use crate::Clinic;

impl Clinic {
    /// One more record, of that number, whom the diary knows by this key.
    ///
    /// # Panics
    /// When a store fails.
    pub async fn record(&self, number: u128, key: &str) -> PatientId {
        let id = Phi::new(ExternalId::parse(key).expect("a key"));
        let other = Patient {
            id: PatientId::new(build::number(number)),
            identifiers: [Identifier { source: referrals::source(), id }].into(),
            ..build::patient()
        };
        self.dynamo.people().create_patient(&other).await.expect("a new patient");
        other.id
    }

    /// The records say that one was merged into the other, and whoever did that died then.
    ///
    /// # Panics
    /// When a store fails.
    pub async fn merge_cut_off(&self, from: &PatientId, into: &PatientId) {
        app::people::merge(&self.dynamo.people(), from, into).await.expect("they are merged");
    }

    /// Staff merge two records, and ask for it again.
    ///
    /// # Panics
    /// When a store fails.
    pub async fn merge(&self, from: &PatientId, into: &PatientId) {
        let desk = Desk {
            enrolments: &self.dynamo.enrolments(),
            reader: &self.dynamo.enrolment_reader(),
            catalogue: &self.dynamo.catalogue(),
            people: &self.dynamo.people(),
            bookings: &self.dynamo.bookings(),
        };
        let who = ExternalId::parse("person-1").expect("an id");
        let by = Actor::Person(who.clone());
        let asked = Asked { by, request_id: "req-2".to_owned(), at: self.clock.now() };
        let pair = Pair { from: from.clone(), into: into.clone() };
        let list = self.dynamo.work_list();
        // A merge that is repeated does nothing else.
        for _ in 0..2 {
            Box::pin(desk.merge(&list, &pair, (&who, &asked))).await.expect("they are merged");
        }
    }

    /// What a patient is and was on.
    ///
    /// # Panics
    /// When a store fails.
    pub async fn enrolments_of(&self, patient: &PatientId) -> Vec<Enrolment> {
        let of_patient = self.dynamo.enrolment_reader().of_patient(patient).await;
        of_patient.expect("they can be read").enrolments
    }
}
