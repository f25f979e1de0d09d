//! A template's text, by the `minijinja` engine with strict undefined.

use std::collections::BTreeSet;

use minijinja::{Environment, UndefinedBehavior};

use super::fault::fault;
use super::tags::{LINK_TAG, names};
use super::values::MergeValues;
use crate::disguise::{UNREAD, UNREAD_REFUSAL, is_disguise, refusal};
use crate::markup::BadMarkup;
use crate::phi::Phi;
use crate::program::Channel;

/// How much work the engine may do for one text, in its own units: several times what the longest
/// letter needs, and too little to hang.
const FUEL: u64 = 100_000;

/// Which text of a message this is. It decides how long the text may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyKind {
    /// A text message: SNS takes 1,600 characters.
    Sms,
    /// The subject of an email: one line of at most 200 characters.
    Subject,
    /// The text of an email, at most 50,000 characters.
    Email,
    /// The text of a letter, at most 50,000 characters: some twenty pages.
    Letter,
}

/// How a text may break into lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lines {
    One,
    Many,
}

impl BodyKind {
    /// The channel of the message.
    pub const fn channel(self) -> Channel {
        match self {
            Self::Sms => Channel::Sms,
            Self::Subject | Self::Email => Channel::Email,
            Self::Letter => Channel::Letter,
        }
    }

    /// The longest it may be, in characters, both as written and as filled.
    pub const fn max(self) -> usize {
        match self {
            Self::Sms => 1_600,
            Self::Subject => 200,
            Self::Email | Self::Letter => 50_000,
        }
    }

    const fn lines(self) -> Lines {
        match self {
            Self::Subject => Lines::One,
            Self::Sms | Self::Email | Self::Letter => Lines::Many,
        }
    }
}

/// Why a template's text was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadTemplate {
    /// Empty or too long.
    #[error("must have 1 to {max} characters")]
    Length {
        /// The longest it may be.
        max: usize,
    },
    /// A tag is begun and not ended.
    #[error("`{{{{` on line {line} is not closed with `}}}}`")]
    Unclosed {
        /// The line on which it begins, from 1.
        line: usize,
    },
    /// The engine cannot read it.
    #[error(
        "has something on line {line} that cannot be read; between braces use merge tags such as {{{{ patient.first_name }}}} and nothing else"
    )]
    Syntax {
        /// The line, from 1.
        line: usize,
    },
    /// It holds a control character other than a line break.
    #[error("must not hold control characters")]
    ControlCharacter,
    /// It holds a character that makes a text look like another one, as
    /// [`BadText::Disguise`](crate::text::BadText::Disguise) does of a name.
    #[error("{}", refusal(*.0))]
    Disguise(char),
    /// It holds the character that stands for one that could not be read, as
    /// [`BadText::Unread`](crate::text::BadText::Unread) says of a name.
    #[error("{}", UNREAD_REFUSAL)]
    Unread,
    /// A subject has a line break.
    #[error("must be one line without control characters")]
    NotOneLine,
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
        /// The tags it uses that do exist.
        used: BTreeSet<String>,
        /// All tags that exist.
        known: Vec<&'static str>,
    },
    /// A subject has the way out.
    #[error("must not have {{{{ {LINK_TAG} }}}}: nobody can follow a link in a subject")]
    LinkInSubject,
    /// It uses markup that messages do not have.
    #[error(transparent)]
    Markup(#[from] BadMarkup),
}

/// Why a template cannot be filled for a patient.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotRender {
    /// These tags have no value for this patient.
    #[error("no value for {}", .0.join(", "))]
    EmptyTags(Vec<String>),
    /// The filled text is empty or too long.
    #[error("the filled text must have 1 to {max} characters")]
    Length {
        /// The longest it may be.
        max: usize,
    },
    /// A filled subject has a line break: a mail server would read what follows as another header.
    #[error("the filled subject must be one line")]
    NotOneLine,
    /// The engine refused (the kind of error only: its message may hold patient data).
    #[error("the template cannot be filled: {0}")]
    Engine(String),
}

