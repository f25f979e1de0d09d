//! The document as a page to read: one file, no script, no other address.

mod schema;

use serde_json::{Map, Value};

use crate::markdown::{escape, html, inline, slug};

/// The page's one style; the policy that is served with it names its hash.
pub(crate) const STYLE: &str = "\
:root{color-scheme:light dark;--line:#8884;--soft:#8882;--link:#0059b3;--quiet:#595959}\
@media(prefers-color-scheme:dark){:root{--link:#7bf;--quiet:#aaa}}\
html{scroll-padding-top:.5rem}\
body{font:16px/1.5 system-ui,sans-serif;margin:0;display:flex}\
nav{flex:0 0 17rem;height:100vh;overflow:auto;position:sticky;top:0;padding:1rem;box-sizing:border-box;\
border-right:1px solid var(--line);font-size:.85rem}\
nav ul{list-style:none;padding:0;margin:0 0 1rem}nav .area{font-weight:700}\
main{flex:1;min-width:0;max-width:60rem;padding:1rem 2rem 6rem}\
a{color:var(--link)}nav a{text-decoration:none}nav a:hover{text-decoration:underline}\
pre{background:var(--soft);padding:.75rem;white-space:pre-wrap;overflow-wrap:anywhere;border-radius:.3rem}\
code,pre{font:.875em/1.45 ui-monospace,monospace}code{overflow-wrap:break-word}\
h2{margin-top:3rem}h3{margin-bottom:.5rem}h4{margin:1.25rem 0 .5rem}\
section{border-top:1px solid var(--line);margin-top:2rem}\
table{border-collapse:collapse;width:100%;font-size:.9rem}\
td,th{border-bottom:1px solid var(--line);padding:.3rem .5rem;text-align:left;vertical-align:top}\
td:first-child{white-space:nowrap}.needed{color:var(--quiet);font-size:.85em}\
summary{cursor:pointer;margin-top:.75rem}.method{font-weight:700}\
@media(max-width:50rem){body{display:block}main{padding:0 1rem 3rem}\
nav{height:auto;position:static;border:0;border-bottom:1px solid var(--line);font-size:1rem}\
nav ul{display:none}nav .area{display:inline-block;padding:.3rem .75rem .3rem 0;font-weight:400}\
table,tbody,tr,td{display:block}tr{border-bottom:1px solid var(--line);padding:.4rem 0}\
td{border:0;padding:.1rem 0}td:first-child{white-space:normal}td:empty,th{display:none}}";

/// The page, with the routes of each area in this order of their ids.
pub(crate) fn page(document: &Value, order: &[&str]) -> String {
    let title = text(document, "/info/title");
    let schemas = object(document, "/components/schemas");
    let schemas: String = schemas.iter().map(|(name, each)| schema::section(name, each)).collect();
    let guide = text(document, "/info/description");
    let areas = areas(document, order);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
         <title>{title}: the API</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{}\n<main>\n<h1>{title}</h1>\n\
         <p>For machines: <a href=\"openapi.json\">openapi.json</a> (OpenAPI 3.1).</p>\n{}{}\
         <h2 id=\"schemas\">Schemas</h2>\n{schemas}</main>\n</body>\n</html>\n",
        navigation(guide, &areas),
        html(guide),
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

fn areas<'a>(document: &'a Value, order: &[&str]) -> Vec<Area<'a>> {
    let tags = document["tags"].as_array().map(Vec::as_slice).unwrap_or_default();
    let paths = object(document, "/paths");
    let of_area = |name: &str| {
        let all = paths.iter().flat_map(|(path, item)| {
            let methods = item.as_object().into_iter().flatten();
            methods.map(move |(method, it)| Shown { method: method.to_ascii_uppercase(), path, it })
        });
        let mut found: Vec<_> = all.filter(|shown| text(shown.it, "/tags/0") == name).collect();
        found
            .sort_by_key(|shown| order.iter().position(|id| *id == text(shown.it, "/operationId")));
        found
    };
    let area = |tag| {
        let name = text(tag, "/name");
        Area { name, says: text(tag, "/description"), operations: of_area(name) }
    };
    tags.iter().map(area).collect()
}

