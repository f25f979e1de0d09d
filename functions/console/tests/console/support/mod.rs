//! A practice with its console, and people who use it.

mod api;
mod cognito;
mod screen;

use app::ports::{Catalogue as _, Clock as _};
use aws::clients::Aws;
use aws::dynamo::{SessionStore, Table};
use aws::http::Role;
use aws_credential_types::Credentials;
use axum::Router;
use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use console_function::api::{Api, Service};
use console_function::handler::{Console, router};
use console_function::session::{Secret, Session, Sessions};
use console_function::sign_in::{Place, SignIn};
use http::{Method, Request, header};
use serde_json::{Value, json};
use testkit::dynamo::Dynamo;
use testkit::fakes::{FakeClock, FakeEmail, FakeSms};
use tower::ServiceExt as _;

pub(crate) use api::{Trouble, Troubles};
pub(crate) use cognito::{Cognito, Says};
pub(crate) use screen::Screen;

/// When everything begins: 10 am on Monday, 23 November 2026, in Sydney.
pub(crate) const NOW: &str = "2026-11-22T23:00:00Z";

/// Where the console is.
pub(crate) const CONSOLE: &str = "https://console.example";

/// A practice with one site, Harbour Clinic in Sydney (`/v1/sites` has its id), and its console.
pub(crate) struct Office {
    pub(crate) dynamo: Dynamo,
    pub(crate) clock: FakeClock,
    /// Text messages that were sent.
    pub(crate) sms: FakeSms,
    /// Emails that were sent.
    pub(crate) email: FakeEmail,
    pub(crate) cognito: Cognito,
    pub(crate) router: Router,
    pub(crate) sessions: Sessions,
    /// What befalls the calls of the API that come next.
    pub(crate) troubles: Troubles,
    service: Service,
}

/// Somebody at a screen.
pub(crate) struct Person<'a> {
    office: &'a Office,
    pub(crate) cookie: String,
    pub(crate) csrf: String,
}

impl Office {
    pub(crate) async fn open() -> Self {
        let dynamo = Dynamo::start().await;
        dynamo.catalogue().create_site(&testkit::build::site()).await.unwrap();
        let (clock, sms, email) = (FakeClock::at(NOW), FakeSms::default(), FakeEmail::default());
        let troubles = Troubles::default();
        let service = api::api(&dynamo, &clock, &sms, &email, &troubles);
        let cognito = Cognito::start(&clock).await;
        let keys = Credentials::new("id", "secret", None, None, "test");
        let aws = Aws::new(keys, "ap-southeast-2".to_owned(), Some(cognito.address.clone()));
        let place = Place {
            console: CONSOLE.to_owned(),
            pages: "https://sign-in.example".to_owned(),
            issuer: cognito::ISSUER.to_owned(),
            client: cognito::CLIENT.to_owned(),
        };
        let (pages, pool) = (aws.web(&place.pages).unwrap(), aws.web(&place.issuer).unwrap());
        let sessions = Sessions::new(SessionStore::new(Table::new(&dynamo.client, "intake")));
        let router = router(Console {
            api: service.clone(),
            sessions: sessions.clone(),
            sign_in: SignIn::new(place, pages, pool),
            clock: Box::new(clock.clone()),
            practice: "Harbour Health".to_owned(),
        });
        Self { dynamo, clock, sms, email, cognito, router, sessions, troubles, service }
    }

    pub(crate) fn now(&self) -> u64 {
        u64::try_from(self.clock.now().timestamp()).unwrap()
    }

    /// Somebody with that role, signed in.
    pub(crate) async fn person(&self, role: Role) -> Person<'_> {
        let secret = Secret::random();
        let session = Session {
            subject: format!("person-{}", role.as_str()),
            name: format!("{}@practice.example", role.as_str()),
            practice: "Harbour Health".to_owned(),
            role: Some(role.as_str().to_owned()),
            access: token(role),
            access_until: self.now() + 30 * 60,
            refresh: "refresh".to_owned(),
            csrf: "the-token-of-the-form".to_owned(),
            began: self.now(),
            written: self.now(),
        };
        self.sessions.begin(&secret, &session).await.unwrap();
        let cookie = format!("__Host-session={}", secret.as_text());
        Person { office: self, cookie, csrf: session.csrf }
    }

    /// What the JSON API answers to an admin: to set a practice up, and to see what a page has done.
    pub(crate) async fn api(&self, method: &str, path: &str, body: &Value) -> Value {
        let api = Api::of(&self.service, &token(Role::Admin)).unwrap();
        let method: Method = method.parse().unwrap();
        let mut asked = api.ask(method.clone(), path);
        if method != Method::GET {
            asked = asked.json(body);
        }
        let version = match method {
            Method::PUT | Method::DELETE => {
                let read = api.read::<Value>(path.split('?').next().unwrap()).await;
                read.map(|it| it.version).unwrap_or_default()
            }
            _ => String::new(),
        };
        if !version.is_empty() {
            asked = asked.version(&version);
        }
        asked.answer().await.unwrap_or_else(|error| panic!("{method} {path}: {error:?}"))
    }

    /// What it answers to a `GET`.
    pub(crate) async fn read(&self, path: &str) -> Value {
        self.api("GET", path, &json!(null)).await
    }

    pub(crate) async fn ask(&self, request: Request<Body>) -> Screen {
        Screen::of(self.router.clone().oneshot(request).await.unwrap()).await
    }
}

/// An access token as the API of the tests takes one.
pub(crate) fn token(role: Role) -> String {
    let claims = json!({
        "sub": format!("person-{}", role.as_str()), "token_use": "access",
        "cognito:groups": [role.as_str()],
    });
    format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()))
}

impl Person<'_> {
    /// The page at that address.
    pub(crate) async fn get(&self, path: &str) -> Screen {
        let request = Request::get(path).header(header::COOKIE, &self.cookie);
        self.office.ask(request.body(Body::empty()).unwrap()).await
    }

    /// What comes of sending a form there, as a page of ours sends it.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Screen {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.append_pair("csrf", &self.csrf).append_pair("once", &Secret::random().as_text());
        body.extend_pairs(fields);
        let request = Request::post(path)
            .header(header::COOKIE, &self.cookie)
            .header(header::ORIGIN, CONSOLE)
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.office.ask(request.body(Body::from(body.finish())).unwrap()).await
    }

    /// The page that follows, when the form was taken.
    pub(crate) async fn sent(&self, path: &str, fields: &[(&str, &str)]) -> Screen {
        let taken = self.post(path, fields).await;
        assert_eq!(taken.status.as_u16(), 303, "{}", taken.text());
        self.get(taken.location()).await
    }
}
