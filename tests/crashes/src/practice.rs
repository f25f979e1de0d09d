//! One life of a practice: it begins as the stage is set, and something dies in it.

use aws::clients::Aws;
use aws_credential_types::Credentials;
use axum::Router;
use chrono::Duration;
use delivery::Clinic;
use testkit::deliveries::secret;
use testkit::dynamo::{Dump, Dynamo};
use testkit::fakes::{CountingIds, FakeClock, FakeReceiptQueue, FakeSms};
use testkit::faults::OnDynamo;
use testkit::requests::{ApiAnswer, ApiRequest, call};
use testkit::secrets::{secrets_manager, secrets_manager_with};

use crate::routers;
use crate::stage::Stage;

/// Ids of new records come after those of the stage.
const FIRST_ID: u64 = 1_000_000;

/// A function behind the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    /// Programs, templates, booking types, sites and settings.
    Programs,
    /// Patients, consents and merges.
    Patients,
    /// Enrolments and the work list.
    Enrolments,
    /// The distribution list.
    Letters,
    /// What booking systems tell.
    Bookings,
    /// What is told of referrals.
    Referrals,
    /// The way out.
    Unsubscribe,
}

/// A practice.
#[derive(Debug)]
pub struct Practice {
    /// What works in it, whose calls are struck.
    pub clinic: Clinic,
    /// The queue of what providers say.
    pub receipts: FakeReceiptQueue,
    pub(crate) ids: CountingIds,
}

impl OnDynamo for Practice {
    fn dynamo(&self) -> &Dynamo {
        &self.clinic.dynamo
    }
}

impl Practice {
    /// A practice as the stage is set.
    pub async fn on(stage: &Stage) -> Self {
        let dynamo = Dynamo::restored(&stage.saved).await;
        dynamo.bucket.fill(&stage.files);
        let ids = CountingIds::after(FIRST_ID);
        let mut clinic = Clinic::on(dynamo, FakeClock::at(&stage.now.to_rfc3339()), ids.clone());
        clinic.sms = FakeSms::after(stage.texted);
        Self { clinic, receipts: FakeReceiptQueue::default(), ids }
    }

    /// Asks a function, which has just been started.
    pub async fn ask(&self, function: Function, request: ApiRequest) -> ApiAnswer {
        call(&self.router(function).await, request).await
    }

    async fn router(&self, function: Function) -> Router {
        match function {
            Function::Programs => routers::office(self).programs(),
            Function::Patients => routers::office(self).patients(),
            Function::Enrolments => routers::office(self).enrolments(),
            Function::Letters => {
                let secret = serde_json::json!({ "current": testkit::deliveries::CURRENT });
                let port = secrets_manager_with("clinic/epost/status", secret).await;
                routers::office(self).letters(secrets(port))
            }
            Function::Bookings => routers::bookings(self, secrets(secrets_manager(secret()).await)),
            Function::Referrals => {
                routers::referrals(self, secrets(secrets_manager(secret()).await))
            }
            Function::Unsubscribe => routers::unsubscribe(self),
        }
    }

    /// Waits until a request that died is no longer taken for one that is worked on.
    pub(crate) fn wait(&self) {
        self.clinic.clock.advance(Duration::seconds(61));
    }

    /// Everything that is stored of the practice.
    pub async fn dump(&self) -> Dump {
        self.clinic.dynamo.dump_of_practice().await
    }
}

/// What reads the secrets of webhooks from Secrets Manager on that port.
fn secrets(port: u16) -> Aws {
    let credentials = Credentials::new("id", "secret", None, None, "test");
    let endpoint = Some(format!("http://127.0.0.1:{port}"));
    Aws::new(credentials, "ap-southeast-2".to_owned(), endpoint)
}
