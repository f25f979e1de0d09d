//! Message templates. What enabled programs use must stay fit for them.

use domain::ids::TemplateId;
use domain::invalid::{FieldError, Invalid};
use domain::program::{Assignment, Program};
use domain::template::{Content, Template};
use domain::text::Label;

use super::ChangeError;
use crate::ports::{Catalogue, Ids};

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
    draft: TemplateDraft,
) -> Result<Template, ChangeError> {
    let id = TemplateId::new(ids.next());
    let template = Template { id, version: 1, name: draft.name, content: draft.content };
    catalogue
        .create_template(&template)
        .await
        .map_err(|error| ChangeError::from_save(error, "/name"))?;
    Ok(template)
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
    draft: TemplateDraft,
) -> Result<Template, ChangeError> {
    let before = catalogue.template(id).await?.ok_or(ChangeError::NotFound("template"))?;
    if before.version != version {
        return Err(ChangeError::Stale);
    }
    let template =
        Template { id: id.clone(), version: version + 1, name: draft.name, content: draft.content };
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
        .save_template(&template)
        .await
        .map_err(|error| ChangeError::from_save(error, "/name"))?;
    Ok(template)
}

/// Whether an action of the program uses the template.
fn uses(program: &Program, template: &TemplateId) -> bool {
    program.actions.iter().any(|action| action.kind.template() == template)
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
