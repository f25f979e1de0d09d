//! What waits for a person: the page that staff see first.

use aws::http::Role;
use axum::extract::Query;
use axum::response::{IntoResponse as _, Response};
use futures_util::{join, try_join};
use http::StatusCode;
use maud::{Markup, html};
use serde::Deserialize;

use super::asked::Asked;
use super::balance;
use super::list::{Typed, list};
use super::today::{self, Today};
use super::view::{Any, Balance, Work};
use crate::api::at;
use crate::failure::Failure;
use crate::html::{Items, Section, heading, page, said};
use crate::screens::lists;
use crate::staff::Staff;

/// As much of an item as is counted.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Counted {
    waiting_days: i64,
    assignee: Option<String>,
}

/// The page.
pub(super) async fn home(staff: Staff, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    show(&staff, &asked, &Typed::default(), StatusCode::OK, html! {}).await
}

/// The page, with what was ticked and typed, and something above its list. Six questions, all at once.
pub(super) async fn show(
    staff: &Staff,
    asked: &Asked,
    typed: &Typed,
    status: StatusCode,
    above: Markup,
) -> Result<Response, Failure> {
    let api = &staff.api;
    let (of_list, of_all) = (asked.of_api(), at(&["v1", "work-list"], &[("limit", "200")]));
    let questions = async {
        try_join!(
            api.get::<Items<Work>>(&of_list),
            api.get::<Items<Counted>>(&of_all),
            api.get::<Items<Balance>>("/v1/balance?limit=1"),
            api.get::<Items<Any>>("/v1/letters?state=waiting&limit=200"),
            lists::sites(api),
        )
    };
    // The rest of the page is of use without it.
    let today = async { api.get::<Today>("/v1/today").await.ok() };
    let (answers, names, today) = join!(questions, staff.names(), today);
    let (work, all, balances, letters, sites) = answers?;
    let work = asked.old_enough(work);
    let zone = sites.first().map_or(chrono_tz::UTC, |site| site.time_zone);
    let body = html! {
        (heading("Work list", html! {
            a.button href="/app/work/forecast" { "Next 14 days" }
            a.button href="/app/work/resolved" { "Resolved" }
            @if staff.may(Role::Admin) {
                a.button href="/app/work/refused" { "Refused deliveries" }
            }
        }))
        (numbers(staff, &all, &letters))
        (today::so_far(today.as_ref()))
        (balance::latest(balances.items.first()))
        section id="list" aria-labelledby="list-name" {
            h2 id="list-name" { "What waits for a person" }
            (said::notice(asked.said.as_deref()))
            (above)
            form.filters method="get" action="/app/work" data-auto {
                (asked.fields(&sites, &names))
                button { "Show" }
            }
            (list(staff, asked, &work, (&names, zone), typed))
        }
    };
    Ok((status, page(staff, Section::Work, "Work list", body).await).into_response())
}

/// How much there is to do just now.
fn numbers(staff: &Staff, all: &Items<Counted>, letters: &Items<Any>) -> Markup {
    let items = &all.items;
    let mine = items.iter().filter(|it| it.assignee.as_deref() == Some(&staff.subject)).count();
    let nobodys = items.iter().filter(|it| it.assignee.is_none()).count();
    let more = all.next.is_some();
    let oldest = items.iter().map(|it| it.waiting_days).max().unwrap_or_default();
    let oldest = match oldest {
        ..=0 => "the oldest since today".to_owned(),
        1 => "the oldest for 1 day".to_owned(),
        days => format!("the oldest for {days} days"),
    };
    let word = if items.is_empty() { "nothing to do" } else { oldest.as_str() };
    html! {
        div.cards {
            (number("/app/work", items.len(), more, "wait for a person", word))
            (number("/app/work?assignee=me", mine, more, "are yours", ""))
            (number("/app/work?assignee=none", nobodys, more, "are nobody's", ""))
            (number(
                "/app/letters?state=waiting", letters.items.len(), letters.next.is_some(),
                "letters to print", "",
            ))
        }
    }
}

/// A number, and where all of it is. Not all may have been counted.
fn number(to: &str, count: usize, more: bool, label: &str, word: &str) -> Markup {
    html! {
        div.card {
            div.figure { (count) @if more { "+" } }
            a href=(to) { (label) }
            @if !word.is_empty() { div.small.soft { (word) } }
        }
    }
}
