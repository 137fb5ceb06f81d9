//! Tools as values, and the setters that build them.

use std::borrow::Cow;
use std::fmt;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use futures_core::future::BoxFuture;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::call::{CallArguments, FnCall, ready};
use super::context::ToolContext;
use super::handler::{self, ToolHandler, ToolInvocation};
use super::output::IntoToolResult;
use super::result::ToolResult;
use super::run::run;
use super::spec::{Origin, ToolSpec};
use crate::defer::Defer;
use crate::schema::ToolArgument;
use crate::schema::{Parameters, Signature};

/// A tool: a function of this program that the agent can call.
///
/// `#[tool]` creates one from a function; this builder creates one from a closure, with the same
/// schema, errors and results. A tool without a handler is only declared: its calls arrive as
/// events.
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
/// let add = Tool::new("add").description("Add two numbers").handler(
///     |Add { a, b }: Add, _context| async move {
///         a.checked_add(b).ok_or_else(|| ToolError::new("the sum is too large"))
///     },
/// );
/// assert_eq!(add.name(), "add");
/// ```
#[derive(Clone)]
#[must_use]
pub struct Tool(Arc<ToolSpec>);

impl Tool {
    /// Creates a tool with a name of 1 to 64 characters of `A-Z a-z 0-9 _ -`, checked on
    /// registration.
    #[track_caller]
    pub fn new(name: impl Into<Cow<'static, str>>) -> Self {
        Self(Arc::new(ToolSpec::new(name.into(), Origin::Built(Location::caller()))))
    }

    /// The description, by which the model decides when to call the tool.
    pub fn description(self, text: impl Into<Cow<'static, str>>) -> Self {
        self.with(|tool| tool.description = Some(text.into()))
    }

    /// A custom JSON schema of the arguments, sent unchanged (wire name `parameters`).
    ///
    /// Replaces the schema that [`handler`](Self::handler) derives from the type of the arguments.
    pub fn schema(self, schema: impl Into<Value>) -> Self {
        self.with(|tool| {
            tool.parameters = Some(Arc::new(Parameters::given(schema.into())));
            tool.own_schema = true;
        })
    }

    /// The handler, with typed arguments: a `#[data]` struct, or `()` for none.
    ///
    /// The schema is derived from the type. Invalid arguments never reach the handler: the model
    /// gets a list of all problems.
    ///
    /// The closure may return what a function with `#[tool]` may return, with two exceptions: wrap
    /// a type that is `Serialize` but not `#[data]` in [`Json`](super::Json), and use text or a
    /// `Send + Sync` error as the error of a `Result`, not just any type with `Display`.
    pub fn handler<A, F, Fut>(self, handler: F) -> Self
    where
        A: ToolArgument,
        F: ToolHandler<A, Fut>,
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

    /// The handler, with the arguments as the model wrote them. Set a [`schema`](Self::schema) as
    /// well.
    pub fn raw_handler<F, Fut>(self, handler: F) -> Self
    where
        F: crate::handler::Handler<ToolInvocation, Fut>,
        Fut: Future<Output: IntoToolResult> + Send + 'static,
    {
        self.with(|tool| {
            tool.handler = Some(handler::raw(handler));
            tool.checks_arguments = false;
        })
    }

    /// Allows the tool to replace a built-in tool of the same name, which is otherwise an error.
    pub fn overrides_builtin(self) -> Self {
        self.with(|tool| tool.overrides_builtin = true)
    }

    /// Marks the tool as one that changes nothing, so that a turn in which it ran can be
    /// [retried](crate::session::Ask::retry). Not sent to the CLI.
    pub fn read_only(self) -> Self {
        self.with(|tool| tool.read_only = true)
    }

