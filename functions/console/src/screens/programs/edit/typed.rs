//! What is in the fields of the editor: what is saved, or what was typed.
//!
//! Each action has a key, which its fields begin with: so they keep what is in them, in whatever order the
//! actions come. The key of an action that is saved is its id; of another, `new-` and a number. The fields
//! named `action` say the keys in their order.

use serde_json::{Value, json};

use super::super::fields::{course, number};
use super::super::model::{Action, Does, Kind, Program};
use crate::form::{LOADED, Loaded, Posted};

/// The buttons: what they send is no part of what was typed.
const BUTTONS: [&str; 8] = ["add", "up", "down", "drop", "look", "save", "back", "once"];
/// Longest key of an action.
const MAX_KEY: usize = 64;
/// What the key of an action begins with that is not saved.
const NEW: &str = "new-";
/// The template that is written in place.
pub(super) const WRITTEN_HERE: &str = "new";

/// The fields of the editor.
#[derive(Debug, Clone, Default)]
pub(super) struct Typed {
    fields: Vec<(String, String)>,
}

impl Typed {
    /// What was sent.
    pub(super) fn of_form(form: &Posted) -> Self {
        let typed = form.fields().filter(|(name, _)| !BUTTONS.contains(name));
        let fields = typed.map(|(name, value)| (name.to_owned(), value.replace("\r\n", "\n")));
        Self { fields: fields.collect() }
    }

    /// What is saved.
    pub(super) fn of_program(program: &Program, version: &str) -> Self {
        let mut typed = Self::default();
        typed.set("version", version);
        typed.set("name", &program.name);
        typed.set("cycles", &program.cycles.to_string());
        if let Some(frequency) = &program.frequency {
            typed.set("frequency_amount", &frequency.amount.to_string());
            typed.set("frequency_unit", &frequency.unit);
        } else {
            typed.set("frequency_unit", "months");
        }
        typed.set("next_cycle", &program.next_cycle);
        typed.set("purpose", &program.purpose);
        typed.tick("clinically_significant", program.clinically_significant);
        typed.set("completion", program.completion.code());
        typed.set("reopening", &program.reopening.policy);
        typed.set("reopening_days", &program.reopening.days.unwrap_or(30).to_string());
        typed.set("referral_origins", program.referral_origins.as_deref().unwrap_or_default());
        let codes = program.referral_types.as_ref().map(|codes| codes.join(", "));
        typed.set("referral_types", codes.as_deref().unwrap_or_default());
        for action in &program.actions {
            typed.push("had", &action.id);
            typed.add_saved(action);
        }
        let loaded = Loaded::pack(typed.fields());
        typed.set(LOADED, &loaded);
        typed
    }

    /// An action as it is saved, at the end.
    pub(super) fn add_saved(&mut self, action: &Action) {
        let key = action.id.as_str();
        self.push("action", key);
        self.set_of(key, "type", action.does.code());
        self.set_of(key, "when", &action.timing.when);
        let amount = action.timing.amount.map(|amount| amount.to_string());
        self.set_of(key, "amount", amount.as_deref().unwrap_or("1"));
        self.set_of(key, "unit", action.timing.unit.as_deref().unwrap_or("days"));
        self.set_of(key, "at", action.timing.at.as_deref().unwrap_or_default());
        self.set_of(key, "template", action.template.as_deref().unwrap_or_default());
        self.tick(&of(key, "pause_on_error"), action.pause_on_error);
        let hours = action.useful_hours.map(|hours| hours.to_string());
        self.set_of(key, "useful_hours", hours.as_deref().unwrap_or("24"));
        self.tick(&of(key, "ignore_window"), action.ignore_window);
        self.tick(&of(key, "attach_calendar"), action.attach_calendar);
        self.tick(&of(key, "save_reply"), action.save_reply);
        if let Some(value) = &action.value {
            let shown = |number: Option<f64>| number.map(|it| it.to_string()).unwrap_or_default();
            self.set_of(key, "value_unit", &value.unit);
            self.set_of(key, "value_min", &shown(value.min));
            self.set_of(key, "value_max", &shown(value.max));
        }
        self.set_of(key, "print", action.print.as_deref().unwrap_or("mail"));
    }

