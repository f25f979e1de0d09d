//! Putting a patient on a program: first which, then what its type asks for.

use axum::extract::{Path, Query};
use axum::response::{IntoResponse as _, Redirect, Response};
use futures_util::try_join;
use http::Method;
use maud::{Markup, html};
use serde::{Deserialize, Serialize};

use super::bookings::{self, Booking};
use super::enrolment::{Details, Summary};
use super::record::{Identifier, Patient, read};
use super::{on, refused, words};
use crate::api::at;
use crate::failure::{Failure, Problem, WrongField};
use crate::form::Posted;
use crate::html::field::{check, choice, input, select, text};
use crate::html::{Section, alert, dates, empty, heading, hidden, page, values};
use crate::screens::lists::{self, Program, Site};
use crate::staff::Staff;
use aws::http::Role;

/// What the address says.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    program: Option<String>,
}

#[derive(Serialize)]
struct Draft<'a> {
    patient: &'a str,
    program: &'a str,
    reference_date: Option<String>,
    practitioner: Option<String>,
    site: Option<String>,
    booking: Option<Identifier>,
}

/// A new enrolment, and what will not be sent of it.
#[derive(Deserialize)]
struct Added {
    #[serde(flatten)]
    details: Details,
    warnings: Vec<String>,
}

/// All that the page needs.
struct Desk {
    patient: Patient,
    programs: Vec<Program>,
    sites: Vec<Site>,
    /// What the patient is on now.
    on: Vec<Summary>,
    /// The patient's bookings, where the program that is chosen is about one.
    bookings: Vec<Booking>,
}

impl Desk {
    async fn read(staff: &Staff, id: &str, program: &str) -> Result<Self, Failure> {
        let (patient, programs, sites, on) = try_join!(
            read(staff, id),
            lists::programs(&staff.api),
            lists::sites(&staff.api),
            on::open(staff, id)
        )?;
        let is_about_one = |it: &Program| it.id == program && it.kind == "booking";
        let bookings = if programs.iter().any(is_about_one) {
            bookings::read(staff, id).await
        } else {
            Vec::new()
        };
        Ok(Self { patient: patient.it, programs, sites, on, bookings })
    }

    /// Their enrolments on that program that are not over.
    fn already<'a>(&'a self, program: &'a str) -> impl Iterator<Item = &'a Summary> {
        self.on.iter().filter(move |it| it.program.id == program)
    }
}

/// The page: the programs to choose from, or the fields of the one that is chosen.
pub(super) async fn show(
    staff: Staff,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    if !staff.may(Role::FrontDesk) {
        return Ok(not_theirs(&staff, &id).await);
    }
    let program = asked.program.unwrap_or_default();
    let desk = Desk::read(&staff, &id, &program).await?;
    Ok(shown(&staff, &desk, &program, &Posted::default(), None).await.into_response())
}

async fn not_theirs(staff: &Staff, id: &str) -> Response {
    let back = at(&["app", "patients", id], &[]);
    let detail = "Patients are put on programs by the front desk.";
    refused::not_theirs(staff, "Enrol a patient", detail, (&back, "Back to the patient")).await
}

/// That they are on it already, and nobody has said that once more is meant.
fn on_it_already() -> Problem {
    let detail = "They are on this program already, so nothing was done. It may be your own press of before: look \
                  at that enrolment first.";
    let wrong = "must be ticked if they are to be on it twice".to_owned();
    let wrong = WrongField { pointer: AGAIN.to_owned(), parameter: String::new(), detail: wrong };
    Problem { errors: vec![wrong], ..Problem::new(detail) }
}

/// Where it is said that they are to be on it once more, as a place in what is sent.
const AGAIN: &str = "/enrol_once_more";