    /// Marks the tool as one whose call may run again with the same arguments: the second run has
    /// no further effect. Not sent to the CLI.
    ///
    /// On a session store (feature `store`), a program that goes on with the session of another
    /// one runs a call again that had begun there and whose result was not stored.
    /// [`ToolContext::may_have_run`] is true then. Without this mark, the model is told that it is
    /// unknown whether the call took effect.
    ///
    /// A turn in which it ran is not [retried](crate::session::Ask::retry): in the next attempt,
    /// the model may call it with other arguments.
    pub fn idempotent(self) -> Self {
        self.with(|tool| tool.idempotent = true)
    }

    /// Runs the tool without asking the permission policy, even one set by the program (wire name
    /// `skipPermission`).
    pub fn skip_permission(self) -> Self {
        self.with(|tool| tool.skip_permission = true)
    }

    /// Asks the permission policy on every call. The default policy denies the call.
    pub fn ask(self) -> Self {
        self.with(|tool| tool.ask = true)
    }

    /// Ends the turn after this tool: the model is not called again (wire name `isTerminal`).
    pub fn terminal(self) -> Self {
        self.with(|tool| tool.terminal = true)
    }

    /// When the model is told about the tool (wire name `defer`). By default, from the start; with
    /// [`Defer::Auto`], a [tool search](crate::SessionBuilder::tool_search) finds it.
    pub fn defer(self, defer: Defer) -> Self {
        self.with(|tool| tool.defer = Some(defer))
    }

    /// Metadata sent with the definition (wire name `metadata`). Must be a JSON object, checked on
    /// registration.
    pub fn metadata(self, object: impl Into<Value>) -> Self {
        self.with(|tool| tool.metadata = Some(object.into()))
    }

    /// The time limit of a call. No limit by default.
    ///
    /// When it elapses, [`ToolContext::cancelled`] resolves, the future is dropped a few seconds
    /// later, and the model is told that the tool timed out.
    pub fn timeout(self, limit: Duration) -> Self {
        self.with(|tool| tool.timeout = Some(limit))
    }

    /// Shows the text of every error to the model, not only that of a
    /// [`ToolError`](super::ToolError).
    ///
    /// Off by default, because an error not written for the model may contain secrets.
    pub fn show_errors(self) -> Self {
        self.with(|tool| tool.show_errors = true)
    }

    /// The name of the tool.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The definition of the tool: description, schema and settings.
    pub fn spec(&self) -> &ToolSpec {
        &self.0
    }

    /// Calls the tool as the CLI would, for tests and for programs that serve tools over another
    /// protocol, such as an MCP server.
    ///
    /// `arguments` is anything that serializes to a JSON object, or JSON text. Invalid arguments,
    /// errors, panics and timeouts are returned as results. No permission policy is asked.
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
    ///         let text = json!({"type": "text", "text": "unknown tool"});
    ///         return json!({"isError": true, "content": [text]});
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
    /// Dropping the future cancels the call. [`ToolContext::cancel`] also cancels it, but lets the
    /// tool clean up.
    pub fn call(
        &self,
        arguments: impl Serialize,
        context: ToolContext,
    ) -> BoxFuture<'static, ToolResult> {
        self.call_json(serde_json::value::to_raw_value(&arguments), context)
    }

    fn call_json(
        &self,
        arguments: serde_json::Result<Box<RawValue>>,
        context: ToolContext,
    ) -> BoxFuture<'static, ToolResult> {
        match arguments {
            Ok(arguments) => {
                let text = Box::<str>::from(arguments);
                Box::pin(self.run(CallArguments::Own(text.into()), context))
            }
            Err(error) => ready(ToolResult::failure(format!(
                "the arguments cannot be written as JSON: {error}"
            ))),
        }
    }

    /// Runs a call.
    pub(crate) fn run(
        &self,
        arguments: CallArguments,
        context: ToolContext,
    ) -> impl Future<Output = ToolResult> + Send + use<> {
        run(&self.0, arguments, context)
    }

    /// A tool generated by a macro.
    pub(crate) fn expanded(
        name: &'static str,
        origin: &'static str,
        description: String,
        signature: Signature,
        body: impl Fn(FnCall) -> BoxFuture<'static, ToolResult> + Send + Sync + 'static,
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
