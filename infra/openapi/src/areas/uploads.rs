//! Many enrolments at once, by a file.

use serde_json::json;
use utoipa::ToSchema;

use crate::names::RowResult;
use crate::operation::Operation;

/// A row of an upload. The columns may come in any order, and those that no row needs may be left
/// out; an empty cell is one that is not filled.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UploadRow {
    /// The program's id, or its exact name.
    pub program: String,
    /// The patient's id; or else `source` and `identifier`.
    pub patient: Option<String>,
    /// The system that knows the patient.
    pub source: Option<String>,
    /// The patient's key there.
    pub identifier: Option<String>,
    /// As when one patient is put on a program.
    #[schema(format = Date)]
    pub reference_date: Option<String>,
    /// Whom the visit is with.
    pub practitioner: Option<String>,
    /// The code of the site.
    pub site: Option<String>,
}

/// What is wrong with a cell.
#[derive(Debug, ToSchema)]
pub struct CellError {
    /// Its column; `null` when it is the row as a whole.
    #[schema(required)]
    pub column: Option<String>,
    /// What is wrong.
    pub detail: String,
}

/// What became of a row.
#[derive(Debug, ToSchema)]
pub struct RowReport {
    /// Its line in the file; the header is 1.
    pub row: u64,
    /// `enrolled`: it was carried out. `already`: it was carried out before, from this file or
    /// another. `refused`: `errors` says why, and nothing was changed.
    pub outcome: RowResult,
    /// The enrolment's id; `null` for a row that is refused, or is only checked.
    #[schema(required)]
    pub enrolment: Option<String>,
    /// Everything that is wrong with it.
    pub errors: Vec<CellError>,
}

/// What became of a file.
#[derive(Debug, ToSchema)]
pub struct UploadReport {
    /// Whether the rows were only checked.
    pub dry_run: bool,
    /// How many rows were carried out, or would be.
    pub enrolled: u64,
    /// How many were carried out before.
    pub already: u64,
    /// How many are refused.
    pub refused: u64,
    /// Each row.
    pub rows: Vec<RowReport>,
}

/// The route.
pub(super) fn upload() -> Operation {
    let says = "Whether the rows are only checked; `false` when left out.";
    Operation::post("/v1/enrolments/upload", "uploadEnrolments", "Put many patients on programs")
        .says(
            "A CSV file of up to 1,000 rows, in UTF-8, with a comma or a semicolon between cells. Each \
             row is carried out by itself: a wrong one is refused and changes nothing for the others. \
             After whatever went wrong, send the whole file again: a row that was carried out is \
             `already`.",
        )
        .query("dry_run", says, &json!({ "type": "boolean", "default": false }))
        .takes_rows::<UploadRow>()
        .example(
            "recall",
            "A patient, by the key of the booking system",
            json!("program,source,identifier,reference_date\nSix-monthly call,diary,P-1001,2031-02-28\n"),
        )
        .answers::<UploadReport>(200, "What became of each row.")
        .refuses(
            422,
            "The file itself is wrong: no text, no header, a column that is not known or is missing, or \
             too many rows.",
        )
}
