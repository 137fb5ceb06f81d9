//! The sessions stored by the CLI.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Client;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::SessionId;
use crate::nullable::null_as_default;
use crate::timestamp::rfc3339;
use crate::usual_path::usual_path;

/// A filter for listing sessions. A session must match every criterion that is set; by default, all
/// match.
///
/// ```
/// use copilot_sdk::client::SessionFilter;
///
/// let filter = SessionFilter::default().repository("octocat/hello").branch("main");
/// # drop(filter);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use]
pub struct SessionFilter {
    #[serde(skip_serializing_if = "Option::is_none")]
    cwd: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    git_root: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    repository: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    branch: Option<String>,
}

impl SessionFilter {
    /// The working directory of the session.
    pub fn cwd(mut self, directory: impl Into<PathBuf>) -> Self {
        self.cwd = Some(usual_path(directory));
        self
    }

    /// The root of the git repository (wire name `gitRoot`).
    pub fn git_root(mut self, directory: impl Into<PathBuf>) -> Self {
        self.git_root = Some(usual_path(directory));
        self
    }

    /// The GitHub repository, as `owner/name`.
    pub fn repository(mut self, repository: impl Into<String>) -> Self {
        self.repository = Some(repository.into());
        self
    }

    /// The git branch.
    pub fn branch(mut self, branch: impl Into<String>) -> Self {
        self.branch = Some(branch.into());
        self
    }
}

/// Metadata of a stored session.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SessionMetadata {
    /// The id of the session (wire name `sessionId`).
    pub session_id: SessionId,
    /// The time it was created, in RFC 3339 format (wire name `startTime`).
    #[serde(default)]
    pub start_time: Option<String>,
    /// The time of its last event, in RFC 3339 format (wire name `modifiedTime`).
    #[serde(default)]
    pub modified_time: Option<String>,
    /// Whether it runs on another machine (wire name `isRemote`).
    #[serde(default, deserialize_with = "null_as_default")]
    pub is_remote: bool,
    /// Whether it continues without a client (wire name `isDetached`).
    #[serde(default, deserialize_with = "null_as_default")]
    pub is_detached: bool,
    /// A summary of the conversation.
    #[serde(default)]
    pub summary: Option<String>,
    /// The name.
    #[serde(default)]
    pub name: Option<String>,
    /// The kind of client that created it (wire name `clientName`).
    #[serde(default)]
    pub client_name: Option<String>,
    /// The working directory and repository.
    #[serde(default)]
    pub context: Option<SessionContext>,
}

/// The working directory and repository of a session.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct SessionContext {
    /// The working directory.
    pub cwd: Option<PathBuf>,
    /// The root of the git repository (wire name `gitRoot`).
    pub git_root: Option<PathBuf>,
    /// The GitHub repository, as `owner/name`.
    pub repository: Option<String>,
    /// The git branch.
    pub branch: Option<String>,
}

/// The session shown by a server that has a user interface.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ForegroundSession {
    /// The id of the session (wire name `sessionId`).
    pub session_id: SessionId,
    /// The directory with the session's files (wire name `workspacePath`).
    pub workspace_path: Option<Box<Path>>,
}

impl Client {
    /// Lists the sessions stored by the CLI, open or not (wire method `session.list`).
    ///
    /// A session is listed once its first turn has been written to disk.
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::client::SessionFilter;
    ///
    /// for session in client.sessions(SessionFilter::default().cwd("/path/to/project")).await? {
    ///     println!("{} {}", session.session_id, session.summary.unwrap_or_default());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Same as [`call`](Self::call).
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: only the answer is lost.
    pub async fn sessions(&self, filter: SessionFilter) -> Result<Vec<SessionMetadata>> {
        if let Some(keeper) = self.server().keeper() {
            return kept_sessions(keeper.list().await?, &filter);
        }
        let Listed { sessions } = self.call("session.list", List { filter }).await?;
        let read = |json| {
            let session = serde_json::from_value::<SessionMetadata>(json);
            session
                .inspect_err(
                    |error| tracing::warn!(%error, "left a session out that cannot be read"),
                )
                .ok()
        };
        Ok(sessions.into_iter().filter_map(read).collect())
    }

    /// The metadata of a session, or `None` if there is no such session (wire method
    /// `session.getMetadata`).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Rpc`] if `id` is not a valid session id.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: only the answer is lost.
    pub async fn session_metadata(
        &self,
        id: impl Into<SessionId>,
    ) -> Result<Option<SessionMetadata>> {
        let session_id = id.into();
        if let Some(keeper) = self.server().keeper() {
            let kept = kept_sessions(keeper.list().await?, &SessionFilter::default())?;
            return Ok(kept.into_iter().find(|session| session.session_id == session_id));
        }
        let found = self
            .call::<MetadataAnswer>("session.getMetadata", OneSession { session_id: &session_id })
            .await;
        found.map(|found| found.session).map_err(|error| error.in_session(&session_id))
    }

