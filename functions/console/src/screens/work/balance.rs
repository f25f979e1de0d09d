//! The daily balance: what came due, what became of it, and whether that is all of it.

use axum::extract::{Path, Query};
use axum::response::{IntoResponse as _, Response};
use futures_util::try_join;
use maud::{Markup, html};
use serde::Deserialize;

use super::view::{Balance, Sides};
use super::words::carrier;
use crate::api::at;
use crate::failure::Failure;
use crate::html::dates::{day, moment};
use crate::html::{Items, Section, empty, heading, more, page, tag};
use crate::screens::lists;
use crate::staff::Staff;

/// How far the list was read.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct After {
    cursor: String,
}

/// Whether it balances, in words and as a tag.
fn verdict(balance: &Balance) -> Markup {
    match (balance.difference, balance.new) {
        (0, _) => tag("good", "It balances"),
        (_, 0) => tag("wait", "Known differences, nothing new"),
        (_, _) => tag("bad", "It does not balance"),
    }
}

/// What became of what came due, as a sum that is right even when something is missing.
fn sum(sides: &Sides) -> Markup {
    let known = sides.sent + sides.skipped + sides.held + sides.waiting;
    let missing = sides.due.saturating_sub(known);
    html! {
        strong { (sides.due) } " came due = "
        strong { (sides.sent) } " sent + " strong { (sides.skipped) } " skipped + "
        strong { (sides.held) } " held for a person + " strong { (sides.waiting) } " waiting"
        @if missing > 0 { " + " strong { (missing) } " of which nobody knows" }
    }
}

/// How much does not balance, in words.
fn differences(balance: &Balance) -> Markup {
    html! {
        @match balance.difference { 1 => "1 thing does not balance", n => { (n) " things do not balance" } }
        ", " (balance.new) " of it new."
    }
}

/// The latest one, at the top of the home page.
pub(super) fn latest(balance: Option<&Balance>) -> Markup {
    html! {
        section.card aria-labelledby="balance-name" {
            h2 id="balance-name" { "Daily balance" }
            @match balance {
                Some(balance) => {
                    p { (day(&balance.day)) ": " (sum(&balance.sides)) ". " (verdict(balance)) }
                    @if balance.difference > 0 {
                        p { (differences(balance)) " Somebody must look." }
                    }
                    p.small {
                        a href=(at(&["app", "work", "balance", &balance.day], &[])) { "See the day" }
                        " · " a href="/app/work/balance" { "All days" }
                    }
                }
                None => p.soft { "There is none yet: the first comes an hour after the first midnight." }
            }
        }
    }
}

/// All days, the newest first.
pub(super) async fn all(staff: Staff, Query(after): Query<After>) -> Result<Response, Failure> {
    let address = at(&["v1", "balance"], &[("limit", "31"), ("cursor", &after.cursor)]);
    let days: Items<Balance> = staff.api.get(&address).await?;
    let body = html! {
        (heading("Daily balance", html! { a.button href="/app/work" { "Work list" } }))
        p {
            "Once a day everything that came due is counted: what was sent, what was skipped, what is held "
            "for a person and what waits for its turn must be all of it."
        }
        @if days.items.is_empty() {
            (empty(html! { p { "There is none yet. The first comes an hour after midnight." } }))
        } @else {
            table.stack {
                caption.hidden { "Balances by day" }
                thead { tr {
                    th scope="col" { "Day" } th.number scope="col" { "Due" }
                    th.number scope="col" { "Sent" } th.number scope="col" { "Skipped" }
                    th.number scope="col" { "Held" } th.number scope="col" { "Waiting" }
                    th scope="col" { "Balance" }
                } }
                tbody {
                    @for it in &days.items {
                        tr {
                            th scope="row" {
                                a href=(at(&["app", "work", "balance", &it.day], &[])) { (day(&it.day)) }
                            }
                            td.number data-label="Due" { (it.sides.due) }
                            td.number data-label="Sent" { (it.sides.sent) }
                            td.number data-label="Skipped" { (it.sides.skipped) }
                            td.number data-label="Held" { (it.sides.held) }
                            td.number data-label="Waiting" { (it.sides.waiting) }
                            td { (verdict(it)) }
                        }
                    }
                }
            }
            (more("/app/work/balance", days.next.as_deref()))
        }
    };
    Ok(page(&staff, Section::Work, "Daily balance", body).await.into_response())
}

/// One day.
pub(super) async fn of_day(staff: Staff, Path(date): Path<String>) -> Result<Response, Failure> {
    let address = at(&["v1", "balance", &date], &[]);
    let (balance, sites) = try_join!(staff.api.get::<Balance>(&address), lists::sites(&staff.api))?;
    let zone = sites.first().map_or(chrono_tz::UTC, |site| site.time_zone);
    let site = |code: &str| {
        let found = sites.iter().find(|site| site.code == code);
        found.map_or_else(|| code.to_owned(), |site| site.name.clone())
    };
    let by_channel =
        balance.by_channel.iter().map(|it| (carrier(&it.channel).to_owned(), it.sides));
    let by_site = balance.by_site.iter().map(|it| (site(&it.site), it.sides));
    let body = html! {
        (heading("Balance of a day", html! { a.button href="/app/work/balance" { "All days" } }))
        div.card {
            h2 { (day(&balance.day)) }
            p { (sum(&balance.sides)) ". " (verdict(&balance)) }
            @if balance.difference > 0 {
                p {
                    (differences(&balance)) " What is about a patient is on the "
                    a href="/app/work?kind=unbalanced" { "work list" } " too."
                }
            }
            (also(&balance))
            p.small.soft { "Counted " (moment(&balance.computed_at, zone)) }
        }
        @if !balance.found.is_empty() {
            h2 { "What does not balance" }
            ul.list {
                @for it in &balance.found {
                    li {
                        (it.says) " "
                        @match &it.since {
                            Some(since) => { (tag("wait", "Known")) " since " (day(since)) }
                            None => (tag("bad", "New"))
                        }
                    }
                }
            }
        }
        (sides("By channel", "Channel", by_channel))
        (sides("By site", "Site", by_site))
        p.small.soft { "Skipped is what was too late, left out, failed, or over before its turn." }
    };
    Ok(page(&staff, Section::Work, "Balance of a day", body).await.into_response())
}

/// What else was seen that day.
fn also(balance: &Balance) -> Markup {
    html! {
        dl.facts {
            dt { "Patients' programs looked at" } dd { (balance.enrolments) }
            dt { "Contradictions in what is stored" } dd { (balance.imbalances) }
            dt { "Waited for a person then" } dd { (balance.work_open) }
            dt { "Events of other systems, late by more than a day" } dd { (balance.events_overdue) }
            dt { "ePost letters without a word for a week" } dd { (balance.letters_silent) }
        }
    }
}

fn sides(title: &str, of: &str, rows: impl Iterator<Item = (String, Sides)>) -> Markup {
    html! {
        h2 { (title) }
        div.scroll tabindex="0" role="region" aria-label=(title) {
            table {
                thead { tr {
                    th scope="col" { (of) }
                    @for name in [
                        "Due", "Sent", "Skipped", "too late", "left out", "failed", "over before", "Held",
                        "Waiting",
                    ] { th.number scope="col" { (name) } }
                } }
                tbody {
                    @for (name, it) in rows {
                        tr {
                            th scope="row" { (name) }
                            @for number in [
                                it.due, it.sent, it.skipped, it.too_late, it.passed, it.failed, it.over,
                                it.held, it.waiting,
                            ] { td.number { (number) } }
                        }
                    }
                }
            }
        }
    }
}
