//! Codes by which a sender may mean one thing of ours.

use domain::text::Code;

/// Most codes that are kept of what a sender calls one thing.
const MOST: usize = 20;

/// Adds a code to those that may be meant, once. What can be no code is left out.
pub(crate) fn push(codes: &mut Vec<Code>, text: Option<&str>) {
    let Some(code) = text.and_then(|text| Code::parse(text).ok()) else { return };
    if codes.len() < MOST && !codes.contains(&code) {
        codes.push(code);
    }
}
