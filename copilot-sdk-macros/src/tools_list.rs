//! `tools![a, fs::b, ..toolset, expr]`.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, Path, PathSegment, Token};

use crate::errors::Errors;
use crate::names;
use crate::syntax::{ends_in, shown, ungroup};

/// The input from the SDK's `tools!`: its own path in brackets, then the user's tokens.
struct Input {
    sdk: Path,
    entries: Punctuated<Entry, Token![,]>,
}

struct Entry {
    /// The `#[cfg(..)]` attributes of the entry.
    cfgs: Vec<Attribute>,
    /// Other attributes, which would have no effect.
    misplaced: Vec<Attribute>,
    what: What,
}

enum What {
    Tool(Path),
    Spread(Expr),
    Value(Expr),
}

impl Parse for Input {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let content;
        syn::bracketed!(content in input);
        let sdk = content.call(Path::parse_mod_style)?;
        Ok(Self { sdk, entries: Punctuated::parse_terminated(input)? })
    }
}

impl Parse for Entry {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let (cfgs, misplaced) = attrs.into_iter().partition(|attr| attr.path().is_ident("cfg"));
        let what = if input.peek(Token![..]) {
            input.parse::<Token![..]>()?;
            What::Spread(input.parse()?)
        } else {
            match ungroup(&input.parse()?) {
                Expr::Path(path) if path.qself.is_none() => What::Tool(path.path.clone()),
                value => What::Value(value.clone()),
            }
        };
        Ok(Self { cfgs, misplaced, what })
    }
}

pub(crate) fn tools(input: TokenStream) -> TokenStream {
    let last = input.clone().into_iter().last();
    let Input { sdk, entries } = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) if error.to_string().starts_with("unexpected end of input") => {
            // By default, it would point at all of `tools![..]` and name the macro behind it.
            return syn::Error::new_spanned(last, "expected an expression after this")
                .into_compile_error();
        }
        Err(error) => return error.into_compile_error(),
    };
    let span = Span::mixed_site();
    let support = quote_spanned! {span=> #sdk::macro_support };
    let mut errors = Errors::default();
    entries.iter().for_each(|entry| check(entry, &mut errors));
    let pushes = entries.iter().map(|Entry { cfgs, what, .. }| {
        let push = match what {
            What::Tool(path) if primitive(path).is_some() || is_tool_of(path) => {
                return TokenStream::new();
            }
            What::Tool(path) => {
                quote_spanned! {span=> #support::push(
                    &mut copilot_sdk_tools,
                    <#path as #sdk::tool::function::ToolFunction>::tool(),
                ); }
            }
            What::Value(value) | What::Spread(value) => {
                quote_spanned! {span=>
                    #sdk::tool::function::spread(&mut copilot_sdk_tools, #value);
                }
            }
        };
        quote_spanned! {span=> #(#cfgs)* #push }
    });
    let pushes: TokenStream = pushes.collect();
    let errors = errors.into_tokens();
    quote_spanned! {span=>
        {
            #errors
            #[allow(unused_mut)]
            let mut copilot_sdk_tools = #support::std::vec::Vec::<#sdk::Tool>::new();
            #pushes
            copilot_sdk_tools
        }
    }
}

fn check(entry: &Entry, errors: &mut Errors) {
    for attr in &entry.misplaced {
        let help = "a list of tools knows `#[cfg(..)]` only";
        errors.at(
            attr,
            format!("`#[{}]` has no effect in a list of tools", shown(attr.path())),
            help,
        );
    }
    let What::Tool(path) = &entry.what else { return };
    if is_tool_of(path) {
        let mut tool = path.clone();
        tool.segments.pop();
        tool.segments.pop_punct();
        let help = format!(
            "list `{}`; a function with the name `tool` has to be imported: `tools![tool]`",
            shown(&tool)
        );
        errors.at(path, format!("`{}` returns a tool, but is not one", shown(path)), help);
    } else if let Some(name) = primitive(path) {
        let help = format!(
            "list the type that `#[tool(handle = {0}Tool)]` names: `{0}Tool`",
            names::capitalized(name)
        );
        errors.at(path, format!("`{name}` is the name of a type, not of a tool"), help);
    }
}

/// Recognizes `get_weather::tool`, a function of the handle type, for which the compiler's message
/// would mention an associated type.
fn is_tool_of(path: &Path) -> bool {
    let owner = path.segments.iter().rev().nth(1);
    let is_type = |owner: &PathSegment| {
        !["crate", "self", "super"].iter().any(|keyword| owner.ident == keyword)
    };
    ends_in(path, "tool") && owner.is_some_and(is_type)
}

/// The name of a primitive type, which cannot come from `#[tool]`.
fn primitive(path: &Path) -> Option<&'static str> {
    names::primitive(&path.get_ident()?.to_string())
}
