//! What a template can say: words, money, dates, icons.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use fluent_bundle::FluentArgs;
use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext, RenderErrorReason,
    ScopedJson,
};
use rules::lang::Lang;
use rules::money::Cents;
use serde_json::Value;

use crate::platform::locales::{Locales, value_of};

/// Registers every tag.
pub fn register(registry: &mut Handlebars<'static>, locales: &Arc<Locales>, version: &str) {
    registry.register_helper("t", Box::new(Words(locales.clone())));
    registry.register_helper("money", Box::new(Written(money)));
    registry.register_helper("date", Box::new(Written(long_date)));
    registry.register_helper("day", Box::new(Written(short_date)));
    registry.register_helper("time", Box::new(Written(clock_time)));
    registry.register_helper("moment", Box::new(Written(moment)));
    registry.register_helper("ago", Box::new(Raw(ago)));
    registry.register_helper("waiting", Box::new(Raw(waiting)));
    registry.register_helper("csrf", Box::new(Raw(csrf)));
    registry.register_helper("sanitised", Box::new(Raw(sanitised)));
    let of_icons = version.to_owned();
    registry.register_helper("icon", Box::new(Raw(move |h: &Helper<'_>, _: &Context| {
        let name = text(h, 0)?;
        let name: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
        Ok(format!(
            "<svg class=\"icon\" aria-hidden=\"true\" focusable=\"false\"><use href=\"/assets/icons.svg?v={of_icons}#{name}\"></use></svg>"
        ))
    })));
    let of_assets = version.to_owned();
    registry.register_helper(
        "asset",
        Box::new(Written(move |h: &Helper<'_>, _: &Context| {
            Ok(format!("/assets/{}?v={of_assets}", text(h, 0)?))
        })),
    );
    registry.register_helper(
        "json",
        Box::new(Written(|h: &Helper<'_>, _: &Context| {
            Ok(h.param(0).map(|p| p.value().to_string()).unwrap_or_default())
        })),
    );
    registry.register_helper(
        "csv_amount",
        Box::new(Written(|h: &Helper<'_>, _: &Context| Ok(Cents(number(h)?).csv_fr()))),
    );
}

type Tag = Result<String, RenderErrorReason>;

/// A tag whose text is escaped by the registry.
struct Written<F>(F);

impl<F: Fn(&Helper<'_>, &Context) -> Tag + Send + Sync> HelperDef for Written<F> {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        ctx: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, handlebars::RenderError> {
        Ok(ScopedJson::Derived(Value::String(self.0(h, ctx)?)))
    }
}

/// A tag that writes HTML of our own.
struct Raw<F>(F);

impl<F: Fn(&Helper<'_>, &Context) -> Tag + Send + Sync> HelperDef for Raw<F> {
    fn call<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        ctx: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        out.write(&self.0(h, ctx)?)?;
        Ok(())
    }
}

/// `{{t "key" name=value}}`: a sentence of the catalogue.
struct Words(Arc<Locales>);

impl HelperDef for Words {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        ctx: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, handlebars::RenderError> {
        let key = text(h, 0)?;
        let values: Vec<(String, String)> =
            h.hash().iter().map(|(name, value)| ((*name).to_string(), plain(value.value()))).collect();
        let mut args = FluentArgs::new();
        for (name, value) in &values {
            args.set(name.clone(), value_of(value));
        }
        Ok(ScopedJson::Derived(Value::String(self.0.text(lang(ctx), &key, &args))))
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn of_page<'c>(ctx: &'c Context, name: &str) -> Option<&'c str> {
    ctx.data().get("page")?.get(name)?.as_str()
}

fn lang(ctx: &Context) -> Lang {
    let code = of_page(ctx, "lang").unwrap_or("fr");
    Lang::parse(code).unwrap_or_default()
}

fn now(ctx: &Context) -> DateTime<Utc> {
    let text = of_page(ctx, "now").unwrap_or_default();
    text.parse().unwrap_or_default()
}

fn wrong(what: &str) -> RenderErrorReason {
    RenderErrorReason::Other(what.to_owned())
}

fn text(h: &Helper<'_>, at: usize) -> Tag {
    let value = h.param(at).ok_or_else(|| wrong("a tag lacks its value"))?;
    Ok(plain(value.value()))
}

fn number(h: &Helper<'_>) -> Result<i64, RenderErrorReason> {
    h.param(0).and_then(|p| p.value().as_i64()).ok_or_else(|| wrong("not a whole number"))
}

fn civil(h: &Helper<'_>) -> Result<NaiveDate, RenderErrorReason> {
    text(h, 0)?.parse().map_err(|_| wrong("not a date"))
}

fn instant(h: &Helper<'_>) -> Result<DateTime<Utc>, RenderErrorReason> {
    text(h, 0)?.parse().map_err(|_| wrong("not an instant"))
}

fn money(h: &Helper<'_>, ctx: &Context) -> Tag {
    let cents = Cents(number(h)?);
    Ok(match lang(ctx) {
        Lang::Fr => cents.fr(),
        Lang::En => cents.en(),
    })
}

fn long_date(h: &Helper<'_>, ctx: &Context) -> Tag {
    Ok(rules::dates::long(civil(h)?, lang(ctx)))
}

fn short_date(h: &Helper<'_>, _: &Context) -> Tag {
    Ok(rules::dates::short_fr(civil(h)?))
}

fn clock_time(h: &Helper<'_>, ctx: &Context) -> Tag {
    Ok(rules::dates::time(rules::dates::paris_clock(instant(h)?).time(), lang(ctx)))
}

fn moment(h: &Helper<'_>, ctx: &Context) -> Tag {
    Ok(rules::dates::exact(instant(h)?, lang(ctx)))
}

fn told(at: DateTime<Utc>, lang: Lang, words: &str) -> String {
    let exact = handlebars::html_escape(&rules::dates::exact(at, lang));
    format!(
        "<time datetime=\"{}\" title=\"{exact}\">{}</time>",
        at.to_rfc3339(),
        handlebars::html_escape(words)
    )
}

/// How long ago, in words, with the exact moment behind.
fn ago(h: &Helper<'_>, ctx: &Context) -> Tag {
    let at = instant(h)?;
    Ok(told(at, lang(ctx), &rules::dates::ago(at, now(ctx), lang(ctx))))
}

/// How long somebody has waited, in words.
fn waiting(h: &Helper<'_>, ctx: &Context) -> Tag {
    let at = instant(h)?;
    Ok(told(at, lang(ctx), &rules::dates::waiting(at, now(ctx), lang(ctx))))
}

/// HTML that `mailin::html::sanitise`, or `ammonia`, gave: the only HTML of others that a page may hold.
fn sanitised(h: &Helper<'_>, _: &Context) -> Tag {
    text(h, 0)
}

/// The token of the form; must be the first thing inside it.
fn csrf(_: &Helper<'_>, ctx: &Context) -> Tag {
    let token = of_page(ctx, "csrf").unwrap_or_default();
    Ok(format!("<input type=\"hidden\" name=\"csrf\" value=\"{}\">", handlebars::html_escape(token)))
}
