//! What there is to choose from: sites, programs, templates, booking types.

use chrono_tz::Tz;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::api::{Api, at};
use crate::failure::Failure;
use crate::html::Items;
use crate::html::field::{Choice, choice};

/// Most that a list has a page: what the API gives.
const PAGE: &str = "200";

/// A site.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Site {
    pub(crate) id: String,
    /// By which patients name it.
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) time_zone: Tz,
}

/// A program.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Program {
    pub(crate) id: String,
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) enabled: bool,
}

/// A template.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Template {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) channel: String,
}

/// A booking type.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct BookingType {
    pub(crate) id: String,
    pub(crate) name: String,
}

/// All sites.
pub(crate) async fn sites(api: &Api) -> Result<Vec<Site>, Failure> {
    all(api, &["v1", "sites"], &[]).await
}

/// All programs.
pub(crate) async fn programs(api: &Api) -> Result<Vec<Program>, Failure> {
    all(api, &["v1", "programs"], &[]).await
}

/// All templates of a channel; of every channel when it is empty.
pub(crate) async fn templates(api: &Api, channel: &str) -> Result<Vec<Template>, Failure> {
    all(api, &["v1", "templates"], &[("channel", channel)]).await
}

/// All booking types.
pub(crate) async fn booking_types(api: &Api) -> Result<Vec<BookingType>, Failure> {
    all(api, &["v1", "booking-types"], &[]).await
}

/// All of a list, page by page.
pub(crate) async fn all<T: DeserializeOwned>(
    api: &Api,
    path: &[&str],
    query: &[(&str, &str)],
) -> Result<Vec<T>, Failure> {
    let (mut items, mut cursor) = (Vec::new(), String::new());
    loop {
        let whole = [query, &[("limit", PAGE), ("cursor", cursor.as_str())]].concat();
        let page: Items<T> = api.get(&at(path, &whole)).await?;
        items.extend(page.items);
        match page.next {
            Some(next) => cursor = next,
            None => return Ok(items),
        }
    }
}

/// The clock that the practice's own times are shown on: its first site's.
pub(crate) async fn zone(api: &Api) -> Result<Tz, Failure> {
    let sites: Items<Site> = api.get(&at(&["v1", "sites"], &[("limit", "1")])).await?;
    Ok(sites.items.first().map_or(Tz::UTC, |it| it.time_zone))
}

/// Sites to choose from.
pub(crate) fn of_sites(sites: &[Site]) -> impl Iterator<Item = Choice> + '_ {
    sites.iter().map(|site| choice(&site.id, &site.name))
}
