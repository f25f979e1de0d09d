//! Message templates. What enabled programs use must stay fit for them.

use domain::ids::TemplateId;
use domain::invalid::Invalid;
use domain::program::Assignment;
use domain::template::{Body, Template};
use domain::text::Label;

use super::ChangeError;
use crate::ports::{Catalogue, Ids};

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
    let template = Template { id, version: 1, name: draft.name, body: draft.body };
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
    let before = catalogue.template(id).await?.ok_or(ChangeError::NotFound("template"))?;
    if before.version != version {
        return Err(ChangeError::Stale);
    }
    let template =
        Template { id: id.clone(), version: version + 1, name: draft.name, body: draft.body };
    for program in catalogue.programs().await? {
        let uses = program.actions.iter().any(|action| action.kind.template() == id);
        if program.assignment == Assignment::Enabled && uses {
            let known = program.kind.known_tags();
            if let Some(tag) = template.body.tags().iter().find(|tag| !known.contains(tag.as_str()))
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
