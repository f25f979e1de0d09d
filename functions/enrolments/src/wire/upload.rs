//! A file of enrolments, as spreadsheets save it: CSV, with a header.

use app::enrolments::{RowOutcome, RowReport, UploadMode, UploadRow};
use app::form::Form;
use csv::{ReaderBuilder, StringRecord, Trim};
use domain::invalid::{FieldError, Invalid};
use serde_json::{Value, json};

use super::read::read_yes_or_no;

/// Most rows of one file.
const MAX_ROWS: usize = 1_000;

/// How much of an unknown column's name is told back, in characters.
const MAX_QUOTED: usize = 80;

/// The columns, in the order in which [`row`] takes them.
const COLUMNS: [&str; 7] =
    ["program", "patient", "source", "identifier", "reference_date", "practitioner", "site"];

/// Reads `?dry_run=true`.
pub(crate) fn read_mode(form: &Form<'_>) -> Option<UploadMode> {
    let dry_run = read_yes_or_no(form, "dry_run")?;
    Some(if dry_run { UploadMode::Check } else { UploadMode::Enrol })
}

/// Reads a file into its rows. A byte-order mark, `;` for `,`, and the line ends of any system are
/// taken; a row of too few or too many cells is refused by itself.
///
/// # Errors
/// When the file itself is wrong: no text, no header, a column that is unknown or given twice, too
/// many rows.
pub(crate) fn read_file(bytes: &[u8]) -> Result<Vec<Result<UploadRow, RowReport>>, Invalid> {
    let wrong = |detail: String| Invalid::one("", detail);
    let text = std::str::from_utf8(bytes)
        .map_err(|_| wrong("must be text in UTF-8; save it as “CSV UTF-8”".to_owned()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let header = text.lines().next().unwrap_or_default();
    let semicolons = header.contains(';') && !header.contains(',');
    let mut reader = ReaderBuilder::new()
        .delimiter(if semicolons { b';' } else { b',' })
        .flexible(true)
        .trim(Trim::All)
        .from_reader(text.as_bytes());
    // The text is UTF-8 and any number of cells is taken, so nothing is left that can be wrong.
    let unread = |_| wrong("cannot be read as CSV".to_owned());
    let places = places(reader.headers().map_err(unread)?)?;
    let cells = reader.headers().map_err(unread)?.len();
    let mut rows = Vec::new();
    let mut lines = Lines::of(text);
    for record in reader.records() {
        let record = record.map_err(unread)?;
        if rows.len() == MAX_ROWS {
            return Err(wrong(format!("must have at most {MAX_ROWS} rows; split the file")));
        }
        let line = lines.of_record(record.position().map_or(0, csv::Position::byte));
        rows.push(if record.len() == cells {
            Ok(row(line, &record, &places))
        } else {
            let detail = format!("has {} cells; the header has {cells}", record.len());
            let outcome = RowOutcome::Refused(vec![FieldError::new("", detail)]);
            Err(RowReport { line, outcome })
        });
    }
    Ok(rows)
}

/// Counts the lines of a file as an editor does, from 1.
///
/// The reader's own count is that of where it stood before it read a record: before blank lines, and
/// between the two characters of a line end of Windows.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    const fn of(text: &'a str) -> Self {
        Self { text: text.as_bytes(), at: 0, line: 1 }
    }

    /// The line on which the record begins that the reader read from this byte on. Records come in
    /// their order.
    fn of_record(&mut self, from: u64) -> u64 {
        let from = usize::try_from(from).unwrap_or(usize::MAX);
        while let Some(byte) = self.text.get(self.at) {
            let ends_line = matches!(byte, b'\r' | b'\n');
            if self.at >= from && !ends_line {
                break;
            }
            // The first character of a Windows line end does not count: the second one does.
            let is_first = *byte == b'\r' && self.text.get(self.at + 1) == Some(&b'\n');
            if ends_line && !is_first {
                self.line += 1;
            }
            self.at += 1;
        }
        self.line
    }
}

/// Where each of [`COLUMNS`] is.
fn places(header: &StringRecord) -> Result<[Option<usize>; 7], Invalid> {
    let mut errors = Vec::new();
    let mut wrong = |detail: String| errors.push(FieldError::new("", detail));
    let mut places = [None; 7];
    for (i, given) in header.iter().enumerate() {
        let name = given.to_lowercase();
        let column = COLUMNS.iter().position(|column| *column == name);
        match column.and_then(|column| places.get_mut(column)) {
            Some(place @ None) => *place = Some(i),
            Some(Some(_)) => wrong(format!("the column {name} is there twice")),
            None if given.is_empty() => wrong(format!(
                "column {} of the header has no name; known are {}",
                i + 1,
                COLUMNS.join(", ")
            )),
            None => wrong(format!(
                "the column “{}” is not known; known are {}",
                given.chars().take(MAX_QUOTED).collect::<String>(),
                COLUMNS.join(", ")
            )),
        }
    }
    let [program, patient, source, identifier, ..] = places;
    if program.is_none() {
        wrong("the header needs the column program".to_owned());
    }
    if patient.is_none() && source.and(identifier).is_none() {
        wrong("the header needs the column patient, or source and identifier".to_owned());
    }
    Invalid::unless_empty(errors)?;
    Ok(places)
}

fn row(line: u64, record: &StringRecord, places: &[Option<usize>; 7]) -> UploadRow {
    let [program, patient, source, identifier, reference_date, practitioner, site] =
        places.map(|place| place.and_then(|i| record.get(i)).unwrap_or_default().to_owned());
    UploadRow { line, program, patient, source, identifier, reference_date, practitioner, site }
}

/// The report on a file, row by row.
pub(crate) fn show_reports(reports: &[RowReport], mode: UploadMode) -> Value {
    let count =
        |name: &str| reports.iter().filter(|report| outcome_name(&report.outcome) == name).count();
    json!({
        "dry_run": mode == UploadMode::Check,
        "enrolled": count("enrolled"),
        "already": count("already"),
        "refused": count("refused"),
        "rows": reports.iter().map(|report| show_report(report, mode)).collect::<Vec<_>>(),
    })
}

fn show_report(report: &RowReport, mode: UploadMode) -> Value {
    let (enrolment, errors) = match &report.outcome {
        // Nothing is there yet that the id could name.
        RowOutcome::Enrolled(_) if mode == UploadMode::Check => (None, &[][..]),
        RowOutcome::Enrolled(id) | RowOutcome::Already(id) => (Some(id), &[][..]),
        RowOutcome::Refused(errors) => (None, errors.as_slice()),
    };
    let errors = errors.iter().map(|error| {
        let column = Some(&error.pointer).filter(|column| !column.is_empty());
        json!({ "column": column, "detail": error.detail })
    });
    json!({
        "row": report.line,
        "outcome": outcome_name(&report.outcome),
        "enrolment": enrolment,
        "errors": errors.collect::<Vec<_>>(),
    })
}

const fn outcome_name(outcome: &RowOutcome) -> &'static str {
    match outcome {
        RowOutcome::Enrolled(_) => "enrolled",
        RowOutcome::Already(_) => "already",
        RowOutcome::Refused(_) => "refused",
    }
}
