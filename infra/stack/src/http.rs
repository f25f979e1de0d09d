//! One HTTP exchange, without name resolution.

use std::time::Duration;

use ureq::http::{Request, Response, request};
use ureq::{Agent, Body};

use crate::{Answer, Error};

/// Longer than the 30 s after which API Gateway itself gives up.
const PATIENCE: Duration = Duration::from_secs(35);

/// Sends requests to an address, whatever host name they are meant for.
#[derive(Debug, Clone)]
pub(crate) struct Http {
    agent: Agent,
}

/// A request about to be sent.
#[derive(Debug)]
pub(crate) struct Outgoing<'a> {
    pub(crate) method: &'a str,
    /// `http://127.0.0.1:<port>`
    pub(crate) address: &'a str,
    /// The `Host` header, where it is not the address: names under
    /// `.localhost` are not resolved by every system's resolver.
    pub(crate) host: Option<&'a str>,
    pub(crate) path: &'a str,
    pub(crate) headers: &'a [(&'a str, &'a str)],
    pub(crate) body: Option<Vec<u8>>,
}

impl Http {
    pub(crate) fn new() -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .timeout_global(Some(PATIENCE))
            .build();
        Self { agent: config.into() }
    }

    /// What lies behind a link, whole.
    pub(crate) fn download(&self, url: &str) -> Result<Vec<u8>, Error> {
        let unreachable =
            |why: ureq::Error| Error::Unreachable { url: url.to_owned(), why: why.to_string() };
        let mut response = self.agent.get(url).call().map_err(unreachable)?;
        let status = response.status().as_u16();
        if status != 200 {
            let body = response.body_mut().read_to_string().map_err(unreachable)?;
            return Err(Error::Refused { what: "following a link".to_owned(), status, body });
        }
        response.body_mut().read_to_vec().map_err(unreachable)
    }

    pub(crate) fn send(&self, outgoing: Outgoing<'_>) -> Result<Answer, Error> {
        let url = format!("{}{}", outgoing.address, outgoing.path);
        let asked = format!("{} {}", outgoing.method, outgoing.path);
        let unreachable =
            |why: String| Error::Unreachable { url: url.clone(), why: why.to_lowercase() };

        let mut request: request::Builder =
            Request::builder().method(outgoing.method).uri(url.as_str());
        if let Some(host) = outgoing.host {
            request = request.header("host", host);
        }
        for (name, value) in outgoing.headers {
            request = request.header(*name, *value);
        }
        let sent = match outgoing.body {
            Some(body) => request
                .body(body)
                .map_err(ureq::Error::from)
                .and_then(|request| self.agent.run(request)),
            None => request
                .body(())
                .map_err(ureq::Error::from)
                .and_then(|request| self.agent.run(request)),
        };
        let mut response: Response<Body> = sent.map_err(|error| unreachable(error.to_string()))?;
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| {
                (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
            })
            .collect();
        let status = response.status().as_u16();
        let body = response.body_mut().read_to_vec();
        let body = body.map_err(|error| unreachable(error.to_string()))?;
        // A picture or a PDF is no text; what is looked for in it is.
        let body = String::from_utf8_lossy(&body).into_owned();
        Ok(Answer { asked, status, headers, body })
    }
}
