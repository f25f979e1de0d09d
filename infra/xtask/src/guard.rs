//! A process between this program and each child, so that nothing is left running.
//!
//! The guard runs the child in a process group of its own and holds one end of
//! a pipe whose other end only this program has. When the pipe closes, however
//! this program ended (a `SIGKILL` included), the guard asks the child to end,
//! waits, and then kills what is left of the group.

use std::ffi::{OsStr, OsString};
use std::io::Read;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use std::{io, thread};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

/// How long a child may take to end when asked: the local cloud saves its state then.
pub(crate) const GRACE: Duration = Duration::from_secs(20);

const LOOK_EVERY: Duration = Duration::from_millis(20);

/// A command that runs `program` under a guard; add arguments as to any command.
pub(crate) fn guarded(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(this_program());
    command.args(["guard", "--"]).arg(program).stdin(Stdio::piped()).process_group(0);
    command
}

/// This very program: a build may have replaced the file it was started from.
fn this_program() -> OsString {
    if cfg!(target_os = "linux") {
        "/proc/self/exe".into()
    } else {
        std::env::current_exe().map_or_else(|_| "xtask".into(), Into::into)
    }
}

/// The guard itself: runs `command` until it ends or must end, and exits as it did.
pub(crate) fn watch(command: &[OsString]) -> ExitCode {
    match run(command) {
        Ok(status) => {
            let code = status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0));
            u8::try_from(code).map_or(ExitCode::FAILURE, ExitCode::from)
        }
        Err(error) => {
            let program = command.first().map(|it| it.to_string_lossy().into_owned());
            eprintln!("cannot run {}: {error}", program.unwrap_or_default());
            // What a shell answers for a command that is not there.
            ExitCode::from(127)
        }
    }
}

fn run(command: &[OsString]) -> io::Result<ExitStatus> {
    let end = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        signal_hook::flag::register(signal, Arc::clone(&end))?;
    }
    let (program, arguments) =
        command.split_first().ok_or_else(|| io::Error::other("nothing to run"))?;
    let mut child =
        Command::new(program).args(arguments).stdin(Stdio::null()).process_group(0).spawn()?;
    let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);

    let parent_ended = Arc::clone(&end);
    thread::spawn(move || {
        io::stdin().read_to_end(&mut Vec::new()).ok();
        parent_ended.store(true, Ordering::SeqCst);
    });
    let status = wait(&mut child, group, &end);
    if let Some(group) = group {
        kill_process_group(group, Signal::KILL).ok();
    }
    status
}

fn wait(child: &mut Child, group: Option<Pid>, end: &AtomicBool) -> io::Result<ExitStatus> {
    let mut asked_at: Option<Instant> = None;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        match asked_at {
            None if end.load(Ordering::SeqCst) => {
                asked_at = Some(Instant::now());
                if let Some(leader) = group {
                    kill_process(leader, Signal::TERM).ok();
                }
            }
            Some(at) if at.elapsed() > GRACE => child.kill()?,
            None | Some(_) => {}
        }
        thread::sleep(LOOK_EVERY);
    }
}
