//! The document: what the areas say, and what follows from the code of each route.

use std::collections::BTreeMap;

use aws::http::{Access, Method, Role};
use serde_json::{Map, Value, json};

use crate::operation::{Answer, Example, Operation, Proof, Schemas, Versioned};
use crate::{areas, guide, ids, problems, routes};

/// Who may use each route, by method and path.
type Accesses = BTreeMap<(Method, &'static str), Access>;

/// The OpenAPI document of every function.
///
/// # Panics
/// When a route is described that no function has, or two schemas have one name. A test names the
/// routes that are not described.
pub fn document() -> Value {
    let accesses: Accesses =
        routes::all().into_iter().map(|(method, path, access)| ((method, path), access)).collect();
    let mut schemas = Schemas::from([("Problem".to_owned(), problems::schema())]);
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    let mut tags = Vec::new();
    for area in areas::all() {
        tags.push(json!({ "name": area.name, "description": area.says }));
        for mut operation in area.operations {
            let access = accesses.get(&(operation.method, operation.path));
            let access =
                access.unwrap_or_else(|| unreachable!("no function has {}", operation.path));
            for (name, schema) in std::mem::take(&mut operation.schemas) {
                let other = schemas.insert(name.clone(), schema.clone());
                assert!(other.is_none_or(|other| other == schema), "two schemas are called {name}");
            }
            let method = operation.method.as_str().to_ascii_lowercase();
            let shown = shown(&operation, *access, area.name);
            paths.entry(operation.path).or_default().insert(method, shown);
        }
    }
    json!({
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": "Patient Connect",
            "version": "1",
            "summary": "Recalls and reminders of a practice: programs, patients, bookings.",
            "description": guide::text(),
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/", "description": "Where this document is served." }],
        "tags": tags,
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": problems::responses(),
            "headers": headers(),
            "securitySchemes": security_schemes(),
        },
    })
}

fn headers() -> Value {
    let text = |says: &str| json!({ "description": says, "schema": { "type": "string" } });
    json!({
        "ETag": text("The version, in quotes: what the next save sends as `If-Match`."),
        "RequestId": text("The id of the request, for support."),
        "RetryAfter": { "description": "After how many seconds to try again.", "schema": { "type": "integer" } },
        "Replay": text("`true` when this is the answer of an earlier request with the same `Idempotency-Key`."),
    })
}

fn security_schemes() -> Value {
    json!({
        "bearerAuth": {
            "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
            "description": "The access token of a member of staff, from the practice's Cognito user pool. \
                            Groups are roles: viewer, front-desk, clinician, admin.",
        },
        "webhookSignature": {
            "type": "apiKey", "in": "header", "name": "webhook-signature",
            "description": "`v1,` and the base64 of the HMAC-SHA256 of `{webhook-id}.{webhook-timestamp}.{body}`, \
                            keyed with the source's secret (Standard Webhooks).",
        },
        "webhookBearer": {
            "type": "http", "scheme": "bearer",
            "description": "The source's bearer secret, for FHIR and HL7 v2 from systems that cannot sign.",
        },
    })
}

/// Which roles may do what `least` may.
fn who_may(least: Role) -> String {
    let name = least.as_str();
    if Role::ALL.iter().any(|role| *role > least) {
        format!("Needs the role `{name}`, or one above it.")
    } else {
        format!("Needs the role `{name}`.")
    }
}

