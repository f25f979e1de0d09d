//! What a message is filled with: the template it has now, and what its tags stand for.

use domain::enrolment::Recipient;
use domain::program::Medium;
use domain::template::{Content, MergeValues, Rendered};

use crate::merge;
use crate::ports::{Catalogue, StoreError};
use crate::situation::Situation;

/// A template, and the values of its tags for one patient.
pub(crate) struct Filled {
    pub(crate) content: Content,
    pub(crate) values: MergeValues,
}

impl Filled {
    /// The filled template, or why it cannot be filled for this patient.
    pub(crate) fn render(&self) -> Result<Rendered, String> {
        self.content.render(&self.values).map_err(|error| error.to_string())
    }
}

/// What a message to this recipient is filled with, or why it cannot be sent: `Ok(Err(why))`.
///
/// # Errors
/// When the catalogue fails.
pub(crate) async fn fill(
    catalogue: &impl Catalogue,
    practice: &str,
    situation: &Situation,
    medium: &Medium,
    to: &Recipient,
) -> Result<Result<Filled, String>, StoreError> {
    // Said of the action, and so to staff, until those channels have senders of their own.
    match to {
        Recipient::Mobile(_) => {}
        Recipient::Email(_) => return Ok(Err("no email can be sent yet".to_owned())),
        Recipient::Post(_) | Recipient::File => {
            return Ok(Err("no letter can be printed yet".to_owned()));
        }
    }
    let Some(template) = catalogue.template(medium.template()).await? else {
        return Ok(Err("its template no longer exists".to_owned()));
    };
    if template.content.channel() != medium.channel() {
        return Ok(Err(format!("its template is not for {}", medium.channel().in_words())));
    }
    let values = merge::values(catalogue, practice, situation).await?;
    Ok(Ok(Filled { content: template.content, values }))
}
