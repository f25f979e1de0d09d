//! The API's JSON, and its way to and from the domain.

mod enrolment;

pub(crate) use self::enrolment::{show_enrolment, show_entry, show_work};