fn shown(it: &Operation, access: Access, tag: &str) -> Value {
    let (security, who) = match access {
        Access::Role(least) => {
            let who = who_may(least);
            (json!([{ "bearerAuth": [] }]), who)
        }
        Access::Signature => match it.proof {
            Proof::Signature => {
                (json!([{ "webhookSignature": [] }]), "Needs a signature.".to_owned())
            }
            Proof::SignatureOrBearer => (
                json!([{ "webhookSignature": [] }, { "webhookBearer": [] }]),
                "Needs a signature, or for FHIR and HL7 v2 the source's bearer secret.".to_owned(),
            ),
        },
        Access::Anybody => (json!([]), "Open to anybody.".to_owned()),
    };
    let said = if it.says.is_empty() { who } else { format!("{}\n\n{who}", it.says) };
    let mut shown = json!({
        "operationId": it.id,
        "summary": it.summary,
        "description": said,
        "tags": [tag],
        "security": security,
        "parameters": parameters(it),
        "responses": responses(it, access),
    });
    if let Some(fields) = shown.as_object_mut() {
        if let Some(least) = access.least_role() {
            fields.insert("x-least-role".to_owned(), json!(least.as_str()));
        }
        if let Some(body) = request_body(it) {
            fields.insert("requestBody".to_owned(), body);
        }
    }
    shown
}

fn parameters(it: &Operation) -> Vec<Value> {
    let names = it.path.split(['{', '}']).skip(1).step_by(2);
    let mut parameters: Vec<_> = names.map(|name| path_parameter(it.path, name)).collect();
    parameters.extend(it.query.iter().cloned());
    parameters.extend(it.headers.iter().cloned());
    if it.versioned == Versioned::Saves {
        parameters.push(json!({
            "name": "If-Match", "in": "header", "required": true, "example": "\"1\"",
            "description": "The `ETag` of what you read, so that nobody's change is lost.",
            "schema": { "type": "string" },
        }));
    }
    if it.takes_key() {
        parameters.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": false,
            "example": "\"8e03978e-40d5-43e8-bc93-6894a57f9324\"",
            "description": "A text of your choice. Sent again within 24 hours, with the same key and body, the \
                            request is given the same answer, and nothing is done a second time.",
            "schema": { "type": "string", "maxLength": 257 },
        }));
    }
    parameters
}

/// What a name between braces stands for, by the path it is in.
fn path_parameter(path: &str, name: &str) -> Value {
    let (says, example) = match name {
        "version" => ("The number of the version.", "1"),
        "day" => ("The day, by the practice's clock.", ids::DAY),
        "channel" => ("The channel.", "sms"),
        "purpose" => ("The purpose.", "commercial"),
        "source" => ("The name the practice gave your system.", "diary"),
        "resource" => ("The type of the resource.", resource_of(path)),
        _ => ("The id.", id_of(path)),
    };
    json!({
        "name": name, "in": "path", "required": true, "description": says, "example": example,
        "schema": { "type": "string" },
    })
}

/// The type of FHIR resource that a webhook is about.
pub fn resource_of(path: &str) -> &'static str {
    if path.starts_with("/webhooks/referrals/") { "ServiceRequest" } else { "Appointment" }
}

/// The id that examples show for what a path is about.
///
/// # Panics
/// When nothing is known of such paths: add the id to `ids.rs`, and the path here.
pub fn id_of(path: &str) -> &'static str {
    let of = |prefix: &str| path.starts_with(prefix);
    match path {
        _ if of("/v1/sites/") => ids::SITE,
        _ if of("/v1/templates/") => ids::TEMPLATE,
        _ if of("/v1/programs/") => ids::PROGRAM,
        _ if of("/v1/booking-types/") => ids::BOOKING_TYPE,
        _ if of("/v1/patients/") => ids::PATIENT,
        _ if of("/v1/enrolments/") => ids::ENROLMENT,
        _ if of("/v1/work-list/") => ids::WORK,
        _ if of("/webhooks/bookings/") => ids::BOOKING,
        _ if of("/webhooks/referrals/") => ids::REFERRAL,
        _ if of("/v1/letters/batches/") => ids::BATCH,
        _ if of("/v1/letters/") => ids::LETTER,
        _ => unreachable!("{path} has an id of which no example is known"),
    }
}

