//! Signing in by Cognito's own pages: authorization code with PKCE (RFC 6749, RFC 7636), and an ID token
//! whose signature, issuer, audience, nonce and expiry are checked (`OpenID` Connect Core, 3.1.3.7).

use aws::http::Role;
use aws::web::{Unreachable, Web};
use axum::body::Bytes;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use http::{Method, Request, Response, StatusCode, header};
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreJsonWebKey, CoreTokenResponse};
use openidconnect::{
    AsyncHttpClient, AuthUrl, AuthorizationCode, ClientId, CsrfToken, DiscoveryError,
    EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IssuerUrl, JsonWebKeySet,
    JsonWebKeySetUrl, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier,
    RedirectUrl, Scope, TokenUrl,
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::session::SigningIn;

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
    EndpointNotSet,
>;

/// Where people sign in.
#[derive(Debug, Clone)]
pub struct Place {
    /// The address of the console: where they come back to.
    pub console: String,
    /// The address of Cognito's pages.
    pub pages: String,
    /// The user pool, as its tokens name it.
    pub issuer: String,
    /// The user pool's client.
    pub client: String,
}

/// Signing in at one user pool.
#[derive(Debug, Clone)]
pub struct SignIn {
    place: Place,
    /// Asks Cognito's pages.
    pages: Asking,
    /// Asks the user pool for its keys.
    pool: Asking,
}

/// A web client as `openidconnect` takes one.
#[derive(Debug, Clone)]
struct Asking(Web);

impl<'c> AsyncHttpClient<'c> for Asking {
    type Error = Unreachable;
    type Future = BoxFuture<'c, Result<HttpResponse, Unreachable>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let (parts, body) = self.0.ask(request).await?.into_parts();
            Ok(http::Response::from_parts(parts, body.to_vec()))
        })
    }
}

/// Why somebody could not be signed in.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SignInError {
    /// Cognito did not answer.
    #[error("Cognito did not answer: {0}")]
    Unreachable(Unreachable),
    /// Cognito refused, or what it gave is not to be believed.
    #[error("not to be believed: {0}")]
    Refused(String),
    /// The settings of this deployment are wrong.
    #[error("the settings are wrong: {0}")]
    Settings(String),
}

/// What Cognito gives to whom it knows.
#[derive(Clone)]
pub struct Tokens {
    /// The access token.
    pub access: String,
    /// For how long it is good, in seconds.
    pub seconds: u64,
    /// What gives the next one. A refresh need not give another.
    pub refresh: Option<String>,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tokens(…)")
    }
}

#[derive(Deserialize)]
struct Renewed {
    #[serde(rename = "AuthenticationResult")]
    result: Option<RenewedTokens>,
}

#[derive(Deserialize)]
struct RenewedTokens {
    #[serde(rename = "AccessToken")]
    access: String,
    #[serde(rename = "ExpiresIn")]
    seconds: u64,
    #[serde(rename = "RefreshToken")]
    refresh: Option<String>,
}

/// Who signed in.
#[derive(Debug, Clone)]
pub struct Known {
    /// Their tokens.
    pub tokens: Tokens,
    /// What they are called: their e-mail address.
    pub name: String,
}

/// What an access token says of its person. Cognito gave it to us over TLS, and API Gateway checks it on
/// every call: here it only says what to show.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Claims {
    /// Cognito's id for the person.
    pub sub: String,
    #[serde(rename = "cognito:groups", default)]
    groups: Vec<String>,
}

impl Claims {
    /// What the token says, if it is one.
    pub fn read(access_token: &str) -> Option<Self> {
        let payload = access_token.split('.').nth(1)?;
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
    }

    /// The widest of their roles.
    pub fn role(&self) -> Option<Role> {
        let has = |role: &Role| self.groups.iter().any(|group| group == role.as_str());
        Role::ALL.into_iter().filter(has).max()
    }
}

impl SignIn {
    /// At that place.
    pub const fn new(place: Place, pages: Web, pool: Web) -> Self {
        Self { place, pages: Asking(pages), pool: Asking(pool) }
    }

