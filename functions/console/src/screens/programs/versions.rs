//! What a program was: who changed what, and when.

use axum::extract::{Path, Query};
use maud::{Markup, html};
use serde::Deserialize;

use super::frame::{Tab, around};
use super::lists::{self, Template};
use super::model::{Action, Program};
use super::words;
use crate::api::at;
use crate::failure::Failure;
use crate::html::{Items, dates, more};
use crate::staff::Staff;

/// A page of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    cursor: String,
}

/// A version, and who saved it.
#[derive(Debug, Deserialize)]
struct Version {
    #[serde(flatten)]
    program: Program,
    saved_at: String,
    saved_by: String,
}

/// What differs between two versions: a name, and how it was and is.
pub(super) fn differences(
    was: &Program,
    is: &Program,
    templates: &[Template],
) -> Vec<(String, String, String)> {
    let nothing = || "Not there".to_owned();
    let (before, after) = (words::properties(was), words::properties(is));
    let value = |of: &[(&'static str, String)], name: &str| {
        of.iter().find(|(its, _)| *its == name).map_or_else(nothing, |(_, value)| value.clone())
    };
    let mut all: Vec<(String, String, String)> = Vec::new();
    let mut names: Vec<&str> = after.iter().map(|(name, _)| *name).collect();
    names.extend(
        before
            .iter()
            .map(|(name, _)| *name)
            .filter(|name| !after.iter().any(|(its, _)| its == name)),
    );
    all.extend(
        names.into_iter().map(|name| (name.to_owned(), value(&before, name), value(&after, name))),
    );
    if was.enabled != is.enabled {
        let say = |enabled: bool| if enabled { "Yes" } else { "No" }.to_owned();
        all.push(("Enabled".to_owned(), say(was.enabled), say(is.enabled)));
    }
    let said = |program: &Program, id: &str| {
        let found = program.actions.iter().enumerate().find(|(_, action)| action.id == id);
        found.map_or_else(nothing, |(i, action)| {
            words::action(action, program.kind, i == 0, templates)
        })
    };
    for (i, action) in is.actions.iter().enumerate() {
        let name = format!("Action {}", i + 1);
        if was.actions.iter().any(|its| its.id == action.id) {
            all.push((name, said(was, &action.id), said(is, &action.id)));
        } else {
            let now = words::action(action, is.kind, i == 0, templates);
            all.push((name, nothing(), now));
        }
    }
    for (i, action) in was.actions.iter().enumerate() {
        if !is.actions.iter().any(|its| its.id == action.id) {
            all.push((format!("Action {} before", i + 1), said(was, &action.id), nothing()));
        }
    }
    let order = |program: &Program, other: &Program| {
        let kept = |action: &&Action| other.actions.iter().any(|its| its.id == action.id);
        program.actions.iter().filter(kept).map(|action| action.id.clone()).collect::<Vec<_>>()
    };
    if order(was, is) != order(is, was) {
        let say = |program: &Program| {
            let does = program.actions.iter().map(|action| words::does(action.does));
            does.collect::<Vec<_>>().join(", ")
        };
        all.push(("Order of the actions".to_owned(), say(was), say(is)));
    }
    all.retain(|(name, before, after)| before != after || name == "Order of the actions");
    all
}

pub(super) async fn versions(
    staff: Staff,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let api = &staff.api;
    let (program, list) = (
        at(&["v1", "programs", &id], &[]),
        at(&["v1", "programs", &id, "versions"], &[("limit", "20"), ("cursor", &asked.cursor)]),
    );
    let names = async { Ok::<_, Failure>(staff.names().await) };
    let (program, found, templates, sites, names) = futures_util::try_join!(
        api.get::<Program>(&program),
        api.get::<Items<Version>>(&list),
        lists::templates(api, ""),
        lists::sites(api),
        names,
    )?;
    let zone = sites.first().map_or(chrono_tz::UTC, |site| site.time_zone);
    // What the oldest of this page changed is told by the page after it.
    let older = match (&found.next, found.items.last()) {
        (Some(next), Some(_)) => {
            let one = [("limit", "1"), ("cursor", next.as_str())];
            api.get::<Items<Version>>(&at(&["v1", "programs", &id, "versions"], &one))
                .await?
                .items
                .pop()
        }
        _ => None,
    };
    let before = found.items.iter().skip(1).map(Some).chain(std::iter::once(older.as_ref()));
    let body = html! {
        h2 { "Versions" }
        ol.list reversed {
            @for (it, before) in found.items.iter().zip(before) {
                li {
                    div.row {
                        h3 { "Version " (it.program.version) }
                        span { (dates::moment(&it.saved_at, zone)) }
                        span.soft { "by " (names.of(&it.saved_by)) }
                    }
                    @match before {
                        Some(before) => (changes(&before.program, &it.program, &templates)),
                        None => p { "Created." },
                    }
                }
            }
        }
        (more(&Tab::Versions.address(&id), found.next.as_deref()))
    };
    Ok(around(&staff, &program, Tab::Versions, None, body).await)
}

fn changes(was: &Program, is: &Program, templates: &[Template]) -> Markup {
    let all = differences(was, is, templates);
    html! {
        @if all.is_empty() { p.soft { "Saved without a change." } } @else {
            table.stack {
                caption.hidden { "What changed in version " (is.version) }
                thead { tr { th scope="col" { "What" } th scope="col" { "Before" } th scope="col" { "Since then" } } }
                tbody {
                    @for (name, before, after) in &all {
                        tr {
                            th scope="row" { (name) }
                            td data-label="Before" { (before) }
                            td data-label="Since then" { (after) }
                        }
                    }
                }
            }
        }
    }
}
