//! What can go wrong on any route, by RFC 9457.

use serde_json::{Map, Value, json};

/// A problem: its name among the responses, its status, and what it says.
const ALL: [(&str, u16, &str); 14] = [
    (
        "BadRequest",
        400,
        "The request cannot be read: its body, its query or a header. `errors` names each wrong parameter.",
    ),
    ("Unauthorized", 401, "You are not signed in, or the signature does not fit."),
    ("Forbidden", 403, "Your role may not do this."),
    ("NotFound", 404, "There is no such thing."),
    ("Conflict", 409, "Something stands in the way; `detail` says what."),
    (
        "Changed",
        412,
        "It was changed by somebody else since you read it. Read it again and repeat your change.",
    ),
    ("TooLarge", 413, "The body has more than 1 MiB."),
    ("WrongType", 415, "`content-type` does not name the type that this takes."),
    (
        "WrongInput",
        422,
        "The input is wrong; `errors` names each field by its JSON pointer. Nothing was changed.",
    ),
    ("NoVersion", 428, "`If-Match` is missing."),
    (
        "TooMuch",
        429,
        "Your system delivers more than it may in ten seconds. Nothing was taken in: send it again after \
         `retry-after` seconds.",
    ),
    (
        "Internal",
        500,
        "Something is wrong on our side. Give support the `x-request-id` of the answer.",
    ),
    ("NotTaken", 502, "The provider did not take it, or may have; `detail` says which."),
    ("Busy", 503, "The service is busy. Send it again after `retry-after` seconds."),
];

/// Where the answer of a status is described.
pub(crate) fn reference(status: u16) -> Value {
    let (name, _, _) = found(status);
    json!({ "$ref": format!("#/components/responses/{name}") })
}

/// The answer of a status on a route that says why.
pub(crate) fn because(status: u16, why: &str) -> Value {
    let (_, _, says) = found(status);
    response(status, &format!("{why} {says}"))
}

fn found(status: u16) -> &'static (&'static str, u16, &'static str) {
    ALL.iter().find(|(_, each, _)| *each == status).expect("the problem is described")
}

/// The responses of the document.
pub(crate) fn responses() -> Map<String, Value> {
    ALL.iter().map(|(name, status, says)| ((*name).to_owned(), response(*status, says))).collect()
}

fn response(status: u16, says: &str) -> Value {
    let mut response = json!({
        "description": says,
        "headers": { "x-request-id": { "$ref": "#/components/headers/RequestId" } },
        "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
    });
    if let (503 | 409 | 429, Some(headers)) =
        (status, response.pointer_mut("/headers").and_then(Value::as_object_mut))
    {
        headers
            .insert("retry-after".to_owned(), json!({ "$ref": "#/components/headers/RetryAfter" }));
    }
    response
}

/// The schema of a problem.
pub(crate) fn schema() -> Value {
    json!({
        "type": "object",
        "description": "What is wrong, where, and what to do (RFC 9457).",
        "required": ["status", "title", "detail"],
        "additionalProperties": false,
        "properties": {
            "status": { "type": "integer", "description": "The status of the answer." },
            "title": { "type": "string", "description": "What kind of problem it is." },
            "detail": { "type": "string", "description": "What happened and what to do, in sentences for people." },
            "errors": {
                "type": "array",
                "description": "Every wrong field or parameter.",
                "items": {
                    "type": "object",
                    "required": ["detail"],
                    "additionalProperties": false,
                    "properties": {
                        "pointer": { "type": "string", "description": "Where in the body, such as `#/actions/0/timing`." },
                        "parameter": { "type": "string", "description": "Which parameter of the query." },
                        "detail": { "type": "string", "description": "What is wrong with it." },
                    },
                },
            },
        },
    })
}
