//! What patients answered: the list, the file, the values, and the hold of a number.

use app::ports::{AddressHolds, Catalogue, HoldChange, People, Replies, ReplyChange};
use app::replies::series;
use domain::email::EmailAddress;
use domain::enrolment::Note;
use domain::hold::{AddressHold, HoldCause};
use domain::ids::{EnrolmentId, PatientId};
use domain::ledger::Destination;
use domain::phi::Phi;
use domain::phone::MobileNumber;
use domain::program::{ActionKind, Medium, Reply};
use domain::reply::{
    Answered, Fit, Meaning, Number, Origin, ReceivedReply, ReplyText, ReplyValue, Unit, ValueRule,
};
use domain::text::ExternalId;
use domain::timing::Timing;
use serde_json::{Value, json};
use testkit::build;
use testkit::dynamo::Dynamo;

use crate::support::{clinic, create, get, maria, post, post_as};

const MARIA: &str = "+61491570006";

/// An answer of that patient; a number in it is a value in that unit.
fn answer(n: u8, patient: &PatientId, text: &str, unit: Option<&str>) -> ReceivedReply {
    let action = build::sms(10, Timing::Enrolled).id;
    let program = build::program(vec![]).id;
    ReceivedReply {
        id: ExternalId::parse(&format!("in-{n:03}")).unwrap(),
        at: build::at(&format!("2026-11-{:02}T08:{:02}:00Z", 10 + n / 60, n % 60)),
        from: Origin::parse(MARIA).unwrap(),
        text: Phi::new(ReplyText::of(text)),
        meaning: Meaning::Text,
        patients: [patient.clone()].into(),
        answers: Some(Answered {
            enrolment: EnrolmentId::new(build::number(50)),
            program,
            cycle: 1,
            action,
        }),
        value: Number::parse(text).ok().map(|number| {
            let unit = unit.map(|unit| Unit::parse(unit).unwrap());
            Phi::new(ReplyValue { number, unit, fit: Fit::InRange })
        }),
    }
}

async fn keep(dynamo: &Dynamo, reply: ReceivedReply, hold: HoldChange) {
    let notes: Vec<(EnrolmentId, Note)> = Vec::new();
    let (patients, raise) = (Vec::new(), Vec::new());
    let change = ReplyChange { reply, patients, booking: None, hold, raise, notes };
    dynamo.replies().commit(&change).await.unwrap();
}

fn id(path: &str) -> PatientId {
    PatientId::parse(path.rsplit('/').next().unwrap()).unwrap()
}

