//! What a release of all sending would do, in words and numbers.

use chrono_tz::Tz;
use maud::{Markup, html};
use serde::Deserialize;

use crate::api::at;
use crate::html::dates;

/// What would go out by a release.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Preview {
    due: u64,
    all_counted: bool,
    oldest_due: Option<String>,
    examined: u64,
    would_be: Fates,
    messages: Option<u64>,
    channels: Vec<ByChannel>,
    programs: Vec<ByProgram>,
}

#[derive(Debug, Clone, Deserialize)]
struct Fates {
    sent: u64,
    too_late: u64,
    held: u64,
    passed_over: u64,
    waiting: u64,
    gone: u64,
}

#[derive(Debug, Clone, Deserialize)]
struct ByChannel {
    channel: String,
    due: u64,
    would_be: Fates,
}

#[derive(Debug, Clone, Deserialize)]
struct ByProgram {
    program: Named,
    would_be: Fates,
}

#[derive(Debug, Clone, Deserialize)]
struct Named {
    id: String,
    name: Option<String>,
}

impl Preview {
    /// What the release is asked to take: as many messages as were seen, or however many there are.
    pub(super) fn accepted(&self) -> String {
        self.messages.map_or_else(|| "all".to_owned(), |it| it.to_string())
    }

    /// How many messages may go at once.
    pub(super) fn at_once(&self) -> String {
        match self.messages {
            Some(0) => "No message goes out at once".to_owned(),
            Some(1) => "1 message may go out at once".to_owned(),
            Some(count) => format!("{count} messages may go out at once"),
            None => format!(
                "More than {} messages may go out at once: not all could be counted",
                self.due
            ),
        }
    }

    /// Whether more messages may go at once than that: also when they are too many to be counted.
    pub(super) fn has_more_than(&self, seen: u64) -> bool {
        self.messages.is_none_or(|now| now > seen)
    }

    pub(super) fn show(&self, zone: Tz) -> Markup {
        html! {
            div.cards {
                div.card { div.figure { @if !self.all_counted { "> " } (self.due) } "due now" }
                div.card { div.figure { (self.messages.map_or_else(|| "many".to_owned(), |it| it.to_string())) } "messages may go out at once" }
                div.card { div.figure { (self.would_be.too_late) } "too late by now: skipped" }
                div.card { div.figure { (self.would_be.held) } "would wait for a person" }
            }
            @if let Some(oldest) = &self.oldest_due {
                p { "The oldest is due since " (dates::moment(oldest, zone)) "." }
            }
            @if self.examined < self.due {
                p.soft { "The oldest " (self.examined) " were looked at one by one; of the others each is counted as a message." }
            }
            @if self.due > 0 {
                (table("By the way they go", "Way", self.channels.iter().map(|it| {
                    (html! { (way(&it.channel)) }, Some(it.due), &it.would_be)
                })))
                (table("By program", "Program", self.programs.iter().map(|it| {
                    let name = it.program.name.as_deref().unwrap_or("A program that was deleted");
                    let address = at(&["app", "programs", &it.program.id], &[]);
                    (html! { a href=(address) { (name) } }, None, &it.would_be)
                })))
            }
        }
    }
}

fn table<'a>(
    caption: &str,
    first: &str,
    rows: impl Iterator<Item = (Markup, Option<u64>, &'a Fates)>,
) -> Markup {
    html! {
        h3 { (caption) }
        div.scroll { table {
            caption.hidden { (caption) }
            thead { tr {
                th scope="col" { (first) }
                th.number scope="col" { "Would go out" } th.number scope="col" { "Too late" }
                th.number scope="col" { "For a person" } th.number scope="col" { "Passed over" }
                th.number scope="col" { "Later" } th.number scope="col" { "Nothing to do" }
            } }
            tbody {
                @for (name, due, it) in rows {
                    tr {
                        th scope="row" { (name) @if let Some(due) = due { span.soft { " (" (due) " due)" } } }
                        td.number { (it.sent) } td.number { (it.too_late) } td.number { (it.held) }
                        td.number { (it.passed_over) } td.number { (it.waiting) } td.number { (it.gone) }
                    }
                }
            }
        } }
    }
}

fn way(way: &str) -> &'static str {
    match way {
        "sms" => "SMS",
        "email" => "Email",
        "letter" => "Letter",
        "pause" => "Pause for a person",
        _ => "Another way",
    }
}
