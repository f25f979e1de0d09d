//! The part of Cognito that is asked when somebody signs in.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use app::ports::Clock as _;
use aws::http::Role;
use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, StatusCode};
use openidconnect::core::CoreJwsSigningAlgorithm;
use openidconnect::core::CoreRsaPrivateSigningKey;
use openidconnect::{JsonWebKeyId, PrivateSigningKey as _};
use serde_json::{Value, json};
use testkit::fakes::FakeClock;

use super::token;

pub(crate) const CLIENT: &str = "the-client";
pub(crate) const ISSUER: &str =
    "https://cognito-idp.ap-southeast-2.amazonaws.com/ap-southeast-2_pool";
const KEY: &str = include_str!("pool.pem");

/// What it says when a code, or a refresh token, is exchanged.
#[derive(Debug, Clone)]
pub(crate) struct Says {
    pub(crate) role: Role,
    pub(crate) nonce: String,
    pub(crate) issuer: String,
    pub(crate) audience: String,
    /// In seconds from now.
    pub(crate) good_for: i64,
    /// What it refuses with.
    pub(crate) refuses: Option<&'static str>,
}

/// What it was asked: the path or the operation, and the fields.
pub(crate) type Asked = (String, HashMap<String, String>);

/// A stand-in.
#[derive(Clone)]
pub(crate) struct Cognito {
    pub(crate) address: String,
    /// What it says.
    pub(crate) says: Arc<Mutex<Says>>,
    /// What it was asked, by path.
    pub(crate) asked: Arc<Mutex<Vec<Asked>>>,
    clock: FakeClock,
}

impl Cognito {
    pub(crate) async fn start(clock: &FakeClock) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let says = Says {
            role: Role::FrontDesk,
            nonce: String::new(),
            issuer: ISSUER.to_owned(),
            audience: CLIENT.to_owned(),
            good_for: 1800,
            refuses: None,
        };
        let it = Self {
            address: format!("http://{}", listener.local_addr().unwrap()),
            says: Arc::new(Mutex::new(says)),
            asked: Arc::default(),
            clock: clock.clone(),
        };
        let router = Router::new()
            .route("/ap-southeast-2_pool/.well-known/jwks.json", get(keys))
            .route("/oauth2/token", post(tokens))
            .route("/", post(operation))
            .with_state(it.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        it
    }

    fn note(&self, path: &str, body: &str) {
        let fields = form_urlencoded::parse(body.as_bytes()).into_owned().collect();
        self.asked.lock().unwrap().push((path.to_owned(), fields));
    }
}

fn key() -> CoreRsaPrivateSigningKey {
    CoreRsaPrivateSigningKey::from_pem(KEY, Some(JsonWebKeyId::new("k1".to_owned()))).unwrap()
}

async fn keys() -> Json<Value> {
    Json(json!({ "keys": [key().as_verification_key()] }))
}

async fn tokens(State(it): State<Cognito>, body: String) -> (StatusCode, Json<Value>) {
    it.note("/oauth2/token", &body);
    let says = it.says.lock().unwrap().clone();
    if says.refuses.is_some() {
        return (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" })));
    }
    let now = it.clock.now().timestamp();
    let claims = json!({
        "sub": "person-1", "iss": says.issuer, "aud": says.audience, "nonce": says.nonce,
        "token_use": "id", "email": "jo@practice.example", "email_verified": true,
        "iat": now, "exp": now + says.good_for,
    });
    let head = URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256","kid":"k1"}"#);
    let text = format!("{head}.{}", URL_SAFE_NO_PAD.encode(claims.to_string()));
    let signature = key().sign(&CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256, text.as_bytes());
    let id = format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature.unwrap()));
    (
        StatusCode::OK,
        Json(json!({
            "access_token": token(says.role), "id_token": id, "refresh_token": "refresh",
            "token_type": "Bearer", "expires_in": 1800,
        })),
    )
}

/// `InitiateAuth` with a refresh token, and `RevokeToken`.
async fn operation(
    State(it): State<Cognito>,
    headers: HeaderMap,
    body: String,
) -> (StatusCode, Json<Value>) {
    let target = headers["x-amz-target"].to_str().unwrap();
    let name = target.strip_prefix("AWSCognitoIdentityProviderService.").unwrap();
    it.asked.lock().unwrap().push((name.to_owned(), HashMap::from([("body".to_owned(), body)])));
    let says = it.says.lock().unwrap().clone();
    match name {
        _ if says.refuses.is_some() => {
            (StatusCode::BAD_REQUEST, Json(json!({ "__type": says.refuses })))
        }
        "InitiateAuth" => {
            let tokens = json!({ "AccessToken": token(says.role), "ExpiresIn": 1800 });
            (StatusCode::OK, Json(json!({ "AuthenticationResult": tokens })))
        }
        "RevokeToken" => (StatusCode::OK, Json(json!({}))),
        _ => (StatusCode::BAD_REQUEST, Json(json!({ "__type": "UnknownOperationException" }))),
    }
}
