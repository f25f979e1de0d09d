//! Whether messages go out: the switch that holds everything, and its release.

use axum::extract::Query;
use axum::response::{IntoResponse as _, Redirect, Response};
use chrono_tz::Tz;
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
use crate::html::{Section, alert, confirm, confirm_again, dates, heading, page, said, tag};
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

/// What was refused.
struct Refused {
    problem: Problem,
    of: Act,
}

/// What somebody wanted to do.
enum Act {
    /// Hold all sending, for that reason.
    Hold(String),
    /// Release it, should no more messages go out at once than that; however many there are when it is no number.
    Release(String),
}

impl Refused {
    /// Why, in words for people: what a program would do next is left out. That more would go out is said only
    /// when that is so.
    fn said(&self, now: Option<&Preview>) -> Problem {
        let mut said = self.problem.clone();
        let Act::Release(accepted) = &self.of else { return said };
        if said.status == StatusCode::CONFLICT.as_u16() {
            let accepted = accepted.parse::<u64>().ok();
            said.detail = match now.zip(accepted) {
                Some((now, accepted)) if now.has_more_than(accepted) => MORE.to_owned(),
                _ => without_calls(&said.detail).to_owned(),
            };
        }
        said
    }

    /// The reason for a hold that was refused.
    fn why(&self) -> Option<&str> {
        match &self.of {
            Act::Hold(why) => Some(why),
            Act::Release(_) => None,
        }
    }
}

/// What the API says, up to where it tells a program what to ask next.
fn without_calls(detail: &str) -> &str {
    detail.split_once(" See GET ").map_or(detail, |(said, _)| said)
}

pub(super) async fn show(staff: Staff, Query(said): Query<Said>) -> Result<Response, Failure> {
    Ok(whole(&staff, None, said.said.as_deref()).await?.into_response())
}

pub(super) async fn hold(staff: Staff, form: Posted) -> Result<Response, Failure> {
    let why = form.get("why");
    let asked = staff.api.ask(Method::POST, "/v1/sending/hold").json(&json!({ "why": why }));
    match asked.answer::<IgnoredAny>().await {
        Ok(_) => Ok(Redirect::to("/app/settings/sending?said=held").into_response()),
        Err(failure) => {
            again(&staff, Refused { problem: failure.refusal()?, of: Act::Hold(why) }).await
        }
    }
}

/// Releases, if as many messages go out as the person saw, or fewer.
pub(super) async fn release(staff: Staff, form: Posted) -> Result<Response, Failure> {
    let accepted = form.get("messages");
    let path = at(&["v1", "sending", "release"], &[("messages", &accepted)]);
    match staff.api.ask(Method::POST, &path).answer::<IgnoredAny>().await {
        Ok(_) => Ok(Redirect::to("/app/settings/sending?said=released").into_response()),
        Err(failure) => {
            let problem = failure.refusal()?;
            again(&staff, Refused { problem, of: Act::Release(accepted) }).await
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
    let (sending, names) =
        futures_util::join!(staff.api.get::<Sending>("/v1/sending"), staff.names());
    let sending = sending?;
    // While messages go out nothing else is read: whoever must hold them at once waits for nothing.
    let held = if sending.is_held() { Some(how_it_stands(staff).await?) } else { None };
    let status = refused.map_or(StatusCode::OK, |it| it.problem.status());
    let preview = held.as_ref().and_then(|(preview, _)| preview.as_ref());
    let body = html! {
        (heading("Sending", html! { a.button href="/app/settings" { "All settings" } }))
        (said::notice(said))
        @if let Some(refused) = refused { (alert(&refused.said(preview))) }
        (state(&names, &sending, held.as_ref().map(|(_, zone)| *zone)))
        @if let Some((_, zone)) = &held {
            @if let Some(copy) = &sending.copy { (of_copy(copy, *zone)) }
            h2 { "What a release would do now" }
            @if let Some(preview) = preview {
                (preview.show(*zone))
                @if admin { (releasing(staff, &sending, preview)) }
            } @else {
                div.warning {
                    "It cannot be told just now. Nothing goes out meanwhile: load this page again in a moment"
                    @if admin { ", and release sending when you have seen how much goes out" }
                    "."
                }
            }
        } @else if admin { (holding(staff, refused)) }
    };
    Ok((status, page(staff, Section::Settings, "Sending", body).await))
}

/// What a release would do, unless that cannot be told, and the clock on which it is said. What is due is looked
/// through one by one, so it is asked for by those who need it only, and the page does without it.
async fn how_it_stands(staff: &Staff) -> Result<(Option<Preview>, Tz), Failure> {
    let preview = staff.api.get::<Preview>("/v1/sending/release");
    let (preview, zone) = futures_util::join!(preview, zone(&staff.api));
    let preview = match preview {
        Ok(preview) => Some(preview),
        Err(Failure::SignedOut) => return Err(Failure::SignedOut),
        Err(why) => {
            tracing::warn!(%why, "what a release would do cannot be told");
            None
        }
    };
    Ok((preview, zone?))
}

fn state(names: &Names, sending: &Sending, zone: Option<Tz>) -> Markup {
    html! {
        p {
            @if sending.is_held() { (tag("bad", "On hold")) " No message goes out." }
            @else { (tag("good", "On")) " Messages go out when they are due." }
        }
        @if sending.since.is_some() || sending.why.is_some() {
            dl.facts {
                @if let Some((since, zone)) = sending.since.as_ref().zip(zone) {
                    dt { "On hold since" } dd { (dates::moment(since, zone)) }
                }
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

fn holding(staff: &Staff, refused: Option<&Refused>) -> Markup {
    let wrong = refused.and_then(|it| it.problem.of("/why"));
    let why = refused.and_then(Refused::why);
    let consequence = html! {
        p { "From now on no message goes out, at any site." }
        p { "What comes due waits, and goes out after the release unless it is too late by then." }
        (text("why", "Why").value(why.unwrap_or_default()).error(wrong).required()
            .hint("For everybody who sees the banner on every page."))
    };
    let hold = ("/app/settings/sending/hold", "Hold all sending");
    html! {
        h2 { "Hold all sending" }
        p { "For when something is wrong: a text with a mistake, phones that are down, a program that should not have run." }
        (confirm_again(staff, hold, consequence, &[], why.is_some()))
    }
}

#[cfg(test)]
mod tests {
    use super::without_calls;

    #[test]
    fn what_a_program_would_ask_next_is_not_said_to_people() {
        let said = "Sending was released and is held again. See GET /v1/sending/release; then release it once more.";
        assert_eq!(without_calls(said), "Sending was released and is held again.");
        assert_eq!(without_calls("It was refused."), "It was refused.");
    }
}
