//! Message templates with merge tags, by the `minijinja` engine with strict undefined.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use minijinja::{Environment, UndefinedBehavior, Value};

use crate::calendar::local;
use crate::disguise::{is_disguise, refusal};
use crate::ids::TemplateId;
use crate::phi::Phi;
use crate::text::Label;

/// Longest text in characters: SNS takes 1,600.
pub const MAX_BODY: usize = 1_600;

/// How much work the engine may do for one text, in its own units: thousands of times what a
/// message needs, and too little to hang.
const FUEL: u64 = 20_000;

/// Tags every type of program can fill.
pub(crate) const COMMON_TAGS: &[&str] = &[
    "patient.first_name",
    "patient.last_name",
    "patient.full_name",
    "practice.name",
    "program.name",
    "site.name",
];
/// Tags only a program about a booking can fill.
pub(crate) const BOOKING_TAGS: &[&str] =
    &["booking.date", "booking.time", "booking.type", "booking.weekday"];

/// Why a template's text was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadTemplate {
    /// Empty or too long.
    #[error("must have 1 to {MAX_BODY} characters")]
    Length,
    /// The engine cannot read it.
    #[error("cannot be read: {0}")]
    Syntax(String),
    /// It holds a control character other than a line break.
    #[error("must not hold control characters")]
    ControlCharacter,
    /// It holds a character that makes a text look like another one, as
    /// [`BadText::Disguise`](crate::text::BadText::Disguise) does of a name.
    #[error("{}", refusal(*.0))]
    Disguise(char),
    /// It uses more of the engine's language than tags. A loop or a sum can make a text of any
    /// length, and would be found out only while sending.
    #[error(
        "may use merge tags such as {{{{ patient.first_name }}}} and nothing else between braces"
    )]
    NotATag,
    /// It uses tags that no program can fill.
    #[error("uses unknown tags: {}; known tags are {}", .unknown.join(", "), .known.join(", "))]
    UnknownTags {
        /// The tags that do not exist.
        unknown: Vec<String>,
        /// All tags that do.
        known: Vec<&'static str>,
    },
}

/// A template's text, checked: it parses, and every tag in it exists for some type of program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    text: String,
    tags: BTreeSet<String>,
}

impl Body {
    /// Reads a template's text.
    ///
    /// # Errors
    /// When it is empty or too long, holds a control character or one that disguises the text,
    /// cannot be parsed, or uses a tag that does not exist.
    ///
    /// ```
    /// use domain::template::{BadTemplate, Body};
    /// assert!(Body::parse("Hi {{ patient.first_name }}").is_ok());
    /// assert!(matches!(Body::parse("Hi {{ patient.frist_name }}"), Err(BadTemplate::UnknownTags { .. })));
    /// assert!(matches!(Body::parse("Hi {{ patient"), Err(BadTemplate::Syntax(_))));
    /// ```
    pub fn parse(text: &str) -> Result<Self, BadTemplate> {
        if text.trim().is_empty() || text.chars().count() > MAX_BODY {
            return Err(BadTemplate::Length);
        }
        if text.chars().any(|c| c.is_control() && c != '\n') {
            return Err(BadTemplate::ControlCharacter);
        }
        if let Some(character) = text.chars().find(|character| is_disguise(*character)) {
            return Err(BadTemplate::Disguise(character));
        }
        let environment = environment();
        let parsed = environment
            .template_from_str(text)
            .map_err(|error| BadTemplate::Syntax(error.to_string()))?;
        let tags: BTreeSet<String> = parsed.undeclared_variables(true).into_iter().collect();
        let known: Vec<_> = COMMON_TAGS.iter().chain(BOOKING_TAGS).copied().collect();
        let unknown: Vec<_> =
            tags.iter().filter(|tag| !known.contains(&tag.as_str())).cloned().collect();
        let plain = text.split("{{").skip(1).filter_map(|rest| rest.split("}}").next());
        let others = text.contains("{%") || text.contains("{#");
        if unknown.is_empty() && (others || plain.clone().any(|tag| !known.contains(&tag.trim()))) {
            return Err(BadTemplate::NotATag);
        }
        if unknown.is_empty() {
            Ok(Self { text: text.to_owned(), tags })
        } else {
            Err(BadTemplate::UnknownTags { unknown, known })
        }
    }

    /// The text as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The tags it uses.
    pub fn tags(&self) -> &BTreeSet<String> {
        &self.tags
    }

    /// Fills the tags.
    ///
    /// # Errors
    /// Names the tags that are empty for this patient, so that nobody is greeted as “Hi ,”.
    pub fn render(&self, values: &MergeValues) -> Result<Phi<String>, CannotRender> {
        let empty: Vec<_> =
            self.tags.iter().filter(|tag| values.get(tag).is_none()).cloned().collect();
        if !empty.is_empty() {
            return Err(CannotRender::EmptyTags(empty));
        }
        environment()
            .render_str(&self.text, values.context())
            .map_err(|error| CannotRender::Engine(error.kind().to_string()))
            .and_then(|text| match text.chars().count() {
                _ if text.trim().is_empty() => Err(CannotRender::Length),
                1..=MAX_BODY => Ok(Phi::new(text)),
                _ => Err(CannotRender::Length),
            })
    }
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    environment
}

