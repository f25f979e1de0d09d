//! The queues of a stack, and whose dead letters each holds: by what the stack and the queues say
//! themselves, so that a new queue needs to be added nowhere.

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

/// A queue of the stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Queue {
    /// Its name in the template.
    pub(super) id: String,
    pub(super) url: String,
    pub(super) arn: String,
    /// The queue that takes its dead letters.
    dead_letters_to: Option<String>,
    /// How many messages can be received.
    pub(super) visible: usize,
    /// How many somebody has received and not deleted yet.
    pub(super) hidden: usize,
}

impl Queue {
    /// Reads what `GetQueueAttributes` answers.
    pub(super) fn read(id: String, url: String, answer: &Value) -> Result<Self> {
        let text =
            |name: &str| answer.pointer(&format!("/Attributes/{name}")).and_then(Value::as_str);
        let arn = text("QueueArn").with_context(|| format!("{id} has no ARN"))?.to_owned();
        let dead_letters_to = match text("RedrivePolicy") {
            None => None,
            Some(policy) => {
                let policy: Value = serde_json::from_str(policy)
                    .with_context(|| format!("the redrive policy of {id} is not JSON"))?;
                policy.get("deadLetterTargetArn").and_then(Value::as_str).map(ToOwned::to_owned)
            }
        };
        let (visible, hidden) = attributes_of(answer);
        Ok(Self { id, url, arn, dead_letters_to, visible, hidden })
    }
}

/// How many messages a queue says it has: to be received, and received by somebody.
pub(super) fn attributes_of(answer: &Value) -> (usize, usize) {
    let number = |name: &str| {
        let told = answer.pointer(&format!("/Attributes/{name}")).and_then(Value::as_str);
        told.and_then(|told| told.parse().ok()).unwrap_or_default()
    };
    (number("ApproximateNumberOfMessages"), number("ApproximateNumberOfMessagesNotVisible"))
}

/// The queues of a stack by their names in the template, as `ListStackResources` tells them.
pub(super) fn queues_in(listed: &Value) -> Vec<(String, String)> {
    let resources = listed.get("StackResourceSummaries").and_then(Value::as_array);
    let text = |resource: &Value, key: &str| {
        resource.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let queues =
        resources.into_iter().flatten().filter(|it| text(it, "ResourceType") == "AWS::SQS::Queue");
    queues.map(|it| (text(it, "LogicalResourceId"), text(it, "PhysicalResourceId"))).collect()
}

/// A queue of dead letters, and the queues that they came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DeadLetters {
    pub(super) queue: Queue,
    /// By their names in the template, ARNs and addresses.
    pub(super) from: Vec<Queue>,
}

impl DeadLetters {
    /// What it is called on the command line: `sms` for those of `SmsQueue`.
    pub(super) fn name(&self) -> String {
        let names: Vec<String> = self.from.iter().map(|queue| short(&queue.id)).collect();
        names.join(", ")
    }

    /// Where a letter goes: to the queue that it says it came from, or to the only one there is. A
    /// call that failed says none: its function reads it from that queue.
    pub(super) fn home_of(&self, said: Option<&str>) -> Result<&Queue> {
        let by_arn = said.and_then(|arn| self.from.iter().find(|queue| queue.arn == arn));
        match (by_arn, self.from.as_slice()) {
            (Some(queue), _) | (None, [queue]) => Ok(queue),
            (None, _) => bail!(
                "a dead letter in {} does not say from which of several queues it came; move it by hand",
                self.queue.id
            ),
        }
    }
}

/// What there is in a stack.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) dead_letters: Vec<DeadLetters>,
    /// Queues that have no dead-letter queue and are none.
    pub(super) others: Vec<Queue>,
}

/// Puts each queue of dead letters with the queues that name it.
pub(super) fn pairs(queues: &[Queue]) -> Found {
    let mut found = Found { dead_letters: Vec::new(), others: Vec::new() };
    for queue in queues {
        let names_it = |other: &&Queue| other.dead_letters_to.as_ref() == Some(&queue.arn);
        let from: Vec<Queue> = queues.iter().filter(names_it).cloned().collect();
        if !from.is_empty() {
            found.dead_letters.push(DeadLetters { queue: queue.clone(), from });
        } else if queue.dead_letters_to.is_none() {
            found.others.push(queue.clone());
        }
    }
    found
}

