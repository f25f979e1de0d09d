//! `cargo xtask demo`: a booking becomes a text message, and a patient is reached by every channel,
//! before one's eyes.

mod channels;

use std::collections::BTreeSet;
use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use chrono::{DateTime, Days};
use serde_json::{Value, json};
use stack::{Answer, Description, SentText, Session, Stack, Webhook, seed, unix_seconds, wait};

use crate::checkout::Checkout;
use crate::say;
use crate::table;

/// The schedule's minute, and some slack for the sending itself.
const AT_MOST: Duration = Duration::from_secs(90);

/// Each look is a call of a function, and a line in its log.
const LOOK_AT_ENROLMENT_EVERY: Duration = Duration::from_secs(2);

/// Plays the path once.
pub(crate) fn run(checkout: &Checkout) -> Result<()> {
    let description = Description::load(&checkout.description())?;
    let stack = Stack::new(description);
    let admin = stack
        .sign_in_as_admin()
        .context("nothing answers; start `cargo xtask up` in another terminal first")?;
    let practice = seed::demo_practice(&admin).context("the demo practice cannot be entered")?;
    let sent_before = message_ids(&stack)?;

    let run = unix_seconds();
    let event = booking_made(checkout, run)?;
    say::line("A booking system posts a signed webhook (events/booking-made.json):");
    say::line(indented(&event)?);
    let webhook = signed(&stack, run, &event)?;
    let answer = post(&stack, &webhook)?;
    let enrolment = answer
        .pointer("/enrolled/0/enrolment")
        .and_then(Value::as_str)
        .context("the webhook enrolled nobody; is the program \"Booking confirmation\" enabled?")?
        .to_owned();

    say::line("\nThe booking system posts the same webhook again, as such systems do:");
    expect_duplicate(&post(&stack, &webhook)?)?;

    say::line("\nWaiting for the schedule (at most a minute) …");
    let texts = wait_for_the_end(&stack, &admin, &enrolment, &sent_before)?;

    say::line("\nThe history of the enrolment:");
    say::line(history(&admin, &enrolment)?);

    say::line("\nAnd the same webhook once more, now that the message is out:");
    expect_duplicate(&post(&stack, &webhook)?)?;
    let enrolments = admin
        .get(&format!("/v1/patients/{}/enrolments?include=completed", practice.patient))?
        .success()
        .context("the patient's enrolments cannot be read")?;
    let status = status_in(&enrolments, &enrolment);
    if status.as_deref() != Some("completed") {
        bail!(
            "the enrolment should still be completed, but is {}; see its history",
            status.as_deref().unwrap_or("gone")
        );
    }
    let sent = sent_since(&stack, &sent_before)?.len();
    if (texts, sent) != (1, 1) {
        bail!("one message should have been sent, but {sent} were; see the functions' logs");
    }
    say::line("\n✓ One booking, three webhooks, one text message.");
    channels::play(checkout, &stack, &admin, run)
}

/// The event of the file, as a booking nobody has seen yet: its id and its day follow `run`.
fn booking_made(checkout: &Checkout, run: i64) -> Result<Value> {
    let path = checkout.event("booking-made.json");
    let text = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut event: Value =
        serde_json::from_slice(&text).with_context(|| format!("{} is not JSON", path.display()))?;
    renew(&mut event, run).with_context(|| format!("{} is not a booking", path.display()))?;
    Ok(event)
}

fn renew(event: &mut Value, run: i64) -> Result<()> {
    let now = DateTime::from_timestamp(run, 0).context("the clock is wrong")?;
    // Another day each time: the text is then another too, as it would be in a practice. Within
    // the summer, whose offset the file has.
    let days = Days::new(u64::try_from(run).context("the clock is wrong")? % 90);
    *event.get_mut("timestamp").context("there is no timestamp")? =
        json!(now.to_rfc3339_opts(chrono::SecondsFormat::Secs, true));
    let booking = event.pointer_mut("/data/booking").context("there is no booking")?;
    *booking.get_mut("id").context("there is no booking id")? = json!(format!("B-{run}"));
    for end in ["start", "end"] {
        let at = booking.get_mut(end).with_context(|| format!("there is no {end}"))?;
        let given = at.as_str().unwrap_or_default();
        let moved = DateTime::parse_from_rfc3339(given)
            .ok()
            .and_then(|it| it.checked_add_days(days))
            .with_context(|| format!("the {end} {given:?} is no date and time"))?;
        *at = json!(moved.to_rfc3339());
    }
    Ok(())
}

fn signed(stack: &Stack, run: i64, event: &Value) -> Result<Webhook> {
    let body = serde_json::to_vec(event).context("an event cannot be written")?;
    let secret = &stack.description().webhook_secret;
    Ok(Webhook::signed(secret, &format!("msg_demo_{run}"), run, &body)?)
}

