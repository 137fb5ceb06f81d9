//! The expansion. Everything is spanned at `mixed_site`, except code that errors should point at.

mod call;
mod signature;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Attribute, Ident, Path, Visibility};

use super::model::Tool;
use super::parse::Defer;
use crate::tokens::respan;

pub(crate) use call::Callee;

/// The hidden type next to the function.
pub(super) fn handle(tool: &Tool, visibility: &Visibility) -> TokenStream {
    let span = Span::mixed_site();
    let Tool { sdk, name, description, cfgs, .. } = tool;
    let support = quote_spanned! {span=> #sdk::macro_support };
    let handle = tool.handle();
    let header = header(visibility, handle);
    let listed = listed(sdk, handle, cfgs);
    let expression = tool_expression(
        tool,
        &Callee::Function,
        &quote_spanned! {span=> Self::NAME },
        &quote_spanned! {span=> Self::DESCRIPTION },
    );
    quote_spanned! {span=>
        #(#cfgs)*
        #[doc(hidden)]
        #header

        #(#cfgs)*
        #[doc(hidden)]
        #[allow(deprecated)]
        impl #handle {
            /// The name of the tool.
            pub const NAME: &'static #support::core::primitive::str = #name;
            /// The description for the model.
            pub const DESCRIPTION: &'static #support::core::primitive::str = #description;

            /// The tool.
            pub fn tool() -> #sdk::Tool {
                static COPILOT_SDK_TOOL: #support::std::sync::OnceLock<#sdk::Tool> =
                    #support::std::sync::OnceLock::new();
                #support::core::clone::Clone::clone(
                    COPILOT_SDK_TOOL.get_or_init(|| #expression)
                )
            }

            /// The JSON schema of the arguments.
            pub fn schema() -> #support::serde_json::Value {
                #support::schema(&Self::tool())
            }

            /// Calls the tool as the CLI would, outside of any session.
            pub fn call(
                copilot_sdk_arguments: impl #support::serde::Serialize,
            ) -> #support::futures_core::future::BoxFuture<'static, #sdk::ToolResult> {
                #support::call(&Self::tool(), &copilot_sdk_arguments)
            }
        }

        #listed
    }
}

/// Allows the handle in `tools![]`. Spanned at the function's name, which the compiler shows when
/// listing implementations.
pub(super) fn listed(sdk: &Path, handle: &Ident, cfgs: &[Attribute]) -> TokenStream {
    let at = handle.span().resolved_at(Span::call_site());
    let header = respan(quote!(impl #sdk::tool::function::ToolFunction for #handle), at);
    quote_spanned! {Span::mixed_site()=>
        #(#cfgs)*
        #header {
            fn tool() -> #sdk::Tool {
                Self::tool()
            }
        }
    }
}

/// `struct name {}`, spanned at the function's name: errors about the name point there, and lints
/// ignore tokens from a macro.
pub(super) fn header(visibility: &Visibility, handle: &Ident) -> TokenStream {
    let span = handle.span().resolved_at(Span::call_site());
    let visibility = respan(visibility.to_token_stream(), span);
    let mut handle = handle.clone();
    handle.set_span(span);
    quote_spanned! {span=> #visibility struct #handle {} }
}

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
    let body = call::call(&support, tool, callee);
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
