//! What became of a list, row by row.

use maud::{Markup, html};
use serde::Deserialize;

use super::HERE;
use crate::api::at;
use crate::html::{form, tag, values};
use crate::staff::Staff;

/// What became of a list.
#[derive(Debug, Deserialize)]
pub(super) struct Report {
    dry_run: bool,
    enrolled: u64,
    already: u64,
    refused: u64,
    rows: Vec<Row>,
}

/// What became of a row.
#[derive(Debug, Deserialize)]
struct Row {
    /// Its line in the file.
    #[serde(rename = "row")]
    line: usize,
    outcome: String,
    enrolment: Option<String>,
    errors: Vec<CellError>,
}

#[derive(Debug, Deserialize)]
struct CellError {
    column: Option<String>,
    detail: String,
}

/// Longest piece of a row that is shown, in characters: it is to find it again.
const LONGEST: usize = 120;

/// The title, and the report below it; of a check with the button that enrols.
pub(super) fn shown(staff: &Staff, report: &Report, text: &str) -> (&'static str, Markup) {
    let title = if report.dry_run { "The list is checked" } else { "The list is done" };
    let would = if report.dry_run { "to be enrolled" } else { "enrolled" };
    let body = html! {
        @if report.dry_run {
            p { "Nobody is enrolled yet." }
        } @else {
            p.notice role="status" { (rows(report.enrolled)) " enrolled." }
        }
        div.cards {
            (figure(report.enrolled, would))
            (figure(report.already, "enrolled before"))
            (figure(report.refused, "wrong and left out"))
        }
        @if report.dry_run { (next(staff, report, text)) }
        @if report.refused > 0 {
            h2 { "What is wrong" }
            (table(report, text, |row| row.outcome == "refused"))
        }
        @if report.enrolled + report.already > 0 {
            h2 { @if report.dry_run { "What would happen" } @else { "What happened" } }
            (table(report, text, |row| row.outcome != "refused"))
        }
    };
    (title, body)
}

fn rows(number: u64) -> String {
    format!("{number} {}", if number == 1 { "row" } else { "rows" })
}

fn figure(number: u64, what: &str) -> Markup {
    html! { div.card { div.figure { (number) } (if number == 1 { "row" } else { "rows" }) " " (what) } }
}

fn next(staff: &Staff, report: &Report, text: &str) -> Markup {
    html! {
        @if report.enrolled > 0 {
            (form(staff, HERE, html! {
                (values(&[("text", text), ("do", "enrol")]))
                p {
                    "Messages that are due are sent as the programs say, some perhaps at once."
                    @if report.refused > 0 {
                        " What is wrong can be mended and sent later, by itself or with the whole list."
                    }
                }
                button.primary {
                    @if report.enrolled == 1 { "Enrol this row" }
                    @else { "Enrol these " (report.enrolled) " rows" }
                }
            }))
        } @else if report.refused > 0 {
            p { "Mend what is wrong below, and check the list again." }
        } @else {
            p { "There is nothing to do: everybody on it was enrolled before." }
        }
        details {
            summary { "Change the list here" }
            (form(staff, HERE, html! {
                (crate::html::field::area("text", "The list", 10).value(text).with("spellcheck", "false"))
                button { "Check it again" }
            }))
        }
    }
}

fn table(report: &Report, text: &str, shown: impl Fn(&Row) -> bool) -> Markup {
    let lines: Vec<_> = text.lines().collect();
    let line = |row: usize| {
        let line = row.checked_sub(1).and_then(|at| lines.get(at)).copied().unwrap_or_default();
        let mut short: String = line.chars().take(LONGEST).collect();
        if short.len() < line.len() {
            short.push('…');
        }
        short
    };
    html! {
        table.stack {
            thead {
                tr {
                    th scope="col" { "Row" }
                    th scope="col" { "What it says" }
                    th scope="col" { "Result" }
                }
            }
            tbody {
                @for row in report.rows.iter().filter(|row| shown(row)) {
                    tr {
                        th scope="row" { span.hidden { "Row " } (row.line) }
                        td data-label="It says" { code { (line(row.line)) } }
                        td data-label="Result" { (result(report, row)) }
                    }
                }
            }
        }
    }
}

fn result(report: &Report, row: &Row) -> Markup {
    html! {
        @match row.outcome.as_str() {
            "enrolled" if report.dry_run => (tag("good", "Would be enrolled")),
            "enrolled" => (tag("good", "Enrolled")),
            "already" => (tag("off", "Enrolled before")),
            _ => (tag("bad", "Left out")),
        }
        @if let Some(enrolment) = &row.enrolment {
            " " a href=(at(&["app", "enrolments", enrolment], &[])) {
                "See it" span.hidden { ", of row " (row.line) }
            }
        }
        @for error in &row.errors {
            div {
                @match &error.column {
                    Some(column) => strong { (column.replace('_', " ")) },
                    None => strong { "the row" },
                }
                " " (error.detail)
            }
        }
    }
}
