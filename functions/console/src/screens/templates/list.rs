//! The list of templates.

use axum::extract::Query;
use maud::{Markup, html};
use serde::Deserialize;

use super::model::{Channel, Template};
use crate::api::at;
use crate::failure::Failure;
use crate::html::field::{choice, input, select};
use crate::html::{Items, Section, dates, empty, heading, more, page, said};
use crate::screens::lists::zone;
use crate::staff::Staff;
use aws::http::Role;

/// What is looked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    channel: String,
    cursor: String,
    said: Option<String>,
}

/// How much of a text is shown in the list, in characters.
const SHOWN: usize = 90;

pub(super) async fn list(staff: Staff, Query(asked): Query<Asked>) -> Result<Markup, Failure> {
    let (q, channel, cursor) = (asked.q.trim(), asked.channel.as_str(), asked.cursor.as_str());
    let address = at(&["v1", "templates"], &[("q", q), ("channel", channel), ("cursor", cursor)]);
    let (found, zone) =
        futures_util::try_join!(staff.api.get::<Items<Template>>(&address), zone(&staff.api))?;
    let here = at(&["app", "templates"], &[("q", q), ("channel", channel)]);
    let filtered = !q.is_empty() || !channel.is_empty();
    let body = html! {
        (heading("Templates", new_buttons(&staff)))
        (said::notice(asked.said.as_deref()))
        form.filters method="get" action="/app/templates" data-auto {
            (input("search", "q", "Part of the name").value(q))
            (select("channel", "Sent as", channels()).value(channel))
            button { "Show" }
        }
        @if found.items.is_empty() { (nothing(&staff, filtered)) } @else {
            table.stack {
                caption.hidden { "Templates" }
                thead { tr {
                    th scope="col" { "Name" } th scope="col" { "Sent as" }
                    th scope="col" { "Begins with" } th scope="col" { "Saved" }
                } }
                tbody {
                    @for it in &found.items {
                        tr {
                            th scope="row" { a href=(at(&["app", "templates", &it.id], &[])) { (it.name) } }
                            td data-label="Sent as" { (it.channel.name()) }
                            td data-label="Begins with" { (beginning(it)) }
                            td data-label="Saved" {
                                @if let Some(saved) = &it.saved_at { (dates::moment(saved, zone)) }
                            }
                        }
                    }
                }
            }
            (more(&here, found.next.as_deref()))
        }
    };
    Ok(page(&staff, Section::Templates, "Templates", body).await)
}

fn channels() -> impl Iterator<Item = crate::html::field::Choice> {
    let all = std::iter::once(choice("", "Anything"));
    all.chain(Channel::ALL.map(|it| choice(it.as_str(), it.name())))
}

fn new_buttons(staff: &Staff) -> Markup {
    html! {
        @if staff.may(Role::Admin) {
            @for it in Channel::ALL {
                a.button href=(at(&["app", "templates", "new"], &[("channel", it.as_str())])) {
                    "New " (it.one())
                }
            }
        }
    }
}

fn nothing(staff: &Staff, filtered: bool) -> Markup {
    empty(html! {
        @if filtered {
            p { "No template fits. " a href="/app/templates" { "Show all templates" } }
        } @else if staff.may(Role::Admin) {
            p { "There are no templates yet. Write the first one: programs send what templates say." }
        } @else {
            p { "There are no templates yet. An admin writes them." }
        }
    })
}

/// The first words of what it says, on one line.
fn beginning(template: &Template) -> String {
    let text = template.subject.as_ref().unwrap_or(&template.body);
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}
