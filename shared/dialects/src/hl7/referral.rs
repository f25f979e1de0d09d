//! Referrals: REF.

use domain::intake::{
    PresentedPatient, ReferralEventKind, ReferralOrigin, ToldReferral, ToldReferralDetails,
};
use domain::phi::Phi;
use domain::text::{Code, ExternalId};

use super::error::{Condition, Hl7Error};
use super::message::{Message, Part, no_segment};
use super::{heard, no_referral, open, patient, refuse, time};
use crate::delivery::Delivery;
use crate::heard::Heard;
use crate::names;
use crate::refused::Refused;
use crate::told::{Telling, WHO, is_somebody};

/// Reads a message at the referrals' address.
pub(crate) fn referrals(delivery: &Delivery<'_>) -> Result<Heard<ToldReferral>, Refused> {
    let message = open::open(delivery)?;
    let not_read = |condition, field, detail: &str| {
        let msh = message.first("MSH");
        let error = msh.map(|msh| msh.wrong(9, Some(field), condition, detail));
        refuse(message.header.clone(), error.into_iter().collect())
    };
    match message.kind.as_str() {
        "REF" => {}
        "SIU" => {
            let detail = "is about a booking: send it to /webhooks/bookings/{source}";
            return Err(not_read(Condition::UnsupportedMessageType, 1, detail));
        }
        _ => return Err(not_read(Condition::UnsupportedMessageType, 1, "must be REF")),
    }
    let rf1 = message.first("RF1");
    let standing = match rf1.map_or(Ok(Standing::Stands), standing) {
        Ok(standing) => standing,
        Err(error) => return Err(refuse(message.header, vec![error])),
    };
    let kind = match message.header.trigger.as_str() {
        "I12" | "I13" if standing == Standing::Ended => ReferralEventKind::Withdrawn,
        "I12" => ReferralEventKind::Added,
        "I13" => ReferralEventKind::Changed,
        "I14" => ReferralEventKind::Withdrawn,
        "I15" => {
            return Ok(passed_over(
                message,
                "It asks for a referral's status, which is not told here.",
            ));
        }
        _ => {
            let detail = "must be one of I12, I13, I14";
            return Err(not_read(Condition::UnsupportedEventCode, 2, detail));
        }
    };
    // Whatever it was, its end ends it.
    if let (Telling::All, Some(why)) = (Telling::of_referral(kind), no_referral::why(&message)) {
        return Ok(passed_over(message, why));
    }
    match read(&message, rf1, kind, delivery) {
        Ok(told) => Ok(heard(message, Some(told), Vec::new())),
        Err(errors) => Err(refuse(message.header, errors)),
    }
}

/// How a referral stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Stands,
    Ended,
}

/// How it stands, by RF1-1 (table 0283: A accepted, P pending, R rejected, E expired). In Australia nothing
/// is deleted: a correction comes with the same RF1-6. Under a status that is not known nobody is contacted.
fn standing(rf1: Part<'_>) -> Result<Standing, Hl7Error> {
    let status = rf1.text(1, 1).unwrap_or_default().to_ascii_uppercase();
    match status.as_str() {
        "" | "A" | "P" | "ACCEPTED" | "PENDING" => Ok(Standing::Stands),
        "R" | "E" | "REJECTED" | "EXPIRED" | "CANCELLED" | "WITHDRAWN" => Ok(Standing::Ended),
        _ => {
            let detail =
                "is a status that is not known here; send none, or A, P, R or E (table 0283)";
            Err(rf1.wrong(1, Some(1), Condition::TableValueNotFound, detail))
        }
    }
}

fn passed_over(message: Message, why: &str) -> Heard<ToldReferral> {
    let what = format!("REF^{}", message.header.trigger);
    heard(message, None, vec![(what, why.to_owned())])
}

