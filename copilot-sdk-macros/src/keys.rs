//! The lists in attributes: `key`, `key = value` and `key(..)`, separated by commas.

use proc_macro2::{Span, TokenStream};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, ExprLit, Ident, Lit, LitStr, Path, Token};

use crate::errors::{Errors, text};
use crate::words::{self, nearest};

pub(crate) struct Entry {
    pub(crate) key: Ident,
    pub(crate) name: String,
    pub(crate) value: EntryValue,
}

pub(crate) enum EntryValue {
    Flag,
    Assigned(Expr),
    List(Span, TokenStream),
}

/// Which attribute is being read, for messages.
#[derive(Clone, Copy)]
pub(crate) struct Attr {
    pub(crate) name: &'static str,
    pub(crate) keys: &'static [&'static str],
}

impl Attr {
    /// Reads the list; unknown and repeated keys are reported and left out.
    pub(crate) fn entries(self, tokens: TokenStream, errors: &mut Errors) -> Vec<Entry> {
        let mut read = Vec::new();
        let parsed = (|input: ParseStream<'_>| self.read(input, &mut read, errors)).parse2(tokens);
        if let Err(error) = parsed {
            errors.push(error);
        }
        let mut kept: Vec<Entry> = Vec::new();
        for entry in read {
            if !self.keys.contains(&entry.name.as_str()) {
                self.unknown(&entry, errors);
            } else if kept.iter().any(|other| other.name == entry.name) {
                errors.at(
                    &entry.key,
                    format!("`{}` is given twice in {}", entry.name, self.shown()),
                    "remove one of them",
                );
            } else {
                kept.push(entry);
            }
        }
        kept
    }

    fn read(
        self,
        input: ParseStream<'_>,
        entries: &mut Vec<Entry>,
        errors: &mut Errors,
    ) -> syn::Result<()> {
        while !input.is_empty() {
            if input.peek(Lit) {
                let lit: Lit = input.parse()?;
                let help = match (&lit, self.keys.contains(&"description")) {
                    (Lit::Str(text), true) => {
                        format!("write `description = {}`, or use a doc comment", text.token())
                    }
                    _ => self.expected(),
                };
                errors.at(&lit, "expected `key = value`", &help);
            } else {
                entries.push(read_entry(input)?);
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    }

    fn unknown(self, entry: &Entry, errors: &mut Errors) {
        let help = match nearest(&entry.name, self.keys) {
            Some(key) => format!("there is a similar key, `{key}`"),
            None => self.expected(),
        };
        errors.at(&entry.key, format!("unknown key `{}` in {}", entry.name, self.shown()), &help);
    }

    /// Lists inside of an attribute have its keys as names.
    fn shown(self) -> String {
        if matches!(self.name, "range" | "length") {
            format!("`{}(..)`", self.name)
        } else {
            format!("`#[{}(..)]`", self.name)
        }
    }

    pub(crate) fn expected(self) -> String {
        let keys: Vec<String> = self.keys.iter().map(|key| format!("`{key}`")).collect();
        format!("expected one of {}", keys.join(", "))
    }
}

fn read_entry(input: ParseStream<'_>) -> syn::Result<Entry> {
    let key = input.call(Ident::parse_any)?;
    let name = key.unraw().to_string();
    let value = if input.peek(Token![=]) {
        input.parse::<Token![=]>()?;
        if input.is_empty() {
            let problem = text(&format!("`{name}` needs a value after `=`"), &write_value(&name));
            return Err(syn::Error::new(key.span(), problem));
        }
        EntryValue::Assigned(input.parse()?)
    } else if input.peek(syn::token::Paren) {
        let content;
        let paren = syn::parenthesized!(content in input);
        EntryValue::List(paren.span.join(), content.parse()?)
    } else {
        EntryValue::Flag
    };
    Ok(Entry { key, name, value })
}

impl Entry {
    /// `key = "text"`.
    pub(crate) fn string(self, errors: &mut Errors) -> Option<LitStr> {
        let name = self.name.clone();
        match self.expression(errors)? {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text),
            other => {
                errors.at(
                    &other,
                    format!("`{name}` must be a string, found {}", kind_of(&other)),
                    &write_value(&name),
                );
                None
            }
        }
    }

    /// `key = "text"`, or any other expression that is no literal: a constant, `concat!(..)`,
    /// `include_str!(..)`.
    pub(crate) fn text(self, errors: &mut Errors) -> Option<Expr> {
        let name = self.name.clone();
        match self.expression(errors)? {
            Expr::Lit(ExprLit { lit, .. }) if !matches!(lit, Lit::Str(_)) => {
                let found = kind_of_lit(&lit);
                errors.at(
                    lit,
                    format!("`{name}` must be a string, found {found}"),
                    &write_value(&name),
                );
                None
            }
            text => Some(text),
        }
    }

    /// `key = expression`.
    pub(crate) fn expression(self, errors: &mut Errors) -> Option<Expr> {
        let name = &self.name;
        match self.value {
            EntryValue::Assigned(value) => Some(ungroup(value)),
            EntryValue::Flag => {
                errors.at(&self.key, format!("`{name}` needs a value"), &write_value(name));
                None
            }
            EntryValue::List(span, _) => {
                errors.at_span(
                    span,
                    format!("`{name}` takes its value after `=`"),
                    &write_value(name),
                );
                None
            }
        }
    }

    /// `key` alone.
    pub(crate) fn flag(self, errors: &mut Errors) -> bool {
        let name = &self.name;
        let help = format!("write `{name}`");
        match self.value {
            EntryValue::Flag => return true,
            EntryValue::Assigned(value) => errors.at(value, format!("`{name}` is a flag"), &help),
            EntryValue::List(span, _) => errors.at_span(span, format!("`{name}` is a flag"), &help),
        }
        false
    }

    /// `key = Name`.
    pub(crate) fn ident(self, errors: &mut Errors) -> Option<Ident> {
        let name = self.name.clone();
        let value = self.expression(errors)?;
        if let Expr::Path(path) = &value
            && path.qself.is_none()
            && let Some(ident) = path.path.get_ident()
        {
            return Some(ident.clone());
        }
        errors.at(&value, format!("`{name}` must be one name"), &write_value(&name));
        None
    }

    /// `crate = ::path`: where the SDK is, when it has another name.
    pub(crate) fn crate_path(self, errors: &mut Errors) -> Option<Path> {
        let path = match self.expression(errors)? {
            Expr::Path(path) if path.qself.is_none() => path.path,
            other => {
                errors.at(&other, "`crate` must be a path", &write_value("crate"));
                return None;
            }
        };
        let absolute = path.leading_colon.is_some()
            || path
                .segments
                .first()
                .is_some_and(|first| first.ident == "crate" || first.ident == "$crate");
        if absolute {
            return Some(path);
        }
        let shown = words::shown(&path);
        let help = format!(
            "write `::{shown}` for another crate, or `crate::{shown}` for a path in this one"
        );
        errors.at(&path, "the path of `crate` must be absolute", &help);
        None
    }
}

/// Expressions that come out of a `macro_rules!` variable are wrapped in invisible groups.
pub(crate) fn ungroup(mut expr: Expr) -> Expr {
    while let Expr::Group(group) = expr {
        expr = *group.expr;
    }
    expr
}

/// A help that can be pasted.
fn write_value(key: &str) -> String {
    let example = match key {
        "crate" => "::copilot_sdk",
        "default" | "min" => "0",
        "defer" => "\"never\"",
        "description" => "\"Get the weather in a city\"",
        "handle" => "SearchTool",
        "max" => "10",
        "metadata" => "serde_json::json!({\"key\": \"value\"})",
        "name" => "\"get_weather\"",
        "part" => "admin",
        "pattern" => "\"^[a-z]+$\"",
        "rename" => "\"city\"",
        "timeout" => "\"30s\"",
        _ => "\"...\"",
    };
    format!("write `{key} = {example}`")
}

fn kind_of(expr: &Expr) -> &'static str {
    match expr {
        Expr::Lit(lit) => kind_of_lit(&lit.lit),
        Expr::Path(_) => "a path",
        _ => "an expression",
    }
}

fn kind_of_lit(lit: &Lit) -> &'static str {
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
