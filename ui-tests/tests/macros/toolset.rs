//! Every form of a toolset, called.

#![expect(
    clippy::unused_async,
    clippy::needless_arbitrary_self_type,
    clippy::unnecessary_wraps,
    reason = "the tools under test do little, and take every form"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use copilot_sdk::{Tool, ToolContext, ToolResult, tool, tools, toolset};
use serde_json::{Value, json};

/// The result of the tool called `name`.
async fn called(tools: &[Tool], name: &str, arguments: Value) -> ToolResult {
    let tool = tools.iter().find(|tool| tool.name() == name);
    match tool {
        Some(tool) => tool.call(arguments, ToolContext::detached(name)).await,
        None => ToolResult::failure(format!("there is no `{name}`")),
    }
}

fn names(tools: &[Tool]) -> Vec<&str> {
    tools.iter().map(Tool::name).collect()
}

struct Counter {
    name: String,
    tags: Vec<String>,
    count: AtomicU32,
}

impl Counter {
    const MOST: u32 = 9;

    fn new() -> Self {
        Self {
            name: "clicks".to_owned(),
            tags: vec!["a".to_owned(), "b".to_owned()],
            count: AtomicU32::new(0),
        }
    }
}

#[toolset(parts(admin))]
impl Counter {
    /// No tool.
    fn add_one(&self) -> u32 {
        self.count.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Shared.
    #[tool]
    async fn by_reference(&self) -> u32 {
        self.add_one()
    }

    /// Owned.
    #[tool]
    async fn by_arc(self: Arc<Self>, context: &ToolContext) -> String {
        format!("{} {}", context.tool_name(), self.add_one())
    }

    /// Typed.
    #[tool]
    fn by_typed_reference(self: &Self) -> u32 {
        self.add_one()
    }

    /// Shared and not async.
    #[tool]
    fn blocking(&self, #[arg(default = Self::MOST, range(max = Self::MOST))] by: u32) -> u32 {
        self.count.fetch_add(by, Ordering::Relaxed) + by
    }

    /// Without `self`.
    #[tool(name = "associated-function")]
    async fn associated(text: String) -> String {
        text
    }

    /// Not there.
    #[cfg(any())]
    #[tool]
    async fn absent(&self) {}
}

#[toolset(part = admin)]
impl Counter {
    /// Reset.
    #[tool]
    async fn reset(&self) -> u32 {
        self.count.swap(0, Ordering::Relaxed)
    }
}

#[tokio::test]
async fn all_calls_share_one_value() {
    let tools = tools![..Counter::new()];
    let expected = [
        "by_reference",
        "by_arc",
        "by_typed_reference",
        "blocking",
        "associated-function",
        "reset",
    ];
    assert_eq!(names(&tools), expected);
    let ok = ToolResult::success;
    assert_eq!(called(&tools, "by_reference", json!({})).await, ok("1"));
    assert_eq!(called(&tools, "by_arc", json!({})).await, ok("by_arc 2"));
    assert_eq!(called(&tools, "by_typed_reference", json!({})).await, ok("3"));
    assert_eq!(called(&tools, "blocking", json!({"by": 2})).await, ok("5"));
    assert_eq!(called(&tools, "blocking", json!({})).await, ok("14"));
    assert_eq!(called(&tools, "associated-function", json!({"text": "a"})).await, ok("a"));
    assert_eq!(called(&tools, "reset", json!({})).await, ok("14"));
}

#[tokio::test]
async fn a_toolset_is_registered_by_value_in_an_arc_and_by_reference_to_one() {
    let shared = Arc::new(Counter::new());
    let tools = tools![..&shared];
    assert_eq!(called(&tools, "by_reference", json!({})).await, ToolResult::success("1"));
    assert_eq!(shared.add_one(), 2);
    let optional = Some(Counter::new());
    let absent: Option<Counter> = None;
    assert_eq!(names(&tools![..shared]), names(&tools));
    assert_eq!(names(&tools![..optional, ..absent, ..Vec::<Counter>::new()]), names(&tools));
}

#[toolset]
impl Borrowing {
    /// Text.
    #[tool]
    async fn text(&self) -> &str {
        &self.0.name
    }

    /// Text, not async.
    #[tool]
    fn text_blocking(&self) -> &str {
        &self.0.name
    }

    /// List.
    #[tool]
    fn list(&self) -> &[String] {
        &self.0.tags
    }

    /// Option.
    #[tool]
    async fn option(&self) -> Option<&String> {
        self.0.tags.first()
    }

    /// Result.
    #[tool(show_errors)]
    async fn result(&self, fails: bool) -> Result<&str, &String> {
        if fails { Err(&self.0.name) } else { Ok("fine") }
    }

