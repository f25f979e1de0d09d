//! Lists, a page at a time: `?limit=&cursor=` and the list's own filters.
//!
//! A cursor says after which position of which list a page begins. It is opaque to callers and no
//! secret: it opens nothing that its list would not show. Positions are ids: addresses are logged on
//! the way.

use std::cmp::Ordering;
use std::fmt;

use app::form::{Form, UnknownFields, read};
use axum::Json;
use axum::extract::{FromRequestParts, Query};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::ids::fingerprint;
use domain::invalid::Invalid;
use http::request::Parts;
use serde_json::{Map, Value, json};

use super::Problem;

/// How many items a page has when nobody says.
const DEFAULT_LIMIT: usize = 50;

/// How many it has at most.
const MAX_LIMIT: usize = 200;

/// The form of what is in a cursor; another form gets another number.
const VERSION: &str = "1";

/// What stands where bytes of an address were not UTF-8.
const REPLACED: char = '\u{fffd}';

/// Characters of a cursor's check, which tells one that was cut or typed from one of ours.
const CHECK: usize = 8;

/// The query of a request for a list. A parameter without a value counts as left out.
#[derive(Debug, Clone)]
pub struct ListQuery {
    list: String,
    parameters: Value,
}

impl<S: Send + Sync> FromRequestParts<S> for ListQuery {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri)
            .map_err(|_| Problem::bad_request("The query of the address cannot be read."))?;
        let mut parameters = Map::new();
        for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
            let at = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
            // In the place of bytes that are no text: what was meant is not known.
            if name.contains(REPLACED) || value.contains(REPLACED) {
                return Err(Problem::wrong_query(&Invalid::one(at, "is not text in UTF-8")));
            }
            if parameters.insert(name, Value::from(value)).is_some() {
                return Err(Problem::wrong_query(&Invalid::one(at, "is given twice")));
            }
        }
        Ok(Self { list: parts.uri.path().to_owned(), parameters: Value::Object(parameters) })
    }
}

impl ListQuery {
    /// Parameters of a request that has no pages. Every value is a text.
    ///
    /// # Errors
    /// 400 with every parameter that is wrong or unknown.
    pub fn only<T>(self, read_all: impl FnOnce(&Form<'_>) -> Option<T>) -> Result<T, Problem> {
        read(&self.parameters, UnknownFields::Refuse, read_all)
            .map_err(|invalid| Problem::wrong_query(&invalid))
    }

    /// The page that is asked for, and the list's own filters. Every value is a text.
    ///
    /// # Errors
    /// 400 with every parameter that is wrong or unknown.
    pub fn read<T>(
        self,
        filters: impl FnOnce(&Form<'_>) -> Option<T>,
    ) -> Result<(Page, T), Problem> {
        let (limit, after, filters) = read(&self.parameters, UnknownFields::Refuse, |form| {
            let limit = form.optional("limit", parse_limit);
            let after = form.optional("cursor", |text| Cursor::parse(text, &self.list));
            let filters = filters(form);
            Some((limit?, after?, filters?))
        })
        .map_err(|invalid| Problem::wrong_query(&invalid))?;
        Ok((
            Page { limit: limit.unwrap_or(DEFAULT_LIMIT), cursor: after, list: self.list },
            filters,
        ))
    }
}

fn parse_limit(text: &str) -> Result<usize, String> {
    let limit = text.parse().ok().filter(|limit| (1..=MAX_LIMIT).contains(limit));
    limit.ok_or_else(|| format!("must be a whole number from 1 to {MAX_LIMIT}"))
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// How many items it has at most.
    pub limit: usize,
    /// After what it begins; the first page has none.
    pub cursor: Option<Cursor>,
    list: String,
}

impl Page {
    /// The cursor of the page that begins after that position of this list.
    pub fn after(&self, position: &str) -> Cursor {
        Cursor::at(&self.list, position)
    }

    /// Below which number this page of a list of numbered records begins, the greatest being first;
    /// `None` on the first page.
    ///
    /// # Errors
    /// 400 when the cursor says none.
    pub fn below(&self) -> Result<Option<u64>, Problem> {
        let Some(cursor) = &self.cursor else { return Ok(None) };
        cursor.position().parse().map(Some).map_err(|_| BadCursor::Unreadable.into())
    }

    /// This page of numbered records, the greatest first, and the cursor of the page after it. What
    /// comes below [`Page::below`] is there, and one record more than the page has, if there is one.
    pub fn cut_numbers<T>(
        &self,
        records: Vec<T>,
        number: impl Fn(&T) -> u64,
    ) -> (Vec<T>, Option<Cursor>) {
        // Ten digits, so that the order of texts is the order of numbers.
        self.cut_in(Order::Descending, records, |record| format!("{:010}", number(record)))
    }

    /// This page of records that are all there, in the order of their positions, and the cursor of
    /// the page after it, if there is one. A position is unique, and a record keeps it.
    pub fn cut<T>(
        &self,
        records: Vec<T>,
        position: impl Fn(&T) -> &str,
    ) -> (Vec<T>, Option<Cursor>) {
        self.cut_in(Order::Ascending, records, |record| position(record).to_owned())
    }

    /// The same for a list in another order, or whose positions are made for it.
    pub fn cut_in<T>(
        &self,
        order: Order,
        mut records: Vec<T>,
        position: impl Fn(&T) -> String,
    ) -> (Vec<T>, Option<Cursor>) {
        records.sort_by_cached_key(&position);
        if order == Order::Descending {
            records.reverse();
        }
        if let Some(cursor) = &self.cursor {
            let comes_later = match order {
                Order::Ascending => Ordering::Greater,
                Order::Descending => Ordering::Less,
            };
            records.retain(|it| position(it).as_str().cmp(cursor.position()) == comes_later);
        }
        let more = records.len() > self.limit;
        records.truncate(self.limit);
        let next = records.last().filter(|_| more).map(|last| self.after(&position(last)));
        (records, next)
    }
}

/// The order of a list, by its positions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The least first.
    Ascending,
    /// The greatest first.
    Descending,
}

/// A place in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    list: String,
    position: String,
}

