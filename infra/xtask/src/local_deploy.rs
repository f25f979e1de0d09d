//! The unchanged template, deployed to the local cloud by the AWS command line.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::artifacts::Artifact;
use crate::aws_cli::AwsCli;
use crate::checkout::Checkout;
use crate::cli::Architecture;
use crate::emulator::LocalCloud;
use crate::process::Output;
use crate::say;
use crate::stop::Stop;

/// Whom email comes from in the local cloud.
pub(crate) const EMAIL_FROM: &str = "no-reply@harbour.example";

const BUCKET: &str = "patient-connect-packages";

/// The tag that says from what a stack was deployed. It lives in the stack, so that the two
/// cannot disagree.
const FINGERPRINT_TAG: &str = "fingerprint";

/// A stack's outputs.
pub(crate) type Outputs = BTreeMap<String, String>;

/// A stack as it is.
struct Deployed {
    status: String,
    fingerprint: Option<String>,
    outputs: Outputs,
}

/// Deploys what changed, and returns the stack's outputs.
pub(crate) fn deploy(
    checkout: &Checkout,
    cloud: &LocalCloud,
    aws: &AwsCli,
    stack_name: &str,
    artifacts: &[Artifact],
    stop: &Stop,
) -> Result<Outputs> {
    let progress = say::step("Deploying infra/template.yaml to the local cloud");
    let wanted = fingerprint(checkout, artifacts)?;
    let before = describe(aws, stack_name, stop)?;
    match before {
        Some(it) if it.is_usable() && it.fingerprint.as_ref() == Some(&wanted) => {
            progress.done("nothing changed");
            return Ok(it.outputs);
        }
        Some(it) if !it.is_usable() => {
            let deleted =
                aws.output(&["cloudformation", "delete-stack", "--stack-name", stack_name], stop)?;
            fail_unless_done(&deleted, "the remains of a failed deployment cannot be deleted")?;
        }
        Some(_) | None => {}
    }
    cloud.control().create_bucket(BUCKET).context("cannot make a bucket for the packages")?;
    let packaged = checkout.local()?.join(format!("{stack_name}-packaged.yaml"));
    package(aws, checkout, BUCKET, &packaged, stop)?;
    update(aws, cloud.port(), stack_name, &packaged, &wanted, stop)?;
    let after = describe(aws, stack_name, stop)?
        .context("the deployment ended, but the stack is not there; try again with --reset")?;
    progress.done("done");
    Ok(after.outputs)
}

/// Uploads the zips and writes the template that points at them.
pub(crate) fn package(
    aws: &AwsCli,
    checkout: &Checkout,
    bucket: &str,
    packaged: &Path,
    stop: &Stop,
) -> Result<()> {
    let (template, packaged) = (checkout.template(), packaged.to_string_lossy().into_owned());
    let done = aws.output(
        &[
            "cloudformation",
            "package",
            "--template-file",
            &template.to_string_lossy(),
            "--s3-bucket",
            bucket,
            "--output-template-file",
            &packaged,
        ],
        stop,
    )?;
    fail_unless_done(&done, "the functions cannot be packaged")
}

fn update(
    aws: &AwsCli,
    port: u16,
    stack_name: &str,
    packaged: &Path,
    fingerprint: &str,
    stop: &Stop,
) -> Result<()> {
    let architecture = format!("Architecture={}", Architecture::of_this_machine().name());
    let tag = format!("{FINGERPRINT_TAG}={fingerprint}");
    let packaged = packaged.to_string_lossy();
    let arguments = [
        &["cloudformation", "deploy", "--stack-name", stack_name][..],
        &["--template-file", &packaged, "--s3-bucket", BUCKET],
        &["--capabilities", "CAPABILITY_IAM", "--no-fail-on-empty-changeset"],
        &["--tags", &tag],
        &["--parameter-overrides", &architecture, "Stage=local", "ProtectData=false"],
        &["PracticeName=Harbour Physio", "SmsSenderId=Harbour"],
        &[&format!("EmailFrom={EMAIL_FROM}"), &format!("LocalPort={port}")],
    ];
    let done = aws.output(&arguments.concat(), stop)?;
    if !done.status.success() {
        let why = first_failure(aws, stack_name, stop).unwrap_or_else(|| done.last_words());
        bail!("the deployment to the local cloud failed ({why}); correct it and try again");
    }
    Ok(())
}

