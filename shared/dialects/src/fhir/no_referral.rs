//! Requests that send nobody to a clinic.

use super::node::Node;
use super::references::Index;
use crate::names::REFERRAL_NOTES;

/// Categories (SNOMED CT) of tests and pictures: laboratory procedure, imaging.
const SNOMED_TESTS: [&str; 2] = ["108252007", "363679005"];
/// Categories of tests and pictures by the sections of diagnostic services (v2-0074).
const SECTIONS: [&str; 12] =
    ["LAB", "RAD", "CH", "CP", "CT", "HM", "MB", "NMR", "PAT", "RUS", "SP", "XRC"];

const SNOMED: &str = "http://snomed.info/sct";
const LOINC: &str = "http://loinc.org";
const V2_0074: &str = "http://terminology.hl7.org/CodeSystem/v2-0074";

/// Intents of what a filler or a rule makes of somebody else's order.
const DERIVED: [&str; 3] = ["reflex-order", "filler-order", "instance-order"];

const TESTS: &str = "It orders tests or pictures, and sends nobody to a clinic.";

/// Why a request is no referral, if it is none.
pub(super) fn why(request: &Node<'_>, index: &Index<'_>) -> Option<&'static str> {
    if request.has("specimen") {
        return Some("It is about a specimen, and sends nobody to a clinic.");
    }
    let is_section = |it: &Node<'_>| {
        let (system, code) = (it.text("system"), it.text("code").unwrap_or_default());
        match system {
            Some(V2_0074) => SECTIONS.contains(&code),
            Some(SNOMED) | None => SNOMED_TESTS.contains(&code),
            Some(_) => false,
        }
    };
    if request.items("category").iter().flat_map(|it| it.items("coding")).any(|it| is_section(&it))
    {
        return Some(TESTS);
    }
    // LOINC names what is measured; the few documents in it that refer somebody are known.
    let is_measured = |it: &Node<'_>| {
        it.text("system") == Some(LOINC)
            && it.text("code").is_some_and(|code| !REFERRAL_NOTES.contains(&code))
    };
    if request.get("code").iter().flat_map(|it| it.items("coding")).any(|it| is_measured(&it)) {
        return Some(TESTS);
    }
    let is_derived = request.text("intent").is_some_and(|intent| DERIVED.contains(&intent));
    let origins = request.items("basedOn");
    let of_request = |it: &Node<'_>| index.resolve(it, request).kind == Some("ServiceRequest");
    if is_derived && origins.iter().any(of_request) {
        return Some("It is made of another request, which is the referral.");
    }
    None
}
