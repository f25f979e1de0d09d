//! A form that was opened before somebody else saved: what they did to the actions is done to it too, and said.

use std::collections::BTreeSet;

use maud::{Markup, html};

use super::super::lists::Template;
use super::super::model::{Action, Kind, Program};
use super::super::words;
use super::typed::{Typed, WRITTEN_HERE, is_new};
use crate::form::{LOADED, Loaded};

/// The fields that are of the form itself, or of the order of the actions.
const OF_THE_FORM: [&str; 5] = ["action", "had", "version", "accept", LOADED];

/// What is typed of an action besides its kind, as its fields are called.
const TYPED: [(&str, &str); 8] = [
    ("amount", "How many"),
    ("unit", "Unit"),
    ("when", "When"),
    ("at", "Time of day"),
    ("useful_hours", "Skipped when more hours late than"),
    ("value_unit", "Unit of a number in it"),
    ("value_min", "Lowest that is fine"),
    ("value_max", "Highest that is fine"),
];
/// The fields of a template that is written in place.
const WRITTEN: [(&str, &str); 3] =
    [("new_name", "Name of the new template"), ("new_subject", "Subject"), ("new_body", "Text")];

/// An action that somebody else took out, as it stood in the form.
pub(super) struct Gone {
    /// Its place, from 1.
    number: usize,
    what: String,
    /// What was written for it: a name, and the text.
    written: Vec<(&'static str, String)>,
}

impl Typed {
    /// Takes out the actions that somebody else removed. Saved with the rest they would be new ones, and who
    /// has had them would get them again.
    pub(super) fn take_out(&mut self, saved: &Program, templates: &[Template]) -> Vec<Gone> {
        let is_gone = |key: &str| !is_new(key) && !saved.actions.iter().any(|it| it.id == key);
        let keys = self.keys();
        let gone = keys.iter().enumerate().filter(|(_, key)| is_gone(key));
        let gone: Vec<_> =
            gone.map(|(place, key)| (key, self.gone(key, place, saved.kind, templates))).collect();
        gone.into_iter()
            .map(|(key, gone)| {
                self.remove(key);
                gone
            })
            .collect()
    }

    fn gone(&self, key: &str, place: usize, kind: Kind, templates: &[Template]) -> Gone {
        let filled = |field: &str| Some(self.get_of(key, field).trim()).filter(|it| !it.is_empty());
        let is_written = self.get_of(key, "template") == WRITTEN_HERE;
        let written = WRITTEN.into_iter().filter(|_| is_written);
        let written = written.filter_map(|(field, name)| Some((name, filled(field)?.to_owned())));
        let what = if let Ok(mut action) = serde_json::from_value::<Action>(self.action(key, key)) {
            // What is written in place is said beside it.
            action.template = action.template.filter(|it| it != WRITTEN_HERE && !it.is_empty());
            words::action(&action, kind, place == 0, templates)
        } else {
            // Something typed is no number: it is said as it was typed.
            let typed = TYPED.into_iter().filter_map(|(field, name)| Some((name, filled(field)?)));
            let typed = typed.map(|(name, value)| format!("{name}: {value}"));
            format!("{}. {}", words::does(self.does(key)), typed.collect::<Vec<_>>().join("; "))
        };
        Gone { number: place + 1, what, written: written.collect() }
    }

    /// Takes over what somebody else has saved of what nobody has touched here: of the properties, and of the actions
    /// that both have.
    pub(super) fn follow(&mut self, theirs: &Self) {
        let loaded = Loaded::unpack(self.get(LOADED));
        if loaded.is_unknown() {
            return;
        }
        let (ours, both) = (self.keys(), theirs.keys());
        let is_shared = |name: &str| match name.split_once('.') {
            Some((key, _)) => [&ours, &both].iter().all(|keys| keys.iter().any(|its| its == key)),
            None => !OF_THE_FORM.contains(&name),
        };
        let names: BTreeSet<String> =
            self.fields().chain(theirs.fields()).map(|(name, _)| name.to_owned()).collect();
        for name in names.iter().filter(|name| is_shared(name)) {
            if self.all(name).eq(loaded.all(name)) && !self.all(name).eq(theirs.all(name)) {
                self.clear(name);
                for value in theirs.all(name) {
                    self.push(name, value);
                }
            }
        }
    }

    /// Takes over what somebody else saved: their version, and the actions that were not there when this was
    /// opened, each after the one that it follows with them. The keys of these.
    pub(super) fn take_in(&mut self, saved: &Program, version: &str) -> Vec<String> {
        let had: Vec<_> = self.all("had").map(ToOwned::to_owned).collect();
        let (mut keys, mut came) = (self.keys(), Vec::new());
        for (place, action) in saved.actions.iter().enumerate() {
            if keys.contains(&action.id) || had.contains(&action.id) {
                continue;
            }
            let mut before = saved.actions.iter().take(place).rev();
            let after = before.find_map(|it| keys.iter().position(|key| *key == it.id));
            self.add_saved(action);
            keys.insert(after.map_or(0, |after| after + 1), action.id.clone());
            came.push(action.id.clone());
        }
        self.order(&keys);
        self.clear("had");
        for action in &saved.actions {
            self.push("had", &action.id);
        }
        self.set("version", version);
        self.set(LOADED, Self::of_program(saved, version).get(LOADED));
        came
    }
}

/// What they took out and put in, with what was typed of it.
pub(super) fn told(
    gone: &[Gone],
    came: &[String],
    typed: &Typed,
    saved: &Program,
    templates: &[Template],
) -> Markup {
    let keys = typed.keys();
    let came = came.iter().filter_map(|key| {
        let (place, action) = (
            keys.iter().position(|its| its == key)?,
            saved.actions.iter().find(|action| action.id == *key)?,
        );
        Some((place + 1, words::action(action, saved.kind, place == 0, templates)))
    });
    let came: Vec<_> = came.collect();
    html! {
        @if !gone.is_empty() {
            div.warning {
                strong { "Removed by somebody else, and so no longer below" }
                ul {
                    @for it in gone {
                        li {
                            "It was action " (it.number) " of yours: " (it.what)
                            @for (name, text) in &it.written {
                                div { (name) ":" }
                                div.preview { (text) }
                            }
                        }
                    }
                }
                p { "Add it again only if that is right: it would be a new action, and who has had it would get it again." }
            }
        }
        @if !came.is_empty() {
            div.warning {
                strong { "Added by somebody else" }
                ul { @for (number, what) in &came { li { "It is action " (number) " below: " (what) } } }
            }
        }
    }
}
