//! HL7 v2.4, without offsets: times are those of the clock in Sydney.

use chrono::{DateTime, Utc};
use chrono_tz::Australia::Sydney;
use domain::booking::BookingEventKind;
use domain::intake::ReferralEventKind;

use crate::story::{Person, Step, Visit, What};

pub(super) fn say(step: &Step, id: &str) -> String {
    let segments = match &step.what {
        What::Booking { id: booking, version: _, kind, visit } => {
            schedule(step, id, booking, *kind, visit.as_ref())
        }
        What::Referral { id: referral, version: _, kind, referrer, who } => {
            refer(step, (id, referral), *kind, (*referrer, *who))
        }
    };
    segments.join("\r") + "\r"
}

fn local(at: DateTime<Utc>) -> String {
    at.with_timezone(&Sydney).format("%Y%m%d%H%M%S").to_string()
}

fn header(step: &Step, (from, id): (&str, &str), kind: &str) -> String {
    let time = local(step.at);
    format!(
        "MSH|^~\\&|{from}|PATIENTCONNECT|harbour|{time}||{kind}|{id}|P|2.4|||AL|NE|AUS|UNICODE UTF-8"
    )
}

/// The trigger, and what the schedule says of the status then.
const fn trigger(kind: BookingEventKind) -> (&'static str, &'static str) {
    match kind {
        BookingEventKind::Requested => ("S14", "Pending"),
        BookingEventKind::Made => ("S12", "Booked"),
        BookingEventKind::Changed => ("S14", "Booked"),
        BookingEventKind::Moved => ("S13", "Booked"),
        BookingEventKind::Arrived => ("S14", "Started"),
        BookingEventKind::Fulfilled => ("S14", "Complete"),
        BookingEventKind::NotAttended => ("S26", "Noshow"),
        BookingEventKind::Cancelled => ("S15", "Cancelled"),
        BookingEventKind::Deleted => ("S17", "Deleted"),
    }
}

fn schedule(
    step: &Step,
    id: &str,
    booking: &str,
    kind: BookingEventKind,
    visit: Option<&Visit>,
) -> Vec<String> {
    let (trigger, status) = trigger(kind);
    let kind = format!("SIU^{trigger}^SIU_S12");
    let mut segments = vec![header(step, ("DIARY|harbour", id), &kind)];
    let Some(visit) = visit else {
        let rest = "|".repeat(23);
        segments.push(format!("SCH||{booking}^DIARY{rest}{status}"));
        return segments;
    };
    let (start, end, kind) = (local(visit.start), local(visit.end()), visit.kind);
    let rest = "|".repeat(14);
    segments.extend([
        format!(
            "SCH||{booking}^DIARY||||||{kind}^{kind}^L|30|min|^^30^{start}^{end}{rest}{status}"
        ),
        patient(visit.who),
        "PV1|1|O|^^^harbour".to_owned(),
        "RGS|1|A".to_owned(),
        format!("AIS|1|A|{kind}^{kind}^L|{start}|0|min|30|min|NO|{status}"),
        "AIL|1|A|^^^harbour".to_owned(),
    ]);
    segments
}

fn refer(
    step: &Step,
    (id, referral): (&str, &str),
    kind: ReferralEventKind,
    (referrer, who): (bool, Person),
) -> Vec<String> {
    let trigger = match kind {
        ReferralEventKind::Added => "I12",
        ReferralEventKind::Changed => "I13",
        ReferralEventKind::Withdrawn | ReferralEventKind::Completed => "I14",
    };
    let kind = format!("REF^{trigger}^REF_I12");
    let mut segments = vec![
        header(step, ("GPSOFT|quay", id), &kind),
        format!("RF1|A^Accepted^HL70283|R|podiatry^Podiatry^L|||{referral}^GPSOFT|20261120"),
    ];
    if referrer {
        segments.push(
            "PRD|RP|Nguyen^Anna^^^Dr^^L|1 Quay Street^^Sydney^NSW^2000^AUS^B|^^^quay^^^^^Quay Street Practice"
                .to_owned(),
        );
    }
    segments.extend([
        "PRD|IR|Okafor^Chidi^^^Dr||^^^harbour".to_owned(),
        patient(who),
        "PV1|1|O|^^^harbour".to_owned(),
    ]);
    segments
}

fn patient(who: Person) -> String {
    let [first, last, born, mobile] = who.describe();
    let (id, born) = (who.id(), born.replace('-', ""));
    format!("PID|1||{id}^^^^MR||{last}^{first}^^^^^L||{born}|U|||||{mobile}^PRN^CP")
}
