//! The files of letters: what the bucket is asked over the wire, and what its answers mean.

#![cfg(test)]

use std::collections::BTreeMap;
use std::time::Duration;

use app::ports::{FileKind, LetterFiles, StoreError, Written};
use aws::clients::Aws;
use aws::files::S3Files;
use aws_credential_types::Credentials;
use ring::{digest, hmac};
use testkit::build::at;
use testkit::server::{Requests, answer, answering, decoded, deserted};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const OWNER: &str = "letr_1";
const PATH: &str = "letters/enr_1/1/act_1/1.pdf";

fn aws(endpoint: Option<String>) -> Aws {
    let token = Some("session+token/=".to_owned());
    let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", SECRET, token, None, "test");
    // Over itself: without a wait before a retry.
    Aws::new(credentials, "ap-southeast-2".to_owned(), endpoint).over(|http| http)
}

fn files_at(port: u16) -> S3Files {
    S3Files::new(&aws(Some(format!("http://127.0.0.1:{port}"))), "letters")
}

/// A bucket that gives these answers.
async fn bucket(answers: &[Vec<u8>]) -> (S3Files, Requests) {
    let (port, requests) = answering(answers).await;
    (files_at(port), requests)
}

/// An answer that is a status only.
fn status(status: &str) -> Vec<u8> {
    answer(status, &[], b"")
}

fn hang_up() -> Vec<u8> {
    Vec::new()
}

/// What `HEAD` answers of a file that is somebody's.
fn owned_by(owner: &str) -> Vec<u8> {
    answer("200 OK", &[("x-amz-meta-owner", owner)], b"")
}

fn methods(requests: &Requests) -> Vec<String> {
    requests.all().into_iter().map(|asked| asked.method).collect()
}

fn unavailable<T>(why: &str) -> Result<T, StoreError> {
    Err(StoreError::Unavailable(why.to_owned()))
}

fn refused<T>(why: &str) -> Result<T, StoreError> {
    Err(StoreError::Refused(why.to_owned()))
}

async fn write(files: &S3Files) -> Result<Written, StoreError> {
    files.write_new(PATH, FileKind::Pdf, b"%PDF-1.7", OWNER).await
}

/// The pairs of a query.
fn pairs(query: &str) -> BTreeMap<String, String> {
    let pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.map(|(name, value)| (decoded(name).unwrap(), decoded(value).unwrap())).collect()
}

/// Every byte but letters, digits and `-._~` by its number.
fn encoded(text: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~".contains(byte);
    let encode = |byte: u8| {
        if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    text.bytes().map(encode).collect()
}

fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The signature that S3 works out of a request it was sent, and compares with the one in it:
/// “Authenticating Requests: Using Query Parameters” of its reference.
fn signature(method: &str, target: &str, headers: &BTreeMap<String, String>) -> String {
    let (path, query) = target.split_once('?').unwrap();
    let pairs = pairs(query);
    let folders: Vec<_> = path.split('/').map(|it| encoded(&decoded(it).unwrap())).collect();
    let said = pairs.iter().filter(|(name, _)| *name != "X-Amz-Signature");
    let said: Vec<_> =
        said.map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    let signed = &pairs["X-Amz-SignedHeaders"];
    let lines: String =
        signed.split(';').map(|name| format!("{name}:{}\n", headers[name])).collect();
    let (folders, said) = (folders.join("/"), said.join("&"));
    let request = format!("{method}\n{folders}\n{said}\n{lines}\n{signed}\nUNSIGNED-PAYLOAD");
    let (_, scope) = pairs["X-Amz-Credential"].split_once('/').unwrap();
    let hash = hex(digest::digest(&digest::SHA256, request.as_bytes()));
    let text = format!("AWS4-HMAC-SHA256\n{}\n{scope}\n{hash}", pairs["X-Amz-Date"]);
    let mac = |key: &[u8], text: &str| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, key);
        hmac::sign(&key, text.as_bytes()).as_ref().to_vec()
    };
    let key = format!("AWS4{SECRET}").into_bytes();
    let key = scope.split('/').fold(key, |key, part| mac(&key, part));
    hex(mac(&key, &text))
}

