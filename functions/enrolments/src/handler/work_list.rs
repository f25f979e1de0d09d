//! What waits for a person.

use std::collections::BTreeMap;

use app::catalogue::{ChangeError, KnownPrograms};
use app::enrolments::{WorkStep, Worked};
use app::form::{UnknownFields, read};
use app::ports::{Catalogue, Clock, WorkList};
use aws::http::{Caller, JsonBody, ListQuery, Order, Problem, RequestId, Role, page_json};
use axum::extract::{Path, State};
use axum::{Extension, Json};
use domain::ids::{PatientId, WorkId};
use domain::patient::Patient;
use domain::site::Site;
use domain::work::{OpenWork, WorkItem};
use serde_json::{Value, json};

use super::{Context, Ports, Shared, person};
use crate::wire::{self, Around};

type By = Extension<Caller>;
type Request = Extension<RequestId>;

/// What the ids of some work stand for.
struct Surroundings {
    patients: BTreeMap<PatientId, Patient>,
    programs: KnownPrograms,
    sites: Vec<Site>,
}

impl Surroundings {
    fn of(&self, item: &WorkItem) -> Around<'_> {
        Around {
            patients: Some(&self.patients),
            program: item.program.as_ref().and_then(|id| self.programs.get(id)),
            site: item.site.as_ref().and_then(|id| self.sites.iter().find(|site| site.id == *id)),
        }
    }
}

impl<W: Ports> Context<W> {
    /// What the ids of a page stand for: two queries, a read for each hundred patients, and one for
    /// each program of it that was deleted.
    async fn surroundings(
        &self,
        items: impl Iterator<Item = &WorkItem> + Clone,
    ) -> Result<Surroundings, Problem> {
        let patients = items
            .clone()
            .flat_map(|item| item.patient.iter().chain(&item.same_as))
            .cloned()
            .collect();
        let programs = items.filter_map(|item| item.program.clone()).collect();
        Ok(Surroundings {
            patients: self.patients_of(patients).await?,
            programs: KnownPrograms::read(&self.catalogue, programs).await?,
            sites: self.catalogue.sites().await?,
        })
    }

    async fn show_work(&self, work: &OpenWork) -> Result<Value, Problem> {
        let surroundings = self.surroundings(std::iter::once(&work.item)).await?;
        Ok(wire::show_work(work, &surroundings.of(&work.item), self.clock.now()))
    }

    /// Does one thing with one item, and answers what became of it.
    async fn work(
        &self,
        id: &str,
        step: wire::Step,
        caller: &Caller,
        request: RequestId,
    ) -> Result<Json<Value>, Problem> {
        let id = WorkId::parse(id).map_err(|_| Problem::not_found("open work item"))?;
        may(caller, &step)?;
        let (who, asked) = (person(caller)?, self.asked(caller, request)?);
        let step = step.by(&who);
        Ok(Json(match self.desk().work(&self.work_list, &id, &step, (&who, &asked)).await? {
            Worked::Open(work) => self.show_work(&work).await?,
            Worked::Resolved(resolved) => {
                let item = &resolved.work.item;
                let surroundings = self.surroundings(std::iter::once(item)).await?;
                wire::show_resolved(&resolved, &surroundings.of(item))
            }
        }))
    }
}

/// A clinical outcome needs a clinician.
fn may(caller: &Caller, step: &wire::Step) -> Result<(), Problem> {
    if step.is_clinical() && caller.role < Role::Clinician {
        return Err(Problem::forbidden("This outcome needs the role clinician."));
    }
    Ok(())
}

/// What waits, the oldest first.
pub(super) async fn list<W: Ports>(
    State(context): Shared<W>,
    Extension(caller): By,
    query: ListQuery,
) -> Result<Json<Value>, Problem> {
    let (page, filter) = query.read(wire::read_work_filter)?;
    let (me, sites) = (person(&caller)?, context.catalogue.sites().await?);
    filter.check(&sites).map_err(|wrong| Problem::wrong_query(&wrong))?;
    let mut open = context.work_list.open().await?;
    open.retain(|work| filter.takes(work, &sites, &me));
    let (open, next) = page.cut_in(Order::Ascending, open, |work| {
        format!("{:015}#{}", work.item.since.timestamp_millis(), work.item.id)
    });
    let around = context.surroundings(open.iter().map(|work| &work.item)).await?;
    let now = context.clock.now();
    let items = open.iter().map(|work| wire::show_work(work, &around.of(&work.item), now));
    Ok(page_json(items, next.as_ref()))
}

