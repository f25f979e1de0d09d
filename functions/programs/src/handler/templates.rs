//! Templates, their versions and previews.

use app::catalogue::{self, TypedTexts};
use app::form::{UnknownFields, read};
use app::ports::{Catalogue, PracticeSettings, SendError, Sms, SmsGateway};
use aws::http::{Caller, JsonBody, ListQuery, Problem, if_match, json_with_etag, page_json};
use axum::extract::{Path, State};
use axum::response::Response;
use axum::{Extension, Json};
use domain::ids::TemplateId;
use domain::settings::SendingState;
use domain::template::{MergeValues, Rendered, tags_where};
use http::{HeaderMap, StatusCode};
use serde_json::Value;

use super::{Context, Ports, Shared, items};
use crate::wire;

/// The tags a text may use, narrowed down by type of program and channel.
pub(super) async fn tags(query: ListQuery) -> Result<Json<Value>, Problem> {
    let (kind, channel) = query.only(wire::read_tag_filter)?;
    Ok(items(&tags_where(kind, channel), wire::show_tag))
}

pub(super) async fn list<W: Ports>(
    State(context): Shared<W>,
    query: ListQuery,
) -> Result<Json<Value>, Problem> {
    let (page, filter) = query.read(wire::read_template_filter)?;
    let mut templates = context.catalogue.templates().await?;
    templates.retain(|template| filter.takes(template));
    let (templates, next) = page.cut(templates, |template| template.id.as_str());
    Ok(page_json(templates.iter().map(wire::show_template), next.as_ref()))
}

pub(super) async fn create<W: Ports>(
    State(context): Shared<W>,
    Extension(caller): Extension<Caller>,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    let draft = read(&body, UnknownFields::Refuse, wire::read_template)?;
    let saved = context.saved_by(&caller)?;
    let template =
        catalogue::create_template(&context.catalogue, &context.ids, saved, draft).await?;
    let shown = wire::show_template(&template);
    Ok(json_with_etag(StatusCode::CREATED, template.version, shown))
}

fn template_id(text: &str) -> Result<TemplateId, Problem> {
    TemplateId::parse(text).map_err(|_| Problem::not_found("template"))
}

pub(super) async fn get<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let template = catalogue::template(&context.catalogue, &template_id(&id)?).await?;
    Ok(json_with_etag(StatusCode::OK, template.version, wire::show_template(&template)))
}

pub(super) async fn put<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    let (id, version) = (template_id(&id)?, if_match(&headers)?);
    let draft = read(&body, UnknownFields::Refuse, wire::read_template)?;
    let saved = context.saved_by(&caller)?;
    let template = catalogue::save_template(&context.catalogue, &id, version, saved, draft).await?;
    Ok(json_with_etag(StatusCode::OK, template.version, wire::show_template(&template)))
}

pub(super) async fn delete<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let (id, version) = (template_id(&id)?, if_match(&headers)?);
    catalogue::delete_template(&context.catalogue, &id, version).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a template said, the newest version first. Only the page is read.
pub(super) async fn versions<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
    query: ListQuery,
) -> Result<Json<Value>, Problem> {
    let id = template_id(&id)?;
    let (page, ()) = query.read(|_| Some(()))?;
    let below = page.below()?;
    let found =
        catalogue::template_versions(&context.catalogue, &id, below, page.limit + 1).await?;
    let (found, next) = page.cut_numbers(found, |template| template.version);
    Ok(page_json(found.iter().map(wire::show_template), next.as_ref()))
}

pub(super) async fn version<W: Ports>(
    State(context): Shared<W>,
    Path((id, version)): Path<(String, String)>,
) -> Result<Json<Value>, Problem> {
    let id = template_id(&id)?;
    let version = version.parse().map_err(|_| Problem::not_found("version of a template"))?;
    let found = catalogue::template_version(&context.catalogue, &id, version).await?;
    Ok(Json(wire::show_template(&found)))
}

/// A text that is not saved yet, filled.
pub(super) async fn preview<W: Ports>(
    State(context): Shared<W>,
    JsonBody(body): JsonBody,
) -> Result<Json<Value>, Problem> {
    let typed = read(&body, UnknownFields::Refuse, wire::read_preview)?;
    context.preview(&typed.texts, &typed.reader).await
}

/// A saved template, filled.
pub(super) async fn preview_saved<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
    JsonBody(body): JsonBody,
) -> Result<Json<Value>, Problem> {
    let template = catalogue::template(&context.catalogue, &template_id(&id)?).await?;
    let reader = read(&body, UnknownFields::Refuse, wire::read_reader)?;
    context.preview(&TypedTexts::from(&template.content), &reader).await
}

/// Sends a text message with examples in the place of a patient's values, so that an admin sees it as
/// patients will. It goes once: a repeat with the same `Idempotency-Key` sends nothing more.
pub(super) async fn send_test<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
    JsonBody(body): JsonBody,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let template = catalogue::template(&context.catalogue, &template_id(&id)?).await?;
    let to = read(&body, UnknownFields::Refuse, wire::read_test)?;
    let settings = context.catalogue.settings().await?;
    if settings.sending.state() == SendingState::Held {
        return Err(Problem::conflict("All sending is on hold; release it first."));
    }
    let mut values = MergeValues::sample();
    values.set("practice.name", settings.practice_name(context.practice_name.as_str()));
    let text = match template.content.render(&values) {
        Ok(Rendered::Sms(text)) => text,
        Ok(Rendered::Email(_) | Rendered::Letter(_)) => {
            return Err(Problem::conflict("Only text messages can be sent so far."));
        }
        Err(error) => return Err(Problem::conflict(error.to_string())),
    };
    let shown = wire::show_preview(&Rendered::Sms(text.clone()));
    match context.sms.send(&Sms { to, text }).await {
        Ok(_) => Ok((StatusCode::ACCEPTED, Json(shown))),
        Err(SendError::Permanent(why)) => {
            Err(Problem::conflict(format!("The SMS provider refused it: {why}.")))
        }
        Err(SendError::Transient(why)) => {
            tracing::warn!(reason = %why, "the SMS provider did not take a test");
            let detail = "The SMS provider did not take it. Try again in a moment.";
            Err(Problem::new(StatusCode::BAD_GATEWAY, "Not sent", detail))
        }
        Err(SendError::InDoubt(why)) => {
            tracing::warn!(reason = %why, "the SMS provider's answer is in doubt");
            let detail =
                "It may or may not have been sent; look at the phone before you try again.";
            Err(Problem::new(StatusCode::BAD_GATEWAY, "In doubt", detail))
        }
    }
}

impl<W: Ports> Context<W> {
    async fn preview(
        &self,
        texts: &TypedTexts,
        reader: &wire::Reader,
    ) -> Result<Json<Value>, Problem> {
        let settings = self.catalogue.settings().await?;
        let practice = settings.practice_name(self.practice_name.as_str());
        let patient = reader.patient.as_ref();
        let values =
            catalogue::preview_values(&self.people, &self.catalogue, practice, patient).await?;
        let filled = catalogue::preview(texts, reader.program, &values)?;
        Ok(Json(wire::show_preview(&filled)))
    }
}
