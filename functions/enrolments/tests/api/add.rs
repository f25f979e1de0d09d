//! Putting a patient on a program by hand.

use app::ports::{Bookings, Catalogue, Clock, EnrolmentReader, People, PracticeSettings};
use domain::booking::{Booking, BookingState, Matching};
use domain::calendar::CalendarSpan;
use domain::ids::PatientId;
use domain::patient::{Patient, Standing};
use domain::program::{Assignment, Completion, Program, ProgramType};
use domain::settings::{Remark, Settings};
use domain::staff::StaffId;
use domain::timing::{Span, Timing};
use serde_json::{Value, json};
use testkit::build;
use testkit::requests::{ApiAnswer, ApiRequest, call};
use testkit::wire::Fault;

use crate::support::{Clinic, clinic, maria_on, program};

fn with(kind: ProgramType, more: &Value) -> Value {
    let mut body = maria_on(kind);
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

fn about(booking: &Booking) -> Value {
    json!({ "booking": { "source": booking.key.source, "id": booking.key.id } })
}

async fn save(clinic: &Clinic, before: &Program, after: Program) {
    let after = Program { version: before.version + 1, ..after };
    clinic.dynamo.catalogue().save_program(before, &after, &build::saved()).await.unwrap();
}

#[tokio::test]
async fn the_reference_date_is_what_the_programs_type_says() {
    use ProgramType::{Booking, General, Program, Recall, Referral};
    let clinic = clinic().await;
    let booking = build::booking();
    clinic.store(vec![], Some(booking.clone()), vec![]).await;
    let date = json!({ "reference_date": "2027-01-31" });
    let nothing = json!({});
    let on_booking = about(&booking);
    for (kind, more, reference) in [
        (General, &nothing, "2026-11-22"),
        (Referral, &nothing, "2026-11-22"),
        (Program, &nothing, "2026-11-22"),
        (Program, &date, "2027-01-31"),
        (Recall, &date, "2027-01-31"),
        (Booking, &on_booking, "2026-12-02T23:30:00Z"),
    ] {
        let added = clinic.enrol(kind, more).await;
        assert_eq!(added["reference"], reference, "{kind:?} {more}");
    }
}

#[tokio::test]
async fn the_day_a_patient_is_added_is_that_of_the_sites_clock() {
    let clinic = clinic().await;
    clinic.later(6); // 1 am on the 23rd in Sydney
    let added = clinic.enrol(ProgramType::General, &json!({})).await;
    assert_eq!(added["reference"], "2026-11-23");
}

#[tokio::test]
async fn what_does_not_fit_the_type_is_named() {
    use ProgramType::{Booking, General, Program, Recall, Referral};
    let clinic = clinic().await;
    let booking = build::booking();
    let date = json!({ "reference_date": "2027-01-31" });
    for (kind, more, pointer) in [
        (General, date.clone(), "#/reference_date"),
        (Referral, date.clone(), "#/reference_date"),
        (Recall, json!({}), "#/reference_date"),
        (Program, json!({ "reference_date": "1899-12-31" }), "#/reference_date"),
        (Program, json!({ "reference_date": "2200-01-01" }), "#/reference_date"),
        (Program, json!({ "reference_date": "31/01/2027" }), "#/reference_date"),
        (Booking, json!({}), "#/booking"),
        (Booking, about(&booking), "#/booking"),
        (General, about(&booking), "#/booking"),
        (General, json!({ "site": "nowhere" }), "#/site"),
        (General, json!({ "practicioner": "Dr Nguyen" }), "#/practicioner"),
    ] {
        let refused = clinic.post("/v1/enrolments", &with(kind, &more)).await;
        assert_eq!(refused.status, 422, "{kind:?} {more}: {:?}", refused.json);
        assert_eq!(refused.pointers(), [pointer], "{kind:?} {more}");
    }
    let nobody = json!({
        "patient": "pat_0000000000000000000000009z", "program": "prog_0000000000000000000000009z",
    });
    let refused = clinic.post("/v1/enrolments", &nobody).await;
    assert_eq!(refused.pointers(), ["#/program", "#/patient"]);
}

#[tokio::test]
async fn everything_that_is_wrong_is_named_at_once() {
    let clinic = clinic().await;
    let nobody = json!("pat_0000000000000000000000009z");
    let late = json!("2027-01-31");
    for (kind, more, pointers) in [
        (
            ProgramType::General,
            json!({ "patient": nobody, "site": "nowhere", "reference_date": late }),
            vec!["#/patient", "#/site", "#/reference_date"],
        ),
        (
            ProgramType::Recall,
            json!({ "patient": nobody, "booking": { "source": "diary", "id": "B-1" } }),
            vec!["#/patient", "#/booking", "#/reference_date"],
        ),
        (
            ProgramType::General,
            json!({ "program": "prog_0000000000000000000000009z", "site": "nowhere" }),
            vec!["#/program", "#/site"],
        ),
        (
            ProgramType::Booking,
            json!({ "site": "nowhere", "reference_date": late }),
            vec!["#/booking", "#/site", "#/reference_date"],
        ),
        (
            ProgramType::Booking,
            json!({
                "site": "nowhere", "reference_date": late,
                "booking": { "source": "diary", "id": "no such" },
            }),
            vec!["#/booking", "#/site", "#/reference_date"],
        ),
    ] {
        let refused = clinic.post("/v1/enrolments", &with(kind, &more)).await;
        assert_eq!(refused.pointers(), pointers, "{kind:?} {more}");
    }
}

#[tokio::test]
async fn a_disabled_program_takes_nobody() {
    let clinic = clinic().await;
    let before = program(ProgramType::General);
    save(&clinic, &before, Program { assignment: Assignment::Disabled, ..before.clone() }).await;
    let refused = clinic.post("/v1/enrolments", &maria_on(ProgramType::General)).await;
    assert_eq!(refused.status, 409);
    assert_eq!(refused.json["detail"], "The program “Our general” is disabled; enable it first.");
}

#[tokio::test]
async fn only_a_current_patient_is_put_on_a_program() {
    let clinic = clinic().await;
    let into = PatientId::new(build::number(77));
    let mut before = build::patient();
    for (standing, says) in [
        (Standing::Archived, "archived"),
        (Standing::Deceased, "deceased"),
        (Standing::Merged { into: into.clone() }, into.as_str()),
    ] {
        let after = Patient { standing, revision: before.revision + 1, ..before.clone() };
        clinic.dynamo.people().save_patient(&before, &after).await.unwrap();
        before = after;
        let refused = clinic.post("/v1/enrolments", &maria_on(ProgramType::General)).await;
        assert_eq!(refused.status, 409);
        assert!(refused.json["detail"].as_str().unwrap().contains(says), "{:?}", refused.json);
    }
}

#[tokio::test]
async fn a_second_enrolment_on_the_same_program_is_allowed_with_a_warning() {
    let clinic = clinic().await;
    let first = clinic.enrol(ProgramType::General, &json!({})).await;
    assert_eq!(first["warnings"], json!([]));
    let second = clinic.enrol(ProgramType::General, &json!({})).await;
    let warning = second["warnings"][0].as_str().unwrap();
    assert!(warning.contains("since 22 November 2026"), "{warning}");
    assert!(warning.contains(first["id"].as_str().unwrap()), "{warning}");
}

fn days(n: u16) -> Span {
    Span::Calendar(CalendarSpan::Days(n), None)
}

fn warnings(added: &Value) -> Vec<&str> {
    added["warnings"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect()
}

#[tokio::test]
async fn whoever_enrols_is_told_what_will_not_be_sent() {
    let clinic = clinic().await;
    let before = program(ProgramType::Recall);
    let actions = vec![build::sms(11, Timing::Before(days(7))), build::sms(12, Timing::On(None))];
    save(&clinic, &before, Program { actions, ..before.clone() }).await;
    let on = async |date: &str| {
        clinic.enrol(ProgramType::Recall, &json!({ "reference_date": date })).await
    };
    assert_eq!(warnings(&on("2027-05-01").await), [""; 0]);
    let soon = on("2026-11-25").await;
    let [again, late] = warnings(&soon)[..] else { panic!("{soon}") };
    assert!(again.contains("already on this program"), "{again}");
    assert!(late.starts_with("Action 1, sms “") && late.contains("too late"), "{late}");
    let long_past = on("2016-11-25").await;
    let [_, _, nothing, first, second] = warnings(&long_past)[..] else { panic!("{long_past}") };
    assert_eq!(nothing, "As things are, nothing of this cycle will be sent.");
    assert!(first.contains("too late") && second.contains("too late"), "{first} {second}");
}

#[tokio::test]
async fn whoever_enrols_is_told_that_the_patient_has_no_address_for_it() {
    let clinic = clinic().await;
    let before = build::patient();
    let after = Patient { mobile: None, revision: before.revision + 1, ..before.clone() };
    clinic.dynamo.people().save_patient(&before, &after).await.unwrap();
    let added = clinic.enrol(ProgramType::General, &json!({})).await;
    let [nothing, why] = warnings(&added)[..] else { panic!("{added}") };
    assert_eq!(nothing, "As things are, nothing of this cycle will be sent.");
    assert!(why.starts_with("Action 2, sms “") && why.contains("mobile"), "{why}");
}

#[tokio::test]
async fn whoever_enrols_is_told_that_all_sending_is_on_hold() {
    let clinic = clinic().await;
    let by = StaffId::parse("person-1").unwrap();
    let why = Remark::parse("We look first").unwrap();
    let held = Settings::default().held(clinic.clock.now(), by, why).unwrap();
    clinic.dynamo.catalogue().save_settings(&held).await.unwrap();
    let added = clinic.enrol(ProgramType::General, &json!({})).await;
    let [on_hold] = warnings(&added)[..] else { panic!("{added}") };
    assert!(on_hold.contains("We look first") && on_hold.contains("released"), "{on_hold}");
}

#[tokio::test]
async fn the_same_request_sent_twice_enrols_once() {
    let clinic = clinic().await;
    let body = maria_on(ProgramType::General);
    let request = || {
        let request = ApiRequest::new("POST", "/v1/enrolments").by("[front-desk]").json(&body);
        request.header("idempotency-key", "\"one\"")
    };
    let first = call(&clinic.router, request()).await;
    let again = call(&clinic.router, request()).await;
    assert_eq!((first.status, &first.json), (again.status, &again.json));
    let path = format!("/v1/patients/{}/enrolments", build::patient().id);
    assert_eq!(clinic.get(&path).await.json["items"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_booking_knows_the_enrolment_it_was_made_to_begin() {
    let clinic = clinic().await;
    let booking = build::booking();
    clinic.store(vec![], Some(booking.clone()), vec![]).await;
    let added = clinic.enrol(ProgramType::Booking, &about(&booking)).await;
    let stored = clinic.dynamo.bookings().booking(&booking.key).await.unwrap().unwrap();
    assert_eq!(stored.caused.len(), 1);
    assert_eq!(json!(stored.caused.first()), added["id"]);
    let again = clinic.post("/v1/enrolments", &with(ProgramType::Booking, &about(&booking))).await;
    assert_eq!(again.status, 409, "{:?}", again.json);
    assert!(again.json["detail"].as_str().unwrap().contains(added["id"].as_str().unwrap()));
}

#[tokio::test]
async fn a_booking_that_is_no_visit_of_the_patients_begins_nothing() {
    let clinic = clinic().await;
    let other =
        Matching::Matched { patient: PatientId::new(build::number(9)), site: build::site().id };
    let booking = Booking { matching: other, ..build::booking() };
    clinic.store(vec![], Some(booking.clone()), vec![]).await;
    let body = with(ProgramType::Booking, &about(&booking));
    assert_eq!(clinic.post("/v1/enrolments", &body).await.pointers(), ["#/booking"]);

    let clinic = crate::support::clinic().await;
    let booking = Booking { state: BookingState::Cancelled, ..build::booking() };
    clinic.store(vec![], Some(booking), vec![]).await;
    let refused = clinic.post("/v1/enrolments", &body).await;
    assert_eq!(refused.status, 409);
    assert_eq!(refused.json["detail"], "This cannot be: the booking was cancelled.");
}

#[tokio::test]
async fn a_booking_that_is_there_already_completes_the_first_cycle_at_once() {
    let clinic = clinic().await;
    let before = program(ProgramType::Recall);
    save(&clinic, &before, Program { completion: Completion::AnyBooking, ..before.clone() }).await;
    let booking = build::booking();
    clinic.store(vec![], Some(booking.clone()), vec![]).await;
    let date = json!({ "reference_date": "2027-01-31" });
    let added = clinic.enrol(ProgramType::Recall, &date).await;
    assert_eq!((&added["cycle"], &added["past_cycles"][0]["cycle"]), (&json!(2), &json!(1)));
    let stored = clinic.dynamo.bookings().booking(&booking.key).await.unwrap().unwrap();
    assert_eq!(json!(stored.completed.first()), added["id"]);
}

#[tokio::test]
async fn who_asks_again_under_a_key_hears_what_was_made_though_it_would_not_be_by_now() {
    async fn ask(clinic: &Clinic) -> ApiAnswer {
        let request = ApiRequest::new("POST", "/v1/enrolments").by("[front-desk]");
        let request = request.json(&maria_on(ProgramType::General));
        call(&clinic.router, request.header("idempotency-key", "\"key-1\"")).await
    }
    let calls = {
        let clinic = clinic().await;
        let before = clinic.dynamo.wire.made();
        assert_eq!(ask(&clinic).await.status, 201);
        clinic.dynamo.wire.made() - before
    };
    let clinic = clinic().await;
    let before = program(ProgramType::General);
    let disabled = Program { assignment: Assignment::Disabled, ..before.clone() };
    // It is made, and the process dies before its answer is kept.
    clinic.dynamo.wire.break_call(calls - 1, Fault::DeadBefore);
    ask(&clinic).await;
    assert!(clinic.dynamo.wire.mend());
    save(&clinic, &before, disabled).await;
    clinic.later(1);
    let again = ask(&clinic).await;
    assert_eq!(again.status, 201, "{}", again.json);
    let reader = clinic.dynamo.enrolment_reader();
    let all = reader.of_patient(&build::patient().id).await.unwrap().enrolments;
    assert_eq!((all.len(), &json!(all[0].id)), (1, &again.json["id"]));
    // Under no key, or another one, it is refused.
    let refused = clinic.post("/v1/enrolments", &maria_on(ProgramType::General)).await;
    assert_eq!(refused.status, 409, "{}", refused.json);
}
