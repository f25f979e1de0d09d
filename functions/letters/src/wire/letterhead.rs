//! The logo, and letters to look at, as JSON.

use std::convert::Infallible;

use app::form::Form;
use app::letters::{LetterPreview, LogoDraft, PreviewText};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::ids::{PatientId, TemplateId};
use domain::invalid::Invalid;
use domain::program::{Addressee, ProgramType};
use domain::settings::Settings;
use domain::text::{Code, Label};
use serde_json::{Value, json};

fn base64(text: &str) -> Result<Vec<u8>, &'static str> {
    // Programs that write Base64 break its lines (RFC 2045, 6.8).
    let text: String = text.split_ascii_whitespace().collect();
    STANDARD.decode(text).map_err(|_| "must be a PNG or JPEG file, in Base64")
}

/// Reads a logo.
pub(crate) fn read_logo(form: &Form<'_>) -> Option<LogoDraft> {
    let file = form.required("file", base64);
    let description = form.required("description", Label::parse);
    Some(LogoDraft { file: file?, description: description? })
}

/// The logo, without its file.
pub(crate) fn show_logo(settings: &Settings) -> Value {
    let logo = settings.logo.as_ref().map(
        |logo| json!({ "kind": logo.kind.as_str(), "description": logo.description.as_str() }),
    );
    json!({ "version": settings.revision, "logo": logo })
}

/// Reads what is to be looked at: a template, or a text.
pub(crate) fn read_preview(form: &Form<'_>) -> Option<LetterPreview> {
    let template = form.optional("template", TemplateId::parse);
    let body = form.optional("body", |text| Ok::<_, Infallible>(text.to_owned()));
    let patient = form.optional("patient", PatientId::parse);
    let addressee =
        form.optional_choice("to", &[Addressee::Patient, Addressee::Gp], Addressee::as_str);
    let site = form.optional("site", Code::parse);
    let program = form.optional_choice("program_type", &ProgramType::ALL, ProgramType::as_str);
    let text = match (template?, body?) {
        (Some(template), None) => PreviewText::Template(template),
        (None, Some(body)) => PreviewText::Typed(body),
        (Some(_), Some(_)) => {
            form.error("template", "is not said together with a body");
            return None;
        }
        (None, None) => {
            form.refuse(&Invalid::one("", "name a template, or say a body"));
            return None;
        }
    };
    let addressee = addressee?.unwrap_or(Addressee::Patient);
    Some(LetterPreview { text, patient: patient?, addressee, site: site?, program: program? })
}