fn read(
    message: &Message,
    rf1: Option<Part<'_>>,
    kind: ReferralEventKind,
    delivery: &Delivery<'_>,
) -> Result<ToldReferral, Vec<Hl7Error>> {
    let Some(rf1) = rf1 else { return Err(vec![no_segment("RF1")]) };
    let mut errors = Vec::new();
    let id = message.entity(rf1, 6).map(|id| ExternalId::parse(&id));
    match &id {
        Some(Ok(_)) => {}
        Some(Err(bad)) => {
            errors.push(rf1.wrong(6, Some(1), Condition::DataType, bad.to_string()));
        }
        None => {
            let detail = "is required: the originating referral's id";
            errors.push(rf1.wrong(6, Some(1), Condition::RequiredFieldMissing, detail));
        }
    }
    let id = id.and_then(Result::ok);
    let pids = message.all("PID");
    if let Some(second) = pids.get(1) {
        let detail = "a referral is of one patient: send a message for each";
        errors.push(second.wrong(3, None, Condition::SegmentSequence, detail));
    }
    let patient = pids.first().map(|pid| (*pid, patient::read(message, *pid, delivery.now)));
    let telling = Telling::of_referral(kind);
    let details = match patient {
        Some((_, patient)) if is_somebody(&patient) => Some(details(message, rf1, patient)),
        Some((pid, _)) if telling == Telling::All => {
            errors.push(pid.wrong(3, None, Condition::RequiredFieldMissing, WHO));
            None
        }
        None if telling == Telling::All => {
            errors.push(no_segment("PID"));
            None
        }
        Some(_) | None => None,
    };
    match id {
        Some(id) if errors.is_empty() => {
            let (time, site) = (message.time, site(message, provider(message, &TO)));
            Ok(ToldReferral { id, kind, version: None, time, details, site })
        }
        Some(_) | None => Err(errors),
    }
}

fn details(message: &Message, rf1: Part<'_>, patient: PresentedPatient) -> ToldReferralDetails {
    let mut referral_type = Vec::new();
    for field in [3, 10] {
        names::push(&mut referral_type, rf1.text(field, 1).as_deref());
        names::push(&mut referral_type, rf1.text(field, 2).as_deref());
    }
    let (from, to) = (provider(message, &FROM), provider(message, &TO));
    let day = |field: usize| rf1.text(field, 1).and_then(|text| time::day(&text));
    ToldReferralDetails {
        referral_type,
        issued: day(7),
        valid_until: day(8),
        origin: origin(message, from, to),
        referrer: from.and_then(patient::referrer).map(Phi::new),
        patient,
    }
}

/// Roles of whoever refers, and of whoever the patient is referred to (table 0286, and Australia's IR).
const FROM: [&str; 1] = ["RP"];
const TO: [&str; 2] = ["IR", "RT"];

/// The provider in one of these roles.
fn provider<'a>(message: &'a Message, roles: &[&str]) -> Option<Part<'a>> {
    let is = |role: Option<String>| role.is_some_and(|role| roles.contains(&role.as_str()));
    let has = |prd: &Part<'_>| prd.repeats(1).into_iter().any(|it| is(it.text(1)));
    message.all("PRD").into_iter().find(has)
}

/// The sites that may be meant: where the patient is sent. The sender's facility is the referrer's own.
fn site(message: &Message, to: Option<Part<'_>>) -> Vec<Code> {
    let mut site = Vec::new();
    for (segment, field) in [(to, 4), (message.first("PV1"), 3)] {
        if let Some(segment) = segment {
            names::push(&mut site, segment.text(field, 4).as_deref());
            names::push(&mut site, segment.text(field, 1).as_deref());
        }
    }
    names::push(&mut site, message.msh(6, 1).as_deref());
    site
}

/// Internal when it comes from the facility it goes to: by the providers' own locations where both say
/// theirs, else by the header.
fn origin(message: &Message, from: Option<Part<'_>>, to: Option<Part<'_>>) -> ReferralOrigin {
    let facility = |prd: Option<Part<'_>>| prd.and_then(|prd| prd.text(4, 4));
    let ends = match (facility(from), facility(to)) {
        (Some(from), Some(to)) => Some((from, to)),
        (Some(_) | None, Some(_) | None) => message.msh(4, 1).zip(message.msh(6, 1)),
    };
    match ends {
        Some((from, to)) if from == to => ReferralOrigin::Internal,
        Some(_) | None => ReferralOrigin::External,
    }
}
