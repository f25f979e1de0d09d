//! Programs.

use app::catalogue;
use app::form::{UnknownFields, read};
use app::impact::{Examined, Impact};
use app::ports::{Catalogue, Clock};
use app::release::Accepted;
use app::replan::Stores;
use aws::http::{
    Caller, JsonBody, ListQuery, NoBody, Problem, if_match, json_with_etag, page_json,
};
use axum::extract::{Path, State};
use axum::response::Response;
use axum::{Extension, Json};
use domain::ids::ProgramId;
use domain::program::Program;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use super::{Context, Ports, Shared};
use crate::wire::{self, Counts};

fn program_id(text: &str) -> Result<ProgramId, Problem> {
    ProgramId::parse(text).map_err(|_| Problem::not_found("program"))
}

fn shown(status: StatusCode, program: &Program) -> Response {
    json_with_etag(status, program.version, wire::show_program(program))
}

impl<W: Ports> Context<W> {
    /// These programs as they are shown, with how many are on each where that is asked for.
    async fn counted(&self, programs: &[Program], counts: Counts) -> Result<Vec<Value>, Problem> {
        match counts {
            Counts::LeftOut => Ok(programs.iter().map(wire::show_program).collect()),
            Counts::Wanted => {
                let ids: Vec<_> = programs.iter().map(|program| program.id.clone()).collect();
                let counts = catalogue::count_open(&self.reader, &ids).await?;
                let counted = programs.iter().zip(counts);
                Ok(counted.map(|(it, on_it)| wire::show_counted_program(it, on_it)).collect())
            }
        }
    }

    async fn impact(&self, program: &Program) -> Result<Impact, Problem> {
        let stores = Stores {
            catalogue: &self.catalogue,
            people: &self.people,
            bookings: &self.bookings,
            reader: &self.reader,
        };
        Ok(stores.impact(program, self.clock.now()).await?)
    }
}

/// Why a save is refused that would contact more patients at once than was accepted.
fn too_many(impact: &Impact, accepted: usize) -> Option<String> {
    let (due, examined) = (impact.due_at_once, impact.patients);
    let see = "nothing was changed. See what else would change by posting it to …/impact; then save it \
               again with";
    match impact.examined {
        Examined::All if due <= accepted => None,
        Examined::All => Some(format!(
            "The next action of {due} patients would be due at once; {see} ?due_at_once={due}."
        )),
        // What was not looked at may be due.
        Examined::Some => Some(format!(
            "The next action of at least {due} patients would be due at once: of those who have been on \
             the program longest, {examined} were looked at, and there are more; {see} ?due_at_once=all."
        )),
    }
}

pub(super) async fn list<W: Ports>(
    State(context): Shared<W>,
    query: ListQuery,
) -> Result<Json<Value>, Problem> {
    let (page, (filter, counts)) = query.read(wire::read_programs_asked)?;
    let mut programs = context.catalogue.programs().await?;
    programs.retain(|program| filter.takes(program));
    let (programs, next) = page.cut(programs, |program| program.id.as_str());
    let shown = context.counted(&programs, counts).await?;
    Ok(page_json(shown, next.as_ref()))
}

pub(super) async fn create<W: Ports>(
    State(context): Shared<W>,
    Extension(caller): Extension<Caller>,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    let draft = read(&body, UnknownFields::Refuse, wire::read_program)?;
    let saved = context.saved_by(&caller)?;
    let (catalogue, ids) = (&context.catalogue, &context.ids);
    let program = catalogue::create_program(catalogue, ids, &saved, draft).await?;
    Ok(shown(StatusCode::CREATED, &program))
}

pub(super) async fn get<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
    query: ListQuery,
) -> Result<Response, Problem> {
    let counts = query.only(wire::read_counts)?;
    let program = catalogue::program(&context.catalogue, &program_id(&id)?).await?;
    let shown = context.counted(std::slice::from_ref(&program), counts).await?;
    let shown = shown.into_iter().next().unwrap_or_default();
    Ok(json_with_etag(StatusCode::OK, program.version, shown))
}