/// A template's text, checked: it parses, and every tag in it exists for some type of program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    kind: BodyKind,
    text: String,
    tags: BTreeSet<String>,
}

impl Body {
    /// Reads a template's text.
    ///
    /// # Errors
    /// When it is empty or too long, holds a control character, one that disguises the text
    /// or one that could not be read, cannot be parsed, or uses a tag that does not exist.
    ///
    /// ```
    /// use domain::template::{BadTemplate, Body, BodyKind::Sms};
    /// assert!(Body::parse(Sms, "Hi {{ patient.first_name }}").is_ok());
    /// assert!(matches!(Body::parse(Sms, "Hi {{ patient.frist_name }}"), Err(BadTemplate::UnknownTags { .. })));
    /// assert!(matches!(Body::parse(Sms, "Hi {{ patient"), Err(BadTemplate::Unclosed { line: 1 })));
    /// ```
    pub fn parse(kind: BodyKind, text: &str) -> Result<Self, BadTemplate> {
        let max = kind.max();
        if text.trim().is_empty() || text.chars().count() > max {
            return Err(BadTemplate::Length { max });
        }
        match kind.lines() {
            Lines::One if text.chars().any(breaks_a_line) => return Err(BadTemplate::NotOneLine),
            Lines::Many if text.chars().any(|c| c.is_control() && c != '\n') => {
                return Err(BadTemplate::ControlCharacter);
            }
            Lines::One | Lines::Many => {}
        }
        if text.contains(UNREAD) {
            return Err(BadTemplate::Unread);
        }
        if let Some(character) = text.chars().find(|character| is_disguise(*character)) {
            return Err(BadTemplate::Disguise(character));
        }
        let environment = environment();
        let parsed =
            environment.template_from_str(text).map_err(|error| fault(text, error.line()))?;
        let tags: BTreeSet<String> = parsed.undeclared_variables(true).into_iter().collect();
        let known = names(None, Some(kind.channel()));
        let (used, unknown): (BTreeSet<_>, BTreeSet<_>) =
            tags.into_iter().partition(|tag| known.contains(tag.as_str()));
        if !unknown.is_empty() {
            let (unknown, known) = (unknown.into_iter().collect(), known.into_iter().collect());
            return Err(BadTemplate::UnknownTags { unknown, used, known });
        }
        let mut plain = text.split("{{").skip(1).filter_map(|rest| rest.split("}}").next());
        let others = text.contains("{%") || text.contains("{#");
        if others || plain.any(|tag| !known.contains(tag.trim())) {
            return Err(BadTemplate::NotATag);
        }
        if kind == BodyKind::Subject && used.contains(LINK_TAG) {
            return Err(BadTemplate::LinkInSubject);
        }
        Ok(Self { kind, text: text.to_owned(), tags: used })
    }

    /// Which text of a message it is.
    pub const fn kind(&self) -> BodyKind {
        self.kind
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
        values.require(self.tags.iter().map(String::as_str))?;
        let text = environment()
            .render_str(&self.text, values.context())
            .map_err(|error| CannotRender::Engine(error.kind().to_string()))?;
        let max = self.kind.max();
        if text.trim().is_empty() || text.chars().count() > max {
            return Err(CannotRender::Length { max });
        }
        match self.kind.lines() {
            Lines::One if text.chars().any(breaks_a_line) => Err(CannotRender::NotOneLine),
            Lines::One | Lines::Many => Ok(Phi::new(text)),
        }
    }
}

