//! The expression that builds the tool.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::Ident;

use super::call::{Callee, call};
use super::signature;
use crate::tool::model::Tool;
use crate::tool::parse::Defer;

/// An expression that builds the tool.
pub(crate) fn tool_expression(
    tool: &Tool,
    callee: &Callee,
    name: &TokenStream,
    description: &TokenStream,
) -> TokenStream {
    let span = Span::mixed_site();
    let sdk = &tool.sdk;
    let support = quote_spanned! {span=> #sdk::macro_support };
    let defaults = signature::defaults(&support, tool);
    let signature = signature::signature(&support, tool);
    let body = call(&support, tool, callee);
    let setters = setters(&support, tool);
    let origin = &tool.signature.ident.to_string();
    quote_spanned! {span=>
        {
            #[allow(unused_imports)]
            use #support::by_type::*;
            #defaults
            #signature
            #support::tool(
                #name,
                #support::core::concat!(#support::core::module_path!(), "::", #origin),
                #description,
                copilot_sdk_signature,
                #body,
            )
            #setters
        }
    }
}

fn setters(support: &TokenStream, tool: &Tool) -> TokenStream {
    let span = Span::mixed_site();
    let keys = &tool.keys;
    let flags = [
        ("overrides_builtin", keys.overrides_builtin),
        ("read_only", keys.read_only),
        ("idempotent", keys.idempotent),
        ("skip_permission", keys.skip_permission),
        ("ask", keys.ask),
        ("terminal", keys.terminal),
        ("show_errors", keys.show_errors),
    ];
    let flags = flags.into_iter().filter(|(_, flag)| flag.is_present());
    let flags = flags.map(|(name, _)| Ident::new(name, span));
    let defer = keys.defer.as_ref().map(|defer| {
        let value = match defer {
            Defer::Auto => "defer_auto",
            Defer::Never => "defer_never",
        };
        let value = Ident::new(value, span);
        quote_spanned! {span=> .defer(#support::#value()) }
    });
    let metadata = keys.metadata.iter().map(|value| quote_spanned! {span=> .metadata(#value) });
    let timeout = keys.timeout.map(|timeout| {
        let milliseconds = u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX);
        quote_spanned! {span=>
            .timeout(#support::core::time::Duration::from_millis(#milliseconds))
        }
    });
    quote_spanned! {span=> #(.#flags())* #defer #(#metadata)* #timeout }
}
