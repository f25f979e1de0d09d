//! The fields of one action.

use maud::{Markup, html};

use super::super::fields::UNITS;
use super::super::model::{Does, Kind, Timing};
use super::super::words;
use super::page::Editor;
use super::typed::{WRITTEN_HERE, of};
use crate::api::at;
use crate::html::field::{Choice, Field, area, check, choice, input, radios, select, text};

/// An action in the editor.
pub(super) struct One<'a> {
    pub(super) editor: &'a Editor<'a>,
    pub(super) key: &'a str,
    /// Its place, from 0.
    pub(super) place: usize,
    pub(super) last: bool,
}

impl One<'_> {
    fn does(&self) -> Does {
        self.editor.typed.does(self.key)
    }

    fn name(&self, field: &str) -> String {
        of(self.key, field)
    }

    fn value(&self, field: &str) -> &str {
        self.editor.typed.get_of(self.key, field)
    }

    fn ticked(&self, field: &str) -> bool {
        self.editor.typed.has_of(self.key, field)
    }

    /// What is wrong at that place of this action.
    fn wrong(&self, pointer: &str) -> Option<&str> {
        let problem = self.editor.problem?;
        problem.of(&format!("/actions/{}{pointer}", self.place))
    }

    pub(super) fn item(&self) -> Markup {
        let does = self.does();
        let (number, name) = (self.place + 1, words::does(does));
        html! {
            li {
                (crate::html::values(&[("action", self.key), (&self.name("type"), does.code())]))
                fieldset.step {
                    legend { (number) ". " (name) }
                    div.row.tools {
                        span.handle draggable="true" aria-hidden="true" title="Drag it to another place" { "⠿" }
                        (self.button("up", "Up", self.place == 0))
                        (self.button("down", "Down", self.last))
                        (self.button("drop", "Remove", false))
                    }
                    @if let Some(wrong) = self.wrong("/id").or_else(|| self.wrong("")) {
                        p.error { "This action " (wrong) }
                    }
                    (self.when())
                    @if does != Does::Pause { (self.message(does)) }
                }
            }
        }
    }

    /// What moves it, or takes it out. The one that was pressed keeps the focus. None is called `remove`: a form
    /// with a button of that name cannot be taken out of a page by a script.
    fn button(&self, what: &'static str, label: &str, off: bool) -> Markup {
        let focus = self.editor.focus == Some((what, self.key));
        html! {
            @if !off {
                button.small name=(what) value=(self.key) formnovalidate autofocus[focus]
                    hx-post=(self.editor.address()) hx-target="#editor" hx-select="#editor" hx-swap="outerHTML" {
                    (label)
                    span.hidden { ": " (self.place + 1) ". " (words::does(self.does())) }
                }
            }
        }
    }

    fn when(&self) -> Markup {
        let does = self.does();
        let kind = self.editor.saved.kind;
        let reference = words::reference(kind);
        let whens = [
            choice("before", format!("Before {reference}")),
            choice("on", format!("On {reference}")),
            choice("after", format!("After {reference}")),
            choice(
                "enrolled",
                if self.place == 0 {
                    "As soon as the patient is added"
                } else {
                    "Right after the action above"
                },
            ),
        ];
        let sentence = format!("w-{}", self.key);
        let first = if self.place == 0 { "1" } else { "" };
        let words = at(
            &["app", "programs", "timing"],
            &[("key", self.key), ("type", kind.code()), ("first", first)],
        );
        let label = if does == Does::Pause { "Waits from" } else { "When" };
        let focus = self.editor.focus == Some(("add", self.key));
        let when = select(&self.name("when"), label, whens).value(self.value("when"));
        let when = if focus { when.autofocus() } else { when };
        html! {
            // The list around it says otherwise what is taken from an answer, and where it is put.
            div.timing hx-post=(words) hx-trigger="change, input delay:300ms" hx-target=(format!("#{sentence}"))
                hx-select="unset" hx-swap="innerHTML" {
                div.fields {
                    (when.error(self.wrong("/timing/when").or_else(|| self.wrong("/timing"))))
                    div.distance {
                        (input("number", &self.name("amount"), "How many").value(self.value("amount"))
                            .with("min", "1").error(self.wrong("/timing/amount")))
                    }
                    div.distance {
                        (select(&self.name("unit"), "Unit", UNITS.map(|unit| choice(unit, unit)))
                            .value(self.value("unit")).error(self.wrong("/timing/unit")))
                    }
                    div.at {
                        (input("time", &self.name("at"), "Time of day").value(self.value("at"))
                            .hint("On the site's clock. May be empty.").error(self.wrong("/timing/at")))
                    }
                }
                p.said id=(sentence) role="status" { (self.sentence()) }
            }
        }
    }

    fn sentence(&self) -> String {
        let timing = serde_json::from_value(self.editor.typed.timing(self.key)).ok();
        sentence(timing.as_ref(), self.editor.saved.kind, self.place == 0)
    }

    fn message(&self, does: Does) -> Markup {
        html! {
            (self.template(does))
            @match does {
                Does::Sms => (self.reply()),
                Does::LetterToPatient | Does::LetterToGp => (self.print()),
                Does::Email | Does::Pause => {}
            }
            (check(&self.name("pause_on_error"), "Pause on Error", self.ticked("pause_on_error"))
                .hint("When it cannot be sent, the patient waits on the work list. Un-ticked, it is skipped and \
                       the next action goes on.").error(self.wrong("/pause_on_error")))
            @if matches!(does, Does::Sms | Does::Email) {
                (check(&self.name("ignore_window"), "Goes at any hour", self.ticked("ignore_window"))
                    .hint("Else it waits for the sending hours of the site.").error(self.wrong("/ignore_window")))
            }
            @if does == Does::Email && self.editor.saved.kind == Kind::Booking {
                (check(&self.name("attach_calendar"), "With the booking as a file for the calendar", self.ticked("attach_calendar"))
                    .error(self.wrong("/attach_calendar")))
            }
            (input("number", &self.name("useful_hours"), "Skipped when more hours late than")
                .value(self.value("useful_hours")).with("min", "1").with("max", "8784")
                .error(self.wrong("/useful_hours")))
        }
    }

    fn template(&self, does: Does) -> Markup {
        let chosen = self.value("template");
        html! {
            div.template {
                (select(&self.name("template"), "Template", self.templates(does)).value(chosen)
                    .error(self.wrong("/template")))
                div.written {
                    (text(&self.name("new_name"), "Name of the new template").value(self.value("new_name"))
                        .with("maxlength", "80").error(self.wrong("/new_name")))
                    @if does == Does::Email {
                        (text(&self.name("new_subject"), "Subject").value(self.value("new_subject"))
                            .error(self.wrong("/new_subject")))
                    }
                    (area(&self.name("new_body"), "Text", if does == Does::Sms { 4 } else { 10 })
                        .value(self.value("new_body")).error(self.wrong("/new_body"))
                        .hint("It is saved as a template of its own together with the program."))
                    (self.tags())
                }
            }
        }
    }

    fn templates(&self, does: Does) -> Vec<Choice> {
        let chosen = self.value("template");
        let channel = does.channel().unwrap_or_default();
        let fitting = self.editor.templates.iter().filter(|it| it.channel == channel);
        let mut choices =
            vec![choice("", "Pick a template"), choice(WRITTEN_HERE, "A new one, written here")];
        choices.extend(fitting.map(|it| choice(&it.id, &it.name)));
        if !choices.iter().any(|it| it.value == chosen) {
            choices.push(choice(chosen, "A template that is deleted"));
        }
        choices
    }

    /// What can be put into the text, at the cursor.
    fn tags(&self) -> Markup {
        let into = format!("f-{}", self.name("new_body"));
        html! {
            details {
                summary { "Tags: what is filled in for each patient" }
                div.row {
                    @for tag in self.editor.tags {
                        button.small type="button" data-insert=(format!("{{{{ {} }}}}", tag.name)) data-into=(into) {
                            (tag.meaning)
                        }
                    }
                }
            }
        }
    }

    fn reply(&self) -> Markup {
        let number = |field: &str, label: &str, pointer: &str| -> Field {
            text(&self.name(field), label)
                .value(self.value(field))
                .with("inputmode", "decimal")
                .error(self.wrong(pointer))
        };
        html! {
            div.reply {
                (check(&self.name("save_reply"), "Save Reply Content", self.ticked("save_reply"))
                    .hint("What the patient answers is kept. The site's sender must be able to receive answers.")
                    .error(self.wrong("/save_reply")))
                div.value {
                    div.fields {
                        (text(&self.name("value_unit"), "Unit of a number in it").value(self.value("value_unit"))
                            .with("maxlength", "20").hint("Such as kg. Empty: only the text is kept.")
                            .error(self.wrong("/value/unit").or_else(|| self.wrong("/value"))))
                        (number("value_min", "Lowest that is fine", "/value/min"))
                        (number("value_max", "Highest that is fine", "/value/max"))
                    }
                    p.hint { "A number outside, or an answer without one, comes on the work list." }
                }
            }
        }
    }

    fn print(&self) -> Markup {
        let options = [
            choice("mail", "Mail").hint(words::print("mail")),
            choice("epost", "ePost").hint(words::print("epost")),
            choice("save_file", "Save file").hint(words::print("save_file")),
        ];
        html! {
            (radios(&self.name("print"), "Print option", options).value(self.value("print")).error(self.wrong("/print")))
        }
    }
}

/// What the fields of a timing say.
pub(super) fn sentence(timing: Option<&Timing>, kind: Kind, is_first: bool) -> String {
    match timing.map(|timing| words::timing(timing, kind, is_first)) {
        Some(words) if !words.is_empty() => format!("{words}."),
        _ => "Say how many, as a whole number.".to_owned(),
    }
}
