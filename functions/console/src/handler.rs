//! The routes, and what stands before each page.

mod guard;
mod signing;

use std::sync::Arc;

use app::ports::Clock;
use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{Redirect, Response};
use axum::routing::{get, post};
use http::{HeaderName, HeaderValue, StatusCode, header};
use lambda_http::request::RequestContext;
use serde::Deserialize;
use tracing::Instrument as _;

use crate::api::Api;
use crate::failure::failed;
use crate::session::Sessions;
use crate::session::cookie::Transport;
use crate::sign_in::SignIn;
use crate::{api, assets, html, screens};

/// What the handlers need.
pub struct Console {
    /// The JSON API.
    pub api: api::Service,
    /// Who is signed in.
    pub sessions: Sessions,
    /// Where people sign in.
    pub sign_in: SignIn,
    /// The clock.
    pub clock: Box<dyn Clock>,
    /// What the practice is called when its settings cannot be read.
    pub practice: String,
}

impl Console {
    /// Seconds since 1970.
    fn now(&self) -> u64 {
        u64::try_from(self.clock.now().timestamp()).unwrap_or_default()
    }

    /// What the practice is called, as that person's API says.
    async fn practice_name(&self, access_token: &str) -> String {
        #[derive(Deserialize)]
        struct Settings {
            practice_name: String,
        }
        let settings = match Api::of(&self.api, access_token) {
            Ok(api) => api.get::<Settings>("/v1/settings").await,
            Err(failure) => Err(failure),
        };
        settings.map_or_else(|_| self.practice.clone(), |it| it.practice_name)
    }

    fn transport(&self) -> Transport {
        Transport::of(self.sign_in.console())
    }
}

pub(crate) type Shared = Arc<Console>;

/// The first page that people see.
pub(crate) const HOME: &str = "/app/work";

/// All pages. Whatever is below `/app` is for people who are signed in: the guard is around all of it.
pub fn router(console: Console) -> Router {
    let console = Arc::new(console);
    let policy = content_security_policy(&console.sign_in);
    let pages = screens::routes().route_layer(from_fn_with_state(console.clone(), guard::guard));
    Router::new()
        .merge(pages)
        .route("/", get(|| async { Redirect::to(HOME) }))
        .route("/assets/{file}", get(assets::serve))
        .route("/sign-in", get(signing::begin))
        .route("/signed-in", get(signing::finish))
        .route("/sign-out", post(signing::end))
        .route("/signed-out", get(signing::ended))
        .fallback(|| async {
            let detail = "There is no such page. It may have been there in an earlier version.";
            (StatusCode::NOT_FOUND, html::standalone("Not found", detail))
        })
        .layer(from_fn(move |request, next| {
            let policy = policy.clone();
            async move { protect(policy, request, next).await }
        }))
        .layer(from_fn(trace))
        .with_state(console)
}

/// Only what is ours is loaded, and nothing of a page is run that is not a file of ours. A form may lead
/// to the sign-in pages, because signing out goes there.
fn content_security_policy(sign_in: &SignIn) -> HeaderValue {
    let policy = format!(
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
         img-src 'self' data:; frame-src 'self'; form-action 'self' {}; base-uri 'none'; \
         frame-ancestors 'self'",
        sign_in.pages()
    );
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
}

async fn protect(policy: HeaderValue, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    // A page that shows somebody else's text, such as an email, has a stricter policy of its own.
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000"),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    // Pages hold patients' data: nothing of them stays in a shared PC's cache.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// One line for each request, without what is in its path: the page's own route says enough.
async fn trace(request: Request, next: Next) -> Response {
    let id = match request.extensions().get::<RequestContext>() {
        Some(RequestContext::ApiGatewayV2(context)) => context.request_id.clone(),
        _ => None,
    };
    let id = id.unwrap_or_default();
    let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let route = format!("{} {route}", request.method());
    let span = tracing::info_span!("request", request.id = %id, http.route = %route);
    async move {
        let mut response = next.run(request).await;
        tracing::info!(http.status = response.status().as_u16(), "answered a request");
        if let Ok(id) = HeaderValue::try_from(id) {
            response.headers_mut().insert("x-request-id", id);
        }
        response
    }
    .instrument(span)
    .await
}

/// A page that says why nothing could be done just now.
fn unavailable() -> Response {
    let detail = "The service is busy; nothing was changed. Try again in a moment.";
    failed(StatusCode::SERVICE_UNAVAILABLE, "Try again", detail)
}
