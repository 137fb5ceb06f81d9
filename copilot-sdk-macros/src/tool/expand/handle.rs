//! The hidden type next to the function, by which `tools![]` finds the tool.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Attribute, Ident, Path, Visibility};

use super::call::Callee;
use super::expression::tool_expression;
use crate::tokens::respan;
use crate::tool::model::Tool;

/// The hidden type next to the function.
pub(in crate::tool) fn handle(tool: &Tool, visibility: &Visibility) -> TokenStream {
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
pub(in crate::tool) fn listed(sdk: &Path, handle: &Ident, cfgs: &[Attribute]) -> TokenStream {
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
pub(in crate::tool) fn header(visibility: &Visibility, handle: &Ident) -> TokenStream {
    let span = handle.span().resolved_at(Span::call_site());
    let visibility = respan(visibility.to_token_stream(), span);
    let mut handle = handle.clone();
    handle.set_span(span);
    quote_spanned! {span=> #visibility struct #handle {} }
}
