//! The form of a site, and the same to be read.

use maud::{Markup, html};

use super::site::{DAYS, Typed};
use crate::failure::Problem;
use crate::html::field::{area, choice, input, radios, text};

/// Beginnings of the time zones that are offered; any other can be typed.
const OFFERED: [&str; 4] = ["Australia/", "Pacific/", "Indian/", "Antarctica/"];

/// Its fields, with what is wrong with them.
pub(super) fn fields(typed: &Typed, problem: Option<&Problem>) -> Markup {
    let wrong = |place: &str| problem.and_then(|it| it.of(place));
    html! {
        (text("name", "Name").value(&typed.name).error(wrong("/name")).required()
            .with("maxlength", "80").hint("As patients read it."))
        (text("code", "Code").value(&typed.code).error(wrong("/code")).required()
            .with("maxlength", "64").hint("By which booking systems name the site. No two sites have the same."))
        (text("time_zone", "Time zone").value(&typed.time_zone).error(wrong("/time_zone")).required()
            .with("list", "zones").hint("Times of messages are on this clock, such as Australia/Sydney."))
        datalist #zones {
            @for zone in chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()) {
                @if OFFERED.iter().any(|it| zone.starts_with(it)) { option value=(zone) {} }
            }
        }
        (hours(typed, problem))
        (sender(typed, problem))
        h2 { "Answers by email" }
        (input("email", "reply_to", "Answers go to").value(&typed.reply_to).error(wrong("/reply_to"))
            .hint("Where patients’ answers to emails go. Empty: to the address the emails come from."))
        h2 { "On letters" }
        p.soft { "Below the name of the practice and of the site." }
        @let address = problem.and_then(|it| it.within("/letterhead/address").next());
        (area("address", "Address", 4).value(&typed.address).error(address.map(|it| it.detail.as_str()))
            .hint("At most four lines."))
        (input("tel", "phone", "Phone").value(&typed.phone).error(wrong("/letterhead/phone"))
            .with("maxlength", "30").hint("As it is to be read, such as (02) 5550 1234."))
        (input("email", "email", "Email").value(&typed.email).error(wrong("/letterhead/email")))
    }
}

/// When messages may go: a row for each day of the week.
fn hours(typed: &Typed, problem: Option<&Problem>) -> Markup {
    let wrong = |place: &str| problem.and_then(|it| it.of(place));
    let days = problem.and_then(|it| it.within("/sending_window/days").next());
    html! {
        h2 { "When messages may go out" }
        p.soft { "What is due outside these hours waits for the next of them, unless its action says that it goes at any hour." }
        div.row {
            (input("time", "opens", "From").value(&typed.opens).error(wrong("/sending_window/opens")).required())
            (input("time", "closes", "Until").value(&typed.closes).error(wrong("/sending_window/closes")).required())
        }
        fieldset.field.radios.wrong[days.is_some()] aria-describedby=[days.map(|_| "days-error")] {
            legend { "On these days" }
            @for (day, name) in DAYS {
                label.choice {
                    input type="checkbox" name="days" value=(day) checked[typed.days.iter().any(|it| it == day)];
                    span { (name) }
                }
            }
            @if let Some(error) = days { p.error #days-error { "The days " (error.detail) } }
        }
    }
}

/// Whom text messages come from.
fn sender(typed: &Typed, problem: Option<&Problem>) -> Markup {
    let wrong = |place: &str| problem.and_then(|it| it.of(place));
    let choices = [
        choice("", "The name that all sites share").hint("Patients cannot answer it."),
        choice("number", "A number of its own")
            .hint("Patients can answer it. Programs that keep answers, or end by STOP, need one at every site."),
        choice("name", "A name of its own").hint("Patients cannot answer it."),
    ];
    html! {
        h2 { "Text messages" }
        div.senders {
        (radios("sender", "They come from", choices).value(&typed.sender).error(wrong("/sms")))
        div.of-number { (input("tel", "number", "The number").value(&typed.number).error(wrong("/sms/number"))
            .hint("With its country’s code, such as +61491570156, or a short code of 3 to 8 digits.")) }
        div.of-name { (text("sender_id", "The name").value(&typed.sender_id).error(wrong("/sms/sender_id"))
            .with("maxlength", "11").hint("3 to 11 letters and digits.")) }
        }
    }
}

/// The same, to be read.
pub(super) fn to_read(typed: &Typed) -> Markup {
    let or_none = |text: &str| if text.is_empty() { "None".to_owned() } else { text.to_owned() };
    html! {
        dl.facts {
            dt { "Name" } dd { (typed.name) }
            dt { "Code" } dd { (typed.code) }
            dt { "Time zone" } dd { (typed.time_zone) }
            dt { "Messages go out" } dd { (typed.hours()) }
            dt { "Text messages come from" } dd { (typed.sms_from()) }
            dt { "Answers to emails go to" }
            dd { @if typed.reply_to.is_empty() { "The address the emails come from" } @else { (typed.reply_to) } }
            dt { "Address on letters" }
            dd {
                @if typed.address.is_empty() { "None" }
                @for line in typed.address.lines() { (line) br; }
            }
            dt { "Phone on letters" } dd { (or_none(&typed.phone)) }
            dt { "Email on letters" } dd { (or_none(&typed.email)) }
        }
    }
}
