//! The page of a template.

use axum::extract::{Path, Query};
use axum::response::{IntoResponse as _, Response};
use http::Method;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use super::editor::{self, Editor, Saved, used_by};
use super::look::{Look, look};
use super::model::{Channel, Filled, Template, Typed, users};
use crate::api::at;
use crate::failure::Failure;
use crate::html::{Section, dates, heading, page};
use crate::screens::lists::zone;
use crate::staff::Staff;
use aws::http::Role;

/// For which channel a template is begun.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Begun {
    channel: String,
}

/// What was done before.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Said {
    said: Option<String>,
}

/// An empty editor; without a channel, the three to choose from.
pub(super) async fn new(staff: Staff, Query(begun): Query<Begun>) -> Result<Response, Failure> {
    if !staff.may(Role::Admin) {
        return Ok(axum::response::Redirect::to("/app/templates").into_response());
    }
    let Some(channel) = Channel::parse(&begun.channel) else {
        let body = html! {
            (heading("New template", html! {}))
            p { "How is it sent?" }
            div.row {
                @for it in Channel::ALL {
                    a.button href=(at(&["app", "templates", "new"], &[("channel", it.as_str())])) { (it.name()) }
                }
            }
        };
        return Ok(page(&staff, Section::Templates, "New template", body).await.into_response());
    };
    let editor = Editor {
        typed: Typed::new(channel),
        saved: None,
        problem: None,
        merge: None,
        said: None,
        unsaved: false,
    };
    Ok(editor::show(&staff, editor).await?.into_response())
}

/// Its editor, or for those who may not change it what it says.
pub(super) async fn show(
    staff: Staff,
    Path(id): Path<String>,
    Query(said): Query<Said>,
) -> Result<Response, Failure> {
    let path = at(&["v1", "templates", &id], &[]);
    if !staff.may(Role::Admin) {
        return Ok(to_read(&staff, &id, &path).await?.into_response());
    }
    let read = staff.api.read::<Template>(&path).await?;
    let editor = Editor {
        typed: Typed::of(&read.it),
        saved: Some(Saved { id, version: read.version }),
        problem: None,
        merge: None,
        said: said.said,
        unsaved: false,
    };
    Ok(editor::show(&staff, editor).await?.into_response())
}

async fn to_read(staff: &Staff, id: &str, path: &str) -> Result<Markup, Failure> {
    let filling = at(&["v1", "templates", id, "preview"], &[]);
    let filled = async {
        match staff.api.ask(Method::POST, &filling).json(&json!({})).answer::<Filled>().await {
            Ok(filled) => Ok(Look::Filled(Box::new(filled))),
            Err(failure) => failure.refusal().map(Look::Wrong),
        }
    };
    let (template, filled, users, zone) = futures_util::try_join!(
        staff.api.get::<Template>(path),
        filled,
        users(&staff.api, id),
        zone(&staff.api),
    )?;
    let versions = at(&["app", "templates", id, "versions"], &[]);
    let links = html! {
        a.button href="/app/templates" { "All templates" }
        a.button href=(versions) { "Earlier versions" }
    };
    let body = html! {
        (heading(&template.name, links))
        div.split.wide-left {
            div {
                (says(&template))
                @if let Some(saved) = &template.saved_at { p.soft { "Saved on " (dates::moment(saved, zone)) } }
                (used_by(&users))
            }
            section aria-labelledby="looks" {
                h2 #looks { "How patients read it" }
                (look(template.channel, &filled))
            }
        }
        (frame(&template))
    };
    Ok(page(staff, Section::Templates, &template.name, body).await)
}

/// The whole of it, laid out.
fn frame(template: &Template) -> Markup {
    let (title, page) = match template.channel {
        Channel::Sms => return html! {},
        Channel::Email => ("The email on a phone and on a desktop", "frame"),
        Channel::Letter => ("The letter as it is printed", "letter"),
    };
    let address = at(&["app", "templates", &template.id, page], &[]);
    html! { iframe.look-frame title=(title) src=(address) {} }
}

/// What a template says, to be read.
pub(super) fn says(template: &Template) -> Markup {
    html! {
        dl.facts {
            dt { "Sent as" } dd { (template.channel.name()) }
            @if let Some(subject) = &template.subject { dt { "Subject" } dd { (subject) } }
            dt { "Text" } dd { pre.preview { (template.body) } }
        }
    }
}
