//! Programs: created disabled, saved by version, enabled when nothing is missing.

use std::collections::{BTreeMap, BTreeSet};

use domain::ids::{ActionId, ProgramId};
use domain::invalid::{FieldError, Invalid};
use domain::program::{
    Action, ActionKind, Assignment, Completion, Course, Frequency, Invite, NextCycle, Program,
    ProgramName, ProgramType, Purpose, ReferralFilter, Reopening, Significance,
};
use domain::staff::Saved;
use domain::timing::Timing;

use super::ChangeError;
use crate::ports::{Catalogue, EnrolmentReader, Ids, ProgramVersion, ProgramVersions, StoreError};

/// Enrolments read at once.
const PAGE: usize = 100;

/// An action as an admin writes it.
#[derive(Debug, Clone)]
pub struct ActionDraft {
    /// Which action of the program it is.
    pub identity: ActionIdentity,
    /// When.
    pub timing: Timing,
    /// What is done.
    pub kind: ActionKind,
}

/// Which action of its program a draft is.
///
/// A save must say it of each: an action that lost its id would be a new one, and patients who have
/// had it would get it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActionIdentity {
    /// The draft does not say. Right for a new program only.
    Unsaid,
    /// A new one.
    New,
    /// The one of this id.
    Existing(ActionId),
}

/// A program as an admin writes it.
#[derive(Debug, Clone)]
pub struct ProgramDraft {
    /// Its type.
    pub kind: ProgramType,
    /// Its name.
    pub name: ProgramName,
    /// How many cycles it has.
    pub cycles: u64,
    /// How far apart they are.
    pub frequency: Option<Frequency>,
    /// From which date the next one counts.
    pub next_cycle: NextCycle,
    /// What its messages are for.
    pub purpose: Purpose,
    /// Whether a patient on it must not be lost track of.
    pub significance: Significance,
    /// Which bookings complete a cycle.
    pub completion: Completion,
    /// What happens when such a booking goes.
    pub reopening: Reopening,
    /// Which referrals start it.
    pub referrals: ReferralFilter,
    /// Its actions, in order.
    pub actions: Vec<ActionDraft>,
    /// Whether it takes new patients, should the draft say so. A save does not change it.
    pub assignment: Option<Assignment>,
}

/// Creates a program. It starts disabled.
///
/// # Errors
/// When the draft is wrong or its name is taken.
pub async fn create_program(
    catalogue: &impl Catalogue,
    ids: &impl Ids,
    saved: &Saved,
    draft: ProgramDraft,
) -> Result<Program, ChangeError> {
    let mut errors = Vec::new();
    for (i, action) in draft.actions.iter().enumerate() {
        if matches!(action.identity, ActionIdentity::Existing(_)) {
            let detail = "a new program's actions get their ids here; leave it out";
            errors.push(FieldError::new(format!("/actions/{i}/id"), detail));
        }
    }
    let course = draft.course(draft.kind, &mut errors);
    draft.invites(draft.kind, &mut errors);
    errors.extend(draft.referrals.misfits(draft.kind));
    Invalid::unless_empty(errors)?;
    let program = Program {
        id: ProgramId::new(ids.next()),
        version: 1,
        kind: draft.kind,
        name: draft.name,
        course,
        purpose: draft.purpose,
        significance: draft.significance,
        completion: draft.completion,
        reopening: draft.reopening,
        referrals: draft.referrals,
        actions: draft.actions.into_iter().map(|action| action.into_action(ids)).collect(),
        assignment: Assignment::Disabled,
    };
    catalogue
        .create_program(&program, saved)
        .await
        .map_err(|error| ChangeError::from_save(error, "/name"))?;
    Ok(program)
}

impl ProgramDraft {
    /// Its course, as one of a program of that type. What is wrong with it joins `errors`.
    fn course(&self, kind: ProgramType, errors: &mut Vec<FieldError>) -> Course {
        Course::new(kind, self.cycles, self.frequency, self.next_cycle).unwrap_or_else(|invalid| {
            errors.extend(invalid.errors().iter().cloned());
            Course::ONCE
        })
    }

    /// Only what is about a booking has one for a calendar. What is wrong joins `errors`.
    fn invites(&self, kind: ProgramType, errors: &mut Vec<FieldError>) {
        if kind == ProgramType::Booking {
            return;
        }
        for (i, action) in self.actions.iter().enumerate() {
            let ActionKind::Message(message) = &action.kind else { continue };
            if message.medium.invite() == Invite::Attached {
                let detail = "only a booking program has a booking for the calendar; un-tick it";
                errors.push(FieldError::new(format!("/actions/{i}/attach_calendar"), detail));
            }
        }
    }
}

