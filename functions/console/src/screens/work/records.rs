//! Records that may be of one person, side by side.

use aws::http::Role;
use futures_util::future::try_join_all;
use futures_util::join;
use maud::{Markup, html};
use serde::Deserialize;

use super::view::{Any, Person, Work};
use super::words;
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

/// A record, as far as it can be read, and on how many programs its patient is.
#[derive(Debug, Clone)]
pub(super) struct Known {
    person: Person,
    record: Option<Record>,
    programs: Option<String>,
}

/// What tells people apart, beside their names and when they were born.
const LABELS: [&str; 7] =
    ["Mobile", "Email", "Address", "Medicare number", "Known as", "Standing", "On programs now"];

/// What stands where something cannot be read.
const UNREAD: &str = "Cannot be read";

impl Known {
    fn name(&self) -> String {
        match &self.record {
            Some(it) => format!("{} {}", it.first_name, it.last_name),
            None => words::name(&self.person),
        }
    }

    /// What tells people apart, in the order of [`LABELS`].
    fn facts(&self) -> [String; LABELS.len()] {
        let Some(it) = &self.record else { return LABELS.map(|_| UNREAD.to_owned()) };
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
            or_none(&it.mobile_national),
            or_none(&it.email),
            or_none(&address),
            or_none(&it.medicare_number_grouped),
            keys.collect::<Vec<_>>().join(", "),
            standing.to_owned(),
            self.programs.clone().unwrap_or_else(|| UNREAD.to_owned()),
        ]
    }
}

/// The records that an item asks about: the new one first. Nothing for any other item.
pub(super) async fn read(staff: &Staff, work: &Work) -> Result<Vec<Known>, Failure> {
    if work.kind != "possible_duplicate" {
        return Ok(Vec::new());
    }
    let people = work.patient.iter().chain(work.same_as.iter().take(MOST));
    try_join_all(people.map(|person| known(staff, person))).await
}

async fn known(staff: &Staff, person: &Person) -> Result<Known, Failure> {
    let record = at(&["v1", "patients", &person.id], &[]);
    let programs = at(&["v1", "patients", &person.id, "enrolments"], &[("limit", "50")]);
    let (record, programs) =
        join!(staff.api.get::<Record>(&record), staff.api.get::<Items<Any>>(&programs));
    let programs = readable(programs)?.map(|programs| {
        let more = if programs.next.is_some() { "+" } else { "" };
        format!("{}{more}", programs.items.len())
    });
    Ok(Known { person: person.clone(), record: readable(record)?, programs })
}

/// What was read; nothing where that cannot be read or is gone: the item can be resolved all the same.
fn readable<T>(read: Result<T, Failure>) -> Result<Option<T>, Failure> {
    match read {
        Ok(read) => Ok(Some(read)),
        Err(Failure::Refused(problem)) if problem.status != 429 => Ok(None),
        Err(Failure::Unreadable) => Ok(None),
        Err(failure) => Err(failure),
    }
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
                @for other in others {
                    @if new.record.is_some() && other.record.is_some() {
                        (merges(staff, work, new, other))
                    } @else {
                        h3 { "One person: " (other.name()) "?" }
                        p { "A record that cannot be read cannot be merged. Ask support to mend it." }
                    }
                }
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
                        td { a href=(at(&["app", "patients", &it.person.id], &[])) { (it.name()) } }
                    }
                }
                tr {
                    th scope="row" { "Born" }
                    @for it in &all {
                        td {
                            @match it.record.as_ref().map(|it| it.date_of_birth.as_deref()) {
                                Some(Some(born)) => (day(born)),
                                Some(None) => "–",
                                None => (UNREAD)
                            }
                        }
                    }
                }
                @for (row, label) in LABELS.iter().enumerate() {
                    tr {
                        th scope="row" { (label) }
                        @for column in &columns { td { (column.get(row).map_or("", String::as_str)) } }
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
                @if let Some(programs) = &from.programs { (programs) " " }
                "programs and its bookings go along. This cannot be undone."
            }
        };
        let of = [("from", from.person.id.as_str()), ("into", into.person.id.as_str())];
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
