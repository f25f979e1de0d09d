//! `cargo xtask redrive`: dead letters go back to the queues they came from.
//!
//! Each is received, sent to its queue, and only then deleted. What dies in between leaves it in both,
//! which is harmless: whatever a queue of ours holds may come twice. So it may be repeated at will.
//!
//! SQS has a task of its own for this (`StartMessageMoveTask`). It refuses what did not come from a
//! queue, such as a call of a function that failed, and the local cloud does not know it; this is one
//! way for both, and for every letter.

mod letters;
mod queues;

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use stack::{Description, unix_seconds};

use self::letters::{Letter, batches, read_letters};
use self::queues::{DeadLetters, Found, Queue, attributes_of, named, pairs, queues_in};
use crate::aws_cli::AwsCli;
use crate::checkout::Checkout;
use crate::cli;
use crate::prerequisites;
use crate::say;
use crate::stop::{Stop, Stopped};
use crate::table;
use crate::venv::Venv;

/// What is sent again is dead again after some tries: what came so many seconds after the command
/// began is not moved by it, so that it ends. The clocks may differ by as much.
const SLACK: i64 = 300;

/// Batches one after another of which every letter has come since, until nothing older is looked for: a queue
/// into which as much comes as is received is never empty.
const MOST_NEW: usize = 100;

/// What became of the dead letters of a queue.
#[derive(Debug, Default)]
struct Moved {
    put_back: usize,
    /// Of them, calls of a function that failed.
    calls: usize,
    failed: usize,
    oldest: Option<u64>,
}

/// Moves dead letters, or says which there are.
pub(crate) fn run(checkout: &Checkout, options: &cli::Redrive, stop: &Stop) -> Result<()> {
    let python = prerequisites::python(stop)?;
    let venv = Venv::ready(checkout, &python, stop)?;
    let (aws, stack_name) = if let Some(name) = &options.stack {
        (AwsCli::for_aws(&venv), name.clone())
    } else {
        let path = options.description.clone().unwrap_or_else(|| checkout.description());
        let local = Description::load(&path)?;
        let aws = AwsCli::for_local_cloud(&venv, &local.emulator_url, &local.region);
        (aws, local.stack_name)
    };
    let redrive = Redrive { aws, stop, file: checkout.local()?.join("redrive.json") };
    let found = redrive.find(&stack_name)?;
    let chosen = named(&found.dead_letters, options.queue.as_deref())?;
    let mut rows = Vec::new();
    let (mut left, mut failed) = (0, Vec::new());
    for dead in chosen {
        // What fails at one queue keeps none of the others from being seen to.
        match redrive.see_to(dead, options.dry_run) {
            Ok((moved, after)) => {
                left += left_of(&moved, after);
                rows.push(row(dead, &moved, after));
            }
            Err(error) if error.is::<Stopped>() => return Err(error),
            Err(error) => failed.push(format!("{}: {error:#}", dead.name())),
        }
    }
    let heading =
        ["queue", "dead letters", "oldest of those looked at", "moved", "failed calls", "left"];
    say::line(format!("\n{}", table::layout(&heading, &rows)));
    for queue in &found.others {
        say::line(format!(
            "{} takes dead letters of no queue of the stack; it is left alone.",
            queue.id
        ));
    }
    if !failed.is_empty() {
        bail!("these queues could not be seen to; all others were:\n{}", failed.join("\n"));
    }
    if options.dry_run {
        say::line("Nothing was moved. What is left includes what somebody looks at just now.");
    } else if left > 0 {
        bail!(
            "{left} dead letters could not be moved, or are hidden while somebody looks at them; run \
             it again in a minute, which is safe"
        );
    } else {
        say::line("Moved by receiving, sending and deleting; to repeat it is safe.");
    }
    Ok(())
}

/// How many are left: what could not be moved is there still, and so is whatever has come or was hidden.
fn left_of(moved: &Moved, (visible, hidden): (usize, usize)) -> usize {
    moved.failed.max(visible + hidden)
}

