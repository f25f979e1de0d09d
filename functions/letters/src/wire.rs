//! The distribution list as JSON.

mod letterhead;

use app::form::Form;
use app::letters::{
    BatchDraft, Chosen, LINK_VALID, LetterFilter, LetterStory, PrintedBatch, Reported,
};
use app::ports::Days;
use chrono::{DateTime, Datelike, Duration, NaiveDate, Utc};
use domain::distribution::{
    Audited, Batch, Done, EpostReport, EpostStage, LetterState, LetterStateName, ListedLetter,
    PrintedSides, Waiting,
};
use domain::ids::{BatchId, LetterId, ProgramId};
use domain::invalid::Invalid;
use domain::program::PrintOption;
use domain::settings::Remark;
use domain::site::Site;
use domain::staff::StaffId;
use domain::text::Code;
use domain::timing::ReferenceDate;
use serde_json::{Value, json};

pub(crate) use self::letterhead::{read_logo, read_preview, show_logo};

/// What a list or a batch is narrowed to, as it is asked for.
#[derive(Debug)]
pub(crate) struct AskedFilter {
    site: Option<Code>,
    state: Option<LetterStateName>,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    program: Option<ProgramId>,
    print: Option<PrintOption>,
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

/// Reads `?site=&state=&from=&to=&program=&print=&batch=`.
pub(crate) fn read_filter(form: &Form<'_>) -> Option<AskedFilter> {
    let state = form.optional("state", one_of(&LetterStateName::ALL, LetterStateName::as_str));
    let batch = form.optional("batch", BatchId::parse);
    let filter = read_common(form);
    Some(AskedFilter { state: state?, batch: batch?, ..filter? })
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
        batch: None,
    })
}

