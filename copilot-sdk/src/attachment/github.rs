//! GitHub objects attached to a prompt.

use serde::Serialize;

use crate::open_enum::open_enum;

/// A GitHub repository (wire type `GitHubRepoRef`). Converts from `("octo-org", "octo-repo")`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[must_use]
pub struct GitHubRepo {
    owner: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<u64>,
}

impl GitHubRepo {
    /// The repository `owner/name`.
    pub fn new(owner: impl Into<String>, name: impl Into<String>) -> Self {
        Self { owner: owner.into(), name: name.into(), id: None }
    }

    /// The repository's id on GitHub (wire name `id`). None by default.
    pub fn id(mut self, id: u64) -> Self {
        self.id = Some(id);
        self
    }

    pub(super) fn is_named(&self) -> bool {
        !self.owner.is_empty() && !self.name.is_empty()
    }
}

impl<O: Into<String>, N: Into<String>> From<(O, N)> for GitHubRepo {
    /// Owner and name.
    fn from((owner, name): (O, N)) -> Self {
        Self::new(owner, name)
    }
}

/// A version of a file on GitHub.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GitHubFile {
    repo: GitHubRepo,
    #[serde(rename = "ref")]
    git_ref: String,
    path: String,
}

impl GitHubFile {
    /// The file at a path, at a branch, tag or commit (wire name `ref`).
    pub fn new(
        repo: impl Into<GitHubRepo>,
        git_ref: impl Into<String>,
        path: impl Into<String>,
    ) -> Self {
        Self { repo: repo.into(), git_ref: git_ref.into(), path: path.into() }
    }

    pub(super) fn is_named(&self) -> bool {
        self.repo.is_named() && !self.git_ref.is_empty() && !self.path.is_empty()
    }
}

/// A version of a repository on GitHub.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GitHubTree {
    repo: GitHubRepo,
    revision: String,
}

impl GitHubTree {
    /// The repository at a branch, tag or commit (wire name `revision`).
    pub fn new(repo: impl Into<GitHubRepo>, revision: impl Into<String>) -> Self {
        Self { repo: repo.into(), revision: revision.into() }
    }

    pub(super) fn is_named(&self) -> bool {
        self.repo.is_named() && !self.revision.is_empty()
    }
}

open_enum! {
    /// The kind of object a GitHub number refers to (wire name `referenceType`).
    pub enum GitHubReferenceType {
        /// An issue.
        Issue = "issue",
        /// A pull request.
        PullRequest = "pr",
        /// A discussion.
        Discussion = "discussion",
    }
}
