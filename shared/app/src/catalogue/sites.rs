//! Sites of the practice.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::email::EmailAddress;
use domain::ids::SiteId;
use domain::invalid::Invalid;
use domain::program::Assignment;
use domain::sender::{Replies, SmsSender};
use domain::site::{Letterhead, Site};
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
    /// Whom its text messages come from. When it is left out, it stays as it is.
    pub sms: Option<SmsSender>,
    /// Where answers to its email go. When it is left out, it stays as it is.
    pub reply_to: Option<Option<EmailAddress>>,
    /// What its letters say of it, should the draft say so; left out, it stays as it is.
    pub letterhead: Option<Letterhead>,
}

impl SiteDraft {
    /// The site, of which what is not said stays as it was `before`.
    fn into_site(self, id: SiteId, revision: u64, before: Option<&Site>) -> Site {
        let known = before.map(|site| site.window.holidays().clone()).unwrap_or_default();
        let sms = before.map(|site| site.sms.clone()).unwrap_or_default();
        let reply_to = before.and_then(|site| site.reply_to.clone());
        let letterhead = before.map(|site| site.letterhead.clone()).unwrap_or_default();
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
            sms: self.sms.unwrap_or(sms),
            reply_to: self.reply_to.unwrap_or(reply_to),
            letterhead: self.letterhead.unwrap_or(letterhead),
        }
    }
}

/// Creates a site.
///
/// # Errors
/// When its code is taken, or its sender cannot receive what enabled programs ask patients.
pub async fn create_site(
    catalogue: &impl Catalogue,
    ids: &impl Ids,
    draft: SiteDraft,
) -> Result<Site, ChangeError> {
    let site = draft.into_site(SiteId::new(ids.next()), 1, None);
    check_sender(catalogue, &site).await?;
    catalogue.create_site(&site).await.map_err(|error| ChangeError::from_save(error, "/code"))?;
    Ok(site)
}

/// Saves a site that was read as `revision`.
///
/// # Errors
/// When its code is taken or somebody else saved first, or its sender cannot receive any more what
/// enabled programs ask patients.
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
    let after = draft.into_site(id.clone(), revision + 1, Some(&before));
    if before.sms != after.sms {
        check_sender(catalogue, &after).await?;
    }
    catalogue
        .save_site(&before, &after)
        .await
        .map_err(|error| ChangeError::from_save(error, "/code"))?;
    Ok(after)
}

/// Refuses a site whose sender cannot receive while enabled programs need answers: a patient of theirs
/// can be at any site, and what they answered there would be lost.
async fn check_sender(catalogue: &impl Catalogue, site: &Site) -> Result<(), ChangeError> {
    match site.sms.replies() {
        Replies::Received => return Ok(()),
        Replies::Lost => {}
    }
    let programs = catalogue.programs().await?;
    let enabled: Vec<_> =
        programs.iter().filter(|it| it.assignment == Assignment::Enabled).collect();
    if enabled.is_empty() {
        return Ok(());
    }
    let templates = catalogue.templates().await?;
    let templates = templates.into_iter().map(|it| (it.id.clone(), it)).collect();
    let deaf: Vec<String> = enabled
        .into_iter()
        .filter(|program| program.needs_answers(&templates))
        .map(|program| format!("“{}”", program.name))
        .collect();
    if deaf.is_empty() {
        return Ok(());
    }
    let detail = format!(
        "must be a number that receives replies, because these programs are enabled and save \
         answers, or tell patients to answer STOP: {}. Give the site a number, or disable them first",
        deaf.join(", ")
    );
    Err(Invalid::one("/sms", detail).into())
}