    /// A new action of that kind, at the end; its key.
    pub(super) fn add_new(&mut self, does: Does, of_kind: Kind) -> String {
        let keys = self.keys();
        let used = keys.iter().filter_map(|key| key.strip_prefix(NEW)?.parse::<u32>().ok());
        let key = format!("{NEW}{}", used.max().unwrap_or(0).saturating_add(1));
        let when = match (does, of_kind) {
            (Does::Pause, _) => "enrolled",
            (_, Kind::Booking | Kind::Recall) => "before",
            (_, Kind::General | Kind::Program | Kind::Referral) => "after",
        };
        self.push("action", &key);
        for (field, value) in [
            ("type", does.code()),
            ("when", when),
            ("amount", "1"),
            ("unit", "days"),
            ("at", if does == Does::Pause { "" } else { "10:00" }),
            ("useful_hours", "24"),
            ("print", "mail"),
            ("pause_on_error", "on"),
        ] {
            self.set_of(&key, field, value);
        }
        key
    }

    /// The keys of the actions, in their order.
    pub(super) fn keys(&self) -> Vec<String> {
        let mut keys: Vec<String> = Vec::new();
        for key in self.all("action").filter(|key| is_key(key)) {
            if !keys.iter().any(|had| had == key) {
                keys.push(key.to_owned());
            }
        }
        keys
    }

    /// Moves an action one place up or down.
    pub(super) fn shift(&mut self, key: &str, down: bool) {
        let mut keys = self.keys();
        let Some(place) = keys.iter().position(|its| its == key) else { return };
        let other = if down { place.checked_add(1) } else { place.checked_sub(1) };
        if let Some(other) = other.filter(|other| *other < keys.len()) {
            keys.swap(place, other);
            self.order(&keys);
        }
    }

    /// Takes an action out, with all that is typed of it.
    pub(super) fn remove(&mut self, key: &str) {
        let mut keys = self.keys();
        keys.retain(|its| its != key);
        self.order(&keys);
        let its = of(key, "");
        self.fields.retain(|(name, _)| !name.starts_with(&its));
    }

    /// Puts the actions in that order.
    pub(super) fn order(&mut self, keys: &[String]) {
        self.clear("action");
        for key in keys {
            self.push("action", key);
        }
    }