fn fail_unless_done(done: &Output, what: &str) -> Result<()> {
    if done.status.success() {
        return Ok(());
    }
    bail!("{what} ({}); correct it and try again", done.last_words())
}

/// Everything that a deployment is made from.
fn fingerprint(checkout: &Checkout, artifacts: &[Artifact]) -> Result<String> {
    let mut all = Sha256::new();
    let files = artifacts.iter().map(|artifact| artifact.zip.clone());
    for file in files.chain([checkout.template()]) {
        let content = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        all.update(Sha256::digest(&content));
    }
    // The parameters are in this file.
    all.update(include_str!("local_deploy.rs"));
    Ok(format!("{:x}", all.finalize()))
}

fn describe(aws: &AwsCli, stack_name: &str, stop: &Stop) -> Result<Option<Deployed>> {
    let described =
        aws.json(&["cloudformation", "describe-stacks", "--stack-name", stack_name], stop);
    let described = match described {
        Ok(described) => described,
        Err(error) if error.to_string().contains("does not exist") => return Ok(None),
        Err(error) => return Err(error.context("cannot ask the local cloud for the stack")),
    };
    let Some(stack) = described.pointer("/Stacks/0") else {
        return Ok(None);
    };
    Ok(Some(Deployed {
        status: text(stack, "StackStatus"),
        fingerprint: pairs(stack, "Tags", "Key", "Value").remove(FINGERPRINT_TAG),
        outputs: pairs(stack, "Outputs", "OutputKey", "OutputValue"),
    }))
}

impl Deployed {
    /// It can be used, and updated.
    fn is_usable(&self) -> bool {
        matches!(
            self.status.as_str(),
            "CREATE_COMPLETE" | "UPDATE_COMPLETE" | "UPDATE_ROLLBACK_COMPLETE"
        )
    }
}

/// What failed first in the latest deployment; events come newest first.
fn first_failure(aws: &AwsCli, stack_name: &str, stop: &Stop) -> Option<String> {
    let events = aws
        .json(&["cloudformation", "describe-stack-events", "--stack-name", stack_name], stop)
        .ok()?;
    first_failure_in(events.get("StackEvents")?.as_array()?)
}

fn first_failure_in(events: &[Value]) -> Option<String> {
    let is_beginning = |event: &&Value| {
        text(event, "ResourceType") == "AWS::CloudFormation::Stack"
            && matches!(
                text(event, "ResourceStatus").as_str(),
                "CREATE_IN_PROGRESS" | "UPDATE_IN_PROGRESS"
            )
    };
    let failed = events
        .iter()
        .take_while(|event| !is_beginning(event))
        .filter(|event| text(event, "ResourceStatus").ends_with("_FAILED"))
        .last()?;
    Some(format!("{}: {}", text(failed, "LogicalResourceId"), text(failed, "ResourceStatusReason")))
}

fn text(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn pairs(value: &Value, list: &str, key: &str, content: &str) -> Outputs {
    let items = value.get(list).and_then(Value::as_array);
    items.into_iter().flatten().map(|item| (text(item, key), text(item, content))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::first_failure_in;

    fn event(kind: &str, id: &str, status: &str) -> Value {
        json!({
            "ResourceType": kind,
            "LogicalResourceId": id,
            "ResourceStatus": status,
            "ResourceStatusReason": format!("reason of {id}"),
        })
    }

    #[test]
    fn the_reason_is_the_first_failure_of_the_latest_deployment() {
        let stack = "AWS::CloudFormation::Stack";
        let newest_first = [
            event(stack, "demo", "UPDATE_ROLLBACK_COMPLETE"),
            event("AWS::SQS::Queue", "Later", "CREATE_FAILED"),
            event("AWS::SQS::Queue", "First", "CREATE_FAILED"),
            event(stack, "demo", "UPDATE_IN_PROGRESS"),
            event("AWS::SQS::Queue", "LastWeek", "CREATE_FAILED"),
        ];
        assert_eq!(first_failure_in(&newest_first).as_deref(), Some("First: reason of First"));
        assert_eq!(first_failure_in(&[]), None);
    }
}
