//! The keys of `#[arg(..)]`.

use darling::ast::NestedMeta;
use darling::util::{Flag, SpannedValue};
use darling::{Error, FromMeta, Result};
use proc_macro2::TokenStream;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Expr, ExprRange, LitStr, Meta, PatType, RangeLimits, Token};

use crate::attributes::values::{self, at_key, key, value_span};
use crate::attributes::{self, KeyList, Keys};
use crate::errors::{Errors, message};
use crate::suggest;
use crate::syntax::{is_named, shown};

#[derive(Default, FromMeta)]
#[darling(default)]
pub(crate) struct ArgKeys {
    #[darling(with = |item| at_key(item, read_default), map = Some)]
    pub(crate) default: Option<SpannedValue<DefaultValue>>,
    #[darling(with = values::description, map = Some)]
    pub(crate) description: Option<Expr>,
    #[darling(with = values::flag)]
    pub(crate) flatten: Flag,
    #[darling(multiple, with = |item| at_key(item, read_limits))]
    pub(crate) length: Vec<SpannedValue<Limits>>,
    #[darling(with = |item| at_key(item, values::string), map = Some)]
    pub(crate) pattern: Option<SpannedValue<LitStr>>,
    #[darling(multiple, with = |item| at_key(item, read_limits))]
    pub(crate) range: Vec<SpannedValue<Limits>>,
    #[darling(with = |item| at_key(item, read_rename), map = Some)]
    pub(crate) rename: Option<SpannedValue<LitStr>>,
}

/// The default of an argument.
pub(crate) enum DefaultValue {
    /// `Default::default()`.
    OfType,
    Expression(Expr),
}

/// `range(min = 0, max = 14)`.
#[derive(Default, FromMeta)]
#[darling(default)]
pub(crate) struct Limits {
    #[darling(with = values::expression, map = Some)]
    pub(crate) min: Option<Expr>,
    #[darling(with = values::expression, map = Some)]
    pub(crate) max: Option<Expr>,
}

impl Keys for ArgKeys {
    const ALL: &'static [&'static str] =
        &["default", "description", "flatten", "length", "pattern", "range", "rename"];
    const REPEATABLE: &'static [&'static str] = &["length", "range"];

    fn synonym(word: &str) -> Option<&'static str> {
        match word {
            "about" | "desc" | "doc" | "help" => Some("description"),
            "name" => Some("rename"),
            "regex" => Some("pattern"),
            _ => None,
        }
    }

    fn instead_of(word: &str, item: &NestedMeta) -> Option<String> {
        let value = match item {
            NestedMeta::Meta(Meta::NameValue(pair)) => shown(&pair.value),
            _ => "1".to_owned(),
        };
        let help = match word {
            "optional" | "required" => "an argument is optional when its type is an `Option`, or \
                                        with `default`"
                .to_owned(),
            "min" | "max" => {
                format!("write `range({word} = {value})`, or `length({word} = {value})` for text")
            }
            "minimum" | "maximum" => format!("write `range({} = {value})`", word.get(..3)?),
            "min_length" | "max_length" | "min_items" | "max_items" => {
                format!("write `length({} = {value})`", word.get(..3)?)
            }
            _ => return None,
        };
        Some(help)
    }
}

impl Keys for Limits {
    const ALL: &'static [&'static str] = &["max", "min"];
}

/// Reads all `#[arg(..)]` of a parameter as one list of keys.
pub(super) fn arg_keys(parameter: &PatType, errors: &mut Errors) -> ArgKeys {
    let mut lists = Vec::new();
    for attr in parameter.attrs.iter().filter(|attr| is_named(attr, "arg")) {
        match &attr.meta {
            Meta::List(list) if !list.tokens.is_empty() => lists.push(list.tokens.clone()),
            Meta::NameValue(_) => {
                errors.at(attr, "expected `#[arg(key = value)]`", suggest::expected(ArgKeys::ALL));
            }
            _ => errors.at(attr, "`#[arg]` without keys has no effect", "remove it"),
        }
    }
    KeyList::<ArgKeys>::read("#[arg(..)]", lists, errors).keys
}

fn read_default(item: &Meta) -> Result<DefaultValue> {
    match item {
        Meta::Path(_) => Ok(DefaultValue::OfType),
        _ => values::expression(item).map(DefaultValue::Expression),
    }
}

fn read_rename(item: &Meta) -> Result<LitStr> {
    let name = values::string(item)?;
    if name.value().is_empty() {
        let help = "without `rename` it is the parameter's name";
        return Err(Error::custom(message("the name of an argument cannot be empty", help)));
    }
    Ok(name)
}

fn read_limits(item: &Meta) -> Result<Limits> {
    let key = key(item);
    let (problem, help) = match (item, unnamed_limits(values::tokens(item))) {
        (_, Some(limits)) => {
            (format!("the limits of `{key}` have names"), format!("write `{key}({limits})`"))
        }
        (Meta::List(list), None) if !list.tokens.is_empty() => {
            return attributes::nested(&format!("{key}(..)"), list.tokens.clone());
        }
        _ => (format!("`{key}` needs its limits"), limits_help(&key)),
    };
    Err(Error::custom(message(problem, help)).with_span(&value_span(item)))
}

/// Converts `0..=14` and `0, 14` to named limits.
fn unnamed_limits(list: TokenStream) -> Option<String> {
    let values = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(list).ok()?;
    let (min, max) = match values.iter().collect::<Vec<_>>().as_slice() {
        [Expr::Range(ExprRange { start, end, limits: RangeLimits::Closed(_), .. })] => {
            (start.as_deref().map(shown), end.as_deref().map(shown))
        }
        [Expr::Range(ExprRange { start, end, limits: RangeLimits::HalfOpen(_), .. })] => {
            (start.as_deref().map(shown), end.as_deref().map(last_before))
        }
        [min @ Expr::Lit(_), max @ Expr::Lit(_)] => (Some(shown(min)), Some(shown(max))),
        _ => return None,
    };
    let named = [("min", min), ("max", max)]
        .into_iter()
        .filter_map(|(name, value)| Some(format!("{name} = {}", value?)));
    Some(named.collect::<Vec<_>>().join(", "))
}

fn last_before(end: &Expr) -> String {
    let end = shown(end);
    match end.parse::<i128>() {
        Ok(end) => (end - 1).to_string(),
        Err(_) => format!("{end} - 1"),
    }
}

/// Help on how to write limits.
pub(crate) fn limits_help(key: &str) -> String {
    format!("write `{key}(min = 0, max = 10)`, with one of the two or both")
}

impl ArgKeys {
    /// Whether the handling of the argument is left to its type.
    pub(crate) fn leave_it_to_the_type(&self) -> bool {
        let Self { default, description: _, flatten, length, pattern, range, rename } = self;
        default.is_none()
            && !flatten.is_present()
            && length.is_empty()
            && pattern.is_none()
            && range.is_empty()
            && rename.is_none()
    }
}
