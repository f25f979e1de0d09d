//! `cargo xtask deploy`: the same template, to AWS.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

use crate::artifacts::{self, Artifact, Strip};
use crate::aws_cli::AwsCli;
use crate::cargo::forget_this_program;
use crate::checkout::Checkout;
use crate::cli::{self, Architecture, Parameter};
use crate::guard::guarded;
use crate::local_deploy::package;
use crate::prerequisites;
use crate::process;
use crate::say;
use crate::stop::Stop;
use crate::table;
use crate::venv::Venv;

/// Builds, packages, and (unless told to stop there) deploys.
pub(crate) fn run(checkout: &Checkout, options: &cli::Deploy, stop: &Stop) -> Result<()> {
    prerequisites::cargo(stop)?;
    prerequisites::rust_target(checkout.root(), options.arch.target())?;
    refuse_own_parameters(&options.parameters)?;
    let python = prerequisites::python(stop)?;
    let venv = Venv::ready(checkout, &python, stop)?;
    venv.add_release_tools(checkout, &python, stop)?;
    let artifacts = build(checkout, &venv, options.arch, stop)?;
    say::line(sizes(&artifacts));
    let Some(stack_name) = options.stack.as_deref().filter(|_| !options.package_only) else {
        say::line("Packaged only; nothing was sent to AWS.");
        return Ok(());
    };

    let aws = AwsCli::for_aws(&venv);
    let bucket = bucket(&aws, options.bucket.as_deref(), stop)?;
    let progress = say::step("Uploading the functions");
    let packaged = checkout.local()?.join(format!("{stack_name}-packaged.yaml"));
    package(&aws, checkout, &bucket, &packaged, stop)?;
    progress.done(&format!("in bucket {bucket}"));

    let progress = say::step(&format!("Deploying the stack {stack_name}"));
    let packaged = packaged.to_string_lossy();
    let architecture = format!("Architecture={}", options.arch.name());
    let given: Vec<String> =
        options.parameters.iter().map(|it| format!("{}={}", it.name, it.value)).collect();
    let mut arguments = vec!["cloudformation", "deploy", "--stack-name", stack_name];
    arguments.extend(["--template-file", &packaged, "--s3-bucket", &bucket]);
    arguments.extend(["--capabilities", "CAPABILITY_IAM", "--no-fail-on-empty-changeset"]);
    arguments.extend(["--parameter-overrides", &architecture]);
    arguments.extend(given.iter().map(String::as_str));
    let done = aws.output(&arguments, stop)?;
    if !done.status.success() {
        bail!(
            "the deployment of {stack_name} failed ({}); the stack's events in the AWS console \
             say why, and a failed update was rolled back",
            done.last_words()
        );
    }
    progress.done("done");
    let described = described(&aws, stack_name, stop)?;
    let outputs = outputs(&described);
    log_text_messages(&aws, &outputs, stop)?;
    show_outputs(&outputs);
    if let Some(words) = nobody_hears(&described) {
        say::line(words);
    }
    if let Some(words) = how_to_take_answers(&outputs) {
        say::line(words);
    }
    Ok(())
}

/// The output that names the topic of what patients answer.
const ANSWERS_TOPIC: &str = "SmsRepliesTopicArn";

/// What is left to do by hand before a number's answers come in. Without it AWS answers STOP by itself:
/// it blocks the number, and nobody here learns of it.
fn how_to_take_answers(outputs: &[(String, String)]) -> Option<String> {
    let (_, topic) = outputs.iter().find(|(name, _)| name == ANSWERS_TOPIC)?;
    Some(format!(
        "To take answers, STOP among them, set each of your numbers to two-way and to opt-outs of your \
         own:\n  aws pinpoint-sms-voice-v2 update-phone-number --phone-number-id <id> \
         --two-way-enabled --two-way-channel-arn {topic} --self-managed-opt-outs-enabled\nThen see \
         that no keyword of your own opts people out: aws pinpoint-sms-voice-v2 describe-keywords \
         --origination-identity <id>"
    ))
}

/// The output by which a stack says that it keeps the log of text messages.
const LOG_ROLE: &str = "SmsDeliveryLogRoleArn";