/// Control characters, and Unicode's own line and paragraph separators.
fn breaks_a_line(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    environment
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

    fn sms(text: &str) -> Result<Body, BadTemplate> {
        Body::parse(BodyKind::Sms, text)
    }

    #[test]
    fn tags_are_filled_on_the_sites_clock() {
        let body = sms(
            "Hi {{ patient.first_name }}, {{ booking.weekday }} {{ booking.date }} at {{ booking.time }}.",
        );
        let text = body.unwrap().render(&values()).unwrap();
        assert_eq!(text.reveal(), "Hi Maria, Thursday 3 December 2026 at 10:30 am.");
    }

    #[test]
    fn an_empty_tag_is_refused_by_name_before_sending() {
        let body = sms("{{ patient.first_name }} {{ patient.last_name }} {{ site.name }}");
        let expected = vec!["patient.last_name".to_owned(), "site.name".to_owned()];
        assert_eq!(body.unwrap().render(&values()), Err(CannotRender::EmptyTags(expected)));
    }

    #[test]
    fn names_are_data_and_never_template_text() {
        let mut values = MergeValues::default();
        values.set("patient.first_name", "{{ practice.name }}");
        let text = sms("Hi {{ patient.first_name }}").unwrap().render(&values).unwrap();
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
            assert!(sms(text).is_err(), "{text}");
        }
        assert!(sms("Hi {{patient.first_name}},\nsee you {name} <b>soon</b>").is_ok());
    }

    #[test]
    fn what_is_unknown_and_what_is_known_are_told_apart() {
        let refused = sms("{{ gp.name }} {{ patient.frist_name }} {{ site.name }}");
        let Err(BadTemplate::UnknownTags { unknown, used, .. }) = refused else {
            panic!("{refused:?}")
        };
        assert_eq!(unknown, ["gp.name", "patient.frist_name"], "a text message has no GP");
        assert_eq!(used.into_iter().collect::<Vec<_>>(), ["site.name"]);
    }

    #[test]
    fn a_text_may_be_as_long_as_its_channel_takes() {
        for kind in [BodyKind::Sms, BodyKind::Subject, BodyKind::Email, BodyKind::Letter] {
            let max = kind.max();
            assert!(Body::parse(kind, &"ß".repeat(max)).is_ok(), "{kind:?}");
            let longer = Body::parse(kind, &"ß".repeat(max + 1));
            assert_eq!(longer, Err(BadTemplate::Length { max }), "{kind:?}");
        }
    }

    #[test]
    fn a_filled_text_that_is_too_long_to_send_is_refused() {
        let mut values = values();
        values.set("site.name", &"x".repeat(1_600));
        let text = |kind| Body::parse(kind, "{{ site.name }}.").unwrap().render(&values);
        assert_eq!(text(BodyKind::Sms), Err(CannotRender::Length { max: 1_600 }));
    }

    #[test]
    fn a_subject_is_one_line_as_written_and_as_filled() {
        for text in ["Your\nvisit", "Your\u{2028}visit", "Your\tvisit"] {
            let refused = Body::parse(BodyKind::Subject, text);
            assert_eq!(refused, Err(BadTemplate::NotOneLine), "{text:?}");
        }
        let link = Body::parse(BodyKind::Subject, "News {{unsubscribe.link}}");
        assert_eq!(link, Err(BadTemplate::LinkInSubject));
        let mut values = values();
        values.set("site.name", "Harbour\r\nBcc: everyone@example.org");
        let subject = Body::parse(BodyKind::Subject, "At {{ site.name }}").unwrap();
        assert_eq!(subject.render(&values), Err(CannotRender::NotOneLine));
    }

    #[test]
    fn a_character_that_disguises_a_text_is_refused_and_line_breaks_and_emoji_are_taken() {
        for character in ['\u{202e}', '\u{200b}', '\u{2028}', '\u{ad}', '\u{e000}'] {
            let refused = Body::parse(BodyKind::Sms, &format!("See {character}you"));
            assert_eq!(refused, Err(BadTemplate::Disguise(character)));
        }
        let refused = Body::parse(BodyKind::Letter, "Dear Ren\u{fffd}e");
        assert_eq!(refused, Err(BadTemplate::Unread));
        let refused = Body::parse(BodyKind::Sms, "a\u{2069}b").unwrap_err().to_string();
        assert!(refused.contains("U+2069"), "{refused}");
        assert!(
            Body::parse(BodyKind::Sms, "Hi,\n\u{26a0}\u{fe0f} 👩\u{200d}⚕\u{fe0f} سلام").is_ok()
        );
    }
}
