//! Who refers a patient, and whether they are of the house.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::patient::{Gp, GpName, GpPractice};

use super::node::Node;
use super::references::{Index, Target};
use super::values;

/// Somebody who asks for something, or is to do it.
pub(super) struct Party<'a> {
    person: Option<Target<'a>>,
    organization: Option<Target<'a>>,
    /// Where letters and emails to them go: their role's own, if they have one here.
    role: Option<Node<'a>>,
}

impl<'a> Party<'a> {
    /// Follows a reference to a practitioner, to their role at an organization, or to an organization.
    pub(super) fn of(reference: &Node<'a>, holder: &Node<'a>, index: &Index<'a>) -> Self {
        let target = index.resolve(reference, holder);
        let none = Self { person: None, organization: None, role: None };
        match target.kind {
            Some("Organization") => Self { organization: Some(target), ..none },
            Some("PractitionerRole") => {
                let Some(role) = target.resource else {
                    // A role that did not come along has at most a name in the reference.
                    return Self { person: Some(Target { id: None, ..target }), ..none };
                };
                // What is contained refers to what is contained beside it.
                let follow = |name: &str| {
                    let reference = role.get(name)?;
                    let local = reference.text("reference").is_some_and(|it| it.starts_with('#'));
                    Some(index.resolve(&reference, if local { holder } else { &role }))
                };
                Self {
                    person: follow("practitioner"),
                    organization: follow("organization"),
                    role: Some(role),
                }
            }
            Some(_) | None => Self { person: Some(target), ..none },
        }
    }

    /// Everything by which their organization is known.
    pub(super) fn organization(&self) -> BTreeSet<String> {
        self.organization.as_ref().map(Target::keys).unwrap_or_default()
    }

    /// As whoever letters go to.
    pub(super) fn gp(&self, now: DateTime<Utc>) -> Option<Gp> {
        let person = self.person.as_ref();
        let resource = person.and_then(|person| person.resource.as_ref());
        let name = resource.and_then(|it| values::name(it, now)).and_then(|name| in_full(&name));
        let name = name.or_else(|| person?.display.map(str::to_owned));
        let place = self.organization.as_ref();
        let practice = place.and_then(|place| {
            let own = place.resource.as_ref().and_then(|resource| resource.text("name"));
            own.or(place.display)
        });
        let house = place.and_then(|place| place.resource.as_ref());
        let nodes = [self.role.as_ref(), resource, house];
        let nodes = || nodes.into_iter().flatten();
        Some(Gp {
            name: GpName::parse(&name.or_else(|| practice.map(str::to_owned))?).ok()?,
            practice: practice.and_then(|text| GpPractice::parse(text).ok()),
            address: nodes().find_map(|node| values::address(node, now)),
            email: nodes().find_map(|node| values::email(node, now)),
        })
    }
}

/// A name as a letter begins with it.
fn in_full(name: &Node<'_>) -> Option<String> {
    let Some(family) = name.text("family") else { return name.text("text").map(str::to_owned) };
    let prefix = name.texts("prefix").into_iter().take(1);
    let words = prefix.chain(name.texts("given")).chain([family]);
    Some(words.collect::<Vec<_>>().join(" "))
}
