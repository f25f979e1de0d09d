//! What staff ask for while the message an enrolment waits for is being sent.

use app::ports::{Catalogue, Change, EnrolmentReader, Enrolments};
use domain::enrolment::{Effect, Enrolment, Status};
use domain::ids::{ActionId, EnrolmentId, ProgramId, ReservationToken};
use domain::ledger::{LedgerKey, LedgerRow, LedgerState, Outcome};
use domain::program::{Channel, Program, ProgramName, ProgramType};
use domain::timing::Timing;
use serde_json::{Value, json};
use testkit::build::{self, number};
use testkit::requests::{ApiRequest, call};

use crate::support::{Clinic, clinic, program};

/// Maria, who waits for an SMS, its row in the ledger, and the path of her enrolment.
pub(crate) async fn waiting() -> (Clinic, LedgerKey, String) {
    let clinic = clinic().await;
    let added = clinic.enrol(ProgramType::General, &json!({})).await;
    let path = format!("/v1/enrolments/{}", added["id"].as_str().unwrap());
    clinic.send("POST", &format!("{path}/advance"), 1, &json!({})).await;
    let enrolment = stored(&clinic, added["id"].as_str().unwrap()).await;
    (clinic, enrolment.current_key().unwrap(), path)
}

async fn stored(clinic: &Clinic, id: &str) -> Enrolment {
    let id = EnrolmentId::parse(id).unwrap();
    clinic.dynamo.enrolments().enrolment(&id).await.unwrap().unwrap()
}

/// A sender reserves the message; it is about to call the provider, or has died.
pub(crate) async fn reserve(clinic: &Clinic, key: &LedgerKey) {
    let owner = ReservationToken::new(number(77));
    let state = LedgerState::Reserved { owner };
    let (opened_at, channel) = (build::at(crate::support::NOW), Channel::Sms);
    let row = LedgerRow {
        key: key.clone(),
        channel,
        to: None,
        wording: None,
        opened_at,
        state,
        receipt: None,
    };
    clinic.dynamo.enrolments().reserve(&row).await.unwrap();
}

/// It writes down that the provider has taken the message, and dies before anything else.
pub(crate) async fn settle(clinic: &Clinic, key: &LedgerKey) {
    let (owner, at) = (ReservationToken::new(number(77)), build::at(crate::support::NOW));
    let sent = Outcome::Sent { provider_id: "SM1".to_owned() };
    let store = clinic.dynamo.enrolments();
    let row = store.row(key).await.unwrap().unwrap();
    store.settle(&row, &owner, at, &sent).await.unwrap();
}

/// Another program, with the same message as another action.
async fn elsewhere(clinic: &Clinic) -> Program {
    let other = Program {
        id: ProgramId::new(number(200)),
        name: ProgramName::parse("Elsewhere").unwrap(),
        actions: vec![build::sms(21, Timing::Enrolled), build::sms(22, Timing::Enrolled)],
        ..program(ProgramType::General)
    };
    clinic.dynamo.catalogue().create_program(&other, &build::saved()).await.unwrap();
    other
}

/// Moves everybody, who go on with the same message.
async fn move_all(clinic: &Clinic, to: &Program, what: &str) -> Value {
    let from = program(ProgramType::General).id;
    let path = format!("/v1/programs/{from}/moves{what}");
    let order = json!({ "to": to.id, "step": to.actions[0].id });
    let request = ApiRequest::new("POST", &path).by("[admin]").json(&order);
    call(&clinic.router, request).await.json
}

#[tokio::test]
async fn whoever_is_being_sent_something_is_not_moved_to_where_it_is_sent_again() {
    let (clinic, key, _) = waiting().await;
    let other = elsewhere(&clinic).await;
    reserve(&clinic, &key).await;
    for what in ["/preview", ""] {
        let page = move_all(&clinic, &other, what).await;
        assert_eq!(page["moved"], json!([]), "{page}");
        assert_eq!(page["refused"][0]["enrolment"], json!(key.enrolment), "{page}");
    }
    let here = stored(&clinic, key.enrolment.as_str()).await;
    assert_eq!(here.current_key(), Some(key), "nothing was changed");
}

#[tokio::test]
async fn a_message_that_was_sent_is_told_before_its_patient_is_moved() {
    let (clinic, key, _) = waiting().await;
    let other = elsewhere(&clinic).await;
    reserve(&clinic, &key).await;
    settle(&clinic, &key).await;
    for what in ["/preview", ""] {
        let page = move_all(&clinic, &other, what).await;
        assert_eq!(
            (&page["moved"], &page["refused"][0]["why"]),
            (&json!([]), &json!("the enrolment is over"))
        );
    }
    let here = stored(&clinic, key.enrolment.as_str()).await;
    assert!(matches!(here.status, Status::Completed { .. }), "{:?}", here.status);
}

#[tokio::test]
async fn nothing_is_skipped_or_counted_anew_while_it_is_being_sent() {
    let (clinic, key, path) = waiting().await;
    reserve(&clinic, &key).await;
    for (method, what, body) in
        [("POST", "skip", json!({})), ("PUT", "reference-date", json!({ "date": "2027-03-01" }))]
    {
        let refused = clinic.send(method, &format!("{path}/{what}"), 2, &body).await;
        assert_eq!(refused.status, 409, "{what}: {}", refused.json);
        let why = refused.json["detail"].as_str().unwrap();
        assert!(why.contains("is being sent at this moment"), "{why}");
    }
    settle(&clinic, &key).await;
    let late = clinic.send("POST", &format!("{path}/skip"), 2, &json!({})).await;
    assert_eq!(late.status, 412, "it has been sent: {}", late.json);
    assert_eq!(clinic.get(&path).await.json["status"], "completed");
}

#[tokio::test]
async fn what_ends_while_a_message_is_being_sent_says_so_and_what_became_of_it() {
    let (clinic, key, path) = waiting().await;
    reserve(&clinic, &key).await;
    let why = json!({ "why": "moved away" });
    let ended = clinic.send("POST", &format!("{path}/end"), 2, &why).await;
    assert_eq!((ended.status.as_u16(), &ended.json["status"]), (200, &json!("ended")));
    settle(&clinic, &key).await;
    let told = clinic.get(&format!("{path}/history?all=true")).await.json;
    let told: Vec<_> = told["items"].as_array().unwrap().iter().collect();
    let says = |text: &str| told.iter().any(|it| it["summary"].as_str().unwrap().contains(text));
    assert!(says("was being sent at this moment"), "{told:?}");
    assert!(says("accepted by the provider"), "{told:?}");
}

#[tokio::test]
async fn a_change_made_while_nothing_was_begun_is_stale_once_something_is() {
    let (clinic, key, _) = waiting().await;
    let before = stored(&clinic, key.enrolment.as_str()).await;
    let mut after = before.clone();
    after.revision += 1;
    let Status::Active(step) = &mut after.status else { panic!("it waits") };
    step.action = ActionId::new(number(99));
    let decision = domain::enrolment::Decision { enrolment: after, effects: Vec::<Effect>::new() };
    let change =
        Change { not_begun: Some(key.clone()), ..Change::new(Some(before), decision, &[]) };
    reserve(&clinic, &key).await;
    let refused = clinic.dynamo.enrolments().commit(std::slice::from_ref(&change)).await;
    assert_eq!(refused, Err(app::ports::SaveError::Stale));
    let (rows, _) = clinic.dynamo.enrolment_reader().records(&key.enrolment).await.unwrap();
    assert_eq!(rows.len(), 1);
}
