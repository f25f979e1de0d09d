//! Many enrolments at once, by a file.

use app::ports::People;
use domain::ids::PatientId;
use domain::patient::{Patient, Standing};
use domain::program::ProgramType;
use serde_json::{Value, json};
use testkit::build;
use testkit::requests::{ApiAnswer, ApiRequest, call};

use crate::support::{Clinic, clinic, program};

async fn upload(clinic: &Clinic, query: &str, file: &str) -> ApiAnswer {
    let path = format!("/v1/enrolments/upload{query}");
    let request = ApiRequest::new("POST", &path).by("[front-desk]").text("text/csv", file);
    call(&clinic.router, request).await
}

/// What became of each row: its line, its outcome, and the columns that are wrong.
fn outcomes(answer: &ApiAnswer) -> Vec<(u64, String, Vec<&str>)> {
    assert_eq!(answer.status, 200, "{:?}", answer.json);
    let rows = answer.json["rows"].as_array().unwrap();
    rows.iter()
        .map(|row| {
            let columns = row["errors"].as_array().unwrap().iter();
            let columns = columns.map(|error| error["column"].as_str().unwrap_or("the row"));
            let outcome = row["outcome"].as_str().unwrap().to_owned();
            (row["row"].as_u64().unwrap(), outcome, columns.collect())
        })
        .collect()
}

fn enrolled(line: u64) -> (u64, String, Vec<&'static str>) {
    (line, "enrolled".to_owned(), vec![])
}

fn already(line: u64) -> (u64, String, Vec<&'static str>) {
    (line, "already".to_owned(), vec![])
}

fn refused<'a>(line: u64, columns: &[&'a str]) -> (u64, String, Vec<&'a str>) {
    (line, "refused".to_owned(), columns.to_vec())
}

