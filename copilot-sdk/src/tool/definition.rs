//! A tool as a value, and the setters that build one.

use std::borrow::Cow;
use std::fmt;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use futures_core::future::BoxFuture;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::call::{Call, ready};
use super::context::ToolContext;
use super::handler::{self, ToolInvocation};
use super::output::IntoToolResult;
use super::result::ToolResult;
use super::run::run;
use super::spec::{Origin, ToolSpec};
use crate::defer::Defer;
use crate::schema::ToolArgument;
use crate::schema::{Parameters, Signature};

/// A function of this program that the agent can call.
///
/// `#[tool]` makes one from a function; this builder makes one from a closure, with the same
/// schema, the same errors and the same results. A tool without a handler is only declared: its
/// calls are handed out as events.
///
/// ```
/// use copilot_sdk::tool::Tool;
/// use copilot_sdk::{ToolError, data};
///
/// #[data]
/// struct Add {
///     /// The first number.
///     a: i64,
///     /// The second number.
///     b: i64,
/// }
///
/// let add = Tool::new("add").description("Add two numbers").handler(|Add { a, b }: Add, _context| async move {
///     a.checked_add(b).ok_or_else(|| ToolError::new("the sum is too large"))
/// });
/// assert_eq!(add.name(), "add");
/// ```
#[derive(Clone)]
#[must_use]
pub struct Tool(Arc<ToolSpec>);

impl Tool {
    /// A tool that the model calls `name`: 1 to 64 of `A-Z a-z 0-9 _ -`, checked when it is
    /// registered.
    #[track_caller]
    pub fn new(name: impl Into<Cow<'static, str>>) -> Self {
        Self(Arc::new(ToolSpec::new(name.into(), Origin::Built(Location::caller()))))
    }

    /// What the tool does, for the model to decide when to call it.
    pub fn description(self, text: impl Into<Cow<'static, str>>) -> Self {
        self.with(|tool| tool.description = Some(text.into()))
    }

    /// The arguments as a JSON schema of your own (wire name `parameters`), sent as it is.
    ///
    /// It takes the place of the schema that [`handler`](Self::handler) makes from the type of the
    /// arguments.
    pub fn schema(self, schema: impl Into<Value>) -> Self {
        self.with(|tool| {
            tool.parameters = Some(Arc::new(Parameters::given(schema.into())));
            tool.own_schema = true;
        })
    }

    /// The function behind the tool, with typed arguments: a `#[data]` struct, or `()` for none.
    ///
    /// The type gives the schema. Arguments that do not fit it never reach the function: the model
    /// is told all that is wrong with them.
    ///
    /// The closure returns what a function with `#[tool]` may return, with two differences, because
    /// here only traits decide: a type that is `Serialize` but not `#[data]` goes into
    /// [`Json`](super::Json), and the error of a `Result` is a text or a `Send + Sync` error, not
    /// any type with `Display`.
    pub fn handler<A, F, Fut>(self, handler: F) -> Self
    where
        A: ToolArgument,
        F: Fn(A, ToolContext) -> Fut + Send + Sync + 'static,
        Fut: Future<Output: IntoToolResult> + Send + 'static,
    {
        self.with(|tool| {
            if !tool.own_schema {
                tool.parameters = Some(Arc::new(Parameters::of::<A>()));
            }
            tool.handler = Some(handler::typed(handler));
            tool.checks_arguments = true;
        })
    }

    /// The function behind the tool, with the arguments as the model wrote them; give it a
    /// [`schema`](Self::schema).
    pub fn raw_handler<F, Fut>(self, handler: F) -> Self
    where
        F: Fn(ToolInvocation) -> Fut + Send + Sync + 'static,
        Fut: Future<Output: IntoToolResult> + Send + 'static,
    {
        self.with(|tool| {
            tool.handler = Some(handler::raw(handler));
            tool.checks_arguments = false;
        })
    }

    /// Takes the place of a built-in tool of the same name; without this such a name is an error.
    pub fn overrides_builtin(self) -> Self {
        self.with(|tool| tool.overrides_builtin = true)
    }

    /// Changes nothing, so that a turn in which it ran can be
    /// [tried again](crate::session::Ask::retry). The CLI is not told.
    pub fn read_only(self) -> Self {
        self.with(|tool| tool.read_only = true)
    }

    /// Runs without asking the permission policy, also where the program set one (wire name
    /// `skipPermission`).
    pub fn skip_permission(self) -> Self {
        self.with(|tool| tool.skip_permission = true)
    }

