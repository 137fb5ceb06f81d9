//! The hosting program: streaming, telemetry, remote access and other options.

use serde::Serialize;

use super::model::unknown;
use super::option_group::options;
use crate::open_enum::open_enum;
use crate::sorted_map::SortedMap;

options! {
    pub(crate) struct HostOptions {
        client_name: Option<String> = "clientName",
        enable_session_telemetry: Option<bool> = "enableSessionTelemetry",
        is_experimental_mode: Option<bool> = "isExperimentalMode",
        feature_flags: SortedMap<String, bool> = "featureFlags",
        remote_session: Option<RemoteSession> = "remoteSession",
        cloud: Option<Cloud> = "cloud",
    }
}

open_enum! {
    /// Remote access to a session (wire name `remoteSession`).
    pub enum RemoteSession {
        /// No remote access.
        Off = "off",
        /// The session can be viewed remotely.
        Export = "export",
        /// The session can be viewed and steered remotely.
        On = "on",
    }
}

/// The repository of a cloud session. See [`SessionBuilder::cloud`](crate::SessionBuilder::cloud).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[must_use]
pub struct CloudRepository {
    owner: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    branch: Option<String>,
}

impl CloudRepository {
    /// The repository `owner/name`.
    pub fn new(owner: impl Into<String>, name: impl Into<String>) -> Self {
        Self { owner: owner.into(), name: name.into(), branch: None }
    }

    /// The branch to work on. Defaults to the repository's default branch.
    pub fn branch(mut self, branch: impl Into<String>) -> Self {
        self.branch = Some(branch.into());
        self
    }
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Cloud {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) repository: Option<CloudRepository>,
}

impl HostOptions {
    pub(crate) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if self.client_name.as_ref().is_some_and(|name| name.trim().is_empty()) {
            problems.push("client_name is empty: name the program, or leave it out".to_owned());
        }
        if let Some(word @ RemoteSession::Unknown(_)) = &self.remote_session {
            problems.push(unknown("remote_session", word, &["off", "export", "on"]));
        }
        let words = |it: &CloudRepository| {
            [Some(it.owner.clone()), Some(it.name.clone()), it.branch.clone()]
        };
        let empty = |word: String| word.trim().is_empty();
        if let Some(Cloud { repository: Some(repository) }) = &self.cloud
            && words(repository).into_iter().flatten().any(empty)
        {
            problems.push(
                "cloud: the owner, the name or the branch of the repository is empty".to_owned(),
            );
        }
        problems
    }
}
