//! What staff have resolved: it shows what was done for a patient who was not reached.

use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use chrono::{Days, Months, NaiveDate};
use futures_util::{join, try_join};
use http::StatusCode;
use maud::{Markup, html};
use serde::Deserialize;

use super::view::Work;
use super::words::{link, outcome, program, sentence, site};
use crate::api::at;
use crate::failure::{Failure, Problem};
use crate::handler::Shared;
use crate::html::dates::moment;
use crate::html::field::input;
use crate::html::{Items, Section, alert, empty, heading, more, page};
use crate::screens::lists::{self, Site};
use crate::staff::{Names, Staff};

/// Which month.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Of {
    month: String,
    cursor: String,
}

/// The page.
pub(super) async fn resolved(
    State(console): State<Shared>,
    staff: Staff,
    Query(of): Query<Of>,
) -> Result<Response, Failure> {
    let today = console.clock.now().date_naive();
    let month = if of.month.is_empty() { today.format("%Y-%m").to_string() } else { of.month };
    let query = [("month", month.as_str()), ("limit", "50"), ("cursor", &of.cursor)];
    let address = at(&["v1", "work-list", "resolved"], &query);
    let questions = async {
        try_join!(
            async {
                match staff.api.get::<Items<Work>>(&address).await {
                    Ok(work) => Ok(Ok(work)),
                    Err(failure) => failure.refusal().map(Err),
                }
            },
            lists::sites(&staff.api),
        )
    };
    let (answers, names) = join!(questions, staff.names());
    let (work, sites) = answers?;
    let problem = work.as_ref().err();
    let status = problem.map_or(StatusCode::OK, Problem::status);
    let wrong = problem.and_then(|it| it.errors.first()).map(|it| it.detail.as_str());
    let body = html! {
        (heading("Resolved work", html! { a.button href="/app/work" { "Work list" } }))
        @if let Some(problem) = problem { (alert(problem)) }
        form.filters method="get" action="/app/work/resolved" {
            (input("month", "month", "Month").value(&month).error(wrong).required())
            button { "Show" }
        }
        (beside(&month))
        @if let Ok(work) = &work {
            @if work.items.is_empty() {
                (empty(html! { p { "Nothing was resolved in this month." } }))
            } @else {
                ul.list { @for it in &work.items { (item(it, &sites, &names)) } }
                (more(&at(&["app", "work", "resolved"], &[("month", &month)]), work.next.as_deref()))
            }
        }
    };
    Ok((status, page(&staff, Section::Work, "Resolved work", body).await).into_response())
}

/// The months before and after it.
fn beside(month: &str) -> Markup {
    let Ok(first) = NaiveDate::parse_from_str(&format!("{month}-01"), "%Y-%m-%d") else {
        return html! {};
    };
    let to = |day: Option<NaiveDate>| {
        let month = day.map(|day| day.format("%Y-%m").to_string()).unwrap_or_default();
        at(&["app", "work", "resolved"], &[("month", &month)])
    };
    html! {
        p.row {
            a href=(to(first.checked_sub_days(Days::new(1)))) { "Month before" }
            a href=(to(first.checked_add_months(Months::new(1)))) { "Month after" }
        }
    }
}

fn item(work: &Work, sites: &[Site], names: &Names) -> Markup {
    let of = work.site.as_ref().and_then(|of| sites.iter().find(|site| site.id == of.id));
    let zone = of.or(sites.first()).map_or(chrono_tz::UTC, |site| site.time_zone);
    html! {
        li {
            h2.small { (sentence(&work.kind)) }
            @if let Some(patient) = &work.patient {
                p { (link(patient)) @if let Some(it) = &work.program { " · " (program(it)) } }
            }
            @if let Some(it) = &work.resolved {
                p {
                    strong { (outcome(&it.outcome)) } " – " (names.of(&it.by)) ", "
                    (moment(&it.at, zone))
                }
            }
            @for note in &work.notes { blockquote { (note.text) } }
            p.small.soft {
                (work.summary) " It waited "
                @match work.waiting_days { ..=0 => "less than a day", 1 => "1 day", n => { (n) " days" } }
                @if let Some(it) = &work.site { " · " (site(it)) }
            }
        }
    }
}
