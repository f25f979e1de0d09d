//! Parts of pages.

#![expect(clippy::needless_pass_by_value, reason = "markup is made where it is handed over")]

use maud::{Markup, html};
use serde::Deserialize;

use crate::failure::Problem;
use crate::form::CSRF;
use crate::session::Secret;
use crate::staff::Staff;

/// A form that is ours. Its field `once` is a key of its own: what creates something hands it to the API, which
/// does it once however often it is sent. A browser keeps nothing of it for the next person at this PC.
pub fn form(staff: &Staff, action: &str, body: Markup) -> Markup {
    html! {
        form method="post" action=(action) autocomplete="off" { (hidden(staff)) (body) }
    }
}

/// What stands in every form: for those that are written out.
pub fn hidden(staff: &Staff) -> Markup {
    html! {
        input type="hidden" name=(CSRF) value=(staff.csrf);
        input type="hidden" name="once" value=(Secret::random().as_text());
    }
}

/// Fields that nobody sees.
pub fn values(values: &[(&str, &str)]) -> Markup {
    html! {
        @for (name, value) in values { input type="hidden" name=(name) value=(value); }
    }
}

/// A button that does one thing at once.
pub fn act(staff: &Staff, action: &str, label: &str, of: &[(&str, &str)]) -> Markup {
    html! {
        form.act method="post" action=(action) {
            (hidden(staff)) (values(of))
            button { (label) }
        }
    }
}

/// A button that first says what it would do: opened by itself, and without a script.
pub fn confirm(
    staff: &Staff,
    action: &str,
    label: &str,
    consequence: Markup,
    of: &[(&str, &str)],
) -> Markup {
    confirm_again(staff, (action, label), consequence, of, false)
}

/// The same, which may come open: when it was refused, with what was typed in it.
pub fn confirm_again(
    staff: &Staff,
    (action, label): (&str, &str),
    consequence: Markup,
    of: &[(&str, &str)],
    open: bool,
) -> Markup {
    html! {
        details.confirm open[open] {
            summary { (label) "…" }
            form method="post" action=(action) {
                (hidden(staff)) (values(of))
                div { (consequence) }
                button.danger { (label) }
            }
        }
    }
}

/// The heading of a page, and what can be done there.
pub fn heading(title: &str, actions: Markup) -> Markup {
    html! { div.heading { h1 { (title) } div.actions { (actions) } } }
}

/// Where there is nothing: what to do next.
pub fn empty(body: Markup) -> Markup {
    html! { div.empty { (body) } }
}

/// A word that says how something stands. `tone` is one of `good`, `bad`, `wait`, `off`.
pub fn tag(tone: &str, word: &str) -> Markup {
    html! { span.tag.(tone) { (word) } }
}

/// What is wrong with a form, above it. What belongs to a field stands at the field too.
pub fn alert(problem: &Problem) -> Markup {
    html! {
        div.alert role="alert" tabindex="-1" {
            strong { (problem.title) }
            p { (problem.detail) }
            @if !problem.errors.is_empty() {
                ul {
                    @for error in &problem.errors {
                        li { (in_words(error.place(), &error.parameter)) " " (error.detail) }
                    }
                }
            }
        }
    }
}

/// What one entry of a list is called.
const ONE_OF: [(&str, &str); 8] = [
    ("actions", "action"),
    ("steps", "step"),
    ("holidays", "holiday"),
    ("identifiers", "identifier"),
    ("sites", "site"),
    ("lines", "line"),
    ("starts", "program to start"),
    ("completes", "program to complete"),
];

/// `/actions/0/text` as people say it: “Action 1, text”.
fn in_words(place: &str, parameter: &str) -> String {
    let place = if place.is_empty() { parameter } else { place };
    let mut words = String::new();
    for part in place.split('/').filter(|part| !part.is_empty()) {
        match part.parse::<usize>() {
            Ok(number) => {
                let (before, list) = match words.rsplit_once(", ") {
                    Some((before, list)) => (format!("{before}, "), list),
                    None => (String::new(), words.as_str()),
                };
                let one = ONE_OF.iter().find(|(all, _)| *all == list).map_or(list, |(_, one)| *one);
                words = format!("{before}{one} {}", number + 1);
            }
            Err(_) if words.is_empty() => words = part.replace('_', " "),
            Err(_) => words = format!("{words}, {}", part.replace('_', " ")),
        }
    }
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// What somebody else has saved while a form was filled in, beside what was typed: a name, what is saved now,
/// and what was typed, for each field. The form below it must have the new version, so that sending it again
/// is a decision.
pub fn changed_meanwhile(fields: &[(&str, &str, &str)]) -> Markup {
    let differing = fields.iter().filter(|(_, saved, typed)| saved != typed);
    html! {
        div.warning role="alert" tabindex="-1" {
            strong { "Somebody else saved it while you were typing." }
            p {
                "Nothing of yours is lost, and nothing of theirs was overwritten. Below is what you typed: change "
                "it to what is right, and save again."
            }
            table.stack {
                thead { tr { th { "Field" } th { "Saved now" } th { "You typed" } } }
                tbody {
                    @for (name, saved, typed) in differing {
                        tr {
                            th scope="row" { (name) }
                            td data-label="Saved now" { (saved) }
                            td data-label="You typed" { (typed) }
                        }
                    }
                }
            }
        }
    }
}

/// The way to the next page of a list.
pub fn more(address: &str, next: Option<&str>) -> Markup {
    html! {
        @if let Some(next) = next {
            @let mark = if address.contains('?') { "&" } else { "?" };
            p.more { a href=(format!("{address}{mark}cursor={next}")) { "More" } }
        }
    }
}

/// A page of a list, as the API gives it.
#[derive(Debug, Clone, Deserialize)]
pub struct Items<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// The cursor of the page after it.
    pub next: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn a_place_is_said_in_words() {
        assert_eq!(in_words("/actions/0/send_time", ""), "Action 1, send time");
        assert_eq!(in_words("/letterhead/address/0", ""), "Letterhead, address 1");
        assert_eq!(in_words("/gp/address/lines/1", ""), "Gp, address, line 2");
        assert_eq!(in_words("/name", ""), "Name");
        assert_eq!(in_words("", "site"), "Site");
    }
}
