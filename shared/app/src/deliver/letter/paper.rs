//! From what is known to what stands on the paper.

use chrono::{Datelike, NaiveDate};
use domain::phi::Phi;
use domain::program::Addressee;
use letter::{Block, Language, Letter, LetterDate, Letterhead, Recipient, Run};

use super::Composing;
use super::address::full_name;

/// The language templates are written in: they name none themselves.
const LANGUAGE: &str = "en-AU";

/// The letter, ready to be set.
pub(super) fn letter(
    composing: &Composing<'_>,
    addressee: Addressee,
    recipient: Recipient,
    dated: NaiveDate,
    text: &Phi<String>,
) -> Result<Letter, String> {
    let head = &composing.facts.site.letterhead;
    Ok(Letter {
        letterhead: Letterhead {
            practice: composing.practice.to_owned(),
            logo: None,
            site: Some(composing.facts.site.name.to_string()),
            address: head.address.iter().map(ToString::to_string).collect(),
            phone: head.phone.as_ref().map(ToString::to_string),
            email: head.email.as_ref().map(|email| email.as_str().to_owned()),
        },
        date: date(dated)?,
        reference: None,
        recipient,
        subject: subject(composing, addressee),
        body: body(text),
        language: Language::parse(LANGUAGE).map_err(|error| error.to_string())?,
    })
}

/// “Re:” and who it is about, for who gets letters about many.
fn subject(composing: &Composing<'_>, addressee: Addressee) -> Option<String> {
    let patient = composing.facts.patient;
    match addressee {
        Addressee::Patient => None,
        Addressee::Gp => {
            let born = patient.date_of_birth.as_ref().map(Phi::reveal);
            let born = born.map(|born| format!(", born {}", in_words(*born))).unwrap_or_default();
            Some(format!("Re: {}{born}", full_name(patient)))
        }
    }
}

fn in_words(date: NaiveDate) -> String {
    date.format("%-d %B %Y").to_string()
}

fn date(date: NaiveDate) -> Result<LetterDate, String> {
    let part = |number: u32| u8::try_from(number).map_err(|_| "its date is none".to_owned());
    let year = u16::try_from(date.year()).map_err(|_| "its date is none".to_owned())?;
    Ok(LetterDate { text: in_words(date), year, month: part(date.month())?, day: part(date.day())? })
}

/// Paragraphs, which an empty line divides.
fn body(text: &Phi<String>) -> Vec<Block> {
    let text = text.reveal().replace("\r\n", "\n");
    let paragraphs = text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty());
    paragraphs.map(|paragraph| Block::Paragraph(vec![Run::regular(paragraph)])).collect()
}
