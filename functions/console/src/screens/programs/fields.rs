//! Fields that the new program and the editor have in common.

use maud::{Markup, html};
use serde_json::{Value, json};

use crate::failure::Problem;
use crate::html::field::{Field, check, choice, input, radios, select};

/// Units of time: what is sent, and what is shown.
pub(super) const UNITS: [&str; 5] = ["minutes", "hours", "days", "weeks", "months"];

/// A number as it was typed: what is none goes as it is, so that it is the API that says so.
pub(super) fn number(typed: &str) -> Value {
    let typed = typed.trim();
    match (typed.parse::<u64>(), typed.parse::<f64>()) {
        (Ok(number), _) => json!(number),
        (_, Ok(number)) => json!(number),
        _ if typed.is_empty() => Value::Null,
        _ => json!(typed),
    }
}

/// How often it runs, as the API takes it.
pub(super) fn course(of: impl Fn(&str) -> String) -> Vec<(&'static str, Value)> {
    let amount = of("frequency_amount");
    let frequency = match amount.trim() {
        "" => Value::Null,
        amount => json!({ "amount": number(amount), "unit": of("frequency_unit") }),
    };
    vec![("cycles", number(&of("cycles"))), ("frequency", frequency)]
}

/// How often it runs, as fields.
pub(super) fn course_fields(of: impl Fn(&str) -> String, problem: Option<&Problem>) -> Markup {
    let wrong = |pointer: &str| problem.and_then(|problem| problem.of(pointer));
    let frequency = wrong("/frequency/amount").or_else(|| wrong("/frequency"));
    let units = UNITS.iter().skip(2).map(|unit| choice(*unit, *unit));
    html! {
        div.fields {
            (input("number", "cycles", "Cycles").value(of("cycles")).with("min", "1").with("max", "1040")
                .hint("How many times its actions are gone through.").error(wrong("/cycles")))
            (input("number", "frequency_amount", "Frequency: one cycle every")
                .value(of("frequency_amount")).with("min", "1")
                .hint("May be empty in a General program of one cycle.").error(frequency))
            (select("frequency_unit", "Days, weeks or months", units)
                .value(of("frequency_unit")).error(wrong("/frequency/unit")))
        }
    }
}

/// What its messages are for.
pub(super) fn purpose(value: &str, error: Option<&str>) -> Field {
    let choices = [
        choice("care", "Care").hint("Goes to every patient who has not opted out of the channel."),
        choice("commercial", "Commercial")
            .hint("Goes only to patients who agreed to it, and must say how to unsubscribe."),
    ];
    radios("purpose", "Purpose of its messages", choices).value(value).error(error)
}

/// Whether nobody on it may be lost.
pub(super) fn clinical(ticked: bool) -> Field {
    check("clinically_significant", "Clinically significant", ticked).hint(
        "When a patient opts out, cannot be reached, or reaches the end without booking, somebody finds it on \
         the work list.",
    )
}
