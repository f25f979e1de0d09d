//! Letters of the list.

use app::catalogue::ChangeError;
use app::form::{UnknownFields, read};
use app::ports::{Catalogue, Clock};
use aws::http::{Caller, JsonBody, ListQuery, NoBody, Problem, page_json};
use axum::extract::{Path, State};
use axum::{Extension, Json};
use domain::distribution::ListedLetter;
use domain::ids::LetterId;
use serde_json::Value;

use super::{Context, Ports, Shared};
use crate::wire;

type By = Extension<Caller>;

impl<W: Ports> Context<W> {
    async fn show_letter(&self, letter: &ListedLetter) -> Result<Json<Value>, Problem> {
        let site = self.catalogue.site(&letter.site).await?;
        Ok(Json(wire::show_letter(letter, site.as_ref())))
    }
}

fn letter_id(id: &str) -> Result<LetterId, Problem> {
    LetterId::parse(id).map_err(|_| Problem::not_found("letter"))
}

/// The letters of the list: by site, then by state, then by day.
pub(super) async fn list<W: Ports>(
    State(context): Shared<W>,
    query: ListQuery,
) -> Result<Json<Value>, Problem> {
    let (page, asked) = query.read(wire::read_filter)?;
    let sites = context.catalogue.sites().await?;
    let Some(filter) = asked.filter(&sites) else {
        return Ok(page_json([], None));
    };
    let after = page.cursor.as_ref().map(aws::http::Cursor::position);
    let found = context.post_room().list(&filter, after, page.limit).await;
    let found = found.map_err(|error| match error {
        ChangeError::Invalid(invalid) => Problem::wrong_query(&invalid),
        other @ (ChangeError::NotFound(_)
        | ChangeError::Stale
        | ChangeError::Conflict(_)
        | ChangeError::Store(_)) => other.into(),
    })?;
    let next = found.next.map(|position| page.after(&position));
    let site = |letter: &ListedLetter| sites.iter().find(|site| site.id == letter.site);
    let items = found.letters.iter().map(|letter| wire::show_letter(letter, site(letter)));
    Ok(page_json(items, next.as_ref()))
}

/// A letter, and who has done what about it.
pub(super) async fn get<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    let story = context.post_room().story(&letter_id(&id)?).await?;
    let site = context.catalogue.site(&story.letter.site).await?;
    Ok(Json(wire::show_story(&story, site.as_ref())))
}

/// A link to the PDF.
pub(super) async fn link<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
    Extension(caller): By,
    _: NoBody,
) -> Result<Json<Value>, Problem> {
    let link = context.post_room().link(&letter_id(&id)?, context.done(&caller)?).await?;
    Ok(Json(wire::show_link(&link, context.clock.now())))
}

/// It is in the post.
pub(super) async fn posted<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
    Extension(caller): By,
    _: NoBody,
) -> Result<Json<Value>, Problem> {
    let done = context.done(&caller)?;
    let letter = context.post_room().post(&letter_id(&id)?, &done).await?;
    context.show_letter(&letter).await
}

/// The post has brought it back.
pub(super) async fn returned<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
    Extension(caller): By,
    JsonBody(body): JsonBody,
) -> Result<Json<Value>, Problem> {
    let why = read(&body, UnknownFields::Refuse, wire::read_why)?;
    let done = context.done(&caller)?;
    let letter = context.post_room().returned(&letter_id(&id)?, why, &done).await?;
    context.show_letter(&letter).await
}

/// It is to be printed once more.
pub(super) async fn again<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
    Extension(caller): By,
    JsonBody(body): JsonBody,
) -> Result<Json<Value>, Problem> {
    let why = read(&body, UnknownFields::Refuse, wire::read_why)?;
    let done = context.done(&caller)?;
    let letter = context.post_room().again(&context.ids, &letter_id(&id)?, &why, &done).await?;
    context.show_letter(&letter).await
}

/// It is not to be sent after all.
pub(super) async fn withdrawn<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
    Extension(caller): By,
    JsonBody(body): JsonBody,
) -> Result<Json<Value>, Problem> {
    let why = read(&body, UnknownFields::Refuse, wire::read_why)?;
    let done = context.done(&caller)?;
    let letter = context.post_room().withdraw(&letter_id(&id)?, &why, &done).await?;
    context.show_letter(&letter).await
}