/// Of what was received, what was there when the command began.
fn of_before(received: Vec<Letter>, until: u64) -> Vec<Letter> {
    received.into_iter().filter(|it| it.sent_at.is_none_or(|at| at < until)).collect()
}

fn row(dead: &DeadLetters, moved: &Moved, (visible, hidden): (usize, usize)) -> Vec<String> {
    let before = dead.queue.visible + dead.queue.hidden;
    let oldest = moved.oldest.and_then(|at| i64::try_from(at).ok());
    let oldest = oldest.and_then(chrono::DateTime::from_timestamp_millis);
    vec![
        dead.name(),
        before.to_string(),
        oldest.map_or_else(|| "–".to_owned(), |at| at.format("%Y-%m-%d %H:%M UTC").to_string()),
        moved.put_back.to_string(),
        moved.calls.to_string(),
        (visible + hidden).to_string(),
    ]
}

/// Where dead letters are looked for, and by what.
struct Redrive<'a> {
    aws: AwsCli,
    stop: &'a Stop,
    /// What is sent is told by a file that only this user reads: letters may name patients.
    file: PathBuf,
}

impl Redrive<'_> {
    /// The queues of the stack, from its own resources.
    fn find(&self, stack_name: &str) -> Result<Found> {
        let listed = ["cloudformation", "list-stack-resources", "--stack-name", stack_name];
        let listed = self.aws.json(&listed, self.stop);
        let listed = listed.with_context(|| format!("the stack {stack_name} cannot be read"))?;
        let mut queues = Vec::new();
        for (id, url) in queues_in(&listed) {
            let answer = self.get_attributes(&url)?;
            queues.push(Queue::read(id, url, &answer)?);
        }
        Ok(pairs(&queues))
    }

    fn get_attributes(&self, url: &str) -> Result<Value> {
        let ask = ["sqs", "get-queue-attributes", "--queue-url", url, "--attribute-names", "All"];
        self.aws.json(&ask, self.stop).with_context(|| format!("the queue {url} cannot be read"))
    }

    fn attributes(&self, url: &str) -> Result<(usize, usize)> {
        Ok(attributes_of(&self.get_attributes(url)?))
    }

    /// Looks at ten dead letters at most, and leaves them where they are.
    fn look(&self, dead: &DeadLetters) -> Result<Moved> {
        let letters = self.receive(&dead.queue.url, "0")?;
        let oldest = letters.iter().filter_map(|letter| letter.sent_at).min();
        let calls = letters.iter().filter(|letter| letter.is_failed_call()).count();
        Ok(Moved { calls, oldest, ..Moved::default() })
    }

    /// Moves the dead letters of a queue, or looks at them; and how many are there then.
    fn see_to(&self, dead: &DeadLetters, dry_run: bool) -> Result<(Moved, (usize, usize))> {
        let moved = if dry_run { self.look(dead) } else { self.redrive(dead) }?;
        Ok((moved, self.attributes(&dead.queue.url)?))
    }

    fn redrive(&self, dead: &DeadLetters) -> Result<Moved> {
        let until = u64::try_from((unix_seconds() + SLACK) * 1_000).unwrap_or(u64::MAX);
        let (mut done, mut new_in_a_row) = (Moved::default(), 0);
        loop {
            self.stop.check()?;
            let received = self.receive(&dead.queue.url, "60")?;
            if received.is_empty() {
                return Ok(done);
            }
            let letters = of_before(received, until);
            if letters.is_empty() {
                // All of them have come since. They are hidden now, and older ones may be behind them.
                new_in_a_row += 1;
                if new_in_a_row == MOST_NEW {
                    return Ok(done);
                }
                continue;
            }
            new_in_a_row = 0;
            let first = letters.iter().filter_map(|letter| letter.sent_at).min();
            done.oldest = done.oldest.into_iter().chain(first).min();
            let failed_before = done.failed;
            for (url, batch) in batches(letters, dead)? {
                self.put_back(&url, &dead.queue.url, &batch, &mut done)?;
            }
            // What cannot be sent would be received for ever.
            if done.failed > failed_before {
                return Ok(done);
            }
        }
    }

    /// Sends letters to their queue, and deletes those that it took.
    fn put_back(&self, to: &str, from: &str, batch: &[Letter], done: &mut Moved) -> Result<()> {
        let entries: Vec<Value> =
            batch.iter().enumerate().map(|(n, letter)| letter.to_send(n)).collect();
        let sent =
            self.ask("send-message-batch", &json!({ "QueueUrl": to, "Entries": entries }))?;
        let taken = letters::succeeded(&sent, batch);
        done.failed += batch.len() - taken.len();
        if taken.is_empty() {
            return Ok(());
        }
        let entries: Vec<Value> =
            taken.iter().enumerate().map(|(n, letter)| letter.to_delete(n)).collect();
        let deleted = json!({ "QueueUrl": from, "Entries": entries });
        let deleted = self.ask("delete-message-batch", &deleted)?;
        let gone: Vec<&Letter> = letters::succeeded(&deleted, taken);
        done.put_back += gone.len();
        done.calls += gone.iter().filter(|letter| letter.is_failed_call()).count();
        done.failed += entries.len() - gone.len();
        Ok(())
    }

    fn receive(&self, url: &str, hidden_for: &str) -> Result<Vec<Letter>> {
        let ask = [
            &["sqs", "receive-message", "--queue-url", url, "--max-number-of-messages", "10"][..],
            &["--visibility-timeout", hidden_for, "--wait-time-seconds", "2"],
            &["--attribute-names", "All", "--message-attribute-names", "All", "--output", "json"],
        ];
        let output = self.aws.output(&ask.concat(), self.stop)?;
        if !output.status.success() {
            bail!("{}", output.last_words());
        }
        read_letters(&output.stdout)
    }

    /// One call whose input only this user may read.
    fn ask(&self, call: &str, input: &Value) -> Result<Value> {
        let kept = PrivateFile::with(&self.file, input)?;
        let file = format!("file://{}", kept.0.display());
        self.aws.json(&["sqs", call, "--cli-input-json", &file], self.stop)
    }
}

