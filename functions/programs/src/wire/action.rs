//! The actions of a program.

use app::catalogue::{ActionDraft, ActionIdentity};
use app::form::Form;
use domain::ids::{ActionId, TemplateId};
use domain::program::{
    Action, ActionKind, Addressee, Invite, Medium, Message, OnError, PrintOption, Reply, UsefulFor,
    WindowUse,
};
use domain::reply::{Number, Unit, ValueRule};
use domain::timing::Timing;
use serde_json::{Value, json};

use super::timing::{read_timing, show_timing};

/// The five actions (HealthTrack R5).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Sms,
    Email,
    LetterToPatient,
    LetterToGp,
    Pause,
}

const KINDS: [Kind; 5] =
    [Kind::Sms, Kind::Email, Kind::LetterToPatient, Kind::LetterToGp, Kind::Pause];

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Sms => "sms",
        Kind::Email => "email",
        Kind::LetterToPatient => "letter_to_patient",
        Kind::LetterToGp => "letter_to_gp",
        Kind::Pause => "pause",
    }
}

pub(super) fn read_action(form: &Form<'_>) -> Option<ActionDraft> {
    let identity = form.optional("id", |text| match text {
        "new" => Ok(ActionIdentity::New),
        id => ActionId::parse(id).map(ActionIdentity::Existing),
    });
    let kind = form.choice("type", &KINDS, kind_name);
    let (timing, kind) = match kind {
        // A pause has no settings (R10); a time may be given from which it stops.
        Some(Kind::Pause) => {
            let timing = form.optional_object("timing", read_timing);
            (timing.map(|timing| timing.unwrap_or(Timing::Enrolled)), Some(ActionKind::Pause))
        }
        other => {
            let timing = form.object("timing", read_timing);
            (timing, read_message(form, other).map(ActionKind::Message))
        }
    };
    let identity = identity?.unwrap_or(ActionIdentity::Unsaid);
    Some(ActionDraft { identity, timing: timing?, kind: kind? })
}

/// A message of this kind; what is common to all is read even when the kind is wrong.
fn read_message(form: &Form<'_>, kind: Option<Kind>) -> Option<Message> {
    let template = form.required("template", TemplateId::parse);
    let on_error = form.flag("pause_on_error", true);
    let useful_hours = form.number("useful_hours", 1, UsefulFor::MAX_HOURS.into());
    let mut invite = Some(Invite::Without);
    let (window, reply, print) = match kind {
        Some(Kind::Sms) => (read_window(form), read_reply(form), Some(PrintOption::Mail)),
        Some(Kind::Email) => {
            invite = read_invite(form);
            (read_window(form), Some(Reply::NotKept), Some(PrintOption::Mail))
        }
        Some(Kind::LetterToPatient | Kind::LetterToGp) => {
            let print = form.choice("print", &PrintOption::ALL, PrintOption::as_str);
            (Some(WindowUse::Ignore), Some(Reply::NotKept), print)
        }
        Some(Kind::Pause) | None => {
            // What else is there cannot be judged without the kind.
            form.pass_over(&["ignore_window", "save_reply", "value", "print", "attach_calendar"]);
            return None;
        }
    };
    let (template, window, reply, print, invite) = (template?, window?, reply?, print?, invite?);
    let medium = match kind? {
        Kind::Sms => Medium::Sms { template, reply, window },
        Kind::Email => Medium::Email { template, window, invite },
        Kind::LetterToPatient => Medium::Letter { template, to: Addressee::Patient, print },
        Kind::LetterToGp => Medium::Letter { template, to: Addressee::Gp, print },
        Kind::Pause => return None,
    };
    let useful_for = match useful_hours? {
        Some(hours) => UsefulFor::hours(u16::try_from(hours).ok()?)?,
        None => UsefulFor::default(),
    };
    let on_error = if on_error? { OnError::Pause } else { OnError::Skip };
    Some(Message { medium, on_error, useful_for })
}

fn read_window(form: &Form<'_>) -> Option<WindowUse> {
    let ignore = form.flag("ignore_window", false)?;
    Some(if ignore { WindowUse::Ignore } else { WindowUse::Keep })
}

fn read_reply(form: &Form<'_>) -> Option<Reply> {
    let save = form.flag("save_reply", false);
    let value = form.optional_object("value", |form| {
        let unit = form.required("unit", Unit::parse);
        let (min, max) = (form.measured("min"), form.measured("max"));
        let rule = ValueRule::new(unit?, min?, max?);
        rule.map_err(|bad| form.error("max", bad.to_string())).ok()
    });
    match (save?, value?) {
        (true, value) => Some(Reply::Saved { value }),
        (false, None) => Some(Reply::NotKept),
        (false, Some(_)) => {
            form.error("value", "is kept of an answer only when save_reply is true");
            None
        }
    }
}

fn show_value(reply: &Reply) -> Value {
    let rule = match reply {
        Reply::NotKept | Reply::Saved { value: None } => return Value::Null,
        Reply::Saved { value: Some(rule) } => rule,
    };
    json!({
        "unit": rule.unit(),
        "min": rule.min().map(Number::to_f64),
        "max": rule.max().map(Number::to_f64),
    })
}

fn read_invite(form: &Form<'_>) -> Option<Invite> {
    let attach = form.flag("attach_calendar", false)?;
    Some(if attach { Invite::Attached } else { Invite::Without })
}

pub(super) fn show_action(action: &Action) -> Value {
    let timing = show_timing(action.timing);
    let Some(message) = action.message() else {
        return json!({ "id": action.id, "type": kind_name(Kind::Pause), "timing": timing });
    };
    let medium = &message.medium;
    let mut shown = json!({
        "id": action.id,
        "type": action_type(action),
        "template": medium.template(),
        "timing": timing,
        "pause_on_error": message.on_error == OnError::Pause,
        "useful_hours": message.useful_for.as_hours(),
    });
    let own = match medium {
        Medium::Sms { reply, window, .. } => vec![
            ("ignore_window", json!(*window == WindowUse::Ignore)),
            ("save_reply", json!(*reply != Reply::NotKept)),
            ("value", show_value(reply)),
        ],
        Medium::Email { window, invite, .. } => vec![
            ("ignore_window", json!(*window == WindowUse::Ignore)),
            ("attach_calendar", json!(*invite == Invite::Attached)),
        ],
        Medium::Letter { print, .. } => vec![("print", json!(print.as_str()))],
    };
    if let Some(object) = shown.as_object_mut() {
        object.extend(own.into_iter().map(|(name, value)| (name.to_owned(), value)));
    }
    shown
}

/// The name of an action's type, as admins write it.
pub(crate) fn action_type(action: &Action) -> &'static str {
    kind_name(match action.message().map(|message| &message.medium) {
        None => Kind::Pause,
        Some(Medium::Sms { .. }) => Kind::Sms,
        Some(Medium::Email { .. }) => Kind::Email,
        Some(Medium::Letter { to: Addressee::Patient, .. }) => Kind::LetterToPatient,
        Some(Medium::Letter { to: Addressee::Gp | Addressee::Referrer, .. }) => Kind::LetterToGp,
    })
}
