//! User pools: the stack's own, and foreign ones that its API must refuse.

use serde_json::{Value, json};

use super::Emulator;
use crate::answer::text_at;
use crate::{Answer, Credentials, Error, Secret};

/// What a person gets at sign-in.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// For the API.
    pub access: Secret,
    /// For the app that signed the person in; the API must refuse it.
    pub id: Secret,
}

impl Emulator {
    /// Signs in with a name and a password through a client of a user pool.
    pub fn sign_in(&self, client_id: &str, who: &Credentials) -> Result<Tokens, Error> {
        let what = "signing in at Cognito";
        let answer = self
            .ask_cognito(
                "InitiateAuth",
                &json!({
                    "AuthFlow": "USER_PASSWORD_AUTH",
                    "ClientId": client_id,
                    "AuthParameters": {
                        "USERNAME": who.username,
                        "PASSWORD": who.password.reveal(),
                    },
                }),
            )?
            .success()?;
        let token = |name: &str| {
            text_at(&answer, &format!("/AuthenticationResult/{name}"), what).map(Secret::new)
        };
        Ok(Tokens { access: token("AccessToken")?, id: token("IdToken")? })
    }

    /// Creates a user with this address and password in these groups; one that is there gets the
    /// password.
    pub fn create_user(
        &self,
        user_pool_id: &str,
        who: &Credentials,
        groups: &[&str],
    ) -> Result<(), Error> {
        let cognito = |action: &str, body: Value| self.ask_cognito(action, &body);
        let created = cognito(
            "AdminCreateUser",
            json!({
                "UserPoolId": user_pool_id,
                "Username": who.username,
                "MessageAction": "SUPPRESS",
                "UserAttributes": [
                    { "Name": "email", "Value": who.username },
                    { "Name": "email_verified", "Value": "true" },
                ],
            }),
        )?;
        if created.status != 200 && !created.body.contains("UsernameExistsException") {
            return Err(created.refused());
        }
        cognito(
            "AdminSetUserPassword",
            json!({
                "UserPoolId": user_pool_id,
                "Username": who.username,
                "Password": who.password.reveal(),
                "Permanent": true,
            }),
        )?
        .success()?;
        for group in groups {
            cognito(
                "AdminAddUserToGroup",
                json!({ "UserPoolId": user_pool_id, "Username": who.username, "GroupName": group }),
            )?
            .success()?;
        }
        Ok(())
    }

    /// Makes another user pool, and returns its id.
    pub fn create_user_pool(&self, name: &str) -> Result<String, Error> {
        let made = self
            .ask_cognito(
                "CreateUserPool",
                &json!({ "PoolName": name, "UsernameAttributes": ["email"] }),
            )?
            .success()?;
        text_at(&made, "/UserPool/Id", "making a user pool")
    }

    /// Deletes a user pool.
    pub fn delete_user_pool(&self, user_pool_id: &str) -> Result<(), Error> {
        self.ask_cognito("DeleteUserPool", &json!({ "UserPoolId": user_pool_id }))?
            .success()
            .map(|_| ())
    }

    /// Makes another client of a user pool, and returns its id.
    pub fn create_user_pool_client(&self, user_pool_id: &str, name: &str) -> Result<String, Error> {
        let made = self
            .ask_cognito(
                "CreateUserPoolClient",
                &json!({
                    "UserPoolId": user_pool_id,
                    "ClientName": name,
                    "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
                }),
            )?
            .success()?;
        text_at(&made, "/UserPoolClient/ClientId", "making a client of a user pool")
    }

    /// Deletes a client of a user pool.
    pub fn delete_user_pool_client(
        &self,
        user_pool_id: &str,
        client_id: &str,
    ) -> Result<(), Error> {
        self.ask_cognito(
            "DeleteUserPoolClient",
            &json!({ "UserPoolId": user_pool_id, "ClientId": client_id }),
        )?
        .success()
        .map(|_| ())
    }

    fn ask_cognito(&self, action: &str, body: &Value) -> Result<Answer, Error> {
        self.ask("cognito-idp", &format!("AWSCognitoIdentityProviderService.{action}"), body)
    }
}
