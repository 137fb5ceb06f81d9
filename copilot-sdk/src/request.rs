//! Handlers of requests and notifications of the CLI that have no typed API.
//!
//! The CLI's protocol is larger than the typed API, and grows. [`ClientBuilder::on_request`] and
//! [`SessionBuilder::on_request`] answer any such request by its method,
//! [`ClientBuilder::on_notification`] and [`SessionBuilder::on_notification`] receive any
//! notification. Params and results are your own types, or [`serde_json::Value`] for raw JSON.
//!
//! A request about a session goes to that session's handler for the method, or to the client's if
//! it has none. Requests without a handler are refused at once, so that the CLI never waits for
//! them. [`Client::call`] and [`Session::call`] are the opposite direction.
//!
//! ```no_run
//! # async fn example() -> copilot_sdk::Result<()> {
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Deserialize)]
//! struct OpenBoard {
//!     title: String,
//! }
//!
//! #[derive(Serialize)]
//! struct Opened {
//!     url: String,
//! }
//!
//! let client = copilot_sdk::Client::builder()
//!     .on_request("board.open", |board: OpenBoard| async move {
//!         if board.title.is_empty() {
//!             return Err("a board needs a title");
//!         }
//!         Ok(Opened { url: format!("http://localhost/{}", board.title) })
//!     })
//!     .start()
//!     .await?;
//! # client.stop().await
//! # }
//! ```
//!
//! [`Client::call`]: crate::Client::call
//! [`ClientBuilder::on_notification`]: crate::client::ClientBuilder::on_notification
//! [`ClientBuilder::on_request`]: crate::client::ClientBuilder::on_request
//! [`Session::call`]: crate::Session::call
//! [`SessionBuilder::on_notification`]: crate::SessionBuilder::on_notification
//! [`SessionBuilder::on_request`]: crate::SessionBuilder::on_request

use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::{RawValue, to_raw_value};

use crate::handler::{BoxHandler, Handler, HandlerError};
use crate::sorted_map::SortedMap;

/// Requests answered by this crate, and the setters that supply the answers.
const TYPED_REQUESTS: &[(&str, &str)] = &[
    ("autoModeSwitch.request", "`on_auto_mode_switch`"),
    ("canvas.action.invoke", "`canvas` of the session builder"),
    ("canvas.close", "`canvas` of the session builder"),
    ("canvas.open", "`canvas` of the session builder"),
    ("exitPlanMode.request", "`on_exit_plan_mode`"),
    ("gitHubToken.getToken", "`on_github_token`"),
    ("hooks.invoke", "`hooks`, `on_pre_tool_use` and the like"),
    ("llmInference.httpRequestChunk", MODEL_REQUEST),
    ("llmInference.httpRequestStart", MODEL_REQUEST),
    ("providerToken.getToken", "`on_bearer_token` of the provider"),
    ("sessionFs.appendFile", SESSION_FS),
    ("sessionFs.exists", SESSION_FS),
    ("sessionFs.mkdir", SESSION_FS),
    ("sessionFs.readFile", SESSION_FS),
    ("sessionFs.readFileBytes", SESSION_FS),
    ("sessionFs.readdir", SESSION_FS),
    ("sessionFs.readdirWithTypes", SESSION_FS),
    ("sessionFs.rename", SESSION_FS),
    ("sessionFs.rm", SESSION_FS),
    #[cfg(feature = "sqlite")]
    ("sessionFs.sqliteExists", SESSION_DATABASE),
    #[cfg(feature = "sqlite")]
    ("sessionFs.sqliteQuery", SESSION_DATABASE),
    #[cfg(feature = "sqlite")]
    ("sessionFs.sqliteTransaction", SESSION_DATABASE),
    ("sessionFs.stat", SESSION_FS),
    ("sessionFs.writeFile", SESSION_FS),
    ("sessionFs.writeFileBytes", SESSION_FS),
    ("skillProvider.list", "`skill_provider` of the session builder"),
    ("skillProvider.read", "`skill_provider` of the session builder"),
    ("systemMessage.transform", "`system_message`"),
    ("userInput.request", "`on_user_input_request`"),
];

const MODEL_REQUEST: &str = "`on_model_request` of the client builder";
#[cfg(feature = "sqlite")]
const SESSION_DATABASE: &str = "`session_database` of the client builder";
const SESSION_FS: &str = "`session_fs` or `virtual_fs` of the client builder";

/// Notifications consumed by this crate, and the API that exposes them.
const TYPED_NOTIFICATIONS: [(&str, &str); 3] = [
    ("gitHubTelemetry.event", "`on_github_telemetry` of the client builder"),
    ("session.event", "`events` or `on` of the session"),
    ("session.lifecycle", "`lifecycle` or `on_lifecycle` of the client"),
];

