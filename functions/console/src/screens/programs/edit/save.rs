//! Saving what is in the editor: new templates first, then what it would do to patients, then the program.

use http::Method;
use serde::Deserialize;
use serde_json::json;

use super::super::acts::Made;
use super::super::model::{Does, Program};
use super::typed::{Typed, WRITTEN_HERE};
use crate::api::{Api, Versioned, at};
use crate::failure::{Failure, Problem};

/// What a save would do.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Impact {
    /// How many patients were looked at.
    pub(super) patients: u64,
    /// Whether these are all.
    pub(super) complete: bool,
    pub(super) unreadable: u64,
    pub(super) changed: u64,
    pub(super) due_at_once: u64,
}

impl Impact {
    /// Whether it is nothing that anybody must know before.
    fn is_none(&self) -> bool {
        self.complete && self.changed == 0 && self.due_at_once == 0 && self.unreadable == 0
    }

    /// What a save must accept.
    pub(super) fn accepted(&self) -> String {
        if self.complete { self.due_at_once.to_string() } else { "all".to_owned() }
    }
}

/// What came of it.
pub(super) enum Outcome {
    Saved,
    /// Patients are touched: it is saved when the person says so.
    Ask(Impact),
    /// Somebody else saved meanwhile.
    Stale,
    Refused(Problem),
}

/// Saves it, or says why not. `once` is the key of what it creates. Templates that were created are in the
/// fields from then on, and are not created again.
pub(super) async fn save(
    api: &Api,
    saved: &Versioned<Program>,
    typed: &mut Typed,
    once: &str,
) -> Result<Outcome, Failure> {
    let version = typed.get("version").to_owned();
    if version != saved.version {
        return Ok(Outcome::Stale);
    }
    if let Some(problem) = write_templates(api, typed, once).await? {
        return Ok(Outcome::Refused(problem));
    }
    let (id, draft) = (saved.it.id.as_str(), typed.draft(&saved.it));
    let address = at(&["v1", "programs", id, "impact"], &[]);
    let impact = || api.ask(Method::POST, &address).json(&draft).answer::<Impact>();
    let accepted = typed.get("accept").to_owned();
    if accepted.is_empty() {
        match impact().await {
            Ok(impact) if impact.is_none() => {}
            Ok(impact) => return Ok(Outcome::Ask(impact)),
            Err(failure) => return Ok(Outcome::Refused(failure.refusal()?)),
        }
    }
    let put = at(&["v1", "programs", id], &[("due_at_once", &accepted)]);
    let done = api.ask(Method::PUT, &put).version(&version).json(&draft).answer::<Made>().await;
    let problem = match done {
        Ok(_) => return Ok(Outcome::Saved),
        Err(failure) => failure.refusal()?,
    };
    match problem.status {
        412 => Ok(Outcome::Stale),
        // More patients than was said a moment ago.
        409 => match impact().await {
            Ok(impact) => Ok(Outcome::Ask(impact)),
            Err(_) => Ok(Outcome::Refused(problem)),
        },
        _ => Ok(Outcome::Refused(problem)),
    }
}

/// Creates the templates that are written in place; what is wrong with the first that is.
async fn write_templates(
    api: &Api,
    typed: &mut Typed,
    once: &str,
) -> Result<Option<Problem>, Failure> {
    for (place, key) in typed.keys().iter().enumerate() {
        let does = typed.does(key);
        let Some(channel) = does.channel() else { continue };
        if typed.get_of(key, "template") != WRITTEN_HERE {
            continue;
        }
        let mut draft = json!({
            "channel": channel,
            "name": typed.get_of(key, "new_name").trim(),
            "body": typed.get_of(key, "new_body"),
        });
        if let (Does::Email, Some(draft)) = (does, draft.as_object_mut()) {
            draft.insert("subject".to_owned(), json!(typed.get_of(key, "new_subject")));
        }
        let once = format!("{once}-{key}");
        let asked = api.ask(Method::POST, "/v1/templates").once(&once).json(&draft);
        match asked.answer::<Made>().await {
            Ok(made) => {
                typed.set_of(key, "template", &made.id);
                for field in ["new_name", "new_subject", "new_body"] {
                    typed.set_of(key, field, "");
                }
            }
            Err(failure) => {
                let mut problem = failure.refusal()?;
                for error in &mut problem.errors {
                    let field = error.place().trim_start_matches('/').to_owned();
                    error.pointer = format!("#/actions/{place}/new_{field}");
                }
                return Ok(Some(problem));
            }
        }
    }
    Ok(None)
}
