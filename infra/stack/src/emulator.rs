//! What only the local cloud offers: its outbox, and its control without signatures.

mod directory;
mod email;
mod functions;
mod routes;
mod topics;

use serde::Deserialize;
use serde_json::{Value, json};

pub use directory::Tokens;
pub use email::SentEmail;
pub use functions::LogLine;
pub use routes::DeployedRoute;

use crate::answer::text_at;
use crate::http::{Http, Outgoing};
use crate::{Answer, Error, Secret};

/// The local cloud.
#[derive(Debug, Clone)]
pub struct Emulator {
    url: String,
    region: String,
    http: Http,
}

/// A text message that SNS was asked to send.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SentText {
    /// The number, in E.164 form.
    pub phone_number: String,
    /// The text.
    pub message: String,
    /// The provider's id.
    pub message_id: String,
}

impl Emulator {
    /// The local cloud at `url` (`http://127.0.0.1:<port>`).
    pub fn new(url: &str, region: &str) -> Self {
        Self { url: url.to_owned(), region: region.to_owned(), http: Http::new() }
    }

    /// Whether it answers.
    pub fn is_healthy(&self) -> bool {
        self.get("/_ministack/health").is_ok_and(|answer| answer.status == 200)
    }

    /// Whether each function may do only what its role allows, as on AWS.
    pub fn enforces_roles(&self) -> Result<bool, Error> {
        let health = self.get("/_ministack/health")?.success()?;
        Ok(health.get("auth").and_then(Value::as_str) == Some("enabled"))
    }

    /// Every text message sent so far.
    pub fn sent_texts(&self) -> Result<Vec<SentText>, Error> {
        #[derive(Deserialize)]
        struct Outbox {
            sms_messages: std::collections::BTreeMap<String, Vec<SentText>>,
        }
        let answer = self.get("/_ministack/sns/sms-messages")?.success()?;
        let outbox: Outbox = serde_json::from_value(answer).map_err(|error| Error::Form {
            what: "reading the local cloud's outbox".to_owned(),
            why: error.to_string(),
        })?;
        Ok(outbox.sms_messages.into_values().flatten().collect())
    }

    /// The key that signs webhooks now, from the secret of this name.
    pub fn webhook_secret(&self, secret_name: &str) -> Result<Secret, Error> {
        let what = "reading the webhook secret";
        let answer = self.call(
            "secretsmanager",
            "secretsmanager.GetSecretValue",
            &json!({ "SecretId": secret_name }),
        )?;
        let text = text_at(&answer, "/SecretString", what)?;
        let value: Value = serde_json::from_str(&text)
            .map_err(|error| Error::Form { what: what.to_owned(), why: error.to_string() })?;
        text_at(&value, "/current", what).map(Secret::new)
    }

    /// Makes a secret of this name, or gives the one that is there this value.
    pub fn put_secret(&self, name: &str, value: &Value) -> Result<(), Error> {
        let value = value.to_string();
        let created = self.ask(
            "secretsmanager",
            "secretsmanager.CreateSecret",
            &json!({ "Name": name, "SecretString": value }),
        )?;
        if !created.body.contains("ResourceExistsException") {
            return created.success().map(|_| ());
        }
        self.call(
            "secretsmanager",
            "secretsmanager.PutSecretValue",
            &json!({ "SecretId": name, "SecretString": value }),
        )
        .map(|_| ())
    }

    /// Deletes a secret at once.
    pub fn delete_secret(&self, name: &str) -> Result<(), Error> {
        self.call(
            "secretsmanager",
            "secretsmanager.DeleteSecret",
            &json!({ "SecretId": name, "ForceDeleteWithoutRecovery": true }),
        )
        .map(|_| ())
    }

    /// Takes at most ten messages out of a queue and shows their bodies; after `hidden_for` seconds
    /// the queue delivers them again.
    pub fn peek_messages(&self, queue_url: &str, hidden_for: u16) -> Result<Vec<String>, Error> {
        let answer = self.call(
            "sqs",
            "AmazonSQS.ReceiveMessage",
            &json!({
                "QueueUrl": queue_url,
                "MaxNumberOfMessages": 10,
                "VisibilityTimeout": hidden_for,
                "MessageSystemAttributeNames": ["All"],
                "MessageAttributeNames": ["All"],
            }),
        )?;
        let messages = answer.get("Messages").and_then(Value::as_array);
        Ok(messages.into_iter().flatten().map(Value::to_string).collect())
    }

    /// Creates a bucket, if it is not there yet.
    pub fn create_bucket(&self, name: &str) -> Result<(), Error> {
        let place = format!(
            "<CreateBucketConfiguration><LocationConstraint>{}</LocationConstraint>\
             </CreateBucketConfiguration>",
            self.region
        );
        let path = format!("/{name}");
        let answer = self.send("PUT", &path, &self.scope("s3"), Some(place.into_bytes()))?;
        match answer.status {
            200..300 | 409 => Ok(()),
            _ => Err(answer.refused()),
        }
    }

    /// One call of an AWS JSON API, its answer's body if it succeeded.
    pub fn call(&self, service: &str, target: &str, body: &Value) -> Result<Value, Error> {
        self.ask(service, target, body)?.success()
    }

    fn ask(&self, service: &str, target: &str, body: &Value) -> Result<Answer, Error> {
        let mut headers = self.scope(service);
        headers.push(("content-type", "application/x-amz-json-1.1".to_owned()));
        headers.push(("x-amz-target", target.to_owned()));
        let mut answer = self.send("POST", "/", &headers, Some(body.to_string().into_bytes()))?;
        target.clone_into(&mut answer.asked);
        if answer.body.trim().is_empty() {
            "{}".clone_into(&mut answer.body);
        }
        Ok(answer)
    }

    /// One call of an AWS API that goes by method and path.
    fn rest(
        &self,
        service: &str,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Answer, Error> {
        let mut headers = self.scope(service);
        let body = body.map(|body| body.to_string().into_bytes());
        if body.is_some() {
            headers.push(("content-type", "application/json".to_owned()));
        }
        self.send(method, path, &headers, body)
    }

    fn get(&self, path: &str) -> Result<Answer, Error> {
        self.send("GET", path, &[], None)
    }

    /// The local cloud reads service and region from here; it does not check the signature.
    fn scope(&self, service: &str) -> Vec<(&'static str, String)> {
        let scope = format!("test/20260101/{}/{service}/aws4_request", self.region);
        let authorization =
            format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=none");
        vec![("authorization", authorization)]
    }

    fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&'static str, String)],
        body: Option<Vec<u8>>,
    ) -> Result<Answer, Error> {
        let headers: Vec<(&str, &str)> =
            headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.http.send(Outgoing {
            method,
            address: &self.url,
            host: None,
            path,
            headers: &headers,
            body,
        })
    }
}
