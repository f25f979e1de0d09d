//! A whole stack on this machine: the local cloud, the deployed template, its staff.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use stack::{Description, Stack};

use crate::artifacts;
use crate::aws_cli::AwsCli;
use crate::checkout::Checkout;
use crate::emulator::{LocalCloud, REGION};
use crate::local_deploy;
use crate::staff;
use crate::stop::Stop;
use crate::venv::Venv;

/// Where a local stack keeps what, and under which name.
#[derive(Debug)]
pub(crate) struct Plan<'a> {
    pub(crate) stack_name: &'a str,
    pub(crate) port: u16,
    /// The local cloud's state.
    pub(crate) folder: &'a Path,
    /// What the local cloud prints.
    pub(crate) log: PathBuf,
    /// The description to write.
    pub(crate) description: PathBuf,
}

/// A running local stack.
#[derive(Debug)]
pub(crate) struct LocalStack {
    pub(crate) cloud: LocalCloud,
    pub(crate) stack: Stack,
}

/// Starts the local cloud, builds meanwhile, deploys, makes the staff, writes the description.
pub(crate) fn start(
    checkout: &Checkout,
    venv: &Venv,
    plan: &Plan<'_>,
    stop: &Stop,
) -> Result<LocalStack> {
    let mut cloud = LocalCloud::start(venv, plan.port, plan.folder, &plan.log)?;
    let artifacts = artifacts::build_local(checkout, stop)?;
    cloud.wait_until_ready(stop)?;
    let aws = AwsCli::for_local_cloud(venv, &cloud.url(), REGION);
    let outputs = local_deploy::deploy(checkout, &cloud, &aws, plan.stack_name, &artifacts, stop)?;
    stop.check()?;

    let output = |name: &str| {
        outputs
            .get(name)
            .cloned()
            .with_context(|| format!("infra/template.yaml has no output named {name}; add it back"))
    };
    // On AWS an operator verifies it, once: see README, "Deploy to AWS".
    let verified = cloud.control().verify_sender(local_deploy::EMAIL_FROM);
    verified.context("the address that email comes from cannot be verified in the local cloud")?;
    let user_pool_id = output("UserPoolId")?;
    let admin = staff::ensure(&cloud.control(), &user_pool_id, &plan.description)?;
    let webhook_secret = cloud
        .control()
        .webhook_secret(&format!("{}diary", output("WebhookSecretPrefix")?))
        .context("the webhook secret cannot be read")?;
    // It remembers these tables as home. It must come before anything is entered: a practice that is set up and
    // remembers none is taken for a copy.
    let tick = serde_json::json!({ "detail-type": "Scheduled Event", "detail": {} });
    let swept = cloud.control().invoke(&output("SweeperFunctionName")?, &tick);
    swept.context("the first sweep failed")?;
    let description = Description {
        stack_name: plan.stack_name.to_owned(),
        region: REGION.to_owned(),
        api_address: cloud.url(),
        api_host: format!("{}.execute-api.localhost:{}", output("ApiId")?, cloud.port()),
        emulator_url: cloud.url(),
        emulator_state: cloud.state().to_owned(),
        user_pool_id,
        user_pool_client_id: output("UserPoolClientId")?,
        webhook_secret,
        admin,
        outputs,
    };
    description.save(&plan.description)?;
    Ok(LocalStack { cloud, stack: Stack::new(description) })
}
