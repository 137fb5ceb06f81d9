//! The keys of `#[arg(..)]`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Expr, ExprLit, Lit, LitStr, Meta, PatType, Type, UnOp};

use super::item::is_named;
use super::options::is_blank;
use super::peel;
use crate::errors::Errors;
use crate::keys::{Attr, Entry, EntryValue};
use crate::words;

const KEYS: Attr = Attr {
    name: "arg",
    keys: &["default", "description", "flatten", "length", "pattern", "range", "rename"],
};

#[derive(Default)]
pub(crate) struct ArgumentKeys {
    pub(crate) rename: Option<LitStr>,
    pub(crate) description: Option<Expr>,
    pub(crate) default: Option<ArgumentDefault>,
    pub(crate) flatten: bool,
    /// `.range(..)`, `.length(..)`, `.pattern(..)`: what limits the value.
    pub(crate) range: Option<Limits>,
    pub(crate) length: Option<Limits>,
    pub(crate) pattern: Option<LitStr>,
}

pub(crate) enum ArgumentDefault {
    OfType,
    Expression { value: Expr, shown: bool },
}

pub(crate) struct Limits {
    pub(crate) min: Option<TokenStream>,
    pub(crate) max: Option<TokenStream>,
}

impl ArgumentKeys {
    /// Whether only the type decides what the argument is.
    pub(crate) fn leave_it_to_the_type(&self) -> bool {
        self.rename.is_none()
            && self.default.is_none()
            && !self.flatten
            && self.range.is_none()
            && self.length.is_none()
            && self.pattern.is_none()
    }
}

pub(super) fn read_keys(argument: &PatType, errors: &mut Errors) -> ArgumentKeys {
    let mut keys = ArgumentKeys::default();
    for attr in argument.attrs.iter().filter(|attr| is_named(attr, "arg")) {
        let tokens = match &attr.meta {
            Meta::List(list) if !list.tokens.is_empty() => list.tokens.clone(),
            Meta::NameValue(_) => {
                errors.at(attr, "expected `#[arg(key = value)]`", &KEYS.expected());
                continue;
            }
            _ => {
                errors.at(attr, "`#[arg]` without keys has no effect", "remove it");
                continue;
            }
        };
        let entries = KEYS.entries(tokens, errors);
        let flatten = entries.iter().any(|entry| entry.name == "flatten");
        for entry in entries {
            if flatten && !matches!(entry.name.as_str(), "flatten" | "description") {
                let problem = format!("`{}` has no meaning together with `flatten`", entry.name);
                errors.at(&entry.key, problem, "the fields of the type have keys of their own");
            } else {
                set(&mut keys, entry, argument, errors);
            }
        }
    }
    keys
}

fn set(keys: &mut ArgumentKeys, entry: Entry, argument: &PatType, errors: &mut Errors) {
    match entry.name.as_str() {
        "rename" => {
            keys.rename = entry.string(errors).filter(|name| {
                let empty = name.value().is_empty();
                if empty {
                    errors.at(
                        name,
                        "the name of an argument cannot be empty",
                        "without `rename` it is the parameter's name",
                    );
                }
                !empty
            });
        }
        "description" => {
            keys.description = entry.text(errors).filter(|text| !is_blank(text, errors));
        }
        "flatten" => {
            keys.flatten = entry.flag(errors);
            check_flatten(&argument.ty, errors);
        }
        "range" => keys.range = limits(entry, errors),
        "length" => keys.length = limits(entry, errors),
        "pattern" => keys.pattern = entry.string(errors),
        _ => keys.default = default(entry, &argument.ty, errors),
    }
}