fn texts(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|it| it["text"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_patients_answers_come_in_pages_the_newest_first() {
    let (dynamo, router) = clinic().await;
    let path = create(&router, &maria()).await;
    dynamo.catalogue().create_program(&build::program(vec![]), &build::saved()).await.unwrap();
    for n in 0..7 {
        keep(&dynamo, answer(n, &id(&path), &n.to_string(), Some("kg")), HoldChange::Keep).await;
    }
    let first = get(&router, &format!("{path}/replies?limit=3")).await;
    assert_eq!(texts(&first.json), ["6", "5", "4"], "{:?}", first.json);
    let shown = &first.json["items"][0];
    assert_eq!(shown["value"], json!({ "number": 6.0, "unit": "kg", "in_range": true }));
    assert_eq!(shown["answers"]["program"]["name"], "Booking confirmation");
    let mut seen = Vec::new();
    let mut address = format!("{path}/replies?limit=3");
    loop {
        let page = get(&router, &address).await;
        seen.extend(texts(&page.json).into_iter().map(str::to_owned));
        let Some(next) = page.json["next"].as_str() else { break };
        address = format!("{path}/replies?limit=3&cursor={next}");
    }
    assert_eq!(seen, ["6", "5", "4", "3", "2", "1", "0"]);
    for wrong in ["?cursor=x", "?limit=0", "?q=x", "?limit=201"] {
        assert_eq!(get(&router, &format!("{path}/replies{wrong}")).await.status, 400, "{wrong}");
    }
    let nobody = "/v1/patients/pat_00000000000000000000000099";
    for list in ["replies", "replies.csv", "values"] {
        assert_eq!(get(&router, &format!("{nobody}/{list}")).await.status, 404, "{list}");
    }
}

#[tokio::test]
async fn answers_that_cannot_be_read_do_not_cut_off_those_before_them() {
    let (dynamo, router) = clinic().await;
    let path = create(&router, &maria()).await;
    for n in 0..7 {
        keep(&dynamo, answer(n, &id(&path), &n.to_string(), Some("kg")), HoldChange::Keep).await;
    }
    let of_maria = format!("REPLIES#{}", id(&path));
    let places = dynamo.dump().await.into_keys().filter(|(_, pk, _)| *pk == of_maria);
    let mut places: Vec<_> = places.collect();
    places.sort();
    for (table, pk, sk) in places.iter().skip(3).take(3) {
        dynamo.spoil(table, pk, sk).await;
    }
    let first = get(&router, &format!("{path}/replies?limit=2")).await;
    assert_eq!(texts(&first.json), ["6", "2"], "{:?}", first.json);
    let next = first.json["next"].as_str().unwrap();
    let second = get(&router, &format!("{path}/replies?limit=2&cursor={next}")).await;
    assert_eq!((texts(&second.json), &second.json["next"]), (vec!["1", "0"], &Value::Null));
}

#[tokio::test]
async fn the_file_has_every_answer_and_no_formula() {
    let (dynamo, router) = clinic().await;
    let path = create(&router, &maria()).await;
    let texts = ["=HYPERLINK(\"http://x\")", "fine, \"thanks\"\nbye", "-3"];
    for (n, text) in (0..).zip(texts) {
        keep(&dynamo, answer(n, &id(&path), text, Some("kg")), HoldChange::Keep).await;
    }
    let file = get(&router, &format!("{path}/replies.csv")).await;
    assert_eq!(file.status, 200);
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    let text = file.json.as_str().unwrap();
    let lines: Vec<_> = text.lines().collect();
    let columns = "at,local,text,meaning,program,question,cycle,action,value,unit,in_range,min,max";
    assert_eq!(lines[0], columns);
    assert!(lines[1].contains(",'-3,text,") && lines[1].ends_with(",-3,kg,true,,"), "{}", lines[1]);
    assert!(text.contains("\"fine, \"\"thanks\"\"\nbye\""), "{}", text);
    assert!(text.contains("\"'=HYPERLINK("), "{}", text);
}

#[tokio::test]
async fn the_values_are_a_series_for_each_action_and_unit_the_oldest_first() {
    let (dynamo, router) = clinic().await;
    let path = create(&router, &maria()).await;
    for (n, text, unit) in [(0, "82", "kg"), (1, "7.2", "mmol/L"), (2, "81.5", "kg")] {
        keep(&dynamo, answer(n, &id(&path), text, Some(unit)), HoldChange::Keep).await;
    }
    keep(&dynamo, answer(3, &id(&path), "no number", None), HoldChange::Keep).await;
    let values = get(&router, &format!("{path}/values")).await.json;
    let of = |n: usize| {
        let series = &values["items"][n];
        let points = series["points"].as_array().unwrap().iter();
        let numbers: Vec<_> = points.map(|point| point["number"].as_f64().unwrap()).collect();
        (series["unit"].as_str().unwrap().to_owned(), numbers)
    };
    assert_eq!(values["items"].as_array().unwrap().len(), 2, "{values}");
    assert_eq!(of(0), ("kg".to_owned(), vec![82.0, 81.5]));
    assert_eq!(of(1), ("mmol/L".to_owned(), vec![7.2]));
}

/// Maria's program asks for a weight.
async fn asks_for_a_weight(dynamo: &Dynamo) {
    let number = |text: &str| Some(Number::parse(text).unwrap());
    let rule = ValueRule::new(Unit::parse("kg").unwrap(), number("60"), number("85.5")).unwrap();
    let mut asks = build::sms(10, Timing::Enrolled);
    if let ActionKind::Message(message) = &mut asks.kind
        && let Medium::Sms { reply, .. } = &mut message.medium
    {
        *reply = Reply::Saved { value: Some(rule) };
    }
    let catalogue = dynamo.catalogue();
    catalogue.create_template(&build::template()).await.unwrap();
    catalogue.create_program(&build::program(vec![asks]), &build::saved()).await.unwrap();
}

#[tokio::test]
async fn values_and_their_file_say_what_was_asked_and_within_what_range() {
    let (dynamo, router) = clinic().await;
    asks_for_a_weight(&dynamo).await;
    let path = create(&router, &maria()).await;
    for (n, text, unit) in [(0, "82", "kg"), (1, "7.2", "mmol/L")] {
        keep(&dynamo, answer(n, &id(&path), text, Some(unit)), HoldChange::Keep).await;
    }
    let values = get(&router, &format!("{path}/values")).await.json;
    let [weight, other] = values["items"].as_array().unwrap().as_slice() else {
        panic!("{values}")
    };
    assert_eq!(weight["question"], "Confirmation");
    assert_eq!((&weight["min"], &weight["max"]), (&json!(60.0), &json!(85.5)));
    assert_eq!((&other["min"], &other["max"]), (&Value::Null, &Value::Null), "another unit");
    assert_eq!(values["since"], Value::Null);
    let file = get(&router, &format!("{path}/replies.csv")).await;
    let line = file.json.as_str().unwrap().lines().nth(2).unwrap().to_owned();
    assert!(line.contains(r#","Tue 10 Nov 2026, 7:00 pm",82,"#), "{line}");
    assert!(line.contains(",Booking confirmation,Confirmation,1,"), "{line}");
    assert!(line.ends_with(",82,kg,true,60,85.5"), "{line}");
}

#[tokio::test]
async fn values_of_more_answers_than_are_looked_at_say_since_when_they_are() {
    let (dynamo, router) = clinic().await;
    let path = create(&router, &maria()).await;
    for n in 0..4 {
        keep(&dynamo, answer(n, &id(&path), "82", Some("kg")), HoldChange::Keep).await;
    }
    let patient = dynamo.people().patient(&id(&path)).await.unwrap().unwrap();
    let of = async |most| series(&dynamo.replies(), &patient, most).await.unwrap();
    let (some, all) = (of(3).await, of(4).await);
    assert_eq!(some.series[0].points.len(), 3);
    assert_eq!(some.since, Some(build::at("2026-11-10T08:01:00Z")));
    assert_eq!((all.series[0].points.len(), all.since), (4, None));
}

#[tokio::test]
async fn a_merged_records_answers_are_the_survivors() {
    let (dynamo, router) = clinic().await;
    let into = create(&router, &maria()).await;
    let mut second = maria();
    second["identifiers"] = json!([]);
    let from = create(&router, &second).await;
    keep(&dynamo, answer(0, &id(&from), "82", Some("kg")), HoldChange::Keep).await;
    keep(&dynamo, answer(1, &id(&into), "81", Some("kg")), HoldChange::Keep).await;
    let merged = json!({ "into": id(&into) });
    let answer = post_as(&router, "[admin]", &format!("{from}/merge"), &merged).await;
    assert_eq!(answer.status, 200, "{:?}", answer.json);
    assert_eq!(texts(&get(&router, &format!("{into}/replies")).await.json), ["81", "82"]);
    let values = get(&router, &format!("{into}/values")).await.json;
    assert_eq!(values["items"][0]["points"].as_array().unwrap().len(), 2, "one series");
}

#[tokio::test]
async fn a_hold_is_shown_on_the_patient_and_released_by_the_front_desk() {
    let (dynamo, router) = clinic().await;
    let path = create(&router, &maria()).await;
    assert_eq!(get(&router, &path).await.json["sms_hold"], Value::Null);
    let address = Destination::Mobile(MobileNumber::from_e164(MARIA).unwrap());
    let since = build::at("2026-11-22T07:00:00Z");
    let hold = AddressHold { address, since, cause: HoldCause::SoundsLikeStop };
    let reply = answer(0, &id(&path), "please stop", None);
    keep(&dynamo, reply, HoldChange::Hold(hold)).await;
    let shown = get(&router, &path).await;
    let expected = json!({ "since": "2026-11-22T07:00:00Z", "cause": "sounds_like_stop" });
    assert_eq!(shown.json["sms_hold"], expected);
    let release = format!("{path}/release-sms");
    for _ in 0..2 {
        let released = post(&router, &release, &json!({})).await;
        assert_eq!((released.status.as_u16(), &released.json["sms_hold"]), (200, &Value::Null));
    }
    let mut without = maria();
    without["mobile"] = Value::Null;
    without["identifiers"] = json!([]);
    let without = create(&router, &without).await;
    let refused = post(&router, &format!("{without}/release-sms"), &json!({})).await;
    assert_eq!(refused.status, 409);
}

#[tokio::test]
async fn a_hold_of_a_mailbox_is_shown_on_the_patient_and_released_by_the_front_desk() {
    let (dynamo, router) = clinic().await;
    let mut with_email = maria();
    with_email["email"] = json!("maria@example.com");
    let path = create(&router, &with_email).await;
    assert_eq!(get(&router, &path).await.json["email_hold"], Value::Null);
    let address = Destination::Mailbox(EmailAddress::parse("maria@example.com").unwrap());
    let since = build::at("2026-11-22T07:00:00Z");
    let hold = AddressHold { address, since, cause: HoldCause::Repeated };
    dynamo.people().hold_from_now(&hold).await.unwrap();
    // One that stands keeps its cause.
    dynamo
        .people()
        .hold_from_now(&AddressHold { cause: HoldCause::Stopped, ..hold })
        .await
        .unwrap();
    let expected = json!({ "since": "2026-11-22T07:00:00Z", "cause": "repeated" });
    let shown = get(&router, &path).await;
    assert_eq!((&shown.json["email_hold"], &shown.json["sms_hold"]), (&expected, &Value::Null));
    let found = post(&router, "/v1/patients/search", &json!({ "mobile": "0491 570 006" })).await;
    assert_eq!(found.json["items"][0]["email_hold"], expected, "{}", found.json);
    let release = format!("{path}/release-email");
    for _ in 0..2 {
        let released = post(&router, &release, &json!({})).await;
        assert_eq!((released.status.as_u16(), &released.json["email_hold"]), (200, &Value::Null));
    }
    with_email["email"] = Value::Null;
    with_email["identifiers"] = json!([]);
    let without = create(&router, &with_email).await;
    let refused = post(&router, &format!("{without}/release-email"), &json!({})).await;
    assert_eq!(refused.status, 409);
}
