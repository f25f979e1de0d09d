//! The routes of the whole function.

use aws::http::{Access, Method, Role};
use letters_function::handler::api;
use testkit::requests::{ApiRequest, call, template_routes};

use crate::support::{InProcess, clinic};

fn routes() -> Vec<(Method, &'static str, Access)> {
    api::<InProcess>().routes().to_vec()
}

#[test]
fn the_template_has_exactly_these_routes() {
    let routes = routes();
    let ours = routes.iter().map(|(method, path, _)| format!("{} {path}", method.as_str()));
    assert_eq!(ours.collect::<std::collections::BTreeSet<_>>(), template_routes("LettersFunction"));
}

#[tokio::test]
async fn every_route_is_refused_without_its_role() {
    let clinic = clinic(0).await;
    for (method, path, access) in routes() {
        // What is signed is tried with the signature.
        let Some(least) = access.least_role() else { continue };
        let method = method.as_str();
        let request = || ApiRequest::new(method, path);
        assert_eq!(call(&clinic.router, request()).await.status, 401, "{method} {path}: no token");
        for role in Role::ALL {
            let answer = call(&clinic.router, request().by(&format!("[{}]", role.as_str()))).await;
            assert_eq!(answer.status == 403, role < least, "{method} {path} as {}", role.as_str());
        }
    }
}
