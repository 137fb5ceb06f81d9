//! What the model reads for each type that a tool returns.

#![expect(clippy::unused_async, reason = "the tools under test do little")]

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use copilot_sdk::tool::{Binary, IntoToolResult, Json, Tool};
use copilot_sdk::{ToolContext, ToolError, ToolResult, data, tool};

macro_rules! returns {
    ($($name:ident: $ty:ty = $value:expr => $expected:expr;)*) => {
        $(
            /// Returns a value.
            #[tool]
            async fn $name() -> $ty {
                $value
            }
        )*

        #[tokio::test]
        async fn every_kind_of_value_is_read() {
            $(assert_eq!($name::call(()).await, $expected, stringify!($name));)*
        }
    };
}

type Aliased<T> = Result<T, String>;
type Dynamic = Box<dyn std::error::Error + Send + Sync>;
type Local = Box<dyn std::error::Error>;

#[data]
struct Point {
    y: u8,
    x: u8,
}

#[derive(serde::Serialize)]
struct Foreign(Vec<u8>);

/// Its name is no result.
#[derive(serde::Serialize)]
struct UnitLike;

fn ok(text: &str) -> ToolResult {
    ToolResult::success(text)
}

fn hidden(name: &str) -> ToolResult {
    ToolResult::failure(format!(
        "`{name}` failed; the reason is in the log of the program that runs it"
    ))
}

returns! {
    unit: () = () => ok("");
    string: String = "a \"b\"".to_owned() => ok("a \"b\"");
    literal: &'static str = "a" => ok("a");
    cow: Cow<'static, str> = "a".into() => ok("a");
    shared: Arc<str> = "a".into() => ok("a");
    number: f64 = 1.5 => ok("1.5");
    boolean: bool = true => ok("true");
    no_number: f64 = f64::NAN => ok("NaN");
    infinite: Option<Json<f32>> = Some(Json(-f32::INFINITY)) => ok("-inf");
    unit_like: UnitLike = UnitLike => ok("");
    some: Option<Point> = Some(Point { y: 1, x: 2 }) => ok(r#"{"y":1,"x":2}"#);
    none: Option<Foreign> = None => ok("no result");
    foreign: Foreign = Foreign(vec![1]) => ok("[1]");
    map: BTreeMap<u8, bool> = BTreeMap::from([(1, true)]) => ok(r#"{"1":true}"#);
    json: Json<u8> = Json(1) => ok("1");
    nested: Result<Result<u8, u8>, ToolError> = Ok(Err(3)) => ok(r#"{"Err":3}"#);
    image: Binary = Binary::png([1]) => ToolResult::default().binary(Binary::png([1]));
    images: Option<Vec<Binary>> = Some(vec![Binary::png([1])]) => ToolResult::default().binary(Binary::png([1]));
    full: Result<ToolResult, String> = Ok(ok("a").session_log("b")) => ok("a").session_log("b");
    opaque: impl IntoToolResult = "a" => ok("a");
    serialize: Result<impl serde::Serialize, impl std::fmt::Display> = Err::<u8, _>("x") => hidden("serialize");
    visible: Result<(), ToolError> = Err(ToolError::new("try b")) => ToolResult::failure("try b");
    text_error: Aliased<u8> = Err("secret".to_owned()) => hidden("text_error");
    dynamic: Result<(), Dynamic> = Err(ToolError::new("a").into()) => ToolResult::failure("a");
    local: Result<(), Local> = Err(ToolError::new("a").into()) => ToolResult::failure("a");
    local_send: Result<u8, Box<dyn std::error::Error + Send>> = Err(Box::new(ToolError::new("a")))
        => ToolResult::failure("a");
    shared_error: Result<u8, Arc<dyn std::error::Error + Send + Sync>> = Err(Arc::new(ToolError::new("a")))
        => ToolResult::failure("a");
    io: std::io::Result<u8> = Err(std::io::Error::other(ToolError::new("a"))) => ToolResult::failure("a");
    anyhow_text: anyhow::Result<u8> = Err(anyhow::anyhow!("secret")) => hidden("anyhow_text");
    anyhow_tool: anyhow::Result<u8> = Err(anyhow::Error::new(ToolError::new("a")).context("secret"))
        => ToolResult::failure("a");
}

/// Shows.
#[tool(show_errors)]
async fn shows() -> anyhow::Result<()> {
    Err(anyhow::anyhow!("inner").context("outer"))
}

#[tokio::test]
async fn show_errors_shows_the_whole_chain() {
    assert_eq!(shows::call(()).await, ToolResult::failure("outer: inner"));
}

#[tokio::test]
async fn closures_return_the_same() {
    let make = || Tool::new("x").description("x");
    let tool = make().handler(|(), _| async { Point { y: 1, x: 2 } });
    assert_eq!(tool.call((), ToolContext::detached("x")).await, ok(r#"{"y":1,"x":2}"#));
    let tool = make().handler(|(), _| async { anyhow::Ok(Some(Json(1))) });
    assert_eq!(tool.call((), ToolContext::detached("x")).await, ok("1"));
    let tool =
        make().handler(|(), _| async { Err::<(), _>(anyhow::Error::new(ToolError::new("a"))) });
    assert_eq!(tool.call((), ToolContext::detached("x")).await, ToolResult::failure("a"));
    let tool = make().handler(|(), _| async { Err::<(), _>("secret") });
    assert_eq!(tool.call((), ToolContext::detached("x")).await, hidden("x"));
}
