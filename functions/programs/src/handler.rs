//! Translates requests into use cases, and their results into answers.

mod docs;
mod holidays;
mod programs;
mod settings;
mod templates;

use std::sync::Arc;

use app::catalogue;
use app::form::{UnknownFields, read};
use app::ports::{
    Bookings, Catalogue, Clock, Due, DueIndex, EmailGateway, EnrolmentReader, Here, Ids, People,
    PracticeSettings, ProgramVersions, SmsGateway, TemplateVersions,
};
use aws::dynamo::IdempotencyStore;
use aws::http::{
    Api, Caller, JsonBody, KeepsAnswers, ListQuery, Method, Problem, Role, if_match,
    json_with_etag, page_json,
};
use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::ids::{BookingTypeId, SiteId};
use domain::staff::Saved;
use domain::staff::StaffId;
use domain::text::Label;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use crate::wire;

/// The ports of this function, as one type, so that a handler names none it does not use.
pub trait Ports: 'static {
    /// Programs, templates and their versions, booking types, sites, and the practice's settings.
    type Catalogue: Catalogue + ProgramVersions + TemplateVersions + PracticeSettings;
    /// Patients, for previews.
    type People: People;
    /// The SMS provider, for tests to oneself.
    type Sms: SmsGateway;
    /// The email provider, for tests to oneself.
    type Email: EmailGateway;
    /// Bookings, for what a save would do.
    type Bookings: Bookings;
    /// Enrolments, for what a save and a release would do.
    type Reader: EnrolmentReader;
    /// What is due, for what a release would do.
    type Index: DueIndex<Pointer = Due>;
    /// The clock.
    type Clock: Clock;
    /// New ids.
    type Ids: Ids;
    /// The tables at hand, which may be a copy.
    type Here: Here;
}

/// What the handlers need.
pub struct Context<W: Ports> {
    /// Programs, templates and their versions, booking types, sites, and the practice's settings.
    pub catalogue: W::Catalogue,
    /// Patients, for previews.
    pub people: W::People,
    /// The SMS provider, for tests to oneself.
    pub sms: W::Sms,
    /// The email provider, for tests to oneself.
    pub email: W::Email,
    /// Bookings, for what a save would do.
    pub bookings: W::Bookings,
    /// Enrolments, for what a save and a release would do.
    pub reader: W::Reader,
    /// What is due, for what a release would do.
    pub index: W::Index,
    /// The clock.
    pub clock: W::Clock,
    /// New ids.
    pub ids: W::Ids,
    /// The tables at hand, which may be a copy.
    pub here: W::Here,
    /// What the practice is called until its settings say.
    pub practice_name: Label,
    /// The answers to what created something.
    pub answers: IdempotencyStore,
}

impl<W: Ports> KeepsAnswers for Context<W> {
    fn answers(&self) -> &IdempotencyStore {
        &self.answers
    }
}

impl<W: Ports> Context<W> {
    /// That the caller saves something, now.
    fn saved_by(&self, caller: &Caller) -> Result<Saved, Problem> {
        Ok(Saved { at: self.clock.now(), by: staff_id(caller)? })
    }
}

fn staff_id(caller: &Caller) -> Result<StaffId, Problem> {
    StaffId::parse(&caller.subject)
        .map_err(|_| Problem::unauthorized("The token names nobody we can record."))
}

type Shared<W> = State<Arc<Context<W>>>;

/// The routes, and who may use each.
pub fn api<W: Ports>() -> Api<Arc<Context<W>>> {
    use Method::{Delete, Get, Post, Put};
    use Role::{Admin, Viewer};
    Api::new()
        .queried(Get, "/v1/programs", Viewer, programs::list)
        .creating("/v1/programs", Admin, programs::create)
        .queried(Get, "/v1/programs/{id}", Viewer, programs::get)
        .queried(Put, "/v1/programs/{id}", Admin, programs::put)
        .route(Delete, "/v1/programs/{id}", Admin, programs::delete)
        .route(Post, "/v1/programs/{id}/impact", Admin, programs::impact)
        .creating("/v1/programs/{id}/duplicate", Admin, programs::duplicate)
        .route(Post, "/v1/programs/{id}/enable", Admin, programs::enable)
        .route(Post, "/v1/programs/{id}/disable", Admin, programs::disable)
        .queried(Get, "/v1/programs/{id}/versions", Viewer, programs::versions)
        .route(Get, "/v1/programs/{id}/booking-types", Viewer, programs::links)
        .route(Put, "/v1/programs/{id}/booking-types", Admin, programs::put_links)
        .queried(Get, "/v1/tags", Viewer, templates::tags)
        .queried(Get, "/v1/templates", Viewer, templates::list)
        .creating("/v1/templates", Admin, templates::create)
        .route(Post, "/v1/templates/preview", Viewer, templates::preview)
        .route(Get, "/v1/templates/{id}", Viewer, templates::get)
        .route(Put, "/v1/templates/{id}", Admin, templates::put)
        .route(Delete, "/v1/templates/{id}", Admin, templates::delete)
        .route(Post, "/v1/templates/{id}/preview", Viewer, templates::preview_saved)
        .creating("/v1/templates/{id}/test", Admin, templates::send_test)
        .queried(Get, "/v1/templates/{id}/versions", Viewer, templates::versions)
        .route(Get, "/v1/templates/{id}/versions/{version}", Viewer, templates::version)
        .queried(Get, "/v1/booking-types", Viewer, list_booking_types)
        .creating("/v1/booking-types", Admin, create_booking_type)
        .route(Get, "/v1/booking-types/{id}", Viewer, get_booking_type)
        .route(Put, "/v1/booking-types/{id}", Admin, put_booking_type)
        .queried(Get, "/v1/sites", Viewer, list_sites)
        .creating("/v1/sites", Admin, create_site)
        .route(Get, "/v1/sites/{id}", Viewer, get_site)
        .route(Put, "/v1/sites/{id}", Admin, put_site)
        .route(Get, "/v1/sites/{id}/holidays", Viewer, holidays::get)
        .route(Put, "/v1/sites/{id}/holidays", Admin, holidays::put)
        .route(Post, "/v1/holidays", Admin, holidays::add)
        .route(Get, "/v1/settings", Viewer, settings::get)
        .route(Put, "/v1/settings", Admin, settings::put)
        .route(Get, "/v1/sending", Viewer, settings::sending)
        .route(Post, "/v1/sending/hold", Admin, settings::hold)
        .route(Get, "/v1/sending/release", Viewer, settings::preview_release)
        .queried(Post, "/v1/sending/release", Admin, settings::release)
        .public_route("/openapi.json", docs::document)
        .public_route("/docs", docs::page)
}

