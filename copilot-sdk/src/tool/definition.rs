//! A tool as a value, and the setters that build one.

use std::borrow::Cow;
use std::fmt;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use futures_core::future::BoxFuture;
use serde::Serialize;
use serde_json::Value;

use super::handler::{self, Call, Handler, ToolArgument};
use super::{Defer, IntoToolResult, ToolContext, ToolInvocation, ToolResult};
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
pub struct Tool(Arc<Inner>);

#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
pub(super) struct Inner {
    pub(super) name: Cow<'static, str>,
    pub(super) origin: Origin,
    pub(super) description: Option<Cow<'static, str>>,
    pub(super) parameters: Option<Arc<Parameters>>,
    pub(super) own_schema: bool,
    pub(super) handler: Option<Handler>,
    /// Whether the handler sees only arguments that fit the schema.
    pub(super) checks_arguments: bool,
    pub(super) overrides_builtin: bool,
    pub(super) skip_permission: bool,
    pub(super) ask: bool,
    pub(super) terminal: bool,
    pub(super) defer: Option<Defer>,
    /// An object, or a mistake that is reported when the tool is registered.
    pub(super) metadata: Option<Value>,
    pub(super) timeout: Option<Duration>,
    pub(super) show_errors: bool,
}

/// Where a tool comes from, for messages about it.
#[derive(Clone, Copy)]
pub(crate) enum Origin {
    Built(&'static Location<'static>),
    Function(&'static str),
}

impl Tool {
    /// A tool that the model calls `name`: 1 to 64 of `A-Z a-z 0-9 _ -`, checked when it is
    /// registered.
    #[track_caller]
    pub fn new(name: impl Into<Cow<'static, str>>) -> Self {
        Self(Arc::new(Inner {
            name: name.into(),
            origin: Origin::Built(Location::caller()),
            description: None,
            parameters: None,
            own_schema: false,
            handler: None,
            checks_arguments: false,
            overrides_builtin: false,
            skip_permission: false,
            ask: false,
            terminal: false,
            defer: None,
            metadata: None,
            timeout: None,
            show_errors: false,
        }))
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

    /// The arguments as a JSON schema; `None` for a tool that has neither a schema nor typed
    /// arguments.
    pub fn parameters(&self) -> Option<&Value> {
        self.0.parameters.as_deref().map(Parameters::schema)
    }

    /// Whether calls run in this program; `false` for a tool that is only declared.
    pub fn has_handler(&self) -> bool {
        self.0.handler.is_some()
    }

    /// Calls the tool as the CLI would, outside of any session: for tests.
    ///
    /// `arguments` is anything that serializes to a JSON object, or the JSON itself as text.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use copilot_sdk::tool::Tool;
    ///
    /// let ping = Tool::new("ping").description("Answer").handler(|(), _| async { "pong" });
    /// assert_eq!(ping.call("{}").await.text_result_for_llm, "pong");
    /// # }
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Dropping the future cancels the call.
    pub async fn call(&self, arguments: impl Serialize) -> ToolResult {
        self.call_now(&arguments).await
    }

    pub(crate) fn call_now(&self, arguments: &impl Serialize) -> BoxFuture<'static, ToolResult> {
        match serde_json::value::to_raw_value(arguments) {
            Ok(arguments) => {
                self.run(Some(&arguments), ToolContext::detached(self.name().to_owned()))
            }
            Err(error) => handler::ready(ToolResult::failure(format!(
                "the arguments cannot be written as JSON: {error}"
            ))),
        }
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

    pub(super) fn inner(&self) -> &Inner {
        &self.0
    }

    pub(super) fn shows_errors(&self) -> bool {
        self.0.show_errors
    }

    pub(super) fn with(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }
}

impl fmt::Debug for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tool")
            .field("name", &self.0.name)
            .field("description", &self.0.description)
            .field("parameters", &self.parameters())
            .field("has_handler", &self.has_handler())
            .field("overrides_builtin", &self.0.overrides_builtin)
            .field("skip_permission", &self.0.skip_permission)
            .field("ask", &self.0.ask)
            .field("terminal", &self.0.terminal)
            .field("defer", &self.0.defer)
            .field("metadata", &self.0.metadata)
            .field("timeout", &self.0.timeout)
            .field("show_errors", &self.0.show_errors)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Built(place) => write!(f, "{}:{}", place.file(), place.line()),
            Self::Function(path) => f.write_str(path),
        }
    }
}
