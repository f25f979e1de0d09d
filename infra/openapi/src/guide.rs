//! From nothing to an enrolled patient, with bodies that a test sends in this order.

use serde_json::Value;

use crate::areas;
use crate::operation::{Example, Operation};

/// A step: a route, and which of its examples is sent.
#[derive(Debug)]
pub struct Step {
    /// The route, by its id.
    pub operation: &'static str,
    /// Which example; a route without a body has none.
    pub example: Option<&'static str>,
    /// What it is for.
    pub words: &'static str,
}

const fn sends(operation: &'static str, example: &'static str, words: &'static str) -> Step {
    Step { operation, example: Some(example), words }
}

const fn asks(operation: &'static str, words: &'static str) -> Step {
    Step { operation, example: None, words }
}

/// The steps after signing in.
pub const STEPS: [Step; 9] = [
    sends(
        "createSite",
        "harbour",
        "Messages keep to the time zone and the sending window of a site.",
    ),
    sends(
        "createTemplate",
        "reminder",
        "A text. What stands between braces is filled for each patient.",
    ),
    sends(
        "createProgram",
        "booking",
        "What is sent, and when. Put the `id` of your template into `template`.",
    ),
    asks(
        "enableProgram",
        "Until now the program puts nobody on it. Put its `id` into the address.",
    ),
    sends(
        "createBookingType",
        "physio",
        "The code your booking system has for a type of booking, and the programs it starts. Put the \
         `id` of your program into `starts`.",
    ),
    sends(
        "createPatient",
        "maria",
        "`identifiers` is how your booking system knows the patient: `diary` is its name here, `P-1001` \
         its key.",
    ),
    sends(
        "receiveBooking",
        "made",
        "The booking system tells of a booking, and signs what it says; no token is needed. The answer's \
         `enrolled` names the enrolment: the patient is on the program.",
    ),
    asks("listEnrolmentsOfPatient", "The patient's enrolments, with what comes next and when."),
    asks("getTimeline", "Everything that lies ahead, with every message as it will read."),
];

const SIGN_IN: &str = r#"### Sign in

Ask the practice for an account, its region, and the id of its app client. An account's groups are its
roles: this guide needs `admin`. Send the access token with every request, as `authorization: Bearer …`.

```sh
curl -s https://cognito-idp.ap-southeast-2.amazonaws.com/ \
  -H 'content-type: application/x-amz-json-1.1' \
  -H 'x-amz-target: AWSCognitoIdentityProviderService.InitiateAuth' \
  -d '{"AuthFlow":"USER_PASSWORD_AUTH","ClientId":"…","AuthParameters":{"USERNAME":"…","PASSWORD":"…"}}'
```

Then each step is sent like the first one, here with its body in the file `site.json`, `API` the address of this API and `TOKEN`
the `AccessToken` of the answer:

```sh
curl -sS "$API/v1/sites" -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' -d @site.json
```
"#;

const SIGNING: &str = r#"The secret of the source `diary` is in the Secrets Manager of the practice's AWS account, as `current` of
`<stack>/webhooks/diary`; whoever runs the stack tells it. A further source is a further secret under that prefix:
`{"current": "…"}`, with 24 to 64 random bytes as base64. While it is changed, the old one stays valid as `previous`.

In bash, with `API` the address of this API, `SECRET` the source's secret (base64, without a leading `whsec_`) and `BODY` the
body above:

```sh
ID="evt-$(date +%s)-$RANDOM"; NOW=$(date +%s)
KEY=$(printf %s "$SECRET" | base64 -d | od -An -v -tx1 | tr -d ' \n')
SIGNATURE="v1,$(printf '%s.%s.%s' "$ID" "$NOW" "$BODY" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$KEY" -binary | base64)"
curl -sS "$API/webhooks/bookings/diary" -H 'content-type: application/json' \
  -H "webhook-id: $ID" -H "webhook-timestamp: $NOW" -H "webhook-signature: $SIGNATURE" -d "$BODY"
```
"#;

const RULES: &str = r"## What holds everywhere

Bodies are JSON, at most 1 MiB. A field that is not known is refused, so a misspelt one is not lost; `null` and left out are
the same unless a field says otherwise. Errors are `application/problem+json` (RFC 9457) and name every wrong field at once.
Only what the gateway refuses by itself (no token, an unknown address) is plain JSON. Every answer has an `x-request-id`.

A save (`PUT`) or a deletion names the version it was made from by `If-Match`, with the `ETag` that was read: 428 without it,
412 when somebody else saved first. An answer may be sent back as it is.

A post that creates something may carry an `Idempotency-Key`. Sent again within 24 hours with the same body it is given the
same answer, with `idempotency-replay: true`, and creates nothing more. 422: the key came with another body. 409: the first
one is still being worked on; ask again after `retry-after`. A 5xx frees the key.

Lists come in pages where they have `limit` and `cursor`: send the `next` of a page as the `cursor` of the next one.

Roles are `viewer`, `front-desk`, `clinician` and `admin`; each may do everything the roles before it may.
";

/// The guide, in Markdown.
///
/// # Panics
/// When a step names a route or an example that is not described.
pub fn text() -> String {
    let operations: Vec<_> = areas::all().into_iter().flat_map(|area| area.operations).collect();
    let mut text = format!(
        "Patient Connect sends messages to a practice's patients by itself: a booking puts a patient \
         on a program, and what the program says goes out when it is due.\n\n\
         ## From nothing to an enrolled patient\n\n\
         Every body below works as it stands, but for ids: put in those that you were answered.\n\n{SIGN_IN}"
    );
    for step in &STEPS {
        let it = operation(&operations, step.operation);
        text.push_str(&format_step(step, it));
    }
    text.push('\n');
    text.push_str(RULES);
    text
}

fn format_step(step: &Step, it: &Operation) -> String {
    let address = format!("{} {}", it.method.as_str(), it.path);
    let mut text = format!("\n### {}\n\n{}\n\n```http\n{address}\n```\n", it.summary, step.words);
    if let Some(example) = example(step, it) {
        for piece in ["\n```json\n", &pretty(&example.body), "\n```\n"] {
            text.push_str(piece);
        }
    }
    if it.id == "receiveBooking" {
        text.push('\n');
        text.push_str(SIGNING);
    }
    text
}

/// The example that a step sends.
///
/// # Panics
/// When the route has none of that name.
pub fn example<'a>(step: &Step, it: &'a Operation) -> Option<&'a Example> {
    let name = step.example?;
    Some(it.examples.iter().find(|each| each.name == name).expect("the example is described"))
}

/// A route by its id.
///
/// # Panics
/// When it is not described.
pub fn operation<'a>(operations: &'a [Operation], id: &str) -> &'a Operation {
    operations.iter().find(|it| it.id == id).expect("the route is described")
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).expect("a value is JSON")
}
