//! What only the local cloud offers: its outbox, and its control without signatures.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::answer::text_at;
use crate::http::{Http, Outgoing};
use crate::{Answer, Credentials, Error, Secret};

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

/// One line of a function's log.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogLine {
    /// Milliseconds since 1970.
    pub timestamp: i64,
    /// The line.
    pub message: String,
    /// The id of the event, unique in its group.
    #[serde(default)]
    pub event_id: String,
}

impl Emulator {
    /// The local cloud at `url` (`http://127.0.0.1:<port>`).
    pub fn new(url: &str, region: &str) -> Self {
        Self {
            url: url.to_owned(),
            region: region.to_owned(),
            http: Http::new(),
        }
    }

    /// Whether it answers.
    pub fn is_healthy(&self) -> bool {
        self.get("/_ministack/health")
            .is_ok_and(|answer| answer.status == 200)
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

    /// Creates a user with this address and password in these groups; one that is there gets the
    /// password.
    pub fn create_user(
        &self,
        user_pool_id: &str,
        who: &Credentials,
        groups: &[&str],
    ) -> Result<(), Error> {
        let cognito = |action: &str, body: Value| {
            self.ask(
                "cognito-idp",
                &format!("AWSCognitoIdentityProviderService.{action}"),
                &body,
            )
        };
        let created = cognito(
            "AdminCreateUser",
            json!({
                "UserPoolId": user_pool_id,
                "Username": who.username,
                "MessageAction": "SUPPRESS",
                "UserAttributes": [
                    { "Name": "email", "Value": who.username },
                    { "Name": "email_verified", "Value": "true" },
                ],
            }),
        )?;
        if created.status != 200 && !created.body.contains("UsernameExistsException") {
            return Err(created.refused());
        }
        cognito(
            "AdminSetUserPassword",
            json!({
                "UserPoolId": user_pool_id,
                "Username": who.username,
                "Password": who.password.reveal(),
                "Permanent": true,
            }),
        )?
        .success()?;
        for group in groups {
            cognito(
                "AdminAddUserToGroup",
                json!({ "UserPoolId": user_pool_id, "Username": who.username, "GroupName": group }),
            )?
            .success()?;
        }
        Ok(())
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
        let value: Value = serde_json::from_str(&text).map_err(|error| Error::Form {
            what: what.to_owned(),
            why: error.to_string(),
        })?;
        text_at(&value, "/current", what).map(Secret::new)
    }

    /// The log groups whose names start with `prefix`.
    pub fn log_groups(&self, prefix: &str) -> Result<Vec<String>, Error> {
        let answer = self.call(
            "logs",
            "Logs_20140328.DescribeLogGroups",
            &json!({ "logGroupNamePrefix": prefix }),
        )?;
        let groups = answer.get("logGroups").and_then(Value::as_array);
        Ok(groups
            .into_iter()
            .flatten()
            .filter_map(|group| group.get("logGroupName")?.as_str().map(ToOwned::to_owned))
            .collect())
    }

    /// What was logged in a group at `since` (milliseconds since 1970) or later.
    pub fn log_lines(&self, group: &str, since: i64) -> Result<Vec<LogLine>, Error> {
        let answer = self.call(
            "logs",
            "Logs_20140328.FilterLogEvents",
            &json!({ "logGroupName": group, "startTime": since, "limit": 10_000 }),
        )?;
        let events = answer.get("events").cloned().unwrap_or_else(|| json!([]));
        serde_json::from_value(events).map_err(|error| Error::Form {
            what: "reading a function's log".to_owned(),
            why: error.to_string(),
        })
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
        let headers: Vec<(&str, &str)> = headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
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