impl ActionDraft {
    fn into_action(self, ids: &impl Ids) -> Action {
        Action {
            id: match self.identity {
                ActionIdentity::Existing(id) => id,
                ActionIdentity::New | ActionIdentity::Unsaid => ActionId::new(ids.next()),
            },
            timing: self.timing,
            kind: self.kind,
        }
    }
}

/// Saves a program's next version, as [`next_program`] made it.
///
/// # Errors
/// When its name is taken or somebody else saved first. An enabled program must stay fit to be
/// enabled.
pub async fn save_program(
    catalogue: &impl Catalogue,
    saved: &Saved,
    before: &Program,
    after: Program,
) -> Result<Program, ChangeError> {
    if after.assignment == Assignment::Enabled {
        check_ready(catalogue, &after).await?;
    }
    store_program(catalogue, saved, before, after).await
}

/// The next version of a program that was read as `version`, as a draft has it. Nothing is stored.
///
/// # Errors
/// When the draft is wrong, the type differs (R1), or somebody else saved first.
pub async fn next_program(
    catalogue: &impl Catalogue,
    ids: &impl Ids,
    id: &ProgramId,
    version: u64,
    draft: ProgramDraft,
) -> Result<(Program, Program), ChangeError> {
    let before = current_program(catalogue, id, version).await?;
    let mut errors = Vec::new();
    if draft.kind != before.kind {
        errors.push(FieldError::new("/type", "a program's type is fixed for life"));
    }
    if draft.assignment.is_some_and(|assignment| assignment != before.assignment) {
        let detail = "a save does not change this; post to /enable or /disable";
        errors.push(FieldError::new("/enabled", detail));
    }
    let mut named = BTreeSet::new();
    for (i, action) in draft.actions.iter().enumerate() {
        let pointer = format!("/actions/{i}/id");
        match &action.identity {
            ActionIdentity::New => {}
            ActionIdentity::Unsaid => {
                let detail = "is required: the action's id, or \"new\" for an action that is new";
                errors.push(FieldError::new(pointer, detail));
            }
            ActionIdentity::Existing(id) if before.action(id).is_none() => {
                errors.push(FieldError::new(pointer, "is not an action of this program"));
            }
            ActionIdentity::Existing(id) => {
                if !named.insert(id.clone()) {
                    errors.push(FieldError::new(pointer, "is named twice"));
                }
            }
        }
    }
    let course = draft.course(before.kind, &mut errors);
    draft.invites(before.kind, &mut errors);
    errors.extend(draft.referrals.misfits(before.kind));
    Invalid::unless_empty(errors)?;
    let after = Program {
        version: before.version + 1,
        name: draft.name,
        course,
        purpose: draft.purpose,
        significance: draft.significance,
        completion: draft.completion,
        reopening: draft.reopening,
        referrals: draft.referrals,
        actions: draft.actions.into_iter().map(|action| action.into_action(ids)).collect(),
        ..before.clone()
    };
    Ok((before, after))
}

/// Enables a program (R4).
///
/// # Errors
/// When something is missing: all of it is named.
pub async fn enable_program(
    catalogue: &impl Catalogue,
    saved: &Saved,
    id: &ProgramId,
) -> Result<Program, ChangeError> {
    let before = program(catalogue, id).await?;
    if before.assignment == Assignment::Enabled {
        return Ok(before);
    }
    check_ready(catalogue, &before).await?;
    assign(catalogue, saved, before, Assignment::Enabled).await
}

/// Disables a program (R16): no new patients; those on it go on.
///
/// # Errors
/// When there is no such program.
pub async fn disable_program(
    catalogue: &impl Catalogue,
    saved: &Saved,
    id: &ProgramId,
) -> Result<Program, ChangeError> {
    let before = program(catalogue, id).await?;
    if before.assignment == Assignment::Disabled {
        return Ok(before);
    }
    assign(catalogue, saved, before, Assignment::Disabled).await
}

/// Duplicates a program under another name (R18). The copy is disabled, its actions have ids of their
/// own, and no booking type is linked to it.
///
/// # Errors
/// When there is no such program, or the name is taken.
pub async fn duplicate_program(
    catalogue: &impl Catalogue,
    ids: &impl Ids,
    saved: &Saved,
    id: &ProgramId,
    name: ProgramName,
) -> Result<Program, ChangeError> {
    let original = program(catalogue, id).await?;
    let own = |action: Action| Action { id: ActionId::new(ids.next()), ..action };
    let copy = Program {
        id: ProgramId::new(ids.next()),
        version: 1,
        name,
        actions: original.actions.iter().cloned().map(own).collect(),
        assignment: Assignment::Disabled,
        ..original
    };
    catalogue
        .create_program(&copy, saved)
        .await
        .map_err(|error| ChangeError::from_save(error, "/name"))?;
    Ok(copy)
}

