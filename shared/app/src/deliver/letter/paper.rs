//! From what is known to what stands on the paper.

use chrono::{Datelike, NaiveDate};
use domain::markup::{self, Document};
use domain::phi::Phi;
use domain::program::Addressee;
use letter::{Block, Language, Letter, LetterDate, Letterhead, Level, Recipient, Run};

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
    text: &Phi<Document>,
) -> Result<Letter, String> {
    let (subject, text) = subject(composing, addressee, &text.reveal().blocks);
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
        subject,
        body: blocks(text),
        language: Language::parse(LANGUAGE).map_err(|error| error.to_string())?,
    })
}

/// What a letter is about, and the text below it. To who gets letters about many: “Re:” and the
/// patient. To the patient: the text's own first heading.
fn subject<'a>(
    composing: &Composing<'_>,
    addressee: Addressee,
    text: &'a [markup::Block],
) -> (Option<String>, &'a [markup::Block]) {
    let patient = composing.facts.patient;
    match addressee {
        Addressee::Patient => match text {
            [markup::Block::Heading { level: markup::Level::One, runs }, rest @ ..] => {
                (Some(runs.iter().map(|run| run.text.as_str()).collect()), rest)
            }
            other => (None, other),
        },
        Addressee::Gp => {
            let born = patient.date_of_birth.as_ref().map(Phi::reveal);
            let born = born.map(|born| format!(", born {}", in_words(*born))).unwrap_or_default();
            (Some(format!("Re: {}{born}", full_name(patient))), text)
        }
    }
}

fn in_words(date: NaiveDate) -> String {
    date.format("%-d %B %Y").to_string()
}

fn date(date: NaiveDate) -> Result<LetterDate, String> {
    let part = |number: u32| u8::try_from(number).map_err(|_| "its date is none".to_owned());
    let year = u16::try_from(date.year()).map_err(|_| "its date is none".to_owned())?;
    Ok(LetterDate {
        text: in_words(date),
        year,
        month: part(date.month())?,
        day: part(date.day())?,
    })
}

/// The text's blocks as the typesetter takes them.
fn blocks(blocks: &[markup::Block]) -> Vec<Block> {
    let items = |items: &[Vec<markup::Block>]| items.iter().map(|it| self::blocks(it)).collect();
    let set = |block: &markup::Block| match block {
        markup::Block::Heading { level, runs: text } => Block::Heading(
            match level {
                markup::Level::One => Level::One,
                markup::Level::Two => Level::Two,
            },
            runs(text),
        ),
        markup::Block::Paragraph { runs: text } => Block::Paragraph(runs(text)),
        markup::Block::List { marks, items: list } => match marks {
            markup::Marks::Bullets => Block::BulletList(items(list)),
            markup::Marks::Numbers { from } => {
                Block::NumberedList { start: *from, items: items(list) }
            }
        },
    };
    blocks.iter().map(set).collect()
}

fn runs(runs: &[markup::Run]) -> Vec<Run> {
    let set = |run: &markup::Run| match run.role {
        // On paper an address is read, not followed.
        markup::Role::Text | markup::Role::Link => {
            if run.bold {
                Run::bold(&run.text)
            } else {
                Run::regular(&run.text)
            }
        }
    };
    runs.iter().map(set).collect()
}
