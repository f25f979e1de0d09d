//! What a list looks like.

use maud::{Markup, html};

/// A list to begin from.
pub(super) const EXAMPLE: &str = "\
program,source,identifier,reference_date,practitioner,site
Six-monthly call,diary,P-1001,2031-02-28,Dr Ada Yang,harbour
Six-monthly call,diary,P-1002,2031-03-31,,
";

/// The columns: a name, whether a row needs it, and what stands in it.
const COLUMNS: [(&str, &str, &str); 7] = [
    ("program", "always", "The exact name of the program, which is enabled."),
    ("source", "with identifier", "The system that knows the patient, as your practice named it."),
    ("identifier", "with source", "The number that this system has for the patient."),
    (
        "patient",
        "in place of these two",
        "The record's own number here, as another system of yours may have it.",
    ),
    (
        "reference_date",
        "for a recall",
        "The proposed date of the booking, as year-month-day: 2031-02-28. For a “Program” it may be left empty; \
         the other types take none.",
    ),
    ("practitioner", "if you like", "Whom the visit is with."),
    ("site", "if you like", "The short code of the site; else the patient's own."),
];

/// The columns explained, with an example to save.
pub(super) fn shown() -> Markup {
    html! {
        section.card {
            div.heading {
                h2 { "What the list looks like" }
                a.button href="/app/patients/import/example.csv" download { "Save an example" }
            }
            p {
                "The first row names the columns, in any order; columns that no row needs may be left out. Booking "
                "programs cannot be in a list: their patients come by their bookings."
            }
            table.stack {
                thead {
                    tr {
                        th scope="col" { "Column" }
                        th scope="col" { "Needed" }
                        th scope="col" { "What stands in it" }
                    }
                }
                tbody {
                    @for (name, needed, what) in COLUMNS {
                        tr {
                            th scope="row" { code { (name) } }
                            td data-label="Needed" { (needed) }
                            td data-label="What stands in it" { (what) }
                        }
                    }
                }
            }
            p.hint { "Sending the same list again is safe: whoever was enrolled by it is not enrolled twice." }
        }
    }
}
