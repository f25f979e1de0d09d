//! The page of the editor: properties and actions in one form.

use maud::{Markup, html};
use serde::Deserialize;

use super::super::fields;
use super::super::frame::Tab;
use super::super::lists::Template;
use super::super::model::{Completion, Does, Kind, Program};
use super::super::words;
use super::action::One;
use super::typed::Typed;
use crate::failure::Problem;
use crate::form::LOADED;
use crate::html::field::{choice, input, radios, text};
use crate::html::{alert, hidden};
use crate::staff::Staff;

/// What can be filled in for each patient.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Tag {
    pub(super) name: String,
    pub(super) meaning: String,
}

/// The editor of a program.
pub(super) struct Editor<'a> {
    pub(super) staff: &'a Staff,
    pub(super) saved: &'a Program,
    pub(super) typed: &'a Typed,
    pub(super) templates: &'a [Template],
    pub(super) tags: &'a [Tag],
    pub(super) problem: Option<&'a Problem>,
    /// The button that has the focus, and the action it is of.
    pub(super) focus: Option<(&'static str, &'a str)>,
    /// Whether something in it is not saved.
    pub(super) unsaved: bool,
}

impl Editor<'_> {
    pub(super) fn address(&self) -> String {
        Tab::Edit.address(&self.saved.id)
    }

    fn wrong(&self, pointer: &str) -> Option<&str> {
        self.problem.and_then(|problem| problem.of(pointer))
    }

    pub(super) fn form(&self) -> Markup {
        let typed = self.typed;
        let guard = if self.unsaved { "typed" } else { "" };
        html! {
            form #editor method="post" action=(self.address()) novalidate data-guard=(guard) {
                (hidden(self.staff))
                input type="hidden" name="version" value=(typed.get("version"));
                input type="hidden" name=(LOADED) value=(typed.get(LOADED));
                @for key in typed.all("had") { input type="hidden" name="had" value=(key); }
                // The first button is what the Enter key presses.
                button.hidden name="save" value="1" tabindex="-1" aria-hidden="true" { "Save" }
                @if let Some(problem) = self.problem { (alert(problem)) }
                h2 { "Actions" }
                (self.actions())
                h2 { "Properties" }
                div.card { (self.properties()) }
                div.row {
                    button.primary name="save" value="1" { "Save" }
                    a.button href=(Tab::Overview.address(&self.saved.id)) { "Cancel" }
                }
                p.hint { "Nothing is saved, and nothing is sent, until you save." }
            }
        }
    }

    fn actions(&self) -> Markup {
        let keys = self.typed.keys();
        let count = keys.len();
        html! {
            @if let Some(wrong) = self.wrong("/actions") { p.error { "Actions " (wrong) } }
            @if keys.is_empty() {
                p.soft { "It does nothing yet. Add its first action." }
            }
            ol.list.steps data-sortable hx-post=(self.address()) hx-trigger="sorted" hx-target="#editor"
                hx-select="#editor" hx-swap="outerHTML" {
                @for (place, key) in keys.iter().enumerate() {
                    (One { editor: self, key, place, last: place + 1 == count }.item())
                }
            }
            div.row.add {
                span #adding { "Add at the end:" }
                @for does in Does::ALL {
                    button name="add" value=(does.code()) formnovalidate hx-post=(self.address())
                        hx-target="#editor" hx-select="#editor" hx-swap="outerHTML"
                        autofocus[self.focus == Some(("added", does.code()))] {
                        span.hidden { "Add " } (words::does(does))
                    }
                }
            }
        }
    }

    fn properties(&self) -> Markup {
        let typed = self.typed;
        let kind = self.saved.kind;
        html! {
            (text("name", "Name").value(typed.get("name")).required().with("maxlength", "80")
                .with("autocomplete", "off")
                .hint("Patients may read it in messages: keep it short and clear.").error(self.wrong("/name")))
            @if kind.repeats() {
                (fields::course_fields(|name| typed.get(name).to_owned(), self.problem))
                (radios("next_cycle", "The next cycle counts from", [
                    choice("first_date", "The first date").hint("Each cycle is one frequency after the one before."),
                    choice("completing_booking", "The booking that completed the cycle before")
                        .hint("Where no booking did, it counts from the first date."),
                ]).value(typed.get("next_cycle")).error(self.wrong("/next_cycle")))
            }
            (fields::purpose(typed.get("purpose"), self.wrong("/purpose")))
            (fields::clinical(typed.has("clinically_significant")))
            (completion(typed.get("completion"), self.wrong("/completion"), Some(&self.saved.id)))
            (self.reopening())
            @if kind == Kind::Referral { (self.referrals()) }
        }
    }

    fn reopening(&self) -> Markup {
        let policies = [
            choice("at_once", "It goes on where it stood, at once"),
            choice("after_days", "It goes on after some days"),
            choice("ask_staff", "It comes on the work list, and somebody decides"),
        ];
        let typed = self.typed;
        html! {
            div.reopening {
                (radios("reopening", "When the booking that completed a cycle is cancelled or missed", policies)
                    .value(typed.get("reopening")).error(self.wrong("/reopening/policy")))
                div.days {
                    (input("number", "reopening_days", "After how many days").value(typed.get("reopening_days"))
                        .with("min", "1").with("max", "366").error(self.wrong("/reopening/days")))
                }
            }
        }
    }

    fn referrals(&self) -> Markup {
        let origins = [
            choice("external", "Referrals from outside the practice"),
            choice("any", "Any referral").hint("Also those that our own outbound referrals make."),
        ];
        html! {
            (radios("referral_origins", "Started by", origins).value(self.typed.get("referral_origins"))
                .error(self.wrong("/referral_origins")))
            (text("referral_types", "Types of referral").value(self.typed.get("referral_types"))
                .hint("Their codes, with commas between them. Empty: any type.")
                .error(self.problem.and_then(|it| it.within("/referral_types").next()).map(|it| it.detail.as_str())))
        }
    }
}

/// Which bookings complete a cycle (“Booking Types to Complete Cycle”); in the editor with the way to where
/// types are selected.
pub(in super::super) fn completion(
    value: &str,
    error: Option<&str>,
    program: Option<&str>,
) -> Markup {
    let names = ["Ignore", "Any", "Selected"];
    let choices = Completion::ALL
        .into_iter()
        .zip(names)
        .map(|(it, name)| choice(it.code(), name).hint(words::completion(it)));
    html! {
        (radios("completion", "Booking Types to Complete Cycle", choices).value(value).error(error))
        @if let Some(program) = program {
            p.hint {
                "Which types are selected is said on the page "
                a href=(Tab::BookingTypes.address(program)) { "Booking types" } "."
            }
        }
    }
}

/// All that is typed, in fields that nobody sees: for the question before a save.
pub(super) fn kept(typed: &Typed) -> Markup {
    html! {
        @for (name, value) in typed.fields() { input type="hidden" name=(name) value=(value); }
    }
}
