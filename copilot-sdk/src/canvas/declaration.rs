//! A canvas and its handlers.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use crate::handler::{BoxHandler, Handler, IntoAnswer};
use crate::ids::SessionId;
use crate::payload::answers;

/// A canvas that this program provides to a session (wire name `canvases`).
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use]
pub struct Canvas {
    id: String,
    display_name: String,
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    input_schema: Option<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    actions: Vec<Action>,
    #[serde(skip)]
    pub(super) open: Option<BoxHandler<CanvasOpening, CanvasPage>>,
    #[serde(skip)]
    pub(super) close: Option<BoxHandler<CanvasClosing, ()>>,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Action {
    name: String,
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    input_schema: Option<Value>,
    #[serde(skip)]
    handler: BoxHandler<CanvasActionCall, Value>,
}

answers! {
    /// A canvas is being opened (wire name `canvas.open`).
    #[derive(Debug, Clone)]
    #[non_exhaustive]
    pub struct CanvasOpening {
        /// The session.
        pub session_id: SessionId = "sessionId",
        /// The id of the [`Canvas`].
        pub canvas_id: String = "canvasId" [required],
        /// The id of what is opened: a canvas can be open several times.
        pub instance_id: String = "instanceId" [required],
        /// The input, which the agent or the program gave.
        pub input: Value = "input",
    }

    /// A canvas is being closed (wire name `canvas.close`).
    #[derive(Debug, Clone)]
    #[non_exhaustive]
    pub struct CanvasClosing {
        /// The session.
        pub session_id: SessionId = "sessionId",
        /// The id of the [`Canvas`].
        pub canvas_id: String = "canvasId" [required],
        /// The id of what is closed.
        pub instance_id: String = "instanceId" [required],
    }

    /// An action of an open canvas is invoked (wire name `canvas.action.invoke`).
    #[derive(Debug, Clone)]
    #[non_exhaustive]
    pub struct CanvasActionCall {
        /// The session.
        pub session_id: SessionId = "sessionId",
        /// The id of the [`Canvas`].
        pub canvas_id: String = "canvasId" [required],
        /// The id of the open canvas.
        pub instance_id: String = "instanceId" [required],
        /// The name of the action.
        pub action_name: String = "actionName",
        /// The input, which the agent or the program gave.
        pub input: Value = "input",
    }
}

/// What is shown for an open canvas.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[must_use]
pub struct CanvasPage {
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<String>,
}

impl Canvas {
    /// Creates a canvas. The agent reads the description to decide when to open it.
    pub fn new(
        id: impl Into<String>,
        display_name: impl Into<String>,
        description: impl Into<String>,
    ) -> Self {
        Self {
            id: id.into(),
            display_name: display_name.into(),
            description: description.into(),
            input_schema: None,
            actions: Vec::new(),
            open: None,
            close: None,
        }
    }

    /// The JSON schema of the input of an opening (wire name `inputSchema`).
    pub fn input_schema(mut self, schema: impl Into<Value>) -> Self {
        self.input_schema = Some(schema.into());
        self
    }

    /// Decides what is shown when the canvas is opened. An error or a panic fails the opening.
    pub fn on_open<Fut>(mut self, handler: impl Handler<CanvasOpening, Fut>) -> Self
    where
        Fut: Future<Output: IntoAnswer<CanvasPage>> + Send + 'static,
    {
        self.open = Some(BoxHandler::new(handler));
        self
    }

    /// Is called when the canvas is closed.
    pub fn on_close<Fut>(mut self, handler: impl Handler<CanvasClosing, Fut>) -> Self
    where
        Fut: Future<Output: IntoAnswer<()>> + Send + 'static,
    {
        self.close = Some(BoxHandler::new(handler));
        self
    }

    /// Adds an action, which returns JSON. An error or a panic fails the action.
    pub fn action<Fut>(
        self,
        name: impl Into<String>,
        description: impl Into<String>,
        handler: impl Handler<CanvasActionCall, Fut>,
    ) -> Self
    where
        Fut: Future<Output: IntoAnswer<Value>> + Send + 'static,
    {
        self.add_action(name.into(), description.into(), None, BoxHandler::new(handler))
    }

    /// Adds an action whose input has a JSON schema (wire name `inputSchema`).
    pub fn action_with_schema<Fut>(
        self,
        name: impl Into<String>,
        description: impl Into<String>,
        schema: impl Into<Value>,
        handler: impl Handler<CanvasActionCall, Fut>,
    ) -> Self
    where
        Fut: Future<Output: IntoAnswer<Value>> + Send + 'static,
    {
        let schema = Some(schema.into());
        self.add_action(name.into(), description.into(), schema, BoxHandler::new(handler))
    }

    /// The id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    fn add_action(
        mut self,
        name: String,
        description: String,
        input_schema: Option<Value>,
        handler: BoxHandler<CanvasActionCall, Value>,
    ) -> Self {
        self.actions.push(Action { name, description, input_schema, handler });
        self
    }

    pub(super) fn handler_of(&self, action: &str) -> Option<&BoxHandler<CanvasActionCall, Value>> {
        self.actions.iter().find(|own| own.name == action).map(|own| &own.handler)
    }

    /// Every problem with it.
    pub(super) fn problems(&self) -> Vec<String> {
        let id = &self.id;
        let mut problems = Vec::new();
        if id.trim().is_empty() {
            problems.push("canvas: an id is empty".to_owned());
        }
        for (name, text) in
            [("display name", &self.display_name), ("description", &self.description)]
        {
            if text.trim().is_empty() {
                problems
                    .push(format!("canvas {id:?}: the {name} is empty, and the agent reads it"));
            }
        }
        for (at, action) in self.actions.iter().enumerate() {
            if action.name.trim().is_empty() {
                problems.push(format!("canvas {id:?}: the name of an action is empty"));
            }
            if self.actions.iter().take(at).any(|other| other.name == action.name) {
                let name = &action.name;
                problems.push(format!("canvas {id:?}: the action {name:?} was added twice"));
            }
        }
        problems
    }
}

impl CanvasPage {
    /// Shows nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// The URL of the page that is shown (wire name `url`).
    pub fn url(mut self, url: impl Into<String>) -> Self {
        self.url = Some(url.into());
        self
    }

    /// The title (wire name `title`).
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// A line of text on the state of the canvas (wire name `status`).
    pub fn status(mut self, status: impl Into<String>) -> Self {
        self.status = Some(status.into());
        self
    }
}

impl fmt::Debug for Canvas {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let actions: Vec<_> = self.actions.iter().map(|action| &action.name).collect();
        let mut debug = f.debug_struct("Canvas");
        debug.field("id", &self.id).field("actions", &actions).finish_non_exhaustive()
    }
}