/// Saves a program. Should that make actions due at once for patients who are past them, the caller
/// must say how many by `?due_at_once=`: as many as the impact said, or more, or `all`.
pub(super) async fn put<W: Ports>(
    State(context): Shared<W>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    query: ListQuery,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    let (id, version) = (program_id(&id)?, if_match(&headers)?);
    let accepted = query.only(wire::read_accepted)?;
    let draft = read(&body, UnknownFields::Refuse, wire::read_program)?;
    let (catalogue, ids) = (&context.catalogue, &context.ids);
    let (before, after) = catalogue::next_program(catalogue, ids, &id, version, draft).await?;
    if before.plans_differently(&after) {
        match accepted {
            // It depends on no preview.
            Accepted::All => {}
            Accepted::UpTo(accepted) => {
                let impact = context.impact(&after).await?;
                if let Some(why) = too_many(&impact, accepted) {
                    return Err(Problem::conflict(why));
                }
            }
        }
    }
    let saved = context.saved_by(&caller)?;
    let program = catalogue::save_program(catalogue, &saved, &before, after).await?;
    Ok(shown(StatusCode::OK, &program))
}

/// What saving the program like this would do. Nothing is changed.
pub(super) async fn impact<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
    JsonBody(body): JsonBody,
) -> Result<Json<Value>, Problem> {
    let id = program_id(&id)?;
    let draft = read(&body, UnknownFields::Refuse, wire::read_program)?;
    let (catalogue, ids) = (&context.catalogue, &context.ids);
    let version = catalogue::program(catalogue, &id).await?.version;
    let (before, after) = catalogue::next_program(catalogue, ids, &id, version, draft).await?;
    let impact = context.impact(&after).await?;
    Ok(Json(json!({
        "version": before.version,
        "patients": impact.patients,
        "complete": impact.examined == Examined::All,
        "unreadable": impact.unreadable,
        "changed": impact.changed,
        "due_at_once": impact.due_at_once,
    })))
}

pub(super) async fn duplicate<W: Ports>(
    State(context): Shared<W>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    let id = program_id(&id)?;
    let name = read(&body, UnknownFields::Refuse, wire::read_program_name)?;
    let saved = context.saved_by(&caller)?;
    let (catalogue, ids) = (&context.catalogue, &context.ids);
    let copy = catalogue::duplicate_program(catalogue, ids, &saved, &id, name).await?;
    Ok(shown(StatusCode::CREATED, &copy))
}

pub(super) async fn delete<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let (id, version) = (program_id(&id)?, if_match(&headers)?);
    catalogue::delete_program(&context.catalogue, &context.reader, &id, version).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a program was, the newest version first. Only the page is read.
pub(super) async fn versions<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
    query: ListQuery,
) -> Result<Json<Value>, Problem> {
    let id = program_id(&id)?;
    let (page, ()) = query.read(|_| Some(()))?;
    let below = page.below()?;
    let found = catalogue::program_versions(&context.catalogue, &id, below, page.limit + 1).await?;
    let (found, next) = page.cut_numbers(found, |version| version.program.version);
    Ok(page_json(found.iter().map(wire::show_program_version), next.as_ref()))
}

/// The booking types that start it or complete its cycles (R14).
pub(super) async fn links<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let linked = catalogue::program_links(&context.catalogue, &program_id(&id)?).await?;
    Ok(json_with_etag(StatusCode::OK, linked.links.tag(), wire::show_links(&linked)))
}

/// Gives it these links and no others. The version is that of the links: not of the program, of which
/// they are no part, and not of any one booking type.
pub(super) async fn put_links<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    let (id, tag) = (program_id(&id)?, if_match(&headers)?);
    let draft = read(&body, UnknownFields::Refuse, wire::read_links)?;
    let linked = catalogue::save_program_links(&context.catalogue, &id, tag, &draft).await?;
    Ok(json_with_etag(StatusCode::OK, linked.links.tag(), wire::show_links(&linked)))
}

pub(super) async fn enable<W: Ports>(
    State(context): Shared<W>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    _: NoBody,
) -> Result<Response, Problem> {
    let saved = context.saved_by(&caller)?;
    let program = catalogue::enable_program(&context.catalogue, &saved, &program_id(&id)?).await?;
    Ok(shown(StatusCode::OK, &program))
}

pub(super) async fn disable<W: Ports>(
    State(context): Shared<W>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    _: NoBody,
) -> Result<Response, Problem> {
    let saved = context.saved_by(&caller)?;
    let program = catalogue::disable_program(&context.catalogue, &saved, &program_id(&id)?).await?;
    Ok(shown(StatusCode::OK, &program))
}
