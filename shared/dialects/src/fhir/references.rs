//! What references lead to: resources that are contained, in the same bundle, or elsewhere.

use std::collections::{BTreeSet, HashMap};

use super::node::Node;

/// The resources of a bundle.
#[derive(Debug, Default)]
pub(super) struct Index<'a> {
    by_url: HashMap<&'a str, Node<'a>>,
    /// By type and logical id.
    by_name: HashMap<(&'a str, &'a str), Node<'a>>,
}

impl<'a> Index<'a> {
    /// Adds the resource of an entry.
    pub(super) fn add(&mut self, url: Option<&'a str>, resource: &Node<'a>) {
        if let Some(url) = url {
            self.by_url.insert(url, resource.clone());
        }
        if let Some(name) = resource.text("resourceType").zip(resource.text("id")) {
            self.by_name.insert(name, resource.clone());
        }
    }

    /// What a reference within `holder` leads to.
    pub(super) fn resolve(&self, reference: &Node<'a>, holder: &Node<'a>) -> Target<'a> {
        let mut target = Target {
            kind: reference.text("type"),
            id: None,
            resource: None,
            identifier: reference.get("identifier"),
            display: reference.text("display"),
        };
        let Some(text) = reference.text("reference") else { return target };
        if let Some(local) = text.strip_prefix('#') {
            let contained = holder.items("contained");
            target.resource = contained.into_iter().find(|it| it.text("id") == Some(local));
        } else if text.starts_with("urn:") {
            target.resource = self.by_url.get(text).cloned();
            target.id = target.resource.as_ref().and_then(|resource| resource.text("id"));
        } else if let Some(name) = named(text) {
            let found = self.by_url.get(text).or_else(|| self.by_name.get(&name));
            target.resource = found.cloned();
            target.kind = Some(name.0);
            target.id = Some(name.1);
        }
        let kind = target.resource.as_ref().and_then(|resource| resource.text("resourceType"));
        target.kind = kind.or(target.kind);
        target
    }
}

/// The type and the logical id that a relative or absolute reference, or the address of a request, names.
pub(super) fn named(text: &str) -> Option<(&str, &str)> {
    let text = text.split(['?', '#']).next()?;
    let text = text.split("/_history/").next()?;
    let mut parts = text.rsplit('/');
    let (id, kind) = (parts.next()?, parts.next()?);
    let is_type = kind.starts_with(|c: char| c.is_ascii_uppercase());
    (is_type && !id.is_empty()).then_some((kind, id))
}

/// What a reference leads to.
#[derive(Debug, Clone)]
pub(super) struct Target<'a> {
    /// The type.
    pub(super) kind: Option<&'a str>,
    /// The logical id on the sender's server. What is contained has none that holds outside.
    pub(super) id: Option<&'a str>,
    /// The resource, if it came along.
    pub(super) resource: Option<Node<'a>>,
    /// The identifier in the reference itself.
    pub(super) identifier: Option<Node<'a>>,
    /// The name in the reference.
    pub(super) display: Option<&'a str>,
}

impl<'a> Target<'a> {
    /// Everything by which two references can be seen to lead to one thing.
    pub(super) fn keys(&self) -> BTreeSet<String> {
        let name = self.kind.zip(self.id).map(|(kind, id)| format!("{kind}/{id}"));
        let identifiers = self.identifiers();
        let identifiers = identifiers.iter().filter_map(|it| {
            Some(format!("{}|{}", it.text("system").unwrap_or_default(), it.text("value")?))
        });
        name.into_iter().chain(identifiers).collect()
    }

    /// The identifiers of it.
    pub(super) fn identifiers(&self) -> Vec<Node<'a>> {
        let own = self.resource.as_ref().map(|resource| resource.items("identifier"));
        self.identifier.iter().cloned().chain(own.unwrap_or_default()).collect()
    }
}
