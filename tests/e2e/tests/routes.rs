//! Every route of the template, and everybody who must not get through.

#![cfg(test)]

use std::collections::BTreeMap;

use e2e::problems::assert_problem;
use e2e::routes::{Route, of_staff, of_template};
use e2e::{forged, people, stack};
use serde_json::json;
use stack::{Secret, Session, Stack, unix_seconds};

/// The routes that need more than `viewer`. A new route that changes something must be put here, and so must a
/// read that is not for everybody.
const FRONT_DESK: [&str; 29] = [
    "POST /v1/patients/{id}/release-email",
    "POST /v1/patients/{id}/release-sms",
    "POST /v1/enrolments",
    "POST /v1/enrolments/upload",
    "POST /v1/enrolments/{id}/advance",
    "POST /v1/enrolments/{id}/end",
    "POST /v1/enrolments/{id}/retry",
    "POST /v1/enrolments/{id}/skip",
    "POST /v1/letters/batches",
    "POST /v1/letters/batches/{id}/link",
    "POST /v1/letters/batches/{id}/posted",
    "POST /v1/letters/{id}/again",
    "POST /v1/letters/{id}/link",
    "POST /v1/letters/{id}/posted",
    "POST /v1/letters/{id}/returned",
    "POST /v1/letters/{id}/withdrawn",
    "POST /v1/patients",
    "POST /v1/patients/upsert",
    "POST /v1/patients/{id}/archive",
    "POST /v1/patients/{id}/deceased",
    "POST /v1/patients/{id}/opt-out",
    "POST /v1/patients/{id}/restore",
    "POST /v1/work-list/bulk",
    "POST /v1/work-list/{id}/assign",
    "POST /v1/work-list/{id}/notes",
    "POST /v1/work-list/{id}/resolve",
    "PUT /v1/enrolments/{id}/reference-date",
    "PUT /v1/patients/{id}",
    "PUT /v1/patients/{id}/consents/{channel}/{purpose}",
];
/// Reads that are posted, so that what is searched for or shown is in no address.
const SEARCHES: [&str; 5] = [
    "POST /v1/letters/preview",
    "POST /v1/patients/search",
    "POST /v1/programs/{id}/timeline",
    "POST /v1/templates/preview",
    "POST /v1/templates/{id}/preview",
];
const ADMIN: [&str; 28] = [
    "GET /v1/webhooks/refused",
    "DELETE /v1/settings/logo",
    "PUT /v1/programs/{id}/booking-types",
    "POST /v1/templates/{id}/test",
    "POST /v1/programs/{id}/moves",
    "POST /v1/programs/{id}/moves/preview",
    "DELETE /v1/programs/{id}",
    "DELETE /v1/templates/{id}",
    "POST /v1/programs/{id}/duplicate",
    "POST /v1/programs/{id}/impact",
    "POST /v1/booking-types",
    "POST /v1/holidays",
    "POST /v1/patients/{id}/merge",
    "POST /v1/work-list/{id}/merge",
    "POST /v1/programs",
    "POST /v1/programs/{id}/disable",
    "POST /v1/programs/{id}/enable",
    "POST /v1/sending/hold",
    "POST /v1/sending/release",
    "POST /v1/sites",
    "POST /v1/templates",
    "PUT /v1/booking-types/{id}",
    "PUT /v1/programs/{id}",
    "PUT /v1/settings",
    "PUT /v1/settings/logo",
    "PUT /v1/sites/{id}",
    "PUT /v1/sites/{id}/holidays",
    "PUT /v1/templates/{id}",
];

/// The routes that are open, because the sender signs, or because we have sealed the address.
const SIGNED: [&str; 9] = [
    "GET /unsubscribe/{token}",
    "POST /unsubscribe/{token}",
    "POST /webhooks/bookings/{source}",
    "PUT /webhooks/bookings/{source}",
    "PUT /webhooks/bookings/{source}/{resource}/{id}",
    "POST /webhooks/referrals/{source}",
    "PUT /webhooks/referrals/{source}",
    "PUT /webhooks/referrals/{source}/{resource}/{id}",
    "POST /webhooks/epost",
];

/// The routes that are open, because they say what anybody may know.
const PUBLIC: [&str; 2] = ["GET /docs", "GET /openapi.json"];

/// The pages of the console, which look at a session themselves (`console.rs`).
const CONSOLE: [&str; 8] = [
    "GET /",
    "GET /app/{page+}",
    "POST /app/{page+}",
    "GET /assets/{file}",
    "GET /sign-in",
    "GET /signed-in",
    "POST /sign-out",
    "GET /signed-out",
];

fn reads(key: &str) -> bool {
    (key.starts_with("GET ") || SEARCHES.contains(&key)) && !ADMIN.contains(&key)
}

#[test]
fn every_route_of_the_template_is_expected_by_these_tests() {
    for Route { key, staff } in of_template() {
        let reads = reads(&key);
        let changes = FRONT_DESK.contains(&key.as_str()) || ADMIN.contains(&key.as_str());
        let open = [&SIGNED[..], &PUBLIC, &CONSOLE].concat().contains(&key.as_str());
        assert_eq!(staff, !open, "{key} must be behind the authorizer, signed, public, or a page");
        assert!(open || reads != changes, "say in this file who may use {key}");
    }
}

