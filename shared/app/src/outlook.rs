//! What lies ahead of a patient on a program, with the texts: the timeline (HealthTrack R19).

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use domain::actor::Actor;
use domain::booking::{
    Booking, BookingEventKind, BookingKey, BookingState, EventOrder, Matching, Stamp,
};
use domain::booking_type::Completing;
use domain::enrolment::{Cause, Enrolment, Facts, Fate, NewEnrolment, Projection, enrol, timeline};
use domain::ids::{ActionId, EnrolmentId, TemplateId};
use domain::patient::Patient;
use domain::program::{Action, Program, ProgramType, Purpose};
use domain::site::Site;
use domain::template::{MergeValues, Rendered, Template};
use domain::text::{Code, ExternalId};
use domain::timing::Reference;
use ulid::Ulid;

use crate::merge;
use crate::ports::{Bookings, Catalogue, People, StoreError};
use crate::situation::Situation;

/// An action that lies ahead.
#[derive(Debug, Clone)]
pub struct Ahead {
    /// What will happen, and when.
    pub projection: Projection,
    /// What it will say; why that cannot be filled; `None` for what sends nothing.
    pub text: Option<Result<Rendered, String>>,
}

/// For whom a program's timeline is drawn.
#[derive(Debug, Clone)]
pub enum Viewer {
    /// Nobody: with examples for what is not known.
    Sample,
    /// This patient, as they are now.
    Patient(Box<Patient>),
}

/// What lies ahead of an enrolment.
///
/// # Errors
/// When the store fails.
pub async fn of_enrolment(
    catalogue: &impl Catalogue,
    people: &impl People,
    bookings: &impl Bookings,
    practice: &str,
    enrolment: Enrolment,
    now: DateTime<Utc>,
) -> Result<Vec<Ahead>, StoreError> {
    let situation = Situation::read(catalogue, people, bookings, enrolment).await?;
    let values = merge::values(catalogue, practice, &situation).await?;
    draw(catalogue, &situation, values, now).await
}

/// What would lie ahead of somebody who is put on a program now, with this reference date. No
/// booking but the one it is about is looked at.
///
/// # Errors
/// When the store fails.
pub async fn of_program(
    catalogue: &impl Catalogue,
    practice: &str,
    program: Program,
    site: Site,
    viewer: Viewer,
    reference: Reference,
    now: DateTime<Utc>,
) -> Result<Vec<Ahead>, StoreError> {
    let mut values = MergeValues::sample();
    let patient = match viewer {
        Viewer::Sample => Patient::sample(site.id.clone()),
        Viewer::Patient(patient) => {
            values.set_patient(&patient);
            *patient
        }
    };
    let visit = visit(&program, &site, &patient, reference);
    let new = NewEnrolment {
        id: EnrolmentId::new(Ulid::nil()),
        cause: visit
            .as_ref()
            .map_or(Cause::Added(Actor::PatientConnect), |visit| Cause::Booking(visit.key.clone())),
        reference,
        practitioner: None,
        request_id: String::new(),
    };
    let facts = Facts {
        program: &program,
        site: &site,
        patient: &patient,
        visit: visit.as_ref(),
        referral: None,
        bookings: &[],
        completing: &Completing::None,
    };
    let Some(begun) = enrol(new, facts, now) else { return Ok(Vec::new()) };
    values.set("practice.name", practice);
    values.set("program.name", program.name.as_str());
    values.set("site.name", site.name.as_str());
    if let Reference::Instant(start) = reference {
        values.set_booking(start, site.zone, "Booking");
    }
    let situation = Situation {
        enrolment: begun.enrolment,
        program,
        site,
        patient,
        visit,
        referral: None,
        bookings: Vec::new(),
        completing: Completing::None,
    };
    draw(catalogue, &situation, values, now).await
}

async fn draw(
    catalogue: &impl Catalogue,
    situation: &Situation,
    values: MergeValues,
    now: DateTime<Utc>,
) -> Result<Vec<Ahead>, StoreError> {
    let Situation { enrolment, program, site, .. } = situation;
    let templates = templates(catalogue, program).await?;
    let projections = timeline(enrolment.clone(), situation.facts(), now);
    let of = program.course.cycles();
    let ahead = projections.into_iter().map(|projection| {
        let mut values = values.clone();
        if program.purpose == Purpose::Commercial {
            values.set_example_way_out();
        }
        let steps = projection.cycle.saturating_sub(enrolment.anchor.cycle);
        if let Some(reference) = program.course.reference_after(enrolment.anchor.date, steps) {
            values.set_cycle(reference.date(site.zone), projection.cycle, of);
        }
        let text = text(program, &templates, &projection.action, &values);
        Ahead { projection, text }
    });
    Ok(ahead.map(what_cannot_be_filled_fails).collect())
}

/// A text that cannot be filled is a message that fails.
fn what_cannot_be_filled_fails(mut ahead: Ahead) -> Ahead {
    if let (Fate::Sent(_), Some(Err(why))) = (&ahead.projection.fate, &ahead.text) {
        ahead.projection.fate = Fate::Failed(why.clone());
    }
    ahead
}

fn text(
    program: &Program,
    templates: &BTreeMap<TemplateId, Template>,
    action: &ActionId,
    values: &MergeValues,
) -> Option<Result<Rendered, String>> {
    let template = program.action(action).and_then(Action::template)?;
    Some(match templates.get(template) {
        None => Err("its template no longer exists".to_owned()),
        Some(template) => template.content.render(values).map_err(|error| error.to_string()),
    })
}

async fn templates(
    catalogue: &impl Catalogue,
    program: &Program,
) -> Result<BTreeMap<TemplateId, Template>, StoreError> {
    let mut templates = BTreeMap::new();
    for id in program.actions.iter().filter_map(Action::template) {
        if !templates.contains_key(id)
            && let Some(template) = catalogue.template(id).await?
        {
            templates.insert(id.clone(), template);
        }
    }
    Ok(templates)
}

/// The visit that a Booking program would be about.
fn visit(
    program: &Program,
    site: &Site,
    patient: &Patient,
    reference: Reference,
) -> Option<Booking> {
    let Reference::Instant(start) = reference else { return None };
    match program.kind {
        ProgramType::Booking => {}
        ProgramType::General
        | ProgramType::Recall
        | ProgramType::Program
        | ProgramType::Referral => return None,
    }
    let sample = |text| ExternalId::parse(text).expect("a short text");
    let code = Code::parse("sample").expect("a short text");
    let order = EventOrder { version: None, time: start };
    Some(Booking {
        key: BookingKey { source: code.clone(), id: sample("sample") },
        revision: 1,
        told_by: Some(Stamp { order, kind: BookingEventKind::Made }),
        state_told_by: None,
        state: BookingState::Booked,
        booking_type: code,
        start,
        end: None,
        matching: Matching::Matched { patient: patient.id.clone(), site: site.id.clone() },
        made_at: start,
        caused: BTreeSet::new(),
        completed: BTreeSet::new(),
        moved_at: None,
        confirmation: None,
    })
}
