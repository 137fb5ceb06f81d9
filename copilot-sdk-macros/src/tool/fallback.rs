//! What stands for a tool whose attribute has mistakes, so that other uses of it are no mistakes
//! too.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::{Attribute, Ident, Path, Visibility};

use super::expand::header;

pub(super) fn tool(
    sdk: &Path,
    visibility: &Visibility,
    handle: &Ident,
    cfgs: &[Attribute],
) -> TokenStream {
    let header = header(visibility, handle);
    let span = Span::mixed_site();
    quote_spanned! {span=>
        #(#cfgs)*
        #[doc(hidden)]
        #header

        #(#cfgs)*
        #[allow(dead_code)]
        impl #handle {
            pub const NAME: &'static #sdk::macro_support::core::primitive::str = "";
            pub const DESCRIPTION: &'static #sdk::macro_support::core::primitive::str = "";
            pub fn tool() -> #sdk::Tool {
                #sdk::macro_support::unreadable()
            }
            pub fn schema() -> #sdk::macro_support::serde_json::Value {
                #sdk::macro_support::unreadable()
            }
            pub fn call(
                _: impl #sdk::macro_support::serde::Serialize,
            ) -> #sdk::macro_support::futures_core::future::BoxFuture<'static, #sdk::ToolResult> {
                #sdk::macro_support::unreadable()
            }
        }
    }
}
