//! Programs and their actions.

use std::collections::BTreeSet;

use app::ports::ProgramVersion;
use domain::calendar::CalendarSpan;
use domain::ids::{ActionId, ProgramId, TemplateId};
use domain::program::{
    Action, ActionKind, Addressee, Assignment, Completion, Course, Frequency, Invite, Medium,
    Message, NextCycle, OnError, PrintOption, Program, ProgramName, ProgramType, Purpose,
    ReferralFilter, ReferralOrigins, ReferralTypes, Reopening, Reply, Significance, UsefulFor,
    WindowUse,
};
use domain::reply::{Number, Unit, ValueRule};
use domain::staff::Saved;
use domain::text::Code;
use serde::{Deserialize, Serialize};

use super::actor::SavedData;
use super::timing::{SpanData, TimingData};
use super::{BadRecord, Field};

#[derive(Serialize, Deserialize)]
pub(crate) struct ProgramData {
    id: ProgramId,
    version: u64,
    kind: String,
    name: ProgramName,
    #[serde(default = "once")]
    cycles: u16,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    frequency: Option<SpanData>,
    #[serde(default)]
    next_cycle: Option<String>,
    #[serde(default)]
    purpose: Option<String>,
    #[serde(default)]
    clinical: bool,
    #[serde(default)]
    completion: Option<String>,
    #[serde(default)]
    reopening: ReopeningData,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    referral_origins: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    referral_types: BTreeSet<Code>,
    actions: Vec<ActionData>,
    enabled: bool,
}

const fn once() -> u16 {
    1
}

/// A version of a program, with who saved it.
#[derive(Serialize, Deserialize)]
pub(crate) struct ProgramVersionData {
    program: ProgramData,
    saved: SavedData,
}

impl ProgramVersionData {
    pub(crate) fn new(program: &Program, saved: &Saved) -> Self {
        Self { program: program.into(), saved: saved.into() }
    }
}

impl TryFrom<ProgramVersionData> for ProgramVersion {
    type Error = BadRecord;

    fn try_from(data: ProgramVersionData) -> Result<Self, BadRecord> {
        Ok(Self { program: data.program.try_into()?, saved: data.saved.into() })
    }
}

#[derive(Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
enum ReopeningData {
    #[default]
    AtOnce,
    AfterDays(u16),
    AskStaff,
}

