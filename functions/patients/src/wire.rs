//! The API's JSON, and its way to and from the domain.

mod bookings;
mod consent;
mod patient;
mod replies;
mod search;

pub(crate) use self::bookings::{place_of_booking, show_booking};
pub(crate) use self::consent::{read_consent, read_opt_out};
pub(crate) use self::patient::{
    addresses, read_merge, read_pair, read_patient, read_readable, read_saved_patient, read_upsert,
    show_patient,
};
pub(crate) use self::replies::{Asked, read_place, show_place, show_reply, show_values, write_csv};
pub(crate) use self::search::{Search, read_search, show_next};
