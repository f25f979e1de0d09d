//! What patients answered, the values in it, and the hold of a number.

use std::collections::{BTreeMap, BTreeSet};

use app::catalogue::KnownPrograms;
use app::ports::{AddressHolds, Catalogue, ReplyPlace};
use app::readable::if_readable;
use app::replies::{replies, series};
use aws::http::{BadCursor, ListQuery, NoBody, Order, Problem, page_json};
use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use domain::ids::{ActionId, ProgramId};
use domain::ledger::Destination;
use domain::patient::Patient;
use domain::reply::ReceivedReply;
use http::{HeaderValue, StatusCode, header};
use serde_json::Value;

use super::{Context, Ports, Shared};
use crate::wire;
use crate::wire::Asked;

/// Most bytes of a file. A function may answer 6 MB, and in what it answers a line break or a quote of
/// the file is two bytes.
const MOST_BYTES: usize = 3_000_000;
/// Most answers of one file, and most that values are looked for in.
const MOST: usize = 5_000;

impl<W: Ports> Context<W> {
    async fn programs_of(&self, replies: &[ReceivedReply]) -> Result<KnownPrograms, Problem> {
        let ids = replies.iter().filter_map(|reply| reply.answers.as_ref());
        let ids = ids.map(|it| it.program.clone()).collect();
        Ok(KnownPrograms::read(&self.catalogue, ids).await?)
    }

    /// What was asked of a patient, by these actions.
    async fn asked(
        &self,
        patient: &Patient,
        actions: BTreeSet<(&ProgramId, &ActionId)>,
    ) -> Result<Asked, Problem> {
        let ids = actions.iter().map(|(program, _)| (*program).clone()).collect();
        let programs = KnownPrograms::read(&self.catalogue, ids).await?;
        let templates: BTreeSet<_> = actions
            .into_iter()
            .filter_map(|(program, action)| programs.get(program)?.program().action(action))
            .filter_map(|action| action.template().cloned())
            .collect();
        let mut questions = BTreeMap::new();
        for id in templates {
            if let Some(template) = if_readable(self.catalogue.template(&id).await)? {
                questions.insert(id, template.name);
            }
        }
        let site = if let Some(id) = &patient.site {
            if_readable(self.catalogue.site(id).await)?
        } else {
            // A practice with one site need not say that its patients are there.
            let mut sites =
                if_readable(self.catalogue.sites().await.map(Some))?.unwrap_or_default();
            sites.pop().filter(|_| sites.is_empty())
        };
        Ok(Asked { programs, questions, site })
    }
}

/// What a patient answered, the newest first.
pub(super) async fn list<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
    query: ListQuery,
) -> Result<Json<Value>, Problem> {
    let (page, ()) = query.read(|_| Some(()))?;
    let before: Option<ReplyPlace> = match &page.cursor {
        Some(cursor) => Some(wire::read_place(cursor.position()).ok_or(BadCursor::Unreadable)?),
        None => None,
    };
    let patient = context.patient(&id).await?;
    let found = replies(&context.replies, &patient, before.as_ref(), page.limit + 1).await?;
    let (found, next) = page.cut_in(Order::Descending, found, wire::show_place);
    let programs = context.programs_of(&found).await?;
    let items = found.iter().map(|reply| wire::show_reply(reply, &programs));
    Ok(page_json(items, next.as_ref()))
}

/// The same as a file, the newest first.
pub(super) async fn file<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let patient = context.patient(&id).await?;
    let found = replies(&context.replies, &patient, None, MOST + 1).await?;
    let answered = found.iter().filter_map(|reply| reply.answers.as_ref());
    let actions = answered.map(|it| (&it.program, &it.action)).collect();
    let asked = context.asked(&patient, actions).await?;
    let file = wire::write_csv(&found, &asked, MOST, MOST_BYTES);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=\"replies.csv\""),
        ),
    ];
    Ok((StatusCode::OK, headers, file).into_response())
}

/// The values in what a patient answered: a series for each action and unit.
pub(super) async fn values<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    let patient = context.patient(&id).await?;
    let found = series(&context.replies, &patient, MOST).await?;
    let actions = found.series.iter().map(|series| (&series.program, &series.action)).collect();
    let asked = context.asked(&patient, actions).await?;
    Ok(Json(wire::show_values(&found, &asked)))
}

/// Lets text messages go to the patient's number again, whoever else has it. What they chose stays.
pub(super) async fn release_sms<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
    _: NoBody,
) -> Result<Response, Problem> {
    let patient: Patient = context.patient(&id).await?;
    let Some(mobile) = &patient.mobile else {
        return Err(Problem::conflict("The patient has no mobile number."));
    };
    context.people.release(&Destination::Mobile(mobile.clone()), context.clock.now()).await?;
    context.answer(StatusCode::OK, &patient).await
}

/// The same for email to the patient's address.
pub(super) async fn release_email<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
    _: NoBody,
) -> Result<Response, Problem> {
    let patient: Patient = context.patient(&id).await?;
    let Some(email) = &patient.email else {
        return Err(Problem::conflict("The patient has no email address."));
    };
    context.people.release(&Destination::Mailbox(email.clone()), context.clock.now()).await?;
    context.answer(StatusCode::OK, &patient).await
}
