//! Whether a patient can be reached, and where.

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
    /// A letter box, the patient's or their GP's.
    Post(Phi<PostalAddress>),
    /// A file of the practice.
    File,
}

/// Where a message of this medium goes, or why it cannot.
pub(super) fn recipient(medium: &Medium, facts: &Almanac<'_>) -> Result<Recipient, String> {
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
        Medium::Letter { to: Addressee::Gp, print, .. } => {
            let gp = patient.gp.as_ref().ok_or("no GP on file")?.reveal();
            match print {
                PrintOption::SaveFile => Ok(Recipient::File),
                PrintOption::Mail | PrintOption::EPost => {
                    not_returned(patient, Addressee::Gp)?;
                    let address = gp.address.clone().map(Phi::new);
                    found(address, Recipient::Post, "no postal address of the GP")
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
) -> Result<Recipient, String> {
    address.map(recipient).ok_or_else(|| missing.to_owned())
}