/// Posts it and prints the answer.
fn post(stack: &Stack, webhook: &Webhook) -> Result<Value> {
    let answer: Answer = stack.post_webhook("diary", webhook)?;
    say::line(format!("  → answer {}", answer.status));
    let body = answer.success().context("the webhook was refused")?;
    say::line(indented(&body)?);
    Ok(body)
}

fn expect_duplicate(answer: &Value) -> Result<()> {
    match answer.get("outcome").and_then(Value::as_str) {
        Some("duplicate") => Ok(()),
        other => bail!(
            "the second webhook should be a duplicate, but its outcome is {}",
            other.unwrap_or("missing")
        ),
    }
}

/// Prints each message as it is sent, until the enrolment is finished; returns how many.
fn wait_for_the_end(
    stack: &Stack,
    admin: &Session<'_>,
    enrolment: &str,
    sent_before: &BTreeSet<String>,
) -> Result<usize> {
    let mut shown = BTreeSet::new();
    let mut looked_at = Instant::now();
    let status = wait::until("the message to be sent (see the functions' logs)", AT_MOST, || {
        for text in sent_since(stack, sent_before)? {
            if shown.insert(text.message_id.clone()) {
                say::line(format!("  ✉ to {}: “{}”", text.phone_number, text.message));
            }
        }
        if shown.is_empty() && looked_at.elapsed() < LOOK_AT_ENROLMENT_EVERY {
            return Ok(None);
        }
        looked_at = Instant::now();
        let found = admin.get(&format!("/v1/enrolments/{enrolment}"))?.success()?;
        let status = found.get("status").and_then(Value::as_str).unwrap_or_default();
        Ok((status != "active").then(|| status.to_owned()))
    })?;
    if status != "completed" {
        bail!("the enrolment is {status} instead of completed; its history says why");
    }
    Ok(shown.len())
}

fn sent_since(stack: &Stack, before: &BTreeSet<String>) -> Result<Vec<SentText>, stack::Error> {
    let mut texts = stack.emulator().sent_texts()?;
    // Others of the practice may be sent something at the same time.
    let to_patient = |text: &SentText| text.phone_number == seed::DEMO_MOBILE;
    texts.retain(|text| to_patient(text) && !before.contains(&text.message_id));
    Ok(texts)
}

fn message_ids(stack: &Stack) -> Result<BTreeSet<String>> {
    Ok(stack.emulator().sent_texts()?.into_iter().map(|text| text.message_id).collect())
}

fn history(admin: &Session<'_>, enrolment: &str) -> Result<String> {
    let found = admin
        .get(&format!("/v1/enrolments/{enrolment}/history"))?
        .success()
        .context("the history cannot be read")?;
    let items = found.get("items").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let text = |item: &Value, key: &str| {
        item.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let rows: Vec<Vec<String>> = items
        .iter()
        .map(|item| vec![text(item, "at"), text(item, "event"), text(item, "summary")])
        .collect();
    Ok(table::layout(&["at", "event", "what happened"], &rows))
}

/// The status of one enrolment in a list of them.
fn status_in(enrolments: &Value, id: &str) -> Option<String> {
    let items = enrolments.get("items")?.as_array()?;
    let found = items.iter().find(|item| item.get("id").and_then(Value::as_str) == Some(id))?;
    Some(found.get("status")?.as_str()?.to_owned())
}

fn indented(value: &Value) -> Result<String> {
    let text = serde_json::to_string_pretty(value).context("an answer cannot be shown")?;
    Ok(text.lines().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{renew, status_in};

    fn event() -> Value {
        let text = include_str!("../../../events/booking-made.json");
        serde_json::from_str(text).expect("the file is JSON")
    }

    #[test]
    fn each_run_is_another_booking_on_another_day() {
        let (mut one, mut other) = (event(), event());
        renew(&mut one, 1_800_000_000).expect("the file is a booking");
        renew(&mut other, 1_800_000_001).expect("the file is a booking");
        for pointer in
            ["/data/booking/id", "/data/booking/start", "/data/booking/end", "/timestamp"]
        {
            assert_ne!(one.pointer(pointer), other.pointer(pointer), "{pointer}");
        }
        assert_eq!(one.pointer("/data/patient"), event().pointer("/data/patient"));
    }

    #[test]
    fn a_status_is_found_by_id() {
        let list = json!({ "items": [{ "id": "enr_1", "status": "completed" }] });
        assert_eq!(status_in(&list, "enr_1").as_deref(), Some("completed"));
        assert_eq!(status_in(&list, "enr_2"), None);
    }
}
