//! The macros of `copilot-sdk`; use them through that crate.
//!
//! Each macro parses its item, makes a model of it, validates the model and expands it, in modules
//! of these names. All mistakes are reported at once.

mod attributes;
mod data;
mod docs;
mod errors;
mod names;
mod suggest;
mod syntax;
mod tokens;
mod tool;
mod tools_list;
mod toolset;

use proc_macro::TokenStream;
use quote::quote;

/// Makes a function a tool; `copilot_sdk::tool` has the documentation.
#[proc_macro_attribute]
pub fn tool(keys: TokenStream, item: TokenStream) -> TokenStream {
    let text = proc_macro2::TokenStream::from(keys);
    let keys = if attributes::is_assigned() { quote!(description = #text) } else { text };
    tool::tool(keys, &item.into()).into()
}

/// Makes the methods with `#[tool]` of an `impl` block tools; `copilot_sdk::toolset` has the
/// documentation.
#[proc_macro_attribute]
pub fn toolset(keys: TokenStream, item: TokenStream) -> TokenStream {
    let keys = if attributes::is_assigned() { TokenStream::new() } else { keys };
    toolset::toolset(keys.into(), &item.into()).into()
}

/// Makes a struct or enum data that tools take and return; `copilot_sdk::data` has the
/// documentation.
#[proc_macro_attribute]
pub fn data(keys: TokenStream, item: TokenStream) -> TokenStream {
    let keys = if attributes::is_assigned() { TokenStream::new() } else { keys };
    data::data(keys.into(), &item.into()).into()
}

#[doc(hidden)]
#[proc_macro]
pub fn __tools(input: TokenStream) -> TokenStream {
    tools_list::tools(input.into()).into()
}
