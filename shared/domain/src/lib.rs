//! The rules of Patient Connect.
//!
//! Everything a program, an enrolment or a booking may do is decided here, once, by plain
//! functions over plain values. There is no clock (`now` is an argument), no randomness (ids are
//! made from numbers the caller brings), no network and no storage.
//!
//! Start at [`enrolment::decide`]: state and event in, new state and effects out.

pub mod actor;
pub mod address;
pub mod balance;
pub mod booking;
pub mod booking_type;
pub mod calendar;
mod disguise;
pub mod distribution;
pub mod email;
pub mod enrolment;
pub mod hold;
pub mod home;
pub mod ids;
pub mod intake;
pub mod invalid;
pub mod language;
pub mod ledger;
pub mod logo;
pub mod markup;
pub mod patient;
pub mod phi;
pub mod phone;
pub mod price;
pub mod program;
pub mod receipt;
pub mod referral;
pub mod repeat;
pub mod reply;
pub mod sender;
pub mod settings;
pub mod site;
pub mod sms;
pub mod staff;
pub mod template;
pub mod text;
pub mod timing;
pub mod window;
pub mod work;
