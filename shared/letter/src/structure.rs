//! The structure a screen reader walks: headings, paragraphs, lists.
//!
//! It is built beside the layout: every line knows the leaf it belongs to, and
//! drawing a line adds what was drawn to that leaf, on whichever page it fell.

use std::num::NonZeroU16;

use krilla::tagging::{Identifier, ListNumbering, Node, Tag, TagGroup, TagKind, TagTree};

use crate::content::Weight;

/// An element of the structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Element(usize);

#[derive(Debug)]
enum Part {
    Element(Element),
    Drawn(Identifier, Weight),
}

#[derive(Debug)]
struct Entry {
    tag: TagKind,
    parts: Vec<Part>,
}

/// A document's structure while it is being made.
#[derive(Debug, Default)]
pub(crate) struct Structure {
    entries: Vec<Entry>,
    top: Vec<Element>,
}

impl Structure {
    pub(crate) fn add(&mut self, parent: Option<Element>, tag: impl Into<TagKind>) -> Element {
        let element = Element(self.entries.len());
        self.entries.push(Entry { tag: tag.into(), parts: Vec::new() });
        match parent.and_then(|parent| self.entries.get_mut(parent.0)) {
            Some(parent) => parent.parts.push(Part::Element(element)),
            None => self.top.push(element),
        }
        element
    }

    pub(crate) fn paragraph(&mut self, parent: Option<Element>) -> Element {
        self.add(parent, Tag::P)
    }

    pub(crate) fn heading(
        &mut self,
        parent: Option<Element>,
        level: NonZeroU16,
        title: String,
    ) -> Element {
        self.add(parent, Tag::Hn(level, Some(title)))
    }

    pub(crate) fn list(&mut self, parent: Option<Element>, numbering: ListNumbering) -> Element {
        self.add(parent, Tag::L(numbering))
    }

    /// Records that something of `element` was drawn.
    pub(crate) fn drawn(&mut self, element: Element, what: Identifier, weight: Weight) {
        if let Some(entry) = self.entries.get_mut(element.0) {
            entry.parts.push(Part::Drawn(what, weight));
        }
    }

    pub(crate) fn into_tree(mut self) -> TagTree {
        let mut tree = TagTree::new();
        for element in std::mem::take(&mut self.top) {
            if let Some(group) = self.group(element) {
                tree.push(group);
            }
        }
        tree
    }

    fn group(&mut self, element: Element) -> Option<TagGroup> {
        let entry = self.entries.get_mut(element.0)?;
        let tag = entry.tag.clone();
        let parts = std::mem::take(&mut entry.parts);
        let heading = matches!(tag, TagKind::Hn(_));
        let mut children: Vec<Node> = Vec::with_capacity(parts.len());
        for part in parts {
            match part {
                Part::Element(child) => children.extend(self.group(child).map(Node::from)),
                Part::Drawn(what, Weight::Bold) if !heading => {
                    children.push(TagGroup::with_children(Tag::Strong, vec![what.into()]).into());
                }
                Part::Drawn(what, _) => children.push(what.into()),
            }
        }
        (!children.is_empty()).then(|| TagGroup::with_children(tag, children))
    }
}
