//! The hosting program: streaming, telemetry, remote access and other options.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::config::{OptionsUpdate, SessionOptions};
use crate::open_enum::open_enum;

use super::model::unknown;

#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HostOptions {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) enable_session_telemetry: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) is_experimental_mode: Option<bool>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) feature_flags: BTreeMap<String, bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) remote_session: Option<RemoteSession>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cloud: Option<Cloud>,
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

/// Problems with options set by wire name: those this crate sets itself are reserved.
pub(crate) fn option_problems(options: &SessionOptions, also_sent: &[String]) -> Vec<String> {
    let late = serde_json::to_value(OptionsUpdate::everything()).unwrap_or_default();
    let problem = |(name, value): (&str, &Value)| {
        if value.is_null() {
            Some(format!("option({name:?}) is null, which the CLI may refuse: leave it out"))
        } else if also_sent.iter().any(|sent| sent == name) || late.get(name).is_some() {
            Some(format!("option({name:?}) is set by this crate itself: use its setter"))
        } else {
            None
        }
    };
    options.other.iter().filter_map(problem).collect()
}