/// Has SNS write what becomes of every text message to the logs that the stack keeps. It is a setting
/// of the account and region, and `CloudFormation` has no resource for it.
fn log_text_messages(aws: &AwsCli, outputs: &[(String, String)], stop: &Stop) -> Result<()> {
    let Some((_, role)) = outputs.iter().find(|(name, _)| name == LOG_ROLE) else {
        return Ok(()); // another stack of the account keeps them
    };
    let progress = say::step("Having SNS say what becomes of text messages");
    let attributes = format!("DeliveryStatusIAMRole={role},DeliveryStatusSuccessSamplingRate=100");
    let done = aws.output(&["sns", "set-sms-attributes", "--attributes", &attributes], stop)?;
    if !done.status.success() {
        bail!(
            "SNS does not log what becomes of text messages ({}), so that each ends as unknown; \
             the stack itself is deployed. Mend it and deploy again",
            done.last_words()
        );
    }
    progress.done("done");
    Ok(())
}

/// The processor follows from what is built.
fn refuse_own_parameters(parameters: &[Parameter]) -> Result<()> {
    if parameters.iter().any(|parameter| parameter.name == "Architecture") {
        bail!("the parameter Architecture follows from --arch; give that instead");
    }
    Ok(())
}

/// Builds every function in the profile for deployment, into the zips of the template.
fn build(
    checkout: &Checkout,
    venv: &Venv,
    architecture: Architecture,
    stop: &Stop,
) -> Result<Vec<Artifact>> {
    let progress = say::step(&format!(
        "Building the functions for {} (small and quick to start, which takes minutes)",
        architecture.name()
    ));
    let functions = checkout.functions()?;
    let folder = checkout.root().join("target/lambda-release").join(architecture.name());
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let mut command = guarded(venv.bin().join("cargo-lambda"));
    forget_this_program(&mut command);
    command.args(["lambda", "build", "--profile", "lambda", "--target", architecture.target()]);
    command.arg("--lambda-dir").arg(&folder);
    for function in &functions {
        command.args(["--package", function, "--bin", function]);
    }
    let status = process::run(
        command.env("PATH", with_first(&venv.bin())?).current_dir(checkout.root()),
        stop,
    )?;
    if !status.success() {
        bail!("the build for AWS failed; the messages above say where");
    }
    let artifacts = functions
        .iter()
        .map(|function| {
            let program = folder.join(function).join("bootstrap");
            artifacts::package(checkout, function, &program, Strip::AlreadyDone)
        })
        .collect::<Result<Vec<_>>>()?;
    progress.done(&format!("{} functions", artifacts.len()));
    Ok(artifacts)
}

/// The search path with the environment's programs first: the cross linker is one of them.
fn with_first(bin: &std::path::Path) -> Result<std::ffi::OsString> {
    let rest = std::env::var_os("PATH").unwrap_or_default();
    let all: Vec<PathBuf> =
        std::iter::once(bin.to_owned()).chain(std::env::split_paths(&rest)).collect();
    std::env::join_paths(all).context("the checkout's path holds a colon; move it elsewhere")
}

fn sizes(artifacts: &[Artifact]) -> String {
    let rows: Vec<Vec<String>> = artifacts
        .iter()
        .map(|it| {
            vec![
                it.function.clone(),
                say::megabytes(it.program_bytes),
                say::megabytes(it.zip_bytes),
                it.zip.display().to_string(),
            ]
        })
        .collect();
    format!("\n{}\n", table::layout(&["function", "program", "zip", "file"], &rows))
}

