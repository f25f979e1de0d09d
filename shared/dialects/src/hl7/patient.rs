//! Patients (PID) and those who refer them (PRD). What is malformed of what nobody must say is left out:
//! a patient is not to be missed for it.

use chrono::{DateTime, Utc};
use domain::address::{AddressLine, Locality, PostalAddress, Postcode, Region};
use domain::email::EmailAddress;
use domain::intake::PresentedPatient;
use domain::patient::{Gp, GpName, GpPractice, MedicareNumber, PersonName};
use domain::phi::Phi;
use domain::phone::MobileNumber;
use domain::text::ExternalId;

use super::message::{Message, Part, Repeat};
use super::time;
use crate::told::birth_date;

/// The types of the numbers by which a sender may know a patient (table 0203), likeliest first: a medical
/// record, a patient internal to it, a patient external to it, and one that says nothing. Any other type is a
/// number that somebody else gave them.
const OWN: [&str; 4] = ["MR", "PI", "PT", ""];

/// Reads PID.
pub(super) fn read(message: &Message, pid: Part<'_>, now: DateTime<Utc>) -> PresentedPatient {
    let ids = pid.repeats(3);
    let is_medicare = |it: &Repeat<'_>| kind(it) == "MC" || it.text(4).as_deref() == Some("AUSHIC");
    let medicare = ids.iter().filter(|it| is_medicare(it));
    let name = best_name(pid.repeats(5));
    let part = |n: usize| {
        name.and_then(|name| name.text(n)).and_then(|text| PersonName::parse(&text).ok())
    };
    // At home and at work.
    let home = pid.repeats(13);
    let phones = [home.clone(), pid.repeats(14)].concat();
    PresentedPatient {
        id: key(message, pid),
        first_name: part(2).map(Phi::new),
        last_name: part(1).map(Phi::new),
        date_of_birth: birth_date(pid.text(7, 1).and_then(|text| time::day(&text)), now),
        mobile: mobile(&phones),
        email: email(&home),
        medicare: medicare
            .filter_map(|it| it.text(1))
            .find_map(|text| MedicareNumber::parse(&text).ok()),
        address: pid.repeats(11).into_iter().filter(is_current).find_map(address).map(Phi::new),
    }
}

fn kind(it: &Repeat<'_>) -> String {
    it.text(5).unwrap_or_default().to_ascii_uppercase()
}

/// The sender's key for the patient: of PID-3, and PID-2 when there is none.
fn key(message: &Message, pid: Part<'_>) -> Option<Phi<ExternalId>> {
    let ids = pid.repeats(3);
    let ids = if ids.iter().any(|it| it.text(1).is_some()) { ids } else { pid.repeats(2) };
    let keys = ids.iter().filter_map(|it| {
        let authority = it.text(4).or_else(|| it.part(4, 2));
        let rank = OWN.iter().position(|own| *own == kind(it))?;
        if authority.as_deref() == Some("AUSHIC") {
            return None;
        }
        let id = it.text(1)?;
        let key = message.key(id.clone(), authority);
        // Of two of one type, the sender's own.
        Some(((rank, key != id), key))
    });
    let (_, key) = keys.min_by_key(|(rank, _)| *rank)?;
    ExternalId::parse(&key).ok().map(Phi::new)
}

/// The name somebody goes by: the legal one, else one that is no former, assumed or made-up one.
fn best_name(names: Vec<Repeat<'_>>) -> Option<Repeat<'_>> {
    let rank = |name: &Repeat<'_>| match name.text(7).as_deref() {
        Some("L") => 0,
        None | Some("D" | "C" | "U") => 1,
        Some("M" | "A" | "S" | "BAD" | "NOUSE") => 9,
        Some(_) => 2,
    };
    let usable = names.into_iter().filter(|name| rank(name) < 9 && name.text(1).is_some());
    usable.min_by_key(rank)
}

/// A mobile among telephone numbers: first those that are said to be one.
fn mobile(phones: &[Repeat<'_>]) -> Option<MobileNumber> {
    let said = |it: &&Repeat<'_>| {
        it.text(3).as_deref() == Some("CP") || it.text(2).as_deref() == Some("CP")
    };
    let ordered = phones.iter().filter(said).chain(phones.iter().filter(|it| !said(it)));
    let spellings = ordered.flat_map(|it| {
        let parts = [it.text(5).map(|code| format!("+{code}")), it.text(6), it.text(7)];
        let parts = it.text(7).map(|_| parts.into_iter().flatten().collect::<String>());
        [it.text(1), it.text(12), parts]
    });
    spellings.flatten().find_map(|text| MobileNumber::parse(&text).ok())
}

/// An email address among telephone numbers.
pub(super) fn email(phones: &[Repeat<'_>]) -> Option<EmailAddress> {
    let spellings = phones.iter().flat_map(|it| [it.text(4), it.text(1)]);
    spellings.flatten().find_map(|text| EmailAddress::parse(&text).ok())
}

/// Whether it is not said to be a bad address.
fn is_current(address: &Repeat<'_>) -> bool {
    !matches!(address.text(7).as_deref(), Some("BA" | "BI" | "BDL" | "N" | "F"))
}

/// A complete postal address (XAD).
pub(super) fn address(it: Repeat<'_>) -> Option<PostalAddress> {
    let lines = [it.text(1), it.text(2)].into_iter().flatten();
    let lines: Option<Vec<_>> = lines.map(|line| AddressLine::parse(&line).ok()).collect();
    let country = crate::names::country(it.text(6).as_deref())?;
    let region = it.text(4).and_then(|text| Region::parse(&text).ok());
    let postcode = it.text(5).and_then(|text| Postcode::parse(&text).ok());
    PostalAddress::new(lines?, Locality::parse(&it.text(3)?).ok()?, region, postcode, country).ok()
}

/// Who refers the patient, as PRD says.
pub(super) fn referrer(prd: Part<'_>) -> Option<Gp> {
    let name = best_name(prd.repeats(2))?;
    let words = [name.text(5), name.text(2), name.text(3), name.text(1)];
    let name = words.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let practice = prd.text(4, 9).or_else(|| prd.text(4, 4));
    Some(Gp {
        name: GpName::parse(&name).ok()?,
        practice: practice.and_then(|text| GpPractice::parse(&text).ok()),
        address: prd.repeats(3).into_iter().filter(is_current).find_map(address),
        email: email(&prd.repeats(5)),
    })
}
