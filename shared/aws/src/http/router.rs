//! A router in which every route says who may use it.

use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use http::{HeaderValue, StatusCode, header};
use lambda_http::request::RequestContext;
use tracing::Instrument;

use super::idempotency::{KeepsAnswers, Once};
use super::{Caller, ListQuery, Problem, Role};

/// The methods routes have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// Reads.
    Get,
    /// Creates, or does something.
    Post,
    /// Saves a newer version.
    Put,
    /// Takes away.
    Delete,
}

impl Method {
    /// The method as HTTP writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }

    const fn filter(self) -> MethodFilter {
        match self {
            Self::Get => MethodFilter::GET,
            Self::Post => MethodFilter::POST,
            Self::Put => MethodFilter::PUT,
            Self::Delete => MethodFilter::DELETE,
        }
    }
}

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Signed-in people with at least this role.
    Role(Role),
    /// Machines, whose signature the handler checks itself.
    Signature,
    /// Anybody: it shows nothing that is not public.
    Anybody,
}

impl Access {
    /// The least role it needs, if it needs one.
    pub const fn least_role(self) -> Option<Role> {
        match self {
            Self::Role(least) => Some(least),
            Self::Signature | Self::Anybody => None,
        }
    }
}

/// A function's routes. There is no way to add one without saying who may use it.
pub struct Api<S> {
    router: Router<S>,
    routes: Vec<(Method, &'static str, Access)>,
}

impl<S: Clone + Send + Sync + 'static> Api<S> {
    /// No routes yet.
    #[expect(clippy::new_without_default, reason = "an empty API is a start, not a default")]
    pub fn new() -> Self {
        Self { router: Router::new(), routes: Vec::new() }
    }

    /// Adds a route for signed-in people with at least this role. The handler may take the
    /// [`Caller`] as an extension, and is asked without a query. A post that creates something is
    /// added by [`Api::creating`]; one that answers 201 here fails an assertion in every test that
    /// calls it.
    #[must_use]
    pub fn route<H, T>(self, method: Method, path: &'static str, least: Role, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        let asked = on(method.filter(), handler).layer(from_fn(refuse_query));
        self.checked(method, path, least, asked)
    }

    /// The same for a handler that reads the query of the address, all of it.
    #[must_use]
    pub fn queried<H, T>(self, method: Method, path: &'static str, least: Role, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        self.checked(method, path, least, on(method.filter(), handler))
    }

    /// Adds a post that creates something, for signed-in people with at least this role. Sent again
    /// with the same `Idempotency-Key` it is answered again, and creates nothing more: the
    /// function's state says where the answers are kept.
    #[must_use]
    pub fn creating<H, T>(self, path: &'static str, least: Role, handler: H) -> Self
    where
        S: KeepsAnswers,
        H: Handler<T, S>,
        T: 'static,
    {
        let once = on(MethodFilter::POST, Once::new(path, handler)).layer(from_fn(refuse_query));
        let check = move |request, next| check_role(least, request, next);
        self.guarded(Method::Post, path, least, once.layer(from_fn(check)))
    }

    fn checked(
        self,
        method: Method,
        path: &'static str,
        least: Role,
        asked: MethodRouter<S>,
    ) -> Self {
        let check = move |request, next: Next| async move {
            let response = check_role(least, request, next).await;
            let creates = method == Method::Post && response.status() == StatusCode::CREATED;
            debug_assert!(!creates, "{path} creates something: add it by `Api::creating`");
            response
        };
        self.guarded(method, path, least, asked.layer(from_fn(check)))
    }

    fn guarded(
        mut self,
        method: Method,
        path: &'static str,
        least: Role,
        guarded: MethodRouter<S>,
    ) -> Self {
        self.router = self.router.route(path, guarded);
        self.routes.push((method, path, Access::Role(least)));
        self
    }

    /// Adds a route for machines, whose handler checks a signature itself.
    #[must_use]
    pub fn signed_route<H, T>(mut self, method: Method, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        self.router = self.router.route(path, on(method.filter(), handler));
        self.routes.push((method, path, Access::Signature));
        self
    }

    /// Adds a page that anybody may read. It is a `GET`, and it is given no caller.
    #[must_use]
    pub fn public_route<H, T>(mut self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        self.router = self.router.route(path, on(MethodFilter::GET, handler));
        self.routes.push((Method::Get, path, Access::Anybody));
        self
    }

    /// The routes, and who may use each.
    pub fn routes(&self) -> &[(Method, &'static str, Access)] {
        &self.routes
    }

    /// The service: the routes, with request ids and problem answers around them.
    pub fn into_router(self, state: S) -> Router {
        self.router
            .fallback(|| async { Problem::not_found("page") })
            .method_not_allowed_fallback(|| async {
                let status = StatusCode::METHOD_NOT_ALLOWED;
                Problem::new(status, "Method not allowed", "This address has other methods.")
            })
            .layer(from_fn(trace))
            .with_state(state)
    }
}

async fn check_role(least: Role, mut request: Request, next: Next) -> Response {
    let context = match request.extensions().get::<RequestContext>() {
        Some(RequestContext::ApiGatewayV2(context)) => Some(context),
        _ => None,
    };
    match Caller::require(context, least) {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(problem) => problem.into_response(),
    }
}

/// A route that reads no query is asked without one: who wrote `?dry_run=true` must not believe that
/// it was read.
async fn refuse_query(query: ListQuery, request: Request, next: Next) -> Response {
    match query.only(|_| Some(())) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

/// The id of a request, as API Gateway gave it. It goes into the answer, every log line, and what
/// the request causes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(pub String);

/// An error that the framework made, such as for a path that is not text, as a problem.
pub(super) fn as_problem(response: Response) -> Response {
    let kind = response.headers().get(header::CONTENT_TYPE);
    // A page for people is ours too, and so is an acknowledgment: the framework's own errors are plain
    // text.
    let is_ours = kind.is_some_and(|kind| !kind.as_bytes().starts_with(b"text/plain"));
    if is_ours || !response.status().is_client_error() {
        return response;
    }
    let detail = "The address, its query or its headers are not in the form this takes.";
    Problem::new(response.status(), "The request cannot be read", detail).into_response()
}

async fn trace(mut request: Request, next: Next) -> Response {
    let (id, route) = match request.extensions().get::<RequestContext>() {
        Some(RequestContext::ApiGatewayV2(context)) => {
            (context.request_id.clone(), context.route_key.clone())
        }
        _ => (None, None),
    };
    let id = id.unwrap_or_else(|| "unknown".to_owned());
    let route = route.unwrap_or_default();
    let span = tracing::info_span!("request", request.id = %id, http.route = %route);
    request.extensions_mut().insert(RequestId(id.clone()));
    async move {
        let mut response = as_problem(next.run(request).await);
        let status = response.status().as_u16();
        tracing::info!(http.status = status, "answered a request");
        if let Ok(id) = HeaderValue::try_from(id) {
            response.headers_mut().insert("x-request-id", id);
        }
        response
    }
    .instrument(span)
    .await
}

/// Serves a router as a Lambda function behind API Gateway.
///
/// # Errors
/// When the Lambda runtime stops.
pub async fn serve(router: Router) -> Result<(), lambda_http::Error> {
    lambda_http::run(router).await
}