/// The bucket for packages: the one given, or one for this account and region; made if missing.
fn bucket(aws: &AwsCli, given: Option<&str>, stop: &Stop) -> Result<String> {
    let identity = aws.json(&["sts", "get-caller-identity"], stop).context(
        "AWS does not know who you are; sign in (for example `aws sso login`) or set AWS_PROFILE, \
         and try again",
    )?;
    let region = aws.output(&["configure", "get", "region"], stop)?.stdout.trim().to_owned();
    let region = match std::env::var_os("AWS_REGION")
        .or_else(|| std::env::var_os("AWS_DEFAULT_REGION"))
    {
        Some(region) => region.to_string_lossy().into_owned(),
        None if region.is_empty() => bail!("no AWS region is set; set AWS_REGION, and try again"),
        None => region,
    };
    let account = identity.get("Account").and_then(|it| it.as_str()).unwrap_or_default();
    let name =
        given.map_or_else(|| format!("patient-connect-{account}-{region}"), ToOwned::to_owned);
    let there = aws.output(
        &["s3api", "head-bucket", "--bucket", &name, "--expected-bucket-owner", account],
        stop,
    )?;
    if !there.status.success() {
        let made = aws.output(&["s3", "mb", &format!("s3://{name}"), "--region", &region], stop)?;
        if !made.status.success() {
            bail!(
                "the bucket {name} for the packages cannot be made ({}); give another by --bucket",
                made.last_words()
            );
        }
        // New buckets are private and encrypted by AWS's own defaults.
        say::line(format!("Made the bucket {name} for the packages."));
    }
    Ok(name)
}

/// The parameter that says who hears of alarms.
const ALARM_EMAIL: &str = "AlarmEmail";

/// That nobody hears of alarms. By the stack itself: a parameter that is not given keeps its value.
fn nobody_hears(described: &serde_json::Value) -> Option<String> {
    let parameters = described.pointer("/Stacks/0/Parameters").and_then(|it| it.as_array());
    let is_set = parameters.into_iter().flatten().any(|it| {
        let text = |key: &str| it.get(key).and_then(|it| it.as_str()).unwrap_or_default();
        text("ParameterKey") == ALARM_EMAIL && !text("ParameterValue").is_empty()
    });
    (!is_set).then(|| {
        format!(
            "\nWARNING: nobody hears of this stack's alarms. Deploy again with --parameter \
             {ALARM_EMAIL}=you@example.org, and confirm the subscription that AWS mails to it."
        )
    })
}

fn described(aws: &AwsCli, stack_name: &str, stop: &Stop) -> Result<serde_json::Value> {
    aws.json(&["cloudformation", "describe-stacks", "--stack-name", stack_name], stop)
        .context("the stack was deployed, but cannot be read")
}

/// The outputs of a stack, by name.
fn outputs(described: &serde_json::Value) -> Vec<(String, String)> {
    let outputs = described.pointer("/Stacks/0/Outputs").and_then(|it| it.as_array());
    let text = |output: &serde_json::Value, key: &str| {
        output.get(key).and_then(|it| it.as_str()).unwrap_or_default().to_owned()
    };
    let all = outputs.into_iter().flatten();
    all.map(|output| (text(output, "OutputKey"), text(output, "OutputValue"))).collect()
}

fn show_outputs(outputs: &[(String, String)]) {
    let rows: Vec<Vec<String>> =
        outputs.iter().map(|(name, value)| vec![name.clone(), value.clone()]).collect();
    say::line(format!("\n{}", table::layout(&["output", "value"], &rows)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deployment_whose_alarms_nobody_hears_says_so() {
        let stack = |value: &str| {
            let parameter =
                serde_json::json!({ "ParameterKey": ALARM_EMAIL, "ParameterValue": value });
            serde_json::json!({ "Stacks": [{ "Parameters": [parameter] }] })
        };
        assert!(nobody_hears(&stack("")).unwrap().contains("--parameter AlarmEmail="));
        assert_eq!(nobody_hears(&stack("oncall@example.org")), None);
        let template = include_str!("../../template.yaml");
        assert!(template.contains(&format!("\n  {ALARM_EMAIL}:\n")), "the parameter is there");
    }

    #[test]
    fn a_deployment_says_how_a_number_is_set_so_that_stop_comes_in() {
        let topic = "arn:aws:sns:ap-southeast-2:111122223333:replies";
        let outputs = [(ANSWERS_TOPIC.to_owned(), topic.to_owned())];
        let said = how_to_take_answers(&outputs).unwrap();
        let channel = format!("--two-way-enabled --two-way-channel-arn {topic}");
        assert!(
            said.contains(&channel) && said.contains("--self-managed-opt-outs-enabled"),
            "{said}"
        );
        assert_eq!(how_to_take_answers(&[]), None);
        let template = include_str!("../../template.yaml");
        assert!(template.contains(&format!("\n  {ANSWERS_TOPIC}:\n")), "the output is there");
    }
}
