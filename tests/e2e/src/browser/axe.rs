//! What keeps people with disabilities from using a page, as far as a program can tell: axe-core.

use std::fmt;

use serde_json::{Value, json};

use super::{Page, words};

/// See `assets/axe-core/README.md`.
const AXE: &str = include_str!("../../assets/axe-core/axe.min.js");

/// WCAG 2.2, levels A and AA.
const TAGS: [&str; 5] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/// A rule that a page breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The rule's name, such as `label`.
    pub rule: String,
    /// `minor`, `moderate`, `serious` or `critical`.
    pub impact: String,
    /// What to do about it.
    pub help: String,
    /// Selectors of the elements that break it.
    pub targets: Vec<String>,
}

impl fmt::Display for Violation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rule, impact, help, targets } = self;
        write!(out, "{rule} ({impact}): {help}\n    {}", targets.join("\n    "))
    }
}

impl Page {
    /// The rules of WCAG 2.2 AA that the page breaks.
    ///
    /// # Panics
    /// When the page cannot be looked at.
    #[track_caller]
    pub fn axe(&self) -> Vec<Violation> {
        let options = json!({
            "runOnly": { "type": "tag", "values": TAGS }, "resultTypes": ["violations"],
        });
        let run = format!("axe.run(document, {options}).then((found) => found.violations)");
        // Not loaded by the page, so its content policy has no say, and its scripts do not see it.
        let found = self.until(|| {
            self.run(&format!("{AXE}\nundefined"), false)?;
            self.evaluate(&run)
        });
        let found = self.or_fail(found);
        found.as_array().into_iter().flatten().map(violation).collect()
    }

    /// Asserts that the page breaks no rule of WCAG 2.2 AA.
    ///
    /// # Panics
    /// When it does.
    #[track_caller]
    pub fn assert_accessible(&self) {
        let found = self.axe();
        let lines: Vec<String> = found.iter().map(ToString::to_string).collect();
        let fair = if found.is_empty() { Ok(()) } else { Err(lines.join("\n")) };
        self.or_fail(fair);
    }
}

fn violation(found: &Value) -> Violation {
    let text = |member: &str| words(&found[member]).to_owned();
    let nodes = found["nodes"].as_array().into_iter().flatten();
    let targets = nodes.flat_map(|node| node["target"].as_array().into_iter().flatten());
    Violation {
        rule: text("id"),
        impact: text("impact"),
        help: format!("{}, {}", text("help"), text("helpUrl")),
        targets: targets
            .map(|it| it.as_str().map_or_else(|| it.to_string(), str::to_owned))
            .collect(),
    }
}
