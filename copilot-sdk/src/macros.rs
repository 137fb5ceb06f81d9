//! The macros, with their documentation.

/// Makes a struct or enum data that tools take and return: `Serialize`, `Deserialize` and
/// `JsonSchema`, without a dependency on `serde` and `schemars`.
///
/// Doc comments on fields and variants are what the model reads about them. `#[serde(..)]` and
/// `#[schemars(..)]` attributes below `#[data]` work as usual, above it they do not.
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
pub use copilot_sdk_macros::data;
#[doc = include_str!("../docs/tool.md")]
pub use copilot_sdk_macros::tool;
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
/// Methods take `&self`, `self: Arc<Self>`, or no `self` at all. The type must be `Send + Sync +
/// 'static`. The value, an `Arc` of it, or a reference to the `Arc` is then `IntoTools`.
///
/// One type has one main block. Further blocks are parts with a name, and the main block lists
/// them: `#[toolset(part = admin)] impl Crm { .. }` and `#[toolset(parts(admin))] impl Crm { .. }`.
pub use copilot_sdk_macros::toolset;

/// A list of tools: functions with `#[tool]`, toolsets and lists after `..`, and any other
/// expression that is a tool.
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