    /// Opaque.
    #[tool]
    async fn opaque(&self) -> impl serde::Serialize {
        self.0.tags.iter().map(String::as_str).collect::<Vec<&str>>()
    }
}

struct Borrowing(Counter);

/// From the context of a function.
#[tool]
async fn borrows_context(context: &ToolContext) -> &str {
    context.tool_name()
}

/// From the context of a function that is not async.
#[tool]
fn borrows_context_blocking(context: &ToolContext) -> Option<&str> {
    Some(context.tool_name())
}

#[tokio::test]
async fn what_a_tool_returns_may_borrow() {
    let tools = tools![..Borrowing(Counter::new()), borrows_context, borrows_context_blocking];
    let ok = ToolResult::success;
    for (name, arguments, expected) in [
        ("text", json!({}), ok("clicks")),
        ("text_blocking", json!({}), ok("clicks")),
        ("list", json!({}), ok(r#"["a","b"]"#)),
        ("option", json!({}), ok("a")),
        ("result", json!({"fails": false}), ok("fine")),
        ("result", json!({"fails": true}), ToolResult::failure("clicks")),
        ("opaque", json!({}), ok(r#"["a","b"]"#)),
        ("borrows_context", json!({}), ok("borrows_context")),
        ("borrows_context_blocking", json!({}), ok("borrows_context_blocking")),
    ] {
        assert_eq!(called(&tools, name, arguments).await, expected, "{name}");
    }
}

struct Fixed<const N: usize>([u8; N]);

#[toolset]
impl<const N: usize> Fixed<N> {
    /// The sum.
    #[tool]
    async fn sum(&self, more: [u8; 2]) -> u8 {
        self.0.iter().chain(&more).sum()
    }
}

struct Generic<T>(T);

#[toolset]
impl<T> Generic<T>
where
    T: Send
        + Sync
        + 'static
        + Clone
        + serde::Serialize
        + serde::de::DeserializeOwned
        + schemars::JsonSchema,
{
    /// The value, or another.
    #[tool]
    fn value_or(&self, other: Option<T>) -> T {
        other.unwrap_or_else(|| self.0.clone())
    }
}

#[tokio::test]
async fn the_type_may_be_generic() {
    let tools = tools![..Fixed([1, 2, 3]), ..Generic("a".to_owned())];
    assert_eq!(called(&tools, "sum", json!({"more": [4, 5]})).await, ToolResult::success("15"));
    assert_eq!(called(&tools, "value_or", json!({})).await, ToolResult::success("a"));
    assert_eq!(called(&tools, "value_or", json!({"other": "b"})).await, ToolResult::success("b"));
}

#[test]
fn a_list_heeds_conditions() {
    let tools = tools![
        #[cfg(any())]
        not_even_declared,
        #[cfg(all())]
        borrows_context,
        #[cfg(any())]
        ..Borrowing(Counter::new()),
    ];
    assert_eq!(names(&tools), ["borrows_context"]);
}

/// Its parts are variables, which arrive as invisible groups.
macro_rules! shop {
    ($type:ty, $vis:vis, $name:expr, $pay:block, $close:block, $close_name:literal) => {
        #[toolset]
        impl $type {
            /// Pay.
            #[tool(name = $name)]
            $vis async fn pay(&self) -> &'static str $pay

            /// No tool.
            $vis fn bell(&self) -> u8 { 3 }

            /// Close the shop.
            #[tool(name = $close_name)]
            fn close(&self) -> &'static str $close
        }
    };
}

struct Shop;

shop!(Shop, pub(crate), "pay", { "paid" }, { "closed" }, "close");

/// The block as a whole is a variable.
macro_rules! item {
    ($block:item $function:item) => {
        #[toolset]
        $block

        #[tool]
        $function
    };
}

struct Desk;

item! {
    impl Desk {
        /// Write.
        #[tool]
        async fn write(&self) -> &'static str {
            "written"
        }

        /// Read.
        #[tool]
        async fn read(&self) -> &'static str {
            "read"
        }
    }

    /// Open the desk.
    async fn open_desk() -> &'static str {
        "opened"
    }
}

#[tokio::test]
async fn a_method_runs_its_own_body_wherever_that_comes_from() {
    let tools = tools![..Shop, ..Desk, open_desk];
    assert_eq!(names(&tools), ["pay", "close", "write", "read", "open_desk"]);
    for (name, answer) in [
        ("pay", "paid"),
        ("close", "closed"),
        ("write", "written"),
        ("read", "read"),
        ("open_desk", "opened"),
    ] {
        assert_eq!(called(&tools, name, json!({})).await, ToolResult::success(answer));
    }
    assert_eq!((Shop.pay().await, Shop.bell(), Shop.close()), ("paid", 3, "closed"));
}