/// Those that were asked for: all, or those of one queue.
pub(super) fn named<'a>(
    all: &'a [DeadLetters],
    name: Option<&str>,
) -> Result<Vec<&'a DeadLetters>> {
    let Some(name) = name else { return Ok(all.iter().collect()) };
    let is_it = |dead: &&DeadLetters| dead.from.iter().any(|queue| short(&queue.id) == name);
    let chosen: Vec<&DeadLetters> = all.iter().filter(is_it).collect();
    if chosen.is_empty() {
        let names: Vec<String> = all.iter().map(DeadLetters::name).collect();
        bail!("no queue {name} has dead letters; there are {}", names.join(", "));
    }
    Ok(chosen)
}

/// `SmsRepliesQueue` is `sms-replies`.
fn short(id: &str) -> String {
    let mut name = String::new();
    for letter in id.strip_suffix("Queue").unwrap_or(id).chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn queue(id: &str, dead_letters_to: Option<&str>) -> Queue {
        let mut attributes = json!({
            "QueueArn": format!("arn:{id}"),
            "ApproximateNumberOfMessages": "3",
            "ApproximateNumberOfMessagesNotVisible": "1",
        });
        if let Some(to) = dead_letters_to {
            let policy =
                json!({ "deadLetterTargetArn": format!("arn:{to}"), "maxReceiveCount": 5 });
            attributes["RedrivePolicy"] = json!(policy.to_string());
        }
        let answer = json!({ "Attributes": attributes });
        Queue::read(id.to_owned(), format!("http://{id}"), &answer).unwrap()
    }

    #[test]
    fn queues_are_found_by_what_the_stack_lists_and_nothing_else_is_one() {
        let listed = json!({ "StackResourceSummaries": [
            { "LogicalResourceId": "SmsQueue", "PhysicalResourceId": "http://q", "ResourceType": "AWS::SQS::Queue" },
            { "LogicalResourceId": "SmsQueuePolicy", "PhysicalResourceId": "p", "ResourceType": "AWS::SQS::QueuePolicy" },
        ] });
        assert_eq!(queues_in(&listed), [("SmsQueue".to_owned(), "http://q".to_owned())]);
        assert_eq!(queues_in(&json!({})), []);
    }

    #[test]
    fn dead_letters_belong_to_the_queues_that_name_theirs() {
        let queues = vec![
            queue("SmsQueue", Some("SmsDeadLetterQueue")),
            queue("SmsDeadLetterQueue", None),
            queue("SmsRepliesQueue", Some("SharedDeadLetterQueue")),
            queue("SmsBulkQueue", Some("SharedDeadLetterQueue")),
            queue("SharedDeadLetterQueue", None),
            queue("LonelyQueue", None),
        ];
        let found = pairs(&queues);
        let names: Vec<String> = found.dead_letters.iter().map(DeadLetters::name).collect();
        assert_eq!(names, ["sms", "sms-replies, sms-bulk"]);
        assert_eq!(
            (found.dead_letters[0].queue.visible, found.dead_letters[0].queue.hidden),
            (3, 1)
        );
        let others: Vec<&str> = found.others.iter().map(|queue| queue.id.as_str()).collect();
        assert_eq!(others, ["LonelyQueue"], "it is said that nothing is done there");

        let [sms, shared] = found.dead_letters.as_slice() else { panic!("two") };
        assert_eq!(sms.home_of(None).unwrap().id, "SmsQueue", "as a call that failed");
        assert_eq!(shared.home_of(Some("arn:SmsBulkQueue")).unwrap().id, "SmsBulkQueue");
        assert!(shared.home_of(None).is_err(), "nobody guesses");
    }

    #[test]
    fn one_queue_may_be_named_and_an_unknown_name_tells_those_there_are() {
        let found = pairs(&[
            queue("SmsRepliesQueue", Some("SmsRepliesDeadLetterQueue")),
            queue("SmsRepliesDeadLetterQueue", None),
        ]);
        assert_eq!(named(&found.dead_letters, None).unwrap().len(), 1);
        assert_eq!(named(&found.dead_letters, Some("sms-replies")).unwrap().len(), 1);
        let unknown = named(&found.dead_letters, Some("sms")).unwrap_err().to_string();
        assert!(unknown.contains("sms-replies"), "{unknown}");
    }
}
