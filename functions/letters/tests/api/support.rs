//! A practice with letters on its list, and the function's router in front of it.

use std::sync::Arc;

use app::ports::{Catalogue, People};
use aws::clients::Aws;
use aws::dynamo::{CatalogueStore, LetterStore, PeopleStore, WorkListStore};
use aws::files::S3Files;
use aws::secrets::WebhookSecrets;
use aws_credential_types::Credentials;
use axum::Router;
use domain::distribution::ListedLetter;
use domain::text::Label;
use letters_function::handler::{Context, Ports, api};
use serde_json::{Value, json};
use testkit::build;
use testkit::dynamo::Dynamo;
use testkit::fakes::{CountingIds, FakeClock};
use testkit::faults::OnDynamo;
use testkit::letters::list;
use testkit::requests::{ApiAnswer, ApiRequest, call};
use testkit::secrets::secrets_manager_with;

/// What the ePost provider signs with.
pub(crate) const SECRET: &str = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// The real stores, with a clock that stands and ids in order.
pub(crate) struct InProcess;

impl Ports for InProcess {
    type Letters = LetterStore;
    type Files = S3Files;
    type Catalogue = CatalogueStore;
    type People = PeopleStore;
    type WorkList = WorkListStore;
    type Clock = FakeClock;
    type Ids = CountingIds;
}

/// The practice.
pub(crate) struct Clinic {
    pub(crate) dynamo: Dynamo,
    pub(crate) clock: FakeClock,
    pub(crate) router: Router,
    pub(crate) letters: Vec<ListedLetter>,
}

/// A practice with that many letters to Maria that wait.
pub(crate) async fn clinic(letters: u128) -> Clinic {
    let dynamo = Dynamo::start().await;
    dynamo.catalogue().create_site(&build::site()).await.unwrap();
    dynamo.people().create_patient(&build::patient_with_post()).await.unwrap();
    let (clock, ids) = (FakeClock::at("2026-11-22T08:00:00Z"), CountingIds::after(1_000));
    let mut listed = Vec::new();
    for n in 1..=letters {
        listed.push(list(&dynamo, n, &build::site().id).await);
    }
    listed.sort_by(|a, b| a.id.cmp(&b.id));
    Clinic { router: router(&dynamo, &clock, &ids).await, dynamo, clock, letters: listed }
}

/// The function's router over those tables.
async fn router(dynamo: &Dynamo, clock: &FakeClock, ids: &CountingIds) -> Router {
    let secrets = secrets_manager_with("clinic/epost/status", json!({ "current": SECRET })).await;
    let credentials = Credentials::new("id", "secret", None, None, "test");
    let endpoint = Some(format!("http://127.0.0.1:{secrets}"));
    let aws = Aws::new(credentials, "ap-southeast-2".to_owned(), endpoint);
    let context = Context::<InProcess> {
        letters: dynamo.letters(),
        files: dynamo.files(),
        catalogue: dynamo.catalogue(),
        people: dynamo.people(),
        work_list: dynamo.work_list(),
        secrets: WebhookSecrets::new(aws, "clinic/epost/".to_owned(), clock.clone()),
        answers: dynamo.answers(clock, ids),
        clock: clock.clone(),
        ids: ids.clone(),
        practice_name: Label::parse("Harbour Health").unwrap(),
    };
    api().into_router(Arc::new(context))
}

impl OnDynamo for Clinic {
    fn dynamo(&self) -> &Dynamo {
        &self.dynamo
    }
}

impl Clinic {
    /// The function's router after the process that served the first one has died.
    pub(crate) async fn others(&self) -> Router {
        router(&self.dynamo, &self.clock, &CountingIds::after(5_000)).await
    }

    pub(crate) async fn get(&self, path: &str) -> ApiAnswer {
        call(&self.router, ApiRequest::new("GET", path).by("[viewer]")).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> ApiAnswer {
        call(&self.router, ApiRequest::new("POST", path).by("[front-desk]").json(body)).await
    }

    /// The names of the states of the letters of the list, in its order.
    pub(crate) async fn states(&self) -> Vec<String> {
        let listed = self.get("/v1/letters").await.json;
        let items = listed["items"].as_array().unwrap();
        items.iter().map(|it| it["state"]["name"].as_str().unwrap().to_owned()).collect()
    }
}
