//! An attachment and its setters.

use std::fmt;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::Value;

use super::github::{GitHubFile, GitHubReferenceType, GitHubRepo, GitHubTree};
use super::kind::{AttachmentKind, LineRange, Position, Range};
use crate::usual_path::usual_path;

/// An attachment of a prompt (wire name `attachments`).
///
/// What the model gets:
///
/// | | |
/// |---|---|
/// | file, directory | its path and size; the model reads it with its tools if needed |
/// | selection | its text |
/// | blob: PNG, JPEG, WebP, GIF | the image, or a note if it cannot be decoded |
/// | blob: text | the text |
/// | blob: PDF | its name, unless the model accepts documents |
/// | blob: anything else | nothing |
/// | GitHub objects | the given description and address; the CLI fetches nothing |
/// | extension context | the payload, as JSON |
///
/// ```
/// use copilot_sdk::attachment::{Attachment, GitHubReferenceType};
///
/// let png = std::fs::read("chart.png").unwrap_or_default();
/// let issue = "https://github.com/octo-org/octo-repo/issues/7";
/// let attachments = [
///     Attachment::file("src/main.rs").lines(10, 20),
///     Attachment::directory("docs"),
///     Attachment::blob(png, "image/png").display_name("chart"),
///     Attachment::github_reference(GitHubReferenceType::Issue, 7, "It crashes", "open", issue),
/// ];
/// ```
#[derive(Clone, PartialEq, Serialize)]
#[serde(transparent)]
#[must_use]
pub struct Attachment {
    kind: AttachmentKind,
    /// A setter called on a kind of attachment that does not support it.
    #[serde(skip)]
    misplaced: Option<&'static str>,
}

