//! Sites: their zone and sending window.

use app::catalogue::SiteDraft;
use app::form::Form;
use chrono::{NaiveDate, Weekday};
use domain::site::Site;
use domain::text::{Code, Label};
use domain::window::{BadWindow, SendingWindow};
use serde_json::{Value, json};

use super::{show_time, time_of_day};

pub(crate) fn read_site(form: &Form<'_>) -> Option<SiteDraft> {
    let code = form.required("code", Code::parse);
    let name = form.required("name", Label::parse);
    let zone = form.required("time_zone", |text| {
        text.parse::<chrono_tz::Tz>()
            .map_err(|_| "must be an IANA time zone such as Australia/Sydney")
    });
    let window = form.optional_object("sending_window", read_window);
    form.pass_over(&["id", "version"]);
    Some(SiteDraft { code: code?, name: name?, zone: zone?, window: window?.unwrap_or_default() })
}

fn read_window(form: &Form<'_>) -> Option<SendingWindow> {
    let opens = form.required("opens", time_of_day);
    let closes = form.required("closes", time_of_day);
    let days = form.texts("days", 7, |text| {
        text.parse::<Weekday>().map_err(|_| "must be a weekday such as monday")
    });
    let holidays = form.texts("holidays", 1000, |text| {
        text.parse::<NaiveDate>().map_err(|_| "must be a date such as 2026-12-25")
    });
    match SendingWindow::new(opens?, closes?, days?, holidays?) {
        Ok(window) => Some(window),
        Err(error) => {
            let field = match error {
                BadWindow::Empty => "closes",
                BadWindow::NoDays => "days",
            };
            form.error(field, error.to_string());
            None
        }
    }
}

pub(crate) fn show_site(site: &Site) -> Value {
    let days: Vec<String> = site.window.days().map(|day| day_name(day).to_owned()).collect();
    json!({
        "id": site.id,
        "code": site.code,
        "name": site.name,
        "version": site.revision,
        "time_zone": site.zone.name(),
        "sending_window": {
            "opens": show_time(site.window.opens()),
            "closes": show_time(site.window.closes()),
            "days": days,
            "holidays": site.window.holidays().collect::<Vec<_>>(),
        },
    })
}

fn day_name(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "monday",
        Weekday::Tue => "tuesday",
        Weekday::Wed => "wednesday",
        Weekday::Thu => "thursday",
        Weekday::Fri => "friday",
        Weekday::Sat => "saturday",
        Weekday::Sun => "sunday",
    }
}
