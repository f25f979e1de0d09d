//! The numbers of today and of the days to come: nothing in them is about anybody.

use app::forecast::{DayAhead, Forecast};
use app::form::Form;
use app::ports::Seen;
use app::today::{ToCome, Today};
use domain::ids::SiteId;
use domain::invalid::Invalid;
use domain::program::{Carrier, Channel};
use domain::site::Site;
use domain::text::Code;
use serde_json::{Value, json};

use super::on_program::unknown_site;

/// Whose numbers are asked for.
pub(crate) struct OfSite {
    /// A site's; those of all when none is named.
    code: Option<Code>,
}

/// Reads `?site=`.
pub(crate) fn read_site(form: &Form<'_>) -> Option<OfSite> {
    form.optional("site", Code::parse).map(|code| OfSite { code })
}

impl OfSite {
    /// The site that is named, if one is.
    ///
    /// # Errors
    /// When there is none of its code.
    pub(crate) fn among<'a>(&self, sites: &'a [Site]) -> Result<Option<&'a SiteId>, Invalid> {
        let code = self.code.as_ref();
        Invalid::unless_empty(unknown_site(code, sites).into_iter().collect())?;
        Ok(code.and_then(|code| sites.iter().find(|site| site.code == *code)).map(|it| &it.id))
    }
}

pub(crate) fn show_forecast(forecast: &Forecast) -> Value {
    json!({
        "from": forecast.days.first().map(|day| day.date),
        "to": forecast.days.last().map(|day| day.date),
        "time_zone": forecast.zone.name(),
        "complete_until": forecast.complete_until,
        "enrolments": forecast.enrolments,
        "unreadable": forecast.unreadable,
        "days": forecast.days.iter().map(show_day).collect::<Vec<_>>(),
    })
}

fn show_day(day: &DayAhead) -> Value {
    let of = |carrier| day.by_carrier.get(&carrier).copied().unwrap_or_default();
    json!({
        "date": day.date,
        "sms": of(Carrier::Channel(Channel::Sms)),
        "email": of(Carrier::Channel(Channel::Email)),
        "letter": of(Carrier::Channel(Channel::Letter)),
        "pause": of(Carrier::Staff),
    })
}

pub(crate) fn show_today(today: &Today) -> Value {
    let seen = |count: fn(&Seen) -> u64| {
        let of = |channel| today.seen.get(&channel).map(count).unwrap_or_default();
        json!({ "sms": of(Channel::Sms), "email": of(Channel::Email), "letter": of(Channel::Letter) })
    };
    let (to_come, more) = match &today.to_come {
        ToCome::All(to_come) => (to_come, false),
        ToCome::AtLeast(to_come) => (to_come, true),
    };
    let of = |carrier| to_come.get(&carrier).copied().unwrap_or_default();
    json!({
        "date": today.date,
        "time_zone": today.zone.name(),
        "sent": seen(|seen| seen.sent),
        "failed": seen(|seen| seen.failed),
        "still_to_come": {
            "sms": of(Carrier::Channel(Channel::Sms)),
            "email": of(Carrier::Channel(Channel::Email)),
            "letter": of(Carrier::Channel(Channel::Letter)),
            "pause": of(Carrier::Staff),
            "more": more,
        },
    })
}
