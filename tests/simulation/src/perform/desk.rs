//! What the front desk does: with enrolments, with the work list, with patients.

use app::ports::{Clock, EnrolmentReader, People, WorkList};
use axum::Router;
use chrono::Duration;
use domain::enrolment::{Enrolment, HoldReason, Status};
use domain::ids::PatientId;
use domain::patient::Patient;
use serde_json::{Value, json};
use testkit::requests::{ApiAnswer, ApiRequest};

use crate::operation::Say;
use crate::world::{Violation, World};

/// A request of staff who have read this version.
pub(super) fn request(method: &str, path: &str, version: Option<u64>) -> ApiRequest {
    let request = ApiRequest::new(method, path).by("[admin]");
    match version {
        Some(version) => request.header("if-match", &format!("\"{version}\"")),
        None => request,
    }
}

impl World {
    /// Sends a request of staff. What is ours may fail in bad weather only.
    pub(super) async fn staff(
        &mut self,
        router: Router,
        request: ApiRequest,
    ) -> Result<ApiAnswer, Violation> {
        let said = format!("{request:?}");
        let answer = self.ask(router, request).await;
        if answer.status.is_server_error() && self.weather.is_fine() {
            let what = &answer.json;
            return Err(Violation(format!("{} in fine weather: {what} to {said}", answer.status)));
        }
        Ok(answer)
    }

    pub(crate) async fn stored_patient(&self, id: &PatientId) -> Option<Patient> {
        self.dynamo.people().patient(id).await.expect("it can be read")
    }

    /// An enrolment that is not over, of that patient or of one near.
    async fn open_enrolment(&self, a: u16) -> Option<Enrolment> {
        for n in 0..12 {
            let (patient, _) = self.someone(a.wrapping_add(n));
            let reader = self.dynamo.enrolment_reader();
            let of_patient = reader.of_patient(&patient).await.expect("they can be read");
            let mut open: Vec<_> =
                of_patient.enrolments.into_iter().filter(Enrolment::is_open).collect();
            if !open.is_empty() {
                return Some(open.swap_remove(usize::from(a / 7) % open.len()));
            }
        }
        None
    }

    pub(super) async fn enrol(&mut self, a: u16, b: u16) -> Result<(), Violation> {
        let (patient, _) = self.someone(a);
        let program = self.programs[usize::from(b) % self.programs.len()].clone();
        if matches!(program.kind, "booking" | "referral") {
            return Ok(()); // they begin by what happens
        }
        let days = Duration::days(i64::from(b / 8 % 90) - 10);
        let date = (self.clock.now() + days).date_naive();
        let body = json!({ "patient": patient, "program": program.id, "reference_date": date });
        *self.asked.entry(program.id.clone()).or_default() += 1;
        let key = format!("key-{}", self.tried);
        let post = request("POST", "/v1/enrolments", None).header("idempotency-key", &key);
        let answer = self.staff(self.routers.desk.clone(), post.clone().json(&body)).await?;
        if answer.status.is_server_error() {
            // A client that heard nothing of it asks again.
            self.staff(self.routers.desk.clone(), post.json(&body)).await?;
        }
        Ok(())
    }

    pub(super) async fn instruct(&mut self, say: Say, a: u16, b: u16) -> Result<(), Violation> {
        let Some(enrolment) = self.open_enrolment(a).await else { return Ok(()) };
        let path = |what: &str| format!("/v1/enrolments/{}/{what}", enrolment.id);
        let version = Some(enrolment.revision);
        let days = Duration::days(i64::from(b % 60) - 5);
        let ask = match say {
            Say::Advance => request("POST", &path("advance"), version),
            Say::Skip => request("POST", &path("skip"), version),
            Say::Retry => {
                let body = json!({ "not_received": b.is_multiple_of(2) });
                request("POST", &path("retry"), version).json(&body)
            }
            Say::End => {
                request("POST", &path("end"), version).json(&json!({ "why": "moved away" }))
            }
            Say::Reference => {
                let date = (self.clock.now() + days).date_naive();
                request("PUT", &path("reference-date"), version).json(&json!({ "date": date }))
            }
        };
        let answer = self.staff(self.routers.desk.clone(), ask).await?;
        self.told_by_staff(&enrolment, say, &answer);
        Ok(())
    }

    /// Staff have said what is to happen to an enrolment. What was not answered may have been done.
    fn told_by_staff(&mut self, enrolment: &Enrolment, say: Say, answer: &ApiAnswer) {
        let (done, unknown) = (answer.status.is_success(), answer.status.is_server_error());
        if !done && !unknown {
            return;
        }
        let id = enrolment.id.clone();
        match say {
            // Whoever is at work may have looked just before.
            Say::End if done && self.working.is_empty() => _ = self.ended.insert(id),
            Say::End => {}
            Say::Advance | Say::Skip => {
                self.retimed.insert(id.clone());
                let step = enrolment.step().map(|step| step.action.to_string());
                self.left_out.extend(step.map(|step| (id, enrolment.cycle, step)));
            }
            // A person says that the patient has not got it.
            Say::Retry => {
                self.retimed.insert(id);
                if let Status::Held { step, why: HoldReason::Unclear, .. } = &enrolment.status {
                    self.excused.insert(enrolment.key_of(step));
                }
            }
            Say::Reference => _ = self.retimed.insert(id),
        }
    }

