//! Sites of the practice.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use domain::email::EmailAddress;
use domain::ids::SiteId;
use domain::site::Site;
use domain::text::{Code, Label};
use domain::window::{SendingWindow, unnamed_holiday};

use super::ChangeError;
use crate::ports::{Catalogue, Ids};

/// A site as an admin writes it.
#[derive(Debug, Clone)]
pub struct SiteDraft {
    /// What booking systems call it.
    pub code: Code,
    /// What patients call it.
    pub name: Label,
    /// Its clock.
    pub zone: chrono_tz::Tz,
    /// When SMS and email may go out. Its holidays are said apart from it.
    pub window: SendingWindow,
    /// The days on which the window stays closed, without names: a day that has one keeps it. When
    /// they are left out, they stay as they are.
    pub holidays: Option<BTreeSet<NaiveDate>>,
    /// Where answers to its email go. When it is left out, it stays as it is.
    pub reply_to: Option<Option<EmailAddress>>,
}

impl SiteDraft {
    /// The site, whose `known` holidays and address for answers stay unless others are said.
    fn into_site(
        self,
        id: SiteId,
        revision: u64,
        known: &BTreeMap<NaiveDate, Label>,
        reply_to: Option<EmailAddress>,
    ) -> Site {
        let name = |date| known.get(&date).cloned().unwrap_or_else(unnamed_holiday);
        let holidays = match self.holidays {
            Some(dates) => dates.into_iter().map(|date| (date, name(date))).collect(),
            None => known.clone(),
        };
        Site {
            id,
            revision,
            code: self.code,
            name: self.name,
            zone: self.zone,
            window: self.window.with_holidays(holidays),
            reply_to: self.reply_to.unwrap_or(reply_to),
        }
    }
}

/// Creates a site.
///
/// # Errors
/// When its code is taken.
pub async fn create_site(
    catalogue: &impl Catalogue,
    ids: &impl Ids,
    draft: SiteDraft,
) -> Result<Site, ChangeError> {
    let site = draft.into_site(SiteId::new(ids.next()), 1, &BTreeMap::new(), None);
    catalogue.create_site(&site).await.map_err(|error| ChangeError::from_save(error, "/code"))?;
    Ok(site)
}

/// Saves a site that was read as `revision`.
///
/// # Errors
/// When its code is taken or somebody else saved first.
pub async fn save_site(
    catalogue: &impl Catalogue,
    id: &SiteId,
    revision: u64,
    draft: SiteDraft,
) -> Result<Site, ChangeError> {
    let before = catalogue.site(id).await?.ok_or(ChangeError::NotFound("site"))?;
    if before.revision != revision {
        return Err(ChangeError::Stale);
    }
    let (known, reply_to) = (before.window.holidays(), before.reply_to.clone());
    let after = draft.into_site(id.clone(), revision + 1, known, reply_to);
    catalogue
        .save_site(&before, &after)
        .await
        .map_err(|error| ChangeError::from_save(error, "/code"))?;
    Ok(after)
}
