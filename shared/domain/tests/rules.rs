#![cfg(test)]
//! `RULES.md` says of each rule where it is kept and which test keeps it so. Here: what it names is
//! there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
const RULES: &str = include_str!("../RULES.md");
const CELLS: [&str; 4] = ["from", "rule", "code", "test"];
/// In the place of code, or of a test, that is still to come.
const NONE_YET: &str = "none yet";

/// One row of a table.
struct Rule {
    line: usize,
    from: &'static str,
    code: &'static str,
    test: &'static str,
}

/// The rows of every table, and what is wrong with the form of others.
fn rules() -> (Vec<Rule>, Vec<String>) {
    let (mut rules, mut wrong) = (Vec::new(), Vec::new());
    for (i, line) in RULES.lines().enumerate() {
        let Some(row) = line.strip_prefix('|').and_then(|row| row.strip_suffix('|')) else {
            continue;
        };
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let [from, _, code, test] = cells[..] else {
            wrong.push(format!("line {}: has {} cells instead of 4", i + 1, cells.len()));
            continue;
        };
        if cells != CELLS && !from.starts_with("--") {
            rules.push(Rule { line: i + 1, from, code, test });
        }
    }
    (rules, wrong)
}

/// The places a cell names, each as `` `path.rs::item` ``: file and item.
fn places(cell: &'static str) -> Result<Vec<(String, &'static str)>, String> {
    if cell == NONE_YET {
        return Ok(Vec::new());
    }
    let place =
        |part: &'static str| part.trim().strip_prefix('`')?.strip_suffix('`')?.split_once(".rs::");
    cell.split("<br>")
        .map(|part| {
            let (path, item) =
                place(part).ok_or_else(|| format!("“{part}” is no `path.rs::item`"))?;
            Ok((format!("{path}.rs"), item))
        })
        .collect()
}

/// The files of the repository, each read once.
#[derive(Default)]
struct Files(BTreeMap<String, Option<String>>);

impl Files {
    /// Says why `found` does not find what it looks for in that file.
    fn missing(&mut self, path: &str, found: impl Fn(&str) -> bool) -> Option<&'static str> {
        let read = || fs::read_to_string(Path::new(ROOT).join(path)).ok();
        match self.0.entry(path.to_owned()).or_insert_with(read) {
            None => Some("there is no such file"),
            Some(text) if found(text) => None,
            Some(_) => Some("it is not in that file"),
        }
    }
}

/// Whether `text` holds `word`, and not only as a part of another one.
fn has_word(text: &str, word: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|found| found == word)
}

#[test]
fn every_rule_names_code_and_tests_that_exist() {
    let mut files = Files::default();
    let (rules, mut missing) = rules();
    assert!(!rules.is_empty(), "RULES.md has no rule");
    let is_code = |text: &str, item: &str| item.split("::").all(|name| has_word(text, name));
    let is_test = |text: &str, item: &str| text.contains(&format!("fn {item}("));
    let kinds: [fn(&Rule) -> &'static str; 2] = [|rule| rule.code, |rule| rule.test];
    for rule in &rules {
        for (i, cell) in kinds.iter().enumerate() {
            let line = rule.line;
            match places(cell(rule)) {
                Err(why) => missing.push(format!("line {line}: {why}")),
                Ok(places) => missing.extend(places.iter().filter_map(|(path, item)| {
                    let found =
                        |text: &str| if i == 0 { is_code(text, item) } else { is_test(text, item) };
                    let why = files.missing(path, found)?;
                    Some(format!("line {line}: {path}::{item}: {why}"))
                })),
            }
        }
    }
    assert!(missing.is_empty(), "RULES.md names what is not there:\n{}", missing.join("\n"));
}

#[test]
fn every_number_is_accounted_for() {
    let (rules, _) = rules();
    let later = RULES.split_once("## Not built yet").map_or("", |(_, later)| later);
    let numbers = |text: &'static str| {
        let words = text.split(|c: char| !c.is_alphanumeric());
        words.filter_map(|word| word.strip_prefix('R')?.parse::<u32>().ok())
    };
    let named: BTreeSet<u32> =
        rules.iter().flat_map(|rule| numbers(rule.from)).chain(numbers(later)).collect();
    let missing: Vec<u32> = (1..=29).filter(|number| !named.contains(number)).collect();
    assert!(missing.is_empty(), "RULES.md says nothing of these R-numbers: {missing:?}");
}
