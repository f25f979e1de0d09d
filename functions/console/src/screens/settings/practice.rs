//! The practice: its name, its logo, and where its letters lie.

use axum::extract::Query;
use axum::response::{IntoResponse as _, Redirect, Response};
use http::{Method, StatusCode};
use maud::{Markup, html};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use super::{Said, logo};
use crate::api::Versioned;
use crate::failure::{Failure, Problem};
use crate::form::Posted;
use crate::html::field::text;
use crate::html::{Section, alert, changed_meanwhile, form, heading, page, said, values};
use crate::staff::Staff;
use aws::http::Role;

/// The practice's settings.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Settings {
    pub(super) practice_name: String,
    pub(super) letter_files: String,
    pub(super) sms_price: Option<String>,
    pub(super) logo: Option<Logo>,
}

/// A logo, without its file.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Logo {
    pub(super) description: String,
}

/// What the page shows besides what is saved.
#[derive(Default)]
pub(super) struct Shown {
    /// What was typed, when it was refused.
    pub(super) refused: Option<Refused>,
    /// What is wrong with a logo, and the description that was typed with it.
    pub(super) logo: Option<(Problem, Option<String>)>,
    pub(super) said: Option<String>,
}

/// What was refused.
pub(super) struct Refused {
    name: String,
    files: String,
    price: String,
    /// The version against which it was typed.
    version: String,
    problem: Problem,
}

pub(super) async fn show(staff: Staff, Query(said): Query<Said>) -> Result<Response, Failure> {
    let shown = Shown { said: said.said, ..Shown::default() };
    Ok(whole(&staff, &shown).await?.into_response())
}

pub(super) async fn save(staff: Staff, form: Posted) -> Result<Response, Failure> {
    let (name, files) = (form.get("practice_name"), form.get("letter_files"));
    let price = form.get("sms_price");
    let mut draft = Map::from_iter(
        [("practice_name", &name), ("letter_files", &files)]
            .map(|(field, value)| (field.to_owned(), Value::from(value.as_str()))),
    );
    // A page from before there was such a field does not say.
    if form.has("sms_price") {
        draft.insert("sms_price".to_owned(), form.some("sms_price").into());
    }
    let version = form.get("version");
    let asked = staff.api.ask(Method::PUT, "/v1/settings").version(&version).json(&draft);
    match asked.answer::<IgnoredAny>().await {
        Ok(_) => Ok(Redirect::to("/app/settings/practice?said=saved").into_response()),
        Err(failure) => {
            let refused =
                Some(Refused { name, files, price, version, problem: failure.refusal()? });
            let shown = Shown { refused, ..Shown::default() };
            Ok(whole(&staff, &shown).await?.into_response())
        }
    }
}

/// The page.
pub(super) async fn whole(staff: &Staff, shown: &Shown) -> Result<(StatusCode, Markup), Failure> {
    let read = staff.api.read::<Settings>("/v1/settings").await?;
    let refused = shown.refused.as_ref().map(|it| &it.problem);
    let problem = refused.or(shown.logo.as_ref().map(|(problem, _)| problem));
    let status = problem.map_or(StatusCode::OK, Problem::status);
    let body = html! {
        (heading("The practice", html! { a.button href="/app/settings" { "All settings" } }))
        (said::notice(shown.said.as_deref()))
        @if staff.may(Role::Admin) { (editor(staff, &read, shown)) } @else {
            @if let Some(problem) = problem { (alert(problem)) }
            (to_read(&read.it))
        }
    };
    Ok((status, page(staff, Section::Settings, "The practice", body).await))
}

fn to_read(settings: &Settings) -> Markup {
    html! {
        dl.facts {
            dt { "Name" } dd { (settings.practice_name) }
            dt { "Letters kept as files" } dd { code { (settings.letter_files) } }
            dt { "Price of a part of a text message" }
            dd { @match &settings.sms_price { Some(it) => (it), None => "Not known" } }
            dt { "Logo of letters" }
            dd { @match &settings.logo { Some(it) => (logo::picture(it)), None => "None" } }
        }
    }
}

fn editor(staff: &Staff, read: &Versioned<Settings>, shown: &Shown) -> Markup {
    let (saved_name, saved_files) = (read.it.practice_name.as_str(), read.it.letter_files.as_str());
    let refused = shown.refused.as_ref();
    let stale = refused.filter(|it| it.problem.is_stale());
    let saved_price = read.it.sms_price.as_deref().unwrap_or_default();
    let (name, files) = refused.map_or((saved_name, saved_files), |it| (&it.name, &it.files));
    let price = refused.map_or(saved_price, |it| it.price.as_str());
    // Sent again after a merge it is a decision; what was refused for another reason may still be stale.
    let kept = refused.filter(|_| stale.is_none()).map(|it| it.version.as_str());
    let version = kept.unwrap_or(&read.version);
    let wrong = |field: &str| refused.and_then(|it| it.problem.of(field));
    let fields = html! {
        (values(&[("version", version)]))
        (text("practice_name", "Name").value(name).error(wrong("/practice_name")).required()
            .with("maxlength", "80").hint("What patients know the practice by: emails come from it, letters begin with it."))
        (text("letter_files", "Letters kept as files").value(files).error(wrong("/letter_files")).required()
            .with("maxlength", "124")
            .hint("Folders and a name, for letters that a program saves as a file. Put in: {patient.id}, {date}, \
                   {letter}, {program}, {site}, {addressee}."))
        (text("sms_price", "Price of a part of a text message").value(price).error(wrong("/sms_price"))
            .with("maxlength", "20")
            .hint("What your provider charges, with its currency, such as “AUD 0.074”: a long text goes in several \
                   parts. Templates then show what a text costs. Empty when it is not known."))
        button.primary { "Save" }
    };
    html! {
        @if stale.is_some() {
            (changed_meanwhile(&[
                ("Name", saved_name, name),
                ("Letters kept as files", saved_files, files),
                ("Price of a part of a text message", saved_price, price),
            ]))
        } @else if let Some(it) = refused { (alert(&it.problem)) }
        (form(staff, "/app/settings/practice", fields))
        (logo::section(staff, &read.version, read.it.logo.as_ref(), shown.logo.as_ref()))
    }
}
