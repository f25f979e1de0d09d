//! The API's JSON, and its way to and from the domain.

mod enrolment;
mod program;

pub(crate) use self::enrolment::{show_enrolment, show_entry, show_work};
pub(crate) use self::program::{
    read_move, read_timeline, show_moved, show_on_program, show_timeline,
};