    /// Deletes a session and its files from disk, closing it if it is open (wire method
    /// `session.delete`).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] if there is no such session.
    ///
    /// # Cancel safety
    ///
    /// A dropped future may have deleted the session.
    pub async fn delete_session(&self, id: impl Into<SessionId>) -> Result<()> {
        let session_id = id.into();
        let Some(keeper) = self.server().keeper() else {
            return self.call_checked("session.delete", session_id).await;
        };
        let open = self.server().router().places();
        if let Some(place) = open.iter().find(|place| *place.id() == session_id) {
            // It is deleted whether or not the CLI answers.
            let _ = place.detach("it was deleted").await;
        }
        keeper.gone(&session_id).await;
        keeper.delete(&session_id).await
    }

    /// The id of the most recently used session, if any (wire method `session.getLastId`).
    ///
    /// # Errors
    ///
    /// Same as [`call`](Self::call).
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: only the answer is lost.
    pub async fn last_session_id(&self) -> Result<Option<SessionId>> {
        if let Some(keeper) = self.server().keeper() {
            return Ok(keeper.list().await?.into_iter().next().map(|(id, _)| id));
        }
        self.call::<Shown>("session.getLastId", Map::new()).await.map(|last| last.session_id)
    }

    /// The session shown in the server's user interface, if it has one (wire method
    /// `session.getForeground`).
    ///
    /// # Errors
    ///
    /// Same as [`call`](Self::call).
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: only the answer is lost.
    pub async fn foreground_session(&self) -> Result<Option<ForegroundSession>> {
        let Shown { session_id, workspace_path } =
            self.call("session.getForeground", Map::new()).await?;
        Ok(session_id.map(|session_id| ForegroundSession { session_id, workspace_path }))
    }

    /// Shows a session in the server's user interface (wire method `session.setForeground`).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] if there is no such session, [`ErrorKind::Rpc`] if the server has no
    /// user interface, as is the case for a CLI started by this client.
    ///
    /// # Cancel safety
    ///
    /// A dropped future may have made the change.
    pub async fn set_foreground_session(&self, id: impl Into<SessionId>) -> Result<()> {
        self.call_checked("session.setForeground", id.into()).await
    }

    /// Calls a method that reports success in its result.
    async fn call_checked(&self, method: &str, session_id: SessionId) -> Result<()> {
        let done = self.call::<Success>(method, OneSession { session_id: &session_id }).await;
        let error = match done {
            Ok(Success { success: true, .. }) => return Ok(()),
            Ok(Success { error, .. }) => {
                let why = error.unwrap_or_else(|| "it gives no reason".to_owned());
                Error::new(ErrorKind::Rpc, format!("the cli refused `{method}`: {why}"))
            }
            Err(error) => error,
        };
        let error = if self.server().lacks_session(&error, &session_id).await {
            error.refined(ErrorKind::NotFound, format!("there is no session `{session_id}`"))
        } else {
            error
        };
        Err(error.in_session(&session_id))
    }
}

/// The metadata of sessions on a store, which knows their ids and the times of their last changes.
fn kept_sessions(
    kept: Vec<(SessionId, SystemTime)>,
    filter: &SessionFilter,
) -> Result<Vec<SessionMetadata>> {
    if *filter != SessionFilter::default() {
        let text = "the session store does not know directories and repositories of sessions: \
                    list them without a filter";
        return Err(Error::config(vec![text.to_owned()]));
    }
    let metadata = |(session_id, modified)| SessionMetadata {
        session_id,
        start_time: None,
        modified_time: Some(rfc3339(modified)),
        is_remote: false,
        is_detached: false,
        summary: None,
        name: None,
        client_name: None,
        context: None,
    };
    Ok(kept.into_iter().map(metadata).collect())
}

/// The params of a call about a session, which need not be open here.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OneSession<'a> {
    session_id: &'a SessionId,
}

#[derive(Serialize)]
struct List {
    filter: SessionFilter,
}

#[derive(Deserialize)]
struct Listed {
    sessions: Vec<Value>,
}

#[derive(Deserialize)]
struct MetadataAnswer {
    #[serde(default)]
    session: Option<SessionMetadata>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    #[serde(default)]
    session_id: Option<SessionId>,
    #[serde(default)]
    workspace_path: Option<Box<Path>>,
}

#[derive(Deserialize)]
struct Success {
    success: bool,
    #[serde(default)]
    error: Option<String>,
}