/// Reads which letters are to be printed: by their ids, or all that wait of a site, a program, days.
pub(crate) fn read_batch(form: &Form<'_>) -> Option<AskedBatch> {
    let letters = form.optional_texts("letters", Batch::MOST, LetterId::parse);
    let sides = form.optional_choice("sides", &PrintedSides::ALL, PrintedSides::as_str);
    let filter = read_common(form);
    let (letters, filter) = (letters?, filter?);
    if let Some(letters) = &letters {
        if letters.is_empty() {
            form.error("letters", "must have at least one entry; leave it out for all that wait");
        }
        let twice = |(i, letter): (usize, &LetterId)| letters.iter().take(i).any(|it| it == letter);
        if letters.iter().enumerate().any(twice) {
            form.error("letters", "must name each letter once");
        }
        for name in ["site", "from", "to", "program", "print"] {
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

/// What the ePost provider may say, and what each is.
const STATUSES: [&str; 4] = ["accepted", "printed", "posted", "failed"];

/// Reads what the ePost provider says: of which letter, what, and when it was so.
pub(crate) fn read_report(
    form: &Form<'_>,
    now: DateTime<Utc>,
) -> Option<(LetterId, EpostReport, DateTime<Utc>)> {
    let letter = form.required("letter", LetterId::parse);
    let status = form.required("status", one_of(&STATUSES, |status| status));
    let at = form.required("at", |text| match instant(text)? {
        // Clocks differ a little.
        at if at > now + Duration::days(1) => Err("must not lie ahead"),
        at => Ok(at),
    });
    let why = form.optional("why", Remark::parse);
    let (letter, status, at, why) = (letter?, status?, at?, why?);
    let report = match EpostStage::parse(status) {
        Some(stage) => EpostReport::Reached(stage),
        None => EpostReport::Failed { why },
    };
    Some((letter, report, at))
}

fn instant(text: &str) -> Result<DateTime<Utc>, &'static str> {
    let at = DateTime::parse_from_rfc3339(text)
        .map_err(|_| "must be a time with its offset, such as 2026-12-03T10:30:00+11:00")?
        .with_timezone(&Utc);
    if (2000..2200).contains(&at.year()) { Ok(at) } else { Err("must be from 2000 to 2199") }
}

/// What a report did.
pub(crate) fn show_reported(reported: Reported) -> Value {
    let detail = match reported {
        Reported::Applied => "The letter stands where you say.",
        Reported::Ignored => {
            "Nothing was changed: this came before, or is older than what came before, or the letter is in other hands."
        }
    };
    json!({ "outcome": reported.as_str(), "detail": detail })
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

/// A letter of the list.
pub(crate) fn show_letter(letter: &ListedLetter, site: Option<&Site>) -> Value {
    json!({
        "id": letter.id,
        "version": letter.revision,
        "addressee": letter.addressee.as_str(),
        "print": letter.print.as_str(),
        "to": letter.to.reveal(),
        "site": {
            "id": letter.site,
            "code": site.map(|site| &site.code),
            "name": site.map(|site| &site.name),
        },
        "program": letter.program,
        "patient": letter.patient,
        "enrolment": letter.key.enrolment,
        "cycle": letter.key.cycle,
        "action": letter.key.action,
        "title": letter.title,
        "date": letter.dated,
        "pages": letter.pages,
        "state": show_state(&letter.state),
    })
}

fn show_state(state: &LetterState) -> Value {
    let mut shown = Standing::default();
    match state {
        LetterState::Waiting(Waiting::New) | LetterState::ToFile { .. } | LetterState::ToEpost => {}
        LetterState::Waiting(Waiting::ByHand { why }) | LetterState::InDoubt { why } => {
            shown.why = Some(why);
        }
        LetterState::Waiting(Waiting::Again { done, why })
        | LetterState::Returned { done, why } => {
            shown = Standing { why: Some(why.as_str()), ..Standing::done(done) };
        }
        LetterState::Printed { batch, done } => {
            shown = Standing { batch: Some(batch), ..Standing::done(done) };
        }
        LetterState::Posted { batch, done } => {
            shown = Standing { batch: batch.as_ref(), ..Standing::done(done) };
        }
        LetterState::Filed { path } => shown.path = Some(path),
        LetterState::AtEpost { provider_id, stage, at } => {
            shown.at = Some(*at);
            shown.epost = Some(json!({ "id": provider_id, "stage": stage.as_str() }));
        }
    }
    json!({
        "name": state.name().as_str(),
        "batch": shown.batch,
        "at": shown.at,
        "by": shown.by,
        "why": shown.why,
        "path": shown.path,
        "epost": shown.epost,
    })
}

/// What is said of where a letter stands.
#[derive(Default)]
struct Standing<'a> {
    batch: Option<&'a BatchId>,
    at: Option<DateTime<Utc>>,
    by: Option<&'a StaffId>,
    why: Option<&'a str>,
    path: Option<&'a str>,
    epost: Option<Value>,
}

impl<'a> Standing<'a> {
    fn done(done: &'a Done) -> Self {
        Self { at: Some(done.at), by: Some(&done.by), ..Self::default() }
    }
}

/// A letter, and who has done what about it.
pub(crate) fn show_story(story: &LetterStory, site: Option<&Site>) -> Value {
    let audited =
        |it: &Audited| json!({ "at": it.done.at, "by": it.done.by, "what": it.what.as_str() });
    let mut shown = show_letter(&story.letter, site);
    if let Some(fields) = shown.as_object_mut() {
        let audited: Vec<_> = story.audited.iter().map(audited).collect();
        fields.insert("history".to_owned(), Value::from(audited));
    }
    shown
}

/// A batch, and its letters as they are now.
pub(crate) fn show_batch(printed: &PrintedBatch, sites: &[Site]) -> Value {
    let PrintedBatch { batch, letters, more } = printed;
    let site = |letter: &ListedLetter| sites.iter().find(|site| site.id == letter.site);
    let letters: Vec<_> = letters.iter().map(|letter| show_letter(letter, site(letter))).collect();
    json!({
        "id": batch.id,
        "version": batch.revision,
        "sides": batch.sides.as_str(),
        "pages": batch.pages,
        "printed": { "at": batch.printed.at, "by": batch.printed.by },
        "posted": batch.posted.as_ref().map(|done| json!({ "at": done.at, "by": done.by })),
        "letters": letters,
        "more": more,
    })
}

/// A link, and until when it may be followed.
pub(crate) fn show_link(link: &str, now: DateTime<Utc>) -> Value {
    json!({ "url": link, "until": now + LINK_VALID })
}
