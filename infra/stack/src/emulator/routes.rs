//! The routes that a deployed HTTP API really has.

use serde::Deserialize;

use super::Emulator;
use crate::Error;

/// A route of a deployed HTTP API.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeployedRoute {
    /// `GET /v1/programs`
    pub route_key: String,
    /// `JWT`, or `NONE` for everybody.
    #[serde(default)]
    pub authorization_type: String,
}

impl Emulator {
    /// The routes of the HTTP API of this id.
    pub fn routes(&self, api_id: &str) -> Result<Vec<DeployedRoute>, Error> {
        #[derive(Deserialize)]
        struct Routes {
            items: Vec<DeployedRoute>,
        }
        let path = format!("/v2/apis/{api_id}/routes");
        let answer = self.rest("apigateway", "GET", &path, None)?.success()?;
        let routes: Routes = serde_json::from_value(answer).map_err(|error| Error::Form {
            what: "reading the routes of the API".to_owned(),
            why: error.to_string(),
        })?;
        Ok(routes.items)
    }
}
