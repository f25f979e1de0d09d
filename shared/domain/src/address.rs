//! Postal addresses, complete enough for the window of a DL envelope.

use std::fmt;

use phonenumber::country::Id as Country;

use crate::invalid::{FieldError, Invalid};
use crate::text::short_text;

short_text! {
    /// One line of an address: a house and its street, a flat, a building, a company.
    AddressLine, 1..=60
}

short_text! {
    /// A suburb, town or city.
    Locality, 1..=60
}

short_text! {
    /// A state or province.
    Region, 1..=40
}

short_text! {
    /// A postcode.
    Postcode, 1..=12
}

/// A country, by its two letters (ISO 3166-1 alpha-2).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CountryCode(String);

/// A text that is no country's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not a country's two letters, such as AU or NZ (ISO 3166-1)")]
pub struct BadCountry;

impl CountryCode {
    /// Where addresses are that name no country.
    pub fn australia() -> Self {
        Self("AU".to_owned())
    }

    /// Reads a code, in any case. What counts as a country is whatever has telephone numbers: that
    /// list is kept by libphonenumber, and nobody else on earth gets post.
    ///
    /// # Errors
    /// When no country has it.
    ///
    /// ```
    /// use domain::address::CountryCode;
    /// assert_eq!(CountryCode::parse("nz").unwrap().as_str(), "NZ");
    /// assert!(CountryCode::parse("XX").is_err());
    /// assert!(CountryCode::parse("Australia").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, BadCountry> {
        let code = text.trim().to_ascii_uppercase();
        if code.parse::<Country>().is_ok() { Ok(Self(code)) } else { Err(BadCountry) }
    }

    /// The two letters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where a letter reaches a person. The name above it is not part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostalAddress {
    lines: Vec<AddressLine>,
    locality: Locality,
    region: Option<Region>,
    postcode: Option<Postcode>,
    country: CountryCode,
}

/// The states and territories as Australia Post writes them on a label.
const AUSTRALIAN_STATES: [&str; 8] = ["ACT", "NSW", "NT", "QLD", "SA", "TAS", "VIC", "WA"];

impl PostalAddress {
    /// Most lines above the locality: with a name above and a country below, seven lines fit the
    /// window.
    pub const MAX_LINES: usize = 4;

    /// Puts an address together. An Australian one has a state and a postcode of four digits,
    /// because nothing is delivered without them; other countries have their own ways.
    ///
    /// # Errors
    /// With every wrong field, by a pointer into the address.
    ///
    /// ```
    /// use domain::address::{AddressLine, CountryCode, Locality, PostalAddress, Postcode, Region};
    /// let build = |region: &str, postcode: &str| PostalAddress::new(
    ///     vec![AddressLine::parse("1 Quay Street").unwrap()],
    ///     Locality::parse("Sydney").unwrap(),
    ///     Region::parse(region).ok(),
    ///     Postcode::parse(postcode).ok(),
    ///     CountryCode::australia(),
    /// );
    /// assert_eq!(build("nsw", "2000").unwrap().region().unwrap().as_str(), "NSW");
    /// assert_eq!(build("Sydney", "20").unwrap_err().errors().len(), 2);
    /// ```
    pub fn new(
        lines: Vec<AddressLine>,
        locality: Locality,
        region: Option<Region>,
        postcode: Option<Postcode>,
        country: CountryCode,
    ) -> Result<Self, Invalid> {
        let mut errors = Vec::new();
        if !(1..=Self::MAX_LINES).contains(&lines.len()) {
            let detail = format!("must have 1 to {} lines", Self::MAX_LINES);
            errors.push(FieldError::new("/lines", detail));
        }
        let mut region = region;
        if country == CountryCode::australia() {
            region = region.map(|it| Region(it.0.to_uppercase()));
            let state = region.as_ref().map_or("", Region::as_str);
            if !AUSTRALIAN_STATES.contains(&state) {
                let states = AUSTRALIAN_STATES.join(", ");
                errors.push(FieldError::new("/region", format!("must be one of {states}")));
            }
            let digits = postcode.as_ref().map_or("", Postcode::as_str);
            if digits.len() != 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                errors.push(FieldError::new("/postcode", "must have four digits"));
            }
        }
        Invalid::unless_empty(errors)?;
        Ok(Self { lines, locality, region, postcode, country })
    }

    /// The lines above the locality: one to four.
    pub fn lines(&self) -> &[AddressLine] {
        &self.lines
    }

    /// The suburb, town or city.
    pub const fn locality(&self) -> &Locality {
        &self.locality
    }

    /// The state or province; always there in Australia.
    pub const fn region(&self) -> Option<&Region> {
        self.region.as_ref()
    }

    /// The postcode; always there in Australia.
    pub const fn postcode(&self) -> Option<&Postcode> {
        self.postcode.as_ref()
    }

    /// The country.
    pub const fn country(&self) -> &CountryCode {
        &self.country
    }
}
