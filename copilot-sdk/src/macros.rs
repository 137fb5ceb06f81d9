//! The macros, with their documentation.

/// Lets tools take and return a struct or enum. Derives `Serialize`, `Deserialize` and
/// `JsonSchema`, without a dependency on `serde` and `schemars`.
///
/// Doc comments describe fields and variants to the model. `#[serde(..)]` and `#[schemars(..)]`
/// attributes work as usual, but must be placed below `#[data]`.
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
/// A struct with named fields that is a tool's only argument holds all of its arguments.
pub use copilot_sdk_macros::data;
#[doc = include_str!("../docs/tool.md")]
pub use copilot_sdk_macros::tool;
/// Turns the `#[tool]` methods of an `impl` block into tools that share `self`.
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
/// Methods take `&self`, `self: Arc<Self>`, or no `self` at all. The type must be `Send + Sync +
/// 'static`. The value, an `Arc` of it, or a reference to the `Arc` is then `IntoTools`.
///
/// A type has one main block. Further blocks are named parts, listed by the main block:
/// `#[toolset(part = admin)] impl Crm { .. }` and `#[toolset(parts(admin))] impl Crm { .. }`.
pub use copilot_sdk_macros::toolset;

/// Creates a list of tools from `#[tool]` functions, toolsets and lists (after `..`), and other
/// expressions that are tools.
///
/// ```
/// use copilot_sdk::tool::Tool;
/// use copilot_sdk::{tool, tools};
///
/// /// Say hello.
/// #[tool]
/// async fn hello() -> &'static str {
///     "hello"
/// }
///
/// let more: Vec<Tool> = Vec::new();
/// let tools = tools![hello, ..more, Tool::new("deploy").description("Deploy the site")];
/// assert_eq!(tools.len(), 2);
/// ```
///
/// A path in the list names a function with `#[tool]`, never a variable: write `..variable` for a
/// toolset, a `Vec`, an `Option` or an `Arc`.
#[macro_export]
macro_rules! tools {
    ($($entries:tt)*) => {
        $crate::macro_support::__tools!([$crate] $($entries)*)
    };
}
