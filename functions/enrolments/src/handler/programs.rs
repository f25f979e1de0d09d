//! The patients of a program: who is on it, what lies ahead of them, and moving them to another.

use app::catalogue;
use app::enrolments::{WidePlace, practice_wide as practice_wide_page};
use app::form::{UnknownFields, read};
use app::moves::{Mode, Move};
use app::outlook::{self, Ahead, Viewer};
use app::ports::{Catalogue, Clock, EnrolmentReader, People, PracticeSettings};
use app::replan::Stores;
use aws::http::{BadCursor, Caller, Cursor, JsonBody, ListQuery, Order, Page, Problem, page_json};
use axum::extract::{Path, State};
use axum::{Extension, Json};
use chrono_tz::Tz;
use domain::actor::Actor;
use domain::enrolment::Enrolment;
use domain::ids::ProgramId;
use domain::invalid::Invalid;
use domain::patient::Patient;
use domain::program::Program;
use domain::site::Site;
use domain::staff::{Saved, StaffId};
use domain::text::{Code, ExternalId};
use serde_json::Value;

use super::{Context, Ports, Shared};
use crate::wire;

fn program_id(text: &str) -> Result<ProgramId, Problem> {
    ProgramId::parse(text).map_err(|_| Problem::not_found("program"))
}

impl<W: Ports> Context<W> {
    async fn program(&self, id: &str) -> Result<Program, Problem> {
        Ok(catalogue::program(&self.catalogue, &program_id(id)?).await?)
    }

    fn stores(&self) -> Stores<'_, W::Catalogue, W::People, W::Bookings, W::Reader> {
        Stores {
            catalogue: &self.catalogue,
            people: &self.people,
            bookings: &self.bookings,
            reader: &self.reader,
        }
    }

    /// The site a timeline is drawn for: the one named, else the patient's, else the only one.
    async fn site_of(
        &self,
        code: Option<&Code>,
        patient: Option<&Patient>,
    ) -> Result<Site, Problem> {
        let wrong = |detail: &str| Problem::from(Invalid::one("/site", detail));
        if let Some(code) = code {
            let site = self.catalogue.site_by_code(code).await?;
            return site.ok_or_else(|| wrong("there is no site of this code"));
        }
        if let Some(id) = patient.and_then(|patient| patient.site.as_ref())
            && let Some(site) = self.catalogue.site(id).await?
        {
            return Ok(site);
        }
        match self.catalogue.sites().await?.as_slice() {
            [only] => Ok(only.clone()),
            [] | [_, _, ..] => Err(wrong("is required: the code of a site")),
        }
    }
}

/// Who is on a program, with their next action (HealthTrack R20), the longest on it first. A page is
/// one query of the index, and a read for each hundred enrolments and patients of it.
pub(super) async fn patients<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
    query: ListQuery,
) -> Result<Json<Value>, Problem> {
    let program = context.program(&id).await?;
    let (page, ()) = query.read(|_| Some(()))?;
    let after = page.cursor.as_ref().map(Cursor::position);
    let found = context.reader.of_program(&program.id, after, page.limit).await?;
    let sites = context.sites_of(&found.enrolments).await?;
    let items = context.show_all(&found.enrolments, std::slice::from_ref(&program), &sites).await?;
    let next = found.next.map(|position| page.after(&position));
    Ok(wire::beside_unreadable(page_json(items, next.as_ref()), &found.unreadable))
}

/// Everybody who is on any program (HealthTrack R27), one program after the other in the order in
/// which they were made, and on each the longest on it first. Beside what
/// [`app::enrolments::practice_wide`] costs, a page reads the practice's programs and sites, a query
/// each, and its patients, a read for each hundred.
pub(super) async fn practice_wide<W: Ports>(
    State(context): Shared<W>,
    query: ListQuery,
) -> Result<Json<Value>, Problem> {
    let (page, filter) = query.read(wire::read_wide_filter)?;
    let place = |cursor: &Cursor| {
        WidePlace::parse(cursor.position()).ok_or(Problem::from(BadCursor::Unreadable))
    };
    let from = page.cursor.as_ref().map(place).transpose()?;
    let (programs, sites) = (context.catalogue.programs().await?, context.catalogue.sites().await?);
    filter.check(&programs, &sites).map_err(|wrong| Problem::wrong_query(&wrong))?;
    let takes = |enrolment: &Enrolment, program: &Program| filter.takes(enrolment, program, &sites);
    let wanted = filter.programs(&programs);
    let found = practice_wide_page(&context.reader, wanted, takes, from, page.limit).await?;
    let items = context.show_all(&found.enrolments, &programs, &sites).await?;
    let next = found.next.map(|place| page.after(&place.to_text()));
    Ok(wire::beside_unreadable(page_json(items, next.as_ref()), &found.unreadable))
}

impl<W: Ports> Context<W> {
    /// Enrolments that are not over, each with its program, patient and site.
    async fn show_all(
        &self,
        enrolments: &[Enrolment],
        programs: &[Program],
        sites: &[Site],
    ) -> Result<Vec<Value>, Problem> {
        let ids = enrolments.iter().map(|enrolment| enrolment.patient.clone()).collect();
        let patients = self.patients_of(ids).await?;
        let shown = enrolments.iter().filter_map(|enrolment| {
            let program = programs.iter().find(|program| program.id == enrolment.program)?;
            let site = sites.iter().find(|site| site.id == enrolment.site);
            let patient = patients.get(&enrolment.patient);
            Some(wire::show_on_program(enrolment, program, patient, site))
        });
        Ok(shown.collect())
    }
}

