//! Fields of forms, each with its label, a hint, and what is wrong with it beside it.

use maud::{Markup, Render, html};

/// A choice of a field: what is sent, what is shown, and a word on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is shown.
    pub label: String,
    /// What it means, if that needs saying.
    pub hint: String,
}

/// A choice.
pub fn choice(value: impl Into<String>, label: impl Into<String>) -> Choice {
    Choice { value: value.into(), label: label.into(), hint: String::new() }
}

impl Choice {
    /// The same, with what it means.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: hint.into(), ..self }
    }
}

#[derive(Debug, Clone)]
enum Kind {
    Input(&'static str),
    Area(u8),
    Select(Vec<Choice>),
    Radios(Vec<Choice>),
    Check(bool),
}

/// A field.
#[derive(Debug, Clone)]
pub struct Field {
    name: String,
    label: String,
    kind: Kind,
    value: String,
    hint: Option<String>,
    error: Option<String>,
    required: bool,
    autofocus: bool,
    extra: Vec<(&'static str, String)>,
}

fn new(name: &str, label: &str, kind: Kind) -> Field {
    Field {
        name: name.to_owned(),
        label: label.to_owned(),
        kind,
        value: String::new(),
        hint: None,
        error: None,
        required: false,
        autofocus: false,
        extra: Vec::new(),
    }
}

/// One line.
pub fn text(name: &str, label: &str) -> Field {
    new(name, label, Kind::Input("text"))
}

/// One line of another kind, as `type` of HTML: `date`, `time`, `email`, `tel`, `number`, `search`, `file`.
pub fn input(kind: &'static str, name: &str, label: &str) -> Field {
    new(name, label, Kind::Input(kind))
}

/// Many lines.
pub fn area(name: &str, label: &str, rows: u8) -> Field {
    new(name, label, Kind::Area(rows))
}

/// One of many.
pub fn select(name: &str, label: &str, choices: impl IntoIterator<Item = Choice>) -> Field {
    new(name, label, Kind::Select(choices.into_iter().collect()))
}

/// One of a few, all seen.
pub fn radios(name: &str, label: &str, choices: impl IntoIterator<Item = Choice>) -> Field {
    new(name, label, Kind::Radios(choices.into_iter().collect()))
}

/// A box; when it is ticked, `on` is sent, or its value.
pub fn check(name: &str, label: &str, ticked: bool) -> Field {
    new(name, label, Kind::Check(ticked))
}

impl Field {
    /// What is in it.
    #[must_use]
    pub fn value(self, value: impl Into<String>) -> Self {
        Self { value: value.into(), ..self }
    }

    /// What it is for.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// What is wrong with it, to be read after its label: `must be …`.
    #[must_use]
    pub fn error(self, error: Option<&str>) -> Self {
        Self { error: error.map(ToOwned::to_owned), ..self }
    }

    /// It must have something in it.
    #[must_use]
    pub fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// It is where one begins.
    #[must_use]
    pub fn autofocus(self) -> Self {
        Self { autofocus: true, ..self }
    }

    /// Another attribute, such as `min`, `autocomplete`, `hx-get`.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.extra.push((name, value.into()));
        self
    }

    fn id(&self) -> String {
        format!("f-{}", self.name)
    }

    fn described_by(&self) -> Option<String> {
        let id = self.id();
        let hint = self.hint.as_ref().map(|_| format!("{id}-hint"));
        let error = self.error.as_ref().map(|_| format!("{id}-error"));
        match (hint, error) {
            (Some(hint), Some(error)) => Some(format!("{error} {hint}")),
            (hint, error) => hint.or(error),
        }
    }

    fn around(&self, inner: &Markup) -> Markup {
        let id = self.id();
        html! {
            div.field.wrong[self.error.is_some()] {
                label for=(id) {
                    (self.label)
                    @if self.required { span.required aria-hidden="true" { " *" } }
                }
                (inner)
                (self.below())
            }
        }
    }

    fn below(&self) -> Markup {
        let id = self.id();
        html! {
            @if let Some(error) = &self.error {
                p.error id=(format!("{id}-error")) { (self.label) " " (error) }
            }
            @if let Some(hint) = &self.hint {
                p.hint id=(format!("{id}-hint")) { (hint) }
            }
        }
    }

