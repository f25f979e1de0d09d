//! What a program needs before patients can be put on it (HealthTrack R4).

use std::collections::BTreeMap;

use super::{Action, Medium, Program, Purpose, Reply};
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
            Some(template) => {
                let mut misfits = template.misfits(self.kind, message.medium.channel());
                if self.purpose == Purpose::Care && template.content.tells_way_out() {
                    misfits.push(format!(
                        "the template “{}” tells how to unsubscribe, and care goes until the patient opts out of \
                         the channel; use another one, or make the program commercial",
                        template.name
                    ));
                }
                misfits
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use ulid::Ulid;

    use super::*;
    use crate::ids::{ActionId, ProgramId};
    use crate::program::{
        ActionKind, Assignment, Completion, Course, Message, OnError, ProgramName, ProgramType,
        Reopening, Significance, UsefulFor, WindowUse,
    };
    use crate::template::{Body, BodyKind, Content};
    use crate::text::Label;
    use crate::timing::Timing;

    /// A program that sends one text message.
    fn program(template: &Template, reply: Reply) -> Program {
        let window = WindowUse::Keep;
        let medium = Medium::Sms { template: template.id.clone(), reply, window };
        let useful_for = UsefulFor::default();
        let message = Message { medium, on_error: OnError::Pause, useful_for };
        let kind = ActionKind::Message(message);
        let timing = Timing::Enrolled;
        Program {
            id: ProgramId::new(Ulid::nil()),
            version: 1,
            kind: ProgramType::General,
            name: ProgramName::parse("Weight").unwrap(),
            course: Course::ONCE,
            purpose: Purpose::Care,
            significance: Significance::Routine,
            completion: Completion::Ignore,
            reopening: Reopening::AtOnce,
            actions: vec![Action { id: ActionId::new(Ulid::nil()), timing, kind }],
            assignment: Assignment::Disabled,
        }
    }

    #[test]
    fn replies_are_saved_only_with_a_sender_that_can_receive_them() {
        let template = Template {
            id: TemplateId::new(Ulid::nil()),
            version: 1,
            name: Label::parse("Weight").unwrap(),
            content: Content::Sms(Body::parse(BodyKind::Sms, "What do you weigh?").unwrap()),
            saved: None,
        };
        let templates = BTreeMap::from([(template.id.clone(), template.clone())]);
        let cases = [
            (Reply::Saved, Replies::Lost, &["/actions/0/save_reply"][..]),
            (Reply::Saved, Replies::Received, &[]),
            (Reply::NotKept, Replies::Lost, &[]),
            (Reply::NotKept, Replies::Received, &[]),
        ];
        for (reply, replies, expected) in cases {
            let refused = program(&template, reply).ready(&templates, replies);
            let refused = refused.err();
            let errors = refused.iter().flat_map(Invalid::errors);
            let pointers: Vec<&str> = errors.map(|error| error.pointer.as_str()).collect();
            assert_eq!(pointers, expected, "{reply:?} {replies:?}");
        }
    }

    #[test]
    fn only_a_commercial_program_tells_how_to_unsubscribe() {
        let body = Body::parse(BodyKind::Sms, "News. Stop: {{ unsubscribe.link }}").unwrap();
        let template = Template {
            id: TemplateId::new(Ulid::nil()),
            version: 1,
            name: Label::parse("News").unwrap(),
            content: Content::Sms(body),
            saved: None,
        };
        let templates = BTreeMap::from([(template.id.clone(), template.clone())]);
        for (purpose, missing) in [(Purpose::Commercial, 0), (Purpose::Care, 1)] {
            let program = Program { purpose, ..program(&template, Reply::NotKept) };
            let ready = program.ready(&templates, Replies::Lost);
            assert_eq!(ready.map_or_else(|it| it.errors().len(), |()| 0), missing, "{purpose:?}");
        }
    }
}
