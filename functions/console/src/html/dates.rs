//! Days and times as people write them, on the clock of a site.

use chrono::{DateTime, NaiveDate};
use chrono_tz::Tz;
use domain::calendar::in_words;
use maud::{Markup, html};

/// A day such as `2026-11-27`: “Fri 27 Nov 2026”. What is no day is shown as it is.
pub fn day(text: &str) -> Markup {
    let shown = NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .map_or_else(|_| text.to_owned(), |day| day.format("%a %-d %b %Y").to_string());
    html! { time datetime=(text) { (shown) } }
}

/// A moment such as `2026-11-27T02:30:00Z`, on a site's clock: “Fri 27 Nov 2026, 1:30 pm”, as the API
/// writes it too.
pub fn moment(text: &str, zone: Tz) -> Markup {
    html! { time datetime=(text) { (moment_in_words(text, zone)) } }
}

/// The same where there is room for text alone.
pub fn moment_in_words(text: &str, zone: Tz) -> String {
    DateTime::parse_from_rfc3339(text)
        .map_or_else(|_| text.to_owned(), |moment| in_words(zone, moment.to_utc()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_moments_are_written_as_people_write_them_on_the_sites_clock() {
        assert!(day("2026-11-27").into_string().contains(">Fri 27 Nov 2026<"));
        let shown = moment("2026-11-27T02:30:00Z", chrono_tz::Australia::Sydney).into_string();
        assert!(shown.contains(">Fri 27 Nov 2026, 1:30 pm<"), "{shown}");
        assert!(day("<soon>").into_string().contains("&lt;soon&gt;"));
    }
}
