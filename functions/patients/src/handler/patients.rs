//! Patients: who they are, and what they agreed to.

use app::form::{Form, UnknownFields, read};
use app::people::{self, NewPatient, SearchPage, StaysWithdrawn, Upserted, Witness};
use app::ports::{AddressHolds, Catalogue, People};
use aws::http::{Caller, JsonBody, NewIds, NoBody, Problem, if_match, json_with_etag};
use axum::extract::{Path, State};
use axum::response::Response;
use axum::{Extension, Json};
use domain::ids::PatientId;
use domain::patient::Patient;
use domain::program::{Channel, Purpose};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use super::{Context, Ports, Shared};
use crate::wire;

pub(super) fn patient_id(id: &str) -> Result<PatientId, Problem> {
    PatientId::parse(id).map_err(|_| Problem::not_found("patient"))
}

impl<W: Ports> Context<W> {
    fn witness(&self, caller: Caller) -> Witness {
        Witness { by: caller.subject, at: self.clock.now() }
    }

    /// Reads a draft, and names everything that is wrong with it at once.
    async fn read_draft<T>(
        &self,
        body: &Value,
        witness: &Witness,
        fields: impl FnOnce(&Form<'_>) -> Option<T> + Send,
    ) -> Result<T, Problem> {
        match read(body, UnknownFields::Refuse, fields) {
            Ok(draft) => Ok(draft),
            Err(wrong) => {
                let readable = wire::read_readable(body);
                Err(people::all_wrong(&self.catalogue, &wrong, readable, witness).await.into())
            }
        }
    }

    pub(super) async fn answer(
        &self,
        status: StatusCode,
        patient: &Patient,
    ) -> Result<Response, Problem> {
        let shown = self.show_patient(patient).await?;
        Ok(json_with_etag(status, patient.revision, shown))
    }

    /// With what was not taken.
    async fn answer_saved(
        &self,
        patient: &Patient,
        stay: &[StaysWithdrawn],
    ) -> Result<Response, Problem> {
        let mut shown = self.show_patient(patient).await?;
        if let Some(fields) = shown.as_object_mut() {
            let warnings: Vec<_> = stay.iter().map(ToString::to_string).collect();
            fields.insert("warnings".to_owned(), json!(warnings));
        }
        Ok(json_with_etag(StatusCode::OK, patient.revision, shown))
    }

    async fn answer_new(&self, new: &NewPatient) -> Result<Response, Problem> {
        let mut shown = self.show_patient(&new.patient).await?;
        if let Some(fields) = shown.as_object_mut() {
            fields.insert("possible_duplicates".to_owned(), json!(new.possible_duplicates));
        }
        Ok(json_with_etag(StatusCode::CREATED, new.patient.revision, shown))
    }
}

/// Finds patients. A search is a POST, because what is searched for is the patients' own, and
/// addresses are logged by everyone on the way.
pub(super) async fn search<W: Ports>(
    State(context): Shared<W>,
    JsonBody(body): JsonBody,
) -> Result<Json<Value>, Problem> {
    let page = match read(&body, UnknownFields::Refuse, wire::read_search)? {
        wire::Search::Identifier(identifier) => {
            let found = match context.people.find(&identifier).await? {
                Some(id) => context.people.patient(&id).await?,
                None => None,
            };
            SearchPage { patients: found.into_iter().collect(), next: None }
        }
        wire::Search::Query { query, next } => {
            people::search(&context.people, &query, next).await?
        }
    };
    // One read of the sites instead of one for each patient.
    let sites =
        if page.patients.is_empty() { Vec::new() } else { context.catalogue.sites().await? };
    let addresses = page.patients.iter().flat_map(wire::addresses).collect();
    let holds = context.people.holds(&addresses).await?;
    let items = page.patients.iter().map(|patient| {
        let site = sites.iter().find(|site| Some(&site.id) == patient.site.as_ref());
        wire::show_patient(patient, site.map(|site| &site.code), &holds)
    });
    let items: Vec<_> = items.collect();
    Ok(Json(json!({ "items": items, "next": page.next.as_ref().map(wire::show_next) })))
}

pub(super) async fn create<W: Ports>(
    State(context): Shared<W>,
    Extension(caller): Extension<Caller>,
    new_ids: NewIds,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    let witness = context.witness(caller);
    let draft = context.read_draft(&body, &witness, wire::read_patient).await?;
    let Context { people, catalogue, ids, .. } = &*context;
    let ids = new_ids.then(ids);
    let new = people::create_patient(people, catalogue, &ids, draft, witness).await?;
    context.answer_new(&new).await
}

/// Creates or changes the patient another system knows by a key: what is left out stays.
pub(super) async fn upsert<W: Ports>(
    State(context): Shared<W>,
    Extension(caller): Extension<Caller>,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    let witness = context.witness(caller);
    let (identifier, draft) = context.read_draft(&body, &witness, wire::read_upsert).await?;
    let Context { people, catalogue, ids, .. } = &*context;
    match people::upsert_patient(people, catalogue, ids, &identifier, draft, witness).await? {
        Upserted::Created(new) => context.answer_new(&new).await,
        Upserted::Saved(patient, stay) => {
            context.follow(&patient).await?;
            context.answer_saved(&patient, &stay).await
        }
    }
}

pub(super) async fn get<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let patient = context.patient(&id).await?;
    context.answer(StatusCode::OK, &patient).await
}

