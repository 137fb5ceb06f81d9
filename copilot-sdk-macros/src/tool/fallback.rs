//! Placeholders for a tool with mistakes, so that its uses do not cause further errors.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::{Attribute, Ident, Path, Visibility};

use super::expand::{header, listed};

pub(super) fn tool(
    sdk: &Path,
    visibility: &Visibility,
    handle: &Ident,
    cfgs: &[Attribute],
) -> TokenStream {
    let (header, listed) = (header(visibility, handle), listed(sdk, handle, cfgs));
    let span = Span::mixed_site();
    let support = quote_spanned! {span=> #sdk::macro_support };
    quote_spanned! {span=>
        #(#cfgs)*
        #[doc(hidden)]
        #header

        #(#cfgs)*
        #[allow(dead_code)]
        impl #handle {
            pub const NAME: &'static #support::core::primitive::str = "";
            pub const DESCRIPTION: &'static #support::core::primitive::str = "";
            pub fn tool() -> #sdk::Tool {
                #support::unreadable()
            }
            pub fn schema() -> #support::serde_json::Value {
                #support::unreadable()
            }
            pub fn call(
                _: impl #support::serde::Serialize,
            ) -> #support::futures_core::future::BoxFuture<'static, #sdk::ToolResult> {
                #support::unreadable()
            }
        }

        #listed
    }
}
