//! A message, taken apart: texts without escapes, where nothing and `""` are both nothing.

use std::borrow::Cow;

use domain::intake::When;
use er7::{Repetition, Segment, Separators};

use super::answer::Hl7Header;
use super::error::{Condition, Hl7Error, Place};

/// Most segments of one name, and repetitions of one field, that are looked at.
const MOST_LOOKED_AT: usize = 20;

/// A message that is for us.
pub(super) struct Message {
    inner: er7::Message,
    pub(super) header: Hl7Header,
    /// MSH-7: when it happened.
    pub(super) time: When,
    /// MSH-3.
    pub(super) sender: String,
    /// MSH-9.1.
    pub(super) kind: String,
    /// All of it, one way.
    pub(super) says: String,
}

impl Message {
    pub(super) fn new(inner: er7::Message, header: Hl7Header, time: When) -> Self {
        let says = inner.to_er7();
        let text =
            |path: &str| inner.query(path).ok().flatten().unwrap_or_default().trim().to_owned();
        let (sender, kind) = (text("MSH-3.1.1"), text("MSH-9.1.1"));
        Self { inner, header, time, sender, kind, says }
    }

    /// All segments of that name.
    pub(super) fn all(&self, name: &'static str) -> Vec<Part<'_>> {
        let segments = self.inner.segments_named(name).take(MOST_LOOKED_AT).enumerate();
        let separators = &self.inner.separators;
        segments.map(|(i, segment)| Part { name, sequence: i + 1, segment, separators }).collect()
    }

    /// The first segment of that name.
    pub(super) fn first(&self, name: &'static str) -> Option<Part<'_>> {
        self.all(name).into_iter().next()
    }

    /// A key of the sender's, with whoever gave it where that is somebody else: one number may be of two
    /// things. The sender's own keys are bare, as they are in every other language.
    pub(super) fn key(&self, id: String, authority: Option<String>) -> String {
        let own = |authority: &String| {
            let ours = [3, 4].into_iter().filter_map(|field| self.msh(field, 1));
            ours.into_iter().any(|name| name.eq_ignore_ascii_case(authority))
        };
        match authority.filter(|authority| !own(authority)) {
            Some(authority) => format!("{authority}:{id}"),
            None => id,
        }
    }

    /// The key in a field that is an EI: the id, and its namespace or universal id.
    pub(super) fn entity(&self, segment: Part<'_>, field: usize) -> Option<String> {
        let authority = segment.text(field, 2).or_else(|| segment.text(field, 3));
        Some(self.key(segment.text(field, 1)?, authority))
    }

    /// MSH.
    pub(super) fn msh(&self, field: usize, component: usize) -> Option<String> {
        self.first("MSH")?.text(field, component)
    }
}

/// A segment.
#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    name: &'static str,
    sequence: usize,
    segment: &'a Segment,
    separators: &'a Separators,
}

impl<'a> Part<'a> {
    /// A component of the first repetition of a field.
    pub(super) fn text(self, field: usize, component: usize) -> Option<String> {
        self.repeats(field).into_iter().next()?.text(component)
    }

    /// The repetitions of a field.
    pub(super) fn repeats(self, field: usize) -> Vec<Repeat<'a>> {
        let field = self.segment.field(field);
        let all = field.map(|field| field.repetitions.as_slice()).unwrap_or_default();
        let separators = self.separators;
        all.iter().take(MOST_LOOKED_AT).map(|inner| Repeat { inner, separators }).collect()
    }

    /// A place in it.
    pub(super) const fn at(self, field: usize, component: Option<usize>) -> Place {
        Place { segment: self.name, sequence: self.sequence, field: Some(field), component }
    }

    /// That something in it is wrong.
    pub(super) fn wrong(
        self,
        field: usize,
        component: Option<usize>,
        condition: Condition,
        detail: impl Into<String>,
    ) -> Hl7Error {
        Hl7Error { place: Some(self.at(field, component)), condition, detail: detail.into() }
    }
}

/// That a segment is missing.
pub(super) fn no_segment(segment: &'static str) -> Hl7Error {
    let place = Some(Place { segment, sequence: 1, field: None, component: None });
    let detail = format!("the segment {segment} is required");
    Hl7Error { place, condition: Condition::SegmentSequence, detail }
}

/// A repetition of a field.
#[derive(Clone, Copy)]
pub(super) struct Repeat<'a> {
    inner: &'a Repetition,
    separators: &'a Separators,
}

impl Repeat<'_> {
    /// The first part of a component.
    pub(super) fn text(self, component: usize) -> Option<String> {
        self.part(component, 1)
    }

    /// A part of a component.
    pub(super) fn part(self, component: usize, subcomponent: usize) -> Option<String> {
        let part = self.inner.component(component)?.subcomponent(subcomponent)?;
        let text: Cow<'_, str> = part.value(self.separators);
        let text = text.trim();
        (!text.is_empty() && text != "\"\"").then(|| text.to_owned())
    }
}
