//! The keys of `#[arg(..)]`.

use darling::util::{Flag, SpannedValue};
use darling::{Error, FromMeta, Result};
use syn::{Expr, LitStr, Meta, PatType};

use crate::attributes::values::{self, at_key, key, value_span};
use crate::attributes::{self, KeyList, Keys};
use crate::errors::{Errors, message};
use crate::suggest;
use crate::syntax::is_named;

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

/// What the argument is when the model leaves it out.
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
}

impl Keys for Limits {
    const ALL: &'static [&'static str] = &["max", "min"];
}

/// Reads all `#[arg(..)]` of a parameter, as if their keys stood in one list.
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
    match item {
        Meta::List(list) if !list.tokens.is_empty() => {
            attributes::nested(&format!("{key}(..)"), list.tokens.clone())
        }
        _ => {
            let text = message(format!("`{key}` needs its limits"), limits_help(&key));
            Err(Error::custom(text).with_span(&value_span(item)))
        }
    }
}

/// How limits are written.
pub(crate) fn limits_help(key: &str) -> String {
    format!("write `{key}(min = 0, max = 10)`, with one of the two or both")
}

impl ArgKeys {
    /// Whether only the type decides what the argument is.
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
