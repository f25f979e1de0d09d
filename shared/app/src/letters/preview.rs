//! A letter to look at: the file that would be printed, of a template or of a text that is not saved
//! yet (HealthTrack R28).

use chrono::{DateTime, Utc};
use domain::ids::{PatientId, TemplateId};
use domain::invalid::Invalid;
use domain::patient::Patient;
use domain::phi::Phi;
use domain::program::{Addressee, ProgramType};
use domain::site::Site;
use domain::template::{MergeValues, Rendered};
use domain::text::Code;
use letter::Recipient;

use crate::catalogue::{ChangeError, TypedTexts, preview};
use crate::merge::set_site;
use crate::paper::{self, Logos, Paper};
use crate::ports::{Catalogue, LetterFiles, People, PracticeSettings};

/// What is to be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterPreview {
    /// What it says.
    pub text: PreviewText,
    /// To whom it is; an example without one.
    pub patient: Option<PatientId>,
    /// To the patient, or to their GP.
    pub addressee: Addressee,
    /// The site it would go out from, by its code; else the patient's, else the first there is.
    pub site: Option<Code>,
    /// The type of program it is meant for, if that is known.
    pub program: Option<ProgramType>,
}

/// What a letter that is looked at says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PreviewText {
    /// What a template says.
    Template(TemplateId),
    /// This.
    Typed(String),
}

/// Sets the letter. Nothing is kept of it.
///
/// # Errors
/// With everything that is wrong with its text, or why it could not be sent to that patient.
pub async fn preview_letter(
    catalogue: &(impl Catalogue + PracticeSettings),
    people: &impl People,
    files: &impl LetterFiles,
    deployed: &str,
    asked: &LetterPreview,
    now: DateTime<Utc>,
) -> Result<Vec<u8>, ChangeError> {
    let settings = catalogue.settings().await?;
    let practice = settings.practice_name(deployed);
    let patient = match &asked.patient {
        Some(id) => {
            let found = people.patient(id).await?;
            Some(found.ok_or_else(|| Invalid::one("/patient", "there is no such patient"))?)
        }
        None => None,
    };
    let site = site(catalogue, asked, patient.as_ref()).await?;
    let mut values = MergeValues::sample();
    values.set("practice.name", practice);
    set_site(&mut values, &site);
    if let Some(patient) = &patient {
        values.set_patient(patient);
    }
    let text = text(catalogue, asked, &values).await?;
    let recipient = match &patient {
        Some(patient) => {
            let address = patient.postal_address(asked.addressee);
            let whose = match asked.addressee {
                Addressee::Patient => "has no address",
                Addressee::Gp | Addressee::Referrer => "has no GP with an address",
            };
            let address = address.ok_or_else(|| Invalid::one("/patient", whose))?;
            paper::recipient(asked.addressee, Some(address), patient, &site.country())
                .map_err(|why| Invalid::one("/patient", why))?
        }
        None => example(asked.addressee, &values),
    };
    let (name, born) = match &patient {
        Some(patient) => {
            let born = patient.date_of_birth.as_ref().map(|born| *born.reveal());
            (paper::full_name(patient), born)
        }
        None => (value(&values, "patient.full_name"), None),
    };
    let paper = Paper {
        practice,
        logo: settings.logo.as_ref(),
        site: &site,
        regarding: paper::regarding(asked.addressee, &name, born),
        recipient,
        dated: paper::day(now, &site),
        text: &text,
    };
    let cannot = |why: String| Invalid::one("", format!("cannot be set: {why}"));
    let source = paper.source().map_err(cannot)?;
    let (pdf, _) = source.set(&Logos::default(), files).await?.map_err(cannot)?;
    Ok(pdf.into_bytes())
}

async fn site(
    catalogue: &impl Catalogue,
    asked: &LetterPreview,
    patient: Option<&Patient>,
) -> Result<Site, ChangeError> {
    let mut sites = catalogue.sites().await?;
    let found = match (&asked.site, patient.and_then(|patient| patient.site.as_ref())) {
        (Some(code), _) => {
            let found = sites.into_iter().find(|site| site.code == *code);
            return found
                .ok_or_else(|| Invalid::one("/site", "there is no site of that code").into());
        }
        (None, Some(id)) => sites.iter().position(|site| site.id == *id),
        (None, None) => None,
    };
    if sites.is_empty() {
        let detail = "the practice has no site yet, and a letter goes out from one; make one first";
        return Err(Invalid::one("/site", detail).into());
    }
    Ok(sites.swap_remove(found.unwrap_or(0)))
}

async fn text(
    catalogue: &impl Catalogue,
    asked: &LetterPreview,
    values: &MergeValues,
) -> Result<Phi<domain::markup::Document>, ChangeError> {
    let typed = match &asked.text {
        PreviewText::Typed(body) => TypedTexts::Letter { body: body.clone() },
        PreviewText::Template(id) => {
            let template = catalogue.template(id).await?;
            let template =
                template.ok_or_else(|| Invalid::one("/template", "there is no such template"))?;
            TypedTexts::from(&template.content)
        }
    };
    match preview(&typed, asked.program, values)? {
        Rendered::Letter(document) => Ok(document),
        Rendered::Sms(_) | Rendered::Email(_) => {
            Err(Invalid::one("/template", "is not for letters").into())
        }
    }
}

/// Where an example goes: nobody lives there.
fn example(addressee: Addressee, values: &MergeValues) -> Recipient {
    let place = || ["1 Example Street".to_owned(), "SAMPLETON NSW 2000".to_owned()];
    match addressee {
        Addressee::Patient => {
            Recipient { name: value(values, "patient.full_name"), address: place().to_vec() }
        }
        Addressee::Gp | Addressee::Referrer => {
            let practice = std::iter::once(value(values, "gp.practice"));
            Recipient { name: value(values, "gp.name"), address: practice.chain(place()).collect() }
        }
    }
}

fn value(values: &MergeValues, tag: &str) -> String {
    values.get(tag).unwrap_or_default().to_owned()
}
