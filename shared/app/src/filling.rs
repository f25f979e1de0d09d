//! What a message is filled with: the template it has now, and what its tags stand for.

use domain::enrolment::{Fate, Recipient};
use domain::program::{Medium, Purpose};
use domain::template::{Content, MergeValues, Rendered};
use domain::text::Label;

use crate::merge;
use crate::ports::{Catalogue, StoreError};
use crate::situation::Situation;

/// Whether anything can be sent there, or why not. It is said of the action, and so to staff, until
/// the other channels have senders of their own.
const fn sendable(to: &Recipient) -> Result<(), &'static str> {
    match to {
        Recipient::Mobile(_) | Recipient::Email(_) | Recipient::Post(_) | Recipient::File => Ok(()),
    }
}

/// What will happen to an action, as far as it is known before its text is filled: what cannot be
/// sent fails.
pub(crate) fn foresee(fate: Fate) -> Fate {
    match fate {
        Fate::Sent(to) => match sendable(&to) {
            Ok(()) => Fate::Sent(to),
            Err(why) => Fate::Failed(why.to_owned()),
        },
        Fate::Paused | Fate::Skipped(_) | Fate::Failed(_) => fate,
    }
}

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
    if let Err(why) = sendable(to) {
        return Ok(Err(why.to_owned()));
    }
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
