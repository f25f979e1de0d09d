//! Which port the local cloud listens on.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::time::Duration;
use std::{fs, ops::RangeInclusive};

use anyhow::{Context as _, Result, bail};

/// Where a first start looks: beside the port that local clouds use by default.
const FIRST_CHOICE: RangeInclusive<u16> = 4570..=4699;

/// Whether something was entered that a start must keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    /// Addresses in it hold the port of last time (a queue's URL is its name), so it can only be
    /// used on that port.
    State,
    /// A start from nothing.
    Nothing,
}

/// The port to use: the one asked for, else the one of last time, else a free one.
///
/// It is remembered in `memory`, so that addresses stay the same.
pub(crate) fn choose(asked: Option<u16>, kept: Kept, memory: &Path) -> Result<u16> {
    let remembered = fs::read_to_string(memory).ok().and_then(|text| text.trim().parse().ok());
    let bound = remembered.filter(|_| kept == Kept::State);
    let port = match (asked, bound, remembered) {
        (Some(asked), Some(port), _) if asked != port => bail!(
            "what was entered belongs to port {port}; start without --port, or from nothing with --reset --port {asked}"
        ),
        (_, Some(port), _) if !is_free(port) => bail!(
            "port {port} is in use by another program, and what was entered belongs to it; stop that program, or start from nothing with --reset --port N"
        ),
        (Some(port), ..) if !is_free(port) => {
            bail!("port {port} is in use by another program; choose another with --port")
        }
        (Some(port), ..) | (None, Some(port), _) => port,
        (None, None, Some(port)) if is_free(port) => port,
        (None, None, _) => FIRST_CHOICE.clone().find(|port| is_free(*port)).with_context(|| {
            format!(
                "every port from {} to {} is in use; choose one with --port",
                FIRST_CHOICE.start(),
                FIRST_CHOICE.end()
            )
        })?,
    };
    fs::write(memory, format!("{port}\n"))
        .with_context(|| format!("cannot remember the port in {}", memory.display()))?;
    Ok(port)
}

/// Any free port, for a stack that is thrown away.
pub(crate) fn any_free() -> Result<u16> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .context("there is no free port on this machine")
}

/// Nobody listens on it, on any address.
fn is_free(port: u16) -> bool {
    let local = (Ipv4Addr::LOCALHOST, port);
    let answered = TcpStream::connect_timeout(&local.into(), Duration::from_millis(200)).is_ok();
    !answered && TcpListener::bind(local).is_ok()
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::{Kept, choose};

    #[test]
    fn the_port_of_last_time_is_taken_again() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let memory = folder.path().join("port");
        let first = choose(None, Kept::Nothing, &memory).expect("a port is free");
        assert_eq!(choose(None, Kept::Nothing, &memory).ok(), Some(first));
    }

    #[test]
    fn a_port_in_use_is_refused_when_asked_for_and_passed_over_otherwise() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let memory = folder.path().join("port");
        let other = TcpListener::bind(("127.0.0.1", 0)).expect("a port is free");
        let port = other.local_addr().expect("it is bound").port();
        let refused = choose(Some(port), Kept::Nothing, &memory).expect_err("it is in use");
        assert!(refused.to_string().contains("is in use by another program"));
        std::fs::write(&memory, port.to_string()).expect("it can be written");
        assert_ne!(choose(None, Kept::Nothing, &memory).ok(), Some(port));
    }

    #[test]
    fn what_was_entered_is_used_on_its_own_port_only() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let memory = folder.path().join("port");
        let other = TcpListener::bind(("127.0.0.1", 0)).expect("a port is free");
        let port = other.local_addr().expect("it is bound").port();
        std::fs::write(&memory, port.to_string()).expect("it can be written");
        let in_use = choose(None, Kept::State, &memory).expect_err("it is in use");
        assert!(in_use.to_string().contains("stop that program"), "{in_use}");
        drop(other);
        let moved = choose(Some(port ^ 1), Kept::State, &memory).expect_err("another port");
        assert!(moved.to_string().contains("--reset"), "{moved}");
        assert_eq!(choose(None, Kept::State, &memory).ok(), Some(port));
    }
}
