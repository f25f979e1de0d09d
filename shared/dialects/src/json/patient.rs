//! The patient.

use chrono::{DateTime, Utc};
use domain::email::EmailAddress;
use domain::intake::PresentedPatient;
use domain::patient::{MedicareNumber, PersonName, check_birth_date};
use domain::phi::Phi;
use domain::phone::MobileNumber;
use domain::text::ExternalId;
use form::Form;
use form::shapes::{self, unless_blank};

use crate::told::is_somebody;

pub(super) fn read(form: &Form<'_>, now: DateTime<Utc>) -> Option<PresentedPatient> {
    let id = form.optional("id", ExternalId::parse);
    let first_name = form.optional("first_name", unless_blank(PersonName::parse));
    let last_name = form.optional("last_name", unless_blank(PersonName::parse));
    let born = |text: &str| {
        let date = shapes::date(text).map_err(str::to_owned)?;
        check_birth_date(date, now).map(|()| date).map_err(|bad| bad.to_string())
    };
    let date_of_birth = form.optional("date_of_birth", unless_blank(born));
    let mobile = form.optional("mobile", unless_blank(MobileNumber::parse));
    let email = form.optional("email", unless_blank(EmailAddress::parse));
    let medicare = form.optional("medicare_number", unless_blank(MedicareNumber::parse));
    let address = form.optional_object("address", shapes::address);
    let patient = PresentedPatient {
        id: id?.map(Phi::new),
        first_name: first_name?.flatten().map(Phi::new),
        last_name: last_name?.flatten().map(Phi::new),
        date_of_birth: date_of_birth?.flatten().map(Phi::new),
        mobile: mobile?.flatten(),
        email: email?.flatten(),
        medicare: medicare?.flatten(),
        address: address?.map(Phi::new),
    };
    if is_somebody(&patient) {
        return Some(patient);
    }
    let detail = "is required, unless there are first_name and last_name with date_of_birth, mobile or medicare_number";
    form.error("id", detail);
    None
}
