//! What a person does on a page.

use std::path::Path;

use serde_json::{Value, json};

use super::Page;

/// Keys that write nothing: the name, the code that older scripts look at, and what it types all the same.
const KEYS: [(&str, u8, &str); 13] = [
    ("Tab", 9, ""),
    ("Enter", 13, "\r"),
    ("Escape", 27, ""),
    (" ", 32, " "),
    ("End", 35, ""),
    ("Home", 36, ""),
    ("ArrowLeft", 37, ""),
    ("ArrowUp", 38, ""),
    ("ArrowRight", 39, ""),
    ("ArrowDown", 40, ""),
    ("Backspace", 8, ""),
    ("Delete", 46, ""),
    ("F6", 117, ""),
];

const SHIFT: u8 = 8;

/// A page on which one must press Tab more often is for nobody without a mouse.
const MOST_TABS: u8 = 80;

impl Page {
    /// Puts `value` into the field with this label, in place of what is there. A date is `2031-01-31`.
    ///
    /// # Panics
    /// When there is no such field, or more than one.
    #[track_caller]
    pub fn fill(&self, label: &str, value: &str) {
        let takes_keys = self.or_fail(self.until(|| self.ask("fillable", &json!([label, value]))));
        let typed = if takes_keys == true { self.write(value) } else { Ok(()) };
        self.or_fail(typed.and_then(|()| self.settle()));
    }

    /// Chooses from a list, or from a group of radio buttons, by its label and the option's words.
    ///
    /// # Panics
    /// When there is no such choice.
    #[track_caller]
    pub fn choose(&self, label: &str, option: &str) {
        self.or_fail(self.click("choosable", &json!([label, option])));
    }

    /// Checks the box with this label, if it is not.
    ///
    /// # Panics
    /// When there is no such box.
    #[track_caller]
    pub fn check(&self, label: &str) {
        self.or_fail(self.click("checkable", &json!([label, true])));
    }

    /// Takes the check from the box with this label, if it has one.
    ///
    /// # Panics
    /// When there is no such box.
    #[track_caller]
    pub fn uncheck(&self, label: &str) {
        self.or_fail(self.click("checkable", &json!([label, false])));
    }

    /// Presses the button or link with these words, and waits for what that brings.
    ///
    /// # Panics
    /// When there is none, or more than one, or something is in front of it.
    #[track_caller]
    pub fn press(&self, words: &str) {
        self.or_fail(self.click("pressable", &json!([words])));
    }

    /// Presses the button or link in the row, list item, form or section that reads `place`.
    ///
    /// # Panics
    /// When there is none there, or more than one.
    #[track_caller]
    pub fn press_in(&self, place: &str, words: &str) {
        self.or_fail(self.click("pressableIn", &json!([place, words])));
    }

    /// Puts `value` into the field with this label in the row, list item, form or group that reads `place`.
    ///
    /// # Panics
    /// When there is no such field there, or more than one.
    #[track_caller]
    pub fn fill_in(&self, place: &str, label: &str, value: &str) {
        let arguments = json!([place, label, value]);
        let takes_keys = self.or_fail(self.until(|| self.ask("fillableIn", &arguments)));
        let typed = if takes_keys == true { self.write(value) } else { Ok(()) };
        self.or_fail(typed.and_then(|()| self.settle()));
    }

    /// Chooses as [`Page::choose`] does, in the row, list item, form or group that reads `place`.
    ///
    /// # Panics
    /// When there is no such choice there.
    #[track_caller]
    pub fn choose_in(&self, place: &str, label: &str, option: &str) {
        self.or_fail(self.click("choosableIn", &json!([place, label, option])));
    }

    /// Checks the box with this label in the row, list item, form or group that reads `place`, if it is not.
    ///
    /// # Panics
    /// When there is no such box there.
    #[track_caller]
    pub fn check_in(&self, place: &str, label: &str) {
        self.or_fail(self.click("checkableIn", &json!([place, label, true])));
    }

    /// Gives a file to the field with this label.
    ///
    /// # Panics
    /// When there is no such field.
    #[track_caller]
    pub fn attach(&self, label: &str, file: &Path) {
        let given = self.until(|| {
            let field = self.refer("fileField", label)?;
            let given = json!({ "objectId": field, "files": [file] });
            self.call("DOM.setFileInputFiles", &given).map(drop)
        });
        self.or_fail(given.and_then(|()| self.settle()));
    }

    /// Presses a button or link twice, as fast as one can.
    ///
    /// # Panics
    /// When there is none, or more than one, or something is in front of it.
    #[track_caller]
    pub fn press_twice(&self, words: &str) {
        let pressed = self.until(|| self.ask("pressable", &json!([words]))).and_then(|point| {
            self.click_at(&point)?;
            self.click_at(&point)?;
            self.settle()
        });
        self.or_fail(pressed);
    }

