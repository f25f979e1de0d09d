//! What a list is narrowed to.

use app::form::Form;
use domain::program::{Assignment, Channel, Program, ProgramType};
use domain::template::Template;
use domain::text::Label;

/// A piece of a name, in small letters; nothing is in every name.
#[derive(Debug)]
struct NamePart(String);

/// What the programs of a list have in common.
#[derive(Debug)]
pub(crate) struct ProgramFilter {
    name: NamePart,
    kind: Option<ProgramType>,
    assignment: Option<Assignment>,
}

/// Whether it is said how many are on a program: counting costs reads, which who does not ask need not pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counts {
    Wanted,
    LeftOut,
}

/// What the templates of a list have in common.
#[derive(Debug)]
pub(crate) struct TemplateFilter {
    name: NamePart,
    channel: Option<Channel>,
}

/// What the names of a list have in common.
#[derive(Debug)]
pub(crate) struct NameFilter(NamePart);

/// Reads `?counts=`.
pub(crate) fn read_counts(form: &Form<'_>) -> Option<Counts> {
    let counts = form.optional("counts", |text| match text {
        "true" => Ok(Counts::Wanted),
        "false" => Ok(Counts::LeftOut),
        _ => Err("must be true or false"),
    });
    Some(counts?.unwrap_or(Counts::LeftOut))
}

/// Reads `?q=&type=&enabled=&counts=`.
pub(crate) fn read_programs_asked(form: &Form<'_>) -> Option<(ProgramFilter, Counts)> {
    let (filter, counts) = (read_program_filter(form), read_counts(form));
    Some((filter?, counts?))
}

fn read_program_filter(form: &Form<'_>) -> Option<ProgramFilter> {
    let name = read_name(form);
    let kind = form.optional("type", |text| {
        let names = ProgramType::ALL.map(ProgramType::as_str).join(", ");
        ProgramType::parse(text).ok_or_else(|| format!("must be one of {names}"))
    });
    let assignment = form.optional("enabled", |text| match text {
        "true" => Ok(Assignment::Enabled),
        "false" => Ok(Assignment::Disabled),
        _ => Err("must be true or false"),
    });
    Some(ProgramFilter { name: name?, kind: kind?, assignment: assignment? })
}

/// Reads `?q=&channel=`.
pub(crate) fn read_template_filter(form: &Form<'_>) -> Option<TemplateFilter> {
    let name = read_name(form);
    let channel = form.optional("channel", |text| {
        Channel::parse(text).ok_or("must be one of sms, email, letter")
    });
    Some(TemplateFilter { name: name?, channel: channel? })
}

/// Reads `?q=`.
pub(crate) fn read_name_filter(form: &Form<'_>) -> Option<NameFilter> {
    read_name(form).map(NameFilter)
}

fn read_name(form: &Form<'_>) -> Option<NamePart> {
    let part = form.optional("q", Label::parse)?;
    Some(NamePart(part.map(|part| part.as_str().to_lowercase()).unwrap_or_default()))
}

impl NamePart {
    fn is_in(&self, name: &str) -> bool {
        name.to_lowercase().contains(&self.0)
    }
}

impl ProgramFilter {
    pub(crate) fn takes(&self, program: &Program) -> bool {
        self.name.is_in(program.name.as_str())
            && self.kind.is_none_or(|kind| program.kind == kind)
            && self.assignment.is_none_or(|assignment| program.assignment == assignment)
    }
}

impl TemplateFilter {
    pub(crate) fn takes(&self, template: &Template) -> bool {
        self.name.is_in(template.name.as_str())
            && self.channel.is_none_or(|channel| template.content.channel() == channel)
    }
}

impl NameFilter {
    pub(crate) fn takes(&self, name: &Label) -> bool {
        self.0.is_in(name.as_str())
    }
}
