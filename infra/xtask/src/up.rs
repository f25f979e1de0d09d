//! `cargo xtask up`.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use stack::{Description, Stack, seed};

use crate::checkout::Checkout;
use crate::cli;
use crate::emulator::LocalCloud;
use crate::function_logs::FunctionLogs;
use crate::local_stack::{self, Plan};
use crate::lock::Lock;
use crate::port::{self, Kept};
use crate::prerequisites;
use crate::say;
use crate::staff;
use crate::stop::Stop;
use crate::venv::Venv;

const STACK_NAME: &str = "patient-connect";
const LOOK_EVERY: Duration = Duration::from_millis(100);
const READ_LOGS_EVERY: Duration = Duration::from_secs(1);

/// Starts everything and stays until asked to stop.
pub(crate) fn run(checkout: &Checkout, options: &cli::Up, stop: &Stop) -> Result<()> {
    let began = Instant::now();
    prerequisites::cargo(stop)?;
    let python = prerequisites::python(stop)?;
    let local = checkout.local()?;
    let _lock = Lock::take(&local.join("up.lock"), "`cargo xtask up`")?;
    let folder = local.join("cloud");
    if options.reset {
        forget(checkout)?;
        say::line("What was entered before is forgotten; addresses and the password are new.");
    }
    let kept = if folder.exists() { Kept::State } else { Kept::Nothing };
    let port = port::choose(options.port, kept, &local.join("port"))?;
    let venv = Venv::ready(checkout, &python, stop)?;
    let plan = Plan {
        stack_name: STACK_NAME,
        port,
        folder: &folder,
        log: local.join("cloud.log"),
        description: checkout.description(),
    };
    let mut running = local_stack::start(checkout, &venv, &plan, stop)?;

    let progress = say::step("Looking after the demo practice");
    let mut logs = FunctionLogs::from_now(running.cloud.control(), STACK_NAME);
    if let Err(error) = enter_demo_practice(&running.stack) {
        for line in logs.news() {
            say::line(line);
        }
        return Err(
            error.context("the demo practice cannot be entered; the functions' logs above say why")
        );
    }
    progress.done("it is there");
    say::line(format!("\nReady after {}.\n", say::seconds(began.elapsed())));
    say::line(guide(checkout, running.stack.description())?);

    watch(&mut running.cloud, (!options.no_logs).then_some(logs), stop)?;
    say::line("\nStopping; what was entered is kept for the next start …");
    running.cloud.end();
    Ok(())
}

/// Removes what was entered; the Python environment and the build stay.
fn forget(checkout: &Checkout) -> Result<()> {
    let folder = checkout.local()?.join("cloud");
    if folder.exists() {
        fs::remove_dir_all(&folder)
            .with_context(|| format!("cannot delete {}", folder.display()))?;
    }
    let description = checkout.description();
    if description.exists() {
        fs::remove_file(&description)
            .with_context(|| format!("cannot delete {}", description.display()))?;
    }
    Ok(())
}

fn enter_demo_practice(stack: &Stack) -> Result<()> {
    seed::demo_practice(&stack.sign_in_as_admin()?)?;
    Ok(())
}

/// Shows the functions' logs until asked to stop, or until the local cloud ends by itself.
fn watch(cloud: &mut LocalCloud, mut logs: Option<FunctionLogs>, stop: &Stop) -> Result<()> {
    let mut read_at = Instant::now();
    while !stop.asked() {
        cloud.check()?;
        if let Some(logs) = &mut logs
            && read_at.elapsed() >= READ_LOGS_EVERY
        {
            for line in logs.news() {
                say::line(line);
            }
            read_at = Instant::now();
        }
        thread::sleep(LOOK_EVERY);
    }
    Ok(())
}

/// Addresses, how to sign in, what to try.
fn guide(checkout: &Checkout, it: &Description) -> Result<String> {
    let Description { emulator_url, user_pool_client_id, api_host, admin, .. } = it;
    let password = admin.password.reveal();
    let secret = it.webhook_secret.reveal();
    let username = &admin.username;
    let sign_in = serde_json::json!({
        "AuthFlow": "USER_PASSWORD_AUTH",
        "ClientId": user_pool_client_id,
        "AuthParameters": { "USERNAME": username, "PASSWORD": password },
    });
    let (_, port) = api_host.rsplit_once(':').unwrap_or((api_host, "80"));
    let host = api_host.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let description = checkout.description();
    let colleagues = staff::COLLEAGUES.map(|(username, _)| username).join(", ");
    Ok(format!(
        "Console    {console}\n\
         API        {api}\n\
         Sign in    {username}\n\
         Password   {password}   (kept in {description})\n\
         Or as      {colleagues}   (the same password)\n\
         Webhooks   {api}/webhooks/bookings/diary\n\
         Secret     {secret}   (signs the webhooks of diary)\n\
         Sent texts {emulator_url}/_ministack/sns/sms-messages\n\
         \n\
         List the programs (copy and paste):\n\
         \n\
         TOKEN=$(curl -s {emulator_url}/ \\\n  \
           -H 'content-type: application/x-amz-json-1.1' \\\n  \
           -H 'x-amz-target: AWSCognitoIdentityProviderService.InitiateAuth' \\\n  \
           -d '{sign_in}' \\\n  \
           | sed 's/.*\"AccessToken\": *\"\\([^\"]*\\)\".*/\\1/')\n\
         curl -s --resolve {host}{port}:127.0.0.1 {api}/v1/programs \\\n  \
           -H \"authorization: Bearer $TOKEN\"\n\
         \n\
         See a booking become a text message, in another terminal:   cargo xtask demo\n\
         Stop: Ctrl-C\n",
        console = it.output("ConsoleUrl")?,
        api = it.api_url(),
        description = description.strip_prefix(checkout.root()).unwrap_or(&description).display(),
    ))
}
