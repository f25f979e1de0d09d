//! What admins configure: programs, templates, booking types, sites.

use std::collections::{BTreeMap, BTreeSet};

use domain::ids::{ActionId, BookingTypeId, ProgramId, SiteId, TemplateId};
use domain::invalid::{FieldError, Invalid};
use domain::program::{
    Action, ActionKind, Assignment, OnError, Program, ProgramName, ProgramType, WindowUse,
};
use domain::site::Site;
use domain::template::{Body, Template};
use domain::text::{Code, Label};
use domain::timing::Timing;
use domain::window::SendingWindow;

use crate::ports::{BookingType, Catalogue, Ids, SaveError, StoreError};

/// Why a change was not made. Whatever it is, nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// There is no such record.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// The input is wrong.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The record was changed since the caller read it.
    #[error(
        "it was changed by somebody else since you read it; read it again and repeat your change"
    )]
    Stale,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ChangeError {
    /// What a failed save means, where a taken unique value is the field at `unique`.
    pub(crate) fn from_save(error: SaveError, unique: &str) -> Self {
        match error {
            SaveError::Stale => Self::Stale,
            SaveError::Taken(taken) => Self::Invalid(Invalid::one(unique, taken.to_string())),
            SaveError::Store(error) => Self::Store(error),
        }
    }
}

/// An action as an admin writes it.
#[derive(Debug, Clone)]
pub struct ActionDraft {
    /// The action this was, when a program is saved again.
    pub id: Option<ActionId>,
    /// What is done.
    pub kind: ActionKind,
    /// When.
    pub timing: Timing,
    /// What happens when it cannot be done.
    pub on_error: OnError,
    /// Whether it waits for the sending window.
    pub window: WindowUse,
}

/// A program as an admin writes it.
#[derive(Debug, Clone)]
pub struct ProgramDraft {
    /// Its type.
    pub kind: ProgramType,
    /// Its name.
    pub name: ProgramName,
    /// Its actions, in order.
    pub actions: Vec<ActionDraft>,
}

/// Creates a program. It starts disabled.
///
/// # Errors
/// When the draft is wrong or its name is taken.
pub async fn create_program(
    catalogue: &impl Catalogue,
    ids: &impl Ids,
    draft: ProgramDraft,
) -> Result<Program, ChangeError> {
    let mut errors = Vec::new();
    if draft.kind != ProgramType::Booking {
        let detail = "only booking programs can be created so far";
        errors.push(FieldError::new("/type", detail));
    }
    for (i, action) in draft.actions.iter().enumerate() {
        if action.id.is_some() {
            let detail = "a new program's actions get their ids here; leave it out";
            errors.push(FieldError::new(format!("/actions/{i}/id"), detail));
        }
    }
    Invalid::unless_empty(errors)?;
    let program = Program {
        id: ProgramId::new(ids.next()),
        version: 1,
        kind: draft.kind,
        name: draft.name,
        actions: draft
            .actions
            .into_iter()
            .map(|action| action.into_action(ids))
            .collect(),
        assignment: Assignment::Disabled,
    };
    catalogue
        .create_program(&program)
        .await
        .map_err(|error| ChangeError::from_save(error, "/name"))?;
    Ok(program)
}

impl ActionDraft {
    fn into_action(self, ids: &impl Ids) -> Action {
        Action {
            id: self.id.unwrap_or_else(|| ActionId::new(ids.next())),
            kind: self.kind,
            timing: self.timing,
            on_error: self.on_error,
            window: self.window,
        }
    }
}

/// Saves a new version of a program that was read as `version`.
///
/// # Errors
/// When the draft is wrong, the type differs (R1), or somebody else saved first. An enabled program
/// must stay fit to be enabled.
pub async fn save_program(
    catalogue: &impl Catalogue,
    ids: &impl Ids,
    id: &ProgramId,
    version: u64,
    draft: ProgramDraft,
) -> Result<Program, ChangeError> {
    let before = current_program(catalogue, id, version).await?;
    let mut errors = Vec::new();
    if draft.kind != before.kind {
        errors.push(FieldError::new(
            "/type",
            "a program's type is fixed for life",
        ));
    }
    let mut named = BTreeSet::new();
    for (i, action) in draft.actions.iter().enumerate() {
        let Some(id) = &action.id else { continue };
        let pointer = format!("/actions/{i}/id");
        if before.action(id).is_none() {
            errors.push(FieldError::new(pointer, "is not an action of this program"));
        } else if !named.insert(id.clone()) {
            errors.push(FieldError::new(pointer, "is named twice"));
        }
    }
    Invalid::unless_empty(errors)?;
    let after = Program {
        version: before.version + 1,
        name: draft.name,
        actions: draft
            .actions
            .into_iter()
            .map(|action| action.into_action(ids))
            .collect(),
        ..before.clone()
    };
    if after.assignment == Assignment::Enabled {
        check_ready(catalogue, &after).await?;
    }
    store_program(catalogue, &before, after).await
}