#[test]
fn the_signature_of_amazons_own_example_is_the_one_it_gives() {
    let host = BTreeMap::from([("host".to_owned(), "examplebucket.s3.amazonaws.com".to_owned())]);
    let example = "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256\
        &X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request\
        &X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host";
    let expected = "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
    assert_eq!(signature("GET", example, &host), expected);
}

#[tokio::test]
async fn a_file_is_written_in_one_signed_request_that_says_whose_it_is_and_writes_over_nothing() {
    let (files, requests) = bucket(&[status("200 OK")]).await;
    assert_eq!(write(&files).await, Ok(Written::New));
    let all = requests.all();
    let [asked] = all.as_slice() else { panic!("{all:?}") };
    assert_eq!(
        (asked.method.as_str(), asked.path()),
        ("PUT", "/letters/letters/enr_1/1/act_1/1.pdf")
    );
    assert_eq!(asked.body, b"%PDF-1.7");
    for (name, value) in [
        ("content-type", "application/pdf"),
        ("content-length", "8"),
        ("if-none-match", "*"),
        ("x-amz-meta-owner", OWNER),
    ] {
        assert_eq!(asked.headers[name], value, "{name}");
    }
    let pairs = pairs(asked.query());
    let signed = "content-type;host;if-none-match;x-amz-meta-owner";
    assert_eq!(pairs["X-Amz-SignedHeaders"], signed, "nobody on the way can change them");
    let expected = signature("PUT", &asked.target, &asked.headers);
    assert_eq!(pairs["X-Amz-Signature"], expected);
}

#[tokio::test]
async fn what_the_bucket_answers_to_a_write_says_whether_it_is_asked_again_and_what_came_of_it() {
    let there = |owner: Option<&str>| Ok(Written::There { owner: owner.map(str::to_owned) });
    let (ok, taken) = (status("200 OK"), status("412 Precondition Failed"));
    let (gone, slow) = (status("404 Not Found"), status("503 Slow Down"));
    let (conflict, failed) = (status("409 Conflict"), status("500 Internal Server Error"));
    let (forbidden, many) = (status("403 Forbidden"), status("429 Too Many Requests"));
    let table = [
        (vec![taken.clone(), owned_by("letr_2")], "PUT HEAD", there(Some("letr_2"))),
        (vec![taken.clone(), ok.clone()], "PUT HEAD", there(None)),
        (vec![taken.clone(), gone.clone()], "PUT HEAD", there(None)),
        (vec![taken.clone(), forbidden.clone()], "PUT HEAD", refused("the bucket answered 403")),
        (vec![slow.clone(), ok.clone()], "PUT PUT", Ok(Written::New)),
        (vec![failed.clone(), hang_up(), ok.clone()], "PUT PUT PUT", Ok(Written::New)),
        // It was written, and the answer was lost: whose it is says so.
        (vec![hang_up(), taken, owned_by(OWNER)], "PUT PUT HEAD", there(Some(OWNER))),
        // Somebody else is writing the same file: they may yet fail.
        (vec![conflict.clone(), ok], "PUT PUT", Ok(Written::New)),
        (vec![conflict], "PUT PUT PUT", unavailable("the bucket answered 409")),
        (vec![many], "PUT PUT PUT", unavailable("the bucket answered 429")),
        (vec![slow], "PUT PUT PUT", unavailable("the bucket answered 503")),
        (vec![failed], "PUT PUT PUT", unavailable("the bucket answered 500")),
        (vec![hang_up()], "PUT PUT PUT", unavailable("the service could not be reached")),
        (vec![forbidden], "PUT", refused("the bucket answered 403")),
        (vec![gone], "PUT", refused("there is no such bucket")),
    ];
    for (i, (answers, asked, expected)) in table.into_iter().enumerate() {
        let (files, requests) = bucket(&answers).await;
        assert_eq!(write(&files).await, expected, "case {i}");
        assert_eq!(methods(&requests).join(" "), asked, "case {i}");
    }
}

