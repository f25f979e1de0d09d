//! Who is calling, and what they may do.
//!
//! API Gateway's JWT authorizer has checked signature, issuer, audience and expiry before a request
//! comes here; its claims come with the request. Here: the kind of token and the role.

use lambda_http::aws_lambda_events::apigw::ApiGatewayV2httpRequestContext as Context;

use super::Problem;

/// What a person may do. Each role may do everything the roles before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Reads.
    Viewer,
    /// Enrols, advances, works the work list and the letters.
    FrontDesk,
    /// Also records clinical outcomes.
    Clinician,
    /// Also programs, templates, settings, people, deletes.
    Admin,
}

impl Role {
    /// Every role, least first.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::FrontDesk, Self::Clinician, Self::Admin];

    /// The Cognito group of the role.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::FrontDesk => "front-desk",
            Self::Clinician => "clinician",
            Self::Admin => "admin",
        }
    }
}

/// A signed-in person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Cognito's id for the person (`sub`).
    pub subject: String,
    /// The greatest of their roles.
    pub role: Role,
}

impl Caller {
    /// The caller of a request, if they may do what needs `least`.
    ///
    /// # Errors
    /// 401 without an access token's claims, 403 when their roles do not reach.
    pub fn require(context: Option<&Context>, least: Role) -> Result<Self, Problem> {
        let claims = context
            .and_then(|context| context.authorizer.as_ref())
            .and_then(|authorizer| authorizer.jwt.as_ref())
            .map(|jwt| &jwt.claims)
            .ok_or_else(|| Problem::unauthorized("Sign in and send the access token."))?;
        let claim = |name: &str| claims.get(name).map(String::as_str);
        // The authorizer takes ID tokens too; those are for the app that signed the person in.
        if claim("token_use") != Some("access") {
            return Err(Problem::unauthorized("Send the access token, not the ID token."));
        }
        let subject =
            claim("sub").ok_or_else(|| Problem::unauthorized("The token names nobody."))?;
        match greatest_role(claim("cognito:groups").unwrap_or_default()) {
            Some(role) if role >= least => Ok(Self { subject: subject.to_owned(), role }),
            Some(role) => Err(Problem::forbidden(format!(
                "This needs the role {}; you have {}. Ask an admin.",
                least.as_str(),
                role.as_str()
            ))),
            None => Err(Problem::forbidden(format!(
                "This needs the role {}; you have none. Ask an admin to put you in a group.",
                least.as_str()
            ))),
        }
    }
}

/// API Gateway hands a list claim over as one text: `[front-desk clinician]`.
fn greatest_role(groups: &str) -> Option<Role> {
    let named: Vec<&str> =
        groups.split(|c: char| c.is_whitespace() || matches!(c, '[' | ']' | ',' | '"')).collect();
    Role::ALL.into_iter().filter(|role| named.contains(&role.as_str())).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_greatest_of_a_persons_groups_counts() {
        assert_eq!(greatest_role("[front-desk clinician]"), Some(Role::Clinician));
        assert_eq!(greatest_role("[admin]"), Some(Role::Admin));
        assert_eq!(greatest_role(r#"["viewer","front-desk"]"#), Some(Role::FrontDesk));
        assert_eq!(greatest_role("[administrators]"), None);
        assert_eq!(greatest_role(""), None);
    }

    #[test]
    fn a_request_without_claims_is_not_signed_in() {
        let problem = Caller::require(None, Role::Viewer).unwrap_err();
        assert_eq!(problem.status(), http::StatusCode::UNAUTHORIZED);
    }
}