/// A file that only this user reads, and that goes with this value.
struct PrivateFile(PathBuf);

impl PrivateFile {
    fn with(path: &std::path::Path, value: &Value) -> Result<Self> {
        let failed = || format!("cannot write {}", path.display());
        fs::remove_file(path).ok();
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).with_context(failed)?;
        let kept = Self(path.to_owned());
        file.write_all(value.to_string().as_bytes()).with_context(failed)?;
        Ok(kept)
    }
}

impl Drop for PrivateFile {
    fn drop(&mut self) {
        fs::remove_file(&self.0).ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_in_the_queue_afterwards_is_left_be_it_hidden_or_new() {
        let moved = |failed| Moved { put_back: 3, failed, ..Moved::default() };
        assert_eq!(left_of(&moved(0), (0, 0)), 0);
        assert_eq!(left_of(&moved(0), (2, 1)), 3);
        assert_eq!(left_of(&moved(2), (0, 2)), 2, "what failed is one of those hidden");
        assert_eq!(left_of(&moved(2), (0, 0)), 2, "whatever the queue says of it");
    }

    #[test]
    fn what_has_come_since_is_not_moved_and_what_says_no_time_is() {
        let message = |body: &str, at: Option<&str>| {
            json!({
                "Body": body, "ReceiptHandle": "handle", "Attributes": { "SentTimestamp": at },
            })
        };
        let printed = json!({ "Messages": [
            message("old", Some("999")), message("new", Some("1000")), message("of no time", None),
        ] });
        let received = read_letters(&printed.to_string()).unwrap();
        let (old, of_no_time) = (received[0].clone(), received[2].clone());
        assert_eq!(of_before(received, 1_000), [old, of_no_time]);
    }
}