/// What leads to everything. A narrow page shows the areas alone.
fn navigation(guide: &str, areas: &[Area<'_>]) -> String {
    let list = |area: &Area<'_>| {
        let links = area.operations.iter().map(|shown| {
            let (id, words) = (text(shown.it, "/operationId"), text(shown.it, "/summary"));
            format!("<li><a href=\"#{id}\">{}</a></li>\n", escape(words))
        });
        let (name, links) = (area.name, links.collect::<String>());
        format!("{}<ul>\n{links}</ul>\n", area_link(name))
    };
    let guide = guide.lines().filter_map(|line| line.strip_prefix("## ")).map(area_link);
    let (guide, lists): (String, String) = (guide.collect(), areas.iter().map(list).collect());
    format!("<nav>\n{guide}<ul></ul>\n{lists}{}</nav>", area_link("Schemas"))
}

fn area_link(name: &str) -> String {
    format!("<div><a class=\"area\" href=\"#{}\">{}</a></div>\n", slug(name), escape(name))
}

impl Area<'_> {
    fn section(&self, document: &Value) -> String {
        let operations: String =
            self.operations.iter().map(|each| each.section(document)).collect();
        let (id, name) = (slug(self.name), escape(self.name));
        format!("<h2 id=\"{id}\">{name}</h2>\n{}{operations}", html(self.says))
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
            "<tr><td><code>{}</code></td><td class=\"needed\">{}, {needed}</td><td>{}</td><td>{}</td></tr>\n",
            escape(text(parameter, "/name")),
            text(parameter, "/in"),
            inline(text(parameter, "/description")),
            values(&parameter["schema"]),
        )
    });
    let rows: String = rows.collect();
    if rows.is_empty() {
        return rows;
    }
    format!(
        "<table>\n<tr><th>Parameter</th><th>Where</th><th>What</th><th>Value</th></tr>\n{rows}</table>\n"
    )
}

/// What a parameter may be, when that is not simply a text.
fn values(schema: &Value) -> String {
    if *schema == serde_json::json!({ "type": "string" }) {
        return String::new();
    }
    schema::words(schema)
}

fn body(it: &Value) -> String {
    let content = it.pointer("/requestBody/content").and_then(Value::as_object);
    // Our own JSON is first: it is the one that is described here.
    let (ours, others): (Vec<_>, Vec<_>) =
        content.into_iter().flatten().partition(|(kind, _)| *kind == "application/json");
    ours.into_iter().chain(others).map(|(kind, content)| body_of(kind, content)).collect()
}

fn body_of(kind: &str, content: &Value) -> String {
    let examples = content["examples"].as_object().into_iter().flatten().map(|(_, example)| {
        let value = &example["value"];
        let pretty = || serde_json::to_string_pretty(value).expect("a value is JSON");
        // The segments of HL7 v2 end with carriage returns.
        let body = value.as_str().map_or_else(pretty, |text| text.replace('\r', "\n"));
        let summary = escape(text(example, "/summary"));
        format!("<p>{summary}</p>\n<pre>{}</pre>\n", escape(body.trim_end()))
    });
    let examples: String = examples.collect();
    let schema = &content["schema"];
    let kind = escape(kind);
    let words = match (schema.get("x-row"), schema.get("$ref")) {
        (Some(row), _) => format!("<code>{kind}</code>, each row {}", schema::words(row)),
        (None, Some(_)) => schema::words(schema),
        (None, None) => format!("<code>{kind}</code>"),
    };
    format!("<h4>Body: {words}</h4>\n{examples}")
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
    format!("<details open><summary>Answers</summary>\n<table>\n{rows}</table>\n</details>\n")
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

fn object<'a>(value: &'a Value, pointer: &str) -> &'a Map<String, Value> {
    value.pointer(pointer).and_then(Value::as_object).expect("the document has it")
}
