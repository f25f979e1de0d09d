//! What stands before each page: the session, its tokens, and that a form is ours.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Redirect, Response};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use maud::html;
use sha2::{Digest as _, Sha256};

use super::signing::is_page;
use super::{Console, Shared, unavailable};
use crate::api::Api;
use crate::failure::{Failed, failed};
use crate::form::{self, NoForm, Posted};
use crate::html::kept;
use crate::session::cookie::Cookie;
use crate::session::{Secret, Session};
use crate::sign_in::{Claims, SignInError};
use crate::staff::{IsPart, Staff};

/// An access token is renewed when it is good for less than this, in seconds: longer than a page takes.
const NEARLY_OVER: u64 = 60;

/// Whoever has no role yet is looked up again after this, in seconds: an admin may just have given them one.
const NO_ROLE: u64 = 10;

/// Longest a page may take: less than the function may run, so that there is a page that says so.
const LONGEST: Duration = Duration::from_secs(25);

/// What is to be kept of a request, should there be no answer to it.
#[derive(Default)]
struct Kept {
    form: Option<Posted>,
    csrf: Option<String>,
}

/// Lets whoever is signed in through, and forms that are ours. What was typed is not lost, whatever happens.
pub(super) async fn guard(State(console): State<Shared>, request: Request, next: Next) -> Response {
    let path = request.uri().path_and_query().map_or("/", |it| it.as_str()).to_owned();
    let is_part = IsPart::of(request.headers());
    let mut kept = Kept::default();
    let response = pass(&console, request, next, &mut kept).await;
    let Some(why) = response.extensions().get::<Failed>().cloned() else { return response };
    let status = response.status();
    if is_part.0 {
        return in_its_place(status, &why);
    }
    // A refusal says that nothing was done, and has said what is wrong with it.
    let is_open = status.is_server_error()
        || matches!(status, StatusCode::UNAUTHORIZED | StatusCode::TOO_MANY_REQUESTS);
    match kept.form.filter(|_| is_open) {
        Some(form) => {
            let said = (why.title.as_str(), why.detail.as_str());
            kept::unanswered(status, said, (&path, &form), kept.csrf.as_deref()).into_response()
        }
        None => response,
    }
}

/// What went wrong with a part of a page, where the part would have been: the page itself, and what is typed on
/// it, stays.
fn in_its_place(status: StatusCode, why: &Failed) -> Response {
    let part = html! {
        div.alert role="alert" data-failed {
            strong { (why.title) }
            p { (why.detail) }
            @if status == StatusCode::UNAUTHORIZED {
                p { a href="/sign-in?to=/app/signed-in-again" target="_blank" { "Sign in in a new tab" } }
            }
        }
    };
    let mut response = (status, part).into_response();
    let headers = response.headers_mut();
    headers.insert("hx-reselect", HeaderValue::from_static("[data-failed]"));
    headers.insert("hx-reswap", HeaderValue::from_static("innerHTML"));
    response
}

async fn pass(console: &Console, mut request: Request, next: Next, kept: &mut Kept) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        match read_form(console, &mut request).await {
            Ok(form) => kept.form = Some(form),
            Err(response) => return response,
        }
    }
    let session = match session(console, request.headers()).await {
        Ok(session) => session,
        Err(response) => return response,
    };
    let path = request.uri().path_and_query().map_or("/", |it| it.as_str()).to_owned();
    let is_part = IsPart::of(request.headers());
    let Some(session) = session else {
        return match &kept.form {
            _ if is_part.0 => {
                let detail = "Your session has ended. What is on this page stays.";
                failed(StatusCode::UNAUTHORIZED, "You are signed out", detail)
            }
            Some(form) => kept::signed_out(&path, form).into_response(),
            None => to_sign_in(&path),
        };
    };
    kept.csrf = Some(session.csrf.clone());
    let Some(role) = session.role() else {
        return (StatusCode::FORBIDDEN, crate::html::without_a_role(&session.name)).into_response();
    };
    if let Some(form) = &kept.form {
        let said = form.some(form::CSRF).or_else(|| in_header(request.headers()));
        if !is_same(&said.unwrap_or_default(), &session.csrf) {
            if is_part.0 {
                let detail = "Somebody signed in again since this page was opened. Load it again.";
                return failed(
                    StatusCode::FORBIDDEN,
                    "This page is from an earlier session",
                    detail,
                );
            }
            // It comes from our pages, but from before this session: the person is asked.
            return kept::from_earlier(&path, form, &session.csrf).into_response();
        }
        request.extensions_mut().insert(form.clone());
    }
    let api = match Api::of(&console.api, &session.access) {
        Ok(api) => api,
        Err(failure) => return failure.into_response(),
    };
    let is_whole_page = kept.form.is_none() && !is_part.0;
    let staff = Staff::new(api, (&session, role), &console.sessions, is_whole_page);
    request.extensions_mut().insert(staff);
    tokio::time::timeout(LONGEST, next.run(request)).await.unwrap_or_else(|_| {
        tracing::warn!("a page took too long");
        let detail = "There was no answer in time. If you changed something, look whether it is there before \
                      you do it again.";
        failed(StatusCode::GATEWAY_TIMEOUT, "No answer", detail)
    })
}

