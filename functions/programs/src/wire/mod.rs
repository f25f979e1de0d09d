//! The API's JSON, and its way to and from the domain.

mod action;
mod filter;
mod holidays;
mod links;
mod program;
mod release;
mod settings;
mod site;
mod template;
mod timing;

use app::catalogue::{BookingTypeDraft, MOST_COMPLETES, MOST_STARTS};
use app::form::Form;
use chrono::NaiveTime;
use domain::booking_type::BookingType;
use domain::ids::ProgramId;
use domain::text::{Code, Label};
use serde_json::{Value, json};

pub(crate) use self::filter::{
    Counts, read_counts, read_name_filter, read_programs_asked, read_template_filter,
};
pub(crate) use self::holidays::{
    read_holidays, read_new_holiday, show_holiday_outcome, show_holidays,
};
pub(crate) use self::links::{read_links, show_links};
pub(crate) use self::program::{
    read_accepted, read_program, read_program_name, show_counted_program, show_program,
    show_program_version,
};
pub(crate) use self::release::{read_accepted_messages, show_release};
pub(crate) use self::settings::{
    read_hold, read_settings, show_outgoing, show_sending, show_settings,
};
pub(crate) use self::site::{read_site, show_site};
pub(crate) use self::template::{
    Reader, TestTo, read_email_test, read_preview, read_reader, read_tag_filter, read_template,
    read_test, show_preview, show_tag, show_template,
};

pub(crate) fn read_booking_type(form: &Form<'_>) -> Option<BookingTypeDraft> {
    let code = form.required("code", Code::parse);
    let name = form.required("name", Label::parse);
    let starts = form.texts("starts", MOST_STARTS, ProgramId::parse);
    let completes = form.texts("completes", MOST_COMPLETES, ProgramId::parse);
    form.pass_over(&["id", "version"]);
    Some(BookingTypeDraft { code: code?, name: name?, starts: starts?, completes: completes? })
}

pub(crate) fn show_booking_type(kind: &BookingType) -> Value {
    json!({
        "id": kind.id,
        "code": kind.code,
        "name": kind.name,
        "version": kind.revision,
        "starts": kind.starts,
        "completes": kind.completes,
    })
}

fn time_of_day(text: &str) -> Result<NaiveTime, &'static str> {
    NaiveTime::parse_from_str(text, "%H:%M").map_err(|_| "must be a time of day such as 09:30")
}

fn show_time(time: NaiveTime) -> String {
    time.format("%H:%M").to_string()
}
