//! The distribution list as JSON.

mod letterhead;
mod report;
mod show;

use app::form::Form;
use app::letters::{BatchDraft, Chosen, LetterFilter};
use app::ports::Days;
use chrono::NaiveDate;
use domain::distribution::{Batch, LetterStateName, PrintedSides};
use domain::ids::{BatchId, LetterId, PatientId, ProgramId};
use domain::invalid::Invalid;
use domain::program::PrintOption;
use domain::settings::Remark;
use domain::site::Site;
use domain::text::Code;
use domain::timing::ReferenceDate;

pub(crate) use self::letterhead::{read_logo, read_preview, show_logo};
pub(crate) use self::report::{read_report, show_reported};
pub(crate) use self::show::{show_batch, show_letter, show_link, show_story};

/// What a list or a batch is narrowed to, as it is asked for.
#[derive(Debug)]
pub(crate) struct AskedFilter {
    site: Option<Code>,
    state: Option<LetterStateName>,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    program: Option<ProgramId>,
    print: Option<PrintOption>,
    patient: Option<PatientId>,
    batch: Option<BatchId>,
}

/// A batch as it is asked for.
#[derive(Debug)]
pub(crate) struct AskedBatch {
    letters: Option<Vec<LetterId>>,
    filter: AskedFilter,
    sides: PrintedSides,
}

fn day(text: &str) -> Result<NaiveDate, String> {
    ReferenceDate::parse(text).map(ReferenceDate::date).map_err(|error| error.to_string())
}

fn one_of<T: Copy>(
    all: &[T],
    name: impl Fn(T) -> &'static str,
) -> impl Fn(&str) -> Result<T, String> {
    move |text| {
        all.iter().copied().find(|it| name(*it) == text).ok_or_else(|| {
            let names: Vec<_> = all.iter().map(|it| name(*it)).collect();
            format!("must be one of {}", names.join(", "))
        })
    }
}

/// Reads `?site=&state=&from=&to=&program=&print=&patient=&batch=`.
pub(crate) fn read_filter(form: &Form<'_>) -> Option<AskedFilter> {
    let state = form.optional("state", one_of(&LetterStateName::ALL, LetterStateName::as_str));
    let batch = form.optional("batch", BatchId::parse);
    let patient = form.optional("patient", PatientId::parse);
    let filter = read_common(form);
    Some(AskedFilter { state: state?, batch: batch?, patient: patient?, ..filter? })
}

fn read_common(form: &Form<'_>) -> Option<AskedFilter> {
    let site = form.optional("site", Code::parse);
    let (from, to) = (form.optional("from", day), form.optional("to", day));
    let program = form.optional("program", ProgramId::parse);
    let print = form.optional("print", one_of(&PrintOption::ALL, PrintOption::as_str));
    Some(AskedFilter {
        site: site?,
        state: None,
        from: from?,
        to: to?,
        program: program?,
        print: print?,
        patient: None,
        batch: None,
    })
}

/// What narrows a batch down.
const NARROWING: [&str; 5] = ["site", "from", "to", "program", "print"];

/// Reads which letters are to be printed: by their ids, or all that wait of a site, a program, days,
/// or, when that is said, of the whole practice.
pub(crate) fn read_batch(form: &Form<'_>) -> Option<AskedBatch> {
    let letters = form.optional_texts("letters", Batch::MOST, LetterId::parse);
    let sides = form.optional_choice("sides", &PrintedSides::ALL, PrintedSides::as_str);
    let filter = read_common(form);
    let all = form.flag("all", false);
    let (letters, filter, all) = (letters?, filter?, all?);
    let narrowed = letters.is_some() || NARROWING.iter().any(|name| form.gives(name));
    match (all, narrowed) {
        (true, false) | (false, true) => {}
        (true, true) => form.error("all", "is not said together with what narrows it down"),
        (false, false) => {
            let detail = "say which letters: letters, site, program, from, to or print; or \"all\": true, for all that wait in the whole practice";
            form.refuse(&Invalid::one("", detail));
        }
    }
    if let Some(letters) = &letters {
        if letters.is_empty() {
            form.error("letters", "must have at least one entry; leave it out for all that wait");
        }
        let twice = |(i, letter): (usize, &LetterId)| letters.iter().take(i).any(|it| it == letter);
        if letters.iter().enumerate().any(twice) {
            form.error("letters", "must name each letter once");
        }
        for name in NARROWING {
            if form.gives(name) {
                form.error(name, "is not said together with letters");
            }
        }
    }
    Some(AskedBatch { letters, filter, sides: sides?.unwrap_or(PrintedSides::One) })
}

/// Reads why.
pub(crate) fn read_why(form: &Form<'_>) -> Option<Remark> {
    form.required("why", Remark::parse)
}

impl AskedFilter {
    /// The filter; `None` when there is no site of that code, and so no letter.
    pub(crate) fn filter(self, sites: &[Site]) -> Option<LetterFilter> {
        let site = match self.site {
            None => None,
            Some(code) => Some(sites.iter().find(|site| site.code == code)?.id.clone()),
        };
        Some(LetterFilter {
            site,
            state: self.state,
            days: Days { from: self.from, to: self.to },
            program: self.program,
            print: self.print,
            patient: self.patient,
            batch: self.batch,
        })
    }
}

impl AskedBatch {
    /// The draft.
    pub(crate) fn draft(self, sites: &[Site]) -> Result<BatchDraft, Invalid> {
        let chosen = match self.letters {
            Some(letters) => Chosen::Letters(letters),
            None => Chosen::Waiting(
                self.filter
                    .filter(sites)
                    .ok_or_else(|| Invalid::one("/site", "there is no site of this code"))?,
            ),
        };
        Ok(BatchDraft { chosen, sides: self.sides })
    }
}
