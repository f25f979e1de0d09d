//! Message templates. What enabled programs use must stay fit for them.

use domain::ids::TemplateId;
use domain::invalid::{FieldError, Invalid};
use domain::program::{Assignment, Program};
use domain::staff::Saved;
use domain::template::{Content, Template};
use domain::text::Label;

use super::ChangeError;
use crate::ports::{Catalogue, Ids, TemplateVersions};

/// A template as an admin writes it.
#[derive(Debug, Clone)]
pub struct TemplateDraft {
    /// What staff call it.
    pub name: Label,
    /// What it says, and by which channel.
    pub content: Content,
}

/// Creates a template.
///
/// # Errors
/// When the store fails.
pub async fn create_template(
    catalogue: &impl Catalogue,
    ids: &impl Ids,
    saved: Saved,
    draft: TemplateDraft,
) -> Result<Template, ChangeError> {
    let id = TemplateId::new(ids.next());
    let template =
        Template { id, version: 1, name: draft.name, content: draft.content, saved: Some(saved) };
    match catalogue.create_template(&template).await {
        Ok(()) => Ok(template),
        Err(error) => match catalogue.template(&template.id).await? {
            // This was asked for before.
            Some(known) => Ok(known),
            None => Err(ChangeError::from_save(error, "/name")),
        },
    }
}

/// Saves a new version of a template. Enabled programs that use it must still be able to fill it.
///
/// # Errors
/// When the channel differs, an enabled program could not fill the new text, or somebody else saved
/// first.
pub async fn save_template(
    catalogue: &impl Catalogue,
    id: &TemplateId,
    version: u64,
    saved: Saved,
    draft: TemplateDraft,
) -> Result<Template, ChangeError> {
    let before = current_template(catalogue, id, version).await?;
    let template = Template {
        id: id.clone(),
        version: version + 1,
        name: draft.name,
        content: draft.content,
        saved: Some(saved),
    };
    if template.content.channel() != before.content.channel() {
        let detail = "a template's channel is fixed for life; make a new template";
        return Err(Invalid::one("/channel", detail).into());
    }
    let mut errors = Vec::new();
    for program in catalogue.programs().await? {
        if program.assignment == Assignment::Enabled && uses(&program, id) {
            errors.extend(unfillable(&template.content, &program));
        }
    }
    Invalid::unless_empty(errors)?;
    catalogue
        .save_template(&before, &template)
        .await
        .map_err(|error| ChangeError::from_save(error, "/name"))?;
    Ok(template)
}

/// Deletes a template that was read as `version`. Its versions can still be read.
///
/// # Errors
/// When a program uses it, all of which are named, or somebody else saved first.
pub async fn delete_template(
    catalogue: &(impl Catalogue + TemplateVersions),
    id: &TemplateId,
    version: u64,
) -> Result<(), ChangeError> {
    let template = current_template(catalogue, id, version).await?;
    let programs = catalogue.programs().await?;
    let users = programs.iter().filter(|program| uses(program, id));
    let names: Vec<_> = users.map(|program| format!("“{}”", program.name)).collect();
    if !names.is_empty() {
        let names = names.join(", ");
        let detail =
            format!("These programs use the template: {names}. Take it out of them first.");
        return Err(ChangeError::Conflict(detail));
    }
    catalogue
        .delete_template(&template)
        .await
        .map_err(|error| ChangeError::from_save(error, "/name"))
}

/// One template, in its newest version.
///
/// # Errors
/// When there is none of that id.
pub async fn template(
    catalogue: &impl Catalogue,
    id: &TemplateId,
) -> Result<Template, ChangeError> {
    catalogue.template(id).await?.ok_or(ChangeError::NotFound("template"))
}

/// The newest `limit` versions of a template, newest first, also of one that was deleted; with
/// `below`, of those that have a lower number.
///
/// # Errors
/// When there never was one of that id.
pub async fn template_versions(
    versions: &impl TemplateVersions,
    id: &TemplateId,
    below: Option<u64>,
    limit: usize,
) -> Result<Vec<Template>, ChangeError> {
    let found = versions.template_versions(id, below, limit).await?;
    // Every template has a first version, so that only below one there may be none.
    match (found.is_empty(), below) {
        (true, None) => Err(ChangeError::NotFound("template")),
        (true, Some(_)) | (false, _) => Ok(found),
    }
}

/// One version of a template, also of one that was deleted.
///
/// # Errors
/// When there is no such version.
pub async fn template_version(
    versions: &impl TemplateVersions,
    id: &TemplateId,
    version: u64,
) -> Result<Template, ChangeError> {
    let found = versions.template_version(id, version).await?;
    found.ok_or(ChangeError::NotFound("version of a template"))
}

async fn current_template(
    catalogue: &impl Catalogue,
    id: &TemplateId,
    version: u64,
) -> Result<Template, ChangeError> {
    let stored = template(catalogue, id).await?;
    if stored.version == version { Ok(stored) } else { Err(ChangeError::Stale) }
}

/// Whether an action of the program uses the template.
fn uses(program: &Program, template: &TemplateId) -> bool {
    program.actions.iter().any(|action| action.template() == Some(template))
}

fn unfillable(content: &Content, program: &Program) -> Vec<FieldError> {
    let errors = content.texts().into_iter().flat_map(|(field, text)| {
        text.unfillable(program.kind).map(move |tag| {
            let detail = format!(
                "the enabled program “{}” uses this template and cannot fill {{{{ {tag} }}}}",
                program.name
            );
            FieldError::new(format!("/{field}"), detail)
        })
    });
    errors.collect()
}
