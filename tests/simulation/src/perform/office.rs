//! What the practice manager does: programs, templates, holding and releasing, letters, holidays.

use app::ports::{Catalogue, Clock};
use chrono::Duration;
use serde_json::{Value, json};
use testkit::requests::ApiRequest;

use super::desk::request;
use crate::gate::Process;
use crate::world::{Violation, World};

impl World {
    async fn shown(&mut self, path: &str) -> Result<Option<Value>, Violation> {
        let get = ApiRequest::new("GET", path).by("[admin]");
        let answer = self.staff(self.routers.programs.clone(), get).await?;
        Ok(answer.status.is_success().then_some(answer.json))
    }

    pub(super) async fn hold(&mut self, a: u16) -> Result<(), Violation> {
        // Releases more often than holds: a practice that never sends teaches little.
        if a.is_multiple_of(3) {
            let body = json!({ "why": "the diary sends wrong times" });
            let post = request("POST", "/v1/sending/hold", None).json(&body);
            let answer = self.staff(self.routers.programs.clone(), post).await?;
            // Whoever is at work may have looked just before.
            self.held |= answer.status.is_success() && self.working.is_empty();
            return Ok(());
        }
        self.release().await
    }

    pub(crate) async fn release(&mut self) -> Result<(), Violation> {
        let Some(now) = self.shown("/v1/sending").await? else { return Ok(()) };
        let version = now["version"].as_u64();
        self.held = false;
        let post = request("POST", "/v1/sending/release?messages=all", version);
        self.staff(self.routers.programs.clone(), post).await?;
        Ok(())
    }

    pub(super) async fn edit_program(&mut self, a: u16, b: u16) -> Result<(), Violation> {
        let known = self.programs[usize::from(a) % self.programs.len()].clone();
        let path = format!("/v1/programs/{}", known.id);
        let Some(mut program) = self.shown(&path).await? else { return Ok(()) };
        let version = program["version"].as_u64();
        let Some(actions) = program["actions"].as_array_mut() else { return Ok(()) };
        let place = usize::from(b) % actions.len();
        match b % 4 {
            // Another time.
            0 | 1 => {
                if let Some(amount) = actions[place]["timing"]["amount"].as_u64() {
                    let amount = (amount + u64::from(b / 4 % 5)).saturating_sub(2).clamp(1, 30);
                    actions[place]["timing"]["amount"] = json!(amount);
                }
            }
            // One more.
            2 if actions.len() < 8 => {
                let mut copy = actions[place].clone();
                copy["id"] = json!("new");
                if copy["type"] == "sms" {
                    // Not a text that names a visit: no two of them may read the same.
                    copy["template"] = json!(self.templates[2].0);
                }
                actions.insert(place, copy);
            }
            // One less.
            _ if actions.len() > 2 => {
                actions.remove(place);
            }
            _ => {}
        }
        let put = request("PUT", &format!("{path}?due_at_once=all"), version).json(&program);
        let saved = self.staff(self.routers.programs.clone(), put).await?;
        // What was stored and not heard counts too.
        if saved.status.is_success() || saved.status.is_server_error() {
            self.edited.insert(known.id);
        }
        Ok(())
    }

    pub(super) async fn edit_template(&mut self, b: u16) -> Result<(), Violation> {
        // Not those that name a visit: no two of them may read the same.
        let (id, channel) = self.templates[2 + usize::from(b) % 4].clone();
        let path = format!("/v1/templates/{id}");
        let Some(mut template) = self.shown(&path).await? else { return Ok(()) };
        let version = template["version"].as_u64();
        let text = format!("Dear {{{{ patient.first_name }}}},\n\nit is number {b}.");
        template["body"] = json!(if channel == "sms" { text.replace('\n', " ") } else { text });
        let put = request("PUT", &path, version).json(&template);
        self.staff(self.routers.programs.clone(), put).await?;
        Ok(())
    }

    pub(super) async fn move_patients(&mut self, a: u16, b: u16) -> Result<(), Violation> {
        // Between the two of one kind, or from one that counts from a day to another.
        let (from, to) = [(0, 2), (2, 0), (1, 2), (0, 1)][usize::from(a) % 4];
        let (from, to) = (self.programs[from].clone(), self.programs[to].clone());
        let Some(program) = self.shown(&format!("/v1/programs/{}", to.id)).await? else {
            return Ok(());
        };
        let actions = program["actions"].as_array().map(Vec::as_slice).unwrap_or_default();
        let step = &actions[usize::from(b) % actions.len()]["id"];
        let body = json!({ "to": to.id, "step": step });
        let path = format!("/v1/programs/{}/moves", from.id);
        let post = request("POST", &path, None).json(&body);
        self.staff(self.routers.desk.clone(), post).await?;
        Ok(())
    }

    pub(super) async fn print(&mut self, a: u16) -> Result<(), Violation> {
        let site = ["harbour", "west", "island"][usize::from(a % 3)];
        let body = json!({ "site": site, "sides": "one" });
        let post = request("POST", "/v1/letters/batches", None).json(&body);
        let printed = self.staff(self.routers.letters.clone(), post).await?;
        if let (201, Some(id)) = (printed.status.as_u16(), printed.json["id"].as_str()) {
            let post = request("POST", &format!("/v1/letters/batches/{id}/posted"), None);
            self.staff(self.routers.letters.clone(), post).await?;
        }
        Ok(())
    }

    pub(super) async fn holiday(&mut self, a: u16) -> Result<(), Violation> {
        let date = (self.clock.now() + Duration::days(i64::from(a % 40) + 1)).date_naive();
        let body = json!({ "date": date, "name": "A holiday", "sites": "all" });
        let post = request("POST", "/v1/holidays", None).json(&body);
        let answer = self.staff(self.routers.programs.clone(), post).await?;
        let reported = answer.json["items"].as_array().map(Vec::as_slice).unwrap_or_default();
        for site in self.dynamo.catalogue().sites().await.expect("they can be read") {
            // Of each site it is said whether it could be saved, as it must be in fine weather.
            let told = reported.iter().find(|told| told["site"] == site.code.as_str());
            let must =
                told.is_some_and(|told| told["outcome"] != "failed" || self.weather.is_fine());
            let holidays = site.window.holidays();
            if must && !holidays.contains_key(&date) {
                let why = format!("{date} is no holiday of {}: {}", site.code, answer.json);
                return Err(Violation(why));
            }
            // What was saved and not heard counts too. Whoever is at work may have looked just before.
            if self.working.is_empty() {
                let days = holidays.keys().map(|day| (site.code.clone(), *day));
                self.holidays.extend(days);
            }
        }
        Ok(())
    }

    /// The night's run.
    pub(super) async fn night(&mut self) -> Result<(), Violation> {
        let run = self.balancing(&self.gated);
        let until = self.clock.now() + Duration::minutes(1);
        let mut process = Process::new(async move { run.run(None, until, &|_| {}).await });
        let ran = match self.weather.cut_off() {
            None => Some(process.finish().await),
            Some(calls) => process.run(calls).await,
        };
        match ran {
            Some(Err(error)) if self.weather.is_fine() => {
                Err(Violation(format!("the night's run failed in fine weather: {error}")))
            }
            Some(_) | None => Ok(()),
        }
    }
}