    /// Drags the part of a list that begins so by its handle, and drops it before the one that begins so.
    ///
    /// # Panics
    /// When there are no such parts, or it is not dragged.
    #[track_caller]
    pub fn drag(&self, what: &str, to: &str) {
        let dragged = self.ask("beginOfList", &json!([])).and_then(|_| {
            let from = self.ask("handle", &json!([what]))?;
            let to = self.ask("before", &json!([to]))?;
            self.mouse("mouseMoved", 0, &from)?;
            self.mouse("mousePressed", 1, &from)?;
            self.drag_over(&to)?;
            self.settle()
        });
        self.or_fail(dragged);
    }

    /// Presses a key: `Tab`, `Shift+Tab`, `Enter`, `Escape`, `Space`, `ArrowDown`, …, or types a character.
    ///
    /// # Panics
    /// When Chromium has ended.
    #[track_caller]
    pub fn key(&self, name: &str) {
        self.or_fail(self.stroke(name).and_then(|()| self.settle()));
    }

    /// Goes on by the Tab key until what is called so, or has this as the first words of its name, has the focus.
    ///
    /// # Panics
    /// When it cannot be come to so.
    #[track_caller]
    pub fn tab_to(&self, name: &str) {
        let mut passed = Vec::new();
        for _ in 0..MOST_TABS {
            self.or_fail(self.stroke("Tab"));
            let at = self.focused();
            if at.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(' ')) {
                return;
            }
            passed.push(at);
        }
        self.or_fail::<()>(Err(format!("Tab does not come to \"{name}\", but to {passed:?}")));
    }

    /// Types this where the focus is, key by key.
    ///
    /// # Panics
    /// When Chromium has ended.
    #[track_caller]
    pub fn type_keys(&self, text: &str) {
        self.or_fail(self.write(text).and_then(|()| self.settle()));
    }

    fn click(&self, function: &str, arguments: &Value) -> Result<(), String> {
        let point = self.until(|| self.ask(function, arguments))?;
        if !point.is_null() {
            self.click_at(&point)?;
        }
        self.settle()
    }

    fn click_at(&self, point: &Value) -> Result<(), String> {
        let clicks = [("mouseMoved", 0), ("mousePressed", 1), ("mouseReleased", 0)];
        clicks.into_iter().try_for_each(|(kind, buttons)| self.mouse(kind, buttons, point))
    }

    fn mouse(&self, kind: &str, buttons: u8, point: &Value) -> Result<(), String> {
        let event = json!({
            "type": kind, "x": point["x"], "y": point["y"], "clickCount": 1,
            "button": if kind == "mouseMoved" && buttons == 0 { "none" } else { "left" }, "buttons": buttons,
        });
        self.call("Input.dispatchMouseEvent", &event).map(drop)
    }

    fn drag_over(&self, to: &Value) -> Result<(), String> {
        let intercept =
            |enabled: bool| self.call("Input.setInterceptDrags", &json!({ "enabled": enabled }));
        intercept(true)?;
        let dropped = self.drop_at(to);
        // Left on, it would change what a mouse does from then on.
        intercept(false)?;
        dropped
    }

    fn drop_at(&self, to: &Value) -> Result<(), String> {
        let drags = || {
            let events = self.events().into_iter();
            events.filter(|it| it.method == "Input.dragIntercepted").collect::<Vec<_>>()
        };
        let before = drags().len();
        self.mouse("mouseMoved", 1, to)?;
        let data = self.until(|| {
            let dragged = drags().into_iter().nth(before).ok_or("nothing is dragged")?;
            Ok(dragged.params["data"].clone())
        })?;
        for kind in ["dragEnter", "dragOver", "drop"] {
            let event = json!({ "type": kind, "x": to["x"], "y": to["y"], "data": data });
            self.call("Input.dispatchDragEvent", &event)?;
        }
        self.mouse("mouseReleased", 0, to)
    }

    fn write(&self, value: &str) -> Result<(), String> {
        if value.is_empty() {
            return self.stroke("Delete");
        }
        // Key by key: scripts may listen to keys.
        value.chars().try_for_each(|letter| match letter {
            '\n' => self.stroke("Enter"),
            letter => self.stroke(letter.encode_utf8(&mut [0; 4])),
        })
    }

    fn stroke(&self, name: &str) -> Result<(), String> {
        let (modifiers, name) = match name.strip_prefix("Shift+") {
            Some(name) => (SHIFT, name),
            None => (0, name),
        };
        let name = if name == "Space" { " " } else { name };
        let known = KEYS.iter().find(|(key, ..)| *key == name);
        let (code, types) = known.map_or((0, name), |(_, code, types)| (*code, *types));
        let mut event = json!({
            "type": if types.is_empty() { "rawKeyDown" } else { "keyDown" }, "modifiers": modifiers,
            "key": name, "windowsVirtualKeyCode": code,
        });
        if !types.is_empty() {
            event["text"] = types.into();
        }
        if known.is_some() {
            event["code"] = if name == " " { "Space".into() } else { name.into() };
        }
        self.call("Input.dispatchKeyEvent", &event)?;
        event["type"] = "keyUp".into();
        self.call("Input.dispatchKeyEvent", &event).map(drop)
    }
}
