//! Tool definitions.

use std::borrow::Cow;
use std::fmt;
use std::panic::Location;
use std::time::Duration;

use serde_json::Value;

use super::call::CallHandler;
use crate::defer::Defer;
use crate::schema::Parameters;
use crate::sealed::SealedArc;

/// The definition of a tool: its description for the model and its settings.
///
/// Returned by [`Tool::spec`](super::Tool::spec), for code that lists tools or serves them over
/// another protocol.
///
/// ```
/// use copilot_sdk::{tool, tools};
///
/// /// Add two numbers.
/// #[tool]
/// async fn add(a: i64, b: i64) -> i64 {
///     a + b
/// }
///
/// for tool in tools![add] {
///     assert_eq!(tool.spec().description(), Some("Add two numbers."));
///     assert_eq!(tool.spec().schema().unwrap()["required"][0], "a");
/// }
/// ```
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
pub struct ToolSpec {
    pub(super) name: Cow<'static, str>,
    pub(super) origin: Origin,
    pub(super) description: Option<Cow<'static, str>>,
    pub(super) parameters: Option<SealedArc<Parameters>>,
    pub(super) own_schema: bool,
    pub(super) handler: Option<CallHandler>,
    /// Whether arguments are checked before they reach the handler.
    pub(super) checks_arguments: bool,
    pub(super) overrides_builtin: bool,
    pub(super) read_only: bool,
    pub(super) idempotent: bool,
    pub(super) skip_permission: bool,
    pub(super) ask: bool,
    pub(super) terminal: bool,
    pub(super) defer: Option<Defer>,
    /// Must be an object, checked on registration.
    pub(super) metadata: Option<SealedArc<Value>>,
    pub(super) timeout: Option<Duration>,
    pub(super) show_errors: bool,
}

/// The origin of a tool, for messages about it.
#[derive(Clone, Copy)]
pub(super) enum Origin {
    Built(&'static Location<'static>),
    Function(&'static str),
}

impl ToolSpec {
    pub(super) fn new(name: Cow<'static, str>, origin: Origin) -> Self {
        Self {
            name,
            origin,
            description: None,
            parameters: None,
            own_schema: false,
            handler: None,
            checks_arguments: false,
            overrides_builtin: false,
            read_only: false,
            idempotent: false,
            skip_permission: false,
            ask: false,
            terminal: false,
            defer: None,
            metadata: None,
            timeout: None,
            show_errors: false,
        }
    }

    /// The name of the tool, which is free to clone where a macro has set it.
    pub(crate) fn shared_name(&self) -> Cow<'static, str> {
        self.name.clone()
    }

    /// The name of the tool.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The description for the model.
    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// The JSON schema of the arguments, as sent to the model (wire name `parameters`); `None` if
    /// the tool has neither a schema nor typed arguments.
    pub fn schema(&self) -> Option<&Value> {
        self.parameters.as_deref().map(Parameters::schema)
    }

    /// Whether the tool has a handler; `false` if it is only declared.
    pub fn has_handler(&self) -> bool {
        self.handler.is_some()
    }

    /// Whether it may replace a built-in tool of the same name.
    pub fn overrides_builtin(&self) -> bool {
        self.overrides_builtin
    }

    /// Whether it changes nothing.
    pub fn read_only(&self) -> bool {
        self.read_only
    }

    /// Whether running a call again has no further effect.
    pub fn idempotent(&self) -> bool {
        self.idempotent
    }

    /// Whether it runs without asking the permission policy.
    pub fn skip_permission(&self) -> bool {
        self.skip_permission
    }

    /// Whether the permission policy is asked on every call.
    pub fn ask(&self) -> bool {
        self.ask
    }

    /// Whether the turn ends after it.
    pub fn terminal(&self) -> bool {
        self.terminal
    }

    /// When the model is told about the tool; `None` means from the start.
    pub fn defer(&self) -> Option<Defer> {
        self.defer
    }

    /// The metadata sent with the definition.
    pub fn metadata(&self) -> Option<&Value> {
        self.metadata.as_deref()
    }

    /// The time limit of a call.
    pub fn timeout(&self) -> Option<Duration> {
        self.timeout
    }

    /// Whether the text of every error is shown to the model.
    pub fn show_errors(&self) -> bool {
        self.show_errors
    }
}

impl fmt::Debug for ToolSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolSpec")
            .field("name", &self.name)
            .field("description", &self.description)
            .field("schema", &self.schema())
            .field("has_handler", &self.has_handler())
            .field("overrides_builtin", &self.overrides_builtin)
            .field("read_only", &self.read_only)
            .field("idempotent", &self.idempotent)
            .field("skip_permission", &self.skip_permission)
            .field("ask", &self.ask)
            .field("terminal", &self.terminal)
            .field("defer", &self.defer)
            .field("metadata", &self.metadata())
            .field("timeout", &self.timeout)
            .field("show_errors", &self.show_errors)
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
