//! Lists that may be left out, or be said in one word.

use std::fmt::Display;

use serde_json::Value;

use crate::Form;

impl Form<'_> {
    /// A list of texts that may be missing: `Some(None)` then.
    pub fn optional_texts<T, E: Display>(
        &self,
        name: &'static str,
        max: usize,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Option<Option<Vec<T>>> {
        if self.value(name).is_none() {
            return Some(None);
        }
        self.texts(name, max, parse).map(Some)
    }

    /// A list of texts, or one word that stands for all there are: `Some(None)` then.
    pub fn texts_or_word<T, E: Display>(
        &self,
        name: &'static str,
        word: &'static str,
        max: usize,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Option<Option<Vec<T>>> {
        match self.value(name) {
            None => {
                self.error(name, format!("is required: a list, or \"{word}\""));
                None
            }
            Some(Value::String(text)) if text == word => Some(None),
            Some(Value::String(_)) => {
                self.error(name, format!("must be a list, or \"{word}\""));
                None
            }
            Some(_) => self.texts(name, max, parse).map(Some),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::text::Code;
    use serde_json::{Value, json};

    use crate::{UnknownFields, read};

    fn sites(document: &Value) -> Result<Option<Vec<Code>>, String> {
        let sites = read(document, UnknownFields::Refuse, |form| {
            form.texts_or_word("sites", "all", 3, Code::parse)
        });
        sites.map_err(|invalid| invalid.to_string())
    }

    #[test]
    fn a_list_may_be_said_in_one_word_and_must_be_said() {
        assert_eq!(sites(&json!({ "sites": "all" })), Ok(None));
        let harbour = Code::parse("harbour").unwrap();
        assert_eq!(sites(&json!({ "sites": ["harbour"] })), Ok(Some(vec![harbour])));
        for wrong in [json!({}), json!({ "sites": "some" }), json!({ "sites": 3 })] {
            assert!(sites(&wrong).unwrap_err().starts_with("/sites: "), "{wrong}");
        }
    }

    #[test]
    fn a_list_that_is_left_out_is_not_an_empty_one() {
        let codes = |document| {
            read(&document, UnknownFields::Refuse, |form| {
                form.optional_texts("codes", 3, Code::parse)
            })
        };
        assert_eq!(codes(json!({})), Ok(None));
        assert_eq!(codes(json!({ "codes": [] })), Ok(Some(vec![])));
    }
}
