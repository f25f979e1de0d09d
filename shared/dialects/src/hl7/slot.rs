//! When a visit starts and ends.

use domain::intake::{Until, When};

use super::error::{Condition, Hl7Error};
use super::message::{Message, Part};
use super::time;

/// When it starts: by TQ1-7, SCH-11.4, or the earliest AIS-4. Where one of the first two names a day alone,
/// one further on that names the time counts.
pub(super) fn start(message: &Message, sch: Part<'_>) -> Result<When, Hl7Error> {
    let mut day_alone = None;
    for (segment, field, component) in [(message.first("TQ1"), 7, 1), (Some(sch), 11, 4)] {
        let Some(segment) = segment else { continue };
        let Some(text) = segment.text(field, component) else { continue };
        match time::moment(&text) {
            Ok(start) => return Ok(start),
            Err(detail) => {
                let error = segment.wrong(field, Some(component), Condition::DataType, detail);
                if !time::is_day_alone(&text) {
                    return Err(error);
                }
                day_alone.get_or_insert(error);
            }
        }
    }
    let services = message.all("AIS");
    let starts: Vec<_> = services.iter().filter_map(|ais| service_start(*ais)).collect();
    let first_wrong = starts.iter().find_map(|start| start.as_ref().err().cloned());
    let earliest = starts.into_iter().flatten().reduce(|a, b| if is_before(b, a) { b } else { a });
    earliest.ok_or_else(|| {
        let detail = "is required: when it starts, here, in TQ1-7 or in AIS-4";
        let missing = || sch.wrong(11, Some(4), Condition::RequiredFieldMissing, detail);
        day_alone.or(first_wrong).unwrap_or_else(missing)
    })
}

/// When a service of the visit starts; `None` when it does not say.
fn service_start(ais: Part<'_>) -> Option<Result<When, Hl7Error>> {
    let text = ais.text(4, 1)?;
    let wrong = |detail| ais.wrong(4, Some(1), Condition::DataType, detail);
    Some(time::moment(&text).map_err(wrong))
}

/// Whether one time is seen to come before another: both are instants, or both the site's.
fn is_before(one: When, other: When) -> bool {
    match (one, other) {
        (When::Instant(one), When::Instant(other)) => one < other,
        (When::OnSite(one), When::OnSite(other)) => one < other,
        (When::Instant(_), When::OnSite(_)) | (When::OnSite(_), When::Instant(_)) => false,
    }
}

/// Until when it lasts; what cannot be read is not said. Of several services that start at several times it
/// is until the last of them ends.
pub(super) fn end(message: &Message, sch: Part<'_>) -> Option<Until> {
    let times = [message.first("TQ1").and_then(|tq1| tq1.text(8, 1)), sch.text(11, 5)];
    let at = times.into_iter().flatten().find_map(|text| time::moment(&text).ok());
    let length = || time::length(sch.text(9, 1), sch.text(10, 1)).map(Until::For);
    at.map(Until::At).or_else(length).or_else(|| services_end(&message.all("AIS")))
}

fn services_end(services: &[Part<'_>]) -> Option<Until> {
    let length = |ais: &Part<'_>| time::length(ais.text(7, 1), ais.text(8, 1));
    let start = |ais: &Part<'_>| service_start(*ais)?.ok();
    let ends = services.iter().filter_map(|ais| time::later(start(ais)?, length(ais)?));
    let last = ends.reduce(|a, b| if is_before(a, b) { b } else { a });
    let first = services.iter().find_map(start);
    let at_once = services.iter().filter_map(start).all(|start| Some(start) == first);
    let last = last.filter(|_| !at_once).map(Until::At);
    last.or_else(|| services.iter().find_map(length).map(Until::For))
}