/// Enables a program (R4).
///
/// # Errors
/// When something is missing: all of it is named.
pub async fn enable_program(
    catalogue: &impl Catalogue,
    id: &ProgramId,
) -> Result<Program, ChangeError> {
    let before = program(catalogue, id).await?;
    if before.assignment == Assignment::Enabled {
        return Ok(before);
    }
    check_ready(catalogue, &before).await?;
    assign(catalogue, before, Assignment::Enabled).await
}

/// Disables a program (R16): no new patients; those on it go on.
///
/// # Errors
/// When there is no such program.
pub async fn disable_program(
    catalogue: &impl Catalogue,
    id: &ProgramId,
) -> Result<Program, ChangeError> {
    let before = program(catalogue, id).await?;
    if before.assignment == Assignment::Disabled {
        return Ok(before);
    }
    assign(catalogue, before, Assignment::Disabled).await
}

async fn assign(
    catalogue: &impl Catalogue,
    before: Program,
    assignment: Assignment,
) -> Result<Program, ChangeError> {
    let after = Program {
        version: before.version + 1,
        assignment,
        ..before.clone()
    };
    store_program(catalogue, &before, after).await
}

async fn store_program(
    catalogue: &impl Catalogue,
    before: &Program,
    after: Program,
) -> Result<Program, ChangeError> {
    catalogue
        .save_program(before, &after)
        .await
        .map_err(|error| ChangeError::from_save(error, "/name"))?;
    Ok(after)
}

async fn check_ready(catalogue: &impl Catalogue, program: &Program) -> Result<(), ChangeError> {
    let mut templates = BTreeMap::new();
    for action in &program.actions {
        let id = action.kind.template();
        if let Some(template) = catalogue.template(id).await? {
            templates.insert(id.clone(), template);
        }
    }
    Ok(program.ready(&templates)?)
}

/// One program.
///
/// # Errors
/// When there is none of that id.
pub async fn program(catalogue: &impl Catalogue, id: &ProgramId) -> Result<Program, ChangeError> {
    catalogue
        .program(id)
        .await?
        .ok_or(ChangeError::NotFound("program"))
}

async fn current_program(
    catalogue: &impl Catalogue,
    id: &ProgramId,
    version: u64,
) -> Result<Program, ChangeError> {
    let stored = program(catalogue, id).await?;
    if stored.version == version {
        Ok(stored)
    } else {
        Err(ChangeError::Stale)
    }
}

/// A template as an admin writes it.
#[derive(Debug, Clone)]
pub struct TemplateDraft {
    /// What staff call it.
    pub name: Label,
    /// Its text.
    pub body: Body,
}

/// Creates a template.
///
/// # Errors
/// When the store fails.
pub async fn create_template(
    catalogue: &impl Catalogue,
    ids: &impl Ids,
    draft: TemplateDraft,
) -> Result<Template, ChangeError> {
    let id = TemplateId::new(ids.next());
    let template = Template {
        id,
        version: 1,
        name: draft.name,
        body: draft.body,
    };
    catalogue
        .create_template(&template)
        .await
        .map_err(|error| ChangeError::from_save(error, "/name"))?;
    Ok(template)
}

/// Saves a new version of a template. Enabled programs that use it must still be able to fill it.
///
/// # Errors
/// When an enabled program could not fill the new text, or somebody else saved first.
pub async fn save_template(
    catalogue: &impl Catalogue,
    id: &TemplateId,
    version: u64,
    draft: TemplateDraft,
) -> Result<Template, ChangeError> {
    let before = catalogue
        .template(id)
        .await?
        .ok_or(ChangeError::NotFound("template"))?;
    if before.version != version {
        return Err(ChangeError::Stale);
    }
    let template = Template {
        id: id.clone(),
        version: version + 1,
        name: draft.name,
        body: draft.body,
    };
    for program in catalogue.programs().await? {
        let uses = program
            .actions
            .iter()
            .any(|action| action.kind.template() == id);
        if program.assignment == Assignment::Enabled && uses {
            let known = domain::template::known_tags(program.kind);
            if let Some(tag) = template
                .body
                .tags()
                .iter()
                .find(|tag| !known.contains(tag.as_str()))
            {
                let detail = format!(
                    "the enabled program “{}” uses this template and cannot fill {{{{ {tag} }}}}",
                    program.name
                );
                return Err(Invalid::one("/body", detail).into());
            }
        }
    }
    catalogue
        .save_template(&template)
        .await
        .map_err(|error| ChangeError::from_save(error, "/name"))?;
    Ok(template)
}

