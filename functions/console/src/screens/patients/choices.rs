//! What a patient chose to get, and the holds of their number and mailbox.

use axum::extract::Path;
use axum::response::{IntoResponse as _, Redirect, Response};
use http::Method;
use maud::{Markup, html};
use serde::Serialize;

use super::card;
use super::record::{Consent, Hold, Patient};
use super::words;
use crate::api::at;
use crate::failure::{Failure, Problem};
use crate::form::Posted;
use crate::html::field::{choice, radios, select, text};
use crate::html::{dates, form, hidden, tag, values};
use crate::staff::{Names, Staff};
use aws::http::Role;
use chrono_tz::Tz;

const CHANNELS: [&str; 3] = ["sms", "email", "letter"];
const PURPOSES: [&str; 2] = ["care", "commercial"];

#[derive(Serialize)]
struct OneConsent {
    choice: String,
    how: String,
}

#[derive(Serialize)]
struct OptOut {
    channels: Vec<String>,
    how: String,
}

/// Which of the forms was refused, and what is wrong with it.
pub(super) type Refused<'a> = Option<(&'static str, &'a Posted, &'a Problem)>;

fn refused_as<'a>(refused: Refused<'a>, which: &str) -> (Option<&'a Posted>, Option<&'a Problem>) {
    match refused {
        Some((its, form, problem)) if its == which => (Some(form), Some(problem)),
        _ => (None, None),
    }
}

/// The card of choices.
pub(super) fn shown(
    staff: &Staff,
    patient: &Patient,
    (names, zone): (&Names, Tz),
    refused: Refused<'_>,
) -> Markup {
    html! {
        section.card {
            h2 #consents { "What they want to get" }
            table.stack {
                thead {
                    tr {
                        th scope="col" { "By" }
                        th scope="col" { "Care" }
                        th scope="col" { "Offers" }
                    }
                }
                tbody {
                    @for channel in CHANNELS {
                        tr {
                            th scope="row" { (words::carrier(channel)) }
                            @for purpose in PURPOSES {
                                td data-label=(words::purpose(purpose)) {
                                    (choice_of(patient, channel, purpose, (names, zone)))
                                }
                            }
                        }
                    }
                }
            }
            @if staff.may(Role::FrontDesk) && patient.standing != "merged" {
                (change_form(staff, patient, refused))
                (opt_out_form(staff, patient, refused))
            }
        }
    }
}

fn choice_of(
    patient: &Patient,
    channel: &str,
    purpose: &str,
    (names, zone): (&Names, Tz),
) -> Markup {
    let found = patient.consents.iter().find(|it| it.channel == channel && it.purpose == purpose);
    let told = |it: &Consent| {
        html! {
            div.small.soft {
                (dates::moment(&it.at, zone)) ", " (words::who(&it.by, names)) ": " (it.how)
            }
        }
    };
    match found {
        Some(it) if it.choice == "given" => html! { (tag("good", "Wants it")) (told(it)) },
        Some(it) => html! { (tag("bad", "Wants none")) (told(it)) },
        None if purpose == "care" => html! { (tag("off", "Not said: it is sent")) },
        None => html! { (tag("off", "Not said: none is sent")) },
    }
}

fn change_form(staff: &Staff, patient: &Patient, refused: Refused<'_>) -> Markup {
    let (typed, problem) = refused_as(refused, "consent");
    let value = |name: &str, usual: &str| {
        typed.and_then(|it| it.some(name)).unwrap_or_else(|| usual.to_owned())
    };
    let channels = CHANNELS.map(|it| choice(it, words::carrier(it)));
    let purposes = [
        choice("care", "Care: recalls, reminders, visits"),
        choice("commercial", "Offers: sent only to those who want them"),
    ];
    let choices = [choice("given", "They want it"), choice("withdrawn", "They want none")];
    let wrong = |pointer: &str| problem.and_then(|it| it.of(pointer));
    let body = html! {
        div.fields {
            (select("channel", "By", channels).value(value("channel", "sms")))
            (select("purpose", "For", purposes).value(value("purpose", "care")))
        }
        (radios("choice", "What they say", choices).value(value("choice", "")).required()
            .error(wrong("/choice")))
        (text("how", "How you know").value(value("how", "")).required()
            .hint("Such as “asked at the desk” or “signed form”.").error(wrong("/how"))
            .with("maxlength", "300"))
        button { "Write down this choice" }
    };
    html! {
        details open[problem.is_some()] {
            summary { "Change what they want" }
            (form(staff, &patient.below("consents"), body))
        }
    }
}

