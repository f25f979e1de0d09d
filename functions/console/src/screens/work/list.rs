//! The list itself: one form around all of it, so that something can be done with one item or with many.

use aws::http::Role;
use chrono_tz::Tz;
use maud::{Markup, html};

use super::asked::Asked;
use super::view::Work;
use super::words::{
    OUTCOMES, THENS, age, brief, is_hold, link, name, program, sentence, since, site,
};
use crate::api::at;
use crate::html::field::{area, choice, select};
use crate::html::{Items, empty, hidden, more, values};
use crate::staff::{Names, Staff};

/// What was ticked and typed in the form, should it be shown again.
#[derive(Debug, Clone, Default)]
pub(super) struct Typed {
    pub(super) ticked: Vec<String>,
    pub(super) note: String,
    pub(super) outcome: String,
    pub(super) then: String,
    /// What is wrong with the note, and with the outcome.
    pub(super) wrong: [Option<String>; 2],
    /// Whether the form for notes and outcomes is open.
    pub(super) open: bool,
}

/// The list, with what can be done with it.
pub(super) fn list(
    staff: &Staff,
    asked: &Asked,
    page: &Items<Work>,
    (names, zone): (&Names, Tz),
    typed: &Typed,
) -> Markup {
    if page.items.is_empty() {
        return html! { (nothing(asked)) (more(&asked.first(), page.next.as_deref())) };
    }
    let items = html! {
        ul.list {
            @for work in &page.items { (item(staff, work, (names, zone), typed)) }
        }
    };
    html! {
        @if staff.may(Role::FrontDesk) {
            form method="post" action="/app/work/bulk" {
                (hidden(staff)) (asked.hidden())
                // What the box for all stands for without a script.
                @for work in &page.items { (values(&[("seen", work.id.as_str())])) }
                (bulk(staff, typed, page.items.iter().any(holds)))
                (items)
            }
        } @else {
            (items)
        }
        (more(&asked.first(), page.next.as_deref()))
    }
}

/// Whether a patient's program waits for it.
fn holds(work: &Work) -> bool {
    work.enrolment.is_some() && is_hold(&work.kind)
}

fn nothing(asked: &Asked) -> Markup {
    empty(html! {
        @if asked.is_narrowed() {
            p { "Nothing that waits is like this." }
            p { a href="/app/work" { "See all that waits" } }
        } @else {
            p { strong { "Nothing waits for a person." } }
            p {
                "What pauses, fails or is answered comes here. Meanwhile: "
                a href="/app/letters?state=waiting" { "print the letters that wait" }
                ", or " a href="/app/patients" { "put a patient on a program" } "."
            }
        }
    })
}

/// What is done with all that are ticked. The first button is the least: it is what Enter does.
fn bulk(staff: &Staff, typed: &Typed, some_hold: bool) -> Markup {
    let outcomes = OUTCOMES.iter().filter(|(.., clinical)| !clinical || staff.may(Role::Clinician));
    let outcomes = outcomes.map(|&(value, words, _)| choice(value, words));
    let outcomes = std::iter::once(choice("", "Choose…")).chain(outcomes);
    // To end a program is decided patient by patient: on the item's page, which says how much is not sent.
    let thens = THENS.iter().filter(|(value, ..)| *value != "end");
    let thens = thens.map(|&(value, words, _)| choice(value, words));
    let thens = std::iter::once(choice("", "Nothing waits for it")).chain(thens);
    let [note, outcome] = typed.wrong.each_ref().map(Option::as_deref);
    html! {
        div.card {
            div.row {
                label.choice { input type="checkbox" name="all" data-all="item"; span { "All on this page" } }
                button name="do" value="take" { "Take the ticked" }
                button name="do" value="back" { "Give back the ticked" }
            }
            details open[typed.open] {
                summary { "Write a note on the ticked, or resolve them" }
                (area("note", "Note", 2).value(&typed.note).error(note)
                    .hint("Kept with each, and in the history of the patient's program."))
                button name="do" value="note" { "Write the note on the ticked" }
                div.fields {
                    (select("outcome", "What came of it", outcomes).value(&typed.outcome).error(outcome))
                    @if some_hold {
                        (select("then", "The patient's program", thens).value(&typed.then)
                            .hint("Only for items a program waits for, at a pause or after a failure: those need it."))
                    }
                }
                button name="do" value="resolve" { "Resolve the ticked" }
            }
        }
    }
}

fn item(staff: &Staff, work: &Work, (names, zone): (&Names, Tz), typed: &Typed) -> Markup {
    let acts = staff.may(Role::FrontDesk);
    html! {
        li.pick id=(format!("w-{}", work.id)) {
            @if acts {
                label {
                    input type="checkbox" name="item" value=(work.id)
                        checked[typed.ticked.contains(&work.id)];
                    span.hidden { "Tick " (brief(work)) }
                }
            }
            div {
                h3 {
                    a href=(at(&["app", "work", &work.id], &[])) { (sentence(&work.kind)) }
                    " " (age(work.waiting_days))
                }
                @if let Some(patient) = &work.patient {
                    p { (link(patient)) @if let Some(it) = &work.program { " · " (program(it)) } }
                } @else if let Some(it) = &work.program {
                    p { (program(it)) }
                }
                p { (work.summary) }
                @if let Some(reply) = &work.reply {
                    blockquote { (reply) }
                }
                (notes(work, names))
                p.small.soft { (standing(work, names, zone)) }
                @if acts { div.row { (quick(staff, work)) } }
            }
        }
    }
}

/// The last of its notes: all of them are on its page.
fn notes(work: &Work, names: &Names) -> Markup {
    html! {
        @if let Some(last) = work.notes.last() {
            p.small {
                "Note by " (names.of(&last.by)) ": “" (last.text) "”"
                @if work.notes.len() > 1 { " and " (work.notes.len() - 1) " before" }
            }
        }
    }
}

/// Since when it waits, where, and who has it.
fn standing(work: &Work, names: &Names, zone: Tz) -> Markup {
    html! {
        "Since " (since(work, zone))
        @if let Some(it) = &work.site { " · " (site(it)) }
        " · "
        @match &work.assignee {
            Some(who) => { "With " strong { (names.of(who)) } }
            None => "With nobody"
        }
    }
}

/// What is most often done with one: a button each, in the form of the list.
fn quick(staff: &Staff, work: &Work) -> Markup {
    let about = work.patient.as_ref().map(|it| format!(" for {}", name(it))).unwrap_or_default();
    let one = |act: &str, label: &str| {
        html! {
            button name="one" value=(format!("{act} {}", work.id)) {
                (label) span.hidden { ": " (sentence(&work.kind)) (about) }
            }
        }
    };
    let is_mine = work.assignee.as_deref() == Some(&staff.subject);
    html! {
        @if is_mine { (one("back", "Give back")) } @else { (one("take", "Take it")) }
        @if holds(work) {
            @match work.kind.as_str() {
                "paused" => (one("advance", "Done, go on")),
                "failed" => { (one("retry", "Try again")) (one("skip", "Leave it out")) }
                _ => ""
            }
        }
        a.button href=(at(&["app", "work", &work.id], &[])) {
            "More" span.hidden { " on " (sentence(&work.kind)) (about) }
        }
    }
}
