//! Parts of the pages of a letter and of a batch.

use chrono_tz::Tz;
use maud::{Markup, html};

use super::view::{Done, Link};
use crate::html::dates::moment;
use crate::screens::lists::Site;
use crate::staff::Names;

/// The clock of that site; of the first one, when it is not known.
pub(super) fn zone_of(sites: &[Site], id: Option<&str>) -> Tz {
    let found = sites.iter().find(|site| Some(site.id.as_str()) == id);
    found.or(sites.first()).map_or(chrono_tz::UTC, |site| site.time_zone)
}

/// The link to a PDF. It is no redirect: the policy of our pages lets a form lead to our pages only.
pub(super) fn ready(link: &Link, zone: Tz) -> Markup {
    html! {
        p.notice role="status" {
            a href=(link.url) target="_blank" rel="noopener noreferrer" { "Open the PDF in a new tab" }
            ". The link is good until " (moment(&link.until, zone)) "."
        }
    }
}

/// Who has done what, the latest first.
pub(super) fn history(done: &[Done], names: &Names, zone: Tz) -> Markup {
    html! {
        h2 { "What was done" }
        @if done.is_empty() { p.soft { "Nothing yet." } }
        @else {
            ul.list {
                @for it in done.iter().rev() {
                    li {
                        (it.in_words()) ", " (moment(&it.at, zone)) ", by " (names.of(&it.by))
                        @if let Some(why) = &it.why { ": “" (why) "”" }
                    }
                }
            }
        }
    }
}
