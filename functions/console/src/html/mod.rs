//! The frame of a page, and the parts that pages are made of.
//!
//! Whatever is put into a page by `(…)` in [`maud::html`] is escaped. There is no inline style and no inline
//! script: the policy of the pages allows neither.

pub mod dates;
pub mod field;
pub mod kept;
mod parts;
pub mod said;

use aws::http::Role;
use maud::{DOCTYPE, Markup, html};

pub use parts::*;

use crate::assets;
use crate::staff::{Sending, Staff};

/// The sections of the console, as the navigation has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// What waits for a person: the home page.
    Work,
    /// Patients, and what they are on.
    Patients,
    /// Programs and their actions.
    Programs,
    /// Texts of messages.
    Templates,
    /// The distribution list.
    Letters,
    /// Booking types, sites, holidays, what the practice has set.
    Settings,
}

impl Section {
    const ALL: [Self; 6] = [
        Self::Work,
        Self::Patients,
        Self::Programs,
        Self::Templates,
        Self::Letters,
        Self::Settings,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Work => "Work list",
            Self::Patients => "Patients",
            Self::Programs => "Programs",
            Self::Templates => "Templates",
            Self::Letters => "Letters",
            Self::Settings => "Settings",
        }
    }

    const fn address(self) -> &'static str {
        match self {
            Self::Work => "/app/work",
            Self::Patients => "/app/patients",
            Self::Programs => "/app/programs",
            Self::Templates => "/app/templates",
            Self::Letters => "/app/letters",
            Self::Settings => "/app/settings",
        }
    }
}

/// A whole page for somebody who is signed in.
pub async fn page(staff: &Staff, section: Section, title: &str, body: Markup) -> Markup {
    let sending = staff.sending().await;
    html! {
        (DOCTYPE)
        html lang="en" {
            (head(title, true))
            body hx-headers=(format!("{{\"x-csrf-token\":\"{}\"}}", staff.csrf)) {
                a.skip href="#main" { "Skip to the page" }
                header.top {
                    a.brand href="/app/work" { (staff.practice) }
                    nav aria-label="Main" {
                        @for it in Section::ALL {
                            a href=(it.address()) aria-current=[(it == section).then_some("page")] {
                                (it.name())
                            }
                        }
                    }
                    div.who {
                        span title=(staff.name) { (staff.name) }
                        span.role { (role_name(staff.role)) }
                        form method="post" action="/sign-out" { button.quiet { "Sign out" } }
                    }
                }
                (banner(sending.as_ref()))
                main #main tabindex="-1" { (body) }
            }
        }
    }
}

fn head(title: &str, with_scripts: bool) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            title { (title) " · Patient Connect" }
            link rel="stylesheet" href=(assets::address("style"));
            link rel="icon" type="image/svg+xml" href=(assets::address("icon"));
            @if with_scripts {
                // No eval, no inline style: the policy of the page allows neither. A refusal shows its page.
                meta name="htmx-config" content=(
                    "{\"allowEval\":false,\"includeIndicatorStyles\":false,\"historyCacheSize\":0,\"allowScriptTags\":false,\
                      \"responseHandling\":[{\"code\":\"204\",\"swap\":false},\
                      {\"code\":\"[2345]..\",\"swap\":true}]}"
                );
                script defer src=(assets::address("htmx")) {}
                script defer src=(assets::address("console")) {}
            }
        }
    }
}

/// Whatever staff do while nothing goes out must be done knowing it.
fn banner(sending: Option<&Sending>) -> Markup {
    let held = sending.filter(|it| it.state == "held");
    let copy = sending.is_some_and(|it| it.copy.is_some());
    html! {
        @if let Some(held) = held {
            div.banner role="status" {
                strong { "All sending is on hold." }
                " Nothing goes out until an admin releases it."
                @if let Some(why) = &held.why { " Why: " (why) "." }
                " " a href="/app/settings/sending" { "See what waits" }
            }
        }
        @if copy {
            div.banner role="status" {
                strong { "These are restored copies of the tables." }
                " Nothing is sent from them until an operator releases it."
                " " a href="/app/settings/sending" { "What to do" }
            }
        }
    }
}

/// What a role is called.
pub const fn role_name(role: Role) -> &'static str {
    match role {
        Role::Viewer => "Viewer",
        Role::FrontDesk => "Front desk",
        Role::Clinician => "Clinician",
        Role::Admin => "Admin",
    }
}

/// A page for somebody of whom nothing is known: why there is no other.
pub fn standalone(title: &str, detail: &str) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            (head(title, false))
            body.alone {
                main #main {
                    h1 { (title) }
                    p { (detail) }
                    p { a href="/app/work" { "Go to the work list" } }
                }
            }
        }
    }
}

/// The page of somebody who may do nothing yet.
pub fn without_a_role(name: &str) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            (head("No role yet", false))
            body.alone {
                main #main {
                    h1 { "No role yet" }
                    p {
                        "You are signed in as " strong { (name) } ", but nobody has given you a role. Ask an admin "
                        "of the practice to put you into a group, then load this page again."
                    }
                    form method="post" action="/sign-out" { button { "Sign out" } }
                }
            }
        }
    }
}

/// The page before and after everything: a way in.
pub fn at_the_door(detail: &str) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            (head("Sign in", false))
            body.alone {
                main #main {
                    h1 { "Patient Connect" }
                    p { (detail) }
                    p { a.button.primary href="/sign-in" { "Sign in" } }
                }
            }
        }
    }
}
