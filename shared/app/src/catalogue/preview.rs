//! Previews: a text as a patient would read it, or everything that keeps it from being sent
//! (HealthTrack R28).

use domain::ids::PatientId;
use domain::invalid::{FieldError, Invalid};
use domain::program::ProgramType;
use domain::template::{
    BadTemplate, Body, BodyKind, CannotRender, Content, MarkedBody, MergeValues, Rendered,
};

use super::ChangeError;
use crate::merge::set_site;
use crate::ports::{Catalogue, People};

/// The texts of a message as somebody typed them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypedTexts {
    /// Of a text message.
    Sms {
        /// What it says.
        body: String,
    },
    /// Of an email.
    Email {
        /// Its subject.
        subject: String,
        /// What it says.
        body: String,
    },
    /// Of a letter.
    Letter {
        /// What it says.
        body: String,
    },
}

impl From<&Content> for TypedTexts {
    fn from(content: &Content) -> Self {
        let typed = |body: &Body| body.as_str().to_owned();
        match content {
            Content::Sms(body) => Self::Sms { body: typed(body) },
            Content::Email { subject, body } => {
                Self::Email { subject: typed(subject), body: typed(body.as_body()) }
            }
            Content::Letter(body) => Self::Letter { body: typed(body.as_body()) },
        }
    }
}

/// Fills a message. `program` is the type of program it is meant for, if that is known.
///
/// # Errors
/// With everything that is wrong with any of its texts.
pub fn preview(
    typed: &TypedTexts,
    program: Option<ProgramType>,
    values: &MergeValues,
) -> Result<Rendered, Invalid> {
    let mut proof = Proof { program, values, errors: Vec::new() };
    let content = match typed {
        TypedTexts::Sms { body } => {
            proof.read("body", Body::parse(BodyKind::Sms, body)).map(Content::Sms)
        }
        TypedTexts::Email { subject, body } => {
            let subject = proof.read("subject", Body::parse(BodyKind::Subject, subject));
            let body = proof.read("body", MarkedBody::email(body));
            subject.zip(body).map(|(subject, body)| Content::Email { subject, body })
        }
        TypedTexts::Letter { body } => {
            proof.read("body", MarkedBody::letter(body)).map(Content::Letter)
        }
    };
    Invalid::unless_empty(proof.errors)?;
    let filled = content.map(|content| content.render(values));
    match filled {
        Some(Ok(rendered)) => Ok(rendered),
        Some(Err(error)) => Err(Invalid::one("/body", error.to_string())),
        None => Err(Invalid::one("/body", "cannot be read")),
    }
}

/// A text of a message, read.
trait Text {
    fn as_body(&self) -> &Body;
    fn fault(&self, values: &MergeValues) -> Option<CannotRender>;
}

impl Text for Body {
    fn as_body(&self) -> &Body {
        self
    }

    fn fault(&self, values: &MergeValues) -> Option<CannotRender> {
        self.render(values).err()
    }
}

impl Text for MarkedBody {
    fn as_body(&self) -> &Body {
        self.as_body()
    }

    fn fault(&self, values: &MergeValues) -> Option<CannotRender> {
        self.render(values).err()
    }
}

/// Gathers what is wrong.
struct Proof<'a> {
    program: Option<ProgramType>,
    values: &'a MergeValues,
    errors: Vec<FieldError>,
}

impl Proof<'_> {
    fn read<T: Text>(&mut self, field: &'static str, text: Result<T, BadTemplate>) -> Option<T> {
        let problems = match &text {
            Ok(text) => self.problems(text),
            Err(error) => self.unreadable(error),
        };
        let pointer = format!("/{field}");
        let errors = problems.into_iter().map(|why| FieldError::new(pointer.clone(), why));
        self.errors.extend(errors);
        text.ok()
    }

    fn unreadable(&self, error: &BadTemplate) -> Vec<String> {
        let mut problems = vec![error.to_string()];
        // The tags that do exist may be empty all the same: say it now, and not after the next try.
        if let BadTemplate::UnknownTags { used, .. } = error
            && let Err(empty) = self.values.require(used.iter().map(String::as_str))
        {
            problems.push(empty.to_string());
        }
        problems
    }

    fn problems(&self, text: &impl Text) -> Vec<String> {
        let program = self.program.into_iter();
        let mut problems: Vec<_> = program
            .flat_map(|program| {
                text.as_body().unfillable(program).map(move |tag| {
                    format!(
                        "uses {{{{ {tag} }}}}, which a {} program cannot fill",
                        program.as_str()
                    )
                })
            })
            .collect();
        problems.extend(text.fault(self.values).map(|error| error.to_string()));
        problems
    }
}

/// What the tags become in a preview: examples, and a real patient's own values if one is named.
///
/// # Errors
/// When there is no such patient.
pub async fn preview_values(
    people: &impl People,
    catalogue: &impl Catalogue,
    practice: &str,
    patient: Option<&PatientId>,
) -> Result<MergeValues, ChangeError> {
    let mut values = MergeValues::sample();
    values.set("practice.name", practice);
    let Some(id) = patient else {
        return Ok(values);
    };
    let Some(patient) = people.patient(id).await? else {
        return Err(Invalid::one("/patient", "there is no such patient").into());
    };
    values.set_patient(&patient);
    if let Some(site) = &patient.site
        && let Some(site) = catalogue.site(site).await?
    {
        set_site(&mut values, &site);
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    use domain::phi::Phi;

    #[test]
    fn a_preview_names_unknown_and_empty_tags_of_every_text_at_once() {
        let mut values = MergeValues::sample();
        values.set("site.name", "");
        let texts = TypedTexts::Email {
            subject: "{{ sight.name }} {{ site.name }}".to_owned(),
            body: "{{ booking.date }} {{ site.name }}".to_owned(),
        };
        let refused = preview(&texts, Some(ProgramType::Recall), &values).unwrap_err();
        let pointers: Vec<_> =
            refused.errors().iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(pointers, ["/subject", "/subject", "/body", "/body"], "{refused}");
    }

    #[test]
    fn a_text_is_filled_with_the_examples_where_nothing_is_wrong() {
        let typed = TypedTexts::Sms { body: "Hi {{ patient.first_name }}".to_owned() };
        let filled = preview(&typed, None, &MergeValues::sample()).unwrap();
        assert_eq!(filled, Rendered::Sms(Phi::new("Hi Maria".to_owned())));
    }

    #[test]
    fn markup_that_messages_do_not_have_is_named_with_its_line() {
        let typed = TypedTexts::Letter { body: "Dear\n<b>{{ gp.name }}</b>".to_owned() };
        let refused = preview(&typed, None, &MergeValues::sample()).unwrap_err();
        assert!(refused.to_string().contains("has HTML on line 2"), "{refused}");
    }
}
