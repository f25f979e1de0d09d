//! What part of the list is asked for.

use maud::Markup;
use serde::Deserialize;

use super::view::Work;
use super::words::KINDS;
use crate::api::at;
use crate::form::Posted;
use crate::html::field::{Choice, choice, select};
use crate::html::{Items, values};
use crate::screens::lists::Site;
use crate::staff::Names;

/// Most items of a page of the list.
pub(super) const PAGE: &str = "50";

/// The filters of the list, and how far it was read. All of it is in the address.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    pub(super) kind: String,
    pub(super) site: String,
    pub(super) assignee: String,
    /// For how many days it waits at least.
    pub(super) age: String,
    pub(super) cursor: String,
    pub(super) said: Option<String>,
}

impl Asked {
    /// The same, as a form of the list sends it along.
    pub(super) fn of(form: &Posted) -> Self {
        let [kind, site, assignee, age, cursor] =
            ["kind", "site", "assignee", "age", "cursor"].map(|name| form.get(name));
        Self { kind, site, assignee, age, cursor, said: None }
    }

    fn query(&self) -> [(&str, &str); 5] {
        [
            ("kind", &self.kind),
            ("site", &self.site),
            ("assignee", &self.assignee),
            ("cursor", &self.cursor),
            ("age", &self.age),
        ]
    }

    /// A page of the API's, without what does not wait that long. It comes oldest first, so what follows upon
    /// something younger is younger too, but for a day: each waits by the clock of its own site.
    pub(super) fn old_enough(&self, mut page: Items<Work>) -> Items<Work> {
        let Ok(days) = self.age.parse::<i64>() else { return page };
        if page.items.last().is_some_and(|last| last.waiting_days.saturating_add(1) < days) {
            page.next = None;
        }
        page.items.retain(|it| it.waiting_days >= days);
        page
    }

    /// Whether it is narrowed down.
    pub(super) fn is_narrowed(&self) -> bool {
        !(self.kind.is_empty()
            && self.site.is_empty()
            && self.assignee.is_empty()
            && self.age.is_empty())
    }

    /// Where the API has it.
    pub(super) fn of_api(&self) -> String {
        let [kind, site, assignee, cursor, _] = self.query();
        at(&["v1", "work-list"], &[kind, site, assignee, cursor, ("limit", PAGE)])
    }

    /// The page it is on, with what is said there.
    pub(super) fn page(&self, said: &str) -> String {
        at(&["app", "work"], &[&self.query()[..], &[("said", said)]].concat())
    }

    /// The first page of it.
    pub(super) fn first(&self) -> String {
        Self { cursor: String::new(), ..self.clone() }.page("")
    }

    /// The same, in a form.
    pub(super) fn hidden(&self) -> Markup {
        values(&self.query())
    }

    /// The fields that narrow the list down.
    pub(super) fn fields(&self, sites: &[Site], names: &Names) -> Markup {
        let any = |label: &str| choice("", label);
        let kinds = KINDS.iter().map(|&(kind, name, _)| choice(kind, name));
        let kinds = std::iter::once(any("Any")).chain(kinds);
        let codes = sites.iter().map(|site| choice(&site.code, &site.name));
        let codes = std::iter::once(any("All sites")).chain(codes);
        let others = names.all().into_iter().filter(|(id, _)| names.of(id) != "you");
        let people = others.map(|(id, name)| choice(id, name));
        let whose: Vec<Choice> = [any("Anybody"), choice("me", "Mine"), choice("none", "Nobody's")]
            .into_iter()
            .collect();
        let ages = [
            ("", "However long"),
            ("1", "1 day or more"),
            ("3", "3 days or more"),
            ("7", "7 days or more"),
        ];
        let ages = ages.map(|(days, label)| choice(days, label));
        maud::html! {
            (select("kind", "What", kinds).value(&self.kind))
            @if sites.len() > 1 { (select("site", "Site", codes).value(&self.site)) }
            (select("assignee", "With", whose.into_iter().chain(people)).value(&self.assignee))
            (select("age", "Waiting", ages).value(&self.age))
        }
    }
}
