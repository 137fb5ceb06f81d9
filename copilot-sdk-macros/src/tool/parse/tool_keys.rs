//! The keys of `#[tool(..)]`.

use std::time::Duration;

use darling::ast::NestedMeta;
use darling::util::Flag;
use darling::{Error, FromMeta, Result};
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Expr, Ident, LitStr, Meta, Path};

use crate::attributes::{KeyList, Keys, values};
use crate::errors::{Errors, message};
use crate::names;
use crate::suggest;

#[derive(Default, FromMeta)]
#[darling(default)]
pub(crate) struct ToolKeys {
    #[darling(with = values::flag)]
    pub(crate) ask: Flag,
    #[darling(rename = "crate", with = values::crate_path, map = Some)]
    pub(crate) sdk: Option<Path>,
    #[darling(with = read_defer, map = Some)]
    pub(crate) defer: Option<Defer>,
    #[darling(with = values::description, map = Some)]
    pub(crate) description: Option<Expr>,
    #[darling(with = read_handle, map = Some)]
    pub(crate) handle: Option<Ident>,
    #[darling(with = values::flag)]
    pub(crate) idempotent: Flag,
    #[darling(with = read_metadata, map = Some)]
    pub(crate) metadata: Option<Expr>,
    #[darling(with = values::string, map = Some)]
    pub(crate) name: Option<LitStr>,
    #[darling(with = values::flag)]
    pub(crate) overrides_builtin: Flag,
    #[darling(with = values::flag)]
    pub(crate) read_only: Flag,
    #[darling(with = values::flag)]
    pub(crate) show_errors: Flag,
    #[darling(with = values::flag)]
    pub(crate) skip_permission: Flag,
    #[darling(with = values::flag)]
    pub(crate) terminal: Flag,
    #[darling(with = read_timeout, map = Some)]
    pub(crate) timeout: Option<Duration>,
}

pub(crate) enum Defer {
    Auto,
    Never,
}

impl Keys for ToolKeys {
    const ALL: &'static [&'static str] = &[
        "ask",
        "crate",
        "defer",
        "description",
        "handle",
        "idempotent",
        "metadata",
        "name",
        "overrides_builtin",
        "read_only",
        "show_errors",
        "skip_permission",
        "terminal",
        "timeout",
    ];

    fn synonym(word: &str) -> Option<&'static str> {
        match word {
            "about" | "desc" | "doc" | "help" | "summary" => Some("description"),
            "rename" => Some("name"),
            _ => None,
        }
    }

    fn instead_of(word: &str, _: &NestedMeta) -> Option<String> {
        let help = "describe an argument with a doc comment or `#[arg(..)]` above it";
        matches!(word, "arg" | "args" | "params" | "parameters").then(|| help.to_owned())
    }
}

pub(crate) fn tool_keys(list: TokenStream, errors: &mut Errors) -> KeyList<ToolKeys> {
    KeyList::read("#[tool(..)]", [list], errors)
}

fn read_handle(item: &Meta) -> Result<Ident> {
    let handle = values::name(item)?;
    if names::is_primitive(&handle.to_string()) {
        let problem = format!("`{handle}` is the name of a type already");
        return Err(Error::custom(message(problem, suggest::assignment("handle"))));
    }
    Ok(handle)
}

fn read_metadata(item: &Meta) -> Result<Expr> {
    let value = values::expression(item)?;
    let error = values::json_without_macro("metadata", &value.to_token_stream());
    error.map_or(Ok(value), Err)
}

fn read_defer(item: &Meta) -> Result<Defer> {
    match values::string(item)?.value().as_str() {
        "never" => Ok(Defer::Never),
        "auto" => Ok(Defer::Auto),
        other => {
            let help = "write `defer = \"never\"` or `defer = \"auto\"`";
            Err(Error::custom(message(format!("unknown value `{other}` of `defer`"), help)))
        }
    }
}

/// `"30s"`, `"500ms"`, `"2m"` or `"1h"`.
fn read_timeout(item: &Meta) -> Result<Duration> {
    let text = values::string(item)?.value();
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let factor = match unit.trim() {
        "ms" => Some(1),
        "s" => Some(1_000),
        "m" | "min" => Some(60_000),
        "h" => Some(3_600_000),
        _ => None,
    };
    let number = number.parse::<u64>().ok();
    let milliseconds = number.zip(factor).and_then(|(number, factor)| number.checked_mul(factor));
    let (problem, help) = match milliseconds {
        Some(0) => (
            "a `timeout` of zero would end every call".to_owned(),
            "without `timeout` there is no limit",
        ),
        None => (
            format!("`{text}` is not a duration"),
            "write a number with its unit: `\"30s\"`, `\"500ms\"`, `\"2m\"`, `\"1h\"`",
        ),
        Some(milliseconds) => return Ok(Duration::from_millis(milliseconds)),
    };
    Err(Error::custom(message(problem, help)))
}
