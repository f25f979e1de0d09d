//! A program in words: what it is, what it does, and what can be done with it.

use aws::http::Role;
use axum::extract::{Path, Query};
use http::StatusCode;
use maud::{Markup, html};

use super::super::lists;
use super::frame::{Tab, tabs};
use super::list::{Asked, enabled, head};
use super::model::{Action, Count, Program};
use super::words;
use crate::api::{Versioned, at};
use crate::failure::{Failure, Problem};
use crate::html::field::text;
use crate::html::{Section, act, alert, confirm, form, page, said, tag};
use crate::staff::Staff;

pub(super) async fn show(
    staff: Staff,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    overview(&staff, &id, &asked, &Refused::default()).await
}

/// What was not done, with what was typed.
#[derive(Debug, Default)]
pub(super) struct Refused {
    pub(super) problem: Option<Problem>,
    /// The name of the copy.
    pub(super) copy: Option<String>,
}

/// The overview, after something was refused.
pub(super) async fn refused(
    staff: &Staff,
    id: &str,
    problem: Problem,
    copy: Option<String>,
) -> Result<(StatusCode, Markup), Failure> {
    let status = problem.status();
    let refused = Refused { problem: Some(problem), copy };
    Ok((status, overview(staff, id, &Asked::default(), &refused).await?))
}

async fn overview(
    staff: &Staff,
    id: &str,
    asked: &Asked,
    refused: &Refused,
) -> Result<Markup, Failure> {
    let (api, at_id) = (&staff.api, at(&["v1", "programs", id], &[("counts", "true")]));
    let (found, program, templates) = futures_util::try_join!(
        asked.programs(api),
        api.read::<Program>(&at_id),
        lists::templates(api, ""),
    )?;
    let count = program.it.on_it();
    let selected = Selected { staff, program: &program, templates: &templates, count, refused };
    let body = html! {
        (head(staff))
        (said::notice(asked.said.as_deref()))
        div.split.chosen {
            (asked.pane(&found, Some(id)))
            (selected.right())
        }
    };
    Ok(page(staff, Section::Programs, &program.it.name, body).await)
}

struct Selected<'a> {
    staff: &'a Staff,
    program: &'a Versioned<Program>,
    templates: &'a [lists::Template],
    count: Count,
    refused: &'a Refused,
}

impl Selected<'_> {
    fn it(&self) -> &Program {
        &self.program.it
    }

    fn right(&self) -> Markup {
        let program = self.it();
        html! {
            section aria-labelledby="program" {
                @if let Some(problem) = &self.refused.problem { (alert(problem)) }
                div.heading {
                    h2 #program { (program.name) }
                    div.row { span.soft { (words::kind(program.kind)) } (enabled(program)) }
                }
                (tabs(self.staff, &program.id, Tab::Overview))
                (self.state())
                div.card {
                    h3 { "What it does" }
                    (self.actions())
                }
                div.card {
                    h3 { "What it is" }
                    p { (words::explanation(program.kind)) }
                    dl.facts {
                        @for (name, value) in words::properties(program).into_iter().skip(1) {
                            dt { (name) } dd { (value) }
                        }
                        dt { "On it now" }
                        dd { a href=(Tab::Patients.address(&program.id)) { (words::capital(&self.count.in_words())) } }
                    }
                }
                @if self.staff.may(Role::Admin) { (self.more()) }
            }
        }
    }

    /// Whether patients are put on it, what keeps them from it, and the switch.
    fn state(&self) -> Markup {
        let program = self.it();
        let missing = self.missing();
        let admin = self.staff.may(Role::Admin);
        let to = |what| at(&["app", "programs", &program.id, what], &[]);
        html! {
            div.card {
                @if program.enabled {
                    p { "Patients are put on it. " (words::capital(&self.count.are())) " on it now." }
                    @if admin {
                        (confirm(self.staff, &to("disable"), "Disable", html! {
                            p { "Nobody new is put on it, by hand or by a booking. " (self.going_on()) }
                        }, &[]))
                    }
                } @else {
                    p { "Nobody new is put on it. " (self.going_on()) }
                    @if !missing.is_empty() {
                        p { strong { "Before it can be enabled:" } }
                        ul { @for what in &missing { li { (what) } } }
                    }
                    @if admin {
                        div.row {
                            (act(self.staff, &to("enable"), "Enable", &[]))
                            @if !missing.is_empty() {
                                a.button href=(Tab::Edit.address(&program.id)) { "Add what is missing" }
                            }
                        }
                    }
                }
            }
        }
    }

    fn going_on(&self) -> String {
        if self.count.is_none() {
            return "No patients are on it now.".to_owned();
        }
        format!("{} on it now will go on.", words::capital(&self.count.in_words()))
    }

    /// What can be told from here: the rest is said when it is enabled.
    fn missing(&self) -> Vec<String> {
        let program = self.it();
        if program.actions.is_empty() {
            return vec!["It needs at least one action.".to_owned()];
        }
        let without = program.actions.iter().enumerate().filter(|(_, action)| {
            action.template.is_some() && words::template(action, self.templates).is_none()
        });
        without
            .map(|(i, action)| {
                format!(
                    "Action {}, {}, needs another template: its own is deleted.",
                    i + 1,
                    words::does_within(action.does)
                )
            })
            .collect()
    }

    fn actions(&self) -> Markup {
        let program = self.it();
        html! {
            @if program.actions.is_empty() {
                p.soft {
                    "Nothing yet. "
                    @if self.staff.may(Role::Admin) {
                        a href=(Tab::Edit.address(&program.id)) { "Add its first action" } "."
                    }
                }
            } @else {
                ol.list.steps {
                    @for (i, action) in program.actions.iter().enumerate() { (self.action(i, action)) }
                }
            }
        }
    }

    fn action(&self, i: usize, action: &Action) -> Markup {
        let name = words::template(action, self.templates);
        html! {
            li {
                div.row {
                    strong { (i + 1) ". " (words::does(action.does)) }
                    @if let (Some(id), Some(name)) = (&action.template, name) {
                        a href=(at(&["app", "templates", id], &[])) { (name) }
                    } @else if action.template.is_some() {
                        (tag("bad", "Template deleted"))
                    }
                }
                div { (words::timing(&action.timing, self.it().kind, i == 0)) }
                div.small.soft { (words::options(action).join(" · ")) }
            }
        }
    }

    /// A copy, and the end.
    fn more(&self) -> Markup {
        let program = self.it();
        let to = |what| at(&["app", "programs", &program.id, what], &[]);
        let copy = self.refused.copy.clone().unwrap_or_else(|| format!("{}, new", program.name));
        let error = self.refused.copy.as_ref().and(self.refused.problem.as_ref());
        html! {
            details.card open[error.is_some()] {
                summary { "Duplicate" }
                (form(self.staff, &to("duplicate"), html! {
                    p { "The copy has the same actions and properties. It is disabled, nobody is on it, and no \
                         booking type is linked to it." }
                    (text("name", "Name of the copy").value(copy).required()
                        .error(error.and_then(|it| it.of("/name"))))
                    button { "Duplicate" }
                }))
            }
            div.row {
                @if self.count.is_none() {
                    (confirm(self.staff, &to("delete"), "Delete", html! {
                        p { "No patients are on it. It is gone for good, and cannot be enabled again; what it sent \
                             stays in the patients' histories, and its versions are kept." }
                    }, &[("version", &self.program.version)]))
                } @else {
                    p.soft { (words::capital(&self.count.are())) " on it, so that it cannot be deleted yet: move them to another program, \
                         or end their enrolments first. To only stop new patients, disable it." }
                }
            }
        }
    }
}
