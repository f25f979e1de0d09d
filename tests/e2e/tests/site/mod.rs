//! Pages that show what the browser tells of, on this machine.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;

/// A server of the pages. It serves until the test's process ends.
pub(crate) struct Site {
    port: u16,
}

impl Site {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                thread::spawn(move || serve(&stream));
            }
        });
        Self { port }
    }

    /// The host's name is like that of the API in the local cloud, which no resolver knows.
    pub(crate) fn address(&self, path: &str) -> String {
        format!("http://abc123.execute-api.localhost:{}{path}", self.port)
    }
}

struct Request {
    target: String,
    cookie: String,
    body: String,
}

/// Answers one request. Chromium also opens connections that it never uses.
fn serve(stream: &TcpStream) {
    let Some(request) = read(stream) else { return };
    let (head, kind, body) = answer(&request);
    let mut stream = stream;
    // Chromium may have gone to another page.
    write!(
        stream,
        "HTTP/1.1 {head}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .ok();
}

fn read(stream: &TcpStream) -> Option<Request> {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    stream.read_line(&mut line).ok()?;
    let target = line.split(' ').nth(1)?.to_owned();
    let (mut length, mut cookie) = (0, String::new());
    loop {
        let mut header = String::new();
        stream.read_line(&mut header).ok()?;
        match header.trim().split_once(": ") {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.parse().ok()?;
            }
            Some((name, value)) if name.eq_ignore_ascii_case("cookie") => {
                value.clone_into(&mut cookie);
            }
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some(Request { target, cookie, body: String::from_utf8(body).ok()? })
}

/// The status with further headers, the kind of content, and the content.
fn answer(request: &Request) -> (String, &'static str, String) {
    let strict = "200 OK\r\nContent-Security-Policy: default-src 'self'".to_owned();
    let plain = "200 OK".to_owned();
    let html = "text/html; charset=utf-8";
    let page = |body: &str| {
        format!(
            "<!doctype html><html lang=en><meta name=viewport content='width=device-width'>\
             <title>Page</title><body><main><h1>Page</h1>{body}</main>"
        )
    };
    match request.target.as_str() {
        "/form" => (strict, html, page(FORM)),
        "/sent" => (strict, html, page(&format!("<p>{}</p>", request.body.replace('&', "&amp;")))),
        "/rows" => (strict, html, page(ROWS)),
        "/later" => (plain, html, page(LATER)),
        "/covered" => (plain, html, page(COVERED)),
        "/unlabelled" => (strict, html, page("<input>")),
        "/blocked" => (strict, html, page(BLOCKED)),
        "/errors" => (plain, html, page(ERRORS)),
        "/missing.png" | "/favicon.ico" => ("404 Not Found".into(), html, String::new()),
        "/outside" => (plain, html, page("<img src='http://pictures.example/a.png' alt=''>")),
        "/script" => (plain, html, page(SCRIPT)),
        "/settings" => (plain, html, page(SETTINGS)),
        "/wide" => (plain, html, page("<p style='width: 900px'>Wide</p>")),
        "/long" => (plain, html, page("<p style='height: 100rem'>Long</p>")),
        "/jumps" => (plain, html, page(JUMPS)),
        "/moved" => ("302 Found\r\nLocation: /styled".into(), html, String::new()),
        "/styled" => (plain, html, page(STYLED)),
        "/style.css" => {
            ("200 OK\r\nCache-Control: max-age=600".into(), "text/css", "p { color: #222 }".into())
        }
        "/deferred.js" => (plain, "text/javascript", String::new()),
        "/cookie" => ("200 OK\r\nSet-Cookie: visited=yes".into(), html, page("")),
        "/cookies" => {
            (plain, html, page(&format!("<p>You asked for /cookies with {}</p>", request.cookie)))
        }
        other => (plain, html, page(&format!("<p>You asked for {other}</p>"))),
    }
}

const FORM: &str = "<form method=post action=/sent>\
    <p><label for=name>Name (as in the passport)</label> <input id=name name=name value=Somebody>\
    <p><label>Born <input type=date name=born></label>\
    <p><label>Notes <textarea name=notes>Old</textarea></label>\
    <p><label>Channel <select name=channel><option value=sms>Text<option value=email>E-mail</select></label>\
    <fieldset><legend>Urgency</legend>\
    <label><input type=radio name=urgency value=later> Later</label>\
    <label><input type=radio name=urgency value=soon> Soon</label></fieldset>\
    <p><label><input type=checkbox name=call> May be called</label>\
    <label><input type=checkbox name=new checked> Is new</label>\
    <p><button>Save</button></form>";

const ROWS: &str = "<label>Search <input></label><table><tr><th>Who<th>What\
    <tr><td>Ana<td><a href=/assigned?ana>Assign</a><tr><td>Ben<td><a href=/assigned?ben>Assign</a></table>";

const LATER: &str = "<p id=text>Not yet</p><button>Load</button><script>\
    document.querySelector('button').onclick = () => confirm('Sure?') && setTimeout(() => {\
        document.querySelector('#text').textContent = 'It has come' }, 400)</script>";

const COVERED: &str = "<button>Save</button><div id=cover style='position: fixed; inset: 0'></div>";

const BLOCKED: &str =
    "<p style='color: red'>All is well</p><script>document.title = 'Run'</script>";

const ERRORS: &str =
    "<img src=/missing.png alt=''><script>console.error('said'); throw Error('thrown')</script>";

const SCRIPT: &str = "<p>Without scripts</p><script>\
    document.querySelector('p').textContent = 'With scripts'</script>";

const SETTINGS: &str = "<p></p><script>\
    const is = (query, yes, no) => matchMedia(query).matches ? yes : no;\
    document.querySelector('p').textContent = [is('(width < 600px)', 'narrow', 'wide'),\
        is('(prefers-color-scheme: dark)', 'dark', 'light'), getComputedStyle(document.body).fontSize].join(' ')\
    </script>";

const JUMPS: &str = "<div id=late></div><p style='font-size: 9em'>Text that is pushed down</p><script>\
    requestAnimationFrame(() => setTimeout(() => {\
        document.querySelector('#late').style.height = '300px' }, 50))</script>";

const STYLED: &str =
    "<link rel=stylesheet href=/style.css><script defer src=/deferred.js></script><p>Read me</p>";
