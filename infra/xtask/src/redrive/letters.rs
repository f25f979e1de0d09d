//! Dead letters, as SQS tells them and as they are sent again.

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::queues::DeadLetters;

/// What SQS takes in one batch: ten messages, and a quarter of a MiB of them everywhere.
const IN_A_BATCH: usize = 10;
const BYTES_IN_A_BATCH: usize = 200_000;

/// A message that was received from a queue of dead letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Letter {
    body: String,
    handle: String,
    attributes: Value,
    /// The ARN of the queue it came from; a call of a function that failed has none.
    from: Option<String>,
    /// When it came into the queue that it was dead in, or into its first one, in milliseconds.
    pub(super) sent_at: Option<u64>,
}

impl Letter {
    /// Whether it is a call of a function, as Lambda puts it where failed ones go.
    pub(super) fn is_failed_call(&self) -> bool {
        let body: Option<Value> = serde_json::from_str(&self.body).ok();
        body.is_some_and(|body| body.pointer("/requestContext/functionArn").is_some())
    }

    /// An entry of `SendMessageBatch`.
    pub(super) fn to_send(&self, n: usize) -> Value {
        let (id, body) = (n.to_string(), &self.body);
        match self.attributes.as_object().filter(|attributes| !attributes.is_empty()) {
            None => json!({ "Id": id, "MessageBody": body }),
            Some(all) => json!({ "Id": id, "MessageBody": body, "MessageAttributes": all }),
        }
    }

    /// An entry of `DeleteMessageBatch`.
    pub(super) fn to_delete(&self, n: usize) -> Value {
        json!({ "Id": n.to_string(), "ReceiptHandle": self.handle })
    }
}

/// Reads what `ReceiveMessage` prints: nothing at all when there is no message.
pub(super) fn read_letters(printed: &str) -> Result<Vec<Letter>> {
    if printed.trim().is_empty() {
        return Ok(Vec::new());
    }
    // The reader's error would quote what it read.
    let answer: Value = serde_json::from_str(printed).ok().context("SQS did not answer by JSON")?;
    let messages = answer.get("Messages").and_then(Value::as_array);
    messages.into_iter().flatten().map(read_letter).collect()
}

fn read_letter(message: &Value) -> Result<Letter> {
    let text = |pointer: &str| message.pointer(pointer).and_then(Value::as_str);
    let body = text("/Body").context("SQS told a message without a body")?.to_owned();
    let handle = text("/ReceiptHandle").context("SQS told a message without a handle")?.to_owned();
    Ok(Letter {
        body,
        handle,
        attributes: message.get("MessageAttributes").cloned().unwrap_or_default(),
        from: text("/Attributes/DeadLetterQueueSourceArn").map(ToOwned::to_owned),
        sent_at: text("/Attributes/SentTimestamp").and_then(|at| at.parse().ok()),
    })
}

/// The letters in batches that SQS takes, each with the address of the queue it goes to.
pub(super) fn batches(
    letters: Vec<Letter>,
    dead: &DeadLetters,
) -> Result<Vec<(String, Vec<Letter>)>> {
    let mut batches: Vec<(String, Vec<Letter>)> = Vec::new();
    for letter in letters {
        let to = &dead.home_of(letter.from.as_deref())?.url;
        let fits = |batch: &&mut (String, Vec<Letter>)| {
            let bytes: usize = batch.1.iter().map(|letter| letter.body.len()).sum();
            batch.0 == *to
                && batch.1.len() < IN_A_BATCH
                && bytes + letter.body.len() <= BYTES_IN_A_BATCH
        };
        match batches.iter_mut().find(fits) {
            Some((_, batch)) => batch.push(letter),
            None => batches.push((to.clone(), vec![letter])),
        }
    }
    Ok(batches)
}

/// Those of a batch that the answer says are done.
pub(super) fn succeeded<L>(answer: &Value, batch: impl IntoIterator<Item = L>) -> Vec<L> {
    let done = answer.get("Successful").and_then(Value::as_array);
    let done: Vec<&str> =
        done.into_iter().flatten().filter_map(|it| it.get("Id")?.as_str()).collect();
    let is_done = |n: usize| done.contains(&n.to_string().as_str());
    batch.into_iter().enumerate().filter(|(n, _)| is_done(*n)).map(|(_, letter)| letter).collect()
}

