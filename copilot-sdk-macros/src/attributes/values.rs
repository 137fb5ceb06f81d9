//! Parsers of values of keys, for `#[darling(with = ..)]`.

use darling::util::{Flag, SpannedValue};
use darling::{Error, Result};
use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, Ident, Lit, LitStr, Meta, Path};

use crate::errors::message;
use crate::suggest;
use crate::syntax::{shown, ungroup};

/// The value returned by `read`, with the span of its key.
pub(crate) fn at_key<T>(item: &Meta, read: fn(&Meta) -> Result<T>) -> Result<SpannedValue<T>> {
    Ok(SpannedValue::new(read(item)?, item.path().span()))
}

/// Parses a bare `key`.
pub(crate) fn flag(item: &Meta) -> Result<Flag> {
    match item {
        Meta::Path(_) => darling::FromMeta::from_meta(item),
        _ => {
            let key = key(item);
            let help = if tokens(item).to_string() == "false" {
                format!("leave `{key}` out: a flag is off where it is not written")
            } else {
                format!("write `{key}`")
            };
            let text = message(format!("`{key}` is a flag"), help);
            Err(Error::custom(text).with_span(&value_span(item)))
        }
    }
}

/// `key = expression`.
pub(crate) fn expression(item: &Meta) -> Result<Expr> {
    let key = key(item);
    let problem = match item {
        Meta::NameValue(pair) => return Ok(ungroup(&pair.value).clone()),
        Meta::Path(_) => format!("`{key}` needs a value"),
        Meta::List(_) => format!("`{key}` takes its value after `=`"),
    };
    let text = message(problem, suggest::assignment(&key));
    Err(Error::custom(text).with_span(&value_span(item)))
}

/// `key = "text"`.
pub(crate) fn string(item: &Meta) -> Result<LitStr> {
    match expression(item)? {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Ok(text),
        other => Err(no_string(item, kind_of(&other))),
    }
}

/// `key = "text"`, or any other non-literal expression: a constant, `concat!(..)`,
/// `include_str!(..)`.
pub(crate) fn description(item: &Meta) -> Result<Expr> {
    let value = expression(item)?;
    match &value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) if text.value().trim().is_empty() => {
            let help = "the model decides by it when to call the tool and what to pass";
            Err(Error::custom(message(format!("`{}` is empty", key(item)), help)))
        }
        Expr::Lit(ExprLit { lit, .. }) if !matches!(lit, Lit::Str(_)) => {
            Err(no_string(item, kind_of_literal(lit)))
        }
        _ => Ok(value),
    }
}

/// `key = Name`.
pub(crate) fn name(item: &Meta) -> Result<Ident> {
    let value = expression(item)?;
    let ident = match &value {
        Expr::Path(path) if path.qself.is_none() => path.path.get_ident().cloned(),
        _ => None,
    };
    ident.ok_or_else(|| {
        let key = key(item);
        Error::custom(message(format!("`{key}` must be one name"), suggest::assignment(&key)))
    })
}

/// `crate = ::path`: the path of the SDK if it has another name.
pub(crate) fn crate_path(item: &Meta) -> Result<Path> {
    let path = match expression(item)? {
        Expr::Path(path) if path.qself.is_none() => path.path,
        _ => {
            let key = key(item);
            let text = message(format!("`{key}` must be a path"), suggest::assignment(&key));
            return Err(Error::custom(text));
        }
    };
    let starts_at_root = |first: &Ident| first == "crate" || first == "$crate";
    let first = path.segments.first();
    if path.leading_colon.is_some() || first.is_some_and(|first| starts_at_root(&first.ident)) {
        return Ok(path);
    }
    let shown = shown(&path);
    let help =
        format!("write `::{shown}` for another crate, or `crate::{shown}` for a path in this one");
    Err(Error::custom(message("the path of `crate` must be absolute", help)))
}

/// Reports `metadata = {"key": "value"}`, which is not an expression.
pub(crate) fn json_without_macro(key: &str, value: &TokenStream) -> Option<Error> {
    let mut tokens = value.clone().into_iter();
    let (Some(TokenTree::Group(group)), None) = (tokens.next(), tokens.next()) else { return None };
    let is_json = key == "metadata" && group.delimiter() == Delimiter::Brace;
    is_json.then(|| {
        let help = format!("write `metadata = serde_json::json!({value})`");
        Error::custom(message("`metadata` must be an expression", help)).with_span(&group)
    })
}

/// The key as written.
pub(crate) fn key(item: &Meta) -> String {
    darling::util::path_to_string(item.path())
}

/// The value, or the content of the parentheses.
pub(crate) fn tokens(item: &Meta) -> TokenStream {
    match item {
        Meta::Path(_) => TokenStream::new(),
        Meta::List(list) => list.tokens.clone(),
        Meta::NameValue(pair) => pair.value.to_token_stream(),
    }
}

/// The span of the value, or of the key if there is none.
pub(crate) fn value_span(item: &Meta) -> Span {
    match item {
        Meta::Path(path) => path.span(),
        Meta::List(list) => list.delimiter.span().join(),
        Meta::NameValue(pair) => pair.value.span(),
    }
}

fn no_string(item: &Meta, found: &str) -> Error {
    let key = key(item);
    let problem = format!("`{key}` must be a string, found {found}");
    Error::custom(message(problem, suggest::assignment(&key)))
}

fn kind_of(expr: &Expr) -> &'static str {
    match expr {
        Expr::Lit(lit) => kind_of_literal(&lit.lit),
        Expr::Path(_) => "a path",
        _ => "an expression",
    }
}

fn kind_of_literal(lit: &Lit) -> &'static str {
    match lit {
        Lit::Str(_) => "a string",
        Lit::Int(_) => "an integer",
        Lit::Float(_) => "a number",
        Lit::Bool(_) => "a bool",
        Lit::Char(_) => "a character",
        Lit::Byte(_) | Lit::ByteStr(_) => "bytes",
        _ => "a literal",
    }
}
