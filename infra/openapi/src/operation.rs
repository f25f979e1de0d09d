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
    /// Its media type, when it is another than that of the route's schema.
    pub kind: Option<&'static str>,
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
    /// Where the schema of a row is, when its body is a file of rows.
    pub rows: Option<String>,
    /// Bodies that work.
    pub examples: Vec<Example>,
    /// Where the answer of a route without examples has an id, and which id of [`crate::ids`]
    /// stands for it.
    pub gives: Vec<(&'static str, &'static str)>,
    /// Good answers.
    pub answers: Vec<Answer>,
    /// Whether its answers carry the version.
    pub versioned: Versioned,
    /// What becomes of a request that is sent again.
    pub repeated: Repeated,
    /// How its sender shows who it is, where no role does.
    pub proof: Proof,
    /// Why it may be refused by what is stored: 409, and 422 where no body is read.
    pub refusals: Vec<(u16, &'static str)>,
    /// The schemas it names.
    pub schemas: Schemas,
}

/// How the sender of a webhook shows who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// By a signature.
    Signature,
    /// By a signature, or, where the language of the body has none, by a bearer secret. Such a source has
    /// a pace to keep, too.
    SignatureOrBearer,
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

/// What becomes of a request that is sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeated {
    /// It is done again, or refused by the version.
    DoneAgain,
    /// With the same `Idempotency-Key` it is answered again, and nothing more is done.
    AnsweredAgain,
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
            rows: None,
            examples: Vec::new(),
            gives: Vec::new(),
            answers: Vec::new(),
            versioned: Versioned::No,
            repeated: Repeated::DoneAgain,
            proof: Proof::Signature,
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

    /// A parameter of the query that must be there, with a value that works.
    #[must_use]
    pub fn required_query(mut self, name: &str, says: &str, schema: &Value, example: &str) -> Self {
        self.query.push(json!({
            "name": name, "in": "query", "required": true, "description": says, "schema": schema,
            "example": example,
        }));
        self
    }

    /// A parameter of the query that may be left out, with a value that works.
    #[must_use]
    pub fn query_like(mut self, name: &str, says: &str, schema: &Value, example: &str) -> Self {
        self.query.push(json!({
            "name": name, "in": "query", "description": says, "schema": schema, "example": example,
        }));
        self
    }

    /// A parameter of the query that takes several names with commas between.
    #[must_use]
    pub fn query_of_several(mut self, name: &str, says: &str, names: &[&str]) -> Self {
        let schema = json!({ "type": "array", "items": { "type": "string", "enum": names } });
        self.query.push(json!({
            "name": name, "in": "query", "description": says, "schema": schema,
            "style": "form", "explode": false,
        }));
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

    /// A header that is sent with a signature.
    #[must_use]
    pub fn signed_header(mut self, name: &str, says: &str, example: &str) -> Self {
        self.headers.push(json!({
            "name": name, "in": "header", "required": false, "description": says,
            "schema": { "type": "string" }, "example": example,
        }));
        self
    }

    /// A bearer secret will do where the language of the body has no signature.
    #[must_use]
    pub fn may_bear(self) -> Self {
        Self { proof: Proof::SignatureOrBearer, ..self }
    }

    /// The schema of the body.
    #[must_use]
    pub fn takes<T: ToSchema>(mut self) -> Self {
        self.body = Some(self.add::<T>());
        self
    }

    /// A CSV file as the body, of rows like this.
    #[must_use]
    pub fn takes_rows<T: ToSchema>(mut self) -> Self {
        self.rows = Some(self.add::<T>());
        self
    }

    /// A body that works.
    #[must_use]
    pub fn example(mut self, name: &'static str, summary: &'static str, body: Value) -> Self {
        self.examples.push(Example { name, summary, body, kind: None, gives: Vec::new() });
        self
    }

    /// A body that works, of another media type than that of the schema.
    #[must_use]
    pub fn sample(
        mut self,
        kind: &'static str,
        name: &'static str,
        summary: &'static str,
        body: Value,
    ) -> Self {
        let kind = Some(kind);
        self.examples.push(Example { name, summary, body, kind, gives: Vec::new() });
        self
    }

    /// Where the answer to the last example, or to a route that has none, has an id that other
    /// examples show.
    #[must_use]
    pub fn gives(mut self, pointer: &'static str, id: &'static str) -> Self {
        let gives = self.examples.last_mut().map_or(&mut self.gives, |example| &mut example.gives);
        gives.push((pointer, id));
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

    /// The type of its body; the first, if there are several.
    pub fn takes_type(&self) -> Option<&'static str> {
        match (&self.body, &self.rows) {
            (Some(_), _) => Some("application/json"),
            (None, Some(_)) => Some("text/csv"),
            (None, None) => self.examples.iter().find_map(|example| example.kind),
        }
    }

    /// The type of a body: that of the example it is, else the first.
    pub fn type_of(&self, body: &Value) -> Option<&'static str> {
        let example = self.examples.iter().find(|example| example.body == *body);
        example.and_then(|example| example.kind).or_else(|| self.takes_type())
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

    /// It takes an `Idempotency-Key`, though it creates nothing.
    #[must_use]
    pub fn goes_once(self) -> Self {
        Self { repeated: Repeated::AnsweredAgain, ..self }
    }

    /// Whether it takes an `Idempotency-Key`: whatever creates something does.
    pub fn takes_key(&self) -> bool {
        match self.repeated {
            Repeated::AnsweredAgain => true,
            Repeated::DoneAgain => {
                self.method == Method::Post && self.answers.iter().any(|it| it.status == 201)
            }
        }
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
