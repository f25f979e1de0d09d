//! In and out.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Deserialize;

use super::guard::is_ours;
use super::{HOME, Shared, unavailable};
use crate::html;
use crate::session::cookie::Cookie;
use crate::session::{SIGNING_IN, Secret, Session, WHOLE};
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
    let cookie = Cookie::SigningIn.set(console.transport(), &secret, SIGNING_IN);
    with_cookies(Redirect::to(&url).into_response(), [cookie])
}

/// A page of ours, and of nobody else: `//host` and `/\host` lead elsewhere.
fn is_page(to: &str) -> bool {
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
        Some(secret) => console.sessions.take(secret, console.now()).await,
        None => Ok(None),
    };
    let who = match who {
        Ok(who) => who,
        Err(error) => {
            tracing::warn!(%error, "who signs in cannot be looked up");
            return unavailable();
        }
    };
    let expected = who.filter(|who| back.state.as_deref() == Some(who.state.as_str()));
    let (Some(who), Some(code)) = (expected, back.code) else {
        // They took too long, used the page of another tab, or pressed Back.
        return again(
            StatusCode::BAD_REQUEST,
            "Signing in was not finished. It may have taken too long, or was begun in another tab.",
        );
    };
    let known = match console.sign_in.finish(code, &who, console.clock.now()).await {
        Ok(known) => known,
        Err(error) => return failed(&error),
    };
    let now = console.now();
    let Some(mut session) = session(known, now) else {
        return failed(&SignInError::Refused("the access token cannot be read".to_owned()));
    };
    // A new secret: whoever knew of the old one knows nothing of this one.
    let secret = Secret::random();
    if let Err(error) = console.sessions.keep(&secret, &mut session, now).await {
        tracing::warn!(%error, "a session cannot be kept");
        return unavailable();
    }
    let cookies =
        [Cookie::Session.set(transport, &secret, WHOLE), Cookie::SigningIn.clear(transport)];
    with_cookies(Redirect::to(&who.to).into_response(), cookies)
}

fn session(known: Known, now: u64) -> Option<Session> {
    let Known { tokens, name } = known;
    let claims = Claims::read(&tokens.access)?;
    Some(Session {
        role: claims.role().map(|role| role.as_str().to_owned()),
        subject: claims.sub,
        name,
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
    if let Some(secret) = Cookie::Session.read(transport, &headers) {
        let open = console.sessions.open(&secret, console.now()).await;
        if let Ok(Some(session)) = open {
            console.sign_in.revoke(&session.refresh).await;
        }
        if let Err(error) = console.sessions.forget(&secret).await {
            tracing::warn!(%error, "a session cannot be forgotten");
            return unavailable();
        }
    }
    let cookies = [Cookie::Session.clear(transport), Cookie::SigningIn.clear(transport)];
    with_cookies(Redirect::to(&console.sign_in.end()).into_response(), cookies)
}

/// Where Cognito sends people who signed out.
pub(super) async fn ended() -> Response {
    again(StatusCode::OK, "You have signed out. Nothing of what you saw is kept on this computer.")
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
