//! Sites of the practice.

use domain::ids::SiteId;
use domain::site::Site;
use domain::text::{Code, Label};
use domain::window::SendingWindow;

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
    /// When SMS and email may go out.
    pub window: SendingWindow,
}

impl SiteDraft {
    fn into_site(self, id: SiteId, revision: u64) -> Site {
        Site {
            id,
            revision,
            code: self.code,
            name: self.name,
            zone: self.zone,
            window: self.window,
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
    let site = draft.into_site(SiteId::new(ids.next()), 1);
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
    let after = draft.into_site(id.clone(), revision + 1);
    catalogue
        .save_site(&before, &after)
        .await
        .map_err(|error| ChangeError::from_save(error, "/code"))?;
    Ok(after)
}
