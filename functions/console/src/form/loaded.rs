//! What was in the fields of a form when it came: a field that nobody touched is no choice against what somebody else
//! has saved meanwhile. It stands in a hidden field of the form.

use form_urlencoded::Serializer;

/// The name of that field.
pub(crate) const LOADED: &str = "loaded";

/// What was in the fields.
#[derive(Debug, Clone, Default)]
pub(crate) struct Loaded(Vec<(String, String)>);

impl Loaded {
    /// As it stands in the hidden field.
    pub(crate) fn pack<'a>(fields: impl Iterator<Item = (&'a str, &'a str)>) -> String {
        fields
            .fold(Serializer::new(String::new()), |mut all, (name, value)| {
                all.append_pair(name, value);
                all
            })
            .finish()
    }

    /// Reads what [`Self::pack`] wrote; of a page that does not say, nothing.
    pub(crate) fn unpack(packed: &str) -> Self {
        Self(form_urlencoded::parse(packed.as_bytes()).into_owned().collect())
    }

    /// Whether the page did not say.
    pub(crate) const fn is_unknown(&self) -> bool {
        self.0.is_empty()
    }

    /// What was in the fields of that name.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(its, _)| its == name).map(|(_, value)| value.as_str())
    }

    /// What of a field goes on: what was typed, or what is saved now where nobody touched it.
    pub(crate) fn or_saved<'a>(&self, name: &str, typed: &'a str, saved: &'a str) -> &'a str {
        let was = self.all(name).next().unwrap_or_default();
        if !self.is_unknown() && typed == was { saved } else { typed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_touched_is_as_it_is_saved_now() {
        let packed = Loaded::pack([("name", "Maria & <b>"), ("notes", "a\nb")].into_iter());
        let loaded = Loaded::unpack(&packed);
        assert_eq!(loaded.or_saved("name", "Maria & <b>", "Mary"), "Mary");
        assert_eq!(loaded.or_saved("notes", "a\nb", ""), "");
        assert_eq!(loaded.or_saved("notes", "c", "a"), "c");
        assert_eq!(loaded.or_saved("email", "", "a@b.example"), "a@b.example", "it was empty");
        assert_eq!(Loaded::default().or_saved("name", "Maria", "Mary"), "Maria", "nobody knows");
    }
}
