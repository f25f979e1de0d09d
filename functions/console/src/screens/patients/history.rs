//! What happened on an enrolment.

use axum::extract::{Path, Query};
use futures_util::try_join;
use maud::{Markup, html};
use serde::Deserialize;

use super::details::Read;
use super::words;
use crate::api::at;
use crate::failure::Failure;
use crate::html::{Items, Section, dates, empty, more, page};
use crate::staff::Staff;

/// What the address says.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    all: Option<String>,
    cursor: Option<String>,
}

/// Something that happened.
#[derive(Debug, Deserialize)]
struct Entry {
    at: String,
    by: String,
    summary: String,
}

/// The page: date, description, and who, as HealthTrack's has them.
pub(super) async fn show(
    staff: Staff,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let all = asked.all.is_some();
    let cursor = asked.cursor.as_deref().unwrap_or_default();
    let shown = if all { "true" } else { "" };
    let address = at(&["v1", "enrolments", &id, "history"], &[("all", shown), ("cursor", cursor)]);
    let names = async { Ok(staff.names().await) };
    let (read, entries, names) =
        try_join!(Read::of(&staff, &id), staff.api.get::<Items<Entry>>(&address), names)?;
    let here = read.it.it.summary.below("history");
    let again = if all { format!("{here}?all=on") } else { here.clone() };
    let body = html! {
        (read.top("history"))
        form.row method="get" action=(here) data-auto {
            label.choice {
                input type="checkbox" name="all" value="on" checked[all];
                span { "Show all changes, also what people did" }
            }
            button.quiet { "Show" }
        }
        @if entries.items.is_empty() {
            (empty(html! {
                p { "Nothing has happened by itself yet." }
                @if !all { p { a href=(format!("{here}?all=on")) { "Show what people did, too" } } }
            }))
        } @else {
            table.stack {
                thead {
                    tr {
                        th scope="col" { "Date" }
                        th scope="col" { "Description" }
                        th scope="col" { "By" }
                    }
                }
                tbody {
                    @for entry in &entries.items {
                        tr {
                            td data-label="Date" { (dates::moment(&entry.at, read.zone)) }
                            td data-label="Description" { (words::linked(&entry.summary)) }
                            td data-label="By" {
                                (words::who(&entry.by, &names))
                            }
                        }
                    }
                }
            }
            (more(&again, entries.next.as_deref()))
        }
    };
    Ok(page(&staff, Section::Patients, &format!("History, {}", read.title()), body).await)
}
