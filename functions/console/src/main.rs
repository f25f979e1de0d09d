//! Wiring only: settings, clients, router.

use aws::clients::Aws;
use aws::clock::SystemClock;
use aws::config;
use aws::dynamo::{SessionStore, Table};
use console_function::api;
use console_function::handler::{Console, router};
use console_function::session::Sessions;
use console_function::sign_in::{Place, SignIn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    aws::telemetry::init();
    let aws = Aws::from_env()?;
    let place = Place {
        console: config::env("CONSOLE_URL")?,
        pages: config::env("SIGN_IN_URL")?,
        issuer: config::env("USER_POOL_ISSUER")?,
        client: config::env("USER_POOL_CLIENT_ID")?,
    };
    let (pages, pool) = (aws.web(&place.pages)?, aws.web(&place.issuer)?);
    let console = Console {
        // The API is behind the same address as the console.
        api: api::over(aws.web(&place.console)?),
        sessions: Sessions::new(SessionStore::new(Table::new(
            &aws.dynamodb(),
            config::env("INTAKE_TABLE")?,
        ))),
        sign_in: SignIn::new(place, pages, pool),
        clock: Box::new(SystemClock),
        practice: config::env("PRACTICE_NAME")?,
    };
    aws::http::serve(router(console)).await
}