fn items<T>(records: &[T], show: impl Fn(&T) -> Value) -> Json<Value> {
    Json(json!({ "items": records.iter().map(show).collect::<Vec<_>>() }))
}

async fn list_booking_types<W: Ports>(
    State(context): Shared<W>,
    query: ListQuery,
) -> Result<Json<Value>, Problem> {
    let (page, filter) = query.read(wire::read_name_filter)?;
    let mut kinds = context.catalogue.booking_types().await?;
    kinds.retain(|kind| filter.takes(&kind.name));
    let (kinds, next) = page.cut(kinds, |kind| kind.id.as_str());
    Ok(page_json(kinds.iter().map(wire::show_booking_type), next.as_ref()))
}

async fn create_booking_type<W: Ports>(
    State(context): Shared<W>,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    let draft = read(&body, UnknownFields::Refuse, wire::read_booking_type)?;
    let kind = catalogue::create_booking_type(&context.catalogue, &context.ids, draft).await?;
    Ok(json_with_etag(StatusCode::CREATED, kind.revision, wire::show_booking_type(&kind)))
}

fn booking_type_id(text: &str) -> Result<BookingTypeId, Problem> {
    BookingTypeId::parse(text).map_err(|_| Problem::not_found("booking type"))
}

async fn get_booking_type<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let kind = context.catalogue.booking_type(&booking_type_id(&id)?).await?;
    let kind = kind.ok_or_else(|| Problem::not_found("booking type"))?;
    Ok(json_with_etag(StatusCode::OK, kind.revision, wire::show_booking_type(&kind)))
}

async fn put_booking_type<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    let (id, revision) = (booking_type_id(&id)?, if_match(&headers)?);
    let draft = read(&body, UnknownFields::Refuse, wire::read_booking_type)?;
    let kind = catalogue::save_booking_type(&context.catalogue, &id, revision, draft).await?;
    Ok(json_with_etag(StatusCode::OK, kind.revision, wire::show_booking_type(&kind)))
}

async fn list_sites<W: Ports>(
    State(context): Shared<W>,
    query: ListQuery,
) -> Result<Json<Value>, Problem> {
    let (page, filter) = query.read(wire::read_name_filter)?;
    let mut sites = context.catalogue.sites().await?;
    sites.retain(|site| filter.takes(&site.name));
    let (sites, next) = page.cut(sites, |site| site.id.as_str());
    Ok(page_json(sites.iter().map(wire::show_site), next.as_ref()))
}

async fn create_site<W: Ports>(
    State(context): Shared<W>,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    let draft = read(&body, UnknownFields::Refuse, wire::read_site)?;
    let site = catalogue::create_site(&context.catalogue, &context.ids, draft).await?;
    Ok(json_with_etag(StatusCode::CREATED, site.revision, wire::show_site(&site)))
}

fn site_id(text: &str) -> Result<SiteId, Problem> {
    SiteId::parse(text).map_err(|_| Problem::not_found("site"))
}

async fn get_site<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let site = context.catalogue.site(&site_id(&id)?).await?;
    let site = site.ok_or_else(|| Problem::not_found("site"))?;
    Ok(json_with_etag(StatusCode::OK, site.revision, wire::show_site(&site)))
}

async fn put_site<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    let (id, revision) = (site_id(&id)?, if_match(&headers)?);
    let draft = read(&body, UnknownFields::Refuse, wire::read_site)?;
    let site = catalogue::save_site(&context.catalogue, &id, revision, draft).await?;
    Ok(json_with_etag(StatusCode::OK, site.revision, wire::show_site(&site)))
}