    /// The attributes that all have, written out: maud takes no list of names.
    fn attributes(&self) -> maud::PreEscaped<String> {
        let mut text = String::new();
        let mut add = |name: &str, value: &str| {
            text.push(' ');
            text.push_str(name);
            text.push_str("=\"");
            text.push_str(&html! { (value) }.into_string());
            text.push('"');
        };
        add("name", &self.name);
        if let Some(by) = self.described_by() {
            add("aria-describedby", &by);
        }
        if self.error.is_some() {
            add("aria-invalid", "true");
        }
        for (name, value) in &self.extra {
            add(name, value);
        }
        if self.required {
            text.push_str(" required");
        }
        if self.autofocus {
            text.push_str(" autofocus");
        }
        maud::PreEscaped(text)
    }
}

impl Render for Field {
    fn render(&self) -> Markup {
        let attributes = self.attributes().0;
        let raw = |text: String| maud::PreEscaped(text);
        let escaped = |text: &str| html! { (text) }.into_string();
        let id = escaped(&self.id());
        match &self.kind {
            Kind::Input(kind) => {
                let value = escaped(&self.value);
                self.around(&raw(format!(
                    "<input type=\"{kind}\" id=\"{id}\" value=\"{value}\"{attributes}>"
                )))
            }
            Kind::Area(rows) => {
                // HTML drops a line's end right after the tag: one more keeps one that was typed.
                let value = escaped(&self.value);
                self.around(&raw(format!(
                    "<textarea id=\"{id}\" rows=\"{rows}\"{attributes}>\n{value}</textarea>"
                )))
            }
            Kind::Select(choices) => {
                let options = html! {
                    @for it in choices {
                        option value=(it.value) selected[it.value == self.value] { (it.label) }
                    }
                };
                self.around(&raw(format!(
                    "<select id=\"{id}\"{attributes}>{}</select>",
                    options.into_string()
                )))
            }
            Kind::Radios(choices) => html! {
                fieldset.field.radios.wrong[self.error.is_some()] aria-describedby=[self.described_by()] {
                    legend {
                        (self.label)
                        @if self.required { span.required aria-hidden="true" { " *" } }
                    }
                    @for it in choices {
                        @let ticked = if it.value == self.value { " checked" } else { "" };
                        label.choice {
                            (raw(format!(
                                "<input type=\"radio\" value=\"{}\"{ticked}{attributes}>",
                                escaped(&it.value)
                            )))
                            span { (it.label) @if !it.hint.is_empty() { small { (it.hint) } } }
                        }
                    }
                    (self.below())
                }
            },
            Kind::Check(ticked) => {
                let value = if self.value.is_empty() { "on" } else { &self.value };
                let (value, ticked) = (escaped(value), if *ticked { " checked" } else { "" });
                html! {
                    div.field.check.wrong[self.error.is_some()] {
                        label for=(self.id()) {
                            (raw(format!(
                                "<input type=\"checkbox\" id=\"{id}\" value=\"{value}\"{ticked}{attributes}>"
                            )))
                            span { (self.label) }
                        }
                        (self.below())
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = "\"><script>alert(1)</script>'&";

    #[test]
    fn whatever_is_in_a_field_stays_text() {
        let choices = || [choice(HOSTILE, HOSTILE).hint(HOSTILE)];
        let fields = [
            text(HOSTILE, HOSTILE),
            area(HOSTILE, "a", 1),
            check(HOSTILE, "a", false),
            select(HOSTILE, "a", []),
            radios(HOSTILE, "a", choices()),
            text("a", HOSTILE).value(HOSTILE).hint(HOSTILE).error(Some(HOSTILE)),
            area("a", HOSTILE, 3).value(HOSTILE),
            select("a", HOSTILE, choices()).value(HOSTILE),
            radios("a", HOSTILE, choices()).value(HOSTILE),
            check("a", HOSTILE, true).value(HOSTILE).with("data-x", HOSTILE),
        ];
        for field in fields {
            let shown = field.render().into_string();
            assert!(!shown.contains("<script"), "{shown}");
            assert!(!shown.contains("=\"\">"), "{shown}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_beside_the_field_and_to_those_who_listen() {
        let shown =
            text("name", "Name").error(Some("must not be empty")).hint("As patients read it.");
        let shown = shown.render().into_string();
        assert!(shown.contains(">Name must not be empty<"), "{shown}");
        assert!(shown.contains("aria-invalid=\"true\""), "{shown}");
        assert!(shown.contains("aria-describedby=\"f-name-error f-name-hint\""), "{shown}");
    }
}
