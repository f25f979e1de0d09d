//! Public holidays of the sites.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use app::catalogue::{HolidayOutcome, WhichSites};
use app::form::Form;
use chrono::NaiveDate;
use domain::site::Site;
use domain::text::{Code, Label};
use domain::timing::{BadReferenceDate, ReferenceDate};
use serde_json::{Value, json};

/// Most holidays of a site: some ninety years of them.
pub(super) const MAX_HOLIDAYS: usize = 1_000;
/// Most sites in one request.
const MAX_SITES: usize = 500;

/// A date as staff may give it.
pub(super) fn date(text: &str) -> Result<NaiveDate, BadReferenceDate> {
    ReferenceDate::parse(text).map(ReferenceDate::date)
}

/// One day and its name.
fn read_holiday(form: &Form<'_>) -> Option<(NaiveDate, Label)> {
    let date = form.required("date", date);
    let name = form.required("name", Label::parse);
    date.zip(name)
}

pub(crate) fn read_holidays(form: &Form<'_>) -> Option<BTreeMap<NaiveDate, Label>> {
    // What an answer shows may be sent back as it is.
    form.pass_over(&["version"]);
    form.must_say("holidays");
    let listed = form.objects("holidays", MAX_HOLIDAYS, read_holiday)?;
    let mut holidays = BTreeMap::new();
    for (i, (date, name)) in listed.into_iter().enumerate() {
        match holidays.entry(date) {
            Entry::Vacant(entry) => {
                entry.insert(name);
            }
            Entry::Occupied(_) => form.error_in("holidays", i, "date", "is listed twice"),
        }
    }
    Some(holidays)
}

pub(crate) fn show_holidays(site: &Site) -> Value {
    let holidays = site.window.holidays().iter();
    let holidays: Vec<_> =
        holidays.map(|(date, name)| json!({ "date": date, "name": name })).collect();
    json!({ "version": site.revision, "holidays": holidays })
}

/// A day, its name, and whose holiday it becomes.
pub(crate) fn read_new_holiday(form: &Form<'_>) -> Option<(NaiveDate, Label, WhichSites)> {
    let holiday = read_holiday(form);
    let sites = form.texts_or_word("sites", "all", MAX_SITES, Code::parse);
    let ((date, name), sites) = holiday.zip(sites)?;
    Some((date, name, sites.map_or(WhichSites::All, WhichSites::These)))
}

pub(crate) fn show_holiday_outcome((site, outcome): &(Code, HolidayOutcome)) -> Value {
    json!({ "site": site, "outcome": outcome.as_str() })
}