/// Why a text is not a cursor of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadCursor {
    /// It was not given out as it is, or long ago.
    #[error("is not a cursor that a list gave; leave it out to begin at the first page")]
    Unreadable,
    /// It was given out by another list.
    #[error("is the cursor of another list; leave it out to begin at the first page")]
    OtherList,
}

impl From<BadCursor> for Problem {
    fn from(bad: BadCursor) -> Self {
        Self::wrong_query(&Invalid::one("/cursor", bad.to_string()))
    }
}

impl Cursor {
    /// The cursor of the page of a list that begins after that position.
    pub fn at(list: &str, position: &str) -> Self {
        Self { list: list.to_owned(), position: position.to_owned() }
    }

    /// Reads a cursor of that list, which is named by its path.
    ///
    /// # Errors
    /// When it is not one, or another list's.
    pub fn parse(text: &str, list: &str) -> Result<Self, BadCursor> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| BadCursor::Unreadable)?;
        let payload = String::from_utf8(bytes).map_err(|_| BadCursor::Unreadable)?;
        let found = read_payload(&payload).ok_or(BadCursor::Unreadable)?;
        if found.list == list { Ok(found) } else { Err(BadCursor::OtherList) }
    }

    /// After what the page begins.
    pub fn position(&self) -> &str {
        &self.position
    }
}

/// The version, a check of what follows, and the list and the position on a line each.
fn read_payload(payload: &str) -> Option<Cursor> {
    let (check, place) = payload.strip_prefix(VERSION)?.split_at_checked(CHECK)?;
    let (list, position) = place.split_once('\n')?;
    let cursor = Cursor { list: list.to_owned(), position: position.to_owned() };
    (check_of(place) == check).then_some(cursor)
}

fn check_of(place: &str) -> String {
    fingerprint(place).chars().take(CHECK).collect()
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = format!("{}\n{}", self.list, self.position);
        let payload = format!("{VERSION}{}{place}", check_of(&place));
        f.write_str(&URL_SAFE_NO_PAD.encode(payload))
    }
}

/// The answer of a list: its items, and the cursor of the next page or `null`.
pub fn page_json(items: impl IntoIterator<Item = Value>, next: Option<&Cursor>) -> Json<Value> {
    let items: Vec<_> = items.into_iter().collect();
    Json(json!({ "items": items, "next": next.map(Cursor::to_string) }))
}

#[cfg(test)]
mod tests;
