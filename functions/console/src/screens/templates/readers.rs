//! The patient for whom a text is looked at. The search goes by a form: no name is in an address.

use axum::response::{IntoResponse as _, Response};
use chrono::NaiveDate;
use http::Method;
use maud::{Markup, html};
use serde::{Deserialize, Serialize};

use super::look;
use super::model::Typed;
use crate::api::at;
use crate::failure::Failure;
use crate::form::Posted;
use crate::html::Items;
use crate::html::field::{Choice, choice, radios};
use crate::staff::{IsPart, Staff};

/// Most patients that are offered.
const MOST: usize = 10;

/// A patient, as far as one is told from another.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Reader {
    id: String,
    first_name: String,
    last_name: String,
    date_of_birth: Option<String>,
}

#[derive(Serialize)]
struct Search<'a> {
    name: Name<'a>,
}

#[derive(Serialize)]
struct Name<'a> {
    first_name: Option<&'a str>,
    last_name: &'a str,
}

/// How the names begin: “Rossi”, “Maria Rossi”, “Rossi, Maria”.
fn names(text: &str) -> Option<Name<'_>> {
    let text = text.trim();
    let (first, last) = match text.split_once(',') {
        Some((last, first)) => (first, last),
        None => text.rsplit_once(char::is_whitespace).unwrap_or(("", text)),
    };
    let (first, last) = (first.trim(), last.trim());
    let first_name = (!first.is_empty()).then_some(first);
    (!last.is_empty()).then_some(Name { first_name, last_name: last })
}

/// Whom the search finds, and who is picked.
pub(super) async fn readers(staff: &Staff, typed: &Typed) -> Result<Vec<Reader>, Failure> {
    let mut found = match names(&typed.find) {
        Some(name) => search(staff, &Search { name }).await?,
        None => Vec::new(),
    };
    if !typed.patient.is_empty() && !found.iter().any(|it| it.id == typed.patient) {
        let picked = staff.api.get::<Reader>(&at(&["v1", "patients", &typed.patient], &[])).await;
        match picked {
            Ok(picked) => found.insert(0, picked),
            // The preview says that there is none.
            Err(Failure::Refused(_)) => {}
            Err(failure) => return Err(failure),
        }
    }
    Ok(found)
}

async fn search(staff: &Staff, search: &Search<'_>) -> Result<Vec<Reader>, Failure> {
    let asked = staff.api.ask(Method::POST, "/v1/patients/search").json(search);
    match asked.answer::<Items<Reader>>().await {
        Ok(found) => Ok(found.items.into_iter().take(MOST).collect()),
        // What is no name finds nobody.
        Err(failure) => failure.refusal().map(|_| Vec::new()),
    }
}

/// The patients that were found: alone when only they are asked for, else in their page.
pub(super) async fn find(
    staff: Staff,
    IsPart(part): IsPart,
    form: Posted,
) -> Result<Response, Failure> {
    if !part {
        return look::preview(staff, IsPart(false), form).await;
    }
    let typed = Typed::read(&form)?;
    let found = readers(&staff, &typed).await?;
    Ok(show_readers(&typed, &found).into_response())
}

/// Whom the text can be filled for.
pub(super) fn show_readers(typed: &Typed, found: &[Reader]) -> Markup {
    let searched = !typed.find.trim().is_empty();
    let examples = std::iter::once(choice("", "Examples"));
    html! {
        @if found.is_empty() && searched {
            p { "No patient’s name begins like this." }
        }
        @if !found.is_empty() {
            (radios("patient", "Filled for", examples.chain(found.iter().map(of_reader))).value(&typed.patient))
        } @else if !typed.patient.is_empty() {
            (radios("patient", "Filled for", examples))
        }
    }
}

fn of_reader(reader: &Reader) -> Choice {
    let it = choice(&reader.id, format!("{} {}", reader.first_name, reader.last_name));
    let born = reader.date_of_birth.as_deref();
    match born.and_then(|day| NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()) {
        Some(born) => it.hint(format!("Born {}", born.format("%-d %b %Y"))),
        None => it,
    }
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn a_name_is_read_as_people_write_it() {
        let read = |text| names(text).map(|it| (it.first_name, it.last_name));
        assert_eq!(read("Rossi"), Some((None, "Rossi")));
        assert_eq!(read(" Maria Rossi "), Some((Some("Maria"), "Rossi")));
        assert_eq!(read("Rossi, Maria"), Some((Some("Maria"), "Rossi")));
        assert_eq!(read("  "), None);
    }
}
