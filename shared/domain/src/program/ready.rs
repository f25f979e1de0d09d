//! What a program needs before patients can be put on it (HealthTrack R4).

use std::collections::BTreeMap;

use super::{Action, Medium, Program, Purpose, Reply};
use crate::ids::TemplateId;
use crate::invalid::{FieldError, Invalid};
use crate::sender::Replies;
use crate::site::Site;
use crate::template::{LINK_TAG, Template};

/// The word that a patient answers to end them.
const WAY_OUT_WORD: &str = "STOP";
/// Sites that a refusal names; of more it says how many.
const NAMED_SITES: usize = 3;

impl Program {
    /// Checks that the program may be enabled (R4) and reports everything that is missing.
    ///
    /// A patient can be at any site, so what needs an answer needs it of every site's sender.
    ///
    /// # Errors
    /// With one entry for each thing to mend: no action, a template that does not exist or is of
    /// another channel, a merge tag this type of program cannot fill, a reply to be saved that
    /// cannot be received, a commercial message without a way out.
    pub fn ready(
        &self,
        templates: &BTreeMap<TemplateId, Template>,
        sites: &[Site],
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
            for need in self.needs(action, templates) {
                missing.extend(need.unmet(i, sites));
            }
        }
        Invalid::unless_empty(missing)
    }

    /// Whether some message of the program needs a sender that receives answers.
    pub fn needs_answers(&self, templates: &BTreeMap<TemplateId, Template>) -> bool {
        self.actions.iter().flat_map(|action| self.needs(action, templates)).any(
            |need| match need {
                Need::Answers | Need::AnswersToStop => true,
                Need::WayOut => false,
            },
        )
    }

    /// What a text message of the program needs of its sender and its text.
    fn needs(&self, action: &Action, templates: &BTreeMap<TemplateId, Template>) -> Vec<Need> {
        let Some(Medium::Sms { template, reply, .. }) =
            action.message().map(|message| &message.medium)
        else {
            return Vec::new();
        };
        let answers = match reply {
            Reply::NotKept => None,
            Reply::Saved { .. } => Some(Need::Answers),
        };
        let way_out = match self.purpose {
            Purpose::Care => None,
            Purpose::Commercial => templates.get(template).and_then(way_out),
        };
        answers.into_iter().chain(way_out).collect()
    }

    fn wrong_template(
        &self,
        action: &Action,
        templates: &BTreeMap<TemplateId, Template>,
    ) -> Vec<String> {
        let Some(message) = action.message() else { return Vec::new() };
        let id = message.medium.template();
        match templates.get(id) {
            None => vec!["does not exist any more; choose another one".to_owned()],
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

/// What a text message needs of its sender or its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    /// That patients can answer it.
    Answers,
    /// The same, because STOP is its only way out.
    AnswersToStop,
    /// A way out, which its text does not have.
    WayOut,
}

impl Need {
    /// What is missing for the action at this place.
    fn unmet(self, place: usize, sites: &[Site]) -> Option<FieldError> {
        let (field, detail) = match self {
            Self::Answers => {
                ("save_reply", format!("{}, or un-tick Save Reply Content", deaf(sites)?))
            }
            Self::AnswersToStop => {
                let why = "its template tells patients to answer STOP to commercial messages, but";
                ("template", format!("{why} {}", deaf(sites)?))
            }
            Self::WayOut => (
                "template",
                format!(
                    "a commercial message must say how to end them: put the word {WAY_OUT_WORD} \
                     into its template, such as “Reply STOP to opt out”, or the tag {{{{ {LINK_TAG} }}}}"
                ),
            ),
        };
        Some(FieldError::new(format!("/actions/{place}/{field}"), detail))
    }
}

/// What the way out of a commercial text needs; `None` when it is a link.
fn way_out(template: &Template) -> Option<Need> {
    if template.content.tells_way_out() {
        return None;
    }
    let says_stop = template.content.texts().iter().any(|(_, text)| {
        text.as_str().split(|c: char| !c.is_alphanumeric()).any(|word| word == WAY_OUT_WORD)
    });
    Some(if says_stop { Need::AnswersToStop } else { Need::WayOut })
}

/// Why answers would be lost, and what to do; `None` when every site's sender receives.
fn deaf(sites: &[Site]) -> Option<String> {
    let deaf: Vec<_> = sites
        .iter()
        .filter(|site| match site.sms.replies() {
            Replies::Received => false,
            Replies::Lost => true,
        })
        .collect();
    if deaf.is_empty() && !sites.is_empty() {
        return None;
    }
    let mut named: Vec<_> = deaf
        .iter()
        .take(NAMED_SITES)
        .map(|site| format!("“{}” ({})", site.name, site.code))
        .collect();
    if deaf.len() > NAMED_SITES {
        named.push(format!("{} more", deaf.len() - NAMED_SITES));
    }
    Some(if named.is_empty() {
        "there is no site whose sender could receive replies; create one with a number as its \
         `sms` sender"
            .to_owned()
    } else {
        format!(
            "the SMS sender of {} cannot receive replies; give every site a number of its own as \
             its `sms` sender",
            named.join(", ")
        )
    })
}

#[cfg(test)]
mod tests {
    use ulid::Ulid;

    use super::*;
    use crate::ids::{ActionId, ProgramId, SiteId};
    use crate::program::{
        ActionKind, Assignment, Completion, Course, Message, OnError, ProgramName, ProgramType,
        ReferralFilter, Reopening, Significance, UsefulFor, WindowUse,
    };
    use crate::sender::{OriginationNumber, SenderId, SmsSender};
    use crate::template::{Body, BodyKind, Content};
    use crate::text::{Code, Label};
    use crate::timing::Timing;
    use crate::window::SendingWindow;

    fn program(purpose: Purpose, reply: Reply) -> Program {
        let (template, window) = (TemplateId::new(Ulid::nil()), WindowUse::Keep);
        let medium = Medium::Sms { template, reply, window };
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
            purpose,
            significance: Significance::Routine,
            completion: Completion::Ignore,
            reopening: Reopening::AtOnce,
            referrals: ReferralFilter::default(),
            actions: vec![Action { id: ActionId::new(Ulid::nil()), timing, kind }],
            assignment: Assignment::Disabled,
        }
    }

    fn templates(text: &str) -> BTreeMap<TemplateId, Template> {
        let template = Template {
            id: TemplateId::new(Ulid::nil()),
            version: 1,
            name: Label::parse("Weight").unwrap(),
            content: Content::Sms(Body::parse(BodyKind::Sms, text).unwrap()),
            saved: None,
        };
        BTreeMap::from([(template.id.clone(), template)])
    }

    fn site(n: u128, name: &str, sms: SmsSender) -> Site {
        Site {
            id: SiteId::new(Ulid::from_parts(0, n)),
            revision: 1,
            code: Code::parse(&name.to_lowercase()).unwrap(),
            name: Label::parse(name).unwrap(),
            zone: chrono_tz::Australia::Sydney,
            window: SendingWindow::default(),
            sms,
            reply_to: None,
            letterhead: crate::site::Letterhead::default(),
        }
    }

    fn number() -> SmsSender {
        SmsSender::Number(OriginationNumber::parse("+61491570156").unwrap())
    }

    fn name() -> SmsSender {
        SmsSender::Id(SenderId::parse("Harbour").unwrap())
    }

    fn missing(program: &Program, text: &str, sites: &[Site]) -> Vec<String> {
        let refused = program.ready(&templates(text), sites).err();
        refused
            .iter()
            .flat_map(Invalid::errors)
            .map(|it| format!("{}: {}", it.pointer, it.detail))
            .collect()
    }

    #[test]
    fn replies_are_saved_only_when_every_site_can_receive_them() {
        let saved = || program(Purpose::Care, Reply::Saved { value: None });
        let not_kept = program(Purpose::Care, Reply::NotKept);
        let (harbour, hills) = (site(1, "Harbour", number()), site(2, "Hills", name()));
        let both = [harbour.clone(), hills.clone()];
        assert_eq!(missing(&saved(), "What do you weigh?", &[harbour]), [""; 0]);
        assert_eq!(missing(&not_kept, "What do you weigh?", &both), [""; 0]);
        let refused = missing(&saved(), "What do you weigh?", &both);
        assert_eq!(refused.len(), 1, "{refused:?}");
        let says = refused.concat();
        assert!(says.starts_with("/actions/0/save_reply"), "{says}");
        assert!(says.contains("“Hills” (hills)") && !says.contains("Harbour"), "{says}");
        assert!(missing(&saved(), "What do you weigh?", &[]).concat().contains("no site"));
        let many: Vec<_> = (0..9).map(|n| site(n, "Hills", SmsSender::Deployment)).collect();
        assert!(missing(&saved(), "What do you weigh?", &many).concat().contains("6 more"));
    }

    #[test]
    fn a_commercial_text_says_how_to_end_them_in_a_way_that_works() {
        let sold = program(Purpose::Commercial, Reply::NotKept);
        let (hears, deaf) = ([site(1, "Harbour", number())], [site(1, "Harbour", name())]);
        let none: [&str; 0] = [];
        assert_eq!(missing(&sold, "Sale! Reply STOP to opt out.", &hears), none);
        assert_eq!(missing(&sold, "Sale!\nSTOP=end", &hears), none);
        for text in ["Sale!", "Sale! Do stop by.", "NONSTOP sale", "STOPPING"] {
            let refused = missing(&sold, text, &hears).concat();
            assert!(refused.starts_with("/actions/0/template"), "{text}: {refused}");
            assert!(refused.contains("Reply STOP to opt out"), "{refused}");
        }
        let refused = missing(&sold, "Sale! Reply STOP to opt out.", &deaf).concat();
        assert!(refused.contains("“Harbour” (harbour) cannot receive"), "{refused}");
        let care = program(Purpose::Care, Reply::NotKept);
        assert_eq!(missing(&care, "Come in!", &deaf), none, "care needs no way out");
        let both = program(Purpose::Commercial, Reply::Saved { value: None });
        assert_eq!(missing(&both, "Sale!", &deaf).len(), 2, "all that is missing is said");
    }

    #[test]
    fn a_program_needs_answers_to_keep_them_or_to_hear_stop() {
        let needs = |purpose, reply, text| program(purpose, reply).needs_answers(&templates(text));
        assert!(needs(Purpose::Care, Reply::Saved { value: None }, "What do you weigh?"));
        assert!(needs(Purpose::Commercial, Reply::NotKept, "Sale! STOP to end"));
        assert!(!needs(Purpose::Care, Reply::NotKept, "Answer STOP to end"));
    }

    #[test]
    fn only_a_commercial_program_tells_how_to_unsubscribe() {
        let (text, deaf) = ("News. Stop: {{ unsubscribe.link }}", [site(1, "Harbour", name())]);
        let sold = program(Purpose::Commercial, Reply::NotKept);
        assert_eq!(missing(&sold, text, &deaf), [""; 0], "it is a way out for any sender");
        let refused = missing(&program(Purpose::Care, Reply::NotKept), text, &deaf).concat();
        assert!(refused.starts_with("/actions/0/template"), "{refused}");
    }
}