/// Puts them on it. What of it will not be sent is told at once.
pub(super) async fn carry_out(
    staff: Staff,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, Failure> {
    if !staff.may(Role::FrontDesk) {
        return Ok(not_theirs(&staff, &id).await);
    }
    let (program, once) = (form.get("program"), form.get("once"));
    // A colleague may have enrolled them meanwhile, or this person from the page that they came back to: every
    // message would go twice.
    if !form.has("again") {
        let desk = Desk::read(&staff, &id, &program).await?;
        if desk.already(&program).next().is_some() {
            let problem = on_it_already();
            let again = shown(&staff, &desk, &program, &form, Some(&problem)).await;
            return Ok((problem.status(), again).into_response());
        }
    }
    let draft = Draft {
        patient: &id,
        program: &program,
        reference_date: form.some("reference_date"),
        practitioner: form.some("practitioner"),
        site: form.some("site"),
        booking: booking(&form),
    };
    let asked = staff.api.ask(Method::POST, "/v1/enrolments").once(&once).json(&draft);
    match asked.answer::<Added>().await {
        Ok(added) if added.warnings.is_empty() && !added.details.summary.is_over() => {
            let page =
                at(&["app", "enrolments", &added.details.summary.id], &[("said", "enrolled")]);
            Ok(Redirect::to(&page).into_response())
        }
        Ok(added) => Ok(warned(&staff, &id, &added).await?.into_response()),
        Err(failure) => {
            let problem = failure.refusal()?;
            let desk = Desk::read(&staff, &id, &program).await?;
            let again = shown(&staff, &desk, &program, &form, Some(&problem)).await;
            Ok((problem.status(), again).into_response())
        }
    }
}

/// Which booking is meant: the one that is named by hand, or else the one that was picked.
fn booking(form: &Posted) -> Option<Identifier> {
    let (source, id) = (form.some("source"), form.some("key"));
    if source.is_none() && id.is_none() {
        return bookings::chosen(&form.get("booking"));
    }
    Some(Identifier { source: source.unwrap_or_default(), id: id.unwrap_or_default() })
}

async fn shown(
    staff: &Staff,
    desk: &Desk,
    program: &str,
    form: &Posted,
    problem: Option<&Problem>,
) -> Markup {
    let title = format!("Enrol {}", desk.patient.name());
    let chosen = desk.programs.iter().find(|it| it.id == program);
    let body = html! {
        (heading(&title, html! { a.button href=(desk.patient.address()) { "Cancel" } }))
        p.soft { (desk.patient.told_apart()) }
        @if let Some(problem) = problem { (alert(problem)) }
        @if desk.programs.iter().any(|it| it.enabled) {
            (programs(desk, program, chosen.is_some()))
        } @else {
            (empty(html! {
                p { "No program is enabled, so nobody can be put on one." }
                p { a href="/app/programs" { "Go to the programs" } }
            }))
        }
        @if let Some(chosen) = chosen {
            form.card method="post" autocomplete="off" action=(desk.patient.below("enrol")) data-guard {
                (hidden(staff)) (values(&[("program", &chosen.id)]))
                h2 { (chosen.name) }
                p { (counts_from(&chosen.kind)) }
                (already(chosen, desk, form, problem))
                (fields(chosen, desk, form, problem))
                button.primary { "Enrol on this program (" (chosen.name) ")" }
            }
        }
    };
    page(staff, Section::Patients, &title, body).await
}

/// That they are on it already, since when, and the tick without which they are not put on it again.
fn already(program: &Program, desk: &Desk, form: &Posted, problem: Option<&Problem>) -> Markup {
    if desk.already(&program.id).next().is_none() {
        return html! {};
    }
    let twice = match program.kind.as_str() {
        "booking" => {
            "For another booking that is right; for the same one, every message goes to them twice."
        }
        _ => "On it once more, they get every message of it twice.",
    };
    html! {
        div.warning {
            strong { (desk.patient.name()) " is on this program already." }
            ul {
                @for it in desk.already(&program.id) {
                    li {
                        "Since " (dates::moment(&it.enrolled_at, words::zone(&desk.sites, Some(&it.site.id)))) " "
                        (words::status(&it.status)) " "
                        a href=(it.address()) { "See this enrolment" }
                    }
                }
            }
            (check("again", "Enrol once more", form.has("again")).required().hint(twice)
                .error(problem.and_then(|it| it.of(AGAIN))))
        }
    }
}

/// The programs to choose from.
fn programs(desk: &Desk, program: &str, is_chosen: bool) -> Markup {
    let enabled = desk.programs.iter().filter(|it| it.enabled);
    let named = |it: &Program| format!("{} ({})", it.name, words::program_type(&it.kind));
    let choices = std::iter::once(choice("", "Choose a program"))
        .chain(enabled.map(|it| choice(&it.id, named(it))));
    html! {
        form.filters method="get" action=(desk.patient.below("enrol")) data-auto {
            (select("program", "Program", choices).value(program))
            button.primary[!is_chosen] { "Choose" }
        }
    }
}

/// From what a program of that type counts.
fn counts_from(kind: &str) -> &'static str {
    match kind {
        "recall" => "A recall counts from the proposed date of the booking.",
        "program" => "It counts from the date you give, or from today.",
        "booking" => "It counts from the start of a booking of this patient.",
        _ => "It counts from today.",
    }
}

