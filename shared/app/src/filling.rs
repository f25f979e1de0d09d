//! Filling a template for the patient it goes to.

use domain::enrolment::{Fate, Recipient};
use domain::phone::MobileNumber;
use domain::program::Medium;
use domain::template::Rendered;

use crate::merge;
use crate::ports::{Catalogue, Sms, StoreError};
use crate::situation::Situation;

/// The number to send to, or why nothing can be sent there. It is said of the action, and so to
/// staff, until the other channels have senders of their own.
const fn sendable(to: &Recipient) -> Result<&MobileNumber, &'static str> {
    match to {
        Recipient::Mobile(to) => Ok(to),
        Recipient::Email(_) => Err("no email can be sent yet"),
        Recipient::Post(_) | Recipient::File => Err("no letter can be printed yet"),
    }
}

/// What will happen to an action, as far as it is known before its text is filled: what cannot be
/// sent fails.
pub(crate) fn foresee(fate: Fate) -> Fate {
    match fate {
        Fate::Sent(to) => match sendable(&to) {
            Ok(_) => Fate::Sent(to),
            Err(why) => Fate::Failed(why.to_owned()),
        },
        Fate::Paused | Fate::Skipped(_) | Fate::Failed(_) => fate,
    }
}

/// The message, or why it cannot be filled or sent: `Ok(Err(why))`.
///
/// # Errors
/// When the catalogue fails.
pub(crate) async fn fill(
    catalogue: &impl Catalogue,
    practice: &str,
    situation: &Situation,
    medium: &Medium,
    to: &Recipient,
) -> Result<Result<Sms, String>, StoreError> {
    let Some(template) = catalogue.template(medium.template()).await? else {
        return Ok(Err("its template no longer exists".to_owned()));
    };
    let values = merge::values(catalogue, practice, situation).await?;
    let to = match sendable(to) {
        Ok(to) => to,
        Err(why) => return Ok(Err(why.to_owned())),
    };
    Ok(match template.content.render(&values) {
        Ok(Rendered::Sms(text)) => Ok(Sms { to: to.clone(), text }),
        Ok(Rendered::Email { .. } | Rendered::Letter(_)) => {
            Err("its template is not for text messages".to_owned())
        }
        Err(error) => Err(error.to_string()),
    })
}
