//! The daily balance. There are ids in it, and nothing else of a patient.

use app::ports::{Balance, Named};
use domain::balance::Tally;
use domain::ids::SiteId;
use domain::site::Site;
use serde_json::{Value, json};

fn sides(tally: &Tally) -> Value {
    json!({
        "due": tally.due,
        "sent": tally.sent,
        "skipped": tally.skipped(),
        "too_late": tally.too_late,
        "passed": tally.passed,
        "failed": tally.failed,
        "over": tally.over,
        "held": tally.held,
        "waiting": tally.waiting,
    })
}

/// A balance, as the list shows it.
pub(crate) fn show_balance(balance: &Balance, sites: &[Site]) -> Value {
    let tallies = &balance.counted.tallies;
    let code = |id: &SiteId| {
        let site = sites.iter().find(|site| site.id == *id);
        site.map_or_else(|| id.to_string(), |site| site.code.to_string())
    };
    let by_channel: Vec<Value> = tallies
        .by_carrier
        .iter()
        .map(|(carrier, tally)| json!({ "channel": carrier.as_str(), "sides": sides(tally) }))
        .collect();
    let by_site: Vec<Value> = tallies
        .by_site
        .iter()
        .map(|(site, tally)| json!({ "site": code(site), "sides": sides(tally) }))
        .collect();
    json!({
        "day": balance.day.date,
        "from": balance.day.from,
        "until": balance.day.until,
        "computed_at": balance.computed_at,
        "sides": sides(&tallies.all),
        "difference": balance.difference(),
        "new": balance.news(),
        "imbalances": balance.counted.imbalances,
        "by_channel": by_channel,
        "by_site": by_site,
        "enrolments": balance.counted.enrolments,
        "events_overdue": balance.events_overdue,
        "letters_silent": balance.letters_silent,
        "work_open": balance.work_open,
    })
}

/// The same, with what was found.
pub(crate) fn show_balance_of_day(balance: &Balance, sites: &[Site]) -> Value {
    let mut shown = show_balance(balance, sites);
    let found = balance.counted.named.iter().map(show_imbalance).collect();
    if let Value::Object(fields) = &mut shown {
        fields.insert("found".to_owned(), Value::Array(found));
    }
    shown
}

fn show_imbalance(Named { imbalance: it, since }: &Named) -> Value {
    json!({
        "kind": it.kind.as_str(),
        "says": it.kind.in_words(),
        "enrolment": it.enrolment,
        "cycle": it.cycle,
        "action": it.action,
        "attempt": it.attempt,
        "since": since,
    })
}
