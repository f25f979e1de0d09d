//! The API, by people who signed in and by people who did not.

use serde_json::Value;

use crate::http::{Http, Outgoing};
use crate::{Answer, Credentials, Description, Emulator, Error, Secret, Webhook};

/// A running stack.
#[derive(Debug, Clone)]
pub struct Stack {
    description: Description,
    http: Http,
}

impl Stack {
    /// The stack that is described.
    pub fn new(description: Description) -> Self {
        Self { description, http: Http::new() }
    }

    /// Its description.
    pub fn description(&self) -> &Description {
        &self.description
    }

    /// The cloud it runs on, where that is the local one.
    pub fn emulator(&self) -> Emulator {
        Emulator::new(&self.description.emulator_url, &self.description.region)
    }

    /// Sends one request to the API, exactly as given: no token, no extra headers.
    pub fn call(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&[u8]>,
    ) -> Result<Answer, Error> {
        self.http.send(Outgoing {
            method,
            address: &self.description.api_address,
            host: Some(&self.description.api_host),
            path,
            headers,
            body: body.map(<[u8]>::to_vec),
        })
    }

    /// Signs in with a name and a password, and keeps the access token.
    pub fn sign_in(&self, who: &Credentials) -> Result<Session<'_>, Error> {
        let client_id = &self.description.user_pool_client_id;
        let tokens = self.emulator().sign_in(client_id, who)?;
        Ok(self.with_token(tokens.access.reveal()))
    }

    /// Signs in as the first admin.
    pub fn sign_in_as_admin(&self) -> Result<Session<'_>, Error> {
        self.sign_in(&self.description.admin)
    }

    /// Uses a token that came from elsewhere, good or bad.
    pub fn with_token(&self, token: &str) -> Session<'_> {
        Session { stack: self, token: Secret::new(token) }
    }

    /// What lies behind a link that the API gave: it needs no token.
    pub fn download(&self, link: &str) -> Result<Vec<u8>, Error> {
        self.http.download(link)
    }

    /// Posts a webhook of `source`.
    pub fn post_webhook(&self, source: &str, webhook: &Webhook) -> Result<Answer, Error> {
        let headers: Vec<(&str, &str)> =
            webhook.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.call("POST", &format!("/webhooks/bookings/{source}"), &headers, Some(&webhook.body))
    }
}

/// The API as one signed-in person uses it.
#[derive(Debug, Clone)]
pub struct Session<'a> {
    stack: &'a Stack,
    token: Secret,
}

impl Session<'_> {
    /// The access token.
    pub fn token(&self) -> &Secret {
        &self.token
    }

    /// Reads `path`.
    pub fn get(&self, path: &str) -> Result<Answer, Error> {
        self.request("GET", path, &[], None)
    }

    /// Posts `body` to `path`.
    pub fn post(&self, path: &str, body: &Value) -> Result<Answer, Error> {
        self.request("POST", path, &[], Some(body))
    }

    /// Puts `body` at `path`.
    pub fn put(&self, path: &str, body: &Value) -> Result<Answer, Error> {
        self.request("PUT", path, &[], Some(body))
    }

    /// Any request, with the token and these headers.
    pub fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<Answer, Error> {
        let authorization = format!("Bearer {}", self.token.reveal());
        let mut all = vec![("authorization", authorization.as_str())];
        if body.is_some() {
            all.push(("content-type", "application/json"));
        }
        all.extend_from_slice(headers);
        let text = body.map(Value::to_string);
        self.stack.call(method, path, &all, text.as_deref().map(str::as_bytes))
    }
}
