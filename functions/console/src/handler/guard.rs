//! What stands before each page: the session, its tokens, and that a form is ours.

use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Redirect, Response};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use sha2::{Digest as _, Sha256};

use super::{Console, Shared, unavailable};
use crate::api::Api;
use crate::form::{self, NoForm, Posted};
use crate::html;
use crate::session::cookie::Cookie;
use crate::session::{Secret, Session};
use crate::sign_in::{Claims, SignInError};
use crate::staff::Staff;

/// An access token is renewed when it is good for less than this, in seconds: longer than a page takes.
const NEARLY_OVER: u64 = 60;

/// Lets whoever is signed in through, and forms that are ours.
pub(super) async fn guard(
    State(console): State<Shared>,
    mut request: Request,
    next: Next,
) -> Response {
    let session = match session(&console, request.headers()).await {
        Ok(session) => session,
        Err(response) => return response,
    };
    let form = match request.method() {
        &Method::GET | &Method::HEAD => None,
        _ => match read_form(&console, &mut request).await {
            Ok(form) => Some(form),
            Err(response) => return response,
        },
    };
    let path = request.uri().path_and_query().map_or("/", |it| it.as_str()).to_owned();
    let Some(session) = session else {
        return match form {
            // What was typed must not be lost.
            Some(form) => html::kept::signed_out(&path, &form).into_response(),
            None => to_sign_in(request.headers(), &path),
        };
    };
    let Some(role) = session.role() else {
        let detail = "You are signed in, but nobody has given you a role yet. Ask an admin of the practice \
                      to put you into a group.";
        return (StatusCode::FORBIDDEN, html::standalone("No role yet", detail)).into_response();
    };
    if let Some(form) = form {
        let said = form.some(form::CSRF).or_else(|| in_header(request.headers()));
        if !is_same(&said.unwrap_or_default(), &session.csrf) {
            // It comes from our pages, but from before this session: the person is asked.
            return html::kept::from_earlier(&path, &form, &session.csrf).into_response();
        }
        request.extensions_mut().insert(form);
    }
    let api = match Api::of(&console.api, &session.access) {
        Ok(api) => api,
        Err(failure) => return failure.into_response(),
    };
    let staff = Staff::new(api, &console.practice, (&session, role), &console.sessions);
    request.extensions_mut().insert(staff);
    next.run(request).await
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
    if session.access_until <= now + NEARLY_OVER {
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
    // That it could not be written only means that it ends sooner.
    if let Err(error) = console.sessions.keep(&secret, &mut session, now).await {
        tracing::warn!(%error, "a session could not be kept");
    }
    Ok(Some(session))
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
        return Err((StatusCode::FORBIDDEN, html::standalone("Not taken", detail)).into_response());
    }
    let body = std::mem::take(request.body_mut());
    let body: Bytes = axum::body::to_bytes(body, form::MAX_FORM).await.map_err(|_| {
        let detail = "What you sent is too large: at most 4 MB are taken. Nothing was changed.";
        (StatusCode::PAYLOAD_TOO_LARGE, html::standalone("Too large", detail)).into_response()
    })?;
    // A part of a page may be asked for by POST without any field.
    if body.is_empty() {
        return Ok(Posted::default());
    }
    Posted::read(request.headers(), body).await.map_err(|NoForm| {
        let detail = "What was sent is no form. Nothing was changed.";
        (StatusCode::BAD_REQUEST, html::standalone("Cannot be read", detail)).into_response()
    })
}

pub(super) fn is_ours(console: &Console, headers: &HeaderMap) -> bool {
    let ours = |value: &HeaderValue| value.as_bytes() == console.sign_in.console().as_bytes();
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    let same_site = matches!(site, None | Some(b"same-origin" | b"none"));
    same_site && headers.get(header::ORIGIN).is_none_or(ours)
}

fn to_sign_in(headers: &HeaderMap, path: &str) -> Response {
    let to = crate::api::at(&["sign-in"], &[("to", path)]);
    if headers.contains_key("hx-request") {
        // A part of a page: the whole page goes there.
        let mut response = StatusCode::UNAUTHORIZED.into_response();
        if let Ok(to) = HeaderValue::try_from(to) {
            response.headers_mut().insert("hx-redirect", to);
        }
        return response;
    }
    Redirect::to(&to).into_response()
}
