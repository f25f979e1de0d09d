//! Searches for patients as the API writes them.

use app::form::Form;
use app::form::shapes::{self, unless_blank};
use app::people::{Include, PatientQuery};
use app::ports::Entry;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{Datelike, NaiveDate};
use domain::ids::PatientId;
use domain::patient::{FoldedName, FoldedNames, Identifier, MedicareNumber};
use domain::phi::Phi;
use domain::phone::MobileNumber;

use super::patient::read_identifier;

/// What is searched for.
pub(crate) enum Search {
    /// The one whom another system knows by this key, whatever became of them.
    Identifier(Identifier),
    /// Everybody whom all of this fits.
    Query {
        /// What must fit.
        query: PatientQuery,
        /// Where an earlier page ended.
        next: Option<Entry>,
    },
}

pub(crate) fn read_search(form: &Form<'_>) -> Option<Search> {
    let identifier = form.optional_object("identifier", read_identifier);
    let name = form.optional_object("name", read_name);
    let date_of_birth = form.optional("date_of_birth", unless_blank(birth_date));
    let mobile = form.optional("mobile", unless_blank(MobileNumber::parse));
    let medicare = form.optional("medicare_number", unless_blank(MedicareNumber::parse));
    let include = form.texts("include", Include::ALL.len(), |text| {
        let named = Include::ALL.into_iter().find(|include| include.as_str() == text);
        named.ok_or("must be one of archived, deceased, merged")
    });
    let next = form.optional("next", |text| read_next(text).ok_or("is not what a search gave"));
    if let Some(identifier) = identifier? {
        for besides in ["name", "date_of_birth", "mobile", "medicare_number", "include", "next"] {
            if form.says(besides) {
                form.error(
                    besides,
                    "cannot be combined with an identifier, which finds one patient",
                );
            }
        }
        return Some(Search::Identifier(identifier));
    }
    let (last_name, first_name) = name?.unwrap_or_default();
    let query = PatientQuery {
        last_name,
        first_name,
        date_of_birth: date_of_birth?.flatten().map(Phi::new),
        mobile: mobile?.flatten(),
        medicare: medicare?.flatten(),
        include: include?.into_iter().collect(),
    };
    Some(Search::Query { query, next: next? })
}

/// A date on which somebody who is on the books can have been born, but for the future.
fn birth_date(text: &str) -> Result<NaiveDate, &'static str> {
    let of_our_time = |date: &NaiveDate| (1880..2200).contains(&date.year());
    Some(shapes::date(text)?)
        .filter(of_our_time)
        .ok_or("must be of 1880 or later; is the year right?")
}

/// How the family name and the given name begin.
fn read_name(form: &Form<'_>) -> Option<(Option<FoldedName>, Option<FoldedName>)> {
    let last = form.optional("last_name", unless_blank(FoldedName::parse));
    let first = form.optional("first_name", unless_blank(FoldedName::parse));
    Some((last?.flatten(), first?.flatten()))
}

/// The end of a page. It names a patient, so it travels in bodies only.
pub(crate) fn show_next(entry: &Entry) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(format!("{}\n{}", entry.patient, entry.names.last_first()))
}

fn read_next(text: &str) -> Option<Entry> {
    let decoded = String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
    let (patient, names) = decoded.split_once('\n')?;
    Some(Entry {
        patient: PatientId::parse(patient).ok()?,
        names: FoldedNames::from_last_first(names)?,
    })
}
