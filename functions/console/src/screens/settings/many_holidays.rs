//! A holiday of many sites.

use axum::response::{IntoResponse as _, Redirect, Response};
use http::{Method, StatusCode};
use maud::{Markup, html};
use serde::{Deserialize, Serialize};

use crate::failure::{Failure, Problem, WrongField};
use crate::form::Posted;
use crate::html::field::{choice, input, radios, text};
use crate::html::{Section, alert, form, heading, page, tag};
use crate::screens::lists::{Site, sites};
use crate::staff::Staff;
use aws::http::Role;

#[derive(Debug, Default)]
struct Typed {
    date: String,
    name: String,
    /// `all`, or `some`.
    which: String,
    /// Codes of sites.
    codes: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Draft<'a> {
    date: &'a str,
    name: &'a str,
    sites: Which<'a>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Which<'a> {
    All(&'static str),
    These(&'a [String]),
}

#[derive(Debug, Deserialize)]
struct Report {
    items: Vec<Outcome>,
}

#[derive(Debug, Deserialize)]
struct Outcome {
    site: String,
    outcome: String,
}

pub(super) async fn new(staff: Staff) -> Result<Response, Failure> {
    let sites = sites(&staff.api).await?;
    if !staff.may(Role::Admin) {
        return Ok(Redirect::to("/app/settings/sites").into_response());
    }
    let typed = Typed { which: "all".to_owned(), ..Typed::default() };
    Ok(whole(&staff, &sites, &typed, None, html! {}).await.into_response())
}

pub(super) async fn add(staff: Staff, form: Posted) -> Result<Response, Failure> {
    let typed = Typed {
        date: form.get("date"),
        name: form.get("name"),
        which: form.get("which"),
        codes: form.all("sites").collect(),
    };
    if typed.which == "all" && !typed.codes.is_empty() {
        let sites = sites(&staff.api).await?;
        return Ok(whole(&staff, &sites, &typed, Some(&both()), html! {}).await.into_response());
    }
    let which = if typed.which == "all" { Which::All("all") } else { Which::These(&typed.codes) };
    let draft = Draft { date: &typed.date, name: &typed.name, sites: which };
    let asked = staff.api.ask(Method::POST, "/v1/holidays").json(&draft);
    let answer = asked.answer::<Report>().await;
    let sites = sites(&staff.api).await?;
    // Sent again it changes nothing more, so the answer may be a page of its own.
    match answer {
        Ok(report) => {
            let after = html! { (outcomes(&typed, &report, &sites)) };
            let next = Typed { which: typed.which, codes: typed.codes, ..Typed::default() };
            Ok(whole(&staff, &sites, &next, None, after).await.into_response())
        }
        Err(failure) => {
            let problem = failure.refusal()?;
            Ok(whole(&staff, &sites, &typed, Some(&problem), html! {}).await.into_response())
        }
    }
}

/// Every site is chosen, and some are ticked: which of the two is meant is for the person to say.
fn both() -> Problem {
    let detail = "are ticked, but “Every site” is chosen: choose “The sites that are ticked”, or untick them";
    let wrong = WrongField {
        pointer: "#/sites".to_owned(),
        parameter: String::new(),
        detail: detail.to_owned(),
    };
    Problem { errors: vec![wrong], ..Problem::new("No holiday was added.") }
}

async fn whole(
    staff: &Staff,
    sites: &[Site],
    typed: &Typed,
    problem: Option<&Problem>,
    above: Markup,
) -> (StatusCode, Markup) {
    let wrong = |place: &str| problem.and_then(|it| it.of(place));
    let wrong_sites = problem.and_then(|it| it.within("/sites").next());
    let choices = [
        choice("all", format!("Every site ({})", sites.len())),
        choice("some", "The sites that are ticked"),
    ];
    let inner = html! {
        (input("date", "date", "Day").value(&typed.date).error(wrong("/date")).required())
        (text("name", "Name").value(&typed.name).error(wrong("/name")).required()
            .with("maxlength", "80").hint("Such as Christmas Day."))
        (radios("which", "Whose holiday it becomes", choices).value(&typed.which))
        fieldset.field.radios.wrong[wrong_sites.is_some()]
            aria-describedby=[wrong_sites.map(|_| "sites-error")] {
            legend { "Sites" }
            @for site in sites {
                label.choice {
                    input type="checkbox" name="sites" value=(site.code) checked[typed.codes.contains(&site.code)];
                    span { (site.name) }
                }
            }
            @if let Some(wrong) = wrong_sites { p.error #sites-error { "Sites " (wrong.detail) } }
        }
        button.primary { "Add the holiday" }
    };
    let body = html! {
        (heading("A holiday of many sites", html! { a.button href="/app/settings/sites" { "All sites" } }))
        (above)
        @if let Some(problem) = problem { (alert(problem)) }
        p {
            "Nothing goes out on that day at those sites. "
            "To see or remove the holidays of one site, open the site."
        }
        (form(staff, "/app/settings/holidays", inner))
    };
    let status = problem.map_or(StatusCode::OK, Problem::status);
    (status, page(staff, Section::Settings, "A holiday of many sites", body).await)
}

fn outcomes(typed: &Typed, report: &Report, sites: &[Site]) -> Markup {
    let name = |code: &str| {
        let site = sites.iter().find(|it| it.code == code);
        site.map_or_else(|| code.to_owned(), |it| it.name.clone())
    };
    html! {
        div.card role="status" {
            h2 { (typed.name) }
            @if report.items.is_empty() { p { "There is no site yet." } }
            ul {
                @for it in &report.items {
                    li { (name(&it.site)) ": " (outcome(&it.outcome)) }
                }
            }
        }
    }
}

fn outcome(outcome: &str) -> Markup {
    match outcome {
        "added" => tag("good", "Added"),
        "renamed" => tag("good", "Renamed: the day was a holiday already"),
        "unchanged" => tag("off", "Was there already"),
        _ => tag("bad", "Failed: add it again for this site"),
    }
}