async fn listed(clinic: &Clinic) -> Vec<Value> {
    let path = format!("/v1/patients/{}/enrolments", build::patient().id);
    clinic.get(&path).await.json["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn rows_are_carried_out_and_the_same_file_again_changes_nothing() {
    let clinic = clinic().await;
    let maria = build::patient().id;
    let file = format!(
        "program,patient,source,identifier,reference_date\n\
         Our recall,{maria},,,2027-01-31\n\
         {},,diary,P-1001,\n\
         Our recall,{maria},,,2027-01-31\n\
         Our recall,,diary,P-1001,2027-02-28\n",
        program(ProgramType::General).id,
    );
    let first = upload(&clinic, "", &file).await;
    assert_eq!(outcomes(&first), [enrolled(2), enrolled(3), already(4), enrolled(5)]);
    assert_eq!((&first.json["enrolled"], &first.json["already"]), (&json!(3), &json!(1)));
    assert_eq!(first.json["rows"][0]["enrolment"], first.json["rows"][2]["enrolment"]);
    assert_eq!(listed(&clinic).await.len(), 3);
    clinic.later(48);
    let again = upload(&clinic, "", &file).await;
    assert_eq!(outcomes(&again), [already(2), already(3), already(4), already(5)]);
    assert_eq!(listed(&clinic).await.len(), 3);
}

#[tokio::test]
async fn a_wrong_row_names_its_columns_and_changes_nothing_for_the_others() {
    let clinic = clinic().await;
    let archived = Patient {
        id: PatientId::new(build::number(8)),
        identifiers: std::collections::BTreeSet::new(),
        standing: Standing::Archived,
        ..build::patient()
    };
    clinic.dynamo.people().create_patient(&archived).await.unwrap();
    let maria = build::patient().id;
    let file = format!(
        "program,patient,source,identifier,reference_date,practitioner,site\n\
         Our recall,{maria},,,,,\n\
         No such program,nobody,,,31/01/2027,,\n\
         Our recall,{maria},diary,P-1001,2027-01-31,,\n\
         Our recall,,diary,,2027-01-31,,\n\
         Our recall,,diary,P-9,2027-01-31,,\n\
         Our recall,{},,,2027-01-31,,\n\
         Our general,{maria},,,2027-01-31,,nowhere\n\
         Our booking,{maria},,,,,\n\
         Our general,{maria},\n\
         Our general,{maria},,,,,harbour\n",
        archived.id,
    );
    let answer = upload(&clinic, "", &file).await;
    assert_eq!(
        outcomes(&answer),
        [
            refused(2, &["reference_date"]),
            refused(3, &["program", "patient", "reference_date"]),
            refused(4, &["patient"]),
            refused(5, &["identifier"]),
            refused(6, &["identifier"]),
            refused(7, &["patient"]),
            refused(8, &["site"]),
            refused(9, &["program"]),
            refused(10, &["the row"]),
            enrolled(11),
        ]
    );
    assert_eq!(listed(&clinic).await.len(), 1);
}

#[tokio::test]
async fn a_dry_run_without_a_value_is_refused_and_enrols_nobody() {
    let clinic = clinic().await;
    let file = format!("program,patient\nOur general,{}\n", build::patient().id);
    for query in ["?dry_run", "?dry_run=", "?foo=", "?foo"] {
        let refused = upload(&clinic, query, &file).await;
        let name = query.trim_matches(['?', '=']);
        assert_eq!((refused.status.as_u16(), refused.parameters()), (400, vec![name]), "{query}");
    }
    assert!(listed(&clinic).await.is_empty());
}

#[tokio::test]
async fn a_dry_run_says_what_would_be_and_does_nothing() {
    let clinic = clinic().await;
    let file = format!("program,patient\nOur general,{}\n", build::patient().id);
    let checked = upload(&clinic, "?dry_run=true", &file).await;
    assert_eq!(outcomes(&checked), [enrolled(2)]);
    assert_eq!(checked.json["rows"][0]["enrolment"], Value::Null);
    assert!(listed(&clinic).await.is_empty());
}

#[tokio::test]
async fn files_of_other_spreadsheets_are_read_too() {
    for file in [
        "\u{feff}program;source;identifier\r\nOur general;diary;P-1001\r\n",
        "Program, Source, Identifier\rOur general, diary, P-1001",
        "program,source,identifier\n\n\"Our general\",\"diary\",\"P-1001\"\n\n",
    ] {
        let clinic = clinic().await;
        let answer = upload(&clinic, "", file).await;
        assert_eq!(answer.json["enrolled"], 1, "{file:?}: {:?}", answer.json);
    }
}

#[tokio::test]
async fn a_row_is_its_line_in_the_file_whatever_ends_the_lines_and_whatever_is_blank() {
    let lines = [
        "program,source,identifier,practitioner",
        "Our general,diary,P-1,",
        "",
        "Our general,diary,P-2,\"Dr",
        "Nguyen\"",
        "",
        "",
        "Our general,diary",
        "Our general,diary,P-3,",
    ];
    for end in ["\n", "\r\n", "\r"] {
        let clinic = clinic().await;
        let answer = upload(&clinic, "", &lines.join(end)).await;
        let rows = answer.json["rows"].as_array().unwrap();
        let rows: Vec<_> = rows.iter().map(|row| row["row"].as_u64().unwrap()).collect();
        assert_eq!(rows, [2, 4, 8, 9], "{end:?}");
        let blank_first = format!("{end}{}", lines.join(end));
        let answer = upload(&clinic, "", &blank_first).await;
        assert_eq!(answer.json["rows"][0]["row"], 3, "{end:?}");
    }
}

#[tokio::test]
async fn a_column_that_is_not_known_is_named() {
    let clinic = clinic().await;
    let answer = upload(&clinic, "", "program,Pateint,patient,\nx,y,z,\n").await;
    let errors = answer.json["errors"].as_array().unwrap().iter();
    let details: Vec<_> = errors.map(|error| error["detail"].as_str().unwrap()).collect();
    assert!(details[0].starts_with("the column “Pateint” is not known"), "{details:?}");
    assert!(details[1].starts_with("column 4 of the header has no name"), "{details:?}");
}

#[tokio::test]
async fn quotes_and_formulas_are_only_text() {
    let clinic = clinic().await;
    let file = "program,source,identifier,practitioner\n\
                Our general,diary,P-1001,\"=cmd|' /C calc'!A0, \"\"Dr\"\" Nguyen\"\n";
    assert_eq!(outcomes(&upload(&clinic, "", file).await), [enrolled(2)]);
    let practitioner = &listed(&clinic).await[0]["practitioner"];
    assert_eq!(practitioner, "=cmd|' /C calc'!A0, \"Dr\" Nguyen");
}

#[tokio::test]
async fn a_file_that_is_wrong_as_a_whole_is_refused() {
    let clinic = clinic().await;
    for file in [
        "",
        "patient\npat_x\n",
        "program\nx\n",
        "program,source\nx,y\n",
        "program,patient,diagnosis\nx,y,z\n",
        "program,patient,patient\nx,y,z\n",
        &format!("program,patient\n{}", "x,y\n".repeat(1_001)),
    ] {
        let refused = upload(&clinic, "", file).await;
        assert_eq!(refused.status, 422, "{:?}", refused.json);
    }
    let request = ApiRequest::new("POST", "/v1/enrolments/upload").by("[front-desk]");
    assert_eq!(call(&clinic.router, request.json(&json!({}))).await.status, 415);
    assert_eq!(upload(&clinic, "", &" ".repeat(1_100_000)).await.status, 413);
    assert_eq!(upload(&clinic, "?dry-run=true", "program,patient\n").await.status, 400);
}

#[tokio::test]
async fn a_thousand_rows_are_done_in_one_request() {
    let clinic = clinic().await;
    let first = chrono::NaiveDate::from_ymd_opt(2027, 1, 1).unwrap();
    let rows: Vec<_> = (0..1_000)
        .map(|day| format!("Our recall,diary,P-1001,{}", first + chrono::Days::new(day)))
        .collect();
    let file = format!("program,source,identifier,reference_date\n{}", rows.join("\n"));
    let answer = upload(&clinic, "", &file).await;
    assert_eq!(answer.json["enrolled"], 1_000);
}

#[tokio::test]
async fn a_file_uploaded_again_after_its_patient_was_merged_enrols_nobody_twice() {
    let clinic = clinic().await;
    let people = clinic.dynamo.people();
    let [first, second] = [8, 9].map(|n| Patient {
        id: PatientId::new(build::number(n)),
        identifiers: std::collections::BTreeSet::new(),
        ..build::patient()
    });
    people.create_patient(&first).await.unwrap();
    people.create_patient(&second).await.unwrap();
    let row = "Our recall,diary,P-1001,2027-01-31\nOur general,diary,P-1001,\n";
    let file = format!("program,source,identifier,reference_date\n{row}");
    assert_eq!(outcomes(&upload(&clinic, "", &file).await), [enrolled(2), enrolled(3)]);
    // Maria's record goes into the first, and that one, later, into the second.
    for (from, into) in [(&build::patient().id, &first.id), (&first.id, &second.id)] {
        app::people::merge(&people, from, into).await.unwrap();
        for query in ["?dry_run=true", ""] {
            let again = upload(&clinic, query, &file).await;
            assert_eq!(outcomes(&again), [already(2), already(3)], "{query}");
        }
    }
}

#[tokio::test]
async fn a_row_without_a_date_for_somebody_who_was_on_the_program_before_says_how_to_start_anew() {
    let clinic = clinic().await;
    let maria = build::patient().id;
    let file = format!("program,patient\nOur referral,{maria}\n");
    let first = upload(&clinic, "", &file).await;
    assert_eq!(outcomes(&first), [enrolled(2)]);
    let id = first.json["rows"][0]["enrolment"].as_str().unwrap();
    let end = format!("/v1/enrolments/{id}/end");
    clinic.send("POST", &end, 1, &json!({ "why": "has booked" })).await;
    clinic.later(400 * 24);
    for query in ["?dry_run=true", ""] {
        let again = upload(&clinic, query, &file).await;
        assert_eq!(outcomes(&again), [refused(2, &["the row"])], "{query}");
        let says = again.json["rows"][0]["errors"][0]["detail"].as_str().unwrap();
        let why = "was on this program before, until 22 November 2026; \
                   enrol them one by one to start anew";
        assert_eq!(says, why);
    }
}

#[tokio::test]
async fn a_row_with_a_date_is_already_even_when_what_came_of_it_is_over() {
    let clinic = clinic().await;
    let file =
        format!("program,patient,reference_date\nOur recall,{},2027-01-31\n", build::patient().id);
    let first = upload(&clinic, "", &file).await;
    let id = first.json["rows"][0]["enrolment"].as_str().unwrap();
    let end = format!("/v1/enrolments/{id}/end");
    clinic.send("POST", &end, 1, &json!({ "why": "has booked" })).await;
    assert_eq!(outcomes(&upload(&clinic, "", &file).await), [already(2)]);
}