/// Deletes a program that was read as `version`, for good (R17). Its versions, and so the history of
/// who was on it, stay readable.
///
/// # Errors
/// When patients are on it, or booking types are linked to it: how many, and what to do.
pub async fn delete_program(
    catalogue: &impl Catalogue,
    enrolments: &impl EnrolmentReader,
    id: &ProgramId,
    version: u64,
) -> Result<(), ChangeError> {
    let program = current_program(catalogue, id, version).await?;
    let on_it = count_every_open(enrolments, id).await?;
    if on_it > 0 {
        let patients =
            if on_it == 1 { "1 patient is".into() } else { format!("{on_it} patients are") };
        let detail =
            format!("{patients} on “{}”. Move them or end their enrolments first.", program.name);
        return Err(ChangeError::Conflict(detail));
    }
    let types = catalogue.booking_types().await?;
    let linked =
        types.iter().filter(|kind| kind.starts.contains(id) || kind.completes.contains(id));
    let names: Vec<String> = linked.map(|kind| format!("“{}”", kind.name)).collect();
    if !names.is_empty() {
        let detail = format!(
            "Booking types are linked to it: {}. Take the links out first.",
            names.join(", ")
        );
        return Err(ChangeError::Conflict(detail));
    }
    catalogue.delete_program(&program).await.map_err(|error| ChangeError::from_save(error, "/name"))
}

/// How many enrolments on a program are not over.
async fn count_every_open(
    enrolments: &impl EnrolmentReader,
    id: &ProgramId,
) -> Result<usize, StoreError> {
    let (mut count, mut after) = (0, None);
    loop {
        let page = enrolments.of_program(id, after.as_deref(), PAGE).await?;
        // Nobody knows whether one that cannot be read is over.
        count += page.enrolments.len() + page.unreadable.len();
        after = page.next;
        if after.is_none() {
            return Ok(count);
        }
    }
}

/// The newest `limit` versions of a program, newest first, also of one that was deleted; with
/// `below`, of those that have a lower number.
///
/// # Errors
/// When there never was one of that id.
pub async fn program_versions(
    versions: &impl ProgramVersions,
    id: &ProgramId,
    below: Option<u64>,
    limit: usize,
) -> Result<Vec<ProgramVersion>, ChangeError> {
    let found = versions.program_versions(id, below, limit).await?;
    // Every program has a first version, so that only below one there may be none.
    match (found.is_empty(), below) {
        (true, None) => Err(ChangeError::NotFound("program")),
        (true, Some(_)) | (false, _) => Ok(found),
    }
}

async fn assign(
    catalogue: &impl Catalogue,
    saved: &Saved,
    before: Program,
    assignment: Assignment,
) -> Result<Program, ChangeError> {
    let after = Program { version: before.version + 1, assignment, ..before.clone() };
    store_program(catalogue, saved, &before, after).await
}

async fn store_program(
    catalogue: &impl Catalogue,
    saved: &Saved,
    before: &Program,
    after: Program,
) -> Result<Program, ChangeError> {
    catalogue
        .save_program(before, &after, saved)
        .await
        .map_err(|error| ChangeError::from_save(error, "/name"))?;
    Ok(after)
}

async fn check_ready(catalogue: &impl Catalogue, program: &Program) -> Result<(), ChangeError> {
    let mut templates = BTreeMap::new();
    for id in program.actions.iter().filter_map(Action::template) {
        if let Some(template) = catalogue.template(id).await? {
            templates.insert(id.clone(), template);
        }
    }
    let sites = catalogue.sites().await?;
    Ok(program.ready(&templates, &sites)?)
}

/// One program.
///
/// # Errors
/// When there is none of that id.
pub async fn program(catalogue: &impl Catalogue, id: &ProgramId) -> Result<Program, ChangeError> {
    catalogue.program(id).await?.ok_or(ChangeError::NotFound("program"))
}

async fn current_program(
    catalogue: &impl Catalogue,
    id: &ProgramId,
    version: u64,
) -> Result<Program, ChangeError> {
    let stored = program(catalogue, id).await?;
    if stored.version == version { Ok(stored) } else { Err(ChangeError::Stale) }
}
