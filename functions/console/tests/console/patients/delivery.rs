//! What became of messages, and what is done about those that failed.

use app::ports::{Change, Enrolments as _, Receipts as _};
use aws::http::Role;
use domain::enrolment::{Decision, Effect, Enrolment, HoldReason, Status};
use domain::ids::{EnrolmentId, ReservationToken};
use domain::ledger::{LedgerKey, LedgerRow, LedgerState, Outcome};
use domain::program::Channel;
use domain::receipt::{Fault, Heard, Receipt, Told, hear};
use http::StatusCode;
use testkit::build;

use super::enrolled;
use crate::support::{NOW, Office};

async fn stored(office: &Office, id: &str) -> Enrolment {
    let id = EnrolmentId::parse(id).unwrap();
    office.dynamo.enrolments().enrolment(&id).await.unwrap().unwrap()
}

/// Maria, past the pause, who waits for her text message: the enrolment, and the message's row.
async fn waiting(office: &Office) -> (String, LedgerKey) {
    let (_, enrolment) = enrolled(office).await;
    let desk = office.person(Role::FrontDesk).await;
    let here = format!("/app/enrolments/{enrolment}");
    let version = desk.get(&here).await.hidden("version");
    desk.sent(&format!("{here}/advance"), &[("version", &version)]).await;
    let key = stored(office, &enrolment).await.current_key().unwrap();
    (enrolment, key)
}

/// The provider takes the message.
async fn send(office: &Office, key: &LedgerKey) {
    let owner = ReservationToken::new(build::number(77));
    let row = LedgerRow {
        key: key.clone(),
        channel: Channel::Sms,
        to: None,
        wording: None,
        opened_at: build::at(NOW),
        state: LedgerState::Reserved { owner: owner.clone() },
        receipt: None,
    };
    let store = office.dynamo.enrolments();
    store.reserve(&row).await.unwrap();
    let sent = Outcome::Sent { provider_id: "SM1".to_owned() };
    store.settle(&row, &owner, build::at(NOW), &sent).await.unwrap();
}

/// The provider says what became of it.
async fn says(office: &Office, key: &LedgerKey, told: Told) {
    let store = office.dynamo.enrolments();
    let row = store.row(key).await.unwrap().unwrap();
    let receipt = Receipt { at: build::at("2026-11-22T23:01:00Z"), told };
    let Heard::News(after) = hear(&row, "SM1", receipt, build::at(NOW)) else { panic!("no news") };
    store.keep(&row, &after, None).await.unwrap();
}

/// It is held, for that reason.
async fn held(office: &Office, id: &str, why: HoldReason) {
    let before = stored(office, id).await;
    let mut after = before.clone();
    after.revision += 1;
    let Status::Active(step) = after.status else { panic!("it waits") };
    after.status = Status::Held { step, why, since: build::at(NOW) };
    let decision = Decision { enrolment: after, effects: Vec::<Effect>::new() };
    let change = Change::new(Some(before), decision, &[]);
    office.dynamo.enrolments().commit(std::slice::from_ref(&change)).await.unwrap();
}

#[tokio::test]
async fn the_truth_about_each_message_stands_beside_its_action() {
    let office = Office::open().await;
    let (enrolment, key) = waiting(&office).await;
    let viewer = office.person(Role::Viewer).await;
    let here = format!("/app/enrolments/{enrolment}");
    viewer.get(&here).await.shows("It will be sent.").shows("A person went on.");
    send(&office, &key).await;
    viewer.get(&here).await.shows("No word yet").lacks("It will be sent");
    says(&office, &key, Told::Delivered).await;
    viewer.get(&here).await.shows("Delivered, says the provider, Mon 23 Nov 2026, 10:01");
    says(&office, &key, Told::Failed(Fault::NoSuchAddress)).await;
    let why = format!("Did not arrive It did not arrive: {}", Fault::NoSuchAddress);
    viewer.get(&here).await.shows(&why);
    let page = viewer.get(&format!("{here}/history")).await;
    page.shows("SMS did not arrive").shows("Patient Connect");
}

#[tokio::test]
async fn what_failed_is_tried_again_or_left_out_and_says_what_then() {
    let office = Office::open().await;
    let (enrolment, _) = waiting(&office).await;
    held(&office, &enrolment, HoldReason::Failed("no mobile number".to_owned())).await;
    let desk = office.person(Role::FrontDesk).await;
    let here = format!("/app/enrolments/{enrolment}");
    let page = desk.get(&here).await;
    page.shows("It waits for a person. No mobile number.").shows("is tried again at once");
    page.shows("That was the last action").shows("Skip the next action").lacks("I have asked");
    let version = page.hidden("version");
    let page = desk.sent(&format!("{here}/retry"), &[("version", &version)]).await;
    page.shows("It is tried again now.").shows("Active").lacks("Try again");
}

#[tokio::test]
async fn what_may_have_been_sent_is_tried_again_only_when_somebody_has_asked() {
    let office = Office::open().await;
    let (enrolment, _) = waiting(&office).await;
    held(&office, &enrolment, HoldReason::Unclear).await;
    let desk = office.person(Role::FrontDesk).await;
    let here = format!("/app/enrolments/{enrolment}");
    let page = desk.get(&here).await;
    page.shows("I have asked: the patient has not received it");
    let version = page.hidden("version");
    let page = desk.post(&format!("{here}/retry"), &[("version", &version)]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    page.shows("say that the patient has not received it");
    let fields = [("version", version.as_str()), ("not_received", "on")];
    desk.sent(&format!("{here}/retry"), &fields).await.shows("It is tried again now.");
}
