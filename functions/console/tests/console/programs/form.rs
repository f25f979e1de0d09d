//! The editor's form, as a browser fills and sends it.

use serde_json::Value;

use crate::support::{Office, Person, Screen};

/// The fields of a page's editor as a browser would send them.
pub(super) fn fields(page: &Screen) -> Vec<(String, String)> {
    let form =
        page.html.split("<form id=\"editor\"").nth(1).unwrap().split("</form>").next().unwrap();
    let mut fields: Vec<(String, String)> = Vec::new();
    for tag in form.split('<') {
        let value = |name: &str| {
            let found = tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()?;
            Some(plain(found))
        };
        let (Some(name), attributes) = (value("name"), tag.split('>').next().unwrap()) else {
            if let (Some((_, last)), true) =
                (fields.last_mut(), tag.starts_with("option") && tag.contains(" selected"))
            {
                *last = value("value").unwrap();
            }
            continue;
        };
        if matches!(name.as_str(), "csrf" | "once") || tag.starts_with("button") {
            continue;
        }
        let ticked = attributes.ends_with(" checked") || attributes.contains(" checked ");
        let boxed = attributes.contains("\"checkbox\"") || attributes.contains("\"radio\"");
        if boxed && !ticked {
            continue;
        }
        let content = if tag.starts_with("textarea") {
            plain(tag.split('>').nth(1).unwrap().trim_start_matches('\n'))
        } else {
            value("value").unwrap_or_default()
        };
        fields.push((name, content));
    }
    fields
}

pub(super) fn plain(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    text.replace("&amp;", "&")
}

/// Sends the editor of a page, with some fields changed or added, by one of its buttons.
pub(super) async fn press(
    person: &Person<'_>,
    path: &str,
    page: &Screen,
    typed: &[(&str, &str)],
    button: (&str, &str),
) -> Screen {
    let mut all = fields(page);
    for (name, value) in typed {
        match all.iter_mut().find(|(its, _)| its == name) {
            Some((_, old)) => (*value).clone_into(old),
            None => all.push(((*name).to_owned(), (*value).to_owned())),
        }
    }
    let mut all: Vec<(&str, &str)> =
        all.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    all.push(button);
    person.post(path, &all).await
}

pub(super) const SAVE: (&str, &str) = ("save", "1");

pub(super) fn actions(page: &Screen) -> Vec<String> {
    let found = fields(page).into_iter().filter(|(name, _)| name == "action");
    found.map(|(_, key)| key).collect()
}

pub(super) async fn stored(office: &Office, id: &str) -> Value {
    office.read(&format!("/v1/programs/{id}")).await
}

/// The hidden fields of the question before a save.
pub(super) fn kept(page: &Screen) -> Vec<(String, String)> {
    let main = page.html.split("<main").nth(1).unwrap();
    let inputs = main.split("<input type=\"hidden\" name=\"").skip(1).map(|rest| {
        let (name, rest) = rest.split_once("\" value=\"").unwrap();
        (name.to_owned(), plain(rest.split('"').next().unwrap()))
    });
    inputs.filter(|(name, _)| !matches!(name.as_str(), "csrf" | "once")).collect()
}
