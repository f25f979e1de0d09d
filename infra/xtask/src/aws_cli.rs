//! The AWS command line from the Python environment.

use std::process::Command;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::guard::guarded;
use crate::process::{self, Output};
use crate::stop::Stop;
use crate::venv::Venv;

/// The AWS command line, meant for one place.
#[derive(Debug, Clone)]
pub(crate) struct AwsCli {
    venv: Venv,
    local: Option<LocalEndpoint>,
}

#[derive(Debug, Clone)]
struct LocalEndpoint {
    url: String,
    region: String,
}

impl AwsCli {
    /// For the local cloud: nothing of this machine's own AWS set-up is read.
    pub(crate) fn for_local_cloud(venv: &Venv, url: &str, region: &str) -> Self {
        let local = LocalEndpoint { url: url.to_owned(), region: region.to_owned() };
        Self { venv: venv.clone(), local: Some(local) }
    }

    /// For AWS itself, by the environment's credentials.
    pub(crate) fn for_aws(venv: &Venv) -> Self {
        Self { venv: venv.clone(), local: None }
    }

    /// Runs it and keeps what it prints.
    pub(crate) fn output(&self, arguments: &[&str], stop: &Stop) -> Result<Output> {
        let mut command = self.command();
        command.args(arguments);
        // For SQS alone the command line overrides the variable by an address of AWS.
        if let (Some(local), Some(&"sqs")) = (&self.local, arguments.first()) {
            command.args(["--endpoint-url", &local.url]);
        }
        process::output(&mut command, stop)
    }

    /// Runs it and reads its answer as JSON; an error is its own last words.
    pub(crate) fn json(&self, arguments: &[&str], stop: &Stop) -> Result<Value> {
        let output = self.output(&[arguments, &["--output", "json"]].concat(), stop)?;
        if !output.status.success() {
            anyhow::bail!("{}", output.last_words());
        }
        serde_json::from_str(&output.stdout)
            .with_context(|| format!("the AWS command line printed no JSON for {arguments:?}"))
    }

    fn command(&self) -> Command {
        let mut command = guarded(self.venv.python());
        command.args(["-m", "awscli"]).env("AWS_PAGER", "").env("PYTHONWARNINGS", "ignore");
        if let Some(local) = &self.local {
            command
                .env_remove("AWS_PROFILE")
                .env_remove("AWS_SESSION_TOKEN")
                // Not the option --endpoint-url: `package` would upload to AWS all the same.
                .env("AWS_ENDPOINT_URL", &local.url)
                .env("AWS_ACCESS_KEY_ID", "test")
                .env("AWS_SECRET_ACCESS_KEY", "test")
                .env("AWS_REGION", &local.region)
                .env("AWS_DEFAULT_REGION", &local.region)
                .env("AWS_EC2_METADATA_DISABLED", "true")
                .env("AWS_CONFIG_FILE", "/dev/null")
                .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
                .env("NO_PROXY", "*");
        }
        command
    }
}
