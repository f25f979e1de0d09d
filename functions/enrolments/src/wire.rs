//! The API's JSON, and its way to and from the domain.

mod details;
mod enrolment;
mod read;
mod upload;

pub(crate) use self::details::{show_added, show_details};
pub(crate) use self::enrolment::{show_enrolment, show_entry, show_work};
pub(crate) use self::read::{
    read_date, read_enrolment, read_include, read_receipt, read_shown, read_why,
};
pub(crate) use self::upload::{read_file, read_mode, show_reports};