    /// Asks the permission policy on every call; the default policy denies it.
    pub fn ask(self) -> Self {
        self.with(|tool| tool.ask = true)
    }

    /// Ends the turn: the model is not called again after this tool (wire name `isTerminal`).
    pub fn terminal(self) -> Self {
        self.with(|tool| tool.terminal = true)
    }

    /// When the model is told about the tool (wire name `defer`); from the start by default.
    /// [`Defer::Auto`] lets a [tool search](crate::SessionBuilder::tool_search) find it.
    pub fn defer(self, defer: Defer) -> Self {
        self.with(|tool| tool.defer = Some(defer))
    }

    /// Anything that is to travel with the definition (wire name `metadata`): a JSON object, else
    /// it is reported when the tool is registered.
    pub fn metadata(self, object: impl Into<Value>) -> Self {
        self.with(|tool| tool.metadata = Some(object.into()))
    }

    /// How long a call may take; no limit by default.
    ///
    /// When it has passed, [`ToolContext::cancelled`] resolves, a few seconds later the future is
    /// dropped, and the model is told that the tool took too long.
    pub fn timeout(self, limit: Duration) -> Self {
        self.with(|tool| tool.timeout = Some(limit))
    }

    /// Lets the model read the text of every error, not only of a [`ToolError`](super::ToolError).
    ///
    /// Off by default, because an error that was not written for the model may carry secrets.
    pub fn show_errors(self) -> Self {
        self.with(|tool| tool.show_errors = true)
    }

    /// The name that the model calls.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Everything that is known of the tool: its description, its schema, its settings.
    pub fn spec(&self) -> &ToolSpec {
        &self.0
    }

    /// Calls the tool, as the CLI would: for tests, and for programs that serve tools in another
    /// protocol, such as an MCP server.
    ///
    /// `arguments` is anything that serializes to a JSON object, or the JSON itself as text. Bad
    /// arguments, errors, panics and the timeout are results like any other. No permission policy
    /// is asked.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use copilot_sdk::tool::{ResultType, Tool};
    /// use copilot_sdk::{ToolContext, tool, tools};
    /// use serde_json::{Value, json};
    ///
    /// /// Add two numbers.
    /// #[tool]
    /// async fn add(a: i64, b: i64) -> i64 {
    ///     a + b
    /// }
    ///
    /// /// The method `tools/call` of an MCP server.
    /// async fn call_tool(tools: &[Tool], name: &str, arguments: Value, client: &str) -> Value {
    ///     let Some(tool) = tools.iter().find(|tool| tool.name() == name) else {
    ///         return json!({"isError": true, "content": [{"type": "text", "text": "unknown tool"}]});
    ///     };
    ///     let context = ToolContext::builder(name).session_id(client).build();
    ///     let result = tool.call(arguments, context).await;
    ///     json!({
    ///         "isError": result.result_type != ResultType::Success,
    ///         "content": [{"type": "text", "text": result.text_result_for_llm}],
    ///     })
    /// }
    ///
    /// let answer = call_tool(&tools![add], "add", json!({"a": 1, "b": 2}), "client-7").await;
    /// assert_eq!(answer["content"][0]["text"], "3");
    /// # }
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Dropping the future cancels the call. [`ToolContext::cancel`] cancels it, too, and lets the
    /// tool clean up.
    pub fn call(
        &self,
        arguments: impl Serialize,
        context: ToolContext,
    ) -> BoxFuture<'static, ToolResult> {
        match serde_json::value::to_raw_value(&arguments) {
            Ok(arguments) => self.run(Some(&arguments), context),
            Err(error) => ready(ToolResult::failure(format!(
                "the arguments cannot be written as JSON: {error}"
            ))),
        }
    }

    /// Runs a call with the arguments as they came.
    pub(crate) fn run(
        &self,
        arguments: Option<&RawValue>,
        context: ToolContext,
    ) -> BoxFuture<'static, ToolResult> {
        run(&self.0, arguments, context)
    }

    /// A tool that a macro wrote.
    pub(crate) fn expanded(
        name: &'static str,
        origin: &'static str,
        description: String,
        signature: Signature,
        body: impl Fn(Call) -> BoxFuture<'static, ToolResult> + Send + Sync + 'static,
    ) -> Self {
        Self::new(name).description(description).with(|tool| {
            tool.origin = Origin::Function(origin);
            tool.parameters = Some(Arc::new(signature.finish()));
            tool.handler = Some(handler::expanded(body));
            tool.checks_arguments = true;
        })
    }

    fn with(mut self, change: impl FnOnce(&mut ToolSpec)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }
}

impl fmt::Debug for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
