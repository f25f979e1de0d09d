//! Previews: a text as a patient would read it, or everything that keeps it from being sent
//! (HealthTrack R28).

use domain::ids::PatientId;
use domain::invalid::{FieldError, Invalid};
use domain::phi::Phi;
use domain::program::ProgramType;
use domain::template::{BadTemplate, Body, BodyKind, MergeValues};

use super::ChangeError;
use crate::ports::{Catalogue, People};

/// A text of a message as somebody typed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedText {
    /// The field it is in.
    pub field: &'static str,
    /// Which text of a message it is.
    pub kind: BodyKind,
    /// The text.
    pub text: String,
}

/// Fills every text. `program` is the type of program it is meant for, if that is known.
///
/// # Errors
/// With everything that is wrong with any of them.
pub fn preview(
    texts: &[TypedText],
    program: Option<ProgramType>,
    values: &MergeValues,
) -> Result<Vec<(&'static str, Phi<String>)>, Invalid> {
    let mut filled = Vec::new();
    let mut errors = Vec::new();
    for TypedText { field, kind, text } in texts {
        match fill(*kind, text, program, values) {
            Ok(text) => filled.push((*field, text)),
            Err(problems) => errors
                .extend(problems.into_iter().map(|why| FieldError::new(format!("/{field}"), why))),
        }
    }
    Invalid::unless_empty(errors)?;
    Ok(filled)
}

fn fill(
    kind: BodyKind,
    text: &str,
    program: Option<ProgramType>,
    values: &MergeValues,
) -> Result<Phi<String>, Vec<String>> {
    let body = Body::parse(kind, text).map_err(|error| {
        let mut problems = vec![error.to_string()];
        // The tags that do exist may be empty all the same: say it now, and not after the next try.
        if let BadTemplate::UnknownTags { used, .. } = &error
            && let Err(empty) = values.require(used.iter().map(String::as_str))
        {
            problems.push(empty.to_string());
        }
        problems
    })?;
    let mut problems = Vec::new();
    if let Some(program) = program {
        problems.extend(body.unfillable(program).map(|tag| {
            format!("uses {{{{ {tag} }}}}, which a {} program cannot fill", program.as_str())
        }));
    }
    match body.render(values) {
        Ok(text) if problems.is_empty() => Ok(text),
        Ok(_) => Err(problems),
        Err(error) => {
            problems.push(error.to_string());
            Err(problems)
        }
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
        values.set("site.name", site.name.as_str());
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sms(text: &str) -> Vec<TypedText> {
        vec![TypedText { field: "body", kind: BodyKind::Sms, text: text.to_owned() }]
    }

    #[test]
    fn a_preview_names_unknown_and_empty_tags_of_every_text_at_once() {
        let mut values = MergeValues::sample();
        values.set("site.name", "");
        let texts = [
            TypedText {
                field: "subject",
                kind: BodyKind::Subject,
                text: "{{ sight.name }} {{ site.name }}".to_owned(),
            },
            TypedText {
                field: "body",
                kind: BodyKind::Email,
                text: "{{ booking.date }} {{ site.name }}".to_owned(),
            },
        ];
        let refused = preview(&texts, Some(ProgramType::Recall), &values).unwrap_err();
        let pointers: Vec<_> =
            refused.errors().iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(pointers, ["/subject", "/subject", "/body", "/body"], "{refused}");
    }

    #[test]
    fn a_text_is_filled_with_the_examples_where_nothing_is_wrong() {
        let filled =
            preview(&sms("Hi {{ patient.first_name }}"), None, &MergeValues::sample()).unwrap();
        assert_eq!(filled, [("body", Phi::new("Hi Maria".to_owned()))]);
    }
}