    /// The page to send somebody to, and what to remember of it.
    ///
    /// # Errors
    /// When the settings are wrong.
    pub fn begin(&self, to: String) -> Result<(String, SigningIn), SignInError> {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let client = self.client(JsonWebKeySet::new(Vec::new()))?;
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let (url, state, nonce) = client
            .authorize_url(flow, CsrfToken::new_random, Nonce::new_random)
            .add_scopes(["email", "profile"].map(|it| Scope::new(it.to_owned())))
            .set_pkce_challenge(challenge)
            .url();
        let who = SigningIn {
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            verifier: verifier.into_secret(),
            to,
        };
        Ok((url.into(), who))
    }

    /// What the code stands for that came back.
    ///
    /// # Errors
    /// When Cognito does not answer, refuses, or gives what is not to be believed.
    pub async fn finish(
        &self,
        code: String,
        who: &SigningIn,
        now: DateTime<Utc>,
    ) -> Result<Known, SignInError> {
        let keys = self.keys().await?;
        let client = self.client(keys)?;
        let answer: CoreTokenResponse = client
            .exchange_code(AuthorizationCode::new(code))
            .set_pkce_verifier(PkceCodeVerifier::new(who.verifier.clone()))
            .request_async(&self.pages)
            .await
            .map_err(refused)?;
        let id = answer.extra_fields().id_token();
        let id = id.ok_or_else(|| SignInError::Refused("there is no ID token".to_owned()))?;
        let verifier = client.id_token_verifier().set_time_fn(move || now);
        let claims = id
            .claims(&verifier, &Nonce::new(who.nonce.clone()))
            .map_err(|error| SignInError::Refused(error.to_string()))?;
        // An address that nobody has shown to be theirs could be a colleague's.
        let email = claims.email().filter(|_| claims.email_verified() == Some(true));
        let name = email.map_or_else(|| "Signed in".to_owned(), |it| it.to_string());
        Ok(Known { tokens: tokens(&answer), name })
    }

    /// New tokens for somebody who signed in a while ago: by `InitiateAuth`, because the refresh grant of
    /// `/oauth2/token` says nothing of the person's groups in the local cloud.
    ///
    /// # Errors
    /// When Cognito does not answer, or refuses: they were disabled, or signed out everywhere.
    pub async fn refresh(&self, token: &str) -> Result<Tokens, SignInError> {
        let asked = json!({
            "AuthFlow": "REFRESH_TOKEN_AUTH",
            "ClientId": self.place.client,
            "AuthParameters": { "REFRESH_TOKEN": token },
        });
        let answer = self.call("InitiateAuth", &asked).await?;
        let unreadable = || SignInError::Refused("the answer cannot be read".to_owned());
        let answer: Renewed = serde_json::from_slice(answer.body()).map_err(|_| unreadable())?;
        let it = answer.result.ok_or_else(unreadable)?;
        Ok(Tokens { access: it.access, seconds: it.seconds, refresh: it.refresh })
    }

    /// Takes a refresh token back, and with it what it would have given. That it fails harms nobody for
    /// longer than the token lasts.
    pub async fn revoke(&self, token: &str) {
        let asked = json!({ "Token": token, "ClientId": self.place.client });
        if let Err(error) = self.call("RevokeToken", &asked).await {
            tracing::warn!(%error, "no token was taken back");
        }
    }

    /// An operation of the user pool that takes no signature.
    /// <https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flows-public-server-side.html>
    async fn call(&self, name: &str, asked: &Value) -> Result<Response<Bytes>, SignInError> {
        let request = Request::builder()
            .method(Method::POST)
            .uri("/")
            .header(header::CONTENT_TYPE, "application/x-amz-json-1.1")
            .header("x-amz-target", format!("AWSCognitoIdentityProviderService.{name}"))
            .body(asked.to_string().into_bytes())
            .map_err(|error| SignInError::Settings(error.to_string()))?;
        let answer = self.pool.0.ask(request).await.map_err(SignInError::Unreachable)?;
        match answer.status() {
            status if status.is_success() => Ok(answer),
            status if status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error() => {
                Err(SignInError::Unreachable(Unreachable("the service is busy")))
            }
            _ => Err(refusal(name, answer.body())),
        }
    }

