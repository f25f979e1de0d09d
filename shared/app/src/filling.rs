//! Filling a template for the patient it goes to.

use domain::enrolment::Recipient;
use domain::program::Medium;
use domain::template::Rendered;

use crate::merge;
use crate::ports::{Catalogue, Sms, StoreError};
use crate::situation::Situation;

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
    // Said of the action, and so to staff, until those channels have senders of their own.
    let to = match to {
        Recipient::Mobile(to) => to,
        Recipient::Email(_) => return Ok(Err("no email can be sent yet".to_owned())),
        Recipient::Post(_) | Recipient::File => {
            return Ok(Err("no letter can be printed yet".to_owned()));
        }
    };
    Ok(match template.content.render(&values) {
        Ok(Rendered::Sms(text)) => Ok(Sms { to: to.clone(), text }),
        Ok(Rendered::Email { .. } | Rendered::Letter(_)) => {
            Err("its template is not for text messages".to_owned())
        }
        Err(error) => Err(error.to_string()),
    })
}
