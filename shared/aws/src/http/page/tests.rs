use axum::response::IntoResponse;
use http::Request;

use super::*;

async fn query(uri: &str) -> Result<ListQuery, Problem> {
    let (mut parts, ()) = Request::builder().uri(uri).body(()).unwrap().into_parts();
    ListQuery::from_request_parts(&mut parts, &()).await
}

async fn page(uri: &str) -> Result<Page, Problem> {
    query(uri).await?.read(|_| Some(())).map(|(page, ())| page)
}

/// The wrong parameters of a refused query.
async fn wrong(uri: &str) -> Vec<String> {
    let problem = match query(uri).await {
        Ok(query) => query.read(|form| form.optional("q", parse_limit)).unwrap_err(),
        Err(problem) => problem,
    };
    let response = problem.into_response();
    assert_eq!(response.status(), 400);
    let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    let json: Value = serde_json::from_slice(&body).unwrap();
    let errors = json["errors"].as_array().unwrap();
    errors.iter().map(|error| error["parameter"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_page_has_fifty_items_unless_somebody_says_how_many() {
    for (uri, limit) in [("/v1/x", 50), ("/v1/x?limit=1", 1), ("/v1/x?limit=200", 200)] {
        let page = page(uri).await.unwrap();
        assert_eq!((page.limit, page.cursor), (limit, None), "{uri}");
    }
}

#[tokio::test]
async fn every_wrong_and_unknown_parameter_is_named() {
    for limit in ["0", "201", "-1", "ten", "1.5", "%20"] {
        assert_eq!(wrong(&format!("/v1/x?limit={limit}")).await, ["limit"], "{limit}");
    }
    assert_eq!(wrong("/v1/x?limit=0&cursor=x&q=a&a%2Fb=1").await, ["limit", "cursor", "q", "a/b"]);
    assert_eq!(wrong("/v1/x?limit=1&limit=2").await, ["limit"]);
    assert_eq!(wrong("/v1/x?limit=1&limit=").await, ["limit"]);
}

#[tokio::test]
async fn a_parameter_without_a_value_is_refused_and_not_taken_for_left_out() {
    assert_eq!(wrong("/v1/x?limit=&cursor&q=").await, ["limit", "cursor", "q"]);
    assert_eq!(wrong("/v1/x?foo=&limit=").await, ["foo", "limit"]);
    assert_eq!(wrong("/v1/x?q=a&limit=").await, ["q", "limit"], "together with what else is wrong");
}

#[tokio::test]
async fn a_cursor_is_read_by_the_list_that_gave_it_and_refused_by_another() {
    let cursor = page("/v1/programs").await.unwrap().after("prog_1");
    let read = page(&format!("/v1/programs?limit=2&cursor={cursor}")).await.unwrap();
    assert_eq!(read.cursor.unwrap().position(), "prog_1");
    let text = cursor.to_string();
    assert_eq!(Cursor::parse(&text, "/v1/templates"), Err(BadCursor::OtherList));
    assert!(text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_'), "{text}");
}

#[test]
fn a_cursor_that_was_changed_cut_or_made_up_is_refused() {
    let text = Cursor { list: "/v1/x".into(), position: "prog_1".into() }.to_string();
    let payload = String::from_utf8(URL_SAFE_NO_PAD.decode(&text).unwrap()).unwrap();
    let moved = URL_SAFE_NO_PAD.encode(payload.replace("prog_1", "prog_2"));
    let newer = URL_SAFE_NO_PAD.encode(payload.replacen('1', "2", 1));
    let short = URL_SAFE_NO_PAD.encode("1é\u{ffff}");
    for bad in [&text[1..], &text[..text.len() - 2], "", "prog_1", "====", &moved, &newer, &short] {
        assert_eq!(Cursor::parse(bad, "/v1/x"), Err(BadCursor::Unreadable), "{bad}");
    }
}

#[tokio::test]
async fn the_pages_of_a_list_have_every_record_once_even_when_one_goes_meanwhile() {
    let mut records: Vec<_> = (0..7).map(|n| format!("id-{n}")).collect();
    records.reverse();
    let (mut uri, mut seen) = ("/v1/x?limit=3".to_owned(), Vec::new());
    loop {
        let (items, next) = page(&uri).await.unwrap().cut(records.clone(), |id| id);
        seen.extend(items);
        let Some(next) = next else { break };
        uri = format!("/v1/x?limit=3&cursor={next}");
        records.retain(|id| id != "id-2");
    }
    assert_eq!(seen, (0..7).map(|n| format!("id-{n}")).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_list_that_ends_with_its_page_has_no_next() {
    let page = page("/v1/x?limit=2").await.unwrap();
    let (items, next) = page.cut(vec!["a", "b"], |id| id);
    assert_eq!((items.len(), next), (2, None));
    let (items, next) = page.cut(Vec::<&str>::new(), |id| id);
    assert_eq!((items.len(), next), (0, None));
    assert_eq!(page_json(vec![], None).0, json!({ "items": [], "next": null }));
    let (_, next) = page.cut(vec!["a", "b", "c"], |id| id);
    let answer = page_json(vec![json!("a"), json!("b")], next.as_ref()).0;
    assert_eq!(answer["next"], json!(page.after("b").to_string()));
}

#[tokio::test]
async fn a_list_in_descending_order_is_walked_without_gap_or_repeat() {
    let mut path = "/v1/x?limit=2".to_owned();
    let mut seen = Vec::new();
    for _ in 0..3 {
        let page = page(&path).await.unwrap();
        let records = vec!["b", "e", "a", "d", "c"];
        let (records, next) = page.cut_in(Order::Descending, records, |it| (*it).to_owned());
        seen.extend(records);
        let Some(next) = next else { break };
        path = format!("/v1/x?limit=2&cursor={next}");
    }
    assert_eq!(seen, ["e", "d", "c", "b", "a"]);
}
