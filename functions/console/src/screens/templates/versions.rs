//! What a template said.

use axum::extract::{Path, Query};
use maud::{Markup, html};
use serde::Deserialize;

use super::model::Template;
use super::show::says;
use crate::api::at;
use crate::failure::Failure;
use crate::html::{Items, Section, dates, heading, more, page};
use crate::screens::lists::zone;
use crate::staff::{Names, Staff};

/// Where a page of the list begins.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct From {
    cursor: String,
}

pub(super) async fn list(
    staff: Staff,
    Path(id): Path<String>,
    Query(from): Query<From>,
) -> Result<Markup, Failure> {
    let path = at(&["v1", "templates", &id, "versions"], &[("cursor", &from.cursor)]);
    let (found, zone, names) = futures_util::join!(
        staff.api.get::<Items<Template>>(&path),
        zone(&staff.api),
        staff.names(),
    );
    let (found, zone) = (found?, zone?);
    let name = found.items.first().map(|it| it.name.clone()).unwrap_or_default();
    let title = format!("Versions of {name}");
    let here = at(&["app", "templates", &id, "versions"], &[]);
    let body = html! {
        (heading(&title, html! { a.button href=(at(&["app", "templates", &id], &[])) { "Back to the template" } }))
        p.soft { "The newest first. What went out says which version it was." }
        table.stack {
            caption.hidden { "Versions" }
            thead { tr {
                th scope="col" { "Version" } th scope="col" { "Saved" } th scope="col" { "What it said" }
            } }
            tbody {
                @for it in &found.items {
                    tr {
                        th scope="row" { a href=(at(&["app", "templates", &id, "versions", &it.version.to_string()], &[])) {
                            "Version " (it.version)
                        } }
                        td data-label="Saved" {
                            @if let Some(saved) = &it.saved_at { (dates::moment(saved, zone)) (by(&names, it)) }
                        }
                        td data-label="What it said" {
                            details {
                                summary { "Read version " (it.version) }
                                @if let Some(subject) = &it.subject { p { strong { "Subject: " } (subject) } }
                                pre.preview { (it.body) }
                            }
                        }
                    }
                }
            }
        }
        (more(&here, found.next.as_deref()))
    };
    Ok(page(&staff, Section::Templates, &title, body).await)
}

fn by(names: &Names, version: &Template) -> Markup {
    html! { @if let Some(by) = &version.saved_by { ", by " (names.of(by)) } }
}

pub(super) async fn one(
    staff: Staff,
    Path((id, version)): Path<(String, String)>,
) -> Result<Markup, Failure> {
    let path = at(&["v1", "templates", &id, "versions", &version], &[]);
    let (it, zone, names) =
        futures_util::join!(staff.api.get::<Template>(&path), zone(&staff.api), staff.names());
    let (it, zone) = (it?, zone?);
    let title = format!("{}, version {}", it.name, it.version);
    let links = html! {
        a.button href=(at(&["app", "templates", &id, "versions"], &[])) { "All versions" }
        a.button href=(at(&["app", "templates", &id], &[])) { "The template now" }
    };
    let body = html! {
        (heading(&title, links))
        @if let Some(saved) = &it.saved_at {
            p.soft { "Saved on " (dates::moment(saved, zone)) (by(&names, &it)) }
        }
        (says(&it))
    };
    Ok(page(&staff, Section::Templates, &title, body).await)
}
