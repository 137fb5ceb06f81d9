//! The session's own things: its name, its plan, its files.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::Map;

use super::super::Session;
use crate::error::{Error, Result};

impl Session {
    /// The session's name, given or made up by the CLI (wire method `session.name.get`); none
    /// before the first prompt.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Closed`](crate::ErrorKind::Closed) when the session is over.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: only the answer is lost.
    pub async fn name(&self) -> Result<Option<String>> {
        #[derive(Deserialize)]
        struct Name {
            #[serde(default)]
            name: Option<String>,
        }
        self.call::<Name>("session.name.get", Map::new()).await.map(|answer| answer.name)
    }

    /// Names the session (wire method `session.name.set`).
    ///
    /// ```no_run
    /// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
    /// session.set_name("Release 2.0").await?;
    /// assert_eq!(session.name().await?.as_deref(), Some("Release 2.0"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Rpc`](crate::ErrorKind::Rpc) when the CLI refuses the name.
    ///
    /// # Cancel safety
    ///
    /// A dropped future may have set the name.
    pub async fn set_name(&self, name: impl Into<String>) -> Result<()> {
        #[derive(Serialize)]
        struct Params {
            name: String,
        }
        self.tell("session.name.set", Params { name: name.into() }).await
    }

    /// The agent's plan, Markdown (wire method `session.plan.read`); none where there is none.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Closed`](crate::ErrorKind::Closed) when the session is over.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: only the answer is lost.
    pub async fn plan(&self) -> Result<Option<String>> {
        #[derive(Deserialize)]
        struct Plan {
            #[serde(default)]
            content: Option<String>,
        }
        self.call::<Plan>("session.plan.read", Map::new()).await.map(|plan| plan.content)
    }

    /// Writes the agent's plan (wire method `session.plan.update`).
    ///
    /// ```no_run
    /// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
    /// let plan = session.plan().await?.unwrap_or_default();
    /// session.set_plan(format!("{plan}\n- [ ] Ask before the release\n")).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Rpc`](crate::ErrorKind::Rpc) when it cannot be written.
    ///
    /// # Cancel safety
    ///
    /// A dropped future may have written the plan.
    pub async fn set_plan(&self, content: impl Into<String>) -> Result<()> {
        #[derive(Serialize)]
        struct Params {
            content: String,
        }
        self.tell("session.plan.update", Params { content: content.into() }).await
    }

    /// Deletes the agent's plan (wire method `session.plan.delete`).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Rpc`](crate::ErrorKind::Rpc) when it cannot be deleted.
    ///
    /// # Cancel safety
    ///
    /// A dropped future may have deleted the plan.
    pub async fn delete_plan(&self) -> Result<()> {
        self.tell("session.plan.delete", Map::new()).await
    }

    /// The files in the session's own directory, by their paths in it (wire method
    /// `session.workspaces.listFiles`); not the directory that the agent works in.
    ///
    /// ```no_run
    /// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
    /// session.write_workspace_file("notes/style.md", "Short sentences.").await?;
    /// for path in session.workspace_files().await? {
    ///     println!("{}: {}", path.display(), session.read_workspace_file(&path).await?);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Closed`](crate::ErrorKind::Closed) when the session is over.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: only the answer is lost.
    pub async fn workspace_files(&self) -> Result<Vec<PathBuf>> {
        #[derive(Deserialize)]
        struct Files {
            files: Vec<PathBuf>,
        }
        self.call::<Files>("session.workspaces.listFiles", Map::new()).await.map(|list| list.files)
    }

    /// The text of a file in the session's own directory (wire method
    /// `session.workspaces.readFile`).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Rpc`](crate::ErrorKind::Rpc) if there is no such file or the path leads out,
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) if the path is not UTF-8.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: only the answer is lost.
    pub async fn read_workspace_file(&self, path: impl Into<PathBuf>) -> Result<String> {
        #[derive(Serialize)]
        struct Params {
            path: String,
        }
        #[derive(Deserialize)]
        struct File {
            content: String,
        }
        let path = self.workspace_path_text(path.into())?;
        self.call::<File>("session.workspaces.readFile", Params { path })
            .await
            .map(|file| file.content)
    }

    /// Writes a file in the session's own directory, with the directories that it needs, over one
    /// that is there (wire method `session.workspaces.createFile`).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Rpc`](crate::ErrorKind::Rpc) if it cannot be written or the path leads out,
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) if the path is not UTF-8.
    ///
    /// # Cancel safety
    ///
    /// A dropped future may have written the file.
    pub async fn write_workspace_file(
        &self,
        path: impl Into<PathBuf>,
        content: impl Into<String>,
    ) -> Result<()> {
        #[derive(Serialize)]
        struct Params {
            path: String,
            content: String,
        }
        let path = self.workspace_path_text(path.into())?;
        self.tell("session.workspaces.createFile", Params { path, content: content.into() }).await
    }

    fn workspace_path_text(&self, path: PathBuf) -> Result<String> {
        path.into_os_string().into_string().map_err(|path| {
            let text = format!("the path {} is not UTF-8, which the cli needs", path.display());
            Error::config(vec![text]).in_session(self.id())
        })
    }
}
