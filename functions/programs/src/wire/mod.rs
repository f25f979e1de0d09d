//! The API's JSON, and its way to and from the domain.

mod filter;
mod program;
mod site;

use app::catalogue::{BookingTypeDraft, TemplateDraft};
use app::form::Form;
use app::ports::BookingType;
use chrono::NaiveTime;
use domain::ids::ProgramId;
use domain::program::Channel;
use domain::template::{Body, Template};
use domain::text::{Code, Label};
use serde_json::{Value, json};

pub(crate) use self::filter::{read_program_filter, read_template_filter};
pub(crate) use self::program::{read_program, show_program};
pub(crate) use self::site::{read_site, show_site};

pub(crate) fn read_template(form: &Form<'_>) -> Option<TemplateDraft> {
    let channel = form.choice("channel", &[Channel::Sms], Channel::as_str);
    let name = form.required("name", Label::parse);
    let body = form.required("body", Body::parse);
    form.pass_over(&["id", "version", "tags"]);
    channel?;
    Some(TemplateDraft { name: name?, body: body? })
}

pub(crate) fn show_template(template: &Template) -> Value {
    json!({
        "id": template.id,
        "channel": Channel::Sms.as_str(),
        "name": template.name,
        "version": template.version,
        "body": template.body.as_str(),
        "tags": template.body.tags(),
    })
}

pub(crate) fn read_booking_type(form: &Form<'_>) -> Option<BookingTypeDraft> {
    let code = form.required("code", Code::parse);
    let name = form.required("name", Label::parse);
    let starts = form.texts("starts", 20, ProgramId::parse);
    form.pass_over(&["id", "version"]);
    Some(BookingTypeDraft { code: code?, name: name?, starts: starts? })
}

pub(crate) fn show_booking_type(kind: &BookingType) -> Value {
    json!({
        "id": kind.id,
        "code": kind.code,
        "name": kind.name,
        "version": kind.revision,
        "starts": kind.starts,
    })
}

fn time_of_day(text: &str) -> Result<NaiveTime, &'static str> {
    NaiveTime::parse_from_str(text, "%H:%M").map_err(|_| "must be a time of day such as 09:30")
}

fn show_time(time: NaiveTime) -> String {
    time.format("%H:%M").to_string()
}