impl Attachment {
    /// A file, given by its path.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self::new(AttachmentKind::File {
            path: usual_path(path),
            display_name: None,
            line_range: None,
            mime_type: None,
        })
    }

    /// A directory, given by its path.
    pub fn directory(path: impl Into<PathBuf>) -> Self {
        Self::new(AttachmentKind::Directory { path: usual_path(path), display_name: None })
    }

    /// The selected text of a file, from one position to another.
    pub fn selection(
        path: impl Into<PathBuf>,
        text: impl Into<String>,
        start: impl Into<Position>,
        end: impl Into<Position>,
    ) -> Self {
        let path = usual_path(path);
        let display_name =
            path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        let selection = Range { start: start.into(), end: end.into() };
        Self::new(AttachmentKind::Selection {
            file_path: path,
            display_name,
            text: text.into(),
            selection,
        })
    }

    /// Data with its media type, such as an image or text. The model does not see most other types,
    /// see [`Attachment`].
    pub fn blob(data: impl AsRef<[u8]>, mime_type: impl Into<String>) -> Self {
        Self::new(AttachmentKind::Blob {
            data: STANDARD.encode(data),
            mime_type: mime_type.into(),
            display_name: None,
        })
    }

    /// An issue, pull request or discussion on GitHub, with its state, such as `open` (wire type
    /// `github_reference`).
    pub fn github_reference(
        reference_type: impl Into<GitHubReferenceType>,
        number: u64,
        title: impl Into<String>,
        state: impl Into<String>,
        url: impl Into<String>,
    ) -> Self {
        Self::new(AttachmentKind::GithubReference {
            reference_type: reference_type.into(),
            number,
            title: title.into(),
            state: state.into(),
            url: url.into(),
        })
    }

    /// A commit on GitHub, given by its hash (wire type `github_commit`, wire name `oid`).
    pub fn github_commit(
        repo: impl Into<GitHubRepo>,
        oid: impl Into<String>,
        message: impl Into<String>,
        url: impl Into<String>,
    ) -> Self {
        Self::new(AttachmentKind::GithubCommit {
            repo: repo.into(),
            oid: oid.into(),
            message: message.into(),
            url: url.into(),
        })
    }

    /// A release on GitHub, given by its tag and name (wire type `github_release`).
    pub fn github_release(
        repo: impl Into<GitHubRepo>,
        tag_name: impl Into<String>,
        name: impl Into<String>,
        url: impl Into<String>,
    ) -> Self {
        Self::new(AttachmentKind::GithubRelease {
            repo: repo.into(),
            tag_name: tag_name.into(),
            name: name.into(),
            url: url.into(),
        })
    }

    /// A GitHub Actions job (wire type `github_actions_job`).
    pub fn github_actions_job(
        repo: impl Into<GitHubRepo>,
        job_id: u64,
        job_name: impl Into<String>,
        workflow_name: impl Into<String>,
        url: impl Into<String>,
    ) -> Self {
        Self::new(AttachmentKind::GithubActionsJob {
            repo: repo.into(),
            job_id,
            job_name: job_name.into(),
            workflow_name: workflow_name.into(),
            conclusion: None,
            url: url.into(),
        })
    }

    /// A repository on GitHub (wire type `github_repository`).
    pub fn github_repository(repo: impl Into<GitHubRepo>, url: impl Into<String>) -> Self {
        Self::new(AttachmentKind::GithubRepository {
            repo: repo.into(),
            description: None,
            git_ref: None,
            url: url.into(),
        })
    }

    /// A change to a file on GitHub: no `base` if it was added, no `head` if it was deleted (wire
    /// type `github_file_diff`).
    pub fn github_file_diff(
        base: Option<GitHubFile>,
        head: Option<GitHubFile>,
        url: impl Into<String>,
    ) -> Self {
        Self::new(AttachmentKind::GithubFileDiff { base, head, url: url.into() })
    }

    /// A comparison of two versions on GitHub (wire type `github_tree_comparison`).
    pub fn github_tree_comparison(
        base: GitHubTree,
        head: GitHubTree,
        url: impl Into<String>,
    ) -> Self {
        Self::new(AttachmentKind::GithubTreeComparison { base, head, url: url.into() })
    }

    /// A page on GitHub (wire type `github_url`).
    pub fn github_url(url: impl Into<String>) -> Self {
        Self::new(AttachmentKind::GithubUrl { url: url.into() })
    }

    /// A file on GitHub (wire type `github_file`).
    pub fn github_file(file: GitHubFile, url: impl Into<String>) -> Self {
        Self::new(AttachmentKind::GithubFile { file, url: url.into() })
    }

    /// Lines of a file on GitHub, counted from 1 (wire type `github_snippet`).
    ///
    /// ```
    /// use copilot_sdk::attachment::{Attachment, GitHubFile};
    ///
    /// let file = GitHubFile::new(("octo-org", "octo-repo"), "main", "src/lib.rs");
    /// let url = "https://github.com/octo-org/octo-repo/blob/main/src/lib.rs#L10-L20";
    /// let snippet = Attachment::github_snippet(file, 10..=20, url);
    /// ```
    pub fn github_snippet(
        file: GitHubFile,
        lines: RangeInclusive<u32>,
        url: impl Into<String>,
    ) -> Self {
        let line_range = LineRange { start: *lines.start(), end: *lines.end() };
        Self::new(AttachmentKind::GithubSnippet { file, line_range, url: url.into() })
    }

    /// The context of an extension: any JSON, and the time it was captured, in RFC 3339 format
    /// (wire type `extension_context`).
    pub fn extension_context(
        extension_id: impl Into<String>,
        title: impl Into<String>,
        payload: impl Into<Value>,
        captured_at: impl Into<String>,
    ) -> Self {
        Self::new(AttachmentKind::ExtensionContext {
            extension_id: extension_id.into(),
            canvas_id: None,
            instance_id: None,
            title: title.into(),
            payload: payload.into(),
            captured_at: captured_at.into(),
        })
    }

    /// An attachment given as wire JSON, for fields without a setter.
    pub fn json(json: Value) -> Self {
        Self::new(AttachmentKind::Other(json))
    }

    fn new(kind: AttachmentKind) -> Self {
        Self { kind, misplaced: None }
    }

    /// The display name of a file, directory, selection or blob (wire name `displayName`).
    pub fn display_name(mut self, name: impl Into<String>) -> Self {
        let name = name.into();
        match &mut self.kind {
            AttachmentKind::File { display_name, .. }
            | AttachmentKind::Directory { display_name, .. }
            | AttachmentKind::Blob { display_name, .. } => {
                *display_name = Some(name);
            }
            AttachmentKind::Selection { display_name, .. } => *display_name = name,
            _ => self.misplaced = Some("display_name"),
        }
        self
    }

    /// The relevant lines of a file, counted from 1, including the last (wire name `lineRange`).
    pub fn lines(mut self, start: u32, end: u32) -> Self {
        match &mut self.kind {
            AttachmentKind::File { line_range, .. } => *line_range = Some(LineRange { start, end }),
            _ => self.misplaced = Some("lines"),
        }
        self
    }

    /// The media type of a file or blob (wire name `mimeType`).
    pub fn mime_type(mut self, name: impl Into<String>) -> Self {
        match &mut self.kind {
            AttachmentKind::File { mime_type, .. } => *mime_type = Some(name.into()),
            AttachmentKind::Blob { mime_type, .. } => *mime_type = name.into(),
            _ => self.misplaced = Some("mime_type"),
        }
        self
    }

    /// The outcome of a GitHub Actions job, such as `failure` (wire name `conclusion`).
    pub fn conclusion(mut self, text: impl Into<String>) -> Self {
        match &mut self.kind {
            AttachmentKind::GithubActionsJob { conclusion, .. } => *conclusion = Some(text.into()),
            _ => self.misplaced = Some("conclusion"),
        }
        self
    }

    /// The description of a GitHub repository (wire name `description`).
    pub fn description(mut self, text: impl Into<String>) -> Self {
        match &mut self.kind {
            AttachmentKind::GithubRepository { description, .. } => {
                *description = Some(text.into());
            }
            _ => self.misplaced = Some("description"),
        }
        self
    }

    /// The branch, tag or commit of a GitHub repository (wire name `ref`).
    pub fn git_ref(mut self, name: impl Into<String>) -> Self {
        match &mut self.kind {
            AttachmentKind::GithubRepository { git_ref, .. } => *git_ref = Some(name.into()),
            _ => self.misplaced = Some("git_ref"),
        }
        self
    }

    /// The canvas of an extension and its instance (wire names `canvasId`, `instanceId`).
    pub fn canvas(mut self, id: impl Into<String>, instance: impl Into<String>) -> Self {
        match &mut self.kind {
            AttachmentKind::ExtensionContext { canvas_id, instance_id, .. } => {
                *canvas_id = Some(id.into());
                *instance_id = Some(instance.into());
            }
            _ => self.misplaced = Some("canvas"),
        }
        self
    }

    /// Every problem that the CLI would accept and ignore.
    pub(crate) fn check(&self) -> Vec<String> {
        let problem = match self.misplaced {
            Some(setter) => Some(format!(
                "`.{setter}(..)` has no meaning for this kind of attachment: leave it out"
            )),
            None => self.kind.problem(),
        };
        problem.map(|text| format!("attachment: {text}")).into_iter().collect()
    }

    /// A file that is not there, for a CLI on this machine.
    pub(crate) fn missing(&self) -> Option<String> {
        self.kind.missing().map(|text| format!("attachment: {text}"))
    }
}

impl fmt::Debug for Attachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            AttachmentKind::Blob { data, mime_type, .. } => {
                write!(f, "Blob({mime_type}, {} bytes as base64)", data.len())
            }
            other => other.fmt(f),
        }
    }
}
