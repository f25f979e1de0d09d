//! Deliveries of other systems to the webhooks: signed, or with a bearer secret, of the files in
//! `events/`.

use standardwebhooks::Webhook;

use crate::requests::ApiRequest;

/// The key that the source of [`secret`] signs with.
pub const CURRENT: &str = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
/// The one it signed with before.
pub const PREVIOUS: &str = "C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
/// Its bearer secret.
pub const BEARER: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
/// The one before.
pub const PREVIOUS_BEARER: &str = "f0e1d2c3b4a5968778695a4b3c2d1e0f";

/// What Secrets Manager holds of a source.
pub fn secret() -> serde_json::Value {
    serde_json::json!({
        "current": CURRENT,
        "previous": PREVIOUS,
        "bearer": BEARER,
        "previous_bearer": PREVIOUS_BEARER,
    })
}

/// A body with what HTTP says of it.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Its headers.
    pub headers: Vec<(String, String)>,
    /// Itself.
    pub body: String,
}

impl Sample {
    /// A body of that type.
    pub fn of(content_type: &str, body: impl Into<String>) -> Self {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        Self { headers, body: body.into() }
    }

    /// A file of `events/`: its type is told by its name, and a `.http` file has its own headers. The
    /// segments of HL7 v2 end as the standard wants it, by carriage returns.
    ///
    /// # Panics
    /// When there is no such file.
    pub fn file(name: &str) -> Self {
        let path = format!("{}/../../events/{name}", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).expect("a file of events/");
        let kind = name.rsplit('.').next();
        if let Some((headers, body)) = text.split_once("\n\n").filter(|_| kind == Some("http")) {
            let headers = headers.lines().filter_map(|line| line.split_once(": "));
            let headers = headers.map(|(name, value)| (name.to_lowercase(), value.to_owned()));
            return Self { headers: headers.collect(), body: body.to_owned() };
        }
        if kind == Some("hl7") {
            return Self::of("x-application/hl7-v2+er7", text.replace('\n', "\r"));
        }
        let content_type = match name.split_once('-') {
            Some(("fhir", _)) => "application/fhir+json",
            Some(("cloudevent", _)) => "application/cloudevents+json",
            Some(_) | None => "application/json",
        };
        Self::of(content_type, text)
    }

    /// The request that delivers it, signed `seconds_ago`.
    ///
    /// # Panics
    /// When the secret is none.
    pub fn signed(&self, path: &str, secret: &str, id: &str, now: i64) -> ApiRequest {
        let webhook = Webhook::new(secret).expect("a secret");
        let signature = webhook.sign(id, now, self.body.as_bytes()).expect("it can be signed");
        self.request("POST", path)
            .header("webhook-id", id)
            .header("webhook-timestamp", &now.to_string())
            .header("webhook-signature", &signature)
    }

    /// The request that delivers it with a bearer secret.
    pub fn bearing(&self, method: &'static str, path: &str, secret: &str) -> ApiRequest {
        self.request(method, path).header("authorization", &format!("Bearer {secret}"))
    }

    /// The request that delivers it, without anything that says whose it is.
    pub fn request(&self, method: &'static str, path: &str) -> ApiRequest {
        let request = ApiRequest::new(method, path).text("text/plain", &self.body);
        self.headers.iter().fold(request, |request, (name, value)| request.header(name, value))
    }
}
