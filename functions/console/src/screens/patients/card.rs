//! A patient's card.

use axum::extract::{Path, Query};
use chrono_tz::Tz;
use futures_util::try_join;
use maud::{Markup, html};
use serde::Deserialize;

use super::choices::{self, Refused};
use super::draft::language;
use super::on::{self, OnPrograms};
use super::record::{Patient, read};
use super::{standing, words};
use crate::api::at;
use crate::failure::{Failure, Problem};
use crate::form::Posted;
use crate::html::{Section, alert, heading, page, said};
use crate::screens::lists::{self, Site};
use crate::staff::Staff;
use aws::http::Role;

/// What the address says.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    said: Option<String>,
    /// Whether programs that are over are shown too.
    over: Option<String>,
    cursor: Option<String>,
}

/// The page.
pub(super) async fn show(
    staff: Staff,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    whole(&staff, &id, &asked, None).await
}

/// The page after something on it was refused.
pub(super) async fn refused(
    staff: &Staff,
    id: &str,
    refused: (&'static str, &Posted, &Problem),
) -> Result<Markup, Failure> {
    whole(staff, id, &Asked::default(), Some(refused)).await
}

async fn whole(
    staff: &Staff,
    id: &str,
    asked: &Asked,
    refused: Refused<'_>,
) -> Result<Markup, Failure> {
    let over = asked.over.is_some();
    let include = if over { "completed,ended" } else { "" };
    let cursor = asked.cursor.as_deref().unwrap_or_default();
    let enrolments =
        at(&["v1", "patients", id, "enrolments"], &[("include", include), ("cursor", cursor)]);
    let names = async { Ok(staff.names().await) };
    let (patient, on, sites, names) = try_join!(
        read(staff, id),
        staff.api.get::<OnPrograms>(&enrolments),
        lists::sites(&staff.api),
        names
    )?;
    let patient = patient.it;
    // What it says of archiving is of all of them, whichever page of them is looked at.
    let open = if staff.may(Role::FrontDesk) {
        on.count_open(staff, id, cursor.is_empty()).await?
    } else {
        0
    };
    let zone = words::zone(&sites, patient.site.as_deref());
    let edits = staff.may(Role::FrontDesk) && patient.standing != "merged";
    let actions = html! {
        a.button href=(patient.below("replies")) { "Replies" }
        @if edits { a.button href=(patient.below("edit")) { "Edit" } }
    };
    let body = html! {
        (heading(&patient.name(), actions))
        (said::notice(asked.said.as_deref()))
        @if let Some((_, _, problem)) = refused { (alert(problem)) }
        (gone(&patient))
        (choices::holds(staff, &patient, zone))
        div.split.wide-left {
            div {
                (on::shown(staff, &patient, &on, over, &sites))
                (choices::shown(staff, &patient, (&names, zone), refused))
            }
            div {
                (facts(&patient, &sites))
                (standing::acts(staff, &patient, open))
            }
        }
    };
    Ok(page(staff, Section::Patients, &patient.name(), body).await)
}

/// That nothing is sent to them, if so.
fn gone(patient: &Patient) -> Markup {
    html! {
        @match (patient.standing.as_str(), &patient.merged_into) {
            ("archived", _) => p.warning { "This record is archived. Nothing is sent to them." },
            ("deceased", _) => p.warning { "This patient has died. Nothing is sent to them." },
            (_, Some(into)) => {
                p.warning {
                    "This record was merged into another. Nothing is sent for this one. "
                    a href=(at(&["app", "patients", into], &[])) { "Go to the record that goes on" }
                }
            }
            _ => {}
        }
    }
}

fn facts(patient: &Patient, sites: &[Site]) -> Markup {
    let site = patient.site.as_deref();
    let site = site.map(|code| {
        sites.iter().find(|it| it.code == code).map_or(code, |site| site.name.as_str())
    });
    let none = || html! { span.soft { "none" } };
    let text = |value: Option<&str>| value.map_or_else(none, |it| html! { (it) });
    html! {
        section.card {
            h2 { "Details" }
            dl.facts {
                dt { "Date of birth" }
                dd {
                    @match &patient.date_of_birth {
                        Some(day) => (words::born(day)),
                        None => span.soft { "not known" },
                    }
                    " " (words::standing(&patient.standing))
                }
                dt { "Mobile" } dd { (text(patient.mobile_national.as_deref())) }
                dt { "Email" } dd { (text(patient.email.as_deref())) }
                dt { "Postal address" }
                dd { (patient.address.as_ref().map_or_else(none, super::record::Address::shown)) }
                dt { "Usual site" } dd { (text(site)) }
                dt { "Language" } dd { (text(patient.language.as_deref().map(language))) }
                dt { "Medicare number" } dd { (text(patient.medicare_number_grouped.as_deref())) }
                dt { "GP" }
                dd {
                    @match &patient.gp {
                        None => (none()),
                        Some(gp) => {
                            (gp.name)
                            @if let Some(practice) = &gp.practice { ", " (practice) }
                            @if let Some(email) = &gp.email { br; (email) }
                            @if let Some(address) = &gp.address { br; (address.shown()) }
                        }
                    }
                }
                dt { "In other systems" }
                dd {
                    @if patient.identifiers.is_empty() { (none()) }
                    @for key in &patient.identifiers { div { (key.source) ": " (key.id) } }
                }
            }
        }
    }
}

/// The clock of a patient's site.
pub(super) fn zone_of(patient: &Patient, sites: &[Site]) -> Tz {
    words::zone(sites, patient.site.as_deref())
}
