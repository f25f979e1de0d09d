//! The API's description: open to anybody, and kept by those who have it.

use testkit::requests::{ApiRequest, call};

use crate::router;

#[tokio::test]
async fn anybody_reads_the_document() {
    let answer = call(&router().await, ApiRequest::new("GET", "/openapi.json")).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.json["openapi"], "3.1.0");
    assert!(answer.json["paths"].as_object().is_some_and(|paths| !paths.is_empty()));
}

#[tokio::test]
async fn the_page_may_load_and_run_nothing() {
    let answer = call(&router().await, ApiRequest::new("GET", "/docs")).await;
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    let policy = answer.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains("script-src"), "{policy}");
    assert!(answer.json.as_str().is_some_and(|page| !page.contains("<script")));
}

#[tokio::test]
async fn who_has_the_newest_copy_is_not_sent_it_again() {
    let router = router().await;
    for path in ["/openapi.json", "/docs"] {
        let first = call(&router, ApiRequest::new("GET", path)).await;
        assert_eq!(first.header("cache-control"), "public, max-age=300", "{path}");
        let request = ApiRequest::new("GET", path).header("if-none-match", first.header("etag"));
        let again = call(&router, request).await;
        assert_eq!((again.status.as_u16(), again.json.is_null()), (304, true), "{path}");
    }
}
