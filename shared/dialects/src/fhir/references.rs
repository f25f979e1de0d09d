//! What references lead to: resources that are contained, in the same bundle, or elsewhere.

use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;

use super::node::Node;

/// The resources of a bundle, of several versions the newest.
#[derive(Debug, Default)]
pub(super) struct Index<'a> {
    by_url: HashMap<&'a str, Entry<'a>>,
    /// By type and logical id.
    by_name: HashMap<(&'a str, &'a str), Entry<'a>>,
}

/// Whose a resource's logical id is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IdOf {
    /// The server's: it holds outside.
    Server,
    /// The bundle's: the server gives it another when it is created.
    Bundle,
}

/// A resource of a bundle.
#[derive(Debug, Clone)]
struct Entry<'a> {
    resource: Node<'a>,
    id_of: IdOf,
}

impl<'a> Entry<'a> {
    /// Whether it says that it is newer: by its version, else by its time. A history begins with the newest.
    fn is_newer_than(&self, other: &Self) -> bool {
        let meta = |it: &Self, name: &str| it.resource.get("meta").and_then(|meta| meta.text(name));
        let version = |it: &Self| meta(it, "versionId").and_then(|text| text.parse::<u64>().ok());
        let updated =
            |it: &Self| meta(it, "lastUpdated").and_then(|text| crate::times::instant(text).ok());
        if let (Some(mine), Some(theirs)) = (version(self), version(other)) {
            return mine > theirs;
        }
        matches!((updated(self), updated(other)), (Some(mine), Some(theirs)) if mine > theirs)
    }

    /// The logical id on the sender's server.
    fn id(&self) -> Option<&'a str> {
        match self.id_of {
            IdOf::Server => self.resource.text("id"),
            IdOf::Bundle => None,
        }
    }
}

/// Keeps the newest of each.
fn keep<'a, K: Eq + Hash>(all: &mut HashMap<K, Entry<'a>>, key: K, entry: &Entry<'a>) {
    let newest = all.get(&key).is_none_or(|known| entry.is_newer_than(known));
    if newest {
        all.insert(key, entry.clone());
    }
}

impl<'a> Index<'a> {
    /// Adds the resource of an entry.
    pub(super) fn add(&mut self, url: Option<&'a str>, resource: &Node<'a>, id_of: IdOf) {
        let entry = Entry { resource: resource.clone(), id_of };
        if let Some(url) = url {
            keep(&mut self.by_url, url, &entry);
        }
        if let Some(name) = resource.text("resourceType").zip(resource.text("id")) {
            keep(&mut self.by_name, name, &entry);
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
            let found = self.by_url.get(text);
            target.resource = found.map(|entry| entry.resource.clone());
            target.id = found.and_then(Entry::id);
        } else if let Some(name) = named(text) {
            let found = self.by_url.get(text).or_else(|| self.by_name.get(&name));
            target.resource = found.map(|entry| entry.resource.clone());
            target.kind = Some(name.0);
            target.id = found.is_none_or(|entry| entry.id_of == IdOf::Server).then_some(name.1);
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