/// The params of a message; JSON `null` if it has none.
type Params = Box<RawValue>;

/// A handler of requests, from their params to their result.
pub(crate) type RequestHandler = BoxHandler<Params, Box<RawValue>>;

/// A callback for notifications. Fails if the params do not match its type.
pub(crate) type NotificationHandler =
    Arc<dyn Fn(&RawValue) -> serde_json::Result<()> + Send + Sync>;

/// The handlers of a client or of a session, by method.
#[derive(Clone, Default)]
pub(crate) struct RequestHandlers {
    /// Handlers behind typed setters.
    typed: SortedMap<&'static str, RequestHandler>,
    requests: SortedMap<String, RequestHandler>,
    typed_notifications: SortedMap<&'static str, NotificationHandler>,
    notifications: SortedMap<String, NotificationHandler>,
    /// Methods with more than one handler.
    repeated: Vec<String>,
}

impl RequestHandlers {
    pub(crate) fn on_request<In, Out, E, Fut>(
        &mut self,
        method: String,
        handler: impl Handler<In, Fut>,
    ) where
        In: DeserializeOwned + Send + 'static,
        Out: Serialize + 'static,
        E: Into<HandlerError> + 'static,
        Fut: Future<Output = Result<Out, E>> + Send + 'static,
    {
        let handler = Arc::new(handler);
        let handler = BoxHandler::new(move |params: Params| {
            let handler = Arc::clone(&handler);
            async move {
                let input = serde_json::from_str(params.get())
                    .map_err(|error| format!("the params cannot be read: {error}"))?;
                let answer = handler(input).await.map_err(Into::into)?;
                Ok::<Box<RawValue>, HandlerError>(to_raw_value(&answer)?)
            }
        });
        let setter = format!("on_request(\"{method}\", ..)");
        if self.requests.insert(method, handler).is_some() {
            self.repeated.push(setter);
        }
    }

    pub(crate) fn on_notification<In: DeserializeOwned>(
        &mut self,
        method: String,
        callback: impl Fn(In) + Send + Sync + 'static,
    ) {
        let callback: NotificationHandler =
            Arc::new(move |params| serde_json::from_str(params.get()).map(&callback));
        let setter = format!("on_notification(\"{method}\", ..)");
        if self.notifications.insert(method, callback).is_some() {
            self.repeated.push(setter);
        }
    }

    /// Answers requests with this method for a typed setter.
    pub(crate) fn typed(&mut self, method: &'static str, handler: RequestHandler) {
        self.typed.insert(method, handler);
    }

    /// Calls `callback` for notifications with this method, for a typed setter.
    pub(crate) fn typed_notification<In: DeserializeOwned>(
        &mut self,
        method: &'static str,
        callback: impl Fn(In) + Send + Sync + 'static,
    ) {
        let callback: NotificationHandler =
            Arc::new(move |params| serde_json::from_str(params.get()).map(&callback));
        self.typed_notifications.insert(method, callback);
    }

    /// The handler of requests with this method.
    pub(crate) fn request(&self, method: &str) -> Option<&RequestHandler> {
        self.typed.get(method).or_else(|| self.requests.get(method))
    }

    /// Every callback for notifications, with its method.
    pub(crate) fn notifications(&self) -> impl Iterator<Item = (&str, &NotificationHandler)> {
        let typed = self.typed_notifications.iter().map(|(method, callback)| (*method, callback));
        typed.chain(self.notifications.iter().map(|(method, callback)| (&**method, callback)))
    }

    /// Problems with handlers that would never be called, because this crate answers their method
    /// itself or another handler replaced them.
    pub(crate) fn problems(&self) -> Vec<String> {
        let mut problems: Vec<_> = self
            .repeated
            .iter()
            .map(|setter| format!("`{setter}` was given twice: a method has one handler"))
            .collect();
        problems.extend(overruled(TYPED_REQUESTS, "on_request", |method| {
            self.requests.contains_key(method)
        }));
        problems.extend(overruled(&TYPED_NOTIFICATIONS, "on_notification", |method| {
            self.notifications.contains_key(method)
        }));
        problems.sort_unstable();
        problems
    }
}

/// A problem for each method that has a typed API.
fn overruled(table: &[(&str, &str)], setter: &str, has: impl Fn(&str) -> bool) -> Vec<String> {
    let of = |(method, typed): &(&str, &str)| {
        format!(
            "`{setter}(\"{method}\", ..)` would never be called: this crate handles `{method}` \
             itself, use {typed}"
        )
    };
    table.iter().filter(|(method, _)| has(method)).map(of).collect()
}

impl fmt::Debug for RequestHandlers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut methods: Vec<_> = self.requests.keys().chain(self.notifications.keys()).collect();
        methods.sort_unstable();
        f.debug_list().entries(methods).finish()
    }
}
