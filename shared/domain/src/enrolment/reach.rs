//! Whether a patient can be reached, and where.

use super::Doctor;
use super::almanac::Almanac;
use crate::address::PostalAddress;
use crate::email::EmailAddress;
use crate::patient::Patient;
use crate::phi::Phi;
use crate::phone::MobileNumber;
use crate::program::{Addressee, Medium, PrintOption};

/// Where a message goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recipient {
    /// A mobile.
    Mobile(MobileNumber),
    /// A mailbox.
    Email(EmailAddress),
    /// A letter box: the patient's, their GP's, or that of who referred them.
    Post(Phi<PostalAddress>),
    /// A file of the practice.
    File,
}

/// Why a message goes nowhere.
pub(super) enum Unreached {
    /// It cannot go, for this reason.
    Failed(String),
    /// The referral does not name whom it goes to, and may yet.
    NoReferrer,
}

impl From<String> for Unreached {
    fn from(why: String) -> Self {
        Self::Failed(why)
    }
}

/// Where a message of this medium goes, or why it cannot.
pub(super) fn recipient(medium: &Medium, facts: &Almanac<'_>) -> Result<Recipient, Unreached> {
    let patient = facts.patient;
    patient.reach(medium.channel(), facts.program.purpose).map_err(|why| why.to_string())?;
    match medium {
        Medium::Sms { .. } => found(patient.mobile.clone(), Recipient::Mobile, "no mobile number"),
        Medium::Email { .. } => {
            not_bounced(patient)?;
            found(patient.email.clone(), Recipient::Email, "no email address")
        }
        Medium::Letter { to: Addressee::Patient, print, .. } => match print {
            PrintOption::SaveFile => Ok(Recipient::File),
            PrintOption::Mail | PrintOption::EPost => {
                not_returned(patient, Addressee::Patient)?;
                found(patient.address.clone(), Recipient::Post, "no postal address")
            }
        },
        Medium::Letter { to: Addressee::Gp | Addressee::Referrer, print, .. } => {
            let (doctor, missing) = match facts.doctor() {
                Doctor::Gp(gp) => (gp, "no postal address of the GP"),
                Doctor::NoGp => return Err(Unreached::Failed("no GP on file".to_owned())),
                Doctor::Referrer(referrer) => (referrer, "no postal address of the referrer"),
                Doctor::NoReferrer(_) => return Err(Unreached::NoReferrer),
            };
            match print {
                PrintOption::SaveFile => Ok(Recipient::File),
                PrintOption::Mail | PrintOption::EPost => {
                    if matches!(facts.doctor(), Doctor::Gp(_)) {
                        not_returned(patient, Addressee::Gp)?;
                    }
                    found(doctor.address.clone().map(Phi::new), Recipient::Post, missing)
                }
            }
        }
    }
}

/// That no email came back for good from the address there is.
fn not_bounced(patient: &Patient) -> Result<(), String> {
    let Some(bounced) = patient.bounced_from() else { return Ok(()) };
    let on = bounced.at.date_naive();
    Err(format!("no usable email address: email to it came back on {on}; correct the address"))
}

/// That no letter came back from the address there is.
fn not_returned(patient: &Patient, addressee: Addressee) -> Result<(), String> {
    let Some(returned) = patient.returned_from(addressee) else { return Ok(()) };
    let whose = match addressee {
        Addressee::Patient => "",
        Addressee::Gp => " of the GP",
        Addressee::Referrer => " of the referrer",
    };
    let on = returned.done.at.date_naive();
    Err(format!(
        "no usable postal address{whose}: mail to it came back on {on}; correct the address"
    ))
}

fn found<T>(
    address: Option<T>,
    recipient: impl FnOnce(T) -> Recipient,
    missing: &str,
) -> Result<Recipient, Unreached> {
    address.map(recipient).ok_or_else(|| Unreached::Failed(missing.to_owned()))
}
