//! Our own JSON.

use serde_json::{Value, json};

use crate::story::{Person, Step, What};

pub(super) fn say(step: &Step) -> String {
    let (kind, data) = match &step.what {
        What::Booking { id, version, kind, visit } => {
            let mut data = json!({ "booking": { "id": id, "version": version } });
            if let Some(visit) = visit {
                data["booking"]["type"] = Value::from(visit.kind);
                data["booking"]["site"] = Value::from("harbour");
                data["booking"]["start"] = Value::from(visit.start.to_rfc3339());
                data["booking"]["end"] = Value::from(visit.end().to_rfc3339());
                data["patient"] = patient(visit.who);
            }
            (kind.as_str(), data)
        }
        What::Referral { id, version, kind, referrer, who } => {
            let mut data = json!({
                "referral": {
                    "id": id, "version": version, "type": "podiatry", "site": "harbour",
                    "issued": "2026-11-20", "origin": "external",
                },
                "patient": patient(*who),
            });
            if *referrer {
                data["referral"]["referrer"] = json!({
                    "name": "Dr Anna Nguyen",
                    "practice": "Quay Street Practice",
                    "address": {
                        "lines": ["1 Quay Street"], "locality": "Sydney", "region": "NSW",
                        "postcode": "2000", "country": "AU",
                    },
                });
            }
            (kind.as_str(), data)
        }
    };
    json!({ "schema": 1, "type": kind, "timestamp": step.at, "data": data }).to_string()
}

fn patient(who: Person) -> Value {
    let [first, last, born, mobile] = who.describe();
    json!({
        "id": who.id(), "first_name": first, "last_name": last, "date_of_birth": born,
        "mobile": mobile,
    })
}
