//! The document as a page to read: one file, no script, no other address.

mod schema;

use serde_json::{Map, Value};

use crate::markdown::{escape, html, inline};

/// The page's one style; the policy that is served with it names its hash.
pub(crate) const STYLE: &str = "\
:root{color-scheme:light dark;--line:#8884;--soft:#8881;--link:#06c}\
@media(prefers-color-scheme:dark){:root{--link:#6bf}}\
body{font:16px/1.5 system-ui,sans-serif;margin:0;display:flex}\
nav{flex:0 0 17rem;height:100vh;overflow:auto;position:sticky;top:0;padding:1rem;box-sizing:border-box;\
border-right:1px solid var(--line);font-size:.85rem}\
nav ul{list-style:none;padding:0;margin:0 0 1rem}\
main{flex:1;min-width:0;max-width:60rem;padding:1rem 2rem 6rem}\
a{color:var(--link)}nav a{text-decoration:none}\
pre{background:var(--soft);padding:.75rem;overflow:auto;border-radius:.3rem}\
code,pre{font:.875em/1.45 ui-monospace,monospace}\
section{border-top:1px solid var(--line);margin-top:2rem}\
table{border-collapse:collapse;width:100%;font-size:.9rem}\
td,th{border-bottom:1px solid var(--line);padding:.3rem .5rem;text-align:left;vertical-align:top}\
summary{cursor:pointer}.method{font-weight:700}\
@media(max-width:50rem){body{display:block}nav{height:auto;position:static;border:0}main{padding:1rem}}";

/// The page.
pub(crate) fn page(document: &Value) -> String {
    let title = text(document, "/info/title");
    let schemas = object(document, "/components/schemas");
    let schemas: String = schemas.iter().map(|(name, each)| schema::section(name, each)).collect();
    let areas = areas(document);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
         <title>{title}: the API</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{}\n<main>\n<h1>{title}</h1>\n\
         <p>For machines: <a href=\"openapi.json\">openapi.json</a> (OpenAPI 3.1).</p>\n{}{}\
         <h2 id=\"schemas\">Schemas</h2>\n{schemas}</main>\n</body>\n</html>\n",
        navigation(&areas),
        html(text(document, "/info/description")),
        areas.iter().map(|area| area.section(document)).collect::<String>(),
    )
}

/// An area and its routes.
struct Area<'a> {
    name: &'a str,
    says: &'a str,
    operations: Vec<Shown<'a>>,
}

/// A route.
struct Shown<'a> {
    method: String,
    path: &'a str,
    it: &'a Value,
}

fn areas(document: &Value) -> Vec<Area<'_>> {
    let tags = document["tags"].as_array().map(Vec::as_slice).unwrap_or_default();
    let paths = object(document, "/paths");
    let of_area = |name: &str| {
        let all = paths.iter().flat_map(|(path, item)| {
            let methods = item.as_object().into_iter().flatten();
            methods.map(move |(method, it)| Shown { method: method.to_ascii_uppercase(), path, it })
        });
        all.filter(|shown| text(shown.it, "/tags/0") == name).collect()
    };
    let area = |tag| {
        let name = text(tag, "/name");
        Area { name, says: text(tag, "/description"), operations: of_area(name) }
    };
    tags.iter().map(area).collect()
}

fn navigation(areas: &[Area<'_>]) -> String {
    let list = |area: &Area<'_>| {
        let links = area.operations.iter().map(|shown| {
            let (id, words) = (text(shown.it, "/operationId"), text(shown.it, "/summary"));
            format!("<li><a href=\"#{id}\">{}</a></li>\n", escape(words))
        });
        format!("<b>{}</b>\n<ul>\n{}</ul>\n", escape(area.name), links.collect::<String>())
    };
    let lists: String = areas.iter().map(list).collect();
    format!("<nav>\n{lists}<a href=\"#schemas\">Schemas</a>\n</nav>")
}

impl Area<'_> {
    fn section(&self, document: &Value) -> String {
        let operations: String =
            self.operations.iter().map(|each| each.section(document)).collect();
        format!("<h2>{}</h2>\n{}{operations}", escape(self.name), html(self.says))
    }
}

impl Shown<'_> {
    fn section(&self, document: &Value) -> String {
        let Self { method, path, it } = self;
        format!(
            "<section id=\"{}\">\n<h3>{}</h3>\n<p><code><span class=\"method\">{method}</span> {}</code></p>\n\
             {}{}{}{}</section>\n",
            text(it, "/operationId"),
            escape(text(it, "/summary")),
            escape(path),
            html(text(it, "/description")),
            parameters(it),
            body(it),
            answers(document, it),
        )
    }
}

fn parameters(it: &Value) -> String {
    let rows = it["parameters"].as_array().into_iter().flatten().map(|parameter| {
        let needed = if parameter["required"] == true { "required" } else { "optional" };
        format!(
            "<tr><td><code>{}</code></td><td>{}, {needed}</td><td>{}</td></tr>\n",
            escape(text(parameter, "/name")),
            text(parameter, "/in"),
            inline(text(parameter, "/description")),
        )
    });
    let rows: String = rows.collect();
    if rows.is_empty() {
        return rows;
    }
    format!("<table>\n<tr><th>Parameter</th><th>Where</th><th>What</th></tr>\n{rows}</table>\n")
}

fn body(it: &Value) -> String {
    let Some(content) = it.pointer("/requestBody/content/application~1json") else {
        return String::new();
    };
    let examples = content["examples"].as_object().into_iter().flatten().map(|(_, example)| {
        let body = serde_json::to_string_pretty(&example["value"]).expect("a value is JSON");
        format!("<p>{}</p>\n<pre>{}</pre>\n", escape(text(example, "/summary")), escape(&body))
    });
    let examples: String = examples.collect();
    format!("<h4>Body: {}</h4>\n{examples}", schema::words(&content["schema"]))
}

fn answers(document: &Value, it: &Value) -> String {
    let rows = it["responses"].as_object().into_iter().flatten().map(|(status, answer)| {
        let place = answer["$ref"].as_str().map(|place| place.trim_start_matches('#'));
        let answer = place.and_then(|place| document.pointer(place)).unwrap_or(answer);
        let schema = answer.pointer("/content/application~1json/schema");
        format!(
            "<tr><td>{status}</td><td>{}</td><td>{}</td></tr>\n",
            inline(text(answer, "/description")),
            schema.map(schema::words).unwrap_or_default(),
        )
    });
    let rows: String = rows.collect();
    format!("<details><summary>Answers</summary>\n<table>\n{rows}</table>\n</details>\n")
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

fn object<'a>(value: &'a Value, pointer: &str) -> &'a Map<String, Value> {
    value.pointer(pointer).and_then(Value::as_object).expect("the document has it")
}
