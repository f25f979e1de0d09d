//! The list of programs, on the left of the Manager.

use axum::extract::Query;
use maud::{Markup, html};
use serde::Deserialize;

use super::frame::Tab;
use super::model::{Kind, Program};
use super::words;
use crate::api::{Api, at};
use crate::failure::Failure;
use crate::html::field::{choice, input, select};
use crate::html::{Items, Section, empty, heading, page, said, tag};
use crate::staff::Staff;
use aws::http::Role;

/// What the list is narrowed to, and what was done before.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    #[serde(rename = "type")]
    kind: String,
    enabled: String,
    cursor: String,
    pub(super) said: Option<String>,
}

impl Asked {
    fn narrowed(&self) -> [(&str, &str); 3] {
        [("q", self.q.trim()), ("type", &self.kind), ("enabled", &self.enabled)]
    }

    fn is_narrowed(&self) -> bool {
        self.narrowed().iter().any(|(_, value)| !value.is_empty())
    }

    /// The programs that fit.
    pub(super) async fn programs(&self, api: &Api) -> Result<Items<Program>, Failure> {
        let [q, kind, enabled] = self.narrowed();
        let rest = [("counts", "true"), ("limit", "100"), ("cursor", self.cursor.as_str())];
        let query = [[q, kind, enabled], rest].concat();
        api.get(&at(&["v1", "programs"], &query)).await
    }

    /// The left side: what fits, with the one that is shown on the right.
    pub(super) fn pane(&self, found: &Items<Program>, selected: Option<&str>) -> Markup {
        let here = match selected {
            Some(id) => at(&["app", "programs", id], &[]),
            None => "/app/programs".to_owned(),
        };
        let kinds = Kind::ALL.map(|kind| choice(kind.code(), words::kind(kind)));
        let kinds = std::iter::once(choice("", "Any type")).chain(kinds);
        let enabled =
            [choice("", "Enabled or not"), choice("true", "Enabled"), choice("false", "Disabled")];
        let all = at(&["app", "programs"], &self.narrowed());
        html! {
            nav aria-label="Programs" {
                form.filters method="get" action=(here) data-auto {
                    (input("search", "q", "Part of the name").value(self.q.as_str())
                        .with("hx-get", here.as_str()).with("hx-trigger", "input changed delay:300ms")
                        .with("hx-target", "#programs").with("hx-select", "#programs")
                        .with("hx-swap", "outerHTML").with("hx-include", "closest form"))
                    (select("type", "Type", kinds).value(self.kind.as_str()))
                    (select("enabled", "Enabled", enabled).value(self.enabled.as_str()))
                    button { "Show" }
                }
                div #programs {
                    @if found.items.is_empty() && self.is_narrowed() {
                        (empty(html! { p { "No program fits. " a href="/app/programs" { "Show all programs" } } }))
                    }
                    @if !found.items.is_empty() {
                        ul.list {
                            @for it in &found.items { (self.entry(it, selected)) }
                        }
                        (crate::html::more(&all, found.next.as_deref()))
                    }
                }
            }
        }
    }

    fn entry(&self, program: &Program, selected: Option<&str>) -> Markup {
        let here = selected == Some(program.id.as_str());
        let on_it = words::capital(&program.on_it().in_words());
        html! {
            li {
                a href=(at(&["app", "programs", &program.id], &self.narrowed()))
                    aria-current=[here.then_some("page")] { (program.name) }
                div.row.small {
                    span.soft { (words::kind(program.kind)) ", " (actions(program)) }
                    (enabled(program))
                    a href=(Tab::Patients.address(&program.id))
                        aria-label=(format!("{on_it} on {}", program.name)) { (on_it) }
                }
            }
        }
    }
}

fn actions(program: &Program) -> String {
    match program.actions.len() {
        0 => "no action".to_owned(),
        1 => "1 action".to_owned(),
        many => format!("{many} actions"),
    }
}

/// Whether patients are put on it.
pub(super) fn enabled(program: &Program) -> Markup {
    if program.enabled { tag("good", "Enabled") } else { tag("off", "Disabled") }
}

/// What stands above the list.
pub(super) fn head(staff: &Staff) -> Markup {
    heading(
        "Programs",
        html! {
            @if staff.may(Role::Admin) { a.button.primary href="/app/programs/new" { "New program" } }
        },
    )
}

pub(super) async fn index(staff: Staff, Query(asked): Query<Asked>) -> Result<Markup, Failure> {
    let found = asked.programs(&staff.api).await?;
    let none = found.items.is_empty() && !asked.is_narrowed();
    let body = html! {
        (head(&staff))
        (said::notice(asked.said.as_deref()))
        @if none { (nothing(&staff)) } @else {
            div.split {
                (asked.pane(&found, None))
                (empty(html! { p { "Pick a program to see what it does, and when." } }))
            }
        }
    };
    Ok(page(&staff, Section::Programs, "Programs", body).await)
}

fn nothing(staff: &Staff) -> Markup {
    empty(html! {
        p { "There are no programs yet." }
        @if staff.may(Role::Admin) {
            p {
                "A program says what is sent to patients, when, and how: a reminder before a booking, a yearly "
                "recall. " a href="/app/programs/new" { "Make the first one" } "."
            }
        } @else {
            p { "A program says what is sent to patients, and when. An admin makes them." }
        }
    })
}
