//! What every error answer of a function must look like.

use serde_json::Value;
use stack::Answer;

/// Asserts that a function (and not the gateway) refused with `status`, in the form of RFC 9457,
/// and returns what it said.
///
/// # Panics
/// When it did not.
#[track_caller]
pub fn assert_problem(answer: &Answer, status: u16) -> Value {
    let asked = &answer.asked;
    assert_eq!(answer.status, status, "{asked}: {}", answer.body);
    let kind = answer.header("content-type").unwrap_or_default();
    assert_eq!(kind, "application/problem+json", "{asked}: {}", answer.body);
    let request = answer.header("x-request-id").unwrap_or_default();
    assert!(!request.is_empty(), "{asked}: no x-request-id");
    let problem = answer.json().expect("JSON");
    assert_eq!(problem["status"], status, "{asked}: {problem}");
    for member in ["title", "detail"] {
        assert!(problem[member].is_string(), "{asked}: {problem}");
    }
    problem
}

/// The pointers at the fields that were wrong.
pub fn pointers(problem: &Value) -> Vec<&str> {
    let errors = problem["errors"].as_array().map(Vec::as_slice);
    errors.unwrap_or_default().iter().filter_map(|error| error["pointer"].as_str()).collect()
}
