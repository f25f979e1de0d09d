//! The two cookies: one of the session, one of somebody who is signing in.

use http::{HeaderMap, HeaderValue, header};

use super::Secret;

/// Which of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cookie {
    /// Of the session.
    Session,
    /// Of somebody who is signing in.
    SigningIn,
}

/// Whether the console is reached by TLS. Only in a local cloud it is not: browsers then take neither
/// `Secure` nor the prefix `__Host-`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// It is.
    Tls,
    /// It is not.
    Plain,
}

impl Transport {
    /// By the console's own address.
    pub fn of(console_url: &str) -> Self {
        if console_url.starts_with("http://") { Self::Plain } else { Self::Tls }
    }
}

impl Cookie {
    const fn name(self, transport: Transport) -> &'static str {
        match (self, transport) {
            (Self::Session, Transport::Tls) => "__Host-session",
            (Self::SigningIn, Transport::Tls) => "__Host-signing-in",
            (Self::Session, Transport::Plain) => "session",
            (Self::SigningIn, Transport::Plain) => "signing-in",
        }
    }

    /// What the request holds of it. Of two with one name neither is believed: another page of the same
    /// site may have set one.
    pub fn read(self, transport: Transport, headers: &HeaderMap) -> Option<Secret> {
        let name = self.name(transport);
        let texts = headers.get_all(header::COOKIE).iter().filter_map(|it| it.to_str().ok());
        let mut ours = texts
            .flat_map(|text| text.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .filter(|(its, _)| *its == name)
            .map(|(_, value)| value);
        let found = ours.next()?;
        if ours.next().is_some() {
            return None;
        }
        Secret::parse(found)
    }

    /// What sets it, for that many seconds, or until the browser is closed. `Lax`: the way back from the sign-in pages is a link from
    /// another site.
    pub fn set(
        self,
        transport: Transport,
        secret: &Secret,
        seconds: Option<u64>,
    ) -> Option<HeaderValue> {
        self.header(transport, &secret.as_text(), seconds)
    }

    /// What takes it away.
    pub fn clear(self, transport: Transport) -> Option<HeaderValue> {
        self.header(transport, "", Some(0))
    }

    fn header(
        self,
        transport: Transport,
        value: &str,
        seconds: Option<u64>,
    ) -> Option<HeaderValue> {
        let name = self.name(transport);
        let secure = match transport {
            Transport::Tls => "; Secure",
            Transport::Plain => "",
        };
        let age = seconds.map_or_else(String::new, |it| format!("; Max-Age={it}"));
        let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{age}{secure}");
        HeaderValue::try_from(text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(cookies: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::COOKIE, HeaderValue::try_from(cookies).expect("a header"))])
    }

    #[test]
    fn a_cookie_is_kept_from_scripts_other_sites_and_plain_connections() {
        let secret = Secret::random();
        let set = Cookie::SigningIn.set(Transport::Tls, &secret, Some(60)).expect("a header");
        let expected = format!(
            "__Host-signing-in={}; Path=/; HttpOnly; SameSite=Lax; Max-Age=60; Secure",
            secret.as_text()
        );
        assert_eq!(set, expected);
    }

    #[test]
    fn a_secret_is_read_from_among_other_cookies_and_of_two_neither_is() {
        let secret = Secret::random();
        let text = secret.as_text();
        let read = |cookies: &str| Cookie::Session.read(Transport::Tls, &sent(cookies));
        assert_eq!(read(&format!("a=b; __Host-session={text}; c=d")), Some(secret));
        assert_eq!(read(&format!("session={text}")), None);
        assert_eq!(read(&format!("__Host-session={text}; __Host-session={text}")), None);
        assert_eq!(read("__Host-session="), None);
    }
}