/// What would lie ahead of somebody on a program: of nobody in particular, or of a patient (R19). All
/// of it is computed for every page; what is read is the program's templates.
pub(super) async fn timeline<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
    query: ListQuery,
    JsonBody(body): JsonBody,
) -> Result<Json<Value>, Problem> {
    let program = context.program(&id).await?;
    let (page, ()) = query.read(|_| Some(()))?;
    let wanted =
        read(&body, UnknownFields::Refuse, |form| wire::read_timeline(form, program.kind))?;
    let patient = match &wanted.patient {
        None => None,
        Some(id) => {
            let patient = context.people.patient(id).await?;
            Some(patient.ok_or_else(|| Invalid::one("/patient", "there is no such patient"))?)
        }
    };
    let site = context.site_of(wanted.site.as_ref(), patient.as_ref()).await?;
    let viewer = patient.map_or(Viewer::Sample, |patient| Viewer::Patient(Box::new(patient)));
    let settings = context.catalogue.settings().await?;
    let practice = settings.practice_name(context.practice_name.as_str());
    let (catalogue, now) = (&context.catalogue, context.clock.now());
    let reference = wanted.reference(site.zone, now);
    let zone = site.zone;
    let ahead =
        outlook::of_program(catalogue, practice, program.clone(), site, viewer, reference, now)
            .await?;
    Ok(ahead_json(&page, &program, zone, ahead))
}

fn ahead_json(page: &Page, program: &Program, zone: Tz, ahead: Vec<Ahead>) -> Json<Value> {
    let place = |ahead: &Ahead| wire::place_ahead(program, ahead);
    let (ahead, next) = page.cut_in(Order::Ascending, ahead, place);
    page_json(ahead.iter().map(|ahead| wire::show_ahead(program, zone, ahead)), next.as_ref())
}

/// What lies ahead of an enrolment. All of it is computed for every page; what is read is what a
/// sender reads, and the program's templates.
pub(super) async fn timeline_of<W: Ports>(
    State(context): Shared<W>,
    Path(id): Path<String>,
    query: ListQuery,
) -> Result<Json<Value>, Problem> {
    let (page, ()) = query.read(|_| Some(()))?;
    let enrolment = context.enrolment(&id).await?;
    let Some(program) = context.catalogue.program(&enrolment.program).await? else {
        // Nobody is on a deleted program, so that nothing lies ahead of anybody.
        return Ok(page_json([], None));
    };
    let site = context.catalogue.site(&enrolment.site).await?;
    let zone = site.ok_or_else(|| Problem::not_found("site"))?.zone;
    let settings = context.catalogue.settings().await?;
    let practice = settings.practice_name(context.practice_name.as_str());
    let ahead = outlook::of_enrolment(
        &context.catalogue,
        &context.people,
        &context.bookings,
        practice,
        enrolment,
        context.clock.now(),
    )
    .await?;
    Ok(ahead_json(&page, &program, zone, ahead))
}

/// What a move would do. Nothing is changed.
pub(super) async fn preview_move<W: Ports>(
    State(context): Shared<W>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    JsonBody(body): JsonBody,
) -> Result<Json<Value>, Problem> {
    context.move_page(&id, &caller, &body, Mode::Preview).await
}

/// Moves a page of a program's patients (R21). Asked for again, it goes on where it is told to, and
/// moves nobody twice.
pub(super) async fn run_move<W: Ports>(
    State(context): Shared<W>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    JsonBody(body): JsonBody,
) -> Result<Json<Value>, Problem> {
    context.move_page(&id, &caller, &body, Mode::Run).await
}

impl<W: Ports> Context<W> {
    async fn move_page(
        &self,
        id: &str,
        caller: &Caller,
        body: &Value,
        mode: Mode,
    ) -> Result<Json<Value>, Problem> {
        let from = program_id(id)?;
        let nobody = |_| Problem::unauthorized("The token names nobody we can record.");
        let by = Actor::Person(ExternalId::parse(&caller.subject).map_err(nobody)?);
        let list = format!("moves from {from}");
        let wanted = read(body, UnknownFields::Refuse, |form| {
            wire::read_move(form, &from, by, |text| Cursor::parse(text, &list))
        })?;
        let prepared = Move::prepare(&self.catalogue, wanted.order).await?;
        let now = self.clock.now();
        if wanted.disable && mode == Mode::Run {
            let by = StaffId::parse(&caller.subject)
                .map_err(|_| Problem::unauthorized("The token names nobody we can record."))?;
            let saved = Saved { at: now, by };
            catalogue::disable_program(&self.catalogue, &saved, &from).await?;
        }
        let range = (wanted.after.as_ref().map(Cursor::position), wanted.limit);
        let page = prepared.page(&self.stores(), &self.enrolments, mode, range, now).await?;
        let next = page.next.as_deref().map(|position| Cursor::at(&list, position));
        Ok(Json(wire::show_moved(&page, next.as_ref(), now)))
    }
}
