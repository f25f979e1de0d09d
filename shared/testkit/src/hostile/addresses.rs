//! Headers and addresses that are wrong.

use super::{Attack, Expect, Route};

/// Versions and keys that are none.
pub(super) fn broken_headers(route: &Route) -> Vec<Attack> {
    let mut attacks = Vec::new();
    let mut add = |name: &str, value: &str, status: &[u16]| {
        attacks.push(Attack {
            name: format!("{name}: {value:.40}"),
            request: route.good().header(name, value),
            expect: Expect::Status(status.to_vec()),
        });
    };
    if let Some(version) = route.version {
        let twice = format!("\"{version}\", \"{}\"", version + 1);
        let weak = format!("W/\"{version}\"");
        let (open, signed) = (format!("\"{version}"), format!("\"+{version}\""));
        for etag in ["*", "\"*\"", "", "\"\"", "latest", &twice, &weak, &open, &signed] {
            add("if-match", etag, &[400]);
        }
        add("if-match", "\"987654321\"", &[412]);
    }
    if route.creates {
        let long = "k".repeat(256);
        for key in ["", "\"\"", "\"open", "a b", "a,b", "\"a\";p=1", "a\tb", "schlüssel", &long] {
            add("idempotency-key", key, &[400]);
        }
    }
    if route.version.is_some() {
        let bare = Route { version: None, ..route.clone() };
        attacks.push(Attack {
            name: "without if-match".to_owned(),
            request: bare.good(),
            expect: Expect::status(428),
        });
    }
    attacks
}

/// Ids that are none or another's, and queries on routes that read none of it.
pub(super) fn broken_addresses(route: &Route) -> Vec<Attack> {
    let mut attacks = Vec::new();
    if route.signed.is_some() {
        return attacks;
    }
    for (query, name) in
        [("dry_run=true", "dry_run"), ("surplus=1", "surplus"), ("a=1&a=2", "a"), ("q=%ff", "q")]
    {
        attacks.push(Attack {
            name: format!("?{query}"),
            request: route.bare(&format!("{}?{query}", route.path)).json(&route.body),
            expect: Expect::Parameter(name.to_owned()),
        });
    }
    if let Some(id) = &route.id {
        let (prefix, rest) = id.split_once('_').unwrap_or(("", id));
        let other_prefix = if prefix == "pat" { "prog" } else { "pat" };
        for wrong in [
            format!("{other_prefix}_{rest}"),
            format!("{prefix}_{}", rest.to_uppercase().replace('0', "Z")),
            id.to_uppercase(),
            format!("{id}0"),
            format!("%20{id}"),
            format!("{id}%00"),
            format!("{id}%2F"),
            format!("..%2F{id}"),
            "%ff".to_owned(),
            "%F0%9F%98%80".to_owned(),
            "x".repeat(5_000),
            format!("{prefix}_7zzzzzzzzzzzzzzzzzzzzzzzzz"),
        ] {
            attacks.push(Attack {
                name: format!("id {wrong:.60}"),
                request: route.bare(&route.path.replace(id, &wrong)).json(&route.body),
                expect: Expect::Status(vec![400, 404]),
            });
        }
    }
    attacks
}
