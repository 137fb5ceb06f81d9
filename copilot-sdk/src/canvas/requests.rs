//! Answers the CLI's requests about canvases.

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::{RawValue, to_raw_value};

use super::{Canvas, CanvasActionCall, CanvasClosing, CanvasOpening, CanvasPage};
use crate::handler::{BoxHandler, HandlerError};
use crate::request::RequestHandlers;

/// Lets these canvases answer the requests.
pub(crate) fn register(canvases: &[Canvas], handlers: &mut RequestHandlers) {
    let canvases: Arc<[Canvas]> = canvases.into();
    let own = Arc::clone(&canvases);
    answer(handlers, "canvas.open", move |opening: CanvasOpening| {
        let canvas = find(&own, &opening.canvas_id);
        async move {
            match &canvas?.open {
                Some(open) => open.call(opening).await,
                None => Ok(CanvasPage::new()),
            }
        }
    });
    let own = Arc::clone(&canvases);
    answer(handlers, "canvas.close", move |closing: CanvasClosing| {
        let canvas = find(&own, &closing.canvas_id);
        async move {
            match &canvas?.close {
                Some(close) => close.call(closing).await,
                None => Ok(()),
            }
        }
    });
    answer(handlers, "canvas.action.invoke", move |call: CanvasActionCall| {
        let canvas = find(&canvases, &call.canvas_id);
        async move {
            let canvas = canvas?;
            let Some(handler) = canvas.handler_of(&call.action_name) else {
                let text =
                    format!("canvas {:?} has no action {:?}", call.canvas_id, call.action_name);
                return Err(text.into());
            };
            handler.call(call).await
        }
    });
}

/// Problems with the canvases of a session.
pub(crate) fn check(canvases: &[Canvas]) -> Vec<String> {
    let mut problems = Vec::new();
    for canvas in canvases {
        problems.extend(canvas.problems());
    }
    for (at, canvas) in canvases.iter().enumerate() {
        if canvases.iter().take(at).any(|other| other.id() == canvas.id()) {
            problems.push(format!("canvas {:?} was given twice", canvas.id()));
        }
    }
    problems
}

fn find(canvases: &[Canvas], id: &str) -> Result<Canvas, HandlerError> {
    let found = canvases.iter().find(|canvas| canvas.id() == id).cloned();
    found.ok_or_else(|| format!("this program has no canvas {id:?}").into())
}

fn answer<In, Out, Fut>(
    handlers: &mut RequestHandlers,
    method: &'static str,
    handler: impl Fn(In) -> Fut + Send + Sync + 'static,
) where
    In: DeserializeOwned,
    Out: Serialize,
    Fut: Future<Output = Result<Out, HandlerError>> + Send + 'static,
{
    let handler = Arc::new(handler);
    handlers.typed(
        method,
        BoxHandler::new(move |params: Box<RawValue>| {
            let handler = Arc::clone(&handler);
            async move {
                let input = serde_json::from_str(params.get())
                    .map_err(|error| format!("the params cannot be read: {error}"))?;
                Ok::<Box<RawValue>, HandlerError>(to_raw_value(&handler(input).await?)?)
            }
        }),
    );
}
