//! Which port the local cloud listens on.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::time::Duration;
use std::{fs, ops::RangeInclusive};

use anyhow::{Context as _, Result, bail};

/// Where a first start looks: beside the port that local clouds use by default.
const FIRST_CHOICE: RangeInclusive<u16> = 4570..=4699;

/// The port to use: the one asked for, else the one of last time, else a free one.
///
/// It is remembered in `memory`, so that addresses stay the same.
pub(crate) fn choose(asked: Option<u16>, memory: &Path) -> Result<u16> {
    let remembered = fs::read_to_string(memory).ok().and_then(|text| text.trim().parse().ok());
    let port = match (asked, remembered) {
        (Some(port), _) if !is_free(port) => {
            bail!("port {port} is in use by another program; choose another with --port")
        }
        (Some(port), _) => port,
        (None, Some(port)) if is_free(port) => port,
        (None, _) => FIRST_CHOICE.clone().find(|port| is_free(*port)).with_context(|| {
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

    use super::choose;

    #[test]
    fn the_port_of_last_time_is_taken_again() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let memory = folder.path().join("port");
        let first = choose(None, &memory).expect("a port is free");
        assert_eq!(choose(None, &memory).ok(), Some(first));
    }

    #[test]
    fn a_port_in_use_is_refused_when_asked_for_and_passed_over_otherwise() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let memory = folder.path().join("port");
        let other = TcpListener::bind(("127.0.0.1", 0)).expect("a port is free");
        let port = other.local_addr().expect("it is bound").port();
        let refused = choose(Some(port), &memory).expect_err("it is in use");
        assert!(refused.to_string().contains("is in use by another program"));
        std::fs::write(&memory, port.to_string()).expect("it can be written");
        assert_ne!(choose(None, &memory).ok(), Some(port));
    }
}
