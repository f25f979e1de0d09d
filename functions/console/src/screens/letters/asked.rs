//! Which letters are asked for.

use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::view::{PRINTS, STATES};
use crate::api::at;
use crate::failure::Problem;
use crate::form::Posted;
use crate::html::field::{choice, input, select};
use crate::html::values;
use crate::screens::lists::{Program, Site};

/// Most letters of a page of the list.
const PAGE: &str = "50";

/// The filters of the list, and how far it was read.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    site: String,
    /// Left out, it is what waits: that is what staff come for. Empty, it is all.
    state: Option<String>,
    from: String,
    to: String,
    program: String,
    print: String,
    patient: String,
    cursor: String,
    pub(super) said: Option<String>,
}

impl Asked {
    /// The same, as a form of the list sends it along.
    pub(super) fn of(form: &Posted) -> Self {
        Self {
            site: form.get("of_site"),
            state: Some(form.get("of_state")),
            from: form.get("of_from"),
            to: form.get("of_to"),
            program: form.get("of_program"),
            print: form.get("of_print"),
            patient: form.get("of_patient"),
            cursor: form.get("of_cursor"),
            said: None,
        }
    }

    /// Where the letters stand that are asked for; of one patient all are, unless it is said.
    pub(super) fn state(&self) -> &str {
        let left_out = if self.patient.is_empty() { "waiting" } else { "" };
        self.state.as_deref().unwrap_or(left_out)
    }

    fn filters(&self) -> [(&'static str, &str); 7] {
        [
            ("site", &self.site),
            ("state", self.state()),
            ("from", &self.from),
            ("to", &self.to),
            ("program", &self.program),
            ("print", &self.print),
            ("patient", &self.patient),
        ]
    }

    /// Where the API has them.
    pub(super) fn of_api(&self) -> String {
        let more = [("limit", PAGE), ("cursor", self.cursor.as_str())];
        at(&["v1", "letters"], &[&self.filters()[..], &more].concat())
    }

    /// The first page of them.
    pub(super) fn first(&self) -> String {
        let address = at(&["app", "letters"], &self.filters());
        match self.state() {
            // What is left out is what waits, so all has to be said.
            "" if address.contains('?') => format!("{address}&state="),
            "" => format!("{address}?state="),
            _ => address,
        }
    }

    /// The same in the form of the list, under names of their own.
    pub(super) fn hidden(&self) -> Markup {
        values(&[
            ("of_site", &self.site),
            ("of_state", self.state()),
            ("of_from", &self.from),
            ("of_to", &self.to),
            ("of_program", &self.program),
            ("of_print", &self.print),
            ("of_patient", &self.patient),
            ("of_cursor", &self.cursor),
        ])
    }

    /// Whether nothing but where they stand narrows the list down.
    pub(super) fn is_all(&self) -> bool {
        self.filters().iter().all(|(name, value)| *name == "state" || value.is_empty())
    }

    /// Whether all that wait of it can be printed together: not those of one patient.
    pub(super) fn can_be_printed(&self) -> bool {
        self.patient.is_empty() && matches!(self.state(), "" | "waiting")
    }

    /// All that wait of it, as a batch asks for them.
    pub(super) fn batch(&self) -> Map<String, Value> {
        let mut batch = Map::new();
        if self.is_all() {
            batch.insert("all".to_owned(), json!(true));
        }
        for (name, value) in self.filters() {
            if name != "state" && name != "patient" && !value.is_empty() {
                batch.insert(name.to_owned(), json!(value));
            }
        }
        batch
    }

    /// The fields that narrow the list down, and what is wrong with them.
    pub(super) fn fields(
        &self,
        sites: &[Site],
        programs: &[Program],
        problem: Option<&Problem>,
    ) -> Markup {
        let wrong = |name: &str| {
            let wrong = problem?.errors.iter().find(|it| it.parameter == name);
            wrong.map(|it| it.detail.as_str())
        };
        let any = |label: &str| std::iter::once(choice("", label));
        let states = STATES.iter().map(|&(name, words, ..)| choice(name, words));
        let prints = PRINTS.iter().map(|&(name, words)| choice(name, words));
        let codes = sites.iter().map(|it| choice(&it.code, &it.name));
        let programs = programs.iter().map(|it| choice(&it.id, &it.name));
        html! {
            (select("state", "Where they stand", any("All").chain(states)).value(self.state()))
            @if sites.len() > 1 {
                (select("site", "Site", any("All sites").chain(codes)).value(&self.site))
            }
            (select("program", "Program", any("All programs").chain(programs)).value(&self.program))
            (select("print", "How they go", any("Any way").chain(prints)).value(&self.print))
            (input("date", "from", "Dated from").value(&self.from).error(wrong("from")))
            (input("date", "to", "Dated to").value(&self.to).error(wrong("to")))
            @if !self.patient.is_empty() { (values(&[("patient", self.patient.as_str())])) }
        }
    }
}
