//! Which patients are one person.

use app::enrolments::{Asked, Pair};
use app::form::{UnknownFields, read};
use aws::http::{Caller, JsonBody, Problem, RequestId};
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::actor::Actor;
use domain::ids::WorkId;
use domain::text::ExternalId;
use http::StatusCode;

use super::patients::patient_id;
use super::{Context, Ports, Shared};
use crate::wire;

type By = Extension<Caller>;
type Request = Extension<RequestId>;

impl<W: Ports> Context<W> {
    /// Who asks, and that they ask now.
    fn who_asks(
        &self,
        caller: &Caller,
        request: RequestId,
    ) -> Result<(ExternalId, Asked), Problem> {
        let who = ExternalId::parse(&caller.subject)
            .map_err(|_| Problem::unauthorized("The token names nobody we can record."))?;
        let by = Actor::Person(who.clone());
        Ok((who, Asked { by, request_id: request.0, at: self.clock.now() }))
    }
}

/// Merges this record into another one, which is answered, and takes what the patient is on there.
pub(super) async fn merge<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
    Extension(caller): By,
    Extension(request): Request,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    let from = patient_id(&id)?;
    let into = read(&body, UnknownFields::Refuse, wire::read_merge)?;
    let (who, asked) = context.who_asks(&caller, request)?;
    let pair = Pair { from, into };
    let merge = context.desk().merge(&context.work_list, &pair, (&who, &asked)).await?;
    context.follow(&merge.into.after).await?;
    context.answer(StatusCode::OK, &merge.into.after).await
}

/// Merges two of the records that a question on the work list is about, as above, and resolves it.
pub(super) async fn merge_asked<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
    Extension(caller): By,
    Extension(request): Request,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    let id = WorkId::parse(&id).map_err(|_| Problem::not_found("open work item"))?;
    let pair = read(&body, UnknownFields::Refuse, wire::read_pair)?;
    let (who, asked) = context.who_asks(&caller, request)?;
    let by = (&who, &asked);
    let merge = context.desk().merge_asked(&context.work_list, &id, &pair, by).await?;
    context.follow(&merge.into.after).await?;
    context.answer(StatusCode::OK, &merge.into.after).await
}