#[cfg(test)]
mod tests {
    use super::super::queues::{Queue, pairs};
    use super::*;

    fn dead_letters() -> DeadLetters {
        let queue = |id: &str, policy: Option<Value>| {
            let policy = policy.map(|policy| policy.to_string());
            let answer = json!({ "Attributes": { "QueueArn": format!("arn:{id}"), "RedrivePolicy": policy } });
            Queue::read(id.to_owned(), format!("http://{id}"), &answer).unwrap()
        };
        let to = Some(json!({ "deadLetterTargetArn": "arn:Dead" }));
        pairs(&[queue("AQueue", to.clone()), queue("BQueue", to), queue("Dead", None)])
            .dead_letters
            .remove(0)
    }

    fn letter(body: &str, from: &str) -> Letter {
        let printed = json!({ "Messages": [{
            "Body": body, "ReceiptHandle": "handle",
            "Attributes": { "DeadLetterQueueSourceArn": from, "SentTimestamp": "1795000000000" },
        }] });
        read_letters(&printed.to_string()).unwrap().remove(0)
    }

    #[test]
    fn an_empty_queue_prints_nothing_and_what_is_no_answer_is_not_quoted() {
        assert_eq!(read_letters(" \n").unwrap(), []);
        let refused = read_letters("+61491570156").unwrap_err();
        assert!(!format!("{refused:#}").contains("61491"), "{refused:#}");
    }

    #[test]
    fn a_letter_is_sent_as_it_came_with_its_attributes() {
        let mut came = letter("{\"a\":1}", "arn:AQueue");
        assert_eq!(came.sent_at, Some(1_795_000_000_000));
        assert_eq!(came.to_send(3), json!({ "Id": "3", "MessageBody": "{\"a\":1}" }));
        let attributes = json!({ "kind": { "StringValue": "x", "DataType": "String" } });
        came.attributes = attributes.clone();
        assert_eq!(came.to_send(0)["MessageAttributes"], attributes);
        assert_eq!(came.to_delete(1), json!({ "Id": "1", "ReceiptHandle": "handle" }));
    }

    #[test]
    fn each_letter_goes_to_its_own_queue_in_batches_that_sqs_takes() {
        let dead = dead_letters();
        let mut letters: Vec<Letter> = (0..11).map(|_| letter("a", "arn:AQueue")).collect();
        letters.push(letter("b", "arn:BQueue"));
        letters.push(letter(&"x".repeat(BYTES_IN_A_BATCH), "arn:BQueue"));
        let batches = batches(letters, &dead).unwrap();
        let sizes: Vec<(&str, usize)> =
            batches.iter().map(|(to, batch)| (to.as_str(), batch.len())).collect();
        assert_eq!(
            sizes,
            [
                ("http://AQueue", 10),
                ("http://AQueue", 1),
                ("http://BQueue", 1),
                ("http://BQueue", 1)
            ]
        );
        assert!(super::batches(vec![letter("c", "arn:Other")], &dead).is_err());
    }

    #[test]
    fn only_what_was_taken_is_deleted() {
        let batch = [letter("a", "arn:AQueue"), letter("b", "arn:AQueue")];
        let answer = json!({ "Successful": [{ "Id": "1" }], "Failed": [{ "Id": "0" }] });
        assert_eq!(succeeded(&answer, &batch), [&batch[1]]);
        assert_eq!(succeeded(&json!({}), &batch), Vec::<&Letter>::new());
    }

    #[test]
    fn a_call_that_failed_is_told_from_a_message() {
        let call = r#"{"requestContext":{"functionArn":"arn:f","condition":"RetriesExhausted"},"requestPayload":{}}"#;
        assert!(letter(call, "arn:AQueue").is_failed_call());
        assert!(!letter("{\"enrolment\":\"e\"}", "arn:AQueue").is_failed_call());
        assert!(!letter("not JSON", "arn:AQueue").is_failed_call());
    }
}