    pub(super) async fn resolve(&mut self, a: u16, b: u16) -> Result<(), Violation> {
        let work = self.dynamo.work_list().open().await.expect("it can be read");
        if work.is_empty() {
            return Ok(());
        }
        let item = &work[usize::from(a) % work.len()].item;
        let path = format!("/v1/work-list/{}/resolve", item.id);
        let enrolment = match &item.enrolment {
            Some(id) => {
                let reader = self.dynamo.enrolment_reader();
                reader.enrolment(id).await.expect("it can be read")
            }
            None => None,
        };
        let mut body = json!({ "outcome": "done" });
        let say = match b % 5 {
            0 => Say::Advance,
            1 => Say::Skip,
            2 => Say::End,
            _ => Say::Retry,
        };
        if enrolment.is_some() {
            body["then"] = Value::from(match say {
                Say::Advance => "advance",
                Say::Skip => "skip",
                Say::End => "end",
                Say::Retry | Say::Reference => "retry",
            });
            if say == Say::Retry {
                body["not_received"] = Value::from(b.is_multiple_of(2));
            }
        }
        let post = request("POST", &path, None).json(&body);
        let answer = self.staff(self.routers.desk.clone(), post).await?;
        if let Some(enrolment) = enrolment {
            self.told_by_staff(&enrolment, say, &answer);
        }
        Ok(())
    }

    pub(super) async fn opt_out(&mut self, a: u16, b: u16) -> Result<(), Violation> {
        let (patient, _) = self.someone(a);
        let channel = ["sms", "email", "letter"][usize::from(b) % 3];
        let path = format!("/v1/patients/{patient}/opt-out");
        let body = json!({ "channels": [channel], "how": "asked at the desk" });
        let post = request("POST", &path, None).json(&body);
        let answer = self.staff(self.routers.patients.clone(), post).await?;
        if answer.status.is_success() && self.working.is_empty() {
            self.opted_out.insert((patient, channel));
        }
        Ok(())
    }

    pub(super) async fn consent(&mut self, a: u16, b: u16) -> Result<(), Violation> {
        let (patient, _) = self.someone(a);
        let channel = ["sms", "email", "letter"][usize::from(b) % 3];
        let purpose = if b.is_multiple_of(2) { "care" } else { "commercial" };
        // Whatever comes of it: they may be written to again.
        self.opted_out.remove(&(patient.clone(), channel));
        let stored = self.stored_patient(&patient).await;
        if let (Some(stored), "email") = (&stored, channel) {
            let mailbox = stored.email.as_ref().map(|email| email.as_str().to_owned());
            self.complained.retain(|complained| Some(complained) != mailbox.as_ref());
        }
        if let (Some(stored), "sms") = (stored, channel) {
            let number = stored.mobile.map(|mobile| mobile.e164().to_owned());
            self.stopped.retain(|stopped| Some(stopped) != number.as_ref());
            let post = request("POST", &format!("/v1/patients/{patient}/release-sms"), None);
            self.staff(self.routers.patients.clone(), post).await?;
        }
        let path = format!("/v1/patients/{patient}/consents/{channel}/{purpose}");
        let body = json!({ "choice": "given", "how": "asked at the desk" });
        let put = request("PUT", &path, None).json(&body);
        self.staff(self.routers.patients.clone(), put).await?;
        Ok(())
    }

    pub(super) async fn standing(&mut self, a: u16, b: u16) -> Result<(), Violation> {
        let (patient, _) = self.someone(a);
        // Most come back.
        let what = ["restore", "restore", "restore", "archive", "deceased"][usize::from(b) % 5];
        self.left.remove(&patient);
        let post = request("POST", &format!("/v1/patients/{patient}/{what}"), None);
        let answer = self.staff(self.routers.patients.clone(), post).await?;
        if answer.status.is_success() && what != "restore" && self.working.is_empty() {
            self.left.insert(patient);
        }
        Ok(())
    }

    /// A patient gets another number or mailbox, or none; or comes to another site.
    pub(super) async fn edit_patient(&mut self, a: u16, b: u16) -> Result<(), Violation> {
        let (patient, _) = self.someone(a);
        let path = format!("/v1/patients/{patient}");
        let get = request("GET", &path, None);
        let shown = self.staff(self.routers.patients.clone(), get).await?;
        if !shown.status.is_success() {
            return Ok(());
        }
        let mut edited = shown.json;
        let version = edited["version"].as_u64();
        match b % 5 {
            0 => edited["mobile"] = Value::Null,
            1 => edited["mobile"] = json!(format!("+614915709{:02}", b / 5 % 90)),
            2 => edited["email"] = Value::Null,
            3 => edited["email"] = json!(format!("pat{a}-{b}@example.com")),
            _ => edited["site"] = json!(["harbour", "west", "island"][usize::from(b / 5) % 3]),
        }
        let put = request("PUT", &path, version).json(&edited);
        self.staff(self.routers.patients.clone(), put).await?;
        Ok(())
    }

    pub(super) async fn merge(&mut self, a: u16, b: u16) -> Result<(), Violation> {
        let ((from, _), (into, _)) = (self.someone(a), self.someone(b));
        // What one of them wants is the other's from then on.
        self.opted_out.retain(|(patient, _)| *patient != from && *patient != into);
        self.left.retain(|patient| *patient != from && *patient != into);
        let path = format!("/v1/patients/{from}/merge");
        let post = request("POST", &path, None).json(&json!({ "into": into }));
        let answer = self.staff(self.routers.patients.clone(), post.clone()).await?;
        if answer.status.is_server_error() {
            // Between its two steps: it is asked for again.
            self.unfinished_merges.push((from, into));
        }
        Ok(())
    }

    /// Asks again for merges that were not heard to be done.
    pub(crate) async fn finish_merges(&mut self) -> Result<(), Violation> {
        for (from, into) in std::mem::take(&mut self.unfinished_merges) {
            let path = format!("/v1/patients/{from}/merge");
            let post = request("POST", &path, None).json(&json!({ "into": into }));
            self.staff(self.routers.patients.clone(), post).await?;
        }
        Ok(())
    }
}
