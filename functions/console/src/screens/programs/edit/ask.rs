//! What is asked before a save that patients feel, and what is shown when somebody else saved meanwhile.

use maud::{Markup, html};

use super::super::frame::Tab;
use super::super::lists::Template;
use super::super::model::Program;
use super::super::versions::differences;
use super::page::kept;
use super::save::Impact;
use super::typed::Typed;
use crate::html::hidden;
use crate::staff::Staff;

/// “1 patient”, “3 patients”.
fn patients(many: u64) -> String {
    if many == 1 { "1 patient".to_owned() } else { format!("{many} patients") }
}

/// What the save would do, with all that was typed.
pub(super) fn question(staff: &Staff, saved: &Program, typed: &Typed, impact: &Impact) -> Markup {
    let least = if impact.complete { "" } else { "at least " };
    let button = match (impact.due_at_once, impact.complete) {
        (0, true) => "Save".to_owned(),
        (due, true) => format!("Save, and contact {} at once", patients(due)),
        (_, false) => "Save, however many are contacted at once".to_owned(),
    };
    let mut all = typed.clone();
    all.set("accept", &impact.accepted());
    html! {
        div.warning role="status" {
            strong { "Not saved yet. Patients are on this program." }
            ul {
                li { (patients(impact.patients)) " on it were looked at" @if !impact.complete { ", and there are more" } "." }
                li { "For " (least) (patients(impact.changed)) " the next action would be another one, or at another time." }
                li { "For " (least) (patients(impact.due_at_once)) " an action would be due at once." }
                @if impact.unreadable > 0 {
                    li { "Of " (patients(impact.unreadable)) " nothing can be said: their records cannot be read." }
                }
            }
        }
        form method="post" action=(Tab::Edit.address(&saved.id)) {
            (hidden(staff))
            (kept(&all))
            div.row {
                button.primary name="save" value="1" { (button) }
                button name="back" value="1" { "Back, to change it" }
                a.button href=(Tab::Overview.address(&saved.id)) { "Leave it as it was" }
            }
        }
    }
}

/// What differs between what is saved and what was typed: a name, theirs, ours.
pub(super) fn differing(
    saved: &Program,
    typed: &Typed,
    templates: &[Template],
) -> Vec<(String, String, String)> {
    if let Some(ours) = typed.program(saved) {
        return differences(saved, &ours, templates);
    }
    let theirs = format!("“{}”, version {}", saved.name, saved.version);
    let ours = "What is below, with something that is no number".to_owned();
    vec![("The program".to_owned(), theirs, ours)]
}
