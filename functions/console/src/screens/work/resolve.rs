//! Saying what came of an item, and what happens to the patient's program by it.

use aws::http::Role;
use maud::{Markup, html};

use super::item::Typed;
use super::view::{Enrolment, Work};
use super::words::{OUTCOMES, THENS, is_hold};
use crate::api::at;
use crate::html::field::{Choice, area, check, choice, radios};
use crate::html::form;
use crate::staff::Staff;

/// The form.
pub(super) fn section(
    staff: &Staff,
    work: &Work,
    enrolment: Option<&Enrolment>,
    typed: &Typed,
) -> Markup {
    let to = at(&["app", "work", &work.id, "resolve"], &[]);
    let outcomes = OUTCOMES.iter().filter(|(.., clinical)| !clinical || staff.may(Role::Clinician));
    let outcomes = outcomes.map(|&(value, words, _)| choice(value, words));
    let thens = thens(work, enrolment);
    let asks_receipt = work.kind == "unclear" && thens.iter().any(|it| it.value == "retry");
    html! {
        section.card aria-labelledby="resolve-name" {
            h2 id="resolve-name" { "Resolve it" }
            @if work.kind == "possible_duplicate" {
                p { "If they are two people, choose “Not needed”: it is not asked again." }
            }
            (form(staff, &to, html! {
                (radios("outcome", "What came of it", outcomes)
                    .value(typed.form.get("outcome")).error(typed.wrong("/outcome")).required())
                @if !thens.is_empty() {
                    @let field = radios("then", "The patient's program", thens.clone())
                        .value(typed.form.get("then")).error(typed.wrong("/then"));
                    @if thens.iter().any(|it| it.value.is_empty()) { (field) } @else { (field.required()) }
                }
                @if asks_receipt {
                    (check(
                        "not_received", "The patient has not received the message: I have found that out",
                        typed.form.has("not_received"),
                    ).hint("Needed to try it again, so that nobody gets the same message twice."))
                }
                (area("note", "Note", 2).value(typed.form.get("note")).error(typed.wrong("/note")))
                button.primary { "Resolve it" }
            }))
        }
    }
}

/// What may happen to the patient's program. Where it is held for this, something must.
fn thens(work: &Work, enrolment: Option<&Enrolment>) -> Vec<Choice> {
    let Some(enrolment) = enrolment else { return Vec::new() };
    if !matches!(enrolment.status.as_str(), "held" | "active") {
        return Vec::new();
    }
    let is_held = enrolment.status == "held" && is_hold(&work.kind);
    let mut choices = Vec::new();
    // A letter's doubt may stand beside a hold of something else.
    if !is_held || work.kind == "unclear" {
        choices.push(choice("", "Leave it as it is"));
    }
    let offered = THENS.iter().filter(|(value, ..)| match *value {
        "advance" | "skip" => is_held,
        "retry" => is_held && work.kind != "paused",
        _ => true,
    });
    let ahead = |it: &&str| matches!(*it, "waiting" | "held" | "ahead");
    let ahead = enrolment.steps.iter().map(|it| it.state.as_str()).filter(ahead).count();
    choices.extend(offered.map(|&(value, label, hint)| {
        let hint = match value {
            "skip" if work.kind == "paused" => {
                "The pause is left out; the next action follows.".to_owned()
            }
            "end" => format!("{hint} {}", still_to_come(ahead)),
            _ => hint.to_owned(),
        };
        choice(value, label).hint(hint)
    }));
    choices
}

fn still_to_come(ahead: usize) -> String {
    match ahead {
        0 => "No action of this cycle is still to come.".to_owned(),
        1 => "1 action of this cycle is still to come.".to_owned(),
        n => format!("{n} actions of this cycle are still to come."),
    }
}