    /// Every field.
    pub(super) fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields().filter(move |(its, _)| *its == name).map(|(_, value)| value)
    }

    pub(super) fn get(&self, name: &str) -> &str {
        self.fields().find(|(its, _)| *its == name).map(|(_, value)| value).unwrap_or_default()
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.fields().any(|(its, _)| its == name)
    }

    /// A field of an action.
    pub(super) fn get_of(&self, key: &str, field: &str) -> &str {
        self.get(&of(key, field))
    }

    /// Whether a box of an action is ticked.
    pub(super) fn has_of(&self, key: &str, field: &str) -> bool {
        self.has(&of(key, field))
    }

    /// What an action does.
    pub(super) fn does(&self, key: &str) -> Does {
        Does::parse(self.get_of(key, "type")).unwrap_or(Does::Pause)
    }

    /// Takes a field out, however often it is there.
    pub(super) fn clear(&mut self, name: &str) {
        self.fields.retain(|(its, _)| its != name);
    }

    pub(super) fn set(&mut self, name: &str, value: &str) {
        self.clear(name);
        self.push(name, value);
    }

    pub(super) fn set_of(&mut self, key: &str, field: &str, value: &str) {
        self.set(&of(key, field), value);
    }

    fn tick(&mut self, name: &str, ticked: bool) {
        if ticked {
            self.set(name, "on");
        }
    }

    pub(super) fn push(&mut self, name: &str, value: &str) {
        self.fields.push((name.to_owned(), value.to_owned()));
    }

    /// As the API takes it. An action that the saved program does not have is a new one.
    pub(super) fn draft(&self, saved: &Program) -> Value {
        let keys = self.keys();
        let actions = keys.iter().map(|key| {
            let is_saved = saved.actions.iter().any(|action| action.id == *key);
            self.action(key, if is_saved { key } else { "new" })
        });
        let mut draft = json!({
            "type": saved.kind.code(),
            "name": self.get("name").trim(),
            "purpose": self.get("purpose"),
            "clinically_significant": self.has("clinically_significant"),
            "completion": self.get("completion"),
            "next_cycle": self.get("next_cycle"),
            "reopening": self.reopening(),
            "actions": actions.collect::<Vec<_>>(),
        });
        let Some(object) = draft.as_object_mut() else { return draft };
        if saved.kind.repeats() {
            let course = course(|name| self.get(name).to_owned());
            object.extend(course.into_iter().map(|(name, value)| (name.to_owned(), value)));
        } else {
            object.insert("cycles".to_owned(), json!(1));
            object.insert("next_cycle".to_owned(), json!(saved.next_cycle));
        }
        if saved.kind == Kind::Referral {
            let codes = self.get("referral_types").split([',', ';', ' ', '\n']).map(str::trim);
            let codes = codes.filter(|code| !code.is_empty()).collect::<Vec<_>>();
            object.insert("referral_origins".to_owned(), json!(self.get("referral_origins")));
            object.insert("referral_types".to_owned(), json!(codes));
        }
        draft
    }

    fn reopening(&self) -> Value {
        match self.get("reopening") {
            "after_days" => {
                json!({ "policy": "after_days", "days": number(self.get("reopening_days")) })
            }
            policy => json!({ "policy": policy }),
        }
    }

    /// When an action is due, as the API takes it.
    pub(super) fn timing(&self, key: &str) -> Value {
        let (when, unit) = (self.get_of(key, "when"), self.get_of(key, "unit"));
        let at = Some(self.get_of(key, "at").trim()).filter(|at| !at.is_empty());
        match when {
            "enrolled" => json!({ "when": "enrolled" }),
            "on" => json!({ "when": "on", "at": at }),
            when => {
                // Elapsed time has no time of day; the field is not shown then.
                let at = at.filter(|_| !matches!(unit, "minutes" | "hours"));
                let amount = number(self.get_of(key, "amount"));
                json!({ "when": when, "amount": amount, "unit": unit, "at": at })
            }
        }
    }

    /// An action, as the API takes it.
    pub(super) fn action(&self, key: &str, id: &str) -> Value {
        let does = self.does(key);
        let mut action = json!({ "id": id, "type": does.code(), "timing": self.timing(key) });
        let Some(object) = action.as_object_mut() else { return action };
        let mut add = |name: &str, value: Value| _ = object.insert(name.to_owned(), value);
        if does == Does::Pause {
            return action;
        }
        add("template", json!(self.get_of(key, "template")));
        add("pause_on_error", json!(self.has_of(key, "pause_on_error")));
        add("useful_hours", number(self.get_of(key, "useful_hours")));
        match does {
            Does::Sms => {
                let save = self.has_of(key, "save_reply");
                let [unit, min, max] = ["value_unit", "value_min", "value_max"]
                    .map(|field| self.get_of(key, field).trim());
                add("ignore_window", json!(self.has_of(key, "ignore_window")));
                add("save_reply", json!(save));
                // Numbers without a unit go too, so that the API says what is missing.
                if save && [unit, min, max].iter().any(|typed| !typed.is_empty()) {
                    add("value", json!({ "unit": unit, "min": number(min), "max": number(max) }));
                }
            }
            Does::Email => {
                add("ignore_window", json!(self.has_of(key, "ignore_window")));
                add("attach_calendar", json!(self.has_of(key, "attach_calendar")));
            }
            Does::LetterToPatient | Does::LetterToGp => {
                add("print", json!(self.get_of(key, "print")));
            }
            Does::Pause => {}
        }
        action
    }

    /// The program as it would be; `None` when something typed is no number, or another thing that no
    /// program has.
    pub(super) fn program(&self, saved: &Program) -> Option<Program> {
        let mut draft = self.draft(saved);
        let object = draft.as_object_mut()?;
        object.insert("id".to_owned(), json!(saved.id));
        object.insert("version".to_owned(), json!(saved.version));
        object.insert("enabled".to_owned(), json!(saved.enabled));
        serde_json::from_value(draft).ok()
    }
}

/// The name of a field of an action.
pub(super) fn of(key: &str, field: &str) -> String {
    format!("{key}.{field}")
}

/// Whether it is the key of an action that is not saved.
pub(super) fn is_new(key: &str) -> bool {
    key.starts_with(NEW)
}

/// Whether it can be a key: it stands in addresses and in the names of fields.
fn is_key(text: &str) -> bool {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    !text.is_empty() && text.len() <= MAX_KEY && text.chars().all(fits)
}
