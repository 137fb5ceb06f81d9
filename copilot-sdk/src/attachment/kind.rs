//! The wire form of attachments.

use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::Value;

use super::github::{GitHubFile, GitHubReferenceType, GitHubRepo, GitHubTree};

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub(super) enum AttachmentKind {
    File {
        path: PathBuf,
        #[serde(skip_serializing_if = "Option::is_none")]
        display_name: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        line_range: Option<LineRange>,
        #[serde(skip_serializing_if = "Option::is_none")]
        mime_type: Option<String>,
    },
    Directory {
        path: PathBuf,
        #[serde(skip_serializing_if = "Option::is_none")]
        display_name: Option<String>,
    },
    Selection {
        file_path: PathBuf,
        display_name: String,
        text: String,
        selection: Range,
    },
    Blob {
        data: String,
        mime_type: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        display_name: Option<String>,
    },
    GithubReference {
        reference_type: GitHubReferenceType,
        number: u64,
        title: String,
        state: String,
        url: String,
    },
    GithubCommit {
        repo: GitHubRepo,
        oid: String,
        message: String,
        url: String,
    },
    GithubRelease {
        repo: GitHubRepo,
        tag_name: String,
        name: String,
        url: String,
    },
    GithubActionsJob {
        repo: GitHubRepo,
        job_id: u64,
        job_name: String,
        workflow_name: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        conclusion: Option<String>,
        url: String,
    },
    GithubRepository {
        repo: GitHubRepo,
        #[serde(skip_serializing_if = "Option::is_none")]
        description: Option<String>,
        #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
        git_ref: Option<String>,
        url: String,
    },
    GithubFileDiff {
        #[serde(skip_serializing_if = "Option::is_none")]
        base: Option<GitHubFile>,
        #[serde(skip_serializing_if = "Option::is_none")]
        head: Option<GitHubFile>,
        url: String,
    },
    GithubTreeComparison {
        base: GitHubTree,
        head: GitHubTree,
        url: String,
    },
    GithubUrl {
        url: String,
    },
    GithubFile {
        #[serde(flatten)]
        file: GitHubFile,
        url: String,
    },
    GithubSnippet {
        #[serde(flatten)]
        file: GitHubFile,
        line_range: LineRange,
        url: String,
    },
    ExtensionContext {
        extension_id: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        canvas_id: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        instance_id: Option<String>,
        title: String,
        payload: Value,
        captured_at: String,
    },
    #[serde(untagged)]
    Other(Value),
}

/// A range of lines, counted from 1, including the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) struct LineRange {
    pub(super) start: u32,
    pub(super) end: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) struct Range {
    pub(super) start: Position,
    pub(super) end: Position,
}

/// A position in a text, 0-based as on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Position {
    /// The line, counted from 0.
    pub line: u32,
    /// The character in the line, counted from 0.
    pub character: u32,
}

impl From<(u32, u32)> for Position {
    /// Line and character, both counted from 0.
    fn from((line, character): (u32, u32)) -> Self {
        Self { line, character }
    }
}

/// The kinds of attachments and the fields the CLI requires of each; without them, an attachment
/// never reaches the model.
const KINDS: [(&str, &[&str]); 15] = [
    ("file", &["path"]),
    ("directory", &["path"]),
    ("selection", &["filePath", "displayName", "text", "selection"]),
    ("blob", &["data", "mimeType"]),
    ("github_reference", &["number", "title", "referenceType", "state", "url"]),
    ("github_commit", &["repo", "oid", "message", "url"]),
    ("github_release", &["repo", "tagName", "name", "url"]),
    ("github_actions_job", &["repo", "jobId", "jobName", "workflowName", "url"]),
    ("github_repository", &["repo", "url"]),
    ("github_file_diff", &["url"]),
    ("github_tree_comparison", &["base", "head", "url"]),
    ("github_url", &["url"]),
    ("github_file", &["repo", "ref", "path", "url"]),
    ("github_snippet", &["repo", "ref", "path", "lineRange", "url"]),
    ("extension_context", &["extensionId", "title", "payload", "capturedAt"]),
];

impl AttachmentKind {
    /// The problem with an attachment that the CLI would accept and ignore.
    pub(super) fn problem(&self) -> Option<String> {
        if let Self::Other(json) = self {
            return json_problem(json);
        }
        self.path_problem().or_else(|| self.range_problem()).or_else(|| self.content_problem())
    }

    fn path_problem(&self) -> Option<String> {
        let (Self::File { path, .. }
        | Self::Directory { path, .. }
        | Self::Selection { file_path: path, .. }) = self
        else {
            return None;
        };
        match path.to_str() {
            None => Some(format!("the path {} is not UTF-8", Path::display(path))),
            Some("") => Some("the path is empty".to_owned()),
            Some(_) => None,
        }
    }

    fn range_problem(&self) -> Option<String> {
        match self {
            Self::File { line_range: Some(lines), .. }
            | Self::GithubSnippet { line_range: lines, .. } => {
                if lines.start == 0 {
                    Some("there is no line 0: lines are counted from 1".to_owned())
                } else if lines.start > lines.end {
                    Some(format!(
                        "the lines {} to {} are in the wrong order",
                        lines.start, lines.end
                    ))
                } else {
                    None
                }
            }
            Self::Selection { selection, .. } if selection.start > selection.end => {
                Some("the selection ends before it starts".to_owned())
            }
            _ => None,
        }
    }

    fn content_problem(&self) -> Option<String> {
        let named = match self {
            Self::Blob { mime_type, .. } if !mime_type.contains('/') => {
                return Some(format!("{mime_type:?} is not a media type such as \"image/png\""));
            }
            Self::Blob { data, .. } if data.is_empty() => {
                return Some("the blob has no data".to_owned());
            }
            Self::GithubReference {
                reference_type: GitHubReferenceType::Unknown(word), ..
            } => {
                return Some(format!(
                    "{word:?} is not a type of reference: use \"issue\", \"pr\" or \"discussion\""
                ));
            }
            Self::ExtensionContext { payload: Value::Null, .. } => {
                return Some(
                    "the payload is null, and the model would read that there is none".to_owned(),
                );
            }
            Self::GithubCommit { repo, .. }
            | Self::GithubRelease { repo, .. }
            | Self::GithubActionsJob { repo, .. }
            | Self::GithubRepository { repo, .. } => repo.is_named(),
            Self::GithubFile { file, .. } | Self::GithubSnippet { file, .. } => file.is_named(),
            Self::GithubFileDiff { base, head, .. } => {
                base.iter().chain(head).all(GitHubFile::is_named)
            }
            Self::GithubTreeComparison { base, head, .. } => base.is_named() && head.is_named(),
            _ => true,
        };
        (!named).then(|| {
            "a repository needs an owner and a name, a version of it a name, a file a path"
                .to_owned()
        })
    }
}

fn json_problem(json: &Value) -> Option<String> {
    let Some(kind) = json.get("type").and_then(Value::as_str) else {
        return Some("the JSON has no `type`".to_owned());
    };
    let Some((_, required)) = KINDS.iter().find(|(known, _)| *known == kind) else {
        let known = KINDS.map(|(known, _)| known).join(", ");
        return Some(format!(
            "the type {kind:?} is not known, and the cli would leave it out: use one of {known}"
        ));
    };
    let missing = required.iter().find(|field| json.get(field).is_none_or(Value::is_null))?;
    Some(format!("the JSON of a `{kind}` lacks `{missing}`, and the cli would leave it out"))
}
