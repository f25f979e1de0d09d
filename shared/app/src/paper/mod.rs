//! Letters on paper: from what is known to what stands on it, for one that is sent, one that is made
//! anew for another address, and one that is only looked at.

mod address;
mod logo;
mod source;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use domain::logo::Logo;
use domain::markup::{self, Document};
use domain::patient::Patient;
use domain::phi::Phi;
use domain::program::Addressee;
use domain::site::Site;
use letter::{Block, Language, Letter, LetterDate, Letterhead, Level, Recipient, Run};

pub(crate) use self::address::{address_lines, doctor, recipient};
pub(crate) use self::logo::{Logos, probe};
pub(crate) use self::source::Source;

/// The language templates are written in: they name none themselves.
const LANGUAGE: &str = "en-AU";

/// What a letter is made of.
#[derive(Debug)]
pub(crate) struct Paper<'a> {
    /// What the practice is called.
    pub practice: &'a str,
    /// The practice's mark.
    pub logo: Option<&'a Logo>,
    /// The site it goes out from.
    pub site: &'a Site,
    /// What it is about, where its own text does not say: see [`regarding`].
    pub regarding: Option<String>,
    /// Where it goes.
    pub recipient: Recipient,
    /// The day it is dated.
    pub dated: NaiveDate,
    /// What it says.
    pub text: &'a Phi<Document>,
}

/// The day a letter that is made now is dated, on the site's clock.
pub(crate) fn day(now: DateTime<Utc>, site: &Site) -> NaiveDate {
    now.with_timezone(&site.zone).date_naive()
}

impl Paper<'_> {
    /// The letter, but for the file of its logo.
    pub(crate) fn source(&self) -> Result<Source, String> {
        let (subject, text) = self.subject();
        let head = &self.site.letterhead;
        let letter = Letter {
            letterhead: Letterhead {
                practice: self.practice.to_owned(),
                logo: None,
                site: Some(self.site.name.to_string()),
                address: head.address.iter().map(ToString::to_string).collect(),
                phone: head.phone.as_ref().map(ToString::to_string),
                email: head.email.as_ref().map(|email| email.as_str().to_owned()),
            },
            date: date(self.dated)?,
            reference: None,
            running: Some(self.running()),
            recipient: self.recipient.clone(),
            subject,
            body: blocks(text),
            language: Language::parse(LANGUAGE).map_err(|error| error.to_string())?,
        };
        Ok(Source::new(letter, self.logo))
    }

    /// Whose letter a page is that has come apart from the first: whom it is about, else to whom it is,
    /// and its day.
    fn running(&self) -> String {
        let whose = self.regarding.as_ref().unwrap_or(&self.recipient.name);
        format!("{whose}, {}", in_words(self.dated))
    }

    /// What a letter is about, and the text below it: what it regards, else its text's own first
    /// heading.
    fn subject(&self) -> (Option<String>, &[markup::Block]) {
        match (&self.regarding, self.text.reveal().blocks.as_slice()) {
            (Some(regarding), text) => (Some(regarding.clone()), text),
            (None, [markup::Block::Heading { level: markup::Level::One, runs }, rest @ ..]) => {
                (Some(runs.iter().map(|run| run.text.as_str()).collect()), rest)
            }
            (None, text) => (None, text),
        }
    }
}

/// What a letter to who gets letters about many begins with: “Re:” and the patient.
pub(crate) fn regarding(
    addressee: Addressee,
    name: &str,
    born: Option<NaiveDate>,
) -> Option<String> {
    match addressee {
        Addressee::Patient => None,
        Addressee::Gp | Addressee::Referrer => {
            let born = born.map(|born| format!(", born {}", in_words(born))).unwrap_or_default();
            Some(format!("Re: {name}{born}"))
        }
    }
}

/// The name and the address of a letter, a line each.
pub(crate) fn lines(recipient: Recipient) -> Vec<String> {
    std::iter::once(recipient.name).chain(recipient.address).collect()
}

/// The patient's name.
pub(crate) fn full_name(patient: &Patient) -> String {
    format!("{} {}", patient.first_name.reveal(), patient.last_name.reveal())
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
