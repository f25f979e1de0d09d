//! Public holidays of the sites: days on which a site's sending window stays closed.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use domain::ids::SiteId;
use domain::invalid::{FieldError, Invalid};
use domain::site::Site;
use domain::text::{Code, Label};

use super::ChangeError;
use crate::ports::{Catalogue, SaveError, StoreError};

/// How often one site is tried anew when others save it at the same time.
const TRIES: usize = 4;

/// Which sites get a holiday.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhichSites {
    /// All there are.
    All,
    /// Those of these codes.
    These(Vec<Code>),
}

/// What adding a holiday did at one site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HolidayOutcome {
    /// The day is a holiday there now.
    Added,
    /// It was one under another name.
    Renamed,
    /// It was one of this name.
    Unchanged,
    /// It could not be saved. Adding it again does what is left to do.
    Failed,
}

impl HolidayOutcome {
    /// The name used in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Renamed => "renamed",
            Self::Unchanged => "unchanged",
            Self::Failed => "failed",
        }
    }
}

/// Saves the holidays of a site that was read as `revision`.
///
/// # Errors
/// When there is no such site or somebody else saved first.
pub async fn save_holidays(
    catalogue: &impl Catalogue,
    id: &SiteId,
    revision: u64,
    holidays: BTreeMap<NaiveDate, Label>,
) -> Result<Site, ChangeError> {
    let before = catalogue.site(id).await?.ok_or(ChangeError::NotFound("site"))?;
    if before.revision != revision {
        return Err(ChangeError::Stale);
    }
    let after = with_holidays(&before, holidays);
    let saved = catalogue.save_site(&before, &after).await;
    saved.map_err(|error| ChangeError::from_save(error, "/holidays"))?;
    Ok(after)
}

/// Makes a day a holiday of many sites, and says of each what that did. May be repeated.
///
/// # Errors
/// When a site is named that does not exist, or the sites cannot be read: then nothing was changed.
pub async fn add_holiday(
    catalogue: &impl Catalogue,
    date: NaiveDate,
    name: &Label,
    which: WhichSites,
) -> Result<Vec<(Code, HolidayOutcome)>, ChangeError> {
    let chosen = chosen(catalogue.sites().await?, which)?;
    let mut report = Vec::with_capacity(chosen.len());
    for site in chosen {
        let code = site.code.clone();
        let outcome = match add_to(catalogue, site, date, name).await {
            Ok(outcome) => outcome,
            // The sites before it are saved, so this is said of the one and not of the whole.
            Err(error) => {
                tracing::error!(site.code = %code, error = %error, "a holiday could not be added");
                HolidayOutcome::Failed
            }
        };
        report.push((code, outcome));
    }
    Ok(report)
}

fn chosen(sites: Vec<Site>, which: WhichSites) -> Result<Vec<Site>, Invalid> {
    let codes = match which {
        WhichSites::All => return Ok(sites),
        WhichSites::These(codes) if codes.is_empty() => {
            return Err(Invalid::one("/sites", "must name at least one site, or \"all\""));
        }
        WhichSites::These(codes) => codes,
    };
    let unknown =
        codes.iter().enumerate().filter(|(_, code)| !sites.iter().any(|s| s.code == **code));
    let detail = "there is no site of this code";
    let errors = unknown.map(|(i, _)| FieldError::new(format!("/sites/{i}"), detail)).collect();
    Invalid::unless_empty(errors)?;
    let codes: BTreeSet<_> = codes.into_iter().collect();
    Ok(sites.into_iter().filter(|site| codes.contains(&site.code)).collect())
}

async fn add_to(
    catalogue: &impl Catalogue,
    mut site: Site,
    date: NaiveDate,
    name: &Label,
) -> Result<HolidayOutcome, StoreError> {
    for _ in 0..TRIES {
        let mut holidays = site.window.holidays().clone();
        let outcome = match holidays.insert(date, name.clone()) {
            Some(before) if before == *name => return Ok(HolidayOutcome::Unchanged),
            Some(_) => HolidayOutcome::Renamed,
            None => HolidayOutcome::Added,
        };
        match catalogue.save_site(&site, &with_holidays(&site, holidays)).await {
            Ok(()) => return Ok(outcome),
            Err(SaveError::Store(error)) => return Err(error),
            Err(SaveError::Stale | SaveError::Taken(_)) => match catalogue.site(&site.id).await? {
                Some(newer) => site = newer,
                None => return Ok(HolidayOutcome::Failed),
            },
        }
    }
    Ok(HolidayOutcome::Failed)
}

fn with_holidays(site: &Site, holidays: BTreeMap<NaiveDate, Label>) -> Site {
    let window = site.window.clone().with_holidays(holidays);
    Site { revision: site.revision + 1, window, ..site.clone() }
}
