//! Sites: their zone and sending window.

use std::collections::BTreeSet;

use app::catalogue::SiteDraft;
use app::form::Form;
use chrono::{NaiveDate, NaiveTime, Weekday};
use domain::address::AddressLine;
use domain::email::EmailAddress;
use domain::sender::{OriginationNumber, SenderId, SmsSender};
use domain::site::{Letterhead, ShownPhone, Site};
use domain::text::{Code, Label};
use domain::window::{SendingWindow, WindowFault};
use serde_json::{Value, json};

use super::holidays::{MAX_HOLIDAYS, date};
use super::{show_time, time_of_day};

/// The latest time of day the API can say.
const END_OF_DAY: NaiveTime = NaiveTime::from_hms_opt(23, 59, 59).expect("it is a time of day");

pub(crate) fn read_site(form: &Form<'_>) -> Option<SiteDraft> {
    let code = form.required("code", Code::parse);
    let name = form.required("name", Label::parse);
    let zone = form.required("time_zone", |text| {
        text.parse::<chrono_tz::Tz>()
            .map_err(|_| "must be an IANA time zone such as Australia/Sydney")
    });
    let window = form.optional_object("sending_window", read_window);
    // What is left out stays as it is: a save takes no number away by saying nothing of it.
    let (says_sms, says_reply_to) = (form.says("sms"), form.says("reply_to"));
    let sms = form.optional_object("sms", read_sender);
    let reply_to = form.optional("reply_to", EmailAddress::parse);
    let letterhead = form.optional_object("letterhead", read_letterhead);
    form.pass_over(&["id", "version"]);
    let (window, holidays) = window?.unwrap_or_default();
    let (code, name, zone) = (code?, name?, zone?);
    let (sms, reply_to) = (sms?.unwrap_or_default(), reply_to?);
    let sms = says_sms.then_some(sms);
    let reply_to = says_reply_to.then_some(reply_to);
    let letterhead = letterhead?;
    Some(SiteDraft { code, name, zone, window, holidays, sms, reply_to, letterhead })
}

/// A sender of the site's own: a name or a number.
fn read_sender(form: &Form<'_>) -> Option<SmsSender> {
    let id = form.optional("sender_id", SenderId::parse);
    let number = form.optional("number", OriginationNumber::parse);
    match (id?, number?) {
        (Some(id), None) => Some(SmsSender::Id(id)),
        (None, Some(number)) => Some(SmsSender::Number(number)),
        (Some(_), Some(_)) | (None, None) => {
            form.error("number", "give one of sender_id and number");
            None
        }
    }
}

fn show_sender(sender: &SmsSender) -> Value {
    match sender {
        SmsSender::Deployment => Value::Null,
        SmsSender::Id(id) => json!({ "sender_id": id.as_str() }),
        SmsSender::Number(number) => json!({ "number": number.as_str() }),
    }
}

fn read_letterhead(form: &Form<'_>) -> Option<Letterhead> {
    let address = form.texts("address", Letterhead::MAX_LINES, AddressLine::parse);
    let phone = form.optional("phone", ShownPhone::parse);
    let email = form.optional("email", EmailAddress::parse);
    Some(Letterhead { address: address?, phone: phone?, email: email? })
}

/// The window, and the dates of its holidays should they be said.
fn read_window(form: &Form<'_>) -> Option<(SendingWindow, Option<BTreeSet<NaiveDate>>)> {
    let opens = form.required("opens", time_of_day);
    let closes = form.required("closes", time_of_day);
    let days = form.texts("days", 7, |text| {
        text.parse::<Weekday>().map_err(|_| "must be a weekday such as monday")
    });
    let holidays = form.optional_texts("holidays", MAX_HOLIDAYS, date);
    // In the place of what is wrong already stands what no rule can refuse, so that everything else
    // is checked all the same.
    let window = SendingWindow::new(
        opens.unwrap_or(NaiveTime::MIN),
        closes.unwrap_or(END_OF_DAY),
        days.clone().unwrap_or_else(|| vec![Weekday::Mon]),
    );
    if let Err(bad) = &window {
        for fault in bad.faults() {
            let field = match fault {
                WindowFault::Empty => "closes",
                WindowFault::NoDays => "days",
            };
            form.error(field, fault.to_string());
        }
    }
    opens.zip(closes).zip(days)?;
    Some((window.ok()?, holidays?.map(BTreeSet::from_iter)))
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
            "holidays": site.window.holidays().keys().collect::<Vec<_>>(),
        },
        "sms": show_sender(&site.sms),
        "reply_to": site.reply_to.as_ref().map(EmailAddress::as_str),
        "letterhead": {
            "address": site.letterhead.address,
            "phone": site.letterhead.phone,
            "email": site.letterhead.email.as_ref().map(EmailAddress::as_str),
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
