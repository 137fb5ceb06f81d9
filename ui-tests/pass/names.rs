//! Names that the program has already: what the macros write uses none of them.
#![expect(non_upper_case_globals, non_camel_case_types)]
#![allow(
    dead_code,
    unreachable_pub,
    clippy::wildcard_imports,
    clippy::unused_self,
    reason = "names as a program of a user may have them"
)]

use copilot_sdk::{Tool, ToolContext, data, tool, tools, toolset};
use std::sync::Arc;

/// As imported from elsewhere, where a pattern of the name would mean the item.
mod taken {
    macro_rules! statics {
        ($($name:ident)*) => { $(pub static $name: u8 = 1;)* };
    }
    statics! { call signature running returned failed tools }

    pub const this: u8 = 1;
    pub const arguments: u8 = 1;
    pub const default0: u8 = 1;
    pub const argument0: u8 = 1;

    pub struct context;
    pub struct argument1;

    pub enum Names {
        default1,
        value,
        error,
    }
    pub use Names::*;
}
use taken::*;

/// Methods that everything has.
trait Everything {
    fn place(&self) -> &'static str {
        "of the program"
    }
    fn json(&self) {}
    fn shape(&self) {}
    fn option(&self) {}
    fn value(&self) {}
    fn leaf(&self) {}
    fn kind(&self) {}
    fn result(&self) {}
    fn failure(&self) {}
    fn split(&self) {}
    fn describe(&self) {}
    fn tools(&self) {}
    fn clone(&self) {}
}
impl<T: ?Sized> Everything for T {}

/// Adds.
#[tool]
async fn add(#[arg(default = 3)] first: u8, #[arg(default)] second: u8) -> Result<u8, String> {
    first.checked_add(second).ok_or_else(|| "too large".to_owned())
}

/// Names the tool.
#[tool(timeout = "3s", terminal)]
async fn name(cx: &ToolContext, only: Option<u8>) -> String {
    format!("{}{}", cx.tool_name(), only.unwrap_or_default())
}

/// Takes an object.
#[tool]
fn blocking(point: Point) -> Point {
    point
}

#[data]
struct Point {
    x: u8,
}

struct Crm;

#[toolset(parts(admin))]
impl Crm {
    /// Finds.
    #[tool]
    async fn find(&self, text: String) -> String {
        text
    }

    /// Shares.
    #[tool]
    async fn share(self: Arc<Self>, cx: ToolContext) -> String {
        cx.tool_name().to_owned()
    }
}

#[toolset(part = admin)]
impl Crm {
    /// Closes.
    #[tool]
    fn close(&self) {}
}

fn main() {
    let all: Vec<Tool> = tools![add, name, blocking, ..Crm];
    assert_eq!(all.len(), 6);
    assert_eq!(Everything::place(&1), "of the program");
    let _ = (call, signature, running, returned, failed, tools, this, arguments, default0);
    let _ = (argument0, context, argument1, default1, value, error);
}
