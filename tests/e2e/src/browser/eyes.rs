//! What a person sees of a page.

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;

use super::{Page, screens, words};

impl Page {
    /// Waits until this is to be read on the page. Spaces and line breaks are alike.
    ///
    /// # Panics
    /// When it does not come.
    #[track_caller]
    pub fn see(&self, text: &str) {
        self.or_fail(self.until(|| self.ask("see", &json!([text]))));
    }

    /// Waits until this is not to be read on the page.
    ///
    /// # Panics
    /// When it stays.
    #[track_caller]
    pub fn does_not_see(&self, text: &str) {
        self.or_fail(self.until(|| self.ask("unseen", &json!([text]))));
    }

    /// Waits until there is a button or link with these words that could be pressed.
    ///
    /// # Panics
    /// When it does not come.
    #[track_caller]
    pub fn can_press(&self, words: &str) {
        self.or_fail(self.until(|| self.ask("pressable", &json!([words]))));
    }

    /// What stands in the field with this label.
    ///
    /// # Panics
    /// When there is no such field.
    #[track_caller]
    pub fn value(&self, label: &str) -> String {
        let value = self.or_fail(self.until(|| self.ask("valueOf", &json!([label]))));
        words(&value).to_owned()
    }

    /// Where the link with these words leads.
    ///
    /// # Panics
    /// When there is no such link.
    #[track_caller]
    pub fn link(&self, words_on_it: &str) -> String {
        let address = self.or_fail(self.until(|| self.ask("hrefOf", &json!([words_on_it]))));
        words(&address).to_owned()
    }

    /// The buttons of forms that are posted: with which something on the page could be changed.
    ///
    /// # Panics
    /// When the page cannot be asked.
    #[track_caller]
    pub fn posting_buttons(&self) -> Vec<String> {
        let names = self.or_fail(self.until(|| self.ask("posting", &json!([]))));
        names.as_array().into_iter().flatten().map(|it| words(it).to_owned()).collect()
    }

    /// The labels of the boxes that are ticked.
    ///
    /// # Panics
    /// When the page cannot be asked.
    #[track_caller]
    pub fn ticked(&self) -> Vec<String> {
        let names = self.or_fail(self.until(|| self.ask("ticked", &json!([]))));
        names.as_array().into_iter().flatten().map(|it| words(it).to_owned()).collect()
    }

    /// The label of the field, or the words of the button or link, that has the focus; of none, nothing.
    ///
    /// # Panics
    /// When the page cannot be asked.
    #[track_caller]
    pub fn focused(&self) -> String {
        let name = self.or_fail(self.until(|| self.ask("focused", &json!([]))));
        words(&name).to_owned()
    }

    /// The page's title.
    ///
    /// # Panics
    /// When the page cannot be asked.
    #[track_caller]
    pub fn title(&self) -> String {
        words(&self.or_fail(self.until(|| self.evaluate("document.title")))).to_owned()
    }

    /// The page's address.
    ///
    /// # Panics
    /// When the page cannot be asked.
    #[track_caller]
    pub fn url(&self) -> String {
        words(&self.or_fail(self.until(|| self.evaluate("location.href")))).to_owned()
    }

    /// Takes a picture of all of the page, PNG. A relative path is in `target/screens`.
    ///
    /// # Panics
    /// When it cannot be taken or written.
    #[track_caller]
    pub fn screenshot(&self, path: impl AsRef<Path>) {
        self.or_fail(self.picture(&screens().join(path)));
    }

    pub(super) fn picture(&self, path: &Path) -> Result<(), String> {
        let layout = self.call("Page.getLayoutMetrics", &json!({}))?;
        let long =
            layout["cssContentSize"]["height"].as_u64().and_then(|it| u32::try_from(it).ok());
        let (width, height) = self.size.get();
        // Not by `captureBeyondViewport`, which undoes what was said of text's size.
        self.resize(width, height.max(long.unwrap_or_default()))?;
        let taken = self.call("Page.captureScreenshot", &json!({ "format": "png" }));
        self.resize(width, height)?;
        let taken = taken?;
        let png = BASE64_STANDARD.decode(words(&taken["data"]));
        let png = png.map_err(|error| error.to_string())?;
        path.parent().map_or(Ok(()), fs::create_dir_all).map_err(|error| error.to_string())?;
        fs::write(path, png).map_err(|error| format!("{}: {error}", path.display()))
    }

    pub(super) fn text(&self) -> Result<String, String> {
        let text = self.evaluate("document.body?.innerText ?? ''")?;
        Ok(words(&text).to_owned())
    }
}
