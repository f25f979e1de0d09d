//! The booking types of a program: those that put patients on it, and those that complete a cycle.
//!
//! Which bookings complete a cycle at all is a property of the program; which types those are, when they are
//! selected, is said by links, which the booking types show too.

use aws::http::Role;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::{Method, StatusCode};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Value, json};

use super::edit;
use super::frame::{Tab, around, as_problem, only_admins};
use super::lists::{self, BookingType};
use super::model::{Completion, Kind, Program};
use super::words;
use crate::api::{Api, Versioned, at};
use crate::failure::{Failure, Problem};
use crate::form::Posted;
use crate::html::{alert, changed_meanwhile, empty, form, values};
use crate::staff::Staff;

/// What was done before.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Before {
    said: Option<String>,
}

/// The links of a program.
#[derive(Debug, Clone, Deserialize)]
struct Links {
    starts: Vec<String>,
    completes: Vec<String>,
}

/// What is known of it.
struct Known {
    program: Versioned<Program>,
    /// The program as it is sent back, with another completion.
    raw: Value,
    links: Versioned<Links>,
    types: Vec<BookingType>,
}

impl Known {
    async fn read(api: &Api, id: &str) -> Result<Self, Failure> {
        let (program, links) =
            (at(&["v1", "programs", id], &[]), at(&["v1", "programs", id, "booking-types"], &[]));
        let (raw, links, types) = futures_util::try_join!(
            api.read::<Value>(&program),
            api.read::<Links>(&links),
            lists::booking_types(api),
        )?;
        let it = serde_json::from_value(raw.it.clone()).map_err(|_| Failure::Unreadable)?;
        let program = Versioned { it, version: raw.version };
        Ok(Self { program, raw: raw.it, links, types })
    }

    fn names(&self, ids: &[String]) -> String {
        let found = self.types.iter().filter(|it| ids.contains(&it.id)).map(|it| it.name.as_str());
        let names = found.collect::<Vec<_>>().join(", ");
        if names.is_empty() { "None".to_owned() } else { names }
    }
}

/// What is picked.
struct Picked {
    completion: String,
    starts: Vec<String>,
    completes: Vec<String>,
}

impl Picked {
    fn of(known: &Known) -> Self {
        Self {
            completion: known.program.it.completion.code().to_owned(),
            starts: known.links.it.starts.clone(),
            completes: known.links.it.completes.clone(),
        }
    }

    fn of_form(form: &Posted) -> Self {
        Self {
            completion: form.get("completion"),
            starts: form.all("starts").collect(),
            completes: form.all("completes").collect(),
        }
    }

    /// What was picked of types is kept only while types are selected.
    fn completing(&self) -> &[String] {
        if self.completion == Completion::Selected.code() { &self.completes } else { &[] }
    }
}

pub(super) async fn show(
    staff: Staff,
    Path(id): Path<String>,
    Query(before): Query<Before>,
) -> Result<Markup, Failure> {
    let known = Known::read(&staff.api, &id).await?;
    let body = if staff.may(Role::Admin) {
        fields(&staff, &known, &Picked::of(&known), None)
    } else {
        facts(&known)
    };
    Ok(around(&staff, &known.program.it, Tab::BookingTypes, before.said.as_deref(), body).await)
}

/// For those who look at it.
fn facts(known: &Known) -> Markup {
    let program = &known.program.it;
    html! {
        h2 { "Booking types" }
        dl.facts {
            @if program.kind == Kind::Booking {
                dt { "Started by" } dd { (known.names(&known.links.it.starts)) }
            }
            dt { "A cycle is completed by" } dd { (words::completion(program.completion)) }
            @if program.completion == Completion::Selected {
                dt { "Selected booking types" } dd { (known.names(&known.links.it.completes)) }
            }
        }
    }
}

fn fields(staff: &Staff, known: &Known, picked: &Picked, problem: Option<&Problem>) -> Markup {
    let program = &known.program.it;
    let wrong = |pointer: &str| {
        let found = problem.and_then(|problem| problem.within(pointer).next());
        html! { @if let Some(it) = found { p.error { "This " (it.detail) } } }
    };
    html! {
        h2 { "Booking types" }
        @if let Some(problem) = problem { (alert(problem)) }
        (form(staff, &Tab::BookingTypes.address(&program.id), html! {
            (values(&[("program", &known.program.version), ("links", &known.links.version)]))
            @if program.kind == Kind::Booking {
                div.card {
                    (wrong("/starts"))
                    (boxes("starts", "A booking of these types puts the patient on it", known, &picked.starts))
                }
            }
            div.card.selecting {
                (edit::completion(&picked.completion, problem.and_then(|it| it.of("/completion")), None))
                div.types {
                    (wrong("/completes"))
                    (boxes("completes", "Selected booking types", known, &picked.completes))
                }
            }
            div.row { button.primary { "Save" } a.button href=(Tab::Overview.address(&program.id)) { "Cancel" } }
        }))
    }
}

fn boxes(name: &str, label: &str, known: &Known, ticked: &[String]) -> Markup {
    html! {
        @if known.types.is_empty() {
            (empty(html! {
                p { "There are no booking types yet. " a href="/app/settings/booking-types" { "Add the first one" } "." }
            }))
        } @else {
            fieldset.field {
                legend { (label) }
                @for it in &known.types {
                    label.choice {
                        input type="checkbox" name=(name) value=(it.id) checked[ticked.contains(&it.id)];
                        span { (it.name) }
                    }
                }
            }
        }
    }
}

