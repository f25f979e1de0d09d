//! One route, described.

use std::collections::BTreeMap;

use aws::http::Method;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

/// The schemas of the document, by name.
pub type Schemas = BTreeMap<String, Value>;

/// A body that works.
#[derive(Debug, Clone)]
pub struct Example {
    /// Its name among the examples of the route.
    pub name: &'static str,
    /// What it is an example of.
    pub summary: &'static str,
    /// The body.
    pub body: Value,
    /// Where the answer has an id, and which id of [`crate::ids`] stands for it in other examples.
    pub gives: Vec<(&'static str, &'static str)>,
}

/// A good answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// What it says.
    pub says: &'static str,
    /// Where its schema is; `None` when it has no body.
    pub schema: Option<String>,
    /// The type of its body.
    pub kind: &'static str,
}

/// One route, described. What follows from its form is added by the document: who may use it, and
/// the problems it can answer.
#[derive(Debug, Clone)]
pub struct Operation {
    /// The method.
    pub method: Method,
    /// The path, as the code has it.
    pub path: &'static str,
    /// Its name for programs that are made from the document.
    pub id: &'static str,
    /// A few words.
    pub summary: &'static str,
    /// The rest, in Markdown.
    pub says: &'static str,
    /// Parameters of the query.
    pub query: Vec<Value>,
    /// Headers it reads of its own.
    pub headers: Vec<Value>,
    /// Where the schema of its body is.
    pub body: Option<String>,
    /// Bodies that work.
    pub examples: Vec<Example>,
    /// Good answers.
    pub answers: Vec<Answer>,
    /// Whether its answers carry the version.
    pub versioned: Versioned,
    /// Why it may be refused by what is stored: 409, and 422 where no body is read.
    pub refusals: Vec<(u16, &'static str)>,
    /// The schemas it names.
    pub schemas: Schemas,
}

/// What a route has to do with the version of what it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Versioned {
    /// Nothing.
    No,
    /// It answers the version as `ETag`.
    Tells,
    /// It wants the version by `If-Match`, and answers the new one.
    Saves,
}

impl Operation {
    /// A route without answers yet.
    pub fn new(
        method: Method,
        path: &'static str,
        id: &'static str,
        summary: &'static str,
    ) -> Self {
        Self {
            method,
            path,
            id,
            summary,
            says: "",
            query: Vec::new(),
            headers: Vec::new(),
            body: None,
            examples: Vec::new(),
            answers: Vec::new(),
            versioned: Versioned::No,
            refusals: Vec::new(),
            schemas: Schemas::new(),
        }
    }

    /// A read.
    pub fn get(path: &'static str, id: &'static str, summary: &'static str) -> Self {
        Self::new(Method::Get, path, id, summary)
    }

    /// A post.
    pub fn post(path: &'static str, id: &'static str, summary: &'static str) -> Self {
        Self::new(Method::Post, path, id, summary)
    }

    /// A save, by the version that was read.
    pub fn put(path: &'static str, id: &'static str, summary: &'static str) -> Self {
        Self::new(Method::Put, path, id, summary)
    }

    /// A deletion.
    pub fn delete(path: &'static str, id: &'static str, summary: &'static str) -> Self {
        Self::new(Method::Delete, path, id, summary)
    }

    /// What it does, in plain words.
    #[must_use]
    pub fn says(self, says: &'static str) -> Self {
        Self { says, ..self }
    }

    /// A parameter of the query, of this schema.
    #[must_use]
    pub fn query(mut self, name: &str, says: &str, schema: &Value) -> Self {
        self.query
            .push(json!({ "name": name, "in": "query", "description": says, "schema": schema }));
        self
    }

    /// The parameters of a list that has pages.
    #[must_use]
    pub fn pages(self) -> Self {
        let limit = json!({ "type": "integer", "minimum": 1, "maximum": 200, "default": 50 });
        self.query("limit", "How many items the page has at most.", &limit).query(
            "cursor",
            "`next` of the page before; left out for the first page.",
            &json!({ "type": "string" }),
        )
    }

    /// A header that must be sent.
    #[must_use]
    pub fn header(mut self, name: &str, says: &str, example: &str) -> Self {
        self.headers.push(json!({
            "name": name, "in": "header", "required": true, "description": says,
            "schema": { "type": "string" }, "example": example,
        }));
        self
    }

    /// The schema of the body.
    #[must_use]
    pub fn takes<T: ToSchema>(mut self) -> Self {
        self.body = Some(self.add::<T>());
        self
    }

    /// A body that works.
    #[must_use]
    pub fn example(mut self, name: &'static str, summary: &'static str, body: Value) -> Self {
        self.examples.push(Example { name, summary, body, gives: Vec::new() });
        self
    }

    /// Where the answer to the last example has an id that other examples show.
    ///
    /// # Panics
    /// When there is no example yet.
    #[must_use]
    pub fn gives(mut self, pointer: &'static str, id: &'static str) -> Self {
        self.examples.last_mut().expect("an example gives an id").gives.push((pointer, id));
        self
    }

    /// A good answer with a body.
    #[must_use]
    pub fn answers<T: ToSchema>(mut self, status: u16, says: &'static str) -> Self {
        let schema = Some(self.add::<T>());
        self.answers.push(Answer { status, says, schema, kind: "application/json" });
        self
    }

    /// A good answer that has something else than JSON in it, or nothing.
    #[must_use]
    pub fn answers_plain(mut self, status: u16, kind: &'static str, says: &'static str) -> Self {
        self.answers.push(Answer { status, says, schema: None, kind });
        self
    }

    /// Its answers tell the version by `ETag`.
    #[must_use]
    pub fn tells_version(self) -> Self {
        Self { versioned: Versioned::Tells, ..self }
    }

    /// It wants the version that was read by `If-Match`.
    #[must_use]
    pub fn saves_version(self) -> Self {
        Self { versioned: Versioned::Saves, ..self }
    }

    /// What may stand in its way.
    #[must_use]
    pub fn refuses(mut self, status: u16, why: &'static str) -> Self {
        self.refusals.push((status, why));
        self
    }

    /// Whether it takes an `Idempotency-Key`: whatever creates something does.
    pub fn creates(&self) -> bool {
        self.method == Method::Post && self.answers.iter().any(|answer| answer.status == 201)
    }

    fn add<T: ToSchema>(&mut self) -> String {
        let mut found: Vec<(String, RefOr<Schema>)> = Vec::new();
        T::schemas(&mut found);
        found.push((T::name().into_owned(), T::schema()));
        for (name, schema) in found {
            let schema = serde_json::to_value(schema).expect("a schema is JSON");
            self.schemas.insert(name, schema);
        }
        format!("#/components/schemas/{}", T::name())
    }
}
