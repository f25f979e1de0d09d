//! The day so far, at the top of the home page.

use maud::{Markup, html};
use serde::Deserialize;

/// The day so far, as the API tells it.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Today {
    sent: ByChannel,
    failed: ByChannel,
    still_to_come: ToCome,
}

/// Messages of each channel.
#[derive(Debug, Clone, Copy, Deserialize)]
struct ByChannel {
    sms: u64,
    email: u64,
    letter: u64,
}

/// What is due before the day ends.
#[derive(Debug, Clone, Copy, Deserialize)]
struct ToCome {
    #[serde(flatten)]
    messages: ByChannel,
    more: bool,
}

impl ByChannel {
    const fn together(self) -> u64 {
        self.sms + self.email + self.letter
    }

    /// As people say it: “40 SMS, 12 emails, 5 letters”.
    fn in_words(self) -> String {
        let many = |count: u64, one: &str, many: &str| match count {
            0 => None,
            1 => Some(format!("1 {one}")),
            _ => Some(format!("{count} {many}")),
        };
        let parts = [
            many(self.sms, "SMS", "SMS"),
            many(self.email, "email", "emails"),
            many(self.letter, "letter", "letters"),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

/// What went and what comes; nothing, where it cannot be told.
pub(super) fn so_far(today: Option<&Today>) -> Markup {
    html! {
        @if let Some(today) = today {
            section.card aria-labelledby="today-name" {
                h2 id="today-name" { "Today so far" }
                p {
                    strong { (today.sent.together()) } " sent"
                    @if today.sent.together() > 0 { " (" (today.sent.in_words()) ")" }
                    ", " strong { (today.failed.together()) } " failed"
                    @if today.failed.together() > 0 { " (" (today.failed.in_words()) ")" }
                    ", " @if today.still_to_come.more { "at least " }
                    strong { (today.still_to_come.messages.together()) } " still to come. "
                    a href="/app/work/forecast" { "The next 14 days" }
                }
                p.small.soft { "Counted as it was seen going. What is exact is the balance of the day, which is made at night." }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shown(more: bool) -> String {
        let none = json!({ "sms": 0, "email": 0, "letter": 0 });
        let told = json!({
            "sent": { "sms": 40, "email": 1, "letter": 5 }, "failed": none,
            "still_to_come": { "sms": 30, "email": 0, "letter": 1, "pause": 9, "more": more },
        });
        let markup = so_far(Some(&serde_json::from_value(told).unwrap())).into_string();
        markup.replace("<strong>", "").replace("</strong>", "")
    }

    #[test]
    fn the_day_so_far_is_said_in_a_sentence() {
        let said = shown(false);
        let expected = "46 sent (40 SMS, 1 email, 5 letters), 0 failed, 31 still to come. ";
        assert!(said.contains(expected), "{said}");
        assert!(shown(true).contains("at least 31 still to come"));
        assert_eq!(so_far(None).into_string(), "");
    }
}
