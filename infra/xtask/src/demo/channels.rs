//! The second half of the demo: a program that uses every channel, and what comes back.

use std::fs;
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use stack::seed::{EveryChannel, every_channel};
use stack::{Bounce, SentEmail, SentText, Session, Stack, TextAnswer, wait};

use crate::checkout::Checkout;
use crate::say;

/// Nothing here waits for the schedule.
const SOON: Duration = Duration::from_mins(1);

/// The demo site's code and number.
const SITE: (&str, &str) = ("harbour", "+61491570157");

/// Plays it once.
pub(super) fn play(
    checkout: &Checkout,
    stack: &Stack,
    admin: &Session<'_>,
    run: i64,
) -> Result<()> {
    say::line("\nA program of a text, an email and two letters. A patient is put on it:");
    let made = every_channel(admin, SITE.0, &run.to_string())
        .context("the program cannot be made; every site needs a number that can be answered")?;
    let enrolment = text(
        &admin
            .post("/v1/enrolments", &json!({ "patient": made.patient, "program": made.program }))?
            .success()?,
        "/id",
    )?;
    // Nobody else is put on it; who is on it goes on.
    admin.post(&format!("/v1/programs/{}/disable", made.program), &json!({}))?.success()?;

    say::line("  (the schedule ticks once a minute; here it is made to tick at once)");
    wait_for(stack, admin, &enrolment, "completed", || sweep(stack))?;
    let (sms, email) = what_was_sent(stack, &made)?;
    say::line(format!("  ✉ to {}: “{}”", sms.phone_number, sms.message));
    say::line(format!("  ✉ to {}: “{}”", email.to.join(", "), email.subject));
    say::line(indented(&email.body_text));

    print_letters(checkout, stack, admin, &made)?;
    answer(stack, admin, &made, &sms, run)?;
    bounce(stack, admin, &made, &enrolment, &email)?;
    say::line("\n✓ One enrolment, three channels, two letters; a value kept, and a bounce held.");
    Ok(())
}

fn sweep(stack: &Stack) -> Result<(), stack::Error> {
    let sweeper = stack.description().output("SweeperFunctionName")?;
    let tick = json!({ "detail-type": "Scheduled Event", "detail": {} });
    stack.emulator().invoke(sweeper, &tick).map(|_| ())
}

fn wait_for(
    stack: &Stack,
    admin: &Session<'_>,
    enrolment: &str,
    status: &str,
    meanwhile: impl Fn() -> Result<(), stack::Error>,
) -> Result<()> {
    let path = format!("/v1/enrolments/{enrolment}");
    wait::until(&format!("the enrolment to be {status} (see the functions' logs)"), SOON, || {
        meanwhile()?;
        let found = admin.get(&path)?.success()?;
        Ok((found.get("status").and_then(Value::as_str) == Some(status)).then_some(()))
    })
    .with_context(|| format!("the stack at {} did not get there", stack.description().api_url()))
}

fn what_was_sent(stack: &Stack, made: &EveryChannel) -> Result<(SentText, SentEmail)> {
    let cloud = stack.emulator();
    let sms = cloud.sent_texts()?.into_iter().find(|it| it.message.contains(&made.name));
    let email = cloud.sent_emails()?.into_iter().find(|it| it.to.contains(&made.email));
    sms.zip(email).context("a text and an email should have been sent; see the functions' logs")
}

/// Prints the letters that wait, and puts them in the post.
fn print_letters(
    checkout: &Checkout,
    stack: &Stack,
    admin: &Session<'_>,
    made: &EveryChannel,
) -> Result<()> {
    say::line("\nThe front desk prints the letters that wait, as one file with a cover sheet:");
    let wanted = json!({ "program": made.program });
    let key = [("idempotency-key", made.program.as_str())];
    let batch = admin.request("POST", "/v1/letters/batches", &key, Some(&wanted))?.success()?;
    for letter in batch.get("letters").and_then(Value::as_array).into_iter().flatten() {
        say::line(format!(
            "  ✉ {} to the {}, {} page(s)",
            text(letter, "/title")?,
            text(letter, "/addressee")?,
            letter.get("pages").unwrap_or(&Value::Null),
        ));
    }
    let batch = text(&batch, "/id")?;
    let link = admin.request("POST", &format!("/v1/letters/batches/{batch}/link"), &[], None)?;
    let pdf = stack.download(&text(&link.success()?, "/url")?)?;
    let path = checkout.root().join("target/demo/letters.pdf");
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(&path, &pdf).with_context(|| format!("cannot write {}", path.display()))?;
    say::line(format!("  → {} ({} bytes); look at it", path.display(), pdf.len()));
    let posted = format!("/v1/letters/batches/{batch}/posted");
    admin.request("POST", &posted, &[], None)?.success()?;
    say::line("  → marked as posted");
    Ok(())
}

/// The patient answers the text.
fn answer(
    stack: &Stack,
    admin: &Session<'_>,
    made: &EveryChannel,
    sms: &SentText,
    run: i64,
) -> Result<()> {
    say::line("\nThe patient answers the text: “It was 6,4 today”");
    let (from, to) = (&made.mobile, SITE.1);
    let (answers, id) = (&sms.message_id, format!("demo-{run}"));
    stack.answer_text(TextAnswer { from, to, text: "It was 6,4 today", answers, id: &id })?;
    let path = format!("/v1/patients/{}/values", made.patient);
    let values = wait::until("the value to be kept", SOON, || {
        let values = admin.get(&path)?.success()?;
        let kept = values.to_string().contains("6.4");
        Ok(kept.then_some(values))
    })?;
    say::line(super::indented(&values)?);
    Ok(())
}

/// The email comes back.
fn bounce(
    stack: &Stack,
    admin: &Session<'_>,
    made: &EveryChannel,
    enrolment: &str,
    email: &SentEmail,
) -> Result<()> {
    say::line("\nDays later the email comes back: there is no such mailbox.");
    let program = admin.get(&format!("/v1/programs/{}", made.program))?.success()?;
    let action = text(&program, "/actions/1/id")?;
    let (address, message_id) = (&made.email, &email.message_id);
    stack.bounce(Bounce { address, message_id, enrolment, action: &action })?;
    wait_for(stack, admin, enrolment, "held", || Ok(()))?;
    say::line("The patient is held for a person to see to:");
    let work = admin.get(&format!("/v1/work-list?patient={}", made.patient))?.success()?;
    for item in work.get("items").and_then(Value::as_array).into_iter().flatten() {
        say::line(format!("  ⚑ {}", text(item, "/summary")?));
    }
    say::line("\nThe history of the enrolment:");
    say::line(super::history(admin, enrolment)?);
    Ok(())
}

fn text(value: &Value, pointer: &str) -> Result<String> {
    let found = value.pointer(pointer).and_then(Value::as_str);
    found.map(ToOwned::to_owned).with_context(|| format!("there is no text at {pointer}: {value}"))
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}
