//! `cargo xtask bench`: what each function weighs, and how long it takes to be ready.
//!
//! Ready means: the process has asked the Runtime API for its first event. A
//! Runtime API on loopback takes the time; every function is started in turn,
//! round after round, so that a busy moment of the machine hits all alike.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::artifacts;
use crate::checkout::Checkout;
use crate::cli::{self, Architecture};
use crate::say;
use crate::stop::Stop;
use crate::table;
use crate::zip_file;

/// The yardstick: a function that does nothing.
const HELLO: &str = "hello";

const READY_WITHIN: Duration = Duration::from_secs(10);

/// What is handed to a function at its start. Names that a function insists on are in the
/// template; the values are of no consequence until an event comes.
const SETTINGS: [(&str, &str); 31] = [
    ("STAGE", "bench"),
    ("PRACTICE_NAME", "Bench"),
    ("CATALOGUE_TABLE", "catalogue"),
    ("PEOPLE_TABLE", "people"),
    ("ENROLMENTS_TABLE", "enrolments"),
    ("INTAKE_TABLE", "intake"),
    ("WORK_LIST_TABLE", "work-list"),
    ("SMS_QUEUE_URL", "http://127.0.0.1:9/000000000000/sms"),
    ("SMS_SENDER_ID", "Bench"),
    ("EMAIL_QUEUE_URL", "http://127.0.0.1:9/000000000000/email"),
    ("EMAIL_FROM", "no-reply@bench.example"),
    ("EMAIL_CONFIGURATION_SET", "bench"),
    ("WAY_OUT_SECRET", "bench/way-out"),
    ("API_URL", "http://127.0.0.1:9"),
    ("CONSOLE_URL", "http://127.0.0.1:9"),
    ("SIGN_IN_URL", "http://127.0.0.1:9"),
    ("USER_POOL_ISSUER", "http://127.0.0.1:9/pool"),
    ("USER_POOL_CLIENT_ID", "bench"),
    ("PER_SECOND", "20"),
    ("AT_ONCE", "5"),
    ("SMS_MAX_PRICE", "0.50"),
    ("SMS_REPLIES_TOPIC", "arn:aws:sns:ap-southeast-2:000000000000:replies"),
    ("WEBHOOK_SECRET_PREFIX", "bench/webhooks/"),
    ("EPOST_MODE", "none"),
    ("EPOST_SECRET_PREFIX", "bench/epost/"),
    ("RETENTION_DAYS", "365"),
    ("AWS_REGION", "ap-southeast-2"),
    ("AWS_ACCESS_KEY_ID", "bench"),
    ("AWS_SECRET_ACCESS_KEY", "bench"),
    ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
    ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
];

/// Builds under the deploy profile, starts, measures, prints.
pub(crate) fn run(checkout: &Checkout, options: &cli::Bench, stop: &Stop) -> Result<()> {
    let mut names = checkout.functions()?;
    names.push(HELLO.to_owned());
    let progress = say::step("Building under the deploy profile (takes minutes)");
    // With its target named, as `deploy` builds it: what is built once serves both, and the
    // profile's own folder is not the one of the zips.
    let target = Architecture::of_this_machine().target();
    let mut arguments = vec!["--profile", "lambda", "--target", target];
    arguments.extend(names.iter().flat_map(|name| ["--package", name, "--bin", name]));
    let mut built = artifacts::build(checkout, &arguments, stop)?;
    let mut functions = BTreeMap::new();
    for name in &names {
        let program = built.remove(name).with_context(|| format!("{name} was not built"))?;
        functions.insert(name.clone(), program);
    }
    progress.done("done");

    let progress = say::step(&format!("Starting each of them {} times, in turn", options.runs));
    let mut times: BTreeMap<&str, Vec<Duration>> = BTreeMap::new();
    for _ in 0..options.runs {
        for (name, program) in &functions {
            stop.check()?;
            times.entry(name).or_default().push(start_once(name, program)?);
        }
    }
    progress.done("done");
    say::line(report(&functions, &mut times)?);
    Ok(())
}

fn report(
    functions: &BTreeMap<String, PathBuf>,
    times: &mut BTreeMap<&str, Vec<Duration>>,
) -> Result<String> {
    let mut medians: BTreeMap<&str, Duration> = BTreeMap::new();
    for (name, measured) in times.iter_mut() {
        medians.insert(name, median(measured));
    }
    let hello = medians.get(HELLO).copied().unwrap_or_default();
    let mut rows = Vec::new();
    for (name, program) in functions {
        let bytes =
            std::fs::read(program).with_context(|| format!("cannot read {}", program.display()))?;
        let zipped = zip_file::of_bootstrap(&bytes)?;
        let took = medians.get(name.as_str()).copied().unwrap_or_default();
        let minimum = times.get(name.as_str()).and_then(|all| all.first()).copied();
        rows.push(vec![
            name.clone(),
            say::megabytes(bytes.len() as u64),
            say::megabytes(zipped.len() as u64),
            milliseconds(took),
            milliseconds(minimum.unwrap_or_default()),
            format!("{:.2} ×", took.as_secs_f64() / hello.as_secs_f64().max(f64::MIN_POSITIVE)),
        ]);
    }
    let heading =
        ["function", "program", "zip", "ready after (median)", "(fastest)", "beside hello"];
    Ok(format!("\n{}", table::layout(&heading, &rows)))
}

fn milliseconds(duration: Duration) -> String {
    format!("{:.1} ms", duration.as_secs_f64() * 1000.0)
}

/// Sorts, and takes the middle one.
fn median(measured: &mut [Duration]) -> Duration {
    measured.sort_unstable();
    measured.get(measured.len() / 2).copied().unwrap_or_default()
}

/// From the start of the process to its first question for an event.
fn start_once(name: &str, program: &Path) -> Result<Duration> {
    let api = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("there is no free port")?;
    api.set_nonblocking(true).context("a port cannot be watched")?;
    let address = api.local_addr().context("a port has no address")?.to_string();
    let mut command = Command::new(program);
    command
        .env_clear()
        .envs(SETTINGS)
        .env("AWS_LAMBDA_FUNCTION_NAME", name)
        .env("AWS_LAMBDA_RUNTIME_API", &address)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let began = Instant::now();
    let mut child =
        Ended(command.spawn().with_context(|| format!("cannot run {}", program.display()))?);
    loop {
        match api.accept() {
            Ok((connection, _)) => {
                connection.set_nonblocking(false).context("a connection cannot be read")?;
                let mut first_line = String::new();
                BufReader::new(connection)
                    .read_line(&mut first_line)
                    .context("a connection cannot be read")?;
                let took = began.elapsed();
                if first_line.starts_with("GET /2018-06-01/runtime/invocation/next") {
                    return Ok(took);
                }
                bail!("{name} failed to start: it asked for {}", first_line.trim());
            }
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                if child.0.try_wait().ok().flatten().is_some() {
                    bail!("{name} ended before it asked for an event; does it need a setting?");
                }
                if began.elapsed() > READY_WITHIN {
                    bail!("{name} did not ask for an event within {} s", READY_WITHIN.as_secs());
                }
                thread::sleep(Duration::from_micros(50));
            }
            Err(error) => return Err(error).context("a port cannot be watched"),
        }
    }
}

/// A process that is ended when it is no longer needed.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::median;

    #[test]
    fn the_median_is_the_middle_one() {
        let mut times = [5, 1, 9].map(Duration::from_millis);
        assert_eq!(median(&mut times), Duration::from_millis(5));
    }
}
