//! Whether messages go out: the switch that holds everything, and its release.

use axum::extract::Query;
use axum::response::{IntoResponse as _, Redirect, Response};
use chrono_tz::Tz;
use futures_util::future::OptionFuture;
use http::{Method, StatusCode};
use maud::{Markup, html};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::json;

use super::Said;
use super::release::Preview;
use crate::api::at;
use crate::failure::{Failure, Problem};
use crate::form::Posted;
use crate::html::field::text;
use crate::html::{Section, alert, confirm, dates, heading, page, said, tag};
use crate::screens::lists::zone;
use crate::staff::{Names, Staff};
use aws::http::Role;

/// Whether messages go out.
#[derive(Debug, Clone, Deserialize)]
struct Sending {
    state: String,
    since: Option<String>,
    by: Option<String>,
    why: Option<String>,
    copy: Option<Copy>,
}

/// That the tables are a copy.
#[derive(Debug, Clone, Deserialize)]
struct Copy {
    tables: Vec<String>,
    noticed: Option<String>,
}

impl Sending {
    fn is_held(&self) -> bool {
        self.state == "held"
    }
}

/// Why a release is refused of which more messages would go than was seen.
const MORE: &str = "More would go out now than when you looked, so nothing was released. Below is how it stands \
                    now: release again if that is right.";

/// What was refused, and why it was to be held.
struct Refused {
    problem: Problem,
    why: String,
}

pub(super) async fn show(staff: Staff, Query(said): Query<Said>) -> Result<Response, Failure> {
    Ok(whole(&staff, None, said.said.as_deref()).await?.into_response())
}

pub(super) async fn hold(staff: Staff, form: Posted) -> Result<Response, Failure> {
    let why = form.get("why");
    let asked = staff.api.ask(Method::POST, "/v1/sending/hold").json(&json!({ "why": why }));
    match asked.answer::<IgnoredAny>().await {
        Ok(_) => Ok(Redirect::to("/app/settings/sending?said=held").into_response()),
        Err(failure) => again(&staff, Refused { problem: failure.refusal()?, why }).await,
    }
}

/// Releases, if as many messages go out as the person saw, or fewer.
pub(super) async fn release(staff: Staff, form: Posted) -> Result<Response, Failure> {
    let path = at(&["v1", "sending", "release"], &[("messages", &form.get("messages"))]);
    match staff.api.ask(Method::POST, &path).answer::<IgnoredAny>().await {
        Ok(_) => Ok(Redirect::to("/app/settings/sending?said=released").into_response()),
        Err(failure) => {
            let mut problem = failure.refusal()?;
            if problem.status == StatusCode::CONFLICT.as_u16() {
                MORE.clone_into(&mut problem.detail);
            }
            again(&staff, Refused { problem, why: String::new() }).await
        }
    }
}

async fn again(staff: &Staff, refused: Refused) -> Result<Response, Failure> {
    Ok(whole(staff, Some(&refused), None).await?.into_response())
}

async fn whole(
    staff: &Staff,
    refused: Option<&Refused>,
    said: Option<&str>,
) -> Result<(StatusCode, Markup), Failure> {
    let admin = staff.may(Role::Admin);
    let (sending, zone, names) = futures_util::join!(
        staff.api.get::<Sending>("/v1/sending"),
        zone(&staff.api),
        staff.names(),
    );
    let (sending, zone) = (sending?, zone?);
    // What is due is looked through one by one: only for those who need it.
    let wanted = admin || sending.is_held();
    let preview = wanted.then(|| staff.api.get::<Preview>("/v1/sending/release"));
    let preview = OptionFuture::from(preview).await.transpose()?;
    let status = refused.map_or(StatusCode::OK, |it| it.problem.status());
    let body = html! {
        (heading("Sending", html! { a.button href="/app/settings" { "All settings" } }))
        (said::notice(said))
        @if let Some(refused) = refused { (alert(&refused.problem)) }
        (state(&names, &sending, zone))
        @if let Some(copy) = &sending.copy { (of_copy(copy, zone)) }
        @if let Some(preview) = preview.as_ref().filter(|_| sending.is_held()) {
            h2 { "What a release would do now" }
            (preview.show(zone))
            @if admin { (releasing(staff, &sending, preview)) }
        } @else if admin { (holding(staff, refused, &preview_of(preview.as_ref()))) }
    };
    Ok((status, page(staff, Section::Settings, "Sending", body).await))
}

fn preview_of(preview: Option<&Preview>) -> String {
    preview.map(Preview::waiting).unwrap_or_default()
}

fn state(names: &Names, sending: &Sending, zone: Tz) -> Markup {
    html! {
        p {
            @if sending.is_held() { (tag("bad", "On hold")) " No message goes out." }
            @else { (tag("good", "On")) " Messages go out when they are due." }
        }
        @if sending.since.is_some() || sending.why.is_some() {
            dl.facts {
                @if let Some(since) = &sending.since { dt { "On hold since" } dd { (dates::moment(since, zone)) } }
                @if let Some(by) = &sending.by {
                    dt { "Held by" }
                    dd { (names.of(by)) }
                }
                @if let Some(why) = &sending.why { dt { "Why" } dd { (why) } }
            }
        }
    }
}

/// Tables that were restored: what was sent since would be sent again.
fn of_copy(copy: &Copy, zone: Tz) -> Markup {
    html! {
        div.warning {
            strong { "These are restored copies of the tables." }
            p {
                "What was sent after the copy was made is not in it, and would be sent again. Before a release, compare "
                "with the logs of the SMS and email providers what went out after that time, and end or skip what must "
                "not go again."
            }
            @if let Some(noticed) = &copy.noticed { p { "Noticed on " (dates::moment(noticed, zone)) "." } }
            p { "Copied: " (copy.tables.iter().map(|it| table_name(it)).collect::<Vec<_>>().join(", ")) "." }
        }
    }
}

fn table_name(table: &str) -> &'static str {
    match table {
        "catalogue" => "programs, templates and settings",
        "people" => "patients",
        "enrolments" => "enrolments and what was sent",
        "intake" => "bookings and what came in",
        "letters" => "letters",
        "work_list" => "the work list",
        _ => "another table",
    }
}

fn releasing(staff: &Staff, sending: &Sending, preview: &Preview) -> Markup {
    let consequence = html! {
        p { strong { (preview.at_once()) } ", and whatever comes due goes out again." }
        @if sending.copy.is_some() {
            p { "From then on these tables are those of the practice: what was sent after they were copied may be sent again." }
        }
        p { "What is sent cannot be taken back." }
    };
    let of = [("messages", preview.accepted())];
    let of: Vec<(&str, &str)> = of.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let confirm =
        confirm(staff, "/app/settings/sending/release", "Release all sending", consequence, &of);
    html! { h3 { "Release" } (confirm) }
}

fn holding(staff: &Staff, refused: Option<&Refused>, due: &str) -> Markup {
    let wrong = refused.and_then(|it| it.problem.of("/why"));
    let why = refused.map_or("", |it| it.why.as_str());
    let consequence = html! {
        p { "From now on no message goes out, at any site." }
        @if !due.is_empty() { p { "At this moment " (due) "." } }
        p { "What comes due waits, and goes out after the release unless it is too late by then." }
        (text("why", "Why").value(why).error(wrong).required().hint("For everybody who sees the banner on every page."))
    };
    html! {
        h2 { "Hold all sending" }
        p { "For when something is wrong: a text with a mistake, phones that are down, a program that should not have run." }
        (confirm(staff, "/app/settings/sending/hold", "Hold all sending", consequence, &[]))
    }
}