fn request_body(it: &Operation) -> Option<Value> {
    let first = it.takes_type()?;
    let mut content = Map::new();
    let own = match (&it.body, &it.rows) {
        (Some(schema), _) => Some(json!({ "$ref": schema })),
        (None, Some(rows)) => Some(json!({
            "type": "string", "contentMediaType": first, "x-row": { "$ref": rows },
            "description": "A header with names of columns, and a row for each entry.",
        })),
        (None, None) => None,
    };
    if let Some(schema) = own {
        let examples = examples(it.examples.iter().filter(|each| each.kind.is_none()));
        content.insert(first.to_owned(), json!({ "schema": schema, "examples": examples }));
    }
    // What other standards describe is not described again.
    for one in &it.examples {
        let Some(kind) = one.kind else { continue };
        let form = if one.body.is_string() { "string" } else { "object" };
        let examples = examples(it.examples.iter().filter(|each| each.kind == Some(kind)));
        let shown = json!({ "schema": { "type": form }, "examples": examples });
        content.insert(kind.to_owned(), shown);
    }
    Some(json!({ "required": true, "content": content }))
}

fn examples<'a>(all: impl Iterator<Item = &'a Example>) -> Map<String, Value> {
    let shown = |each: &Example| json!({ "summary": each.summary, "value": each.body });
    all.map(|each| (each.name.to_owned(), shown(each))).collect()
}

fn responses(it: &Operation, access: Access) -> BTreeMap<String, Value> {
    let mut all: BTreeMap<String, Value> = BTreeMap::new();
    for answer in &it.answers {
        let shown = good(it, answer);
        let Some(first) = all.get_mut(&answer.status.to_string()) else {
            all.insert(answer.status.to_string(), shown);
            continue;
        };
        // The same status with a body of another type.
        let content = first.get_mut("content").and_then(Value::as_object_mut);
        let more = shown.get("content").and_then(Value::as_object);
        if let (Some(content), Some(more)) = (content, more) {
            content.extend(more.clone());
        }
    }
    if access == Access::Anybody {
        return all;
    }
    for status in troubles(it, access) {
        all.insert(status.to_string(), problems::reference(status));
    }
    for (status, why) in &it.refusals {
        all.insert(status.to_string(), problems::because(*status, why));
    }
    all
}

/// The problems that follow from a route's form.
fn troubles(it: &Operation, access: Access) -> Vec<u16> {
    let mut statuses = vec![401, 500, 503];
    if access.least_role().is_some() {
        statuses.push(403);
        if it.path.contains('{') {
            statuses.push(404);
        }
    }
    if it.takes_type().is_some() {
        statuses.extend([400, 413, 415, 422]);
    }
    match it.proof {
        Proof::Signature => {}
        Proof::SignatureOrBearer => statuses.push(429),
    }
    if it.takes_key() {
        statuses.extend([400, 409, 422]);
    }
    if !it.query.is_empty() {
        statuses.push(400);
    }
    if it.versioned == Versioned::Saves {
        statuses.extend([400, 412, 428]);
    }
    statuses
}

fn good(it: &Operation, answer: &Answer) -> Value {
    let mut headers = json!({ "x-request-id": { "$ref": "#/components/headers/RequestId" } });
    let mut add = |name: &str, component: &str| {
        if let Some(headers) = headers.as_object_mut() {
            let place = format!("#/components/headers/{component}");
            headers.insert(name.to_owned(), json!({ "$ref": place }));
        }
    };
    if it.versioned != Versioned::No && answer.schema.is_some() {
        add("ETag", "ETag");
    }
    if it.takes_key() {
        add("idempotency-replay", "Replay");
    }
    let mut shown = json!({ "description": answer.says, "headers": headers });
    let content = match &answer.schema {
        Some(schema) => json!({ answer.kind: { "schema": { "$ref": schema } } }),
        None if answer.kind.is_empty() => return shown,
        None => json!({ answer.kind: {} }),
    };
    if let Some(fields) = shown.as_object_mut() {
        fields.insert("content".to_owned(), content);
    }
    shown
}