/// A message template, in its newest version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// Its id.
    pub id: TemplateId,
    /// Counts saves. What was sent keeps the version it was sent with.
    pub version: u64,
    /// What staff call it.
    pub name: Label,
    /// Its text.
    pub body: Body,
}

/// Why a template cannot be filled for a patient.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotRender {
    /// These tags have no value for this patient.
    #[error("no value for {}", .0.join(", "))]
    EmptyTags(Vec<String>),
    /// The filled text is empty or too long.
    #[error("the filled text must have 1 to {MAX_BODY} characters")]
    Length,
    /// The engine refused (the kind of error only: its message may hold patient data).
    #[error("the template cannot be filled: {0}")]
    Engine(String),
}

/// The values of the merge tags for one patient.
#[derive(Debug, Clone, Default)]
pub struct MergeValues(BTreeMap<&'static str, Phi<String>>);

impl MergeValues {
    /// Sets a tag; an empty value counts as none.
    pub fn set(&mut self, tag: &'static str, value: &str) {
        if !value.trim().is_empty() {
            self.0.insert(tag, Phi::new(value.to_owned()));
        }
    }

    /// Sets the tags of a booking, on the site's clock: `Thursday`, `3 December 2026`, `10:30 am`.
    pub fn set_booking(&mut self, start: DateTime<Utc>, zone: Tz, booking_type: &str) {
        let wall = local(zone, start);
        self.set("booking.weekday", &wall.format("%A").to_string());
        self.set("booking.date", &wall.format("%-d %B %Y").to_string());
        self.set("booking.time", &wall.format("%-I:%M %P").to_string());
        self.set("booking.type", booking_type);
    }

    fn get(&self, tag: &str) -> Option<&str> {
        self.0.get(tag).map(|value| value.reveal().as_str())
    }

    /// The nested form the engine reads: `patient.first_name` is `first_name` in `patient`.
    fn context(&self) -> Value {
        let mut groups: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
        for (tag, value) in &self.0 {
            if let Some((group, name)) = tag.split_once('.') {
                groups.entry(group).or_default().push((name, value.reveal()));
            }
        }
        Value::from_pairs(groups.into_iter().map(|(group, tags)| (group, Value::from_pairs(tags))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values() -> MergeValues {
        let mut values = MergeValues::default();
        values.set("patient.first_name", "Maria");
        values.set("site.name", " ");
        let start = "2026-12-02T23:30:00Z".parse().unwrap();
        values.set_booking(start, chrono_tz::Australia::Sydney, "Physio");
        values
    }

    #[test]
    fn tags_are_filled_on_the_sites_clock() {
        let body = Body::parse(
            "Hi {{ patient.first_name }}, {{ booking.weekday }} {{ booking.date }} at {{ booking.time }}.",
        );
        let text = body.unwrap().render(&values()).unwrap();
        assert_eq!(text.reveal(), "Hi Maria, Thursday 3 December 2026 at 10:30 am.");
    }

    #[test]
    fn an_empty_tag_is_refused_by_name_before_sending() {
        let body = Body::parse("{{ patient.first_name }} {{ patient.last_name }} {{ site.name }}");
        let expected = vec!["patient.last_name".to_owned(), "site.name".to_owned()];
        assert_eq!(body.unwrap().render(&values()), Err(CannotRender::EmptyTags(expected)));
    }

    #[test]
    fn names_are_data_and_never_template_text() {
        let mut values = MergeValues::default();
        values.set("patient.first_name", "{{ practice.name }}");
        let text = Body::parse("Hi {{ patient.first_name }}").unwrap().render(&values).unwrap();
        assert_eq!(text.reveal(), "Hi {{ practice.name }}");
    }

    #[test]
    fn a_template_may_use_tags_and_nothing_else() {
        let refused = [
            "{% for a in [1, 2] %}x{% endfor %}",
            "{% if false %}x{% endif %}",
            "{% set x = 'a' %}{{ patient.first_name }}",
            "{{ 'a' * 100000000 }}",
            "{{ 1/0 }}",
            "{{ patient.first_name | upper }}",
            "{# a remark #}x",
            "a\u{0}b",
        ];
        for text in refused {
            assert!(Body::parse(text).is_err(), "{text}");
        }
        assert!(Body::parse("Hi {{patient.first_name}},\nsee you {name} <b>soon</b>").is_ok());
    }

    #[test]
    fn a_character_that_disguises_a_text_is_refused_and_line_breaks_and_emoji_are_taken() {
        for character in ['\u{202e}', '\u{200b}', '\u{2028}', '\u{ad}', '\u{e000}'] {
            let refused = Body::parse(&format!("See {character}you"));
            assert_eq!(refused, Err(BadTemplate::Disguise(character)));
        }
        let refused = Body::parse("a\u{2069}b").unwrap_err().to_string();
        assert!(refused.contains("U+2069"), "{refused}");
        assert!(Body::parse("Hi,\n\u{26a0}\u{fe0f} 👩\u{200d}⚕\u{fe0f} سلام").is_ok());
    }

    #[test]
    fn a_filled_text_that_is_too_long_to_send_is_refused() {
        let mut values = values();
        values.set("site.name", &"x".repeat(MAX_BODY));
        let body = Body::parse("{{ site.name }}.").unwrap();
        assert_eq!(body.render(&values), Err(CannotRender::Length));
    }
}
