//! What a message is filled with: the template it has now, and what its tags stand for.

use domain::program::{Medium, Purpose};
use domain::template::{Content, MergeValues, Rendered};
use domain::text::Label;

use crate::merge;
use crate::ports::{Catalogue, StoreError};
use crate::situation::Situation;

/// A template, and the values of its tags for one patient.
pub(crate) struct Filled {
    pub(crate) title: Label,
    pub(crate) content: Content,
    pub(crate) values: MergeValues,
    purpose: Purpose,
}

impl Filled {
    /// The filled template as staff are shown it, or why it cannot be filled for this patient.
    pub(crate) fn render(&self) -> Result<Rendered, String> {
        let mut values = self.values.clone();
        if self.purpose == Purpose::Commercial {
            values.set_example_way_out();
        }
        self.content.render(&values).map_err(|error| error.to_string())
    }
}

/// What a message is filled with, or why it cannot be sent: `Ok(Err(why))`.
///
/// # Errors
/// When the catalogue fails.
pub(crate) async fn fill(
    catalogue: &impl Catalogue,
    practice: &str,
    situation: &Situation,
    medium: &Medium,
) -> Result<Result<Filled, String>, StoreError> {
    let Some(template) = catalogue.template(medium.template()).await? else {
        return Ok(Err("its template no longer exists".to_owned()));
    };
    if template.content.channel() != medium.channel() {
        return Ok(Err(format!("its template is not for {}", medium.channel().in_words())));
    }
    let values = merge::values(catalogue, practice, situation).await?;
    let purpose = situation.program.purpose;
    Ok(Ok(Filled { title: template.name, content: template.content, values, purpose }))
}
