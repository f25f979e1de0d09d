//! Codes by which a sender may mean one thing of ours.

use domain::address::CountryCode;
use domain::text::Code;

/// Most codes that are kept of what a sender calls one thing.
const MOST: usize = 20;

/// Documents (LOINC) that refer somebody: referral note, and transfer of care referral note.
pub(crate) const REFERRAL_NOTES: [&str; 2] = ["57133-1", "34140-4"];

/// Adds a code to those that may be meant, once. What can be no code is left out.
pub(crate) fn push(codes: &mut Vec<Code>, text: Option<&str>) {
    let Some(code) = text.and_then(|text| Code::parse(text).ok()) else { return };
    if codes.len() < MOST && !codes.contains(&code) {
        codes.push(code);
    }
}

/// A country by its two or three letters, or Australia by its name; none is Australia.
pub(crate) fn country(text: Option<&str>) -> Option<CountryCode> {
    match text {
        None => Some(CountryCode::australia()),
        Some(name) if name.eq_ignore_ascii_case("australia") => Some(CountryCode::australia()),
        Some(code) if code.len() == 3 => {
            let country = rust_iso3166::from_alpha3(&code.to_ascii_uppercase())?;
            CountryCode::parse(country.alpha2).ok()
        }
        Some(code) => CountryCode::parse(code).ok(),
    }
}