#[test]
fn the_deployed_routes_are_those_of_the_template() {
    let stack = stack();
    let api = stack.description().output("ApiId").unwrap();
    let deployed = stack.emulator().routes(api).unwrap();
    let deployed: BTreeMap<_, _> = deployed
        .into_iter()
        .map(|route| (route.route_key, route.authorization_type == "JWT"))
        .collect();
    let wanted: BTreeMap<_, _> =
        of_template().into_iter().map(|route| (route.key, route.staff)).collect();
    assert_eq!(deployed, wanted);
}

#[test]
fn anybody_may_read_what_the_api_says_of_itself() {
    let stack = stack();
    for key in PUBLIC {
        let path = key.trim_start_matches("GET ");
        let answer = stack.call("GET", path, &[], None).unwrap();
        assert_eq!(answer.status, 200, "{key}: {}", answer.body);
    }
}

#[test]
fn no_page_is_shown_to_somebody_who_is_not_signed_in() {
    let stack = stack();
    let forged = [("cookie", "session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")];
    for headers in [&[][..], &forged] {
        for path in ["/app/work", "/app/patients", "/app/settings/sending", "/app/nonsense/x"] {
            let answer = stack.call("GET", path, headers, None).unwrap();
            assert!([303, 404].contains(&answer.status), "{path}: {}", answer.status);
            assert!(!answer.body.contains("Sign out"), "{path}");
        }
    }
}

#[test]
fn nobody_gets_in_without_a_token() {
    let stack = stack();
    for route in of_staff() {
        let answer = route.call_without_token(&stack);
        assert_eq!(answer.status, 401, "{}: {}", route.key, answer.body);
    }
}

#[test]
fn text_that_is_no_token_does_not_get_in() {
    let stack = stack();
    nobody_gets_in_with(&stack, &Secret::new("nonsense"));
}

#[test]
fn a_token_of_another_user_pool_does_not_get_in() {
    let stack = stack();
    nobody_gets_in_with(&stack, &people::of_another_pool(&stack));
}

#[test]
fn a_token_of_another_client_of_the_pool_does_not_get_in() {
    let stack = stack();
    nobody_gets_in_with(&stack, &people::of_another_client(&stack));
}

#[test]
fn a_token_whose_groups_were_changed_does_not_get_in() {
    let stack = stack();
    let viewer = people::member_of(&stack, &["viewer"]).access;
    let tampered = forged::with_claim(&viewer, "cognito:groups", &json!(["admin"]));
    nobody_gets_in_with(&stack, &tampered);
}

#[test]
fn a_token_without_a_signature_does_not_get_in() {
    let stack = stack();
    let admin = stack.sign_in_as_admin().unwrap();
    nobody_gets_in_with(&stack, &forged::unsigned(admin.token()));
}

#[test]
fn an_expired_token_does_not_get_in() {
    let stack = stack();
    let admin = stack.sign_in_as_admin().unwrap();
    let expiring = |at| forged::expiring_at(&stack, admin.token(), at);
    // The same token with a later expiry is good, so it is the expiry that is refused.
    let valid = stack.with_token(expiring(unix_seconds() + 600).reveal());
    assert_eq!(valid.get("/v1/programs").unwrap().status, 200);
    nobody_gets_in_with(&stack, &expiring(unix_seconds() - 60));
}

#[test]
fn an_id_token_does_not_do_for_an_access_token() {
    let stack = stack();
    let tokens = people::member_of(&stack, &["admin"]);
    let session = stack.with_token(tokens.id.reveal());
    for route in of_staff() {
        assert_problem(&route.call(&session), 401);
    }
}

#[test]
fn somebody_in_no_group_may_do_nothing() {
    let stack = stack();
    let tokens = people::member_of(&stack, &[]);
    let session = stack.with_token(tokens.access.reveal());
    for route in of_staff() {
        assert_problem(&route.call(&session), 403);
    }
}

#[test]
fn a_viewer_may_read_and_change_nothing() {
    may_use(&["viewer"], |route| reads(&route.key));
}

#[test]
fn the_front_desk_may_change_patients_and_no_programs() {
    may_use(&["front-desk"], |route| !ADMIN.contains(&route.key.as_str()));
}

#[test]
fn a_clinician_may_do_what_the_front_desk_may() {
    may_use(&["clinician"], |route| !ADMIN.contains(&route.key.as_str()));
}

#[test]
fn an_admin_may_use_every_route() {
    may_use(&["admin"], |_| true);
}

#[test]
fn the_greatest_of_several_groups_counts() {
    may_use(&["viewer", "front-desk"], |route| !ADMIN.contains(&route.key.as_str()));
}

/// Somebody in these groups gets past the role on just these routes. Past it, a request about
/// things that are not there and with nothing in its body is refused for that, never by a fault.
fn may_use(groups: &[&str], allowed: impl Fn(&Route) -> bool) {
    let stack = stack();
    let tokens = people::member_of(&stack, groups);
    let session: Session<'_> = stack.with_token(tokens.access.reveal());
    for route in of_staff() {
        let answer = route.call(&session);
        if !allowed(&route) {
            assert_problem(&answer, 403);
        } else if answer.status != 200 {
            let fits = matches!(answer.status, 400 | 404 | 415 | 422 | 428);
            assert!(fits, "{}: {} {}", route.key, answer.status, answer.body);
            assert_problem(&answer, answer.status);
        }
    }
}

/// The gateway itself refuses this token on every route.
fn nobody_gets_in_with(stack: &Stack, token: &Secret) {
    let session = stack.with_token(token.reveal());
    for route in of_staff() {
        let answer = route.call(&session);
        assert_eq!(answer.status, 401, "{}: {}", route.key, answer.body);
    }
}
