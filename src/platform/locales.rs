//! The one message catalogue: `templates/locales/<language>/*.ftl` (Fluent).

use std::collections::BTreeSet;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use rules::lang::Lang;

use super::failure::Failure;
use super::render::Files;
use super::say::Say;

/// Words in French and English.
pub struct Locales {
    fr: FluentBundle<FluentResource>,
    en: FluentBundle<FluentResource>,
    keys: [BTreeSet<String>; 2],
}

impl Locales {
    /// Reads the catalogue embedded in the program.
    pub fn load() -> Result<Self, Failure> {
        let (fr, fr_keys) = bundle("fr", unic_langid::langid!("fr"))?;
        let (en, en_keys) = bundle("en", unic_langid::langid!("en"))?;
        Ok(Self { fr, en, keys: [fr_keys, en_keys] })
    }

    /// The sentence in `lang`. A key that is missing shows itself, and a test fails.
    pub fn say(&self, lang: Lang, say: &Say) -> String {
        let mut args = FluentArgs::new();
        for (name, value) in &say.values {
            args.set(*name, value_of(value));
        }
        self.text(lang, say.key, &args)
    }

    /// The sentence of `key` with `args`.
    pub fn text(&self, lang: Lang, key: &str, args: &FluentArgs<'_>) -> String {
        let bundle = match lang {
            Lang::Fr => &self.fr,
            Lang::En => &self.en,
        };
        let Some(pattern) = bundle.get_message(key).and_then(|m| m.value()) else {
            tracing::error!(key, ?lang, "a message is missing from the catalogue");
            return key.to_owned();
        };
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(args), &mut errors).into_owned();
        if !errors.is_empty() {
            tracing::error!(key, ?lang, ?errors, "a message could not be filled in");
        }
        text
    }

    /// Every key of French, then of English.
    pub fn keys(&self) -> &[BTreeSet<String>; 2] {
        &self.keys
    }
}

/// A whole number is passed as a number, so that plurals are chosen by it; shown without grouping.
pub fn value_of(text: &str) -> FluentValue<'_> {
    let digits = !text.is_empty() && text.len() <= 15 && text.bytes().all(|b| b.is_ascii_digit());
    match text.parse::<f64>() {
        Ok(number) if digits && !(text.len() > 1 && text.starts_with('0')) => number.into(),
        _ => text.into(),
    }
}

fn bundle(
    lang: &str,
    id: unic_langid::LanguageIdentifier,
) -> Result<(FluentBundle<FluentResource>, BTreeSet<String>), Failure> {
    let mut bundle = FluentBundle::new_concurrent(vec![id]);
    bundle.set_use_isolating(false);
    let mut keys = BTreeSet::new();
    let folder = format!("locales/{lang}/");
    for path in Files::iter().filter(|p| p.starts_with(&folder) && p.ends_with(".ftl")) {
        let text = super::render::text_of(&path)?;
        for line in text.lines() {
            if let Some((key, _)) = line.split_once('=')
                && line.starts_with(|c: char| c.is_ascii_alphabetic())
            {
                keys.insert(key.trim().to_owned());
            }
        }
        let resource = FluentResource::try_new(text)
            .map_err(|(_, errors)| Failure::Render(format!("{path}: {errors:?}")))?;
        bundle.add_resource(resource).map_err(|errors| Failure::Render(format!("{path}: {errors:?}")))?;
    }
    Ok((bundle, keys))
}