fn in_header(headers: &HeaderMap) -> Option<String> {
    headers.get("x-csrf-token").and_then(|it| it.to_str().ok()).map(ToOwned::to_owned)
}

/// By their hashes: how long it takes says nothing of either.
fn is_same(said: &str, ours: &str) -> bool {
    Sha256::digest(said) == Sha256::digest(ours)
}

/// The session of a request, with an access token that is good.
async fn session(console: &Console, headers: &HeaderMap) -> Result<Option<Session>, Response> {
    let Some(secret) = Cookie::Session.read(console.transport(), headers) else { return Ok(None) };
    let now = console.now();
    let found = console.sessions.open(&secret, now).await.map_err(|error| {
        tracing::warn!(%error, "a session could not be read");
        unavailable()
    })?;
    let Some(mut session) = found else { return Ok(None) };
    let waits_for_a_role = session.role.is_none() && now >= session.written + NO_ROLE;
    if session.access_until <= now + NEARLY_OVER || waits_for_a_role {
        match renew(console, &mut session, now).await {
            Ok(true) => {}
            Ok(false) => {
                forget(console, &secret).await;
                return Ok(None);
            }
            Err(response) => return Err(response),
        }
    } else if !session.is_to_be_touched(now) {
        return Ok(Some(session));
    }
    match console.sessions.keep(&secret, &mut session, now).await {
        Ok(true) => Ok(Some(session)),
        // They signed out in another tab while this was under way.
        Ok(false) => Ok(None),
        Err(error) => {
            // It only ends sooner.
            tracing::warn!(%error, "a session could not be kept");
            Ok(Some(session))
        }
    }
}

/// Gets the next access token; false when Cognito no longer knows the person.
async fn renew(console: &Console, session: &mut Session, now: u64) -> Result<bool, Response> {
    match console.sign_in.refresh(&session.refresh).await {
        Ok(tokens) => {
            let Some(claims) = Claims::read(&tokens.access) else { return Ok(false) };
            session.role = claims.role().map(|role| role.as_str().to_owned());
            session.access = tokens.access;
            session.access_until = now + tokens.seconds;
            if let Some(refresh) = tokens.refresh {
                session.refresh = refresh;
            }
            session.practice = console.practice_name(&session.access).await;
            Ok(true)
        }
        Err(SignInError::Refused(why)) => {
            tracing::info!(%why, "a session was not renewed");
            Ok(false)
        }
        Err(error @ (SignInError::Unreachable(_) | SignInError::Settings(_))) => {
            tracing::warn!(%error, "a session could not be renewed");
            Err(unavailable())
        }
    }
}

async fn forget(console: &Console, secret: &Secret) {
    if let Err(error) = console.sessions.forget(secret).await {
        tracing::warn!(%error, "a session could not be forgotten");
    }
}

/// The form of a request that comes from a page of ours: a browser says from where.
async fn read_form(console: &Console, request: &mut Request) -> Result<Posted, Response> {
    if !is_ours(console, request.headers()) {
        let detail = "This form was not sent from a page of Patient Connect. Nothing was changed.";
        return Err(failed(StatusCode::FORBIDDEN, "Not taken", detail));
    }
    let body = std::mem::take(request.body_mut());
    let body: Bytes = axum::body::to_bytes(body, form::MAX_FORM).await.map_err(|_| {
        let detail = "What you sent is too large: at most 4 MB are taken. Nothing was changed. Go back to send \
                      less.";
        failed(StatusCode::PAYLOAD_TOO_LARGE, "Too large", detail)
    })?;
    // A part of a page may be asked for by POST without any field.
    if body.is_empty() {
        return Ok(Posted::default());
    }
    Posted::read(request.headers(), body).await.map_err(|NoForm| {
        let detail =
            "What was sent is no form of ours, or has too many fields. Nothing was changed.";
        failed(StatusCode::BAD_REQUEST, "Cannot be read", detail)
    })
}

pub(super) fn is_ours(console: &Console, headers: &HeaderMap) -> bool {
    let ours = |value: &HeaderValue| value.as_bytes() == console.sign_in.console().as_bytes();
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    let same_site = matches!(site, None | Some(b"same-origin" | b"none"));
    same_site && headers.get(header::ORIGIN).is_some_and(ours)
}

fn to_sign_in(path: &str) -> Response {
    let is_to_be_found_again = path.parse::<Uri>().is_ok() && is_page(path);
    let to = if is_to_be_found_again { path } else { "" };
    Redirect::to(&crate::api::at(&["sign-in"], &[("to", to)])).into_response()
}
