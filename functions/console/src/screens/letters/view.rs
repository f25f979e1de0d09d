//! What the API says of letters, as the pages use it, and the words for it.

use maud::{Markup, html};
use serde::Deserialize;

use crate::api::at;
use crate::html::tag;

/// A letter of the list.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Letter {
    pub(super) id: String,
    pub(super) addressee: String,
    pub(super) print: String,
    /// The name and the address, as they are printed.
    pub(super) to: Vec<String>,
    pub(super) site: Place,
    /// The program's id.
    pub(super) program: String,
    /// The id of the patient it is about.
    pub(super) patient: String,
    /// That patient's name when it was made.
    pub(super) about: String,
    pub(super) title: String,
    pub(super) date: String,
    pub(super) pages: u64,
    pub(super) listed: String,
    pub(super) batches: Vec<String>,
    pub(super) state: Standing,
    /// What was done about it; only of one that is read alone.
    #[serde(default)]
    pub(super) history: Vec<Done>,
}

/// A site, by name.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Place {
    pub(super) id: String,
    pub(super) name: Option<String>,
}

/// Where a letter stands.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Standing {
    pub(super) name: String,
    pub(super) at: Option<String>,
    pub(super) by: Option<String>,
    pub(super) why: Option<String>,
    pub(super) path: Option<String>,
    pub(super) epost: Option<AtEpost>,
}

/// Where it stands at the `ePost` provider.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct AtEpost {
    pub(super) stage: String,
}

/// Something that was done about a letter or a batch.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Done {
    pub(super) at: String,
    pub(super) by: String,
    pub(super) what: String,
    pub(super) why: Option<String>,
}

/// Letters that were printed together.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Batch {
    pub(super) id: String,
    pub(super) sides: String,
    pub(super) pages: u64,
    pub(super) printed: ByWhom,
    pub(super) posted: Option<ByWhom>,
    pub(super) letters: Vec<Letter>,
    pub(super) history: Vec<Done>,
    pub(super) left_out: Vec<LeftOut>,
    /// Whether others that were asked for wait still.
    pub(super) more: bool,
}

/// Who did something, and when.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct ByWhom {
    pub(super) at: String,
    pub(super) by: String,
}

/// A letter that waits and was not printed.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct LeftOut {
    pub(super) letter: String,
    pub(super) why: String,
}

/// A link to a PDF.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Link {
    pub(super) url: String,
    pub(super) until: String,
}

/// Where letters stand: what the API calls it, what people call it, its tone, and what to do next.
pub(super) const STATES: [(&str, &str, &str, &str); 10] = [
    (
        "waiting",
        "Waits to be printed",
        "wait",
        "Print it: tick it on the list, or print all that wait.",
    ),
    (
        "printed",
        "Printed, not posted",
        "wait",
        "Put it in the post, then mark it, or its batch, as posted.",
    ),
    ("posted", "In the post", "good", "Nothing is to be done. Should it come back, say so here."),
    (
        "returned",
        "Came back",
        "bad",
        "Find out the right address and correct it. Then have it printed again: it is made anew for that one.",
    ),
    (
        "withdrawn",
        "Taken off the list",
        "off",
        "It is not sent. If that was a mistake, have it printed again.",
    ),
    ("to_file", "Being saved as a file", "off", "Nothing is to be done: it is saved by itself."),
    ("filed", "Saved as a file", "good", "Nothing is to be done."),
    (
        "to_epost",
        "On its way to ePost",
        "off",
        "Nothing is to be done: the ePost provider posts it.",
    ),
    ("at_epost", "With ePost", "off", "Nothing is to be done: the ePost provider posts it."),
    (
        "in_doubt",
        "Nobody knows whether ePost posts it",
        "bad",
        "Ask the ePost provider. Then mark it as posted, or have it printed and post it by hand.",
    ),
];

/// How letters get there.
pub(super) const PRINTS: [(&str, &str); 3] =
    [("mail", "By mail"), ("epost", "By ePost"), ("save_file", "Saved as a file")];

/// How a letter gets there, in words.
pub(super) fn print(name: &str) -> &'static str {
    PRINTS.iter().find(|(its, _)| *its == name).map_or("Another way", |(_, words)| words)
}

impl Standing {
    /// Where it stands, in a word.
    pub(super) fn tag(&self) -> Markup {
        match STATES.iter().find(|(name, ..)| *name == self.name) {
            Some((_, words, tone, _)) => tag(tone, words),
            None => tag("off", "Unknown"),
        }
    }

    /// What is to be done next.
    pub(super) fn next(&self) -> &'static str {
        STATES.iter().find(|(name, ..)| *name == self.name).map_or("", |(.., next)| next)
    }

    /// Whether it is one of those.
    pub(super) fn is_one_of(&self, names: &[&str]) -> bool {
        names.contains(&self.name.as_str())
    }
}

impl AtEpost {
    /// How far it has come there.
    pub(super) fn in_words(&self) -> &'static str {
        match self.stage.as_str() {
            "accepted" => "The provider has accepted it.",
            "printed" => "The provider has printed it.",
            "posted" => "The provider has posted it.",
            _ => "It was handed over to the provider.",
        }
    }
}

impl Letter {
    /// Who it is to: the first line of the address.
    pub(super) fn reader(&self) -> &str {
        self.to.first().map_or("somebody", String::as_str)
    }

    /// Its page.
    pub(super) fn page(&self, said: &str) -> String {
        at(&["app", "letters", &self.id], &[("said", said)])
    }

    /// Which letter, to whom.
    pub(super) fn brief(&self) -> String {
        format!("“{}” to {}", self.title, self.reader())
    }

    /// The patient it is about, with a word on the reader when that is somebody else.
    pub(super) fn about(&self) -> Markup {
        html! {
            a href=(at(&["app", "patients", &self.patient], &[])) { (self.about) }
            @match self.addressee.as_str() {
                "gp" => " (to their GP)",
                "referrer" => " (to who referred them)",
                _ => ""
            }
        }
    }
}

impl Done {
    /// What was done.
    pub(super) fn in_words(&self) -> &'static str {
        match self.what.as_str() {
            "opened" => "Opened",
            "printed" => "Printed",
            "posted" => "Marked as posted",
            "returned" => "Came back",
            "again" => "To be printed again",
            "made_anew" => "Made anew for another address",
            "withdrawn" => "Taken off the list",
            _ => "Something was done",
        }
    }
}

/// How many, with the right word.
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}
