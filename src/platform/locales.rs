//! The one message catalogue: `templates/locales/<language>/*.ftl` (Fluent).

use std::collections::BTreeSet;
use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use rules::lang::Lang;

use super::failure::Failure;
use super::render::Files;
use super::say::Say;

/// Words in French and English, each read when it is first needed.
#[derive(Default)]
pub struct Locales {
    fr: OnceLock<Words>,
    en: OnceLock<Words>,
}

/// The words of one language.
struct Words {
    bundle: FluentBundle<FluentResource>,
    keys: BTreeSet<String>,
    broken: Vec<String>,
}

impl Locales {
    /// Reads both languages now: a catalogue that cannot be read stops the start.
    pub fn load() -> Result<Self, Failure> {
        let this = Self::default();
        let broken: Vec<&str> = [Lang::Fr, Lang::En]
            .iter()
            .flat_map(|lang| &this.words(*lang).broken)
            .map(String::as_str)
            .collect();
        if broken.is_empty() { Ok(this) } else { Err(Failure::Render(broken.join("; "))) }
    }

    fn words(&self, lang: Lang) -> &Words {
        match lang {
            Lang::Fr => self.fr.get_or_init(|| Words::read("fr", unic_langid::langid!("fr"))),
            Lang::En => self.en.get_or_init(|| Words::read("en", unic_langid::langid!("en"))),
        }
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
        let bundle = &self.words(lang).bundle;
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
    pub fn keys(&self) -> [&BTreeSet<String>; 2] {
        [&self.words(Lang::Fr).keys, &self.words(Lang::En).keys]
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

impl Words {
    /// Reads a language; what cannot be read is told in `broken`.
    fn read(lang: &str, id: unic_langid::LanguageIdentifier) -> Self {
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        bundle.set_use_isolating(false);
        let mut words = Self { bundle, keys: BTreeSet::new(), broken: Vec::new() };
        let folder = format!("locales/{lang}/");
        for path in Files::iter().filter(|p| p.starts_with(&folder) && p.ends_with(".ftl")) {
            if let Err(why) = words.add(&path) {
                words.broken.push(format!("{path}: {why}"));
            }
        }
        words
    }

    fn add(&mut self, path: &str) -> Result<(), String> {
        let text = super::render::text_of(path).map_err(|e| e.to_string())?;
        let named = text.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_alphabetic()));
        self.keys.extend(named.filter_map(|line| Some(line.split_once('=')?.0.trim().to_owned())));
        let resource = FluentResource::try_new(text).map_err(|(_, errors)| format!("{errors:?}"))?;
        self.bundle.add_resource(resource).map_err(|errors| format!("{errors:?}"))
    }
}