fn default(entry: Entry, ty: &Type, errors: &mut Errors) -> Option<ArgumentDefault> {
    if is_named_type(ty, "Option") {
        let help = "remove `default`, or use the type inside with a default";
        errors.at(
            &entry.key,
            "an `Option` is optional already, and `None` when it is absent",
            help,
        );
        return None;
    }
    match entry.value {
        EntryValue::Flag => Some(ArgumentDefault::OfType),
        _ => entry.expression(errors).map(|value| {
            // A text literal for a `String` says all there is to say.
            let text = matches!(&value, Expr::Lit(ExprLit { lit: Lit::Str(_), .. }))
                && is_named_type(ty, "String");
            let shown = is_constant(&value);
            let value = if text {
                syn::parse_quote!(<#ty as ::core::convert::From<&str>>::from(#value))
            } else {
                value
            };
            ArgumentDefault::Expression { value, shown }
        }),
    }
}

/// Whether the value is the same on each evaluation, so that the schema may show it.
fn is_constant(value: &Expr) -> bool {
    match value {
        Expr::Lit(_) | Expr::Path(_) => true,
        Expr::Unary(unary) => matches!(unary.op, UnOp::Neg(_)) && is_constant(&unary.expr),
        _ => false,
    }
}

/// `range(min = 0, max = 14)`.
fn limits(entry: Entry, errors: &mut Errors) -> Option<Limits> {
    let name = if entry.name == "range" { "range" } else { "length" };
    let EntryValue::List(span, tokens) = entry.value else {
        errors.at(&entry.key, format!("`{name}` needs its limits"), &example(name));
        return None;
    };
    if tokens.is_empty() {
        errors.at_span(span, format!("`{name}` needs its limits"), &example(name));
        return None;
    }
    let attr = Attr { name, keys: &["min", "max"] };
    let (mut read, mut literals, mut complete) =
        (Limits { min: None, max: None }, [None, None], true);
    for entry in attr.entries(tokens, errors) {
        let is_min = entry.name == "min";
        let value = entry.expression(errors);
        let tokens = value.as_ref().and_then(|value| limit(name, value, errors));
        complete &= tokens.is_some();
        let [min, max] = &mut literals;
        *(if is_min { min } else { max }) = value.filter(|_| tokens.is_some());
        *(if is_min { &mut read.min } else { &mut read.max }) = tokens;
    }
    if let [Some(min), Some(max)] = &literals
        && number(min) > number(max)
        && number(max).is_some()
    {
        let help =
            format!("write `{name}(min = {}, max = {})`", words::shown(max), words::shown(min));
        errors.at_span(
            span,
            format!("no value fits: `min` is larger than `max` in `{name}`"),
            &help,
        );
        return None;
    }
    complete.then_some(read)
}

fn example(name: &str) -> String {
    format!("write `{name}(min = 0, max = 10)`, with one of the two or both")
}

/// A limit as a JSON value; literals get a type that holds them.
fn limit(name: &str, value: &Expr, errors: &mut Errors) -> Option<TokenStream> {
    let (negative, literal) = match value {
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => (true, &*unary.expr),
        other => (false, other),
    };
    match literal {
        Expr::Lit(ExprLit { lit: Lit::Int(int), .. }) => {
            if negative && name == "length" {
                errors.at(
                    value,
                    "a length cannot be negative",
                    "without `min` every length is allowed",
                );
                return None;
            }
            if !int.suffix().is_empty() {
                return Some(value.to_token_stream());
            }
            let number = int
                .base10_parse::<i128>()
                .ok()
                .map(|number| if negative { -number } else { number });
            let tokens = number.and_then(|number| {
                let signed = i64::try_from(number).map(|number| quote!(#number));
                signed.or_else(|_| u64::try_from(number).map(|number| quote!(#number))).ok()
            });
            if tokens.is_none() {
                let help = format!(
                    "integers go from {} to {} here: leave this limit out",
                    i64::MIN,
                    u64::MAX
                );
                errors.at(value, format!("this limit of `{name}` is too large"), &help);
            }
            tokens
        }
        Expr::Lit(ExprLit { lit: Lit::Float(_), .. }) if name == "range" => {
            Some(value.to_token_stream())
        }
        Expr::Lit(other) => {
            let whole = if name == "length" { "whole " } else { "" };
            errors.at(
                other,
                format!("a limit of `{name}` must be a {whole}number"),
                &example(name),
            );
            None
        }
        _ => Some(value.to_token_stream()),
    }
}

fn number(value: &Expr) -> Option<f64> {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Int(int), .. }) => int.base10_parse().ok(),
        Expr::Lit(ExprLit { lit: Lit::Float(float), .. }) => float.base10_parse().ok(),
        Expr::Unary(unary) => number(&unary.expr).map(std::ops::Neg::neg),
        _ => None,
    }
}

fn check_flatten(ty: &Type, errors: &mut Errors) {
    let scalars = [
        "String", "Vec", "Option", "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "u8",
        "u16", "u32", "u64", "usize", "isize",
    ];
    let scalar = scalars.into_iter().any(|name| is_named_type(ty, name));
    if scalar || matches!(peel(ty), Type::Tuple(_) | Type::Array(_)) {
        let problem =
            format!("`flatten` needs a struct, `{}` is not a JSON object", words::shown(ty));
        errors.at(ty, problem, "remove `flatten`, or make the type a `#[data]` struct");
    }
}

fn is_named_type(ty: &Type, name: &str) -> bool {
    matches!(peel(ty), Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == name))
}
