//! Records that may be of one person, side by side.

use aws::http::Role;
use futures_util::future::try_join_all;
use futures_util::try_join;
use maud::{Markup, html};
use serde::Deserialize;

use super::view::{Any, Work};
use crate::api::at;
use crate::failure::Failure;
use crate::html::dates::day;
use crate::html::{Items, confirm};
use crate::staff::Staff;

/// Most records that are shown beside a new one.
const MOST: usize = 5;

/// A record, as far as it tells people apart.
#[derive(Debug, Clone, Deserialize)]
struct Record {
    id: String,
    first_name: String,
    last_name: String,
    date_of_birth: Option<String>,
    mobile_national: Option<String>,
    email: Option<String>,
    medicare_number_grouped: Option<String>,
    address: Option<Address>,
    identifiers: Vec<Key>,
    standing: String,
}

/// Where somebody gets letters.
#[derive(Debug, Clone, Deserialize)]
struct Address {
    lines: Vec<String>,
    locality: String,
    region: Option<String>,
    postcode: Option<String>,
}

/// By what another system knows somebody.
#[derive(Debug, Clone, Deserialize)]
struct Key {
    source: String,
    id: String,
}

/// A record, and on how many programs its patient is.
#[derive(Debug, Clone)]
pub(super) struct Known {
    record: Record,
    programs: String,
}

impl Known {
    fn name(&self) -> String {
        format!("{} {}", self.record.first_name, self.record.last_name)
    }

    /// What tells people apart, each with its label.
    fn facts(&self) -> [(&'static str, String); 7] {
        let it = &self.record;
        let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "–".to_owned());
        let address = it.address.as_ref().map(|address| {
            let place =
                [Some(&address.locality), address.region.as_ref(), address.postcode.as_ref()];
            let place = place.into_iter().flatten().cloned().collect::<Vec<_>>().join(" ");
            [address.lines.join(", "), place].join(", ")
        });
        let keys = it.identifiers.iter().map(|key| format!("{} in {}", key.id, key.source));
        let standing = match it.standing.as_str() {
            "current" => "Patient",
            "archived" => "Archived",
            "deceased" => "Deceased",
            _ => "Merged already",
        };
        [
            ("Mobile", or_none(&it.mobile_national)),
            ("Email", or_none(&it.email)),
            ("Address", or_none(&address)),
            ("Medicare number", or_none(&it.medicare_number_grouped)),
            ("Known as", keys.collect::<Vec<_>>().join(", ")),
            ("Standing", standing.to_owned()),
            ("On programs now", self.programs.clone()),
        ]
    }
}

/// The records that an item asks about: the new one first. Nothing for any other item.
pub(super) async fn read(staff: &Staff, work: &Work) -> Result<Vec<Known>, Failure> {
    if work.kind != "possible_duplicate" {
        return Ok(Vec::new());
    }
    let people = work.patient.iter().chain(work.same_as.iter().take(MOST));
    try_join_all(people.map(|person| known(staff, &person.id))).await
}

async fn known(staff: &Staff, id: &str) -> Result<Known, Failure> {
    let record = at(&["v1", "patients", id], &[]);
    let programs = at(&["v1", "patients", id, "enrolments"], &[("limit", "50")]);
    let (record, programs) =
        try_join!(staff.api.get::<Record>(&record), staff.api.get::<Items<Any>>(&programs),)?;
    let more = if programs.next.is_some() { "+" } else { "" };
    Ok(Known { record, programs: format!("{}{more}", programs.items.len()) })
}

/// The records side by side, and which of them goes on.
pub(super) fn section(staff: &Staff, work: &Work, records: &[Known]) -> Markup {
    let Some((new, others)) = records.split_first() else { return html! {} };
    html! {
        section.card aria-labelledby="records-name" {
            h2 id="records-name" { "The records side by side" }
            div.scroll tabindex="0" role="region" aria-label="Table of the records" {
                (table(new, others))
            }
            @if staff.may(Role::Admin) {
                @for other in others { (merges(staff, work, new, other)) }
            } @else {
                p { "If they are one person, ask an admin to merge the records." }
            }
        }
    }
}

fn table(new: &Known, others: &[Known]) -> Markup {
    let all: Vec<_> = std::iter::once(new).chain(others).collect();
    let columns: Vec<_> = all.iter().map(|it| it.facts()).collect();
    html! {
        table {
            thead { tr {
                td {}
                th scope="col" { "New record" }
                @for _ in others { th scope="col" { "Record that was there" } }
            } }
            tbody {
                tr {
                    th scope="row" { "Name" }
                    @for it in &all {
                        td { a href=(at(&["app", "patients", &it.record.id], &[])) { (it.name()) } }
                    }
                }
                tr {
                    th scope="row" { "Born" }
                    @for it in &all {
                        td {
                            @match &it.record.date_of_birth { Some(born) => (day(born)), None => "–" }
                        }
                    }
                }
                @for (row, (label, _)) in new.facts().iter().enumerate() {
                    tr {
                        th scope="row" { (label) }
                        @for column in &columns { td { (column.get(row).map_or("", |it| it.1.as_str())) } }
                    }
                }
            }
        }
    }
}

/// The two ways of merging a pair: each says what it does.
fn merges(staff: &Staff, work: &Work, new: &Known, other: &Known) -> Markup {
    let to = at(&["app", "work", &work.id, "merge"], &[]);
    let one = |label: &str, from: &Known, into: &Known| {
        let consequence = html! {
            p {
                "The record of " strong { (into.name()) } " goes on. The other one is used no more: its "
                (from.programs) " programs and its bookings go along. This cannot be undone."
            }
        };
        let of = [("from", from.record.id.as_str()), ("into", into.record.id.as_str())];
        confirm(staff, &to, label, consequence, &of)
    };
    html! {
        h3 { "One person: " (other.name()) }
        div.row {
            (one("Merge, keep the record that was there", new, other))
            (one("Merge, keep the new record", other, new))
        }
    }
}