/// A booking type as an admin writes it.
#[derive(Debug, Clone)]
pub struct BookingTypeDraft {
    /// What booking systems call it.
    pub code: Code,
    /// What people call it.
    pub name: Label,
    /// The programs that a booking of this type starts.
    pub starts: Vec<ProgramId>,
}

/// Creates a booking type.
///
/// # Errors
/// When its code is taken, or a linked program does not exist or is not a Booking program.
pub async fn create_booking_type(
    catalogue: &impl Catalogue,
    ids: &impl Ids,
    draft: BookingTypeDraft,
) -> Result<BookingType, ChangeError> {
    check_links(catalogue, &draft.starts).await?;
    let booking_type = BookingType {
        id: BookingTypeId::new(ids.next()),
        revision: 1,
        code: draft.code,
        name: draft.name,
        starts: draft.starts.into_iter().collect(),
    };
    catalogue
        .create_booking_type(&booking_type)
        .await
        .map_err(|error| ChangeError::from_save(error, "/code"))?;
    Ok(booking_type)
}

/// Saves a booking type that was read as `revision`.
///
/// # Errors
/// As [`create_booking_type`], and when somebody else saved first.
pub async fn save_booking_type(
    catalogue: &impl Catalogue,
    id: &BookingTypeId,
    revision: u64,
    draft: BookingTypeDraft,
) -> Result<BookingType, ChangeError> {
    let before = catalogue
        .booking_type(id)
        .await?
        .ok_or(ChangeError::NotFound("booking type"))?;
    if before.revision != revision {
        return Err(ChangeError::Stale);
    }
    check_links(catalogue, &draft.starts).await?;
    let after = BookingType {
        id: id.clone(),
        revision: revision + 1,
        code: draft.code,
        name: draft.name,
        starts: draft.starts.into_iter().collect(),
    };
    catalogue
        .save_booking_type(&before, &after)
        .await
        .map_err(|error| ChangeError::from_save(error, "/code"))?;
    Ok(after)
}

async fn check_links(catalogue: &impl Catalogue, starts: &[ProgramId]) -> Result<(), ChangeError> {
    let mut errors = Vec::new();
    for (i, id) in starts.iter().enumerate() {
        let pointer = format!("/starts/{i}");
        match catalogue.program(id).await? {
            None => errors.push(FieldError::new(pointer, "there is no such program")),
            Some(program) if program.kind != ProgramType::Booking => {
                let detail = format!("“{}” is not a booking program", program.name);
                errors.push(FieldError::new(pointer, detail));
            }
            Some(_) => {}
        }
    }
    Ok(Invalid::unless_empty(errors)?)
}

/// A site as an admin writes it.
#[derive(Debug, Clone)]
pub struct SiteDraft {
    /// What booking systems call it.
    pub code: Code,
    /// What patients call it.
    pub name: Label,
    /// Its clock.
    pub zone: chrono_tz::Tz,
    /// When SMS and email may go out.
    pub window: SendingWindow,
}

impl SiteDraft {
    fn into_site(self, id: SiteId, revision: u64) -> Site {
        Site {
            id,
            revision,
            code: self.code,
            name: self.name,
            zone: self.zone,
            window: self.window,
        }
    }
}

/// Creates a site.
///
/// # Errors
/// When its code is taken.
pub async fn create_site(
    catalogue: &impl Catalogue,
    ids: &impl Ids,
    draft: SiteDraft,
) -> Result<Site, ChangeError> {
    let site = draft.into_site(SiteId::new(ids.next()), 1);
    catalogue
        .create_site(&site)
        .await
        .map_err(|error| ChangeError::from_save(error, "/code"))?;
    Ok(site)
}

/// Saves a site that was read as `revision`.
///
/// # Errors
/// When its code is taken or somebody else saved first.
pub async fn save_site(
    catalogue: &impl Catalogue,
    id: &SiteId,
    revision: u64,
    draft: SiteDraft,
) -> Result<Site, ChangeError> {
    let before = catalogue
        .site(id)
        .await?
        .ok_or(ChangeError::NotFound("site"))?;
    if before.revision != revision {
        return Err(ChangeError::Stale);
    }
    let after = draft.into_site(id.clone(), revision + 1);
    catalogue
        .save_site(&before, &after)
        .await
        .map_err(|error| ChangeError::from_save(error, "/code"))?;
    Ok(after)
}