fn fields(program: &Program, desk: &Desk, form: &Posted, problem: Option<&Problem>) -> Markup {
    let wrong = |pointer: &str| problem.and_then(|it| it.of(pointer));
    let dated = matches!(program.kind.as_str(), "recall" | "program");
    let usual = form.some("site").or_else(|| desk.patient.site.clone()).unwrap_or_default();
    // Who has no usual site needs one for this.
    let as_usual = if desk.patient.site.is_some() { "As usual" } else { "Choose a location" };
    let sites = std::iter::once(choice("", as_usual))
        .chain(desk.sites.iter().map(|it| choice(&it.code, &it.name)));
    let date = input("date", "reference_date", "Reference date")
        .value(form.get("reference_date"))
        .error(wrong("/reference_date"));
    html! {
        div.fields {
            @if dated {
                @if program.kind == "recall" { (date.required()) } @else { (date) }
            }
            @if program.kind == "booking" { (which_booking(desk, form, problem)) }
            (text("practitioner", "Attending").value(form.get("practitioner"))
                .hint("Whom the visit is with, as messages name them.").error(wrong("/practitioner"))
                .with("maxlength", "80"))
            @if desk.sites.len() > 1 {
                (select("site", "Location", sites).value(usual).error(wrong("/site")))
            }
        }
    }
}

/// Which booking the program is to be about: one that we know, or one that is named by hand.
fn which_booking(desk: &Desk, form: &Posted, problem: Option<&Problem>) -> Markup {
    let wrong = |pointer: &str| problem.and_then(|it| it.of(pointer));
    let by_hand = form.some("source").is_some() || form.some("key").is_some();
    let missing = wrong("/booking").filter(|_| !by_hand);
    let source = text("source", "Booking system")
        .value(form.get("source"))
        .hint("As your practice named it, such as “diary”.")
        .error(wrong("/booking/source"));
    let id = text("key", "Number of the booking").value(form.get("key"));
    let id = id.error(wrong("/booking/id").or_else(|| wrong("/booking").filter(|_| by_hand)));
    if desk.bookings.is_empty() {
        return html! {
            p.hint {
                "No visit of " (desk.patient.name()) " is known, to come or of the last month. Bookings come from \
                 your booking system, a moment after they are made."
            }
            (source.required()) (id.required())
        };
    }
    let first = choice("", "Choose a booking");
    let choices =
        std::iter::once(first).chain(bookings::to_choose_from(&desk.bookings, &desk.sites));
    html! {
        (select("booking", "Booking", choices).value(form.get("booking")).error(missing))
        details open[by_hand] {
            summary { "It is not in the list" }
            div.fields { (source) (id) }
        }
    }
}

/// The page when they are enrolled, and not all will be as one would think.
async fn warned(staff: &Staff, id: &str, added: &Added) -> Result<Markup, Failure> {
    let patient = read(staff, id).await?.it;
    let summary = &added.details.summary;
    let title = "Enrolled, but look at this";
    let body = html! {
        (heading(title, html! {}))
        p {
            a href=(patient.address()) { (patient.name()) } " is on " strong { (summary.program.title()) } " now."
        }
        div.warning role="alert" {
            strong { "Not everything goes as the program says:" }
            ul {
                @if summary.is_over() {
                    li {
                        "It is over already"
                        @if let Some(why) = &summary.reason { ": " (words::linked(why)) }
                        ". Nothing of it is sent."
                    }
                }
                @for warning in &added.warnings { li { (words::linked(warning)) } }
            }
        }
        div.row {
            a.button.primary href=(summary.address()) { "See this enrolment" }
            @if staff.may(Role::FrontDesk) {
                a.button href=(patient.below("edit")) { "Mend the record of " (patient.name()) }
            }
        }
    };
    Ok(page(staff, Section::Patients, title, body).await)
}
