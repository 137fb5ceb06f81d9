//! Expands the description of the arguments.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Expr, ExprLit, Ident, Lit, UnOp};

use crate::docs::Docs;
use crate::syntax::is_named_type;
use crate::tool::limits::{merged, typed_integer};
use crate::tool::model::Tool;
use crate::tool::parse::DefaultValue;
use crate::tool::parse::Parameter;

/// Functions for default values, used in the schema and in calls.
pub(super) fn defaults(support: &TokenStream, tool: &Tool) -> TokenStream {
    let span = Span::mixed_site();
    let defaults = tool.arguments().enumerate().filter_map(|(index, argument)| {
        let (ty, name) = (argument.ty(), default_name(index));
        let value = match argument.keys.default.as_ref()?.as_ref() {
            DefaultValue::OfType => {
                quote_spanned! {span=> <#ty as #support::core::default::Default>::default() }
            }
            // A string literal for a `String` needs no conversion by the user.
            DefaultValue::Expression(text) if is_text(text) && is_named_type(ty, "String") => {
                quote!(<#ty as ::core::convert::From<&str>>::from(#text))
            }
            DefaultValue::Expression(value) => value.to_token_stream(),
        };
        Some(quote_spanned! {span=> let #name: fn() -> #ty = || #value; })
    });
    defaults.collect()
}

/// Statements that add each argument to the signature.
pub(super) fn signature(support: &TokenStream, tool: &Tool) -> TokenStream {
    let span = Span::mixed_site();
    let sdk = &tool.sdk;
    let is_alone = tool.arguments().count() == 1;
    let arguments = tool
        .arguments()
        .enumerate()
        .map(|(index, argument)| describe(support, argument, index, is_alone));
    quote_spanned! {span=>
        #[allow(unused_mut)]
        let mut copilot_sdk_signature = #sdk::tool::function::Signature::new();
        #(#arguments)*
    }
}

pub(super) fn default_name(index: usize) -> Ident {
    format_ident!("copilot_sdk_default{index}", span = Span::mixed_site())
}

fn describe(
    support: &TokenStream,
    argument: &Parameter,
    index: usize,
    is_alone: bool,
) -> TokenStream {
    let span = Span::mixed_site();
    let (ty, keys) = (argument.ty(), &argument.keys);
    let name = argument.name().unwrap_or_default();
    let docs = match argument.docs() {
        Docs::Expression(expression) => {
            quote_spanned! {span=> #support::static_text(#expression) }
        }
        literal => literal.to_token_stream(),
    };
    if keys.flatten.is_present() {
        return quote_spanned! {span=> copilot_sdk_signature.object::<#ty>(#name, #docs); };
    }
    if is_alone && keys.leave_it_to_the_type() {
        return quote_spanned! {span=>
            (&&#support::Argument::<#ty>::new())
                .copilot_sdk_place()
                .describe::<#ty>(&mut copilot_sdk_signature, #name, #docs);
        };
    }
    let property = match &keys.default {
        None => quote_spanned! {span=> copilot_sdk_signature.property::<#ty>(#name, #docs) },
        Some(default) => {
            let shown = if is_shown(default) {
                let default = default_name(index);
                quote_spanned! {span=> (&&#default).copilot_sdk_json() }
            } else {
                quote_spanned! {span=> #support::None }
            };
            quote_spanned! {span=> copilot_sdk_signature.defaulted::<#ty>(#name, #docs, #shown) }
        }
    };
    let string = keys.string.is_present().then(|| quote_spanned! {span=> .string() });
    let limits = [("range", &keys.range), ("length", &keys.length)];
    let limits = limits.into_iter().filter(|(_, lists)| !lists.is_empty());
    let limits = limits.map(|(method, lists)| {
        let method = Ident::new(method, span);
        let (min, max) = merged(lists);
        let (min, max) = (limit(support, min), limit(support, max));
        quote_spanned! {span=> .#method(#min, #max) }
    });
    let pattern = keys.pattern.iter().map(|pattern| {
        let pattern = pattern.as_ref();
        quote_spanned! {span=> .pattern(#pattern) }
    });
    quote_spanned! {span=> #property #string #(#limits)* #(#pattern)*; }
}

fn limit(support: &TokenStream, value: Option<&Expr>) -> TokenStream {
    let span = Span::mixed_site();
    match value {
        Some(value) => {
            let value = typed_integer(value).unwrap_or_else(|| value.to_token_stream());
            quote_spanned! {span=> #support::json(#value) }
        }
        None => quote_spanned! {span=> #support::None },
    }
}

/// Whether the schema shows the default: only if it is the same on every evaluation.
fn is_shown(default: &DefaultValue) -> bool {
    match default {
        DefaultValue::OfType => true,
        DefaultValue::Expression(value) => is_constant(value),
    }
}

fn is_constant(value: &Expr) -> bool {
    match value {
        Expr::Lit(_) | Expr::Path(_) => true,
        Expr::Unary(unary) => matches!(unary.op, UnOp::Neg(_)) && is_constant(&unary.expr),
        _ => false,
    }
}

fn is_text(value: &Expr) -> bool {
    matches!(value, Expr::Lit(ExprLit { lit: Lit::Str(_), .. }))
}
