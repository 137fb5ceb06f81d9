//! The macros of `copilot-sdk`; use them through that crate.
//!
//! Each macro parses its item into a model, validates the model and expands it, in modules of these
//! names. All mistakes are reported at once.

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

/// Turns a function into a tool. Documented at `copilot_sdk::tool`.
#[proc_macro_attribute]
pub fn tool(keys: TokenStream, item: TokenStream) -> TokenStream {
    let text = proc_macro2::TokenStream::from(keys);
    let keys = if attributes::is_assigned() { quote!(description = #text) } else { text };
    tool::tool(keys, &item.into(), toolset::misnamed).into()
}

/// Turns the `#[tool]` methods of an `impl` block into tools. Documented at `copilot_sdk::toolset`.
#[proc_macro_attribute]
pub fn toolset(keys: TokenStream, item: TokenStream) -> TokenStream {
    let keys = if attributes::is_assigned() { TokenStream::new() } else { keys };
    toolset::toolset(keys.into(), &item.into()).into()
}

/// Lets tools take and return a struct or enum. Documented at `copilot_sdk::data`.
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
