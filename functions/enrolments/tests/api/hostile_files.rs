//! Files that are wrong, as a whole or row by row.

use domain::program::ProgramType;
use testkit::build;
use testkit::requests::{ApiRequest, call};

use crate::support::{clinic_after, program};

/// A file, its type and the status it is answered with.
fn files() -> Vec<(&'static str, Vec<u8>, u16)> {
    let row = format!("{},{},2027-01-31\n", program(ProgramType::Recall).id, build::patient().id);
    let good = format!("program,patient,reference_date\n{row}").into_bytes();
    let header = |text: &str| [text.as_bytes(), b"\n", row.as_bytes()].concat();
    let latin1 = [b"program,patient,reference_date\n", &b"Di\xe4t,x,y\n"[..]].concat();
    let utf16: Vec<u8> = good.iter().flat_map(|byte| [*byte, 0]).collect();
    let too_many = [&good[..], row.repeat(1_000).as_bytes()].concat();
    vec![
        ("text/csv", Vec::new(), 422),
        ("text/csv", b"\n\n\n".to_vec(), 422),
        ("text/csv", b"\0\0\0".to_vec(), 422),
        ("text/csv", latin1, 422),
        ("text/csv", utf16, 422),
        ("text/csv", header("patient,reference_date"), 422),
        ("text/csv", header("program,patient,programme"), 422),
        ("text/csv", header("program,program,patient"), 422),
        ("text/csv", header("program,source,reference_date"), 422),
        ("text/csv", header(&"x,".repeat(100_000)), 422),
        ("text/csv", too_many, 422),
        ("text/csv", vec![b' '; 1024 * 1024 + 1], 413),
        ("text/csv; charset=utf-16", good.clone(), 415),
        ("application/json", good.clone(), 415),
        ("", good, 415),
    ]
}

#[tokio::test]
async fn a_file_that_is_wrong_is_refused_and_enrols_nobody() {
    let clinic = clinic_after(1_000).await;
    let before = clinic.dynamo.dump().await;
    for (i, (kind, file, status)) in files().into_iter().enumerate() {
        let request = ApiRequest::new("POST", "/v1/enrolments/upload").by("[front-desk]");
        let answer = call(&clinic.router, request.bytes(kind, &file)).await;
        assert_eq!(answer.status, status, "file {i}: {:?}", answer.json);
        assert_eq!(answer.header("content-type"), "application/problem+json", "file {i}");
    }
    assert_eq!(clinic.dynamo.dump().await, before);
}

#[tokio::test]
async fn a_row_that_is_wrong_is_refused_by_its_columns_and_enrols_nobody() {
    let clinic = clinic_after(1_000).await;
    let before = clinic.dynamo.dump().await;
    let recall = program(ProgramType::Recall).id.to_string();
    let maria = build::patient().id.to_string();
    let rows: [([&str; 4], &str); 12] = [
        ([&recall, &maria, "2026-02-30", "harbour"], "reference_date"),
        ([&recall, &maria, "2026-2-3", "harbour"], "reference_date"),
        ([&recall, &maria, "+262000-01-01", "harbour"], "reference_date"),
        ([&recall, &maria, "", "harbour"], "reference_date"),
        ([&recall, &maria, "31/01/2027", "harbour"], "reference_date"),
        ([&recall, "", "2027-01-31", "harbour"], "patient"),
        ([&recall, "pat_x", "2027-01-31", "harbour"], "patient"),
        ([&recall, "PAT_00000000000000000000000002", "2027-01-31", "harbour"], "patient"),
        (["prog_x", &maria, "2027-01-31", "harbour"], "program"),
        (["Our recall\u{202e}", &maria, "2027-01-31", "harbour"], "program"),
        (["", &maria, "2027-01-31", "harbour"], "program"),
        ([&recall, &maria, "2027-01-31", "nowhere"], "site"),
    ];
    let lines = rows.iter().map(|(cells, _)| cells.join(","));
    let file: Vec<_> =
        std::iter::once("program,patient,reference_date,site".to_owned()).chain(lines).collect();
    let request = ApiRequest::new("POST", "/v1/enrolments/upload").by("[front-desk]");
    let answer = call(&clinic.router, request.text("text/csv", &file.join("\n"))).await;
    assert_eq!(answer.status, 200, "{:?}", answer.json);
    assert_eq!(answer.json["refused"], rows.len(), "{:?}", answer.json);
    for (reported, (cells, column)) in answer.json["rows"].as_array().unwrap().iter().zip(&rows) {
        assert_eq!(reported["errors"][0]["column"], *column, "{cells:?}: {reported}");
    }
    assert_eq!(clinic.dynamo.dump().await, before);
}
