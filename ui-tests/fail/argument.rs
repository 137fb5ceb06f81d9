//! Parameters that cannot be arguments.
#![allow(unused)]
use copilot_sdk::{ToolContext, tool};
use std::borrow::Cow;

struct Point {
    x: u8,
    y: u8,
}

/// Names.
#[tool]
async fn wild(_: String) {}

/// Names.
#[tool]
async fn tuple((a, b): (u8, u8)) {
    let _ = a + b;
}

/// Names.
#[tool]
async fn destructured(Point { x, y }: Point) {
    let _ = x + y;
}

/// Names.
#[tool]
async fn by_ref(ref city: String) {
    let _ = city;
}

/// Names.
#[tool]
async fn bound(city @ _: String) {
    let _ = city;
}

/// Ownership.
#[tool]
async fn borrowed(
    a: &str,
    b: &'static str,
    c: &[u8],
    d: &std::path::Path,
    e: &mut String,
    f: &Point,
    g: Cow<'_, str>,
    h: Vec<&u8>,
    i: Option<&u8>,
) {
    let _ = (a, b, c, d, e, f, g, h, i);
}

/// Traits.
#[tool]
async fn some_trait(x: impl AsRef<str>, y: Vec<impl Clone>) {
    let _ = (x, y);
}

/// Context.
#[tool]
async fn contexts(a: ToolContext, b: ToolContext) {
    let _ = (a, b);
}

/// Context.
#[tool]
async fn context_key(#[arg(rename = "x")] context: ToolContext) {
    let _ = context;
}

/// Context.
#[tool]
async fn optional_context(context: Option<ToolContext>) {
    let _ = context;
}

/// Context.
#[tool]
async fn mutable_context(context: &mut ToolContext) {
    let _ = context;
}

/// Attributes.
#[tool]
async fn attributes(
    #[serde(default)] a: u8,
    #[schemars(range(min = 1))] b: u8,
    #[cfg(unix)] c: u8,
    #[cfg_attr(all(), arg(default))] d: u8,
) {
    let _ = (a, b, d);
}

/// Pointers.
#[tool]
async fn pointers(x: *const u8, y: fn(&u8)) {
    let _ = y;
}

/// Not `Send`.
#[tool]
async fn not_send(x: std::rc::Rc<str>, y: Option<std::rc::Rc<u8>>, z: *const u8) {
    drop((x, y));
}

macro_rules! typed {
    ($ty:ty, $lifetime:lifetime) => {
        /// Types that are variables of a macro.
        #[tool]
        async fn typed(x: $ty, y: Vec<$ty>, z: std::borrow::Cow<$lifetime, str>) {}
    };
}
typed!(&str, '_);

/// A method that was moved out.
#[tool]
async fn own_type(others: Vec<Self>) {
    let _ = others;
}

fn main() {}