fn opt_out_form(staff: &Staff, patient: &Patient, refused: Refused<'_>) -> Markup {
    let (typed, problem) = refused_as(refused, "opt-out");
    let ticked =
        |channel: &str| typed.is_none_or(|it| it.all("channels").any(|its| its == channel));
    html! {
        details.confirm open[problem.is_some()] {
            summary { "They want nothing more…" }
            form method="post" autocomplete="off" action=(patient.below("opt-out")) {
                (hidden(staff))
                p {
                    "Nothing for care or offers goes to " (patient.name()) " by what is ticked, from now on. "
                    "It can be changed back above, when they say so."
                }
                fieldset.field.radios.wrong[problem.is_some_and(|it| it.of("/channels").is_some())] {
                    legend { "Nothing more by" }
                    @for channel in CHANNELS {
                        label.choice {
                            input type="checkbox" name="channels" value=(channel) checked[ticked(channel)];
                            span { (words::carrier(channel)) }
                        }
                    }
                    @if let Some(wrong) = problem.and_then(|it| it.of("/channels")) {
                        p.error { "What is ticked " (wrong) }
                    }
                }
                (text("why", "How you know they want nothing more").required()
                    .value(typed.map(|it| it.get("why")).unwrap_or_default())
                    .error(problem.and_then(|it| it.of("/how"))).with("maxlength", "300"))
                button.danger { "Send them nothing more" }
            }
        }
    }
}

/// What stands in the way of messages: holds and an address that came back.
pub(super) fn holds(staff: &Staff, patient: &Patient, zone: Tz) -> Markup {
    let mobile = patient.mobile_national.as_deref().unwrap_or("their number");
    let mailbox = patient.email.as_deref().unwrap_or("their mailbox");
    html! {
        @if let Some(hold) = &patient.sms_hold {
            (hold_notice(staff, patient, hold, zone, ("sms", "text message", mobile)))
        }
        @if let Some(hold) = &patient.email_hold {
            (hold_notice(staff, patient, hold, zone, ("email", "email", mailbox)))
        }
        @if let Some(bounced) = &patient.email_bounced {
            div.warning {
                strong { "Email came back from " (mailbox) "." }
                p {
                    "On " (dates::moment(&bounced.at, zone)) ", for good. It is not written to again until another "
                    "address is saved. "
                    @if staff.may(Role::FrontDesk) {
                        a href=(patient.below("edit")) { "Ask for the right address and save it" }
                    }
                }
            }
        }
    }
}

fn hold_notice(
    staff: &Staff,
    patient: &Patient,
    hold: &Hold,
    zone: Tz,
    (channel, what, place): (&str, &str, &str),
) -> Markup {
    let why = match hold.cause.as_str() {
        "stopped" => "They answered STOP.",
        "sounds_like_stop" => "An answer sounds like STOP. Ask them.",
        "stop_of_nobody" => "STOP came from this number before it was anybody's here.",
        "repeated" => "The same text would have gone there more than five times in a day.",
        "stopped_and_repeated" => {
            "They answered STOP, and the same text would have gone there more than five times in a day."
        }
        _ => "It was stopped.",
    };
    let label = format!("Let {what}s go to {place} again");
    html! {
        div.warning {
            strong { "No " (what) " goes to " (place) "." }
            p { "Since " (dates::moment(&hold.since, zone)) ". " (why) }
            @if staff.may(Role::FrontDesk) {
                details.confirm {
                    summary { (label) "…" }
                    form method="post" autocomplete="off" action=(patient.below("release")) {
                        (hidden(staff)) (values(&[("channel", channel)]))
                        p {
                            "It is released for everybody who has it. What they chose stays as it is: whoever wants "
                            "none still gets none."
                        }
                        button.danger { (label) }
                    }
                }
            }
        }
    }
}

/// Writes down one choice.
pub(super) async fn change(
    staff: Staff,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, Failure> {
    let (channel, purpose) = (form.get("channel"), form.get("purpose"));
    let address = at(&["v1", "patients", &id, "consents", &channel, &purpose], &[]);
    let said = OneConsent { choice: form.get("choice"), how: form.some("how").unwrap_or_default() };
    let asked = staff.api.ask(Method::PUT, &address).json(&said).answer().await;
    follow(&staff, &id, asked, ("consent", &form)).await
}

/// Writes down that they want nothing more.
pub(super) async fn opt_out(
    staff: Staff,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, Failure> {
    let address = at(&["v1", "patients", &id, "opt-out"], &[]);
    let said = OptOut {
        channels: form.all("channels").collect(),
        how: form.some("why").unwrap_or_default(),
    };
    let asked = staff.api.ask(Method::POST, &address).json(&said).answer().await;
    follow(&staff, &id, asked, ("opt-out", &form)).await
}

/// Lets messages go to their number or mailbox again.
pub(super) async fn release(
    staff: Staff,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, Failure> {
    let what = if form.get("channel") == "email" { "release-email" } else { "release-sms" };
    let address = at(&["v1", "patients", &id, what], &[]);
    let asked = staff.api.ask(Method::POST, &address).answer().await;
    follow(&staff, &id, asked, ("release", &form)).await
}

/// The card after something was done, or refused.
async fn follow(
    staff: &Staff,
    id: &str,
    asked: Result<Patient, Failure>,
    (which, form): (&'static str, &Posted),
) -> Result<Response, Failure> {
    match asked {
        Ok(_) => {
            let card = at(&["app", "patients", id], &[("said", "saved")]);
            Ok(Redirect::to(&card).into_response())
        }
        Err(failure) => {
            let problem = failure.refusal()?;
            let page = card::refused(staff, id, (which, form, &problem)).await?;
            Ok((problem.status(), page).into_response())
        }
    }
}
