//! A site as the API has it, and as its form has it.

use serde::{Deserialize, Serialize};

use super::some;
use crate::form::Posted;

/// Days of the week, as the API writes them, and as people do.
pub(super) const DAYS: [(&str, &str); 7] = [
    ("monday", "Monday"),
    ("tuesday", "Tuesday"),
    ("wednesday", "Wednesday"),
    ("thursday", "Thursday"),
    ("friday", "Friday"),
    ("saturday", "Saturday"),
    ("sunday", "Sunday"),
];

/// A site.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Site {
    pub(super) id: String,
    pub(super) code: String,
    pub(super) name: String,
    pub(super) time_zone: String,
    pub(super) sending_window: Window,
    pub(super) sms: Option<Sender>,
    pub(super) reply_to: Option<String>,
    pub(super) letterhead: Letterhead,
}

/// When messages may go.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Window {
    pub(super) opens: String,
    pub(super) closes: String,
    pub(super) days: Vec<String>,
    pub(super) holidays: Vec<String>,
}

/// Whom its text messages come from.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Sender {
    pub(super) number: Option<String>,
    pub(super) sender_id: Option<String>,
}

/// What stands on its letters.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Letterhead {
    pub(super) address: Vec<String>,
    pub(super) phone: Option<String>,
    pub(super) email: Option<String>,
}

/// What stands in the form of a site.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Typed {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) time_zone: String,
    pub(super) opens: String,
    pub(super) closes: String,
    pub(super) days: Vec<String>,
    /// Whom text messages come from: `number`, `name`, or nobody of its own.
    pub(super) sender: String,
    pub(super) number: String,
    pub(super) sender_id: String,
    pub(super) reply_to: String,
    pub(super) address: String,
    pub(super) phone: String,
    pub(super) email: String,
}

#[derive(Debug, Serialize)]
pub(super) struct Draft<'a> {
    code: &'a str,
    name: &'a str,
    time_zone: &'a str,
    sending_window: DraftWindow<'a>,
    sms: Option<DraftSender<'a>>,
    reply_to: Option<&'a str>,
    letterhead: DraftLetterhead<'a>,
}

#[derive(Debug, Serialize)]
struct DraftWindow<'a> {
    opens: &'a str,
    closes: &'a str,
    days: &'a [String],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum DraftSender<'a> {
    Number(&'a str),
    SenderId(&'a str),
}

#[derive(Debug, Serialize)]
struct DraftLetterhead<'a> {
    address: Vec<&'a str>,
    phone: Option<&'a str>,
    email: Option<&'a str>,
}

impl Typed {
    /// A new site, with the hours that most have.
    pub(super) fn new() -> Self {
        let days = DAYS.iter().take(5).map(|(day, _)| (*day).to_owned()).collect();
        let (opens, closes) = ("09:00".to_owned(), "17:00".to_owned());
        Self { time_zone: "Australia/Sydney".to_owned(), opens, closes, days, ..Self::default() }
    }

    /// What is saved.
    pub(super) fn of(site: &Site) -> Self {
        let text = |it: &Option<String>| it.clone().unwrap_or_default();
        let number = site.sms.as_ref().map(|it| text(&it.number)).unwrap_or_default();
        let sender_id = site.sms.as_ref().map(|it| text(&it.sender_id)).unwrap_or_default();
        let sender = match (number.is_empty(), sender_id.is_empty()) {
            (false, _) => "number",
            (true, false) => "name",
            (true, true) => "",
        };
        Self {
            code: site.code.clone(),
            name: site.name.clone(),
            time_zone: site.time_zone.clone(),
            opens: site.sending_window.opens.clone(),
            closes: site.sending_window.closes.clone(),
            days: site.sending_window.days.clone(),
            sender: sender.to_owned(),
            number,
            sender_id,
            reply_to: text(&site.reply_to),
            address: site.letterhead.address.join("\n"),
            phone: text(&site.letterhead.phone),
            email: text(&site.letterhead.email),
        }
    }

    /// What was sent.
    pub(super) fn read(form: &Posted) -> Self {
        Self {
            code: form.get("code"),
            name: form.get("name"),
            time_zone: form.get("time_zone"),
            opens: form.get("opens"),
            closes: form.get("closes"),
            days: form.all("days").collect(),
            sender: form.get("sender"),
            number: form.get("number"),
            sender_id: form.get("sender_id"),
            reply_to: form.get("reply_to"),
            address: form.get("address"),
            phone: form.get("phone"),
            email: form.get("email"),
        }
    }

    pub(super) fn draft(&self) -> Draft<'_> {
        let sms = match self.sender.as_str() {
            "number" => Some(DraftSender::Number(self.number.trim())),
            "name" => Some(DraftSender::SenderId(self.sender_id.trim())),
            _ => None,
        };
        let lines = self.address.lines().map(str::trim).filter(|line| !line.is_empty());
        Draft {
            code: &self.code,
            name: &self.name,
            time_zone: self.time_zone.trim(),
            sending_window: DraftWindow {
                opens: &self.opens,
                closes: &self.closes,
                days: &self.days,
            },
            sms,
            reply_to: some(&self.reply_to),
            letterhead: DraftLetterhead {
                address: lines.collect(),
                phone: some(&self.phone),
                email: some(&self.email),
            },
        }
    }

    /// When messages may go, in words: “Mon–Fri, 09:00 to 17:00”.
    pub(super) fn hours(&self) -> String {
        format!("{}, {} to {}", in_words(&self.days), self.opens, self.closes)
    }

    /// Whom its text messages come from, in words.
    pub(super) fn sms_from(&self) -> String {
        match self.sender.as_str() {
            "number" => self.number.clone(),
            "name" => format!("The name {}, which patients cannot answer", self.sender_id),
            _ => "The name that all sites share, which patients cannot answer".to_owned(),
        }
    }
}

/// Days of the week: “Mon–Fri”, “Mon, Wed”.
fn in_words(days: &[String]) -> String {
    let mut runs: Vec<Vec<&str>> = Vec::new();
    let mut before = false;
    for (day, name) in DAYS {
        let open = days.iter().any(|it| it == day);
        match runs.last_mut().filter(|_| before) {
            Some(run) if open => run.push(name),
            _ if open => runs.push(vec![name]),
            _ => {}
        }
        before = open;
    }
    let short = |name: &&str| name.get(..3).unwrap_or_default().to_owned();
    let runs = runs.iter().flat_map(|run| match run.as_slice() {
        [first, _, .., last] => vec![format!("{}–{}", short(first), short(last))],
        few => few.iter().map(short).collect(),
    });
    runs.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn days_are_said_as_people_say_them() {
        let said =
            |days: &[&str]| in_words(&days.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(said(&["monday", "tuesday", "wednesday", "thursday", "friday"]), "Mon–Fri");
        assert_eq!(said(&["monday", "wednesday", "saturday", "sunday"]), "Mon, Wed, Sat, Sun");
        assert_eq!(said(&[]), "");
    }
}
