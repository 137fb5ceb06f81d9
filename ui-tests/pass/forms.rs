//! Everything that may be a tool.
#![expect(
    unreachable_pub,
    unused_qualifications,
    clippy::many_single_char_names,
    clippy::too_many_arguments,
    clippy::unnecessary_wraps,
    clippy::unused_self,
    reason = "every form is there, also those that nobody would choose"
)]

use copilot_sdk::tool::{Binary, IntoToolResult, Json};
use copilot_sdk::{Tool, ToolContext, ToolError, ToolResult, data, tool, tools, toolset};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// No arguments, no result.
#[tool]
async fn nothing() {}

/// Constant.
#[tool]
const fn constant() -> u8 {
    3
}

/// Opaque.
#[tool]
async fn opaque() -> impl IntoToolResult {
    Json(5)
}

/// Opaque.
#[tool]
async fn serialize() -> impl serde::Serialize {
    5
}

type Fallible<T> = Result<T, ToolError>;

/// Alias.
#[tool]
fn alias() -> Fallible<Option<Binary>> {
    Ok(None)
}

/// Dynamic error.
#[tool]
async fn dynamic() -> Result<ToolResult, Box<dyn std::error::Error>> {
    Ok(ToolResult::success(""))
}

/// Not `Send`, but returned at once.
#[tool]
async fn local() -> std::rc::Rc<str> {
    "a".into()
}

/// Every place for the context.
#[tool]
async fn context(a: u8, context: &ToolContext, mut b: u8) -> String {
    b += a;
    format!("{} {b}", context.tool_name())
}

/// Many kinds.
#[tool]
#[expect(clippy::too_many_arguments)]
async fn kinds(
    r#type: String,
    a: i128,
    b: HashMap<String, u8>,
    c: serde_json::Value,
    d: (u8, String),
    e: Vec<Option<u8>>,
    f: BTreeMap<String, Node>,
    g: std::time::Duration,
    h: Box<[u8]>,
) {
    let _ = (r#type, a, b, c, d, e, f, g, h);
}

#[data]
struct Node {
    children: Vec<Node>,
}

#[data]
#[derive(Debug, Clone, PartialEq, Default)]
#[serde(rename_all = "camelCase")]
struct Page<T>
where
    T: Clone,
{
    /// Size.
    #[serde(default)]
    page_size: u8,
    items: Vec<T>,
}

/// Generic data.
#[tool]
async fn page(page: Page<u8>) -> Page<u8> {
    page
}

mod files {
    /// Stat.
    #[copilot_sdk::tool]
    pub(crate) async fn stat() {}

    pub mod deep {
        /// Deep.
        #[copilot_sdk::tool]
        pub(in crate::files) async fn deep() {}
    }

    pub fn list() -> Vec<copilot_sdk::Tool> {
        copilot_sdk::tools![deep::deep, self::stat]
    }
}

mod search {
    /// Search.
    #[copilot_sdk::tool(handle = SearchTool)]
    pub async fn search() {}
}
use search::{SearchTool, search};

const TEXT: &str = "From a constant.";

#[tool(description = TEXT)]
async fn described() {}

#[tool(description = concat!("From ", "pieces."))]
async fn pieces() {}

#[doc = concat!("From ", "an attribute.")]
#[tool]
#[deprecated]
#[must_use]
#[doc(hidden)]
pub async fn attribute() -> u8 {
    1
}

#[cfg(any())]
/// Not compiled.
#[tool]
async fn above() {}

/// Not compiled.
#[tool]
#[cfg(any())]
async fn below() {}

/// Options.
#[tool(
    name = "all-keys",
    overrides_builtin,
    ask,
    terminal,
    show_errors,
    defer = "never",
    metadata = serde_json::Map::new(),
    timeout = "30s",
    crate = ::copilot_sdk,
)]
async fn all_keys() {}

/// Keys.
#[tool]
async fn argument_keys(
    #[arg(default)] a: u8,
    #[arg(default = 3 + 4, description = "Seven.")] b: u8,
    #[arg(default = "metric")] c: String,
    #[arg(rename = "type")] d: String,
    #[arg(flatten)] e: Query,
    #[arg(range(min = -5, max = 5))] f: i8,
    #[arg(range(max = 0.5))] g: f32,
    #[arg(length(min = 1, max = 3), pattern = "^[a-z]+$")] h: Option<String>,
    #[allow(unused_variables)] i: u8,
    #[arg(range(max = LIMIT))] j: u8,
) {
    let _ = (a, b, c, d, e, f, g, h, j);
}

const LIMIT: u8 = 7;

#[data]
struct Query {
    text: String,
}

trait Store: Send + Sync + 'static {}
impl Store for u8 {}

struct Crm<S>(S);

#[toolset(parts(admin))]
impl<S: Store> Crm<S> {
    /// Borrowed.
    #[tool]
    async fn borrowed(&self, text: String, context: &ToolContext) -> String {
        let _ = (&self.0, context);
        text
    }

    /// Shared.
    #[tool]
    async fn shared(self: Arc<Self>, query: Query) -> Query {
        query
    }

    /// Blocking.
    #[tool]
    fn blocking(&self, #[arg(default = 1)] n: u8) -> u8 {
        n
    }

    /// Typed reference.
    #[tool]
    async fn typed(self: &Arc<Self>) {}

    /// No self.
    #[tool]
    async fn associated() {}

    /// Not compiled.
    #[tool]
    #[cfg(any())]
    async fn absent(&self) {}

    fn helper(&self) {}
}

#[toolset(part = admin)]
impl<S: Store> Crm<S> {
    /// Reset.
    #[tool(ask)]
    async fn reset(&self) {
        self.helper();
    }
}

macro_rules! make {
    ($name:ident, $ty:ty, $default:expr) => {
        /// Made by a macro.
        #[tool]
        async fn $name(#[arg(default = $default)] value: $ty, context: ToolContext) -> $ty {
            let _ = context;
            value
        }
    };
}
make!(made, u8, 3);

fn main() {
    /// In a function body.
    #[tool]
    async fn local_tool(args: u8, call: u8, v: u8) -> u8 {
        args + call + v
    }
    let _ = (nothing(), search(), files::stat());
    let crm = Arc::new(Crm(1_u8));
    let optional: Option<Tool> = None;
    #[allow(deprecated)]
    let tools = tools![
        nothing,
        constant,
        opaque,
        serialize,
        alias,
        dynamic,
        local,
        context,
        kinds,
        page,
        files::stat,
        SearchTool,
        described,
        pieces,
        attribute,
        all_keys,
        argument_keys,
        made,
        local_tool,
        ..files::list(),
        ..&crm,
        ..crm,
        ..Crm(2_u8),
        ..optional,
        Tool::new("x").description("y"),
    ];
    assert_eq!(tools.len(), 40);
    assert_eq!(described::DESCRIPTION, "From a constant.");
    assert_eq!(all_keys::NAME, "all-keys");
}