#[tokio::test]
async fn a_file_is_read_or_is_none_and_a_bucket_that_does_not_answer_is_no_answer() {
    let pdf = || answer("200 OK", &[], b"%PDF-\x00\xff");
    let found = || Ok(Some(b"%PDF-\x00\xff".to_vec()));
    let table = [
        (vec![pdf()], 1, found()),
        (vec![status("200 OK")], 1, Ok(Some(Vec::new()))),
        (vec![status("404 Not Found")], 1, Ok(None)),
        (vec![status("503 Slow Down"), hang_up(), pdf()], 3, found()),
        (vec![status("503 Slow Down")], 3, unavailable("the bucket answered 503")),
        (vec![status("403 Forbidden")], 1, refused("the bucket answered 403")),
    ];
    for (i, (answers, asked, expected)) in table.into_iter().enumerate() {
        let (files, requests) = bucket(&answers).await;
        assert_eq!(files.read(PATH).await, expected, "case {i}");
        assert_eq!(methods(&requests), vec!["GET"; asked], "case {i}");
    }
    let nowhere = files_at(deserted().await).read(PATH).await;
    assert_eq!(nowhere, unavailable("the service could not be reached"));
}

#[tokio::test]
async fn whose_a_file_is_is_asked_without_reading_it() {
    let table = [
        (owned_by("letr_2"), Ok(Some("letr_2".to_owned()))),
        (status("200 OK"), Ok(Some(String::new()))),
        (status("404 Not Found"), Ok(None)),
        (status("403 Forbidden"), refused("the bucket answered 403")),
    ];
    for (i, (answer, expected)) in table.into_iter().enumerate() {
        let (files, requests) = bucket(&[answer]).await;
        assert_eq!(files.owner(PATH).await, expected, "case {i}");
        assert_eq!(methods(&requests), ["HEAD"], "case {i}");
    }
}

/// A path with what means something in addresses, and what is none of ASCII.
const STRANGE: &str = "files/pat_1/2026-11-22 Grüße & 100% = 1+1 #2; (3) 'a,b' @c$d!e.pdf";

#[tokio::test]
async fn whatever_a_file_is_called_the_bucket_is_asked_for_it_and_the_signature_fits() {
    let (files, requests) = bucket(&[status("200 OK")]).await;
    files.write_new(STRANGE, FileKind::Json, b"{}", OWNER).await.unwrap();
    files.read(STRANGE).await.unwrap();
    let all = requests.all();
    assert_eq!(methods(&requests), ["PUT", "GET"]);
    assert_eq!(all[0].headers["content-type"], "application/json");
    for asked in all {
        let path = asked.path();
        assert!(path.is_ascii() && !path.contains(' ') && !path.contains('#'), "{path}");
        assert_eq!(decoded(path).unwrap(), format!("/letters/{STRANGE}"));
        let expected = signature(&asked.method, &asked.target, &asked.headers);
        assert_eq!(pairs(asked.query())["X-Amz-Signature"], expected, "{}", asked.method);
    }
}

#[test]
fn a_link_reads_one_file_for_five_minutes_as_a_download_of_that_name() {
    let (files, now) = (S3Files::new(&aws(None), "letters"), at("2026-11-22T08:00:00Z"));
    for (path, name) in [(PATH, "2026-11-22 letr_1.pdf"), (STRANGE, "batch & more.pdf")] {
        let link = files.link(path, name, now, Duration::from_mins(5)).unwrap();
        let host = "letters.s3.ap-southeast-2.amazonaws.com";
        let target = link.strip_prefix(&format!("https://{host}")).expect(&link);
        let (shown, query) = target.split_once('?').unwrap();
        assert_eq!(decoded(shown).unwrap(), format!("/{path}"));
        let pairs = pairs(query);
        let disposition = format!("attachment; filename=\"{name}\"");
        for (name, value) in [
            ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
            ("X-Amz-Credential", "AKIAIOSFODNN7EXAMPLE/20261122/ap-southeast-2/s3/aws4_request"),
            ("X-Amz-Date", "20261122T080000Z"),
            ("X-Amz-Expires", "300"),
            ("X-Amz-Security-Token", "session+token/="),
            ("X-Amz-SignedHeaders", "host"),
            ("response-content-disposition", &disposition),
            ("response-content-type", "application/pdf"),
        ] {
            assert_eq!(pairs[name], value, "{name}");
        }
        let headers = BTreeMap::from([("host".to_owned(), host.to_owned())]);
        assert_eq!(pairs["X-Amz-Signature"], signature("GET", target, &headers), "{path}");
    }
}
