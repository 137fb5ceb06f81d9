//! The canvases of a live session.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::super::Session;
use crate::error::Result;
use crate::nullable::null_as_default;

/// A canvas that the session can open (wire type `DiscoveredCanvas`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CanvasInfo {
    /// The id of the canvas.
    pub canvas_id: String,
    /// Who provides it.
    #[serde(default, deserialize_with = "null_as_default")]
    pub extension_id: String,
    /// The name that people read.
    #[serde(default, deserialize_with = "null_as_default")]
    pub display_name: String,
    /// What the agent reads.
    #[serde(default, deserialize_with = "null_as_default")]
    pub description: String,
}

/// An open canvas (wire type `OpenCanvasInstance`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct OpenCanvas {
    /// The id of what is open.
    pub instance_id: String,
    /// The id of the canvas.
    pub canvas_id: String,
    /// Who provides it.
    #[serde(default, deserialize_with = "null_as_default")]
    pub extension_id: String,
    /// The URL of its page.
    #[serde(default)]
    pub url: Option<String>,
    /// Its title.
    #[serde(default)]
    pub title: Option<String>,
    /// A line of text on its state.
    #[serde(default)]
    pub status: Option<String>,
    /// The input it was opened with.
    #[serde(default)]
    pub input: Option<Value>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CanvasParams {
    #[serde(skip_serializing_if = "Option::is_none")]
    canvas_id: Option<String>,
    instance_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    action_name: Option<String>,
    #[serde(skip_serializing_if = "Value::is_null")]
    input: Value,
}

/// Canvases.
impl Session {
    /// The canvases that can be opened (wire method `session.canvas.list`).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Closed`](crate::ErrorKind::Closed) if the session is closed.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: only the answer is lost.
    pub async fn canvases(&self) -> Result<Vec<CanvasInfo>> {
        #[derive(Deserialize)]
        struct Canvases {
            canvases: Vec<CanvasInfo>,
        }
        let listed: Canvases = self.call("session.canvas.list", Map::new()).await?;
        Ok(listed.canvases)
    }

    /// The canvases that are open (wire method `session.canvas.listOpen`).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Closed`](crate::ErrorKind::Closed) if the session is closed.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: only the answer is lost.
    pub async fn open_canvases(&self) -> Result<Vec<OpenCanvas>> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Canvases {
            open_canvases: Vec<OpenCanvas>,
        }
        let listed: Canvases = self.call("session.canvas.listOpen", Map::new()).await?;
        Ok(listed.open_canvases)
    }

    /// Opens a canvas under an id of your choice, with the input of its schema (wire method
    /// `session.canvas.open`). See [`canvas`](crate::canvas) for an example.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Rpc`](crate::ErrorKind::Rpc) if there is no such canvas or its handler fails.
    ///
    /// # Cancel safety
    ///
    /// A dropped future may have opened it.
    pub async fn open_canvas(
        &self,
        canvas_id: impl Into<String>,
        instance_id: impl Into<String>,
        input: Value,
    ) -> Result<OpenCanvas> {
        let params = CanvasParams {
            canvas_id: Some(canvas_id.into()),
            instance_id: instance_id.into(),
            action_name: None,
            input,
        };
        self.call("session.canvas.open", params).await
    }

    /// Invokes an action of an open canvas, and returns its result (wire method
    /// `session.canvas.action.invoke`).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Rpc`](crate::ErrorKind::Rpc) if there is no such action or its handler fails.
    ///
    /// # Cancel safety
    ///
    /// A dropped future may have invoked it.
    pub async fn invoke_canvas(
        &self,
        instance_id: impl Into<String>,
        action_name: impl Into<String>,
        input: Value,
    ) -> Result<Value> {
        #[derive(Deserialize)]
        struct Invoked {
            #[serde(default)]
            result: Value,
        }
        let params = CanvasParams {
            canvas_id: None,
            instance_id: instance_id.into(),
            action_name: Some(action_name.into()),
            input,
        };
        let invoked: Invoked = self.call("session.canvas.action.invoke", params).await?;
        Ok(invoked.result)
    }

    /// Closes an open canvas (wire method `session.canvas.close`).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Rpc`](crate::ErrorKind::Rpc) if it is not open.
    ///
    /// # Cancel safety
    ///
    /// A dropped future may have closed it.
    pub async fn close_canvas(&self, instance_id: impl Into<String>) -> Result<()> {
        let params = CanvasParams {
            canvas_id: None,
            instance_id: instance_id.into(),
            action_name: None,
            input: Value::Null,
        };
        self.call_unit("session.canvas.close", params).await
    }
}