#[derive(Serialize, Deserialize)]
struct ActionData {
    id: ActionId,
    #[serde(flatten)]
    kind: KindData,
    timing: TimingData,
    #[serde(default)]
    pause_on_error: bool,
    #[serde(default)]
    ignore_window: bool,
    #[serde(default)]
    useful_hours: Option<u16>,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum KindData {
    Sms {
        template: TemplateId,
        #[serde(default)]
        save_reply: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value: Option<ValueData>,
    },
    Email {
        template: TemplateId,
        #[serde(default)]
        attach_calendar: bool,
    },
    Letter {
        template: TemplateId,
        to: AddresseeData,
        print: String,
    },
    Pause,
}

/// The value an action asks for. Numbers are texts: they come back as they were written.
#[derive(Serialize, Deserialize)]
struct ValueData {
    unit: Unit,
    min: Option<String>,
    max: Option<String>,
}

impl From<&ValueRule> for ValueData {
    fn from(rule: &ValueRule) -> Self {
        let number = |number: Option<Number>| number.map(|number| number.to_string());
        Self { unit: rule.unit().clone(), min: number(rule.min()), max: number(rule.max()) }
    }
}

impl ValueData {
    fn read(self) -> Result<ValueRule, BadRecord> {
        let number = |text: Option<String>| text.map(|text| Number::parse(&text)).transpose();
        let (min, max) = (number(self.min).field("min")?, number(self.max).field("max")?);
        ValueRule::new(self.unit, min, max).field("max")
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum AddresseeData {
    Patient,
    Gp,
}

impl From<&Program> for ProgramData {
    fn from(program: &Program) -> Self {
        let course = program.course;
        Self {
            id: program.id.clone(),
            version: program.version,
            kind: program.kind.as_str().to_owned(),
            name: program.name.clone(),
            cycles: course.cycles(),
            frequency: course.frequency().map(|frequency| frequency.span().into()),
            next_cycle: Some(course.next().as_str().to_owned()),
            purpose: Some(program.purpose.as_str().to_owned()),
            clinical: program.significance == Significance::Clinical,
            completion: Some(program.completion.as_str().to_owned()),
            reopening: match program.reopening {
                Reopening::AtOnce => ReopeningData::AtOnce,
                Reopening::AfterDays(days) => ReopeningData::AfterDays(days),
                Reopening::AskStaff => ReopeningData::AskStaff,
            },
            referral_origins: (program.kind == ProgramType::Referral)
                .then(|| program.referrals.origins.as_str().to_owned()),
            referral_types: program.referrals.types.codes().cloned().collect(),
            actions: program.actions.iter().map(ActionData::from).collect(),
            enabled: program.assignment == Assignment::Enabled,
        }
    }
}

impl TryFrom<ProgramData> for Program {
    type Error = BadRecord;

    fn try_from(data: ProgramData) -> Result<Self, BadRecord> {
        let kind = ProgramType::parse(&data.kind).field("kind")?;
        let frequency = data.frequency.map(|span| {
            let span = CalendarSpan::try_from(span)?;
            Frequency::new(span).field("frequency")
        });
        let next = match data.next_cycle {
            Some(text) => NextCycle::parse(&text).field("next_cycle")?,
            None => NextCycle::FromFirstDate,
        };
        let actions: Result<_, _> = data.actions.into_iter().map(Action::try_from).collect();
        Ok(Self {
            id: data.id,
            version: data.version,
            kind,
            name: data.name,
            course: Course::new(kind, data.cycles.into(), frequency.transpose()?, next)
                .field("cycles")?,
            // Programs were about care, and completed by nothing, before they could say.
            purpose: match data.purpose {
                Some(text) => Purpose::parse(&text).field("purpose")?,
                None => Purpose::Care,
            },
            significance: if data.clinical {
                Significance::Clinical
            } else {
                Significance::Routine
            },
            completion: match data.completion {
                Some(text) => Completion::parse(&text).field("completion")?,
                None => Completion::Ignore,
            },
            reopening: match data.reopening {
                ReopeningData::AtOnce => Reopening::AtOnce,
                ReopeningData::AfterDays(days) => Reopening::AfterDays(days),
                ReopeningData::AskStaff => Reopening::AskStaff,
            },
            // Programs took any type of referral from outside before they could say.
            referrals: ReferralFilter {
                origins: match data.referral_origins {
                    Some(text) => ReferralOrigins::parse(&text).field("referral_origins")?,
                    None => ReferralOrigins::default(),
                },
                types: ReferralTypes::of(data.referral_types),
            },
            actions: actions?,
            assignment: if data.enabled { Assignment::Enabled } else { Assignment::Disabled },
        })
    }
}

impl From<&Action> for ActionData {
    fn from(action: &Action) -> Self {
        let message = action.message();
        let kind = match message.map(|message| &message.medium) {
            None => KindData::Pause,
            Some(Medium::Sms { template, reply, .. }) => {
                let (save_reply, value) = match reply {
                    Reply::NotKept => (false, None),
                    Reply::Saved { value } => (true, value.as_ref().map(ValueData::from)),
                };
                KindData::Sms { template: template.clone(), save_reply, value }
            }
            Some(Medium::Email { template, invite, .. }) => KindData::Email {
                template: template.clone(),
                attach_calendar: *invite == Invite::Attached,
            },
            Some(Medium::Letter { template, to, print }) => KindData::Letter {
                template: template.clone(),
                to: match to {
                    Addressee::Patient => AddresseeData::Patient,
                    Addressee::Gp | Addressee::Referrer => AddresseeData::Gp,
                },
                print: print.as_str().to_owned(),
            },
        };
        Self {
            id: action.id.clone(),
            kind,
            timing: action.timing.into(),
            pause_on_error: message.is_some_and(|message| message.on_error == OnError::Pause),
            ignore_window: message
                .is_some_and(|message| message.medium.window() == WindowUse::Ignore),
            useful_hours: message.map(|message| message.useful_for.as_hours()),
        }
    }
}

impl TryFrom<ActionData> for Action {
    type Error = BadRecord;

    fn try_from(data: ActionData) -> Result<Self, BadRecord> {
        let window = if data.ignore_window { WindowUse::Ignore } else { WindowUse::Keep };
        let medium = match data.kind {
            KindData::Pause => None,
            KindData::Sms { template, save_reply, value } => {
                let value = value.map(ValueData::read).transpose()?;
                let reply = if save_reply { Reply::Saved { value } } else { Reply::NotKept };
                Some(Medium::Sms { template, reply, window })
            }
            KindData::Email { template, attach_calendar } => {
                let invite = if attach_calendar { Invite::Attached } else { Invite::Without };
                Some(Medium::Email { template, window, invite })
            }
            KindData::Letter { template, to, print } => Some(Medium::Letter {
                template,
                to: match to {
                    AddresseeData::Patient => Addressee::Patient,
                    AddresseeData::Gp => Addressee::Gp,
                },
                print: PrintOption::parse(&print).field("print")?,
            }),
        };
        let useful_for = match data.useful_hours {
            Some(hours) => UsefulFor::hours(hours).field("useful_hours")?,
            None => UsefulFor::default(),
        };
        let on_error = if data.pause_on_error { OnError::Pause } else { OnError::Skip };
        Ok(Self {
            id: data.id,
            timing: data.timing.try_into()?,
            kind: medium.map_or(ActionKind::Pause, |medium| {
                ActionKind::Message(Message { medium, on_error, useful_for })
            }),
        })
    }
}
