//! Patients: who they are, what they agreed to, and which of them are one person.

use serde_json::{Value, json};

use super::Area;
use super::patient_answers::{Patient, SearchPage};
use super::patient_schemas::{
    MergeDraft, OneConsent, OptOut, PatientDraft, SavedPatient, Search, UpsertDraft,
};
use crate::ids;
use crate::operation::Operation;

/// The area.
pub fn area() -> Area {
    Area {
        name: "Patients",
        says: "Who is contacted, how they are known to other systems, and what they agreed to.",
        operations: vec![
            create(),
            upsert(),
            search(),
            get(),
            put(),
            consent(),
            opt_out(),
            archive(),
            restore(),
            deceased(),
            merge(),
        ],
    }
}

fn maria() -> Value {
    json!({
        "identifiers": [{ "source": "diary", "id": "P-1001" }],
        "first_name": "Maria",
        "last_name": "Rossi",
        "date_of_birth": "1980-02-03",
        "mobile": "0491 570 006",
        "site": "harbour",
    })
}

fn create() -> Operation {
    Operation::post("/v1/patients", "createPatient", "Create a patient")
        .says("`possible_duplicates` names patients who may be the same person.")
        .takes::<PatientDraft>()
        .example("maria", "With the key of a booking system", maria())
        .gives("/id", ids::PATIENT)
        .example(
            "double",
            "With an address, a GP and consents",
            json!({
                "first_name": "Maria", "last_name": "Rossi", "mobile": "+61 491 570 006",
                "email": "maria@example.com", "language": "it",
                "address": {
                    "lines": ["1 Wharf Road"], "locality": "Sydney", "region": "NSW", "postcode": "2000",
                },
                "gp": { "name": "Dr Ada Yang", "practice": "Wharf Road Medical" },
                "consents": [{
                    "channel": "sms", "purpose": "commercial", "choice": "given", "how": "signed form 7",
                }],
            }),
        )
        .gives("/id", ids::DOUBLE)
        .answers::<Patient>(201, "The patient.")
        .tells_version()
}

fn upsert() -> Operation {
    Operation::post(
        "/v1/patients/upsert",
        "upsertPatient",
        "Create or change a patient by your key",
    )
    .says(
        "For a system that sends its patients: what it leaves out stays as it is, and `null` takes \
         away what there is, where the field says so. What the patient has taken back themselves, by STOP, \
         a link or a complaint, stays withdrawn whatever is sent; `warnings` says so.",
    )
    .takes::<UpsertDraft>()
    .example(
        "number",
        "Another number",
        json!({ "identifier": { "source": "diary", "id": "P-1001" }, "mobile": "0491 570 156" }),
    )
    .answers::<Patient>(200, "The patient, changed.")
    .answers::<Patient>(201, "The patient, who is new.")
    .tells_version()
}

fn search() -> Operation {
    Operation::post("/v1/patients/search", "searchPatients", "Find patients")
        .says("It is posted, so that nobody's name is in an address.")
        .takes::<Search>()
        .example(
            "name",
            "By how names begin",
            json!({ "name": { "last_name": "ros", "first_name": "m" } }),
        )
        .example("key", "By a key", json!({ "identifier": { "source": "diary", "id": "P-1001" } }))
        .answers::<SearchPage>(200, "Whom it found.")
}

fn get() -> Operation {
    Operation::get("/v1/patients/{id}", "getPatient", "Read a patient")
        .answers::<Patient>(200, "The patient.")
        .tells_version()
}

fn put() -> Operation {
    let mut body = maria();
    if let Some(fields) = body.as_object_mut() {
        for name in ["email", "address", "gp"] {
            fields.insert(name.to_owned(), Value::Null);
        }
        fields.insert("opted_out".to_owned(), json!([]));
        fields.insert("standing".to_owned(), json!("current"));
    }
    Operation::put("/v1/patients/{id}", "savePatient", "Save a patient")
        .takes::<SavedPatient>()
        .example("maria", "All of her", body)
        .answers::<Patient>(200, "The patient as they are now.")
        .saves_version()
        .refuses(409, "The record was merged into another one.")
}

fn consent() -> Operation {
    let path = "/v1/patients/{id}/consents/{channel}/{purpose}";
    Operation::put(path, "recordConsent", "Write down what a patient chose")
        .takes::<OneConsent>()
        .example("given", "They agreed", json!({ "choice": "given", "how": "asked at the desk" }))
        .answers::<Patient>(200, "The patient.")
        .tells_version()
        .refuses(409, "The record was merged into another one.")
}

fn opt_out() -> Operation {
    Operation::post(
        "/v1/patients/{id}/opt-out",
        "optOut",
        "Write down that a patient wants no more",
    )
    .takes::<OptOut>()
    .example("letters", "No letters", json!({ "channels": ["letter"], "how": "asked at the desk" }))
    .answers::<Patient>(200, "The patient.")
    .tells_version()
    .refuses(409, "The record was merged into another one.")
}

fn archive() -> Operation {
    Operation::post("/v1/patients/{id}/archive", "archivePatient", "Archive a patient")
        .says(
            "They get no messages any more, and what they are on ends. Restoring them does not take it \
             up again: enrol them anew.",
        )
        .answers::<Patient>(200, "The patient.")
        .tells_version()
        .refuses(409, "The record was merged into another one.")
}

fn restore() -> Operation {
    Operation::post("/v1/patients/{id}/restore", "restorePatient", "Restore a patient")
        .says("What they were on stays ended: enrol them anew.")
        .answers::<Patient>(200, "The patient.")
        .tells_version()
        .refuses(409, "The record was merged into another one.")
}

fn deceased() -> Operation {
    Operation::post(
        "/v1/patients/{id}/deceased",
        "recordDeath",
        "Write down that a patient has died",
    )
    .says("Nothing is sent to them any more.")
    .answers::<Patient>(200, "The patient.")
    .tells_version()
    .refuses(409, "The record was merged into another one.")
}

fn merge() -> Operation {
    Operation::post("/v1/patients/{id}/merge", "mergePatient", "Merge a patient into another")
        .says(
            "The one in the address goes into the one in the body, who is given its identifiers, what \
             they lack, and the stricter choice of each two.",
        )
        .takes::<MergeDraft>()
        .example("into", "Into the other record", json!({ "into": ids::PATIENT }))
        .answers::<Patient>(200, "The patient whose record goes on.")
        .tells_version()
        .refuses(409, "The record in the address was merged into a third one already.")
}
