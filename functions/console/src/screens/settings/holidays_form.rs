//! The list of holidays in a form: a row each, and a few empty ones.

use maud::{Markup, html};
use serde::{Deserialize, Serialize};

use crate::failure::Problem;
use crate::form::Posted;

/// Empty rows for new ones.
const EMPTY_ROWS: usize = 3;

/// A holiday.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct Holiday {
    pub(super) date: String,
    pub(super) name: String,
}

/// The rows of the form.
#[derive(Debug, Clone, Default)]
pub(super) struct Rows {
    rows: Vec<Row>,
}

#[derive(Debug, Clone, Default)]
struct Row {
    holiday: Holiday,
    removed: bool,
}

impl Rows {
    /// What is saved.
    pub(super) fn of(holidays: Vec<Holiday>) -> Self {
        let row = |holiday| Row { holiday, removed: false };
        Self { rows: holidays.into_iter().map(row).collect() }
    }

    /// What was sent.
    pub(super) fn read(form: &Posted) -> Self {
        let rows =
            form.all("date").zip(form.all("name")).enumerate().map(|(number, (date, name))| {
                let number = number.to_string();
                let removed = form.all("remove").any(|it| it == number);
                Row { holiday: Holiday { date, name }, removed }
            });
        let filled = |row: &Row| !row.holiday.date.is_empty() || !row.holiday.name.is_empty();
        let mut rows: Vec<Row> = rows.collect();
        // Rows left empty are none, but only at the end: boxes are told by the number of their row.
        while rows.last().is_some_and(|row| !filled(row)) {
            rows.pop();
        }
        Self { rows }
    }

    /// What is to be saved, each with the number of its row.
    fn kept(&self) -> impl Iterator<Item = (usize, &Holiday)> {
        let kept = self.rows.iter().enumerate().filter(|(_, row)| {
            let is_empty = row.holiday.date.is_empty() && row.holiday.name.is_empty();
            !(row.removed || is_empty)
        });
        kept.map(|(number, row)| (number, &row.holiday))
    }

    pub(super) fn holidays(&self) -> Vec<&Holiday> {
        self.kept().map(|(_, holiday)| holiday).collect()
    }

    /// What is wrong with a row.
    fn wrong<'a>(&self, problem: Option<&'a Problem>, row: usize, field: &str) -> Option<&'a str> {
        let at = self.kept().position(|(number, _)| number == row)?;
        problem?.of(&format!("/holidays/{at}/{field}"))
    }

    /// The table.
    pub(super) fn show(&self, problem: Option<&Problem>) -> Markup {
        let rows = self.rows.iter().cloned();
        let rows = rows.chain(std::iter::repeat_n(Row::default(), EMPTY_ROWS));
        html! {
            table.stack {
                caption { "The days" }
                thead { tr {
                    th scope="col" { "Day" } th scope="col" { "Name" } th scope="col" { "Remove" }
                } }
                tbody {
                    @for (number, Row { holiday, removed }) in rows.enumerate() {
                        @let said = if holiday.name.is_empty() { format!("row {}", number + 1) } else { holiday.name.clone() };
                        @let (day, name) = (self.wrong(problem, number, "date"), self.wrong(problem, number, "name"));
                        tr {
                            td data-label="Day" {
                                (cell("date", "date", &format!("Day of {said}"), &holiday.date, number, day))
                            }
                            td data-label="Name" {
                                (cell("text", "name", &format!("Name of {said}"), &holiday.name, number, name))
                            }
                            td data-label="Remove" {
                                @if number < self.rows.len() {
                                    label.choice {
                                        input type="checkbox" name="remove" value=(number) checked[removed];
                                        span { "Remove " span.hidden { (said) } }
                                    }
                                } @else { span.soft { "New" } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn cell(
    kind: &str,
    field: &str,
    label: &str,
    value: &str,
    row: usize,
    wrong: Option<&str>,
) -> Markup {
    let id = format!("{field}-{row}-error");
    html! {
        div.field.wrong[wrong.is_some()] {
            input type=(kind) name=(field) value=(value) aria-label=(label) maxlength="80"
                aria-invalid=[wrong.map(|_| "true")] aria-describedby=[wrong.map(|_| id.as_str())];
            @if let Some(wrong) = wrong { p.error id=(id) { (label) " " (wrong) } }
        }
    }
}

/// The days on a line, for those who compare two lists.
pub(super) fn on_a_line(holidays: &[&Holiday]) -> String {
    let days: Vec<String> = holidays.iter().map(|it| format!("{} {}", it.date, it.name)).collect();
    days.join("; ")
}
