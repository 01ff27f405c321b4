//! Pages and mails from strict templates embedded in the program: one registry that escapes HTML, one
//! for plain text that does not.

use std::sync::{Arc, OnceLock};

use handlebars::{Context, Handlebars};
use rules::lang::Lang;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::failure::Failure;
use super::locales::Locales;

mod tags;

/// Everything in `templates/`.
#[derive(rust_embed::RustEmbed)]
#[folder = "templates/"]
pub struct Files;

/// The text of an embedded file.
pub fn text_of(path: &str) -> Result<String, Failure> {
    let file = Files::get(path).ok_or_else(|| Failure::Render(format!("{path} is not there")))?;
    String::from_utf8(file.data.into_owned()).map_err(|_| Failure::Render(format!("{path} is not UTF-8")))
}

/// Subject and body of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailWords {
    /// One line.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// HTML.
    pub html: String,
}

/// The two registries and the catalogue.
pub struct Render {
    html: Handlebars<'static>,
    text: Handlebars<'static>,
    /// Words.
    pub locales: Arc<Locales>,
}

impl Render {
    /// The registries of this process, read once.
    pub fn shared() -> Result<Arc<Self>, Failure> {
        static ONCE: OnceLock<Arc<Render>> = OnceLock::new();
        if let Some(render) = ONCE.get() {
            return Ok(render.clone());
        }
        let render = Arc::new(Self::with(Locales::load()?, |_| true)?);
        Ok(ONCE.get_or_init(|| render).clone())
    }

    /// The acknowledgement only: for a command that lives as long as one mail and shows no page.
    pub fn of_acknowledgement() -> Result<Arc<Self>, Failure> {
        const NEEDED: [&str; 4] = ["mail/acknowledgement/", "mail/button", "mail/footer", "layouts/mail"];
        let needed = |name: &str| NEEDED.iter().any(|n| name.starts_with(n));
        Ok(Arc::new(Self::with(Locales::default(), needed)?))
    }

    fn with(locales: Locales, wanted: impl Fn(&str) -> bool) -> Result<Self, Failure> {
        let locales = Arc::new(locales);
        let version = assets_version();
        let mut html = Handlebars::new();
        let mut text = Handlebars::new();
        text.register_escape_fn(handlebars::no_escape);
        for registry in [&mut html, &mut text] {
            registry.set_strict_mode(true);
            registry.set_prevent_indent(true);
            tags::register(registry, &locales, &version);
        }
        for path in Files::iter() {
            let Some(name) = path.strip_suffix(".hbs").filter(|name| wanted(name)) else { continue };
            let registry = if name.ends_with(".txt") { &mut text } else { &mut html };
            registry
                .register_template_string(name, text_of(&path)?)
                .map_err(|e| Failure::Render(format!("{path}: {e}")))?;
        }
        Ok(Self { html, text, locales })
    }

    /// An HTML page: `name` is the path under `templates/`; `context` has `page` and `view`.
    pub fn page(&self, name: &str, context: Value) -> Result<String, Failure> {
        let context = Context::from(context);
        self.html.render_with_context(name, &context).map_err(|e| Failure::Render(format!("{name}: {e}")))
    }

    /// The mail `mail/<name>` in `lang`. `page` gives `association`, `contact` and `public_url` to the
    /// templates; the layout reads `mail`.
    pub fn mail(&self, name: &str, lang: Lang, page: Value, view: Value) -> Result<MailWords, Failure> {
        let mut page = page;
        if let Some(page) = page.as_object_mut() {
            page.insert("lang".into(), json!(lang.as_str()));
        }
        let association = page.get("association").cloned().unwrap_or_default();
        let contact = page.get("contact").cloned().unwrap_or_default();
        let mut context = json!({ "page": page, "view": view });
        let text = |part: &str, context: &Value| {
            let name = format!("mail/{name}/{part}");
            self.text.render(&name, context).map_err(|e| Failure::Render(format!("{name}: {e}")))
        };
        let subject = text("subject.txt", &context)?.split_whitespace().collect::<Vec<_>>().join(" ");
        let mail = json!({
            "lang": lang.as_str(), "subject": subject, "association": association, "contact": contact, "reason": null,
        });
        if let Some(context) = context.as_object_mut() {
            context.insert("mail".into(), mail);
        }
        let body = format!("{}\n", text("body.txt", &context)?.trim());
        let html = self.page(&format!("mail/{name}/body.html"), context)?;
        Ok(MailWords { subject, text: body, html })
    }

    /// Names of every HTML template, for tests.
    pub fn pages(&self) -> Vec<String> {
        self.html.get_templates().keys().cloned().collect()
    }
}

/// Changes with any asset, so that browsers may keep each for ever.
pub fn assets_version() -> String {
    let mut sum = Sha256::new();
    for path in Files::iter().filter(|p| p.starts_with("assets/")) {
        if let Some(file) = Files::get(&path) {
            sum.update(path.as_bytes());
            sum.update(file.metadata.sha256_hash());
        }
    }
    hex::encode(sum.finalize()).chars().take(10).collect()
}
