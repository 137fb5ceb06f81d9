//! The macros of `copilot-sdk`; use them through that crate.
//!
//! Each macro reads its item, checks it and writes the expansion, in this order; all mistakes are reported at once.

mod data;
mod docs;
mod errors;
mod keys;
mod list;
mod tool;
mod toolset;
mod words;

use proc_macro::TokenStream;

/// Makes a function a tool that the agent can call.
#[proc_macro_attribute]
pub fn tool(keys: TokenStream, item: TokenStream) -> TokenStream {
    tool::function(keys.into(), item.into()).into()
}

/// Makes the methods with `#[tool]` of an `impl` block tools that share `self`.
///
/// ```
/// use copilot_sdk::{tool, tools, toolset};
///
/// struct Crm {
///     customers: Vec<String>,
/// }
///
/// #[toolset]
/// impl Crm {
///     /// Find customers whose name contains a text.
///     #[tool]
///     async fn find_customers(&self, text: String) -> Vec<String> {
///         self.customers.iter().filter(|name| name.contains(&text)).cloned().collect()
///     }
/// }
///
/// let crm = Crm { customers: vec!["Ada".to_owned()] };
/// let tools = tools![..crm];
/// assert_eq!(tools[0].name(), "find_customers");
/// ```
///
/// Methods take `&self`, `self: Arc<Self>`, or no `self` at all. The type must be `Send + Sync + 'static`. The value, an
/// `Arc` of it, or a reference to the `Arc` is then `IntoTools`.
///
/// One type has one main block. Further blocks are parts with a name, and the main block lists them:
/// `#[toolset(part = admin)] impl Crm { .. }` and `#[toolset(parts(admin))] impl Crm { .. }`.
#[proc_macro_attribute]
pub fn toolset(keys: TokenStream, item: TokenStream) -> TokenStream {
    toolset::toolset(keys.into(), item.into()).into()
}

/// Makes a struct or enum data that tools take and return: `Serialize`, `Deserialize` and `JsonSchema`, without a
/// dependency on `serde` and `schemars`.
///
/// Doc comments on fields and variants are what the model reads about them. `#[serde(..)]` and `#[schemars(..)]`
/// attributes below `#[data]` work as usual.
///
/// ```
/// use copilot_sdk::data;
///
/// #[data]
/// struct Search {
///     /// What to look for.
///     text: String,
///     /// How many results at most.
///     #[schemars(range(min = 1, max = 50))]
///     limit: Option<u8>,
/// }
/// ```
///
/// A struct with named fields that is the only argument of a tool is all its arguments.
#[proc_macro_attribute]
pub fn data(keys: TokenStream, item: TokenStream) -> TokenStream {
    data::data(keys.into(), item.into()).into()
}

#[doc(hidden)]
#[proc_macro]
pub fn __tools(input: TokenStream) -> TokenStream {
    list::tools(input.into()).into()
}
