//! The keys of `#[tool(..)]`.

use proc_macro2::{TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::{Expr, Ident, LitStr, Path, parse_quote};

use crate::errors::Errors;
use crate::keys::{Attr, Entry};
use crate::words;

const KEYS: Attr = Attr {
    name: "tool",
    keys: &[
        "ask",
        "crate",
        "defer",
        "description",
        "handle",
        "metadata",
        "name",
        "overrides_builtin",
        "show_errors",
        "skip_permission",
        "terminal",
        "timeout",
    ],
};

#[expect(clippy::struct_excessive_bools, reason = "each is a key of its own")]
pub(crate) struct Options {
    pub(crate) sdk: Path,
    pub(crate) name: Option<LitStr>,
    pub(crate) description: Option<Expr>,
    pub(crate) handle: Option<Ident>,
    pub(crate) overrides_builtin: bool,
    pub(crate) skip_permission: bool,
    pub(crate) ask: bool,
    pub(crate) terminal: bool,
    pub(crate) show_errors: bool,
    /// `true` for `never`.
    pub(crate) defer: Option<bool>,
    pub(crate) metadata: Option<Expr>,
    pub(crate) timeout_ms: Option<u64>,
    /// A description was meant, right or wrong.
    pub(crate) mentions_description: bool,
}

impl Options {
    pub(crate) fn read(tokens: TokenStream, errors: &mut Errors) -> Self {
        let mut options = Self {
            sdk: parse_quote!(::copilot_sdk),
            name: None,
            description: None,
            handle: None,
            overrides_builtin: false,
            skip_permission: false,
            ask: false,
            terminal: false,
            show_errors: false,
            defer: None,
            metadata: None,
            timeout_ms: None,
            mentions_description: mentions_description(tokens.clone()),
        };
        let entries = KEYS.entries(tokens, errors);
        let asks = entries.iter().any(|entry| entry.name == "ask");
        for entry in entries {
            if entry.name == "skip_permission" && asks {
                errors.at(
                    &entry.key,
                    "`skip_permission` and `ask` exclude each other",
                    "remove one of them",
                );
            }
            options.set(entry, errors);
        }
        options
    }

    fn set(&mut self, entry: Entry, errors: &mut Errors) {
        match entry.name.as_str() {
            "crate" => self.sdk = entry.crate_path(errors).unwrap_or_else(|| self.sdk.clone()),
            "name" => self.name = entry.string(errors),
            "description" => {
                self.description = entry.text(errors).filter(|text| !is_blank(text, errors));
            }
            "handle" => self.handle = handle(entry, errors),
            "overrides_builtin" => self.overrides_builtin = entry.flag(errors),
            "skip_permission" => self.skip_permission = entry.flag(errors),
            "ask" => self.ask = entry.flag(errors),
            "terminal" => self.terminal = entry.flag(errors),
            "show_errors" => self.show_errors = entry.flag(errors),
            "defer" => self.defer = defer(entry, errors),
            "metadata" => self.metadata = entry.expression(errors),
            _ => {
                self.timeout_ms = entry.string(errors).and_then(|text| milliseconds(&text, errors));
            }
        }
    }

    /// The name that the model calls, checked.
    pub(crate) fn tool_name(&self, function: &Ident, errors: &mut Errors) -> String {
        let (name, key) = match &self.name {
            Some(literal) => (literal.value(), true),
            None => (function.unraw().to_string(), false),
        };
        let problem = words::tool_name_problem(&name).map(|problem| {
            let fitting = words::fitting_name(&name);
            let help = if key {
                format!("use 1 to 64 letters, digits, `_` and `-`: `name = \"{fitting}\"`")
            } else {
                format!("keep the function and write `#[tool(name = \"{fitting}\")]`")
            };
            (problem, help)
        });
        let reserved = words::is_reserved(&name).then(|| {
            (
                format!("the name `{name}` is reserved by the CLI"),
                format!("write `#[tool(name = \"my_{name}\")]`"),
            )
        });
        let builtin = (words::is_visible_builtin(&name) && !self.overrides_builtin).then(|| {
            let problem = format!("the CLI has a built-in tool named `{name}`");
            (
                problem,
                format!(
                    "write `#[tool(name = \"my_{name}\")]`, or replace it with \
                               `#[tool(overrides_builtin)]`"
                ),
            )
        });
        if let Some((problem, help)) = problem.or(reserved).or(builtin) {
            match &self.name {
                Some(literal) => errors.at(literal, problem, &help),
                None => errors.at(function, problem, &help),
            }
        }
        name
    }
}

/// Reports an empty literal; constants are checked when the tool is registered.
pub(super) fn is_blank(text: &Expr, errors: &mut Errors) -> bool {
    let Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(literal), .. }) = text else { return false };
    let blank = literal.value().trim().is_empty();
    if blank {
        errors.at(
            literal,
            "`description` is empty",
            "the model decides by it when to call the tool and what to pass",
        );
    }
    blank
}

fn handle(entry: Entry, errors: &mut Errors) -> Option<Ident> {
    let ident = entry.ident(errors)?;
    if words::is_primitive(&ident.to_string()) {
        errors.at(
            &ident,
            format!("`{ident}` is the name of a type already"),
            "write `handle = SearchTool`",
        );
        return None;
    }
    Some(ident)
}

/// Whether one of the keys is `description`, or something that was probably meant to be it.
fn mentions_description(tokens: TokenStream) -> bool {
    let mut start = true;
    tokens.into_iter().any(|token| {
        let mentions = match &token {
            TokenTree::Ident(key) => {
                start && words::nearest(&key.to_string(), KEYS.keys) == Some("description")
            }
            TokenTree::Literal(_) => start,
            _ => false,
        };
        start = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ',');
        mentions
    })
}

fn defer(entry: Entry, errors: &mut Errors) -> Option<bool> {
    let text = entry.string(errors)?;
    match text.value().as_str() {
        "never" => Some(true),
        "auto" => Some(false),
        other => {
            let help = "write `defer = \"never\"` or `defer = \"auto\"`";
            errors.at(&text, format!("unknown value `{other}` of `defer`"), help);
            None
        }
    }
}

/// `"30s"`, `"500ms"`, `"2m"` or `"1h"`.
fn milliseconds(text: &LitStr, errors: &mut Errors) -> Option<u64> {
    let value = text.value();
    let digits = value.len() - value.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = value.split_at(digits);
    let factor = match unit.trim() {
        "ms" => Some(1),
        "s" => Some(1_000),
        "m" | "min" => Some(60_000),
        "h" => Some(3_600_000),
        _ => None,
    };
    let read = number
        .parse::<u64>()
        .ok()
        .zip(factor)
        .and_then(|(number, factor)| number.checked_mul(factor));
    match read {
        Some(0) => errors.at(
            text,
            "a `timeout` of zero would end every call",
            "without `timeout` there is no limit",
        ),
        None => errors.at(
            text,
            format!("`{value}` is not a duration"),
            "write a number with its unit: `\"30s\"`, `\"500ms\"`, `\"2m\"`, `\"1h\"`",
        ),
        Some(_) => return read,
    }
    None
}
