//! The API's JSON, and its way to and from the domain.

mod balance;
mod details;
mod enrolment;
mod numbers;
mod on_program;
mod program;
mod read;
mod refused;
mod upload;
mod work;

pub(crate) use self::balance::{show_balance, show_balance_of_day};
pub(crate) use self::details::{show_added, show_details};
pub(crate) use self::enrolment::{beside_unreadable, place_of_entry, show_enrolment, show_entry};
pub(crate) use self::numbers::{read_site, show_forecast, show_today};
pub(crate) use self::on_program::{read_wide_filter, show_on_program};
pub(crate) use self::program::{place_ahead, read_move, read_timeline, show_ahead, show_moved};
pub(crate) use self::read::{
    read_date, read_enrolment, read_include, read_receipt, read_shown, read_why,
};
pub(crate) use self::refused::{read_source, show_refused};
pub(crate) use self::upload::{read_file, read_mode, show_reports};
pub(crate) use self::work::{
    Around, Step, read_assign, read_bulk, read_month, read_note, read_resolve, read_work_filter,
    show_resolved, show_work,
};
