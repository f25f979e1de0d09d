//! The merge tags, and who can fill them (HealthTrack R28, "Available Tags").

use std::collections::BTreeSet;

use crate::program::{Channel, ProgramType};

/// A merge tag, as staff choose it from a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tag {
    /// What stands between the braces.
    pub name: &'static str,
    /// What it becomes.
    pub meaning: &'static str,
    /// Such a value, for previews. It is nobody's.
    pub example: &'static str,
}

const fn tag(name: &'static str, meaning: &'static str, example: &'static str) -> Tag {
    Tag { name, meaning, example }
}

/// Tags every type of program can fill. The date of birth is not among them: what is sent may be
/// read by others than the patient.
const COMMON: [Tag; 11] = [
    tag("patient.first_name", "the patient's given name", "Maria"),
    tag("patient.last_name", "the patient's family name", "Rossi"),
    tag("patient.full_name", "the patient's given and family name", "Maria Rossi"),
    tag("practice.name", "the name of the practice", "Harbour Health"),
    tag("program.name", "the name of the program", "Booking reminder"),
    tag("site.name", "the name of the site", "Harbour Clinic"),
    tag(
        "site.address",
        "the address on the site's letters, in one line",
        "1 Quay Street, Sydney NSW 2000",
    ),
    tag("site.phone", "the telephone number on the site's letters", "(02) 5550 1234"),
    tag("reference.date", "the date the program counts from", "3 December 2026"),
    tag("cycle.number", "which cycle this is", "1"),
    tag("cycle.of", "how many cycles there are", "3"),
];

/// Tags only a program about a booking can fill.
const BOOKING: [Tag; 4] = [
    tag("booking.date", "the day of the booking", "3 December 2026"),
    tag("booking.time", "when the booking begins, on the site's clock", "10:30 am"),
    tag("booking.type", "the name of the type of booking", "Physio, initial"),
    tag("booking.weekday", "the weekday of the booking", "Thursday"),
];

/// Tags only a program that follows up a referral can fill.
const REFERRAL: [Tag; 2] = [
    tag("referral.date", "the day the referral was issued, or else added", "20 November 2026"),
    tag(REFERRER_TAG, "the name of who referred the patient", "Dr Amara Okafor"),
];

const REFERRER_TAG: &str = "referral.from";

/// Tags that a program which follows up a referral fills with who made it.
pub(crate) const OF_REFERRER: [&str; 3] = [REFERRER_TAG, "gp.name", "gp.practice"];

/// The tag whose value is an address of ours to be followed.
pub(crate) const LINK_TAG: &str = "unsubscribe.link";

/// As long as a patient's own, so that a preview counts the parts of a text as they will be; it leads
/// nowhere, and says so.
const EXAMPLE_LINK: &str = concat!(
    "https://an-example.execute-api.ap-southeast-2.amazonaws.com/unsubscribe/",
    "This-is-an-example-and-as-long-as-the-link-of-a-patient-is-A",
);

/// The tag of the way out, which only commercial programs can fill, and only in what is read on a
/// screen.
const WAY_OUT: [Tag; 1] = [tag(
    LINK_TAG,
    "the address by which the patient gets no more commercial messages by this channel; only in commercial programs",
    EXAMPLE_LINK,
)];

/// Tags only a letter has.
const LETTER: [Tag; 2] = [
    tag("gp.name", "the name of the patient's GP, or of who referred them", "Dr Amara Okafor"),
    tag("gp.practice", "the practice of the same", "Wattle Street Medical"),
];

/// The tags that a program of this type can fill in messages of this channel.
///
/// ```
/// use domain::program::{Channel, ProgramType};
/// use domain::template::tags_of;
/// let has = |kind, channel, name: &str| tags_of(kind, channel).iter().any(|tag| tag.name == name);
/// assert!(has(ProgramType::Booking, Channel::Sms, "booking.date"));
/// assert!(!has(ProgramType::Recall, Channel::Sms, "booking.date"));
/// assert!(has(ProgramType::Recall, Channel::Letter, "gp.name"));
/// assert!(!has(ProgramType::Recall, Channel::Sms, "gp.name"));
/// ```
pub fn tags_of(kind: ProgramType, channel: Channel) -> Vec<Tag> {
    tags_where(Some(kind), Some(channel))
}

/// The tags of a type of program and a channel; of any, where that is not said.
pub fn tags_where(kind: Option<ProgramType>, channel: Option<Channel>) -> Vec<Tag> {
    let mut tags = COMMON.to_vec();
    if kind.is_none_or(is_about_a_booking) {
        tags.extend(BOOKING);
    }
    if kind.is_none_or(is_about_a_referral) {
        tags.extend(REFERRAL);
    }
    if channel.is_none_or(is_a_letter) {
        tags.extend(LETTER);
    }
    if channel.is_none_or(|channel| !is_a_letter(channel)) {
        tags.extend(WAY_OUT);
    }
    tags
}

/// The names of those tags.
pub(crate) fn names(kind: Option<ProgramType>, channel: Option<Channel>) -> BTreeSet<&'static str> {
    tags_where(kind, channel).into_iter().map(|tag| tag.name).collect()
}

const fn is_about_a_booking(kind: ProgramType) -> bool {
    match kind {
        ProgramType::Booking => true,
        ProgramType::General
        | ProgramType::Recall
        | ProgramType::Program
        | ProgramType::Referral => false,
    }
}

const fn is_about_a_referral(kind: ProgramType) -> bool {
    match kind {
        ProgramType::Referral => true,
        ProgramType::General
        | ProgramType::Recall
        | ProgramType::Program
        | ProgramType::Booking => false,
    }
}

const fn is_a_letter(channel: Channel) -> bool {
    match channel {
        Channel::Letter => true,
        Channel::Sms | Channel::Email => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_knows_the_tags_of_all_its_channels() {
        for kind in ProgramType::ALL {
            let listed: BTreeSet<_> = Channel::ALL
                .into_iter()
                .flat_map(|channel| tags_of(kind, channel))
                .map(|tag| tag.name)
                .collect();
            assert_eq!(kind.known_tags(), listed, "{kind:?}");
        }
    }

    #[test]
    fn every_tag_has_a_name_of_its_own_and_says_what_it_is() {
        let all = tags_where(None, None);
        assert_eq!(names(None, None).len(), all.len());
        for tag in all {
            assert!(tag.name.contains('.'), "{tag:?}");
            assert!(!tag.meaning.is_empty() && !tag.example.is_empty(), "{tag:?}");
        }
    }
}
