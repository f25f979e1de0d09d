//! What the page is looked at with: other people's screens and settings.

use serde_json::json;

use super::Page;

/// Narrower than this is a telephone, where a page must say itself how wide it is.
const TELEPHONE: u32 = 600;

/// Chromium's own sizes of text, before anybody changes them.
const TEXT: u32 = 16;
const FIXED_TEXT: u32 = 13;

/// What a person has asked pages to look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Scheme {
    /// As style sheets call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

impl Page {
    /// The window's size.
    ///
    /// # Panics
    /// When Chromium has ended.
    #[track_caller]
    pub fn width(&self, width: u32, height: u32) {
        self.size.set((width, height));
        self.or_fail(self.resize(width, height));
    }

    /// Light or dark.
    ///
    /// # Panics
    /// When Chromium has ended.
    #[track_caller]
    pub fn colour_scheme(&self, scheme: Scheme) {
        let feature = json!({ "name": "prefers-color-scheme", "value": scheme.name() });
        self.or_fail(self.call("Emulation.setEmulatedMedia", &json!({ "features": [feature] })));
    }

    /// Pages opened from here on run no scripts.
    ///
    /// # Panics
    /// When Chromium has ended.
    #[track_caller]
    pub fn without_scripts(&self) {
        let off = json!({ "value": true });
        self.or_fail(self.call("Emulation.setScriptExecutionDisabled", &off));
    }

    /// Text of this many percent of its size, as set in the browser's settings; nothing else grows.
    ///
    /// # Panics
    /// When Chromium has ended.
    #[track_caller]
    pub fn zoom_text(&self, percent: u32) {
        let sizes =
            json!({ "standard": TEXT * percent / 100, "fixed": FIXED_TEXT * percent / 100 });
        self.or_fail(self.call("Page.setFontSizes", &json!({ "fontSizes": sizes })));
    }

    pub(super) fn resize(&self, width: u32, height: u32) -> Result<(), String> {
        let size = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < TELEPHONE,
        });
        self.call("Emulation.setDeviceMetricsOverride", &size).map(drop)
    }
}
