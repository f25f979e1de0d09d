//! Templates, their versions and previews.

use app::catalogue::{self, TypedTexts};
use app::form::{UnknownFields, read};
use app::ports::{
    Catalogue, Email, EmailGateway, Here, PracticeSettings, SendError, Sms, SmsGateway,
};
use aws::http::{
    Caller, JsonBody, ListQuery, NewIds, Problem, if_match, json_with_etag, page_json,
};
use axum::extract::{Path, State};
use axum::response::Response;
use axum::{Extension, Json};
use domain::ids::TemplateId;
use domain::program::Channel;
use domain::sender::SmsSender;
use domain::settings::SendingState;
use domain::template::{MergeValues, Rendered, tags_where};
use http::{HeaderMap, StatusCode};
use serde_json::Value;

use super::{Context, Ports, Shared, items};
use crate::wire::{self, TestTo};

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
    ids: NewIds,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    let draft = read(&body, UnknownFields::Refuse, wire::read_template)?;
    let (saved, ids) = (context.saved_by(&caller)?, ids.then(&context.ids));
    let template = catalogue::create_template(&context.catalogue, &ids, saved, draft).await?;
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

/// Sends a message with examples in the place of a patient's values, so that an admin sees it as
/// patients will. It goes once: a repeat with the same `Idempotency-Key` sends nothing more.
pub(super) async fn send_test<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
    JsonBody(body): JsonBody,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let template = catalogue::template(&context.catalogue, &template_id(&id)?).await?;
    let to = match template.content.channel() {
        Channel::Sms => read(&body, UnknownFields::Refuse, wire::read_test)?,
        Channel::Email => read(&body, UnknownFields::Refuse, wire::read_email_test)?,
        Channel::Letter => {
            return Err(Problem::conflict("A letter is not sent by itself; look at its preview."));
        }
    };
    let settings = context.catalogue.settings().await?;
    match settings.outgoing(&context.here.tables().await?).state() {
        SendingState::On => {}
        SendingState::Held => {
            return Err(Problem::conflict("All sending is on hold; release it first."));
        }
    }
    let practice = settings.practice_name(context.practice_name.as_str());
    let mut values = MergeValues::sample();
    values.set("practice.name", practice);
    let filled = template.content.render(&values);
    let filled = filled.map_err(|error| Problem::conflict(error.to_string()))?;
    let sent = match (to, &filled) {
        (TestTo::Mobile(to), Rendered::Sms(text)) => {
            let sender = SmsSender::Deployment;
            context.sms.send(&Sms { to, sender, text: text.clone() }).await
        }
        (TestTo::Mailbox(to), Rendered::Email(mail)) => {
            let (from_name, mail) = (practice.to_owned(), mail.clone());
            let (reply_to, calendar, way_out) = (None, None, None);
            let email = Email { to, from_name, reply_to, mail, calendar, way_out };
            context.email.send(&email, None).await
        }
        (TestTo::Mobile(_) | TestTo::Mailbox(_), _) => {
            return Err(Problem::conflict("The template is for another channel."));
        }
    };
    let channel = template.content.channel().in_words();
    match sent {
        Ok(_) => {
            let shown = wire::show_preview(&filled, settings.sms_price);
            Ok((StatusCode::ACCEPTED, Json(shown)))
        }
        Err(SendError::Permanent(why)) => {
            Err(Problem::conflict(format!("The provider of {channel} refused it: {why}.")))
        }
        Err(SendError::Transient(why)) => {
            tracing::warn!(reason = %why, channel, "the provider did not take a test");
            let detail =
                format!("The provider of {channel} did not take it. Try again in a moment.");
            Err(Problem::new(StatusCode::BAD_GATEWAY, "Not sent", detail))
        }
        Err(SendError::Barred(why)) => {
            tracing::warn!(reason = %why, channel, "the provider takes nothing from this account");
            let detail = format!(
                "The provider of {channel} takes nothing from this account, which an operator must \
                 mend: {why}."
            );
            Err(Problem::new(StatusCode::BAD_GATEWAY, "Not sent", detail))
        }
        Err(SendError::InDoubt(why)) => {
            tracing::warn!(reason = %why, channel, "the provider's answer is in doubt");
            // No 5xx: this is the answer to its key for good, and a repeat must not send another.
            let detail = "It may or may not have been sent; look whether it has come. To send another \
                          one, use another Idempotency-Key.";
            Err(Problem::new(StatusCode::CONFLICT, "In doubt", detail))
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
        Ok(Json(wire::show_preview(&filled, settings.sms_price)))
    }
}
