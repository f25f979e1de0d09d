//! What a patient answered, and the holds that come of it.

use app::ports::{AddressHolds as _, HoldChange, Replies as _, ReplyChange};
use aws::http::Role;
use domain::enrolment::Note;
use domain::hold::{AddressHold, HoldCause};
use domain::ids::{EnrolmentId, PatientId};
use domain::ledger::Destination;
use domain::phi::Phi;
use domain::phone::MobileNumber;
use domain::reply::{
    Answered, Fit, Meaning, Number, Origin, ReceivedReply, ReplyText, ReplyValue, Unit,
};
use domain::text::ExternalId;
use domain::timing::Timing;
use testkit::build;

use super::{HOSTILE, maria};
use crate::support::Office;

async fn answer(office: &Office, n: u8, patient: &str, text: &str, fit: Fit) {
    let reply = ReceivedReply {
        id: ExternalId::parse(&format!("in-{n:03}")).unwrap(),
        at: build::at(&format!("2026-11-{:02}T08:00:00Z", 10 + n)),
        from: Origin::parse("+61491570006").unwrap(),
        text: Phi::new(ReplyText::of(text)),
        meaning: Meaning::Text,
        patients: [PatientId::parse(patient).unwrap()].into(),
        answers: Some(Answered {
            enrolment: EnrolmentId::new(build::number(50)),
            program: build::program(vec![]).id,
            cycle: 1,
            action: build::sms(10, Timing::Enrolled).id,
        }),
        value: Number::parse(text).ok().map(|number| {
            Phi::new(ReplyValue { number, unit: Some(Unit::parse("kg").unwrap()), fit })
        }),
    };
    let notes: Vec<(EnrolmentId, Note)> = Vec::new();
    let (patients, raise) = (Vec::new(), Vec::new());
    let hold = HoldChange::Keep;
    let change = ReplyChange { reply, patients, booking: None, hold, raise, notes };
    office.dynamo.replies().commit(&change).await.unwrap();
}

#[tokio::test]
async fn answers_are_listed_and_their_values_drawn_with_the_same_in_a_table() {
    let office = Office::open().await;
    let maria = maria(&office).await;
    let viewer = office.person(Role::Viewer).await;
    let here = format!("/app/patients/{maria}/replies");
    viewer
        .get(&here)
        .await
        .shows("No answer has come from this patient yet")
        .lacks("Save as a file");
    answer(&office, 1, &maria, "81.5", Fit::InRange).await;
    answer(&office, 2, &maria, "99", Fit::OutOfRange).await;
    answer(&office, 3, &maria, HOSTILE, Fit::InRange).await;
    let page = viewer.get(&here).await;
    page.shows("81.5 kg In range").shows("99 kg Out of range").shows("Thu 12 Nov 2026, 7:00 pm");
    page.has("<svg class=\"chart\" role=\"img\"").has("<polyline").has("<rect").has("<circle");
    page.shows("As a table").shows("Value in kg").shows(HOSTILE).has_not("<script>alert");
    page.has(&format!("href=\"{here}.csv\"")).has_not(" style=");
    let file = viewer.get(&format!("{here}.csv")).await;
    assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
    assert!(file.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
    assert!(file.html.starts_with("at,local,text,"), "{}", file.html);
    assert!(file.html.contains("81.5,kg,true"), "{}", file.html);
}

#[tokio::test]
async fn a_number_on_hold_is_released_with_its_consequence() {
    let office = Office::open().await;
    let maria = maria(&office).await;
    let address = Destination::Mobile(MobileNumber::from_e164("+61491570006").unwrap());
    let since = build::at("2026-11-20T08:00:00Z");
    let hold = AddressHold { address, since, cause: HoldCause::Stopped };
    office.dynamo.people().hold_from_now(&hold).await.unwrap();
    let card = format!("/app/patients/{maria}");
    let page = office.person(Role::Viewer).await.get(&card).await;
    page.shows("No text message goes to 0491 570 006")
        .shows("They answered STOP")
        .lacks("released");
    let desk = office.person(Role::FrontDesk).await;
    desk.get(&card).await.shows("released for everybody who has it");
    let page = desk.sent(&format!("{card}/release"), &[("channel", "sms")]).await;
    page.shows("Saved.").lacks("No text message goes");
}