/// What staff have resolved in a month, the newest first.
pub(super) async fn resolved<W: Ports>(
    State(context): Shared<W>,
    query: ListQuery,
) -> Result<Json<Value>, Problem> {
    let (page, month) = query.read(wire::read_month)?;
    let resolved = context.work_list.resolved(month).await?;
    let (resolved, next) = page.cut_in(Order::Descending, resolved, |resolved| {
        format!("{:015}#{}", resolved.at.timestamp_millis(), resolved.work.item.id)
    });
    let around = context.surroundings(resolved.iter().map(|it| &it.work.item)).await?;
    let items = resolved.iter().map(|it| wire::show_resolved(it, &around.of(&it.work.item)));
    Ok(page_json(items, next.as_ref()))
}

pub(super) async fn get<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    let missing = || Problem::not_found("open work item");
    let id = WorkId::parse(&id).map_err(|_| missing())?;
    let work = context.work_list.item(&id).await?.ok_or_else(missing)?;
    Ok(Json(context.show_work(&work).await?))
}

pub(super) async fn assign<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
    Extension(caller): By,
    Extension(request): Request,
    JsonBody(body): JsonBody,
) -> Result<Json<Value>, Problem> {
    let step = read(&body, UnknownFields::Refuse, wire::read_assign)?;
    context.work(&id, step, &caller, request).await
}

pub(super) async fn note<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
    Extension(caller): By,
    Extension(request): Request,
    JsonBody(body): JsonBody,
) -> Result<Json<Value>, Problem> {
    let step = read(&body, UnknownFields::Refuse, wire::read_note)?;
    context.work(&id, step, &caller, request).await
}

pub(super) async fn resolve<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
    Extension(caller): By,
    Extension(request): Request,
    JsonBody(body): JsonBody,
) -> Result<Json<Value>, Problem> {
    let step = read(&body, UnknownFields::Refuse, wire::read_resolve)?;
    context.work(&id, step, &caller, request).await
}

/// Does one thing with many items, each for itself, and reports on each.
pub(super) async fn bulk<W: Ports>(
    State(context): Shared<W>,
    Extension(caller): By,
    Extension(request): Request,
    JsonBody(body): JsonBody,
) -> Result<Json<Value>, Problem> {
    let (ids, step) = read(&body, UnknownFields::Refuse, wire::read_bulk)?;
    may(&caller, &step)?;
    let (who, asked) = (person(&caller)?, context.asked(&caller, request)?);
    let step: WorkStep = step.by(&who);
    let (mut results, mut done) = (Vec::new(), 0);
    for id in &ids {
        let result = context.desk().work(&context.work_list, id, &step, (&who, &asked)).await;
        done += usize::from(result.is_ok());
        results.push(match result {
            Ok(Worked::Open(_) | Worked::Resolved(_)) => json!({ "id": id, "outcome": "done" }),
            Err(error) => refused(id, error),
        });
    }
    Ok(Json(json!({ "done": done, "refused": ids.len() - done, "results": results })))
}

fn refused(id: &WorkId, error: ChangeError) -> Value {
    let wrong = match &error {
        ChangeError::Invalid(invalid) => Some(invalid.to_string()),
        ChangeError::NotFound(_)
        | ChangeError::Stale
        | ChangeError::Conflict(_)
        | ChangeError::Store(_) => None,
    };
    let problem = Problem::from(error);
    json!({
        "id": id,
        "outcome": "refused",
        "status": problem.status().as_u16(),
        "detail": wrong.as_deref().unwrap_or(problem.detail()),
    })
}
