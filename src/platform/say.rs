//! A sentence of the catalogue with its values, not yet in a language.

use std::borrow::Cow;

/// Key of a message and the values it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Say {
    /// Key in `templates/locales/*/*.ftl`.
    pub key: &'static str,
    /// Values by name; a value that is a whole number is passed as a number, so that plurals work.
    pub values: Vec<(&'static str, Cow<'static, str>)>,
}

impl Say {
    /// A sentence without values.
    pub fn new(key: &'static str) -> Self {
        Self { key, values: Vec::new() }
    }

    /// With one more value.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        self.values.push((name, value.into()));
        self
    }

    /// With a number.
    #[must_use]
    pub fn count(self, name: &'static str, value: impl std::fmt::Display) -> Self {
        self.with(name, value.to_string())
    }
}
