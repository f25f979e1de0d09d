//! What staff do with enrolments: begin them, and say what is to happen to them.

use app::form::{UnknownFields, read};
use app::ports::PracticeSettings;
use aws::http::{Caller, JsonBody, NewIds, NoBody, Problem, RequestId, if_match, json_with_etag};
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::enrolment::Instruction;
use domain::ids::EnrolmentId;
use http::{HeaderMap, StatusCode};

use super::{Context, Ports, Shared};
use crate::wire;

type By = Extension<Caller>;
type Request = Extension<RequestId>;

pub(super) async fn add<W: Ports>(
    State(context): Shared<W>,
    Extension(caller): By,
    Extension(request): Request,
    ids: NewIds,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    let draft = read(&body, UnknownFields::Refuse, wire::read_enrolment)?;
    let asked = context.asked(&caller, request)?;
    let desk = context.desk();
    // Read before: what is there must not be answered as a failure.
    let sending = context.catalogue.settings().await?.sending;
    let added = desk.add(&ids.then(&context.ids), &draft, &asked).await?;
    let details = desk.details(added.enrolment, asked.at).await?;
    let shown = wire::show_added(&details, &added.others, &added.unreadable, &sending);
    Ok(json_with_etag(StatusCode::CREATED, details.enrolment.revision, shown))
}

/// Carries out an instruction on the version of the enrolment that the caller has read, and answers
/// the enrolment as it is after it.
async fn instruct<W: Ports>(
    context: &Context<W>,
    (id, caller, request, headers): (&str, &Caller, RequestId, &HeaderMap),
    instruction: Instruction,
) -> Result<Response, Problem> {
    let id = EnrolmentId::parse(id).map_err(|_| Problem::not_found("enrolment"))?;
    let revision = if_match(headers)?;
    let asked = context.asked(caller, request)?;
    let enrolment = context.desk().instruct(&id, revision, &instruction, &asked).await?;
    context.answer(StatusCode::OK, enrolment).await
}

pub(super) async fn advance<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
    Extension(caller): By,
    Extension(request): Request,
    headers: HeaderMap,
    _: NoBody,
) -> Result<Response, Problem> {
    instruct(&context, (&id, &caller, request, &headers), Instruction::Advance).await
}

pub(super) async fn skip<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
    Extension(caller): By,
    Extension(request): Request,
    headers: HeaderMap,
    _: NoBody,
) -> Result<Response, Problem> {
    instruct(&context, (&id, &caller, request, &headers), Instruction::Skip).await
}

pub(super) async fn retry<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
    Extension(caller): By,
    Extension(request): Request,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    let receipt = read(&body, UnknownFields::Refuse, wire::read_receipt)?;
    instruct(&context, (&id, &caller, request, &headers), Instruction::Retry(receipt)).await
}

pub(super) async fn end<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
    Extension(caller): By,
    Extension(request): Request,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    let why = read(&body, UnknownFields::Refuse, wire::read_why)?;
    instruct(&context, (&id, &caller, request, &headers), Instruction::End(why)).await
}

pub(super) async fn change_reference<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
    Extension(caller): By,
    Extension(request): Request,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    let date = read(&body, UnknownFields::Refuse, wire::read_date)?;
    let instruction = Instruction::ChangeReference(date.date());
    instruct(&context, (&id, &caller, request, &headers), instruction).await
}
