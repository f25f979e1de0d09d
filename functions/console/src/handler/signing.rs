//! In and out.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Deserialize;

use super::guard::is_ours;
use super::{HOME, Shared, unavailable};
use crate::html;
use crate::session::cookie::Cookie;
use crate::session::{SIGNING_IN, Secret, Session};
use crate::sign_in::{Claims, Known, SignInError};

#[derive(Deserialize)]
pub(super) struct To {
    to: Option<String>,
}

/// Sends somebody to Cognito's pages.
pub(super) async fn begin(State(console): State<Shared>, Query(To { to }): Query<To>) -> Response {
    let to = to.filter(|to| is_page(to)).unwrap_or_else(|| HOME.to_owned());
    let (url, who) = match console.sign_in.begin(to) {
        Ok(begun) => begun,
        Err(error) => return failed(&error),
    };
    let secret = Secret::random();
    if let Err(error) = console.sessions.await_return(&secret, &who, console.now()).await {
        tracing::warn!(%error, "somebody who signs in cannot be remembered");
        return unavailable();
    }
    let cookie = Cookie::SigningIn.set(console.transport(), &secret, Some(SIGNING_IN));
    with_cookies(Redirect::to(&url).into_response(), [cookie])
}

/// A page of ours, and of nobody else: `//host` and `/\host` lead elsewhere.
pub(super) fn is_page(to: &str) -> bool {
    to.starts_with("/app/") && !to.contains('\\') && !to.chars().any(char::is_control)
}

#[derive(Deserialize)]
pub(super) struct Back {
    code: Option<String>,
    state: Option<String>,
}

/// Takes somebody who comes back from there.
pub(super) async fn finish(
    State(console): State<Shared>,
    headers: HeaderMap,
    Query(back): Query<Back>,
) -> Response {
    let transport = console.transport();
    let began = Cookie::SigningIn.read(transport, &headers);
    let who = match &began {
        Some(secret) => console.sessions.awaited(secret, console.now()).await,
        None => Ok(None),
    };
    let (secret, who, code) = match (began, who, back.code) {
        (_, Err(error), _) => {
            tracing::warn!(%error, "who signs in cannot be looked up");
            return unavailable();
        }
        (Some(secret), Ok(Some(who)), Some(code)) if back.state.as_deref() == Some(&who.state) => {
            (secret, who, code)
        }
        // They took too long, began in another tab since, or pressed Back after it was done.
        _ if Cookie::Session.read(transport, &headers).is_some() => {
            return Redirect::to(HOME).into_response();
        }
        _ => {
            return again(
                StatusCode::BAD_REQUEST,
                "Signing in was not finished. It may have taken too long, or was begun in another tab.",
            );
        }
    };
    // It is good once: only one of two that come back with it goes on.
    match console.sessions.forget(&secret).await {
        Ok(true) => {}
        Ok(false) => return again(StatusCode::BAD_REQUEST, "Signing in was finished already."),
        Err(error) => {
            tracing::warn!(%error, "who signs in cannot be looked up");
            return unavailable();
        }
    }
    let known = match console.sign_in.finish(code, &who, console.clock.now()).await {
        Ok(known) => known,
        Err(error) => return failed(&error),
    };
    let now = console.now();
    let practice = console.practice_name(&known.tokens.access).await;
    let Some(session) = session(known, practice, now) else {
        return failed(&SignInError::Refused("the access token cannot be read".to_owned()));
    };
    // A new secret: whoever knew of the old one knows nothing of this one, and the old one is over.
    if let Some(old) = Cookie::Session.read(transport, &headers)
        && let Err(error) = console.sessions.forget(&old).await
    {
        tracing::warn!(%error, "the session before cannot be forgotten");
    }
    let secret = Secret::random();
    if let Err(error) = console.sessions.begin(&secret, &session).await {
        tracing::warn!(%error, "a session cannot be kept");
        return unavailable();
    }
    // That it failed only means that others see “somebody” where they are named.
    if let Err(error) = console.sessions.call_somebody(&session.subject, &session.name).await {
        tracing::warn!(%error, "what somebody is called cannot be kept");
    }
    let cookies =
        [Cookie::Session.set(transport, &secret, None), Cookie::SigningIn.clear(transport)];
    with_cookies(Redirect::to(&who.to).into_response(), cookies)
}

fn session(known: Known, practice: String, now: u64) -> Option<Session> {
    let Known { tokens, name } = known;
    let claims = Claims::read(&tokens.access)?;
    Some(Session {
        role: claims.role().map(|role| role.as_str().to_owned()),
        subject: claims.sub,
        name,
        practice,
        access: tokens.access,
        access_until: now + tokens.seconds,
        refresh: tokens.refresh?,
        csrf: Secret::random().as_text(),
        began: now,
        written: now,
    })
}

/// Ends the session, here and at Cognito.
pub(super) async fn end(State(console): State<Shared>, headers: HeaderMap) -> Response {
    // Nobody else's page may sign people out. Without a token of a form: who cannot get in any more must
    // get out.
    if !is_ours(&console, &headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let transport = console.transport();
    let cookies = || [Cookie::Session.clear(transport), Cookie::SigningIn.clear(transport)];
    if let Some(secret) = Cookie::Session.read(transport, &headers) {
        let open = console.sessions.open(&secret, console.now()).await;
        if let Err(error) = console.sessions.forget(&secret).await {
            tracing::warn!(%error, "a session cannot be forgotten");
            return with_cookies(unavailable(), cookies());
        }
        // Last, because it may take its time.
        if let Ok(Some(session)) = open {
            console.sign_in.revoke(&session.refresh).await;
        }
    }
    with_cookies(Redirect::to(&console.sign_in.end()).into_response(), cookies())
}

/// Where Cognito sends people who signed out.
pub(super) async fn ended() -> Response {
    let detail = "You have signed out. Files that you saved are still on this computer.";
    let mut response = again(StatusCode::OK, detail);
    response.headers_mut().insert("clear-site-data", HeaderValue::from_static("\"cache\""));
    response
}

fn failed(error: &SignInError) -> Response {
    match error {
        SignInError::Unreachable(_) => {
            tracing::warn!(%error, "nobody can sign in");
            again(
                StatusCode::BAD_GATEWAY,
                "The sign-in service did not answer. Try again in a moment.",
            )
        }
        SignInError::Refused(_) => {
            tracing::info!(%error, "somebody was not signed in");
            again(StatusCode::BAD_REQUEST, "Signing in did not work. Try once more.")
        }
        SignInError::Settings(_) => {
            tracing::error!(%error, "nobody can sign in");
            again(
                StatusCode::INTERNAL_SERVER_ERROR,
                "Signing in is not set up rightly. Tell whoever looks after the system.",
            )
        }
    }
}

fn again(status: StatusCode, detail: &str) -> Response {
    (status, html::at_the_door(detail)).into_response()
}

fn with_cookies<const N: usize>(
    mut response: Response,
    cookies: [Option<HeaderValue>; N],
) -> Response {
    for cookie in cookies.into_iter().flatten() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::is_page;

    #[test]
    fn after_signing_in_people_go_to_a_page_of_ours_and_nowhere_else() {
        assert!(is_page("/app/work?kind=failed"));
        for wrong in [
            "",
            "/",
            "//evil.example",
            "https://evil.example",
            "/app/\\evil",
            "/app/\r\nx",
            "/appx",
        ] {
            assert!(!is_page(wrong), "{wrong}");
        }
    }
}