    /// The page at which Cognito forgets who signed in, and from which it sends people back.
    pub fn end(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("client_id", &self.place.client);
        query.append_pair("logout_uri", &format!("{}/signed-out", self.place.console));
        format!("{}/logout?{}", self.place.pages, query.finish())
    }

    /// The address of Cognito's pages.
    pub fn pages(&self) -> &str {
        &self.place.pages
    }

    /// The address of the console.
    pub fn console(&self) -> &str {
        &self.place.console
    }

    async fn keys(&self) -> Result<JsonWebKeySet<CoreJsonWebKey>, SignInError> {
        let url = format!("{}/.well-known/jwks.json", self.place.issuer);
        let url = JsonWebKeySetUrl::new(url).map_err(wrong)?;
        JsonWebKeySet::fetch_async(&url, &self.pool).await.map_err(|error| {
            if let DiscoveryError::Request(why) = error {
                return SignInError::Unreachable(why);
            }
            SignInError::Refused(error.to_string())
        })
    }

    fn client(&self, keys: JsonWebKeySet<CoreJsonWebKey>) -> Result<Client, SignInError> {
        let Place { console, pages, issuer, client } = &self.place;
        let issuer = IssuerUrl::new(issuer.clone()).map_err(wrong)?;
        let authorize = AuthUrl::new(format!("{pages}/oauth2/authorize")).map_err(wrong)?;
        let token = TokenUrl::new(format!("{pages}/oauth2/token")).map_err(wrong)?;
        let back = RedirectUrl::new(format!("{console}/signed-in")).map_err(wrong)?;
        Ok(CoreClient::new(ClientId::new(client.clone()), issuer, keys)
            .set_auth_uri(authorize)
            .set_token_uri(token)
            .set_redirect_uri(back)
            // A public client says who it is in the body: it has no secret.
            .set_auth_type(openidconnect::AuthType::RequestBody))
    }
}

/// What a refusal means: Cognito answers by 400 that it is busy, too. Only who is known to be refused is signed
/// out for it.
fn refusal(name: &str, body: &[u8]) -> SignInError {
    #[derive(Deserialize)]
    struct Said {
        #[serde(rename = "__type", default)]
        kind: String,
    }
    let kind = serde_json::from_slice::<Said>(body).map(|said| said.kind).unwrap_or_default();
    let kind = kind.rsplit('#').next().unwrap_or_default();
    match kind {
        "NotAuthorizedException"
        | "UserNotFoundException"
        | "UserNotConfirmedException"
        | "PasswordResetRequiredException" => SignInError::Refused(format!("{name}: {kind}")),
        _ => SignInError::Unreachable(Unreachable("the service refused for now")),
    }
}

fn tokens(answer: &CoreTokenResponse) -> Tokens {
    Tokens {
        access: answer.access_token().secret().clone(),
        seconds: answer.expires_in().map_or(0, |it| it.as_secs()),
        refresh: answer.refresh_token().map(|it| it.secret().clone()),
    }
}

fn wrong(error: openidconnect::url::ParseError) -> SignInError {
    SignInError::Settings(error.to_string())
}

fn refused<T>(error: openidconnect::RequestTokenError<Unreachable, T>) -> SignInError
where
    T: openidconnect::ErrorResponse + std::fmt::Display,
{
    match error {
        openidconnect::RequestTokenError::Request(why) => SignInError::Unreachable(why),
        openidconnect::RequestTokenError::ServerResponse(why) => {
            SignInError::Refused(why.to_string())
        }
        // Without the answer, in which there may be a token.
        openidconnect::RequestTokenError::Parse(..)
        | openidconnect::RequestTokenError::Other(_) => {
            SignInError::Refused("the answer cannot be read".to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(claims: &str) -> String {
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims))
    }

    #[test]
    fn the_widest_role_of_a_token_is_what_is_shown() {
        let claims = Claims::read(&token(r#"{"sub":"s","cognito:groups":["viewer","clinician"]}"#));
        assert_eq!(claims.and_then(|it| it.role()), Some(Role::Clinician));
        let none = Claims::read(&token(r#"{"sub":"s"}"#)).expect("claims");
        assert_eq!(none.role(), None);
        assert_eq!(Claims::read("nonsense"), None);
    }
}
