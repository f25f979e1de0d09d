//! Shapes that several documents have in common.

use chrono::NaiveDate;
use domain::address::{AddressLine, CountryCode, Locality, PostalAddress, Postcode, Region};
use domain::calendar::iso_date;
use domain::email::EmailAddress;
use domain::patient::{Gp, GpName, GpPractice};

use crate::Form;

/// Reads a text of which the empty one means none: that is how forms on a screen say it.
pub fn unless_blank<T, E>(
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> impl FnOnce(&str) -> Result<Option<T>, E> {
    |text| if text.trim().is_empty() { Ok(None) } else { parse(text).map(Some) }
}

/// Reads a date.
///
/// # Errors
/// When it is not written as `1980-02-03`.
pub fn date(text: &str) -> Result<NaiveDate, &'static str> {
    iso_date(text).ok_or("must be a date such as 1980-02-03")
}

/// Reads a postal address.
///
/// # Panics
/// Never: the texts in it are valid.
pub fn address(form: &Form<'_>) -> Option<PostalAddress> {
    let lines = form.texts("lines", PostalAddress::MAX_LINES, AddressLine::parse);
    let locality = form.required("locality", Locality::parse);
    let region = form.optional("region", unless_blank(Region::parse));
    let postcode = form.optional("postcode", unless_blank(Postcode::parse));
    let country = form.optional("country", unless_blank(CountryCode::parse));
    let country = country?.flatten().unwrap_or_else(CountryCode::australia);
    // In the place of what is wrong already stands what no rule can refuse, so that everything else
    // is checked all the same.
    let line = || vec![AddressLine::parse("1 Quay Street").expect("a short text")];
    let town = || Locality::parse("Sydney").expect("a short text");
    let address = PostalAddress::new(
        lines.clone().unwrap_or_else(line),
        locality.clone().unwrap_or_else(town),
        region?.flatten(),
        postcode?.flatten(),
        country,
    )
    .map_err(|invalid| {
        for error in invalid.errors() {
            form.error(error.pointer.trim_start_matches('/'), error.detail.clone());
        }
    });
    lines.zip(locality).and(address.ok())
}

/// Reads a general practitioner, or somebody else who refers patients.
pub fn gp(form: &Form<'_>) -> Option<Gp> {
    let name = form.required("name", GpName::parse);
    let practice = form.optional("practice", unless_blank(GpPractice::parse));
    let address = form.optional_object("address", address);
    let email = form.optional("email", unless_blank(EmailAddress::parse));
    Some(Gp {
        name: name?,
        practice: practice?.flatten(),
        address: address?,
        email: email?.flatten(),
    })
}