pub(super) async fn save(
    staff: Staff,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, Failure> {
    only_admins(&staff)?;
    let (mut known, picked) = (Known::read(&staff.api, &id).await?, Picked::of_form(&form));
    if form.get("program") != known.program.version || form.get("links") != known.links.version {
        return Ok(stale(&staff, &known, &picked, None).await);
    }
    let (saved, failure) = match store(&staff.api, &id, &mut known, &picked).await {
        Ok(()) => {
            let to = at(&["app", "programs", &id, "booking-types"], &[("said", "saved")]);
            return Ok(Redirect::to(&to).into_response());
        }
        Err(failed) => failed,
    };
    // Whatever went wrong, that the first of the two is saved is said.
    let problem = match saved {
        Some(_) => as_problem(failure),
        None => failure.refusal()?,
    };
    let known = Known::read(&staff.api, &id).await.map_err(|failure| match saved {
        Some(half) => Failure::Refused(half_saved(half, problem.status())),
        None => failure,
    })?;
    if problem.is_stale() {
        return Ok(stale(&staff, &known, &picked, saved).await);
    }
    let body = html! {
        (half(saved, problem.status()))
        (fields(&staff, &known, &picked, Some(&problem)))
    };
    let page = around(&staff, &known.program.it, Tab::BookingTypes, None, body).await;
    Ok((problem.status(), page).into_response())
}

/// What is saved by one request of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Half {
    Links,
    Completion,
}

impl Half {
    /// What is saved, and what is not; of a request that got no answer nobody knows whether it was done.
    fn said(self, is_refused: bool) -> String {
        let (saved, other) = match self {
            Self::Completion => (
                "Which bookings complete a cycle is saved as you picked it.",
                "The booking types are not: they are as they were.",
            ),
            Self::Links => (
                "The booking types are saved as you picked them.",
                "Which bookings complete a cycle is not: that is as it was.",
            ),
        };
        let unknown = "Whether the rest is saved is not known: look before you save again.";
        format!("{saved} {}", if is_refused { other } else { unknown })
    }
}

/// Which half is saved, on a page or instead of one.
fn half_saved(half: Half, status: StatusCode) -> Problem {
    let is_refused = !status.is_server_error();
    let title = if is_refused { "Only half of it is saved" } else { "Half of it is saved" };
    let detail = half.said(is_refused);
    Problem { status: status.as_u16(), title: title.to_owned(), ..Problem::new(detail) }
}

fn half(saved: Option<Half>, status: StatusCode) -> Markup {
    html! {
        @if let Some(half) = saved { (alert(&half_saved(half, status))) }
    }
}

/// Saves the links and the program's completion, in the order in which each is possible: types are selected
/// only of a program that says so. When it fails, which of the two is saved.
async fn store(
    api: &Api,
    id: &str,
    known: &mut Known,
    picked: &Picked,
) -> Result<(), (Option<Half>, Failure)> {
    let (before, after) = if picked.completion == Completion::Selected.code() {
        (Half::Completion, Half::Links)
    } else {
        (Half::Links, Half::Completion)
    };
    let mut saved = None;
    for half in [before, after] {
        let done = match half {
            Half::Links => link(api, id, known, picked).await,
            Half::Completion => complete_by(api, id, known, picked).await,
        };
        match done {
            Ok(true) => saved = Some(half),
            Ok(false) => {}
            Err(failure) => return Err((saved, failure)),
        }
    }
    Ok(())
}

/// Whether there was something to save.
async fn link(api: &Api, id: &str, known: &Known, picked: &Picked) -> Result<bool, Failure> {
    let sorted = |list: &[String]| {
        let mut list = list.to_vec();
        list.sort();
        list
    };
    let (starts, completes) = (sorted(&picked.starts), sorted(picked.completing()));
    let same = &known.links.it;
    if sorted(&same.starts) == starts && sorted(&same.completes) == completes {
        return Ok(false);
    }
    let address = at(&["v1", "programs", id, "booking-types"], &[]);
    let asked = api.ask(Method::PUT, &address).version(&known.links.version);
    let body = json!({ "starts": starts, "completes": completes });
    asked.json(&body).answer::<serde::de::IgnoredAny>().await?;
    Ok(true)
}

/// Whether there was something to save.
async fn complete_by(
    api: &Api,
    id: &str,
    known: &mut Known,
    picked: &Picked,
) -> Result<bool, Failure> {
    if known.program.it.completion.code() == picked.completion {
        return Ok(false);
    }
    if let Some(object) = known.raw.as_object_mut() {
        object.insert("completion".to_owned(), json!(picked.completion));
        // Of programs that no referral starts, these are null, and not taken back as that.
        object.retain(|_, value| !value.is_null());
    }
    let address = at(&["v1", "programs", id], &[]);
    let asked = api.ask(Method::PUT, &address).version(&known.program.version).json(&known.raw);
    asked.answer::<serde::de::IgnoredAny>().await?;
    Ok(true)
}

async fn stale(
    staff: &Staff,
    known: &Known,
    picked: &Picked,
    saved_half: Option<Half>,
) -> Response {
    let saved = Picked::of(known);
    let say = |code: &str| {
        let found = Completion::ALL.into_iter().find(|it| it.code() == code);
        found.map_or("", words::completion)
    };
    let (theirs, ours) = (known.names(&saved.starts), known.names(&picked.starts));
    let (their_types, our_types) = (known.names(&saved.completes), known.names(&picked.completes));
    let above = changed_meanwhile(&[
        ("Puts the patient on it", &theirs, &ours),
        ("A cycle is completed by", say(&saved.completion), say(&picked.completion)),
        ("Selected booking types", &their_types, &our_types),
    ]);
    let body = html! { (half(saved_half, StatusCode::PRECONDITION_FAILED)) (above) (fields(staff, known, picked, None)) };
    let page = around(staff, &known.program.it, Tab::BookingTypes, None, body).await;
    (StatusCode::PRECONDITION_FAILED, page).into_response()
}