pub(super) async fn put<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    let id = patient_id(&id)?;
    let revision = if_match(&headers)?;
    let witness = context.witness(caller);
    let draft = context.read_draft(&body, &witness, wire::read_saved_patient).await?;
    let Context { people, catalogue, .. } = &*context;
    let patient = people::save_patient(people, catalogue, &id, revision, draft, witness).await?;
    context.follow(&patient).await?;
    context.answer(StatusCode::OK, &patient).await
}

/// Writes down what the patient chose for one channel and purpose.
pub(super) async fn consent<W: Ports>(
    State(context): Shared<W>,
    Path((id, channel, purpose)): Path<(String, String, String)>,
    Extension(caller): Extension<Caller>,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    let id = patient_id(&id)?;
    let channel = Channel::parse(&channel).ok_or_else(|| Problem::not_found("channel"))?;
    let purpose = Purpose::parse(&purpose).ok_or_else(|| Problem::not_found("purpose"))?;
    let choice =
        read(&body, UnknownFields::Refuse, |form| wire::read_consent(form, channel, purpose))?;
    let witness = context.witness(caller);
    let patient = people::record_consents(&context.people, &id, &[choice], &witness).await?;
    context.answer(StatusCode::OK, &patient).await
}

/// The patient takes nothing more by these channels.
pub(super) async fn opt_out<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
    Extension(caller): Extension<Caller>,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    let id = patient_id(&id)?;
    let choices = read(&body, UnknownFields::Refuse, wire::read_opt_out)?;
    let witness = context.witness(caller);
    let patient = people::record_consents(&context.people, &id, &choices, &witness).await?;
    context.answer(StatusCode::OK, &patient).await
}

pub(super) async fn archive<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
    _: NoBody,
) -> Result<Response, Problem> {
    let patient = people::archive(&context.people, &patient_id(&id)?).await?;
    context.follow(&patient).await?;
    context.answer(StatusCode::OK, &patient).await
}

pub(super) async fn restore<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
    _: NoBody,
) -> Result<Response, Problem> {
    let patient = people::restore(&context.people, &patient_id(&id)?).await?;
    context.answer(StatusCode::OK, &patient).await
}

pub(super) async fn deceased<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
    _: NoBody,
) -> Result<Response, Problem> {
    let patient = people::record_death(&context.people, &patient_id(&id)?).await?;
    context.follow(&patient).await?;
    context.answer(StatusCode::OK, &patient).await
}
