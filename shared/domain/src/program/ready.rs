//! What a program needs before patients can be put on it (HealthTrack R4).

use std::collections::BTreeMap;

use super::{Action, Medium, Program, Reply};
use crate::ids::TemplateId;
use crate::invalid::{FieldError, Invalid};
use crate::template::Template;

/// Whether the practice's SMS sender can receive replies. An alphanumeric sender id cannot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replies {
    /// Patients can answer.
    Received,
    /// What patients answer is lost.
    Lost,
}

impl Program {
    /// Checks that the program may be enabled (R4) and reports everything that is missing.
    ///
    /// # Errors
    /// With one entry for each thing to mend: no action, a template that does not exist or is of
    /// another channel, a merge tag this type of program cannot fill, a reply to be saved that
    /// cannot be received.
    pub fn ready(
        &self,
        templates: &BTreeMap<TemplateId, Template>,
        replies: Replies,
    ) -> Result<(), Invalid> {
        let mut missing = Vec::new();
        if self.actions.is_empty() {
            missing.push(FieldError::new("/actions", "needs at least one action"));
        }
        for (i, action) in self.actions.iter().enumerate() {
            let pointer = format!("/actions/{i}/template");
            missing.extend(
                self.wrong_template(action, templates)
                    .into_iter()
                    .map(|detail| FieldError::new(pointer.clone(), detail)),
            );
            let medium = action.message().map(|message| &message.medium);
            if let Some(Medium::Sms { reply: Reply::Saved, .. }) = medium
                && replies == Replies::Lost
            {
                let detail = "the practice's SMS sender cannot receive replies; it needs a number \
                              of its own, or un-tick Save Reply Content";
                missing.push(FieldError::new(format!("/actions/{i}/save_reply"), detail));
            }
        }
        Invalid::unless_empty(missing)
    }

    fn wrong_template(
        &self,
        action: &Action,
        templates: &BTreeMap<TemplateId, Template>,
    ) -> Vec<String> {
        let Some(message) = action.message() else { return Vec::new() };
        let id = message.medium.template();
        match templates.get(id) {
            None => vec![format!("template {id} does not exist")],
            Some(template) => template.misfits(self.kind, message.medium.channel()),
        }
    }
}
