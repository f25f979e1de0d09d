//! Messages in the shape of a referral that refer nobody to this practice.

use super::message::{Message, Part};

/// Documents (LOINC, OBR-4) that go from doctor to doctor in the shape of a referral and are none.
const OTHER_DOCUMENTS: [&str; 13] = [
    // Discharge summaries.
    "18842-5", "28655-9", "11490-0", "34105-7",
    // Letters back: consultation, specialist's, outpatient and progress notes.
    "11488-4", "51852-2", "34108-1", "11506-3",
    // Event summary, shared health summary.
    "34133-9", "60591-5", // Reports: laboratory, imaging, operation.
    "11502-2", "18748-4", "11504-8",
];

/// Why a message refers nobody here, if it does not.
pub(super) fn why(message: &Message) -> Option<&'static str> {
    let ordered = message.first("RF1").and_then(|rf1| rf1.text(3, 1)).unwrap_or_default();
    if matches!(ordered.to_ascii_uppercase().as_str(), "LAB" | "RAD") {
        return Some("It orders tests or pictures, and sends nobody to a clinic.");
    }
    // A referral brings reports along: only when all that it brings is something else is it none.
    let codes =
        |obr: &Part<'_>| [obr.text(4, 1), obr.text(4, 4)].into_iter().flatten().collect::<Vec<_>>();
    let documents: Vec<_> =
        message.all("OBR").iter().map(codes).filter(|it| !it.is_empty()).collect();
    let is_other =
        |codes: &Vec<String>| codes.iter().any(|code| OTHER_DOCUMENTS.contains(&code.as_str()));
    if !documents.is_empty() && documents.iter().all(is_other) {
        return Some("It brings a letter or a report, and sends nobody to a clinic.");
    }
    is_copy(message).then_some("It is a copy: the patient is referred to somebody else.")
}

/// Whether whoever is meant to read it (IR) is not whoever the patient is referred to (RT).
fn is_copy(message: &Message) -> bool {
    let providers = message.all("PRD");
    let is = |role: &str, prd: &Part<'_>| {
        prd.repeats(1).into_iter().any(|it| it.text(1).as_deref() == Some(role))
    };
    let of = |role: &str| providers.iter().copied().filter(|prd| is(role, prd)).collect::<Vec<_>>();
    let (readers, referred_to) = (of("IR"), of("RT"));
    let differ = |reader: &Part<'_>, other: &Part<'_>| is_another(*reader, *other);
    !readers.is_empty()
        && !referred_to.is_empty()
        && readers.iter().all(|reader| referred_to.iter().all(|other| differ(reader, other)))
}

/// Whether two providers are seen to be two: by their numbers where both have some, else by their names,
/// else by their facilities.
fn is_another(one: Part<'_>, other: Part<'_>) -> bool {
    let ids = |prd: Part<'_>| prd.repeats(7).iter().filter_map(|it| it.text(1)).collect::<Vec<_>>();
    let name = |prd: Part<'_>| {
        Some((prd.text(2, 1)?.to_uppercase(), prd.text(2, 2).map(|it| it.to_uppercase())))
    };
    let (mine, theirs) = (ids(one), ids(other));
    if !mine.is_empty() && !theirs.is_empty() {
        return !mine.iter().any(|id| theirs.contains(id));
    }
    if let (Some(mine), Some(theirs)) = (name(one), name(other)) {
        return mine != theirs;
    }
    matches!((one.text(4, 4), other.text(4, 4)), (Some(mine), Some(theirs)) if mine != theirs)
}
